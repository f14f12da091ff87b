"""What a bucket of the therapy threshold stands at on each day: the figures behind M211 and M212."""

from datetime import date
from typing import Any

import pytest
from rules.specimen import TODAY, Bill, patient, row, settings

from scrubber.money.day import Billed, price_day
from scrubber.rules.modifiers.spent import MEDICARE_FEES, Spent, spent
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import load_tables
from scrubber.visits.record_rows import TreatmentRecord

LINE = "SV1*HC:97110:GP*{}*UN*1***1 | DTP*472*D8*{:%Y%m%d}"
DAYS = [date(2026, 3, day) for day in (2, 9, 16)]


def stands(lines: tuple[str, ...], *rows: TreatmentRecord, carrying: frozenset[str] = frozenset()) -> list[Spent]:
    """By day."""
    context = RuleContext(settings(), load_tables(), TODAY)
    found = list(spent(patient(Bill(lines=lines), rows), context, carrying))
    return sorted(found, key=lambda each: each.visit.date)


def amount(on: date, text: str, note_id: str = "N1", **columns: Any) -> TreatmentRecord:
    return row("", service_date=on, note_id=note_id, pt_slp_to_date=text, **columns)


def test_the_newest_amount_up_to_the_day_counts_and_of_one_day_the_largest() -> None:
    lines = tuple(LINE.format(40, day) for day in DAYS)
    rows = (
        amount(DAYS[1], "300", "A"),
        amount(DAYS[0], "100", "C"),
        amount(DAYS[1], "200", "B"),
        amount(date(2025, 12, 31), "2000", "OLD"),
    )
    found = stands(lines, *rows)
    assert [(each.figure.note_id, each.figure.cents) for each in found if each.figure] == [
        ("C", 10000),
        ("A", 30000),
        ("A", 30000),
    ]
    assert [each.billed for each in found] == [4000, 8000, 12000]
    assert [each.estimate for each in found] == [14000, 38000, 42000]
    assert {(each.threshold, each.named) for each in found} == {(248000, "PT and SLP")}


def test_before_the_first_amount_none_is_known() -> None:
    found = stands(tuple(LINE.format(40, day) for day in DAYS), amount(DAYS[1], "300"))
    assert [each.figure and each.figure.cents for each in found] == [None, 30000, 30000]
    assert [each.estimate for each in found] == [4000, 38000, 42000]


def test_charges_in_full_are_added_until_they_pass_the_threshold_and_then_what_medicare_allows() -> None:
    (found,) = stands((LINE.format(400, DAYS[0]),), amount(DAYS[0], "2080"))
    assert found.estimate == 248000
    (found,) = stands((LINE.format(400, DAYS[0]),), amount(DAYS[0], "2080.01"))
    assert found.estimate == 208001 + 2906


def test_a_charge_that_cannot_be_read_or_is_negative_adds_nothing() -> None:
    lines = (LINE.format("4O", DAYS[0]), LINE.format("-40", DAYS[0]).replace(":GP", ":GP:59"))
    (found,) = stands(lines, amount(DAYS[0], "100"))
    assert (found.billed, found.estimate) == (0, 10000)


@pytest.mark.parametrize(("carried", "days"), [({"KX"}, [DAYS[1]]), ({"GA"}, []), (set(), DAYS)])
def test_only_visits_that_carry_the_modifier(carried: set[str], days: list[date]) -> None:
    lines = [LINE.format(40, day) for day in DAYS]
    lines[1] = lines[1].replace(":GP", ":GP:KX")
    found = stands(tuple(lines), amount(DAYS[0], "100"), carrying=frozenset(carried))
    assert [each.visit.date for each in found] == days
    assert all(each.billed == 4000 * (1 + DAYS.index(each.visit.date)) for each in found)


def test_each_year_begins_at_nothing() -> None:
    lines = (LINE.format(40, date(2025, 12, 31)), LINE.format(50, date(2026, 1, 1)))
    found = stands(lines, amount(date(2025, 12, 31), "2000"))
    assert [(each.figure and each.figure.cents, each.billed, each.estimate) for each in found] == [
        (200000, 4000, 204000),
        (None, 5000, 5000),
    ]
    assert [each.threshold for each in found] == [241000, 248000]


def estimate(lines: tuple[str, ...], *rows: TreatmentRecord) -> list[int]:
    """What this file adds to an amount that stands at the threshold, in cents."""
    return [each.estimate - 248000 for each in stands(lines, amount(DAYS[0], "2480"), *rows)]


def allowed(*billed: Billed, on: date = DAYS[0]) -> int:
    return price_day(billed, on, load_tables().fee_schedule(MEDICARE_FEES)).cents


SPEECH = "SV1*HC:92507:GN*{}*UN*1***1 | DTP*472*D8*{:%Y%m%d}"


def test_two_disciplines_of_one_bucket_on_one_day_are_one_sum() -> None:
    lines = (LINE.format(400, DAYS[0]), SPEECH.format(300, DAYS[0]))
    found = stands(lines, amount(DAYS[0], "100"))
    assert [each.visit.discipline for each in found] == ["PT", "SLP"]
    assert [each.billed for each in found] == [70000, 70000]
    assert estimate(lines) == [allowed(Billed("97110", 1), Billed("92507", 1))] * 2


def test_every_line_of_a_day_counts_at_its_rate_and_none_above_its_charge() -> None:
    two = (LINE.format(400, DAYS[0]), LINE.format(400, DAYS[0]).replace(":GP", ":GP:59"))
    assert estimate(two) == [allowed(Billed("97110", 1), Billed("97110", 1))]
    assert estimate((two[0].replace(":GP", ":GP:CQ"),)) == [allowed(Billed("97110", 1, by_assistant=True))]
    assert estimate((LINE.format(10, DAYS[0]),)) == [1000]
    without_fee = LINE.replace("97110", "97799").format(400, DAYS[0])
    assert estimate((two[0], without_fee)) == [allowed(Billed("97110", 1))]
    beside = price_day((Billed("97110", 1), Billed("97140", 1)), DAYS[0], load_tables().fee_schedule(MEDICARE_FEES))
    for charge in ("-40", "4O"):
        assert estimate((two[0], LINE.replace("97110", "97140").format(charge, DAYS[0]))) == [beside.amounts[0]]


def test_a_service_of_another_payer_does_not_lower_the_estimate() -> None:
    """97530 has the higher practice expense: beside it 97110 would be reduced."""
    other = Bill(lines=(LINE.replace("97110", "97530").format(400, DAYS[0]),), number="PCN2", filing="CI", payer="99")
    context = RuleContext(settings(), load_tables(), TODAY)
    both = patient((Bill(lines=(LINE.format(400, DAYS[0]),)), other), (amount(DAYS[0], "2480"),))
    (found,) = spent(both, context)
    assert found.estimate - 248000 == allowed(Billed("97110", 1))


def test_a_bucket_that_carries_nothing_does_not_hide_the_next() -> None:
    occupational = f"SV1*HC:97530:GO:KX*60*UN*1***1 | DTP*472*D8*{DAYS[0]:%Y%m%d}"
    found = stands((LINE.format(40, DAYS[0]), occupational), carrying=frozenset({"KX"}))
    assert [each.bucket for each in found] == [("OT",)]
