"""Twice the lines or claims with faults are twice the work of the rules and of what their findings are worth, not four
times.
"""

from datetime import date, timedelta

import pytest
import work
from fixes.gathered import PERSON, billed
from properties.clinic import Batch, Line
from properties.scrubbing import context

from scrubber.claims import shape
from scrubber.claims.index import index
from scrubber.scrub import scrub
from scrubber.visits.records import TreatmentRecords

ROOMS = (
    "scrubber/rules/impact.py",
    "scrubber/rules/run.py",
    "scrubber/rules/facts/",
    "scrubber/claims/",
    "scrubber/money/",
)
MOST = 2.2
"""Twice as much, and a little for sorting."""

FAULTS = [Line("97110", ("GP", "GP")), Line("97110", ()), Line("97110", ("GP", "ZZ")), Line("97010")]
IDS = ["a fix that moves nothing", "a fix of a missing modifier", "a denial", "a bundled code"]


@pytest.fixture(autouse=True)
def _no_known_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims of few lines would be read by their remembered shape, and those of many would not."""
    monkeypatch.setattr(shape, "_shapes", {})
    monkeypatch.setattr(shape, "LONGEST_SHAPE", 0)


def of_scrubbing(batch: Batch) -> int:
    source = batch.source()
    assert index(source).claims
    return work.instructions(lambda: scrub(source, TreatmentRecords(), context()), *ROOMS)


def grows(few: Batch, many: Batch) -> float:
    of_scrubbing(few)  # what is loaded and remembered once does not count
    return of_scrubbing(many) / of_scrubbing(few)


def on_days(line: Line, count: int) -> list[Line]:
    return [line._replace(day=date(2026, 1, 1) + timedelta(n)) for n in range(count)]


@pytest.mark.parametrize("line", FAULTS, ids=IDS)
def test_lines_of_one_claim(line: Line) -> None:
    lines = on_days(line, 48)
    assert grows(Batch((billed("A1", *lines[:24]),)), Batch((billed("A1", *lines),))) < MOST


@pytest.mark.parametrize("line", FAULTS, ids=IDS)
def test_claims_of_one_patient(line: Line) -> None:
    claims = tuple(billed(f"A{n}", each, person=PERSON) for n, each in enumerate(on_days(line, 80)))
    assert grows(Batch(claims[:40]), Batch(claims)) < MOST
