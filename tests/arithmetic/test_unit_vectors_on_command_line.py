"""Worked examples of units, through the command line: as billed, a unit more, a unit less, a unit moved."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from arithmetic import by_the_book
from arithmetic.billed_file import UNIT_RULES, Answer, Visit, by_code, scrub
from vectors.derived import CAPPED
from vectors.facts import UNITS, UnitFact

ON = date(2026, 3, 2)
UNTIMED = {"97161", "G0283"}

Units = dict[str, int]


def visit(fact: UnitFact, name: str, units: Units) -> Visit:
    return Visit(
        f"{fact.id} {name}",
        fact.rule,
        ON,
        "PT",
        tuple((code, "PT", minutes) for code, minutes in fact.minutes.items()),
        tuple((code, ("GP",), count) for code, count in units.items() if count),
        fact,
    )


def bills(change: Callable[[UnitFact, Units], Iterator[tuple[str, Units]]]) -> list[Visit]:
    """Every answer of every example, changed; those with a unit left to bill."""
    return [
        visit(fact, f"{dict(answer)} {name}", units)
        for fact in [*UNITS, *CAPPED]
        for answer in fact.answers
        for name, units in change(fact, answer)
        if any(units.values())
    ]


def timed(fact: UnitFact) -> list[str]:
    return [code for code in fact.minutes if code not in UNTIMED]


def as_they_are(fact: UnitFact, answer: Units) -> Iterator[tuple[str, Units]]:
    yield "as it is", answer


def one_more(fact: UnitFact, answer: Units) -> Iterator[tuple[str, Units]]:
    for code in timed(fact):
        yield f"one more of {code}", answer | {code: answer.get(code, 0) + 1}


def one_less(fact: UnitFact, answer: Units) -> Iterator[tuple[str, Units]]:
    """Not where the pool would be without a line: nothing timed is billed then."""
    for code in timed(fact):
        less = answer | {code: answer.get(code, 0) - 1}
        if less[code] >= 0 and any(less.get(each, 0) for each in timed(fact)):
            yield f"one less of {code}", less


def one_moved(fact: UnitFact, answer: Units) -> Iterator[tuple[str, Units]]:
    """From one code to another, where that is no answer."""
    pool = {code: fact.minutes[code] for code in timed(fact)}
    answers = by_the_book.splits(fact.rule, pool)
    for giving in timed(fact):
        for taking in timed(fact):
            moved = answer | {giving: answer.get(giving, 0) - 1, taking: answer.get(taking, 0) + 1}
            in_pool = {code: moved.get(code, 0) for code in pool}
            if giving != taking and moved[giving] >= 0 and in_pool not in answers:
                yield f"one from {giving} to {taking}", moved


def admissible(answer: Answer) -> bool:
    """The lines are an answer of the book; a code without a line has no unit."""
    fact: UnitFact = answer.visit.about
    units = by_code(answer.after)
    pool = {code: fact.minutes[code] for code in timed(fact)}
    return {code: units.get(code, 0) for code in pool} in by_the_book.splits(fact.rule, pool)


def told(wrong: list[Answer]) -> str:
    return "\n".join(map(str, wrong))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("units")


@pytest.mark.parametrize("fix", ["none", "safe", "unsafe"])
def test_every_answer_goes_out_as_billed(folder: Path, fix: str) -> None:
    """Also with fixes that raise payment switched on: one admissible split is never corrected into another."""
    answers = scrub(bills(as_they_are), folder / f"as-billed-{fix}", fix)
    assert len(answers) > len(UNITS)
    wrong = [a for a in answers if a.of(UNIT_RULES) or not a.same_bytes or a.disposition != "unchanged"]
    assert not told(wrong)
    assert not told([a for a in answers if UNIT_RULES & a.unchecked])


def test_a_unit_more_is_lowered_to_an_answer(folder: Path) -> None:
    """Or held where a line would fall to 0, and the report says that 0 is supported."""
    answers = scrub(bills(one_more), folder / "more")
    assert not told([a for a in answers if not a.of({"U101", "U103"})])
    corrected = [a for a in answers if a.disposition == "corrected"]
    assert not told([a for a in corrected if not admissible(a)])
    held = [a for a in answers if a.disposition != "corrected"]
    assert not told([a for a in held if a.disposition != "held" or not a.falls_to_zero])
    assert corrected
    assert held


def test_a_unit_less_is_found(folder: Path) -> None:
    """It may be raised here, because the profile says so; then it is raised to an answer."""
    answers = scrub(bills(one_less), folder / "less")
    assert not told([a for a in answers if not a.of({"U102"})])
    assert not told([a for a in answers if a.disposition == "held"])
    assert not told([a for a in answers if a.disposition == "corrected" and not admissible(a)])


def test_a_unit_on_the_wrong_code_is_moved_or_held(folder: Path) -> None:
    answers = scrub(bills(one_moved), folder / "moved")
    pooled = [a for a in answers if a.visit.rule == "cms"]
    assert pooled
    assert not told([a for a in pooled if a.of(UNIT_RULES) != ["U103"]])
    assert not told([a for a in answers if not a.of({"U101", "U103"})])
    assert not told([a for a in answers if a.disposition == "corrected" and not admissible(a)])
    assert not told([a for a in pooled if a.disposition == "unchanged"])
