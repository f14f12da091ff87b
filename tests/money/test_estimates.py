"""Medicare estimates: figures that are known, and a second way of working them out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money.book_rates import Unit, day_cents, unit_cents

from scrubber.money.day import Billed, price_day
from scrubber.tables.tableset import load_tables

FEES = load_tables().fee_schedule("fee-schedule-medicare")
DAY = date(2026, 3, 2)
CODES = (
    "97110",
    "97112",
    "97116",
    "97140",
    "97530",
    "97161",
    "97150",
    "G0283",
    "97010",
    "97014",
    "97035",
    "92507",
    "98975",
)


@pytest.mark.parametrize(
    ("on", "whole"),
    [
        (date(2022, 6, 1), 3011),
        (date(2023, 6, 1), 2982),
        (date(2024, 3, 8), 2881),
        (date(2024, 3, 9), 2929),
        (date(2025, 6, 1), 2879),
        (date(2026, 1, 1), 2906),
        (date(2026, 12, 31), 2906),
    ],
)
def test_97110_by_date(on: date, whole: int) -> None:
    """The national amounts that CMS, professional bodies and billing articles print for the years."""
    assert price_day([Billed("97110", 1)], on, FEES).amounts == (whole,)


def test_only_the_first_unit_is_whole() -> None:
    # 0.45 + 0.41 / 2 + 0.01 = 0.665 at 33.4009
    price = price_day([Billed("97110", 3)], DAY, FEES)
    assert (price.cents, price.reduced) == (2906 + 2 * 2221, True)
    assert not price_day([Billed("97110", 1)], DAY, FEES).reduced


def test_the_highest_practice_expense_is_whole_whatever_the_order() -> None:
    lines = [Billed("97110", 1), Billed("97530", 1)]
    assert price_day(lines, DAY, FEES).amounts == (2221, 3507)
    assert price_day(lines[::-1], DAY, FEES).amounts == (3507, 2221)


def test_the_assistant_has_85_percent_from_2022_on() -> None:
    price = price_day([Billed("97110", 1, by_assistant=True)], DAY, FEES)
    assert (price.cents, price.assisted) == (2470, True)
    # 12 % less where the coinsurance is collected: 29.06 x 0.88.
    assert price.collected == 2557
    early = price_day([Billed("97110", 1, by_assistant=True)], date(2021, 12, 31), FEES)
    assert (early.amounts, early.assisted) == ((None,), False)


def test_the_published_cut_of_28_79() -> None:
    """$4.32 of the allowed amount, $3.45 of what comes in: both are quoted for 2025."""
    on = date(2025, 6, 1)
    whole, assisted = (price_day([Billed("97110", 1, by)], on, FEES) for by in (False, True))
    assert (whole.cents - assisted.cents, whole.cents - assisted.collected) == (432, 345)


def test_codes_that_are_never_paid_cost_nothing_and_others_are_not_known() -> None:
    price = price_day([Billed("97010", 1), Billed("97014", 1), Billed("98986", 1), Billed("97110", None)], DAY, FEES)
    assert price.amounts == (0, 0, None, None)
    assert price.unknown == (
        "98986 has no national amount (status C)",
        "97110 has no whole number of units",
    )


def test_a_day_after_the_table_is_answered_and_said_to_be_stale() -> None:
    price = price_day([Billed("97110", 1)], date(2027, 1, 2), FEES)
    assert (price.cents, price.stale, price.years) == (2906, True, frozenset({2026}))


def test_the_facts_of_the_rows_are_the_published_totals() -> None:
    """Work, practice expense and malpractice of every row give the amount by the second road."""
    for code in CODES:
        for on in (date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1), DAY):
            answer = FEES.fee(code, on).fee
            if answer is not None:
                assert (answer.whole, answer.reduced) == (unit_cents(code, on), unit_cents(code, on, half=True))


billed = st.builds(Billed, st.sampled_from(CODES), st.integers(1, 4), st.booleans())
days = st.sampled_from([date(2022, 1, 1), date(2024, 3, 8), date(2024, 3, 9), date(2025, 7, 1), DAY])


@settings(deadline=None)
@given(st.lists(billed, max_size=5), days)
def test_a_day_is_what_the_second_road_makes_of_it(lines: list[Billed], on: date) -> None:
    price = price_day(lines, on, FEES)
    units = [Unit(line.code, line.by_assistant) for line in lines for _ in range(line.units or 0)]
    try:
        expected = day_cents(units, on)
    except LookupError:
        assert price.unknown
        return
    assert price.cents == expected


@given(st.lists(billed, min_size=1, max_size=5), days, st.data())
def test_a_unit_less_or_an_assistant_more_never_costs_more(lines: list[Billed], on: date, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    before = price_day(lines, on, FEES).cents
    fewer = [*lines[:at], line._replace(units=(line.units or 1) - 1 or None), *lines[at + 1 :]]
    assert price_day(fewer, on, FEES).cents <= before
    assisted = [*lines[:at], line._replace(by_assistant=True), *lines[at + 1 :]]
    assert price_day(assisted, on, FEES).cents <= before
