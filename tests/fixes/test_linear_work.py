"""Twice the claims, lines or interchanges are twice the work, not four times: counted in the rooms from findings to a
decided claim."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
import work
from fixes.gathered import PERSON, billed
from properties.clinic import ENDINGS, Batch, Claim, Envelope, Faults, Line, Person
from properties.scrubbing import context

from scrubber.claims.index import index
from scrubber.fixes.together import held_with
from scrubber.scrub import scrub
from scrubber.visits.records import TreatmentRecords

ROOMS = ("scrubber/fixes/", "scrubber/scrub_patient.py", "scrubber/states.py", "scrubber/envelope.py")
MOST = 2.3
"""Twice as much, and a little for sorting."""


def of_scrubbing(batch: Batch, choice: str = "safe") -> int:
    source = batch.source()
    assert index(source).claims
    return work.instructions(lambda: scrub(source, TreatmentRecords(), context(choice)), *ROOMS)


def one_patient(claims: int, *lines: Line) -> Batch:
    """Each claim on a day of its own."""
    first = date(2024, 1, 1)
    made = [
        billed(f"A{n}", *(line._replace(day=first + timedelta(n)) for line in lines), person=PERSON)
        for n in range(claims)
    ]
    return Batch(tuple(made))


def grows(few: Batch, many: Batch, choice: str = "safe") -> float:
    of_scrubbing(few, choice)  # what is loaded and remembered once does not count
    return of_scrubbing(many, choice) / of_scrubbing(few, choice)


@pytest.mark.parametrize("choice", ["safe", "none", "conforming"])
@pytest.mark.parametrize(
    "line",
    [Line("97110"), Line("97110", ()), Line("97110", ("GP", "GP")), Line("97110", units="x")],
    ids=["clean", "no modifier", "repeated modifier", "no units"],
)
def test_claims_of_one_patient(line: Line, choice: str) -> None:
    assert grows(one_patient(120, line), one_patient(240, line), choice) < MOST


def test_lines_of_one_claim_with_faults() -> None:
    lines = [Line("97110", ("GP", "GP") if n % 2 else ("GP",), day=date(2026, 1, 1) + timedelta(n)) for n in range(48)]
    assert grows(Batch((billed("A1", *lines[:24]),)), Batch((billed("A1", *lines),))) < MOST


def interchanges(count: int, faults: Faults = Faults()) -> Batch:  # noqa: B008
    """Each with a claim that goes out and one that is held, of patients of their own."""
    claims: list[Claim] = []
    for n in range(count):
        claims.append(billed(f"A{n}", Line("97110"), person=Person(2 * n + 1))._replace(place=n))
        claims.append(billed(f"B{n}", Line("97110", units="x"), person=Person(2 * n + 2))._replace(place=n))
    return Batch(tuple(claims), tuple(Envelope(n, 0, ENDINGS[0], faults) for n in range(count)))


@pytest.mark.parametrize("faults", [Faults(), Faults(segments=3, transactions=1, groups=2)], ids=["right", "counts"])
def test_interchanges(faults: Faults) -> None:
    assert grows(interchanges(40, faults), interchanges(80, faults)) < MOST


def test_the_source_is_hashed_once_for_all_interchanges_of_held(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[int] = []
    real = hashlib.sha256

    def counted(data: bytes) -> object:
        hashed.append(len(data))
        return real(data)

    source = interchanges(30).source()
    monkeypatch.setattr(hashlib, "sha256", counted)
    outcome = scrub(source, TreatmentRecords(), context())
    assert outcome.has_held
    assert hashed.count(len(source)) == 1


class Looked(tuple[int, ...]):  # noqa: SLOT001 - its count is the class's
    """A group that counts how often somebody goes through it."""

    times = 0

    def __iter__(self):  # type: ignore[no-untyped-def]
        Looked.times += 1
        return super().__iter__()


def test_a_chain_of_claims_is_followed_from_its_end() -> None:
    chain = [Looked((n, n + 1)) for n in range(500)]
    assert held_with([500], list(chain)) == {n: n + 1 for n in range(499, -1, -1)}
    assert Looked.times <= 3 * len(chain)
