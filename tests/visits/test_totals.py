"""Documented totals of a day beside the minutes by code."""

from typing import Any

import pytest
from rules.specimen import Bill, patient, row

from scrubber.visits.totals import totals_disagreement
from scrubber.visits.visit import TotalsDisagreement, Visit

EXERCISE = "SV1*HC:97110:GP*80*UN*2***1"
TEST_OF_COGNITION = "SV1*HC:96125:GP*100*UN*1***1"


def visit(*rows: Any, lines: tuple[str, ...] = (EXERCISE, TEST_OF_COGNITION)) -> Visit:
    (only,) = patient(Bill(lines=lines), rows).visits
    return only


def total(timed: int | None = None, treatment: int | None = None) -> Any:
    return row("", timed_total=timed, treatment_total=treatment)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((row("97110", 30),), None),
        ((row("97110", 30), total(30)), None),
        ((row("97110", 30), total(30, 30)), None),
        ((row("97110", 30), total(31)), (31, 30, None)),
        ((row("97110", 30), total(29, 40)), (29, 30, 40)),
        ((row("97110", 30), total(None, 29)), (None, 30, 29)),
        ((row("97110", 30), total(None, 30)), None),
        ((total(30, 29),), (30, None, 29)),
        ((total(30, 30),), None),
        ((total(30),), None),
        ((total(None, 30),), None),
        # Work with its own clock may be in the total or not, each way without disagreement.
        ((row("97110", 30), row("96125", 60), total(30)), None),
        ((row("97110", 30), row("96125", 60), total(90)), None),
        ((row("97110", 30), row("96125", 60), total(60)), (60, 30, None)),
        ((row("97110", 30), row("96125", 60), total(90, 80)), (90, 90, 80)),
        ((row("96125", 60), total(1)), None),
        # Group treatment, untimed services and codes of no therapy are not timed.
        ((row("97110", 30), row("97140", 15, mode="group"), total(45)), (45, 30, None)),
        ((row("97110", 30), row("97150", 15, mode="group"), total(45)), (45, 30, None)),
        ((row("97110", 30), row("97161", 15), total(45)), (45, 30, None)),
        ((row("97110", 30), row("99213", 15), total(45)), (45, 30, None)),
    ],
)
def test_totals_and_minutes_by_code(rows: tuple[Any, ...], found: tuple[int | None, ...] | None) -> None:
    of_visit = visit(*rows)
    assert of_visit.totals == found
    assert totals_disagreement(of_visit) == found


@pytest.mark.parametrize(
    ("timed", "summed", "treatment", "differs", "below"),
    [
        (30, 30, 30, False, False),
        (30, 31, None, True, False),
        (30, 31, 30, True, False),
        (31, 30, 30, True, True),
        (None, 30, 30, False, False),
        (None, 30, 29, False, True),
        (30, None, 29, False, True),
        (None, None, 29, False, False),
        (0, 0, 0, False, False),
    ],
)
def test_what_does_not_fit(
    timed: int | None, summed: int | None, treatment: int | None, *, differs: bool, below: bool
) -> None:
    found = TotalsDisagreement(timed, summed, treatment)
    assert (found.sum_differs, found.treatment_below) == (differs, below)
