"""The product's count of units and of assistant units against the printed rules, tried out one by one.

The whole of it is ``make exhaustive`` (SCRUBBER_EXHAUSTIVE=1); an ordinary run takes a fixed sample.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product

import pytest
from arithmetic import by_the_book
from arithmetic.seeded_visits import CODES, DATES, RULES, SAMPLE, SEED, WHOLE, seeded_visits

from scrubber.visits.assistants import assistant_units, beyond_standard
from scrubber.visits.units import Split, admissible_splits, units_of, units_supported


def triples() -> Iterable[tuple[int, int, int]]:
    every = list(product(range(48), repeat=3))
    return every if WHOLE else random.Random(SEED).sample(every, SAMPLE)


def as_set(splits: Iterable[Split]) -> set[tuple[tuple[str, int], ...]]:
    return {tuple(sorted(split.items())) for split in splits}


def differences_of_units(minutes: dict[str, int]) -> Iterator[str]:
    """What the product says otherwise than the book of one pool, for every payer's rule."""
    for rule in RULES:
        units, ours = by_the_book.total(rule, minutes), by_the_book.splits(rule, minutes)
        theirs = admissible_splits(rule, minutes)
        if units_supported(rule, minutes) != units:
            yield f"{rule} {minutes}: {units_supported(rule, minutes)} units, by the book {units}"
        if as_set(theirs) != as_set(ours) or len(theirs) != len(ours):
            yield f"{rule} {minutes}: {theirs}, by the book {ours}"


def differences_of_assistants(units: int, therapist: int, assistant: int, on: date) -> Iterator[str]:
    ours = by_the_book.assistant_units(units, therapist, assistant, on)
    theirs = assistant_units(units, therapist, assistant, on)
    if sorted(theirs) != sorted(ours):
        yield f"{units} units on {on}, {therapist} and {assistant} minutes: {theirs}, by the book {sorted(ours)}"


def told(differences: Iterable[str]) -> str:
    """The first differences, for a failure that can be read."""
    every = list(differences)
    return "\n".join([*every[:12], f"({len(every)} in all)"]) if every else ""


def test_chart_of_total_minutes() -> None:
    assert [units_of(minutes) for minutes in range(1_000)] == [by_the_book.charted(n) for n in range(1_000)]


@pytest.mark.parametrize("on", DATES, ids=str)
def test_every_pair_of_therapist_and_assistant_minutes(on: date) -> None:
    """Minutes 0 to 60 of each on one code, with the units that it has alone and those that a pool can leave it."""
    every = (
        difference
        for therapist, assistant in product(range(61), repeat=2)
        for units in units_of_a_code(therapist + assistant)
        for difference in differences_of_assistants(units, therapist, assistant, on)
    )
    assert not told(every)


def units_of_a_code(minutes: int) -> set[int]:
    """What one code of a pool can be given: its whole quarter hours, and one more where minutes are left."""
    return {minutes // 15, minutes // 15 + (minutes % 15 > 0), by_the_book.charted(minutes)}


def test_every_pair_of_minutes_of_an_untimed_service() -> None:
    every = product(range(121), repeat=2) if WHOLE else product(range(61), repeat=2)
    for therapist, assistant in every:
        assert beyond_standard(therapist, assistant) == by_the_book.in_part(therapist, assistant), (
            therapist,
            assistant,
        )


def test_triples_of_codes() -> None:
    """Three codes with 0 to 47 minutes each: 110,592 of them, or a fixed sample."""
    every = (
        difference
        for triple in triples()
        for difference in differences_of_units(dict(zip(CODES, triple, strict=False)))
    )
    assert not told(every)


def test_seeded_visits() -> None:
    """Up to five codes and both roles: 100,000 visits, or the first of them. Every admissible split is gone through."""
    assert not told(_differences_of_visits(100_000 if WHOLE else SAMPLE))


def _differences_of_visits(count: int) -> Iterator[str]:
    for visit in seeded_visits(count):
        yield from differences_of_units(visit.together)
        for rule in RULES:
            asked = {
                (code, units) for split in by_the_book.splits(rule, visit.together) for code, units in split.items()
            }
            for code, units in sorted(asked):
                yield from differences_of_assistants(units, *visit.minutes[code], visit.on)
