"""Invented visits through the command line, right and wrong, judged by the printed rules alone.

Of every visit the units are an admissible split or near one, and CQ stands on a number of units that may be accepted
or not. What is found, and what the lines become, must be what the book says.
"""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from arithmetic import by_the_book
from arithmetic.billed_file import ASSISTANT_RULES, UNIT_RULES, Answer, Line, Visit, scrub
from arithmetic.seeded_visits import CODES, RULES, SEED, WHOLE, VisitMinutes, seeded_visits

FILES, CLAIMS_A_FILE = (20, 1_000) if WHOLE else (1, 400)
ROLES = ("PT", "PTA")

Units = dict[str, int]


class Book(NamedTuple):
    """What the book says of a visit that bills ``units``, ``marked`` of them with CQ."""

    rule: str
    visit: VisitMinutes
    units: Units
    marked: Units

    @property
    def splits(self) -> list[Units]:
        return by_the_book.splits(self.rule, self.visit.together)

    @property
    def admissible(self) -> bool:
        return self.units in self.splits

    @property
    def total(self) -> int:
        return by_the_book.total(self.rule, self.visit.together)

    def above(self) -> bool:
        """In all, or on a code that is counted alone."""
        by_code = self.rule != "cms" and any(
            units > max(split[code] for split in self.splits) for code, units in self.units.items()
        )
        return by_code or sum(self.units.values()) > self.total

    def wrongly_marked(self, units: Units, marked: Units) -> list[str]:
        """Codes whose number of units with CQ is not accepted. Before 2020 nothing is asked."""
        if self.visit.on < by_the_book.MODIFIERS_FROM:
            return []
        accepted = by_the_book.assistant_units_of(units, self.visit.minutes, self.visit.on)
        return [code for code in units if marked.get(code, 0) not in accepted[code]]


def visits(file: int) -> Iterator[Visit]:
    chance = random.Random(SEED + file)
    first = file * CLAIMS_A_FILE
    for number, each in enumerate(islice(seeded_visits(first + CLAIMS_A_FILE), first, None), first):
        minutes = {code: both for code, both in each.minutes.items() if sum(both)}
        if not minutes:
            continue
        visit = VisitMinutes(each.on, minutes)
        rule = chance.choice(("cms", *RULES))
        split = chance.choice(by_the_book.splits(rule, visit.together))
        units = _near(split, chance)
        if not any(units.values()):
            continue
        accepted = by_the_book.assistant_units_of(split, minutes, each.on)
        marked = {
            code: min(count, chance.choice(sorted(accepted[code])))
            if chance.random() < 0.6
            else chance.randint(0, count)
            for code, count in units.items()
        }
        rows = tuple(
            (code, role, count) for code in minutes for role, count in zip(ROLES, minutes[code], strict=True) if count
        )
        book = Book(rule, visit, units, marked)
        yield Visit(f"visit {number}", rule, each.on, "PT", rows, tuple(_lines(units, marked, chance)), book)


def _near(split: Units, chance: random.Random) -> Units:
    """The split itself, or one with a unit or two changed."""
    units = dict(split)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        code = chance.choice(list(units))
        units[code] = max(0, units[code] + chance.choice((-1, 1)))
    return units


def _lines(units: Units, marked: Units, chance: random.Random) -> Iterator[Line]:
    """One line without CQ and one with it, in either order; none without a unit."""
    for code, count in units.items():
        both = [(code, ("GP",), count - marked[code]), (code, ("GP", "CQ"), marked[code])]
        chance.shuffle(both)
        yield from (line for line in both if line[2])


def told(wrong: list[Answer]) -> str:
    return "\n".join([*map(str, wrong[:12]), f"({len(wrong)} in all)"]) if wrong else ""


def book_of(answer: Answer) -> Book:
    assert isinstance(answer.visit.about, Book)
    return answer.visit.about


def units_after(answer: Answer) -> tuple[Units, Units]:
    """Units by code in the corrected or proposed lines, and those of them with CQ."""
    units: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for (code, modifiers), count in answer.after.items():
        units[code] += count
        marked[code] += count if "CQ" in modifiers else 0
    return {code: units[code] for code in book_of(answer).units}, dict(marked)


def in_two_lines(answer: Answer, code: str) -> bool:
    """Billed with and without CQ: a correction would make a line twice (C404), so that it is withdrawn."""
    return sum(line[0] == code for line in answer.visit.lines) == 2


def admissible_units_are_not_spoken_of(answers: list[Answer]) -> None:
    right = [a for a in answers if book_of(a).admissible]
    assert right
    assert not told([a for a in right if a.of(UNIT_RULES)])


def other_units_are_found(answers: list[Answer]) -> None:
    wrong = [a for a in answers if not book_of(a).admissible]
    assert wrong
    for answer in wrong:
        book, rules = book_of(answer), answer.of(UNIT_RULES)
        billed = sum(book.units.values())
        if book.rule == "cms":
            expected = "U101" if billed > book.total else "U102" if billed < book.total else "U103"
            assert rules == [expected], answer
        elif book.above():
            assert "U101" in rules, answer
        else:
            assert rules == ["U102"], answer


def units_become_an_admissible_split(answers: list[Answer]) -> None:
    corrected = [a for a in answers if a.disposition == "corrected" and {"U101", "U103"} & {*a.of(UNIT_RULES)}]
    assert corrected
    assert not told([a for a in corrected if units_after(a)[0] not in book_of(a).splits])
    assert not told([a for a in answers if a.disposition == "unchanged" and {"U101", "U103"} & {*a.of(UNIT_RULES)}])


def modifiers_are_found_exactly_when_the_book_does_not_accept_them(answers: list[Answer]) -> None:
    right = [a for a in answers if book_of(a).admissible]
    missed, false = [], []
    for answer in right:
        book = book_of(answer)
        wrong, found = book.wrongly_marked(book.units, book.marked), answer.of(ASSISTANT_RULES)
        missed += [answer] if wrong and not found else []
        false += [answer] if found and not wrong else []
    assert not told(missed)
    assert not told(false)
    assert any(a.of({"M204"}) for a in right)
    assert any(a.of({"M205"}) for a in right)
    assert any(a.of({"M206"}) for a in right)


def modifiers_become_accepted_ones(answers: list[Answer]) -> None:
    """In the corrected lines or in the proposed ones, and without another split of the units."""
    for answer in answers:
        book = book_of(answer)
        if not book.admissible:
            continue
        units, marked = units_after(answer)
        assert units == book.units, answer
        assert all(in_two_lines(answer, code) for code in book.wrongly_marked(units, marked)), answer


def nothing_changes_where_nothing_is_found(answers: list[Answer]) -> None:
    silent = [a for a in answers if not a.of(UNIT_RULES | ASSISTANT_RULES)]
    assert len(silent) > len(answers) / 4
    assert not told([a for a in silent if not a.same_bytes or a.disposition != "unchanged"])


def every_code_is_seen(answers: list[Answer]) -> None:
    assert {line[0] for answer in answers for line in answer.visit.lines} == {*CODES}


@pytest.mark.parametrize("number", range(FILES))
def test_a_file_of_visits(number: int, tmp_path: Path) -> None:
    """Each file by itself, so that an exhaustive run is shared by all workers."""
    every = list(visits(number))
    assert len(every) > CLAIMS_A_FILE / 2
    answers = scrub(every, tmp_path)
    admissible_units_are_not_spoken_of(answers)
    other_units_are_found(answers)
    units_become_an_admissible_split(answers)
    modifiers_are_found_exactly_when_the_book_does_not_accept_them(answers)
    modifiers_become_accepted_ones(answers)
    nothing_changes_where_nothing_is_found(answers)
    every_code_is_seen(answers)
