"""Stretches of one-on-one care of one visit, and where they claim the same minutes."""

from typing import Any

import pytest
from rules.specimen import clock, row

from scrubber.visits.one_on_one import Overlap, combined, is_one_on_one, overlaps, read_clock, stretches

JOINT = {"role": "PTA", "together": True, "note_id": "N2"}


def stretched(*rows: Any) -> list[tuple[str, int]]:
    """Clock and counted minutes of each stretch."""
    return [
        (f"{s.start // 60}:{s.start % 60:02}-{s.stop // 60}:{s.stop % 60:02}", s.minutes) for s in stretches(list(rows))
    ]


def at(times: str, code: str = "97110", minutes: int | None = None, **columns: Any) -> Any:
    return row(code, minutes, **columns, **clock(times))


@pytest.mark.parametrize("code", ["97110", "97161", "97545"])
def test_timed_codes_and_evaluations_are_one_on_one(code: str) -> None:
    assert is_one_on_one(row(code, 15))


@pytest.mark.parametrize(
    "other",
    [
        row("97018", 15),
        row("98980", 25),
        row("99213", 15),
        row("", timed_total=15),
        row("97110", 15, mode="group"),
        row("97110", 15, "AIDE"),
        row("97110", 15, "STUDENT"),
    ],
    ids=["a modality", "monitoring", "no therapy", "no code", "a group", "an aide", "a student"],
)
def test_what_is_not_one_on_one(other: Any) -> None:
    assert not is_one_on_one(other)


def test_stretches_come_in_order_and_hold_the_minutes_that_count() -> None:
    rows = (row("97140", 15), at("10:00-10:30", minutes=20), at("9:00-9:15", "97140"))
    assert stretched(*rows) == [("9:00-9:15", 15), ("10:00-10:30", 20)]


def test_of_stretches_that_begin_together_the_shorter_comes_first() -> None:
    long, short = at("9:00-9:30", minutes=10), at("9:00-9:20", "97140", minutes=15)
    assert stretched(long, short) == [("9:00-9:20", 15), ("9:00-9:30", 10)]
    assert overlaps(stretches([long, short])) == [Overlap(long, short)]


def test_of_joint_time_only_what_no_therapist_has() -> None:
    assert stretched(at("9:10-9:20"), at("9:00-9:40", **JOINT)) == [
        ("9:00-9:10", 10),
        ("9:10-9:20", 10),
        ("9:20-9:40", 20),
    ]
    assert stretched(at("9:10-9:20"), at("9:00-9:40", minutes=15, **JOINT))[::2] == [
        ("9:00-9:10", 10),
        ("9:20-9:40", 5),
    ]
    assert stretched(at("9:00-9:10"), at("9:00-9:30", **JOINT)) == [("9:00-9:10", 10), ("9:10-9:30", 20)]
    assert stretched(at("9:00-9:30"), at("9:00-9:30", **JOINT)) == [("9:00-9:30", 30)]
    for apart in ("8:00-8:30", "10:00-10:30"):
        assert ("9:00-9:30", 30) in stretched(at(apart), at("9:00-9:30", **JOINT))
        assert len(stretched(at(apart), at("9:00-9:30", **JOINT))) == 2


@pytest.mark.parametrize("columns", [{"role": "PTA", "together": False}, {"role": "PT", "together": True}])
def test_any_other_row_has_its_own_time(columns: dict[str, Any]) -> None:
    assert stretched(at("9:00-9:30"), at("9:00-9:30", note_id="N2", **columns)) == [("9:00-9:30", 30)] * 2


def test_joint_time_of_another_code_is_its_own() -> None:
    assert stretched(at("9:00-9:30", "97140"), at("9:00-9:30", **JOINT)) == [("9:00-9:30", 30)] * 2


def test_overlaps_are_with_what_has_not_ended() -> None:
    long, within, touching = at("9:00-9:30"), at("9:10-9:20"), at("9:30-9:45")
    assert overlaps(stretches([long, within, touching])) == [Overlap(within, long)]
    third = at("9:25-9:50")
    assert overlaps(stretches([long, within, third])) == [Overlap(within, long), Overlap(third, long)]


def test_what_the_clock_of_a_visit_says() -> None:
    first, second = at("9:00-9:30", clinician_id="T1"), at("9:15-9:45", "97140")
    untimed = row("97530", 15, clinician_id="T1")
    unsigned, grouped = at("9:00-9:30", signed=False, note_id="N3"), row("97150", 30, mode="group")
    beyond = [Overlap(each, row("97112", 15, claim_id="PCN2"), (1,)) for each in (first, unsigned)]
    found = read_clock([first, second, untimed, unsigned, grouped], beyond)
    assert [each.row for each in found.stretches] == [first, second]
    assert found.overlaps == [Overlap(second, first)]
    assert found.elsewhere == beyond[:1]
    assert (found.untimed, found.unnamed) == (("97530",), ("97140",))
    assert read_clock([first], []).elsewhere == []


def test_two_disciplines_in_more_minutes_than_they_cover() -> None:
    def together(one: list[Any], other: list[Any]) -> Any:
        return combined(stretches(one), stretches(other), (0, 1))

    assert together([at("9:00-9:30")], [at("9:15-9:45", "97530")]) == (60, 45, (0, 1))
    assert together([at("9:00-9:30")], [at("9:30-9:45", "97530")]) is None
    # Counted minutes that fit into the time, though the clock times overlap.
    assert together([at("9:00-9:30", minutes=20)], [at("9:15-9:45", "97530", minutes=20)]) is None
    assert together([at("9:00-9:30", minutes=25)], [at("9:15-9:45", "97530", minutes=20)]) is None
    assert together([at("9:00-9:30", minutes=26)], [at("9:15-9:45", "97530", minutes=20)]) == (46, 45, (0, 1))
    assert together([at("9:00-9:30")], [at("9:15-9:45", "97165")]) is None
    # What overlaps within one discipline is told there.
    assert together([at("9:00-9:30"), at("9:15-9:45")], [at("10:00-10:30", "97530")]) is None
