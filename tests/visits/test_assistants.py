"""Units with CQ or CO, against worked examples and against a plain restatement of the rules."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from vectors.facts import ASSISTANTS, AssistantFact

from scrubber.tables.tableset import load_tables
from scrubber.visits.assistants import assistant_units, beyond_standard

NOW, BEFORE = date(2022, 1, 1), date(2021, 12, 31)

# CY2020 PFS: of so many minutes of a service, this many of the assistant are more than 10 % (method 2).
TOO_MANY = [(range(8, 15), 2), (range(15, 25), 3), (range(25, 35), 4), (range(35, 45), 5), (range(45, 55), 6),
            (range(55, 65), 7)]  # fmt: skip


def by_percent(therapist: int, assistant: int) -> bool:
    """Method 1: the share in percent, rounded to whole, is 11 or more."""
    share = Decimal(100 * assistant) / (therapist + assistant)
    return share.quantize(Decimal(1), ROUND_HALF_UP) >= 11


def plainly_acceptable(units: int, therapist: int, assistant: int, on: date) -> set[int]:
    """Units with the modifier, by taking quarter hours off one by one. For units that the minutes support."""
    if assistant == 0 or therapist == 0:
        return {units if assistant else 0}
    with_it = 0
    while therapist >= 15:
        therapist, units = therapist - 15, units - 1
    while assistant >= 15:
        assistant, units, with_it = assistant - 15, units - 1, with_it + 1
    later = on >= date(2022, 1, 1)
    if units == 0:
        return {with_it}
    standard = beyond_standard(therapist, assistant)
    if units == 1 and later and therapist >= 8:
        return {with_it}
    if units == 1:
        return {with_it + int(beyond) for beyond in standard}
    assert units == 2
    if not later:
        return {with_it + 2 * int(beyond) for beyond in standard}
    if min(therapist, assistant) >= 9 and 23 <= therapist + assistant <= 28:
        return {with_it + 1}
    return {with_it + 1, with_it + 2}


@pytest.mark.parametrize("fact", ASSISTANTS, ids=lambda fact: fact.id)
def test_worked_examples(fact: AssistantFact) -> None:
    therapy = load_tables().therapy
    for code in dict.fromkeys(code for code, _, _ in fact.minutes):
        therapist, assistant = fact.of(code)
        units = [sum(n for each, _, n in bill if each == code) for bill in fact.bills]
        wanted = [
            sum(n for each, modifiers, n in bill if each == code and {"CQ", "CO"} & set(modifiers))
            for bill in fact.bills
        ]
        assert len(set(units)) == 1
        if therapy[code].pooled:
            assert assistant_units(units[0], therapist, assistant, fact.on) == wanted
        else:
            assert units[0] == 1
            assert beyond_standard(therapist, assistant) == {bool(each) for each in wanted}


def test_the_facts_are_many_and_differ() -> None:
    assert len(ASSISTANTS) > 20
    assert len({fact.id for fact in ASSISTANTS}) == len(ASSISTANTS)
    assert all(fact.source and fact.certainty for fact in ASSISTANTS)


def test_the_two_ways_to_count_ten_percent() -> None:
    for minutes, least in TOO_MANY:
        for total in minutes:
            for assistant in range(1, total):
                answers = {by_percent(total - assistant, assistant), assistant >= least}
                assert beyond_standard(total - assistant, assistant) == answers, (total, assistant)


def test_where_the_two_ways_disagree() -> None:
    """One minute of nine is 11 percent, yet not two minutes; three of 27 are 11 percent, yet not four."""
    both = {
        (total - assistant, assistant)
        for total in range(8, 65)
        for assistant in range(1, total)
        if len(beyond_standard(total - assistant, assistant)) == 2
    }
    assert (7, 1) in both
    assert (8, 1) in both
    assert (9, 1) not in both
    assert (24, 3) in both
    assert (36, 4) not in both


def test_none_and_all() -> None:
    assert beyond_standard(30, 0) == {False}
    assert beyond_standard(0, 1) == {True}
    assert beyond_standard(0, 0) == {False}
    for units in range(5):
        assert assistant_units(units, 40, 0, NOW) == [0]
        assert assistant_units(units, 0, 40, NOW) == [units]


@pytest.mark.parametrize("on", [NOW, BEFORE])
def test_all_shares_of_one_code_alone(on: date) -> None:
    """Units by the chart: one code by itself."""
    for therapist, assistant in product(range(61), repeat=2):
        units = (therapist + assistant + 7) // 15
        options = assistant_units(units, therapist, assistant, on)
        assert set(options) == plainly_acceptable(units, therapist, assistant, on), (therapist, assistant)
        assert len(set(options)) == len(options)


@pytest.mark.parametrize("on", [NOW, BEFORE])
def test_all_shares_with_what_a_pool_can_make_of_a_code(on: date) -> None:
    """Beside other codes a code has its whole quarter hours and at most one unit more (Pub 100-04 Ch.5 s.20.2)."""
    for therapist, assistant in product(range(61), repeat=2):
        whole = (therapist + assistant) // 15
        for units in (whole, whole + 1):
            options = assistant_units(units, therapist, assistant, on)
            assert set(options) == plainly_acceptable(units, therapist, assistant, on), (units, therapist, assistant)
            assert all(0 <= option <= units for option in options)


def test_fewer_units_than_quarter_hours() -> None:
    """Billed below what the minutes make, the modifier goes on no more units than either of the two furnished."""
    assert assistant_units(1, 15, 15, NOW) == [0, 1]
    assert assistant_units(2, 15, 30, NOW) == [1, 2]
    assert assistant_units(2, 30, 15, NOW) == [0, 1]
    assert assistant_units(0, 15, 15, NOW) == [0]


@pytest.mark.parametrize(
    ("therapist", "assistant", "options"),
    [(8, 14, [0]), (9, 14, [1]), (14, 9, [1]), (14, 14, [1]), (14, 8, [0])],
)
def test_the_borders_of_the_exceptions(therapist: int, assistant: int, options: list[int]) -> None:
    assert assistant_units((therapist + assistant + 7) // 15, therapist, assistant, NOW) == options


def test_the_day_the_exceptions_began() -> None:
    assert assistant_units(1, 10, 10, BEFORE) == [1]
    assert assistant_units(1, 10, 10, NOW) == [0]
    assert assistant_units(2, 12, 14, BEFORE) == [2]
    assert assistant_units(2, 12, 14, NOW) == [1]


def test_where_the_two_ways_to_count_part() -> None:
    """10.5 % is 11 by percent; 19 of 181 minutes is 10.497 %, but a tenth of 181 is 18, and one more is 19."""
    assert beyond_standard(179, 21) == {True}
    assert beyond_standard(162, 19) == {False, True}


def test_the_first_day_of_the_modifiers() -> None:
    assert assistant_units(2, 0, 30, date(2020, 1, 1)) == [2]
    assert assistant_units(2, 0, 30, date(2019, 12, 31)) == [0]
