"""Minutes that the claim itself carries, and how they stand beside the records."""

from typing import Any

import pytest
from rules.specimen import Bill, patient, row

from scrubber.visits.visit import Visit


def visit(bill: Bill, *rows: Any, **profile: Any) -> Visit:
    (only,) = patient(bill, rows, **profile).visits
    return only


def noted(note: str, **bill: Any) -> Bill:
    return Bill(lines=(f"SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*{note}",), **bill)


@pytest.mark.parametrize("role", ["AIDE", "STUDENT", "SLPA"])
def test_minutes_of_a_role_that_does_not_count_are_dropped(role: str) -> None:
    found = visit(noted(f"97110 PT 20 MIN {role} 10 MIN"))
    assert found.timed_minutes() == {"97110": 20}


def test_an_slpa_counts_where_medicare_does_not_rule() -> None:
    assert visit(noted("97110 SLPA 20 MIN"), unit_rule="ama").timed_minutes() == {"97110": 20}
    assert visit(noted("97110 AIDE 20 MIN"), unit_rule="ama").timed_minutes() == {"97110": 0}


def test_a_total_alone_is_the_total_of_the_visit() -> None:
    found = visit(noted("TOTAL TIMED 32"))
    assert (found.timed_total, found.timed_minutes(), found.unit_minutes) == (32, {}, 32)
    assert not found.without_minutes
    assert not found.signed


def test_a_total_beside_minutes_by_code_is_not_used() -> None:
    found = visit(noted("97110 30 MIN TOTAL TIMED 32"))
    assert (found.timed_total, found.unit_minutes) == (None, 30)


def test_a_total_of_a_claim_for_two_days_is_of_neither() -> None:
    bill = Bill(
        lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303"),
        head=("NTE*ADD*TOTAL TIMED 32",),
    )
    assert [each.timed_total for each in patient(bill).visits] == [None, None]


def test_a_note_of_the_claim_does_not_count_on_each_of_two_days() -> None:
    bill = Bill(
        lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303"),
        head=("NTE*ADD*97110 30 MIN",),
    )
    assert [each.unit_minutes for each in patient(bill).visits] == [None, None]


def test_differing_totals_are_none() -> None:
    bill = Bill(
        lines=(
            "SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*TOTAL TIMED 32",
            "SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*TOTAL TIMED 40",
        )
    )
    assert visit(bill).unit_minutes is None


@pytest.mark.parametrize(
    ("note", "disagrees"),
    [
        ("97110 30 MIN", False),
        ("97110 29 MIN", True),
        ("TOTAL TIMED 30", False),
        ("TOTAL TIMED 45", True),
        ("97110 PT 30 MIN AIDE 15 MIN", False),
        ("TOLERATED WELL", False),
    ],
)
def test_notes_are_compared_with_the_record(note: str, disagrees: bool) -> None:
    found = visit(noted(note), row("97110", 30))
    assert bool(found.disagreements) is disagrees
    assert found.signed is not disagrees


def test_minutes_as_a_unit_are_compared_too() -> None:
    found = visit(Bill(lines=("SV1*HC:97110:GP*80*MJ*45***1",)), row("97110", 30))
    assert [(each.recorded, each.noted) for each in found.disagreements] == [(30, 45)]


def test_a_note_on_one_of_two_lines_is_a_part() -> None:
    lines = ("SV1*HC:97110:GP*40*UN*1***1 | NTE*ADD*97110 {} MIN", "SV1*HC:97110:GP:CQ*40*UN*1***1")
    rows = (row("97110", 15), row("97110", 15, "PTA"))
    for minutes, disagrees in ((15, False), (30, False), (31, True)):
        bill = Bill(lines=(lines[0].format(minutes), lines[1]))
        assert bool(visit(bill, *rows).disagreements) is disagrees


def test_the_same_note_on_both_lines_gives_the_whole_code() -> None:
    lines = tuple(f"SV1*HC:97110:GP{m}*40*UN*1***1 | NTE*ADD*97110 30 MIN" for m in ("", ":CQ"))
    assert not visit(Bill(lines=lines), row("97110", 15), row("97110", 15, "PTA")).disagreements
