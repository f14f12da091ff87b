"""Codes with a clock of their own: from how many minutes each unit counts."""

import pytest

from scrubber.tables.tableset import load_tables
from scrubber.visits.own_clock import OwnClock, own_clock

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
