"""Whether two services of a day were apart, by their clock times."""

from typing import Any

import pytest
from rules.specimen import DAY, Bill, clock, patient, row

from scrubber.visits.intervals import intervals_apart

LINES = ("SV1*HC:97530:GP*45*UN*1***1", "SV1*HC:97140:GP*38*UN*1***1")


def apart(*rows: Any) -> bool | None:
    found = patient(Bill(lines=LINES), rows)
    there, back = intervals_apart(found, DAY, "97530", "97140"), intervals_apart(found, DAY, "97140", "97530")
    assert there is back
    return there


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("9:00-9:15", "9:20-9:35", True),
        ("9:00-9:15", "9:15-9:30", True),
        ("9:00-9:15", "9:14-9:30", False),
        ("9:00-9:30", "9:10-9:20", False),
    ],
)
def test_touching_ends_do_not_overlap(one: str, other: str, expected: bool) -> None:
    assert apart(row("97530", None, **clock(one)), row("97140", None, **clock(other))) is expected


def test_every_stretch_counts() -> None:
    rows = [
        row("97530", None, **clock("9:00-9:15")),
        row("97530", None, note_id="N2", **clock("10:00-10:15")),
        row("97140", None, **clock("9:10-9:20")),
    ]
    assert apart(*rows) is False


def test_only_stretches_of_the_two_are_looked_at() -> None:
    rows = [row("97530", None, **clock("9:00-9:15")), row("97140", None, **clock("9:15-9:30"))]
    others = [row("97110", None, note_id="N2", **clock("9:05-9:25")), row("97112", 15), row("", timed_total=30)]
    assert apart(*rows, *others) is True


def test_a_day_without_records() -> None:
    assert apart() is None
    assert apart(row("97110", 15)) is None


def test_without_a_clock_nobody_knows() -> None:
    timed = row("97530", None, **clock("9:00-9:15"))
    assert apart(timed) is None
    assert apart(timed, row("97140", 15)) is None
    assert apart(timed, row("97140", 15), row("97140", None, note_id="N2", **clock("9:30-9:45"))) is None
