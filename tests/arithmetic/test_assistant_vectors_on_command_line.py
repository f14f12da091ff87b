"""Worked examples of assistants, through the command line: as billed, and with CQ or CO missing or wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from arithmetic.billed_file import ASSISTANT_RULES, UNIT_RULES, Answer, Line, Visit, scrub, units_by_line
from vectors.derived import BEFORE_2022
from vectors.facts import ASSISTANTS, AssistantFact

FACTS = [*ASSISTANTS, *BEFORE_2022]
MODIFIER = {"PT": "CQ", "OT": "CO"}
EVALUATIONS = {"97162"}
"""Never an assistant's: CQ and CO on them are another rule's question."""

Bill = tuple[Line, ...]


def visit(fact: AssistantFact, name: str, lines: Bill) -> Visit:
    return Visit(f"{fact.id} {name}", "cms", fact.on, fact.discipline, tuple(map(tuple, fact.minutes)), lines, fact)


def accepted(fact: AssistantFact) -> list[Bill]:
    """Every bill of the example, each with the rest of its lines in any order."""
    return [tuple((code, tuple(modifiers), units) for code, modifiers, units in bill) for bill in fact.bills]


def is_accepted(fact: AssistantFact, lines: Bill) -> bool:
    return units_by_line(lines) in [units_by_line(bill) for bill in accepted(fact)]


def without(lines: Bill, modifier: str) -> Bill:
    return tuple((code, tuple(m for m in modifiers if m != modifier), units) for code, modifiers, units in lines)


def in_one_line(lines: Bill) -> Bill:
    """Lines of one code and the same modifiers as one."""
    return tuple((code, modifiers, units) for (code, modifiers), units in units_by_line(lines).items())


def with_it(lines: Bill, modifier: str) -> Bill:
    return tuple(
        (code, (modifiers if modifier in modifiers or code in EVALUATIONS else (modifiers[0], modifier)), units)
        for code, modifiers, units in lines
    )


def with_it_on_one_more(lines: Bill, modifier: str) -> Iterator[Bill]:
    """CQ or CO on a line that has none."""
    for at, (code, modifiers, units) in enumerate(lines):
        if modifier not in modifiers and code not in EVALUATIONS:
            yield (*lines[:at], (code, (modifiers[0], modifier), units), *lines[at + 1 :])


def without_it_on_one(lines: Bill, modifier: str) -> Iterator[Bill]:
    for at, line in enumerate(lines):
        if modifier in line[1]:
            yield (*lines[:at], *without((line,), modifier), *lines[at + 1 :])


def wrong_bills() -> list[Visit]:
    """Everything that is wrong in CQ or CO alone, each once: the units are those of an accepted bill."""
    found: dict[tuple[str, Bill], Visit] = {}
    for fact in FACTS:
        modifier = MODIFIER[fact.discipline]
        for bill in accepted(fact):
            bare = in_one_line(without(bill, modifier))
            marked = in_one_line(with_it(in_one_line(without(bill, modifier)), modifier))
            others = [
                ("without any", bare),
                ("on every line", marked),
                *(("on one line more", each) for each in with_it_on_one_more(bill, modifier)),
                *(("on one line less", each) for each in without_it_on_one(bill, modifier)),
                *(("on one line of the bare bill", each) for each in with_it_on_one_more(bare, modifier)),
            ]
            for name, lines in others:
                if not is_accepted(fact, lines) and fact.on.year >= 2020:
                    found.setdefault((fact.id, lines), visit(fact, name, lines))
    return list(found.values())


def told(wrong: list[Answer]) -> str:
    return "\n".join(map(str, wrong))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assistants")


@pytest.mark.parametrize("fix", ["none", "safe", "unsafe"])
def test_every_accepted_bill_goes_out_as_billed(folder: Path, fix: str) -> None:
    answers = scrub(
        [visit(fact, "as it is", bill) for fact in FACTS for bill in accepted(fact)], folder / f"as-billed-{fix}", fix
    )
    assert len(answers) > len(FACTS)
    assert not told([a for a in answers if a.of(UNIT_RULES | ASSISTANT_RULES) or a.disposition != "unchanged"])
    assert not told([a for a in answers if not a.same_bytes or ASSISTANT_RULES & a.unchecked])


@pytest.fixture(scope="module")
def wrong(folder: Path) -> list[Answer]:
    answers = scrub(wrong_bills(), folder / "wrong")
    assert len(answers) > len(FACTS)
    return answers


def test_wrong_modifiers_are_found(wrong: list[Answer]) -> None:
    assert not told([a for a in wrong if not a.of(ASSISTANT_RULES)])
    assert not told([a for a in wrong if a.of(UNIT_RULES)])


def test_wrong_modifiers_are_corrected_to_an_accepted_bill(wrong: list[Answer]) -> None:
    """As a set of lines; where the correction is a person's, it is proposed in the report of the held claim."""
    assert not told([a for a in wrong if a.after not in [units_by_line(bill) for bill in accepted(a.visit.about)]])


def test_who_corrects_it(wrong: list[Answer]) -> None:
    """A person where a line with CQ or CO would have to be divided (M205), the program everywhere else."""
    held = [a for a in wrong if a.disposition != "corrected"]
    assert not told([a for a in held if "M205" not in a.of(ASSISTANT_RULES) or a.disposition != "held"])
    assert not told([a for a in held if not any({"CQ", "CO"} & {*modifiers} for _, modifiers, _ in a.visit.lines)])
    assert len(held) < len(wrong) / 2


def test_modifiers_of_a_day_before_they_existed_are_not_spoken_of(folder: Path) -> None:
    (fact,) = [fact for fact in FACTS if fact.on.year < 2020]
    (bill,) = accepted(fact)
    answers = scrub([visit(fact, "as it is", bill)], folder / "before-2020")
    assert [a.of(ASSISTANT_RULES) for a in answers] == [[]]


def test_a_final_unit_on_each_of_two_codes(folder: Path) -> None:
    """The text gives no CQ; with it on one of them is accepted too, but only where both are under the exception."""
    on = date(2026, 3, 2)
    both = (("97110", "PT", 10), ("97110", "PTA", 5), ("97140", "PT", 10), ("97140", "PTA", 5))
    # 97140 has two units left, 10 and 14 minutes: one of each. The last one of 97116 is the only final unit.
    one = (("97116", "PT", 38), ("97116", "PTA", 42), ("97140", "PT", 10), ("97140", "PTA", 29))
    other = (("97140", ("GP",), 1), ("97140", ("GP", "CQ"), 2))
    cases = {
        "neither": (both, (("97110", ("GP",), 1), ("97140", ("GP",), 1)), False),
        "the first": (both, (("97110", ("GP", "CQ"), 1), ("97140", ("GP",), 1)), False),
        "the second": (both, (("97110", ("GP",), 1), ("97140", ("GP", "CQ"), 1)), False),
        "one alone": (one, (("97116", ("GP",), 3), ("97116", ("GP", "CQ"), 2), *other), False),
        "one alone, with CQ": (one, (("97116", ("GP",), 2), ("97116", ("GP", "CQ"), 3), *other), True),
    }
    answers = scrub(
        [Visit(name, "cms", on, "PT", minutes, lines) for name, (minutes, lines, _) in cases.items()], folder / "final"
    )
    for answer, (_, _, found) in zip(answers, cases.values(), strict=True):
        assert bool(answer.of(ASSISTANT_RULES)) is found, answer
