"""Codes with a clock of their own: from how many minutes each unit counts."""

from typing import Any

import pytest
from rules import specimen
from rules.specimen import DAY, Bill, row

from scrubber.findings.finding import Evidence
from scrubber.tables.tableset import load_tables
from scrubber.visits.own_clock import MonthMinutes, OwnClock, month_minutes, own_clock

THERAPY = load_tables().therapy


def clock(code: str) -> OwnClock:
    found = own_clock(THERAPY[code], {})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "unit", "minutes"),
    [
        ("97545", 1, 61),
        ("97546", 1, 151),
        ("97546", 2, 211),
        ("97550", 1, 16),
        ("97551", 1, 38),
        ("97551", 2, 53),
        ("96105", 1, 31),
        ("96105", 2, 91),
        ("96125", 1, 31),
        ("96112", 1, 31),
        ("96113", 1, 76),
        ("92607", 1, 31),
        ("92608", 1, 76),
        ("92626", 1, 31),
        ("92627", 1, 68),
        ("98979", 1, 10),
        ("98980", 1, 20),
        ("98981", 1, 40),
        ("98981", 2, 60),
    ],
)
def test_a_unit_counts_from_its_minute_and_not_before(code: str, unit: int, minutes: int) -> None:
    assert clock(code).units(minutes)[code] == unit
    assert clock(code).units(minutes - 1)[code] == unit - 1


def test_base_and_add_on_share_one_clock() -> None:
    assert clock("97546") == clock("97545")
    assert clock("97545").units(240) == {"97545": 1, "97546": 2}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("97545", OwnClock("97545", 120, "97546", 60)),
        ("96105", OwnClock("96105", 60)),
        ("98979", OwnClock("98979", 10, monthly=True)),
        ("98981", OwnClock("98980", 20, "98981", 20, monthly=True)),
    ],
)
def test_a_clock_is_of_the_base_code_and_its_add_on(code: str, expected: OwnClock) -> None:
    assert clock(code) == expected


def test_the_first_minutes_of_a_month_of_monitoring_come_once() -> None:
    assert clock("98979").units(45) == {"98979": 1}


@pytest.mark.parametrize("minutes", range(400))
def test_units_never_fall_as_minutes_rise(minutes: int) -> None:
    for code in ("97545", "97550", "96105", "96112", "98980"):
        before, after = clock(code).units(minutes), clock(code).units(minutes + 1)
        assert all(before[each] <= after[each] for each in after)


@pytest.mark.parametrize("code", ["97161", "G0283", "92605", "92618", "97597"])
def test_untimed_and_bundled_codes_have_none(code: str) -> None:
    assert own_clock(THERAPY[code], {}) is None


def test_a_payer_may_time_a_code() -> None:
    found = own_clock(THERAPY["92507"], {"92507": 30})
    assert found is not None
    assert [found.units(minutes)["92507"] for minutes in (15, 16, 45, 46)] == [0, 1, 1, 2]


CLAIMS = [*specimen.patient(Bill()).claims, *specimen.patient(Bill(number="PCN3")).claims]
MONITORED = row("98980", 25)


def of_the_month(*rows: Any) -> MonthMinutes | None:
    return month_minutes(rows, CLAIMS, "98980", "PT", DAY)


def test_minutes_of_a_month_add_up_over_claims_and_days() -> None:
    later = row("98981", 12, "PTA", claim_id="PCN3", note_id="N2", service_date=DAY.replace(day=31))
    assert of_the_month(MONITORED, later) == MonthMinutes(
        37,
        True,
        (Evidence("record N1", "25 minutes of 98980 by PT"), Evidence("record N2", "12 minutes of 98981 by PTA")),
    )


@pytest.mark.parametrize(
    "other",
    [
        row("98980", 9, service_date=DAY.replace(month=4)),
        row("98980", 9, service_date=DAY.replace(year=2025)),
        row("98980", 9, discipline="OT"),
        row("98980", 9, "AIDE"),
        row("98980", 9, claim_id="PCN2"),
        row("98979", 9),
        row("", timed_total=9),
    ],
    ids=["next month", "a year ago", "another discipline", "an aide", "another claim", "another service", "a total"],
)
def test_what_is_not_of_the_month(other: Any) -> None:
    assert of_the_month(other) is None
    assert of_the_month(other, MONITORED) == of_the_month(MONITORED)


@pytest.mark.parametrize(
    ("given", "minutes", "measured"),
    [(specimen.clock("9:00-9:20"), 45, True), ({"minutes": 0}, 25, True), ({}, 25, False)],
    ids=["by the clock", "none", "not said"],
)
def test_whether_every_minute_of_a_month_is_known(given: dict[str, Any], minutes: int, measured: bool) -> None:
    found = of_the_month(MONITORED, row("98980", note_id="N2", **given))
    assert found is not None
    assert (found.minutes, found.measured) == (minutes, measured)
