"""Which fixes are applied: those that the level allows, whole or not at all, none in another's way."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from fixes.gathered import billed, patient_of, reported, row
from properties.clinic import Batch, Line
from properties.scrubbing import context

from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix, Location
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.fixes.choose import choose, without_conflicts
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.visits.patient import Patient
from scrubber.visits.records import TreatmentRecords
from scrubber.x12.span import Edit, Span

EVIDENCE = (Evidence("record N-1", "30 minutes of 97110 by PT"),)


def finding(*spans: tuple[int, int], claim: int = 0, level: FixLevel = FixLevel.SAFE,
            payment: Payment = Payment.LOWERS, signed: bool = False) -> Finding:  # fmt: skip
    edits = tuple(ClaimEdit(claim, Edit(Span(*span), "x")) for span in spans)
    fix = Fix("Change it", level, payment, edits, EVIDENCE, signed)
    return Finding("U101", "units-above-minutes", Severity.REJECT, Location(claim=claim), "It is wrong.", "", fix=fix)


@pytest.fixture(scope="module")
def patient() -> Patient:
    return patient_of(billed("A1", Line("97110")))


@pytest.fixture(scope="module")
def raising() -> Patient:
    return patient_of(billed("A1", Line("97110")), choice="raises")


@pytest.mark.parametrize(
    ("level", "chosen"),
    [("none", []), ("safe", [FixLevel.SAFE]), ("unsafe", [FixLevel.SAFE, FixLevel.UNSAFE])],
)
def test_the_level_decides(patient: Patient, level: str, chosen: list[FixLevel]) -> None:
    levels = (FixLevel.SAFE, FixLevel.UNSAFE, FixLevel.PERSON)
    found = [finding((n, n + 1), level=each) for n, each in enumerate(levels)]
    assert [each.fix.level for each in choose(found, patient, level) if each.fix] == chosen


def test_without_edits_there_is_nothing_to_apply(patient: Patient) -> None:
    bare = msgspec.structs.replace(finding((0, 1)), fix=None)
    assert choose([finding(), bare], patient, "unsafe") == []


def test_where_nobody_looks_the_payer_profile_must_allow_what_is_unsafe(patient: Patient, raising: Patient) -> None:
    found = [finding((0, 1), level=FixLevel.SAFE), finding((1, 2), level=FixLevel.UNSAFE)]
    for each, chosen in ((patient, found[:1]), (raising, found)):
        capped = dataclasses.replace(each, settings=msgspec.structs.replace(each.settings, unsafe_by_profile=True))
        assert choose(found, capped, "unsafe") == chosen
        assert choose(found, capped, "safe") == found[:1]
        assert choose(found, each, "unsafe") == found


@pytest.mark.parametrize("signed", [True, False])
def test_a_raise_wants_a_profile_that_says_so_and_a_signed_visit(
    patient: Patient, raising: Patient, signed: bool
) -> None:
    raises = finding((0, 1), level=FixLevel.UNSAFE, payment=Payment.RAISES, signed=signed)
    assert choose([raises], patient, "unsafe") == []
    assert choose([raises], raising, "unsafe") == ([raises] if signed else [])
    assert choose([raises], raising, "safe") == []


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ((5, 8), (5, 8), True),
        ((5, 8), (7, 9), True),
        ((5, 8), (6, 7), True),
        ((5, 5), (5, 5), True),
        ((5, 5), (5, 8), True),
        ((5, 8), (6, 6), True),
        ((5, 8), (8, 9), False),
        ((5, 8), (8, 8), False),
        ((5, 5), (6, 6), False),
        ((5, 8), (2, 5), False),
        ((5, 8), (5, 5), True),
    ],
)
def test_the_first_of_two_that_meet_is_applied(first: tuple[int, int], second: tuple[int, int], meet: bool) -> None:
    one, two = finding(first), finding(second)
    assert without_conflicts([one, two]) == ([one] if meet else [one, two])
    assert without_conflicts([two, one]) == ([two] if meet else [two, one])


def test_edits_of_different_claims_do_not_meet() -> None:
    one, two = finding((5, 8), claim=0), finding((5, 8), claim=1)
    assert without_conflicts([one, two]) == [one, two]


def test_a_fix_is_applied_whole_or_not_at_all() -> None:
    """The one in the middle yields to the first, and what only it stood in the way of is applied."""
    first, middle, last = finding((0, 2)), finding((1, 3), (10, 12)), finding((10, 12))
    assert without_conflicts([first, middle, last]) == [first, last]


def test_a_demoted_rule_fixes_nothing_by_itself() -> None:
    claim = billed("A1", Line("97110", units="3", charge="120.00"))
    rows = (row("A1", "97110", 30),)
    (safe,) = reported(claim, rows=rows)
    assert (safe.disposition, safe.charge_out) == ("corrected", "80.00")
    (demoted,) = reported(claim, rows=rows, choice="demoted")
    assert (demoted.disposition, demoted.charge_out) == ("held", "0.00")
    (found,) = demoted.findings
    assert found.fix is not None
    assert (found.rule, found.fix.level) == ("U101", "unsafe")
    assert [line.units for line in demoted.lines_proposed] == ["2"]


def test_a_demoted_fix_is_applied_when_unsafe_ones_are() -> None:
    settings = msgspec.structs.replace(context("demoted").settings, fix="unsafe")
    source = Batch((billed("A1", Line("97110", units="3", charge="120.00")),)).source()
    records = TreatmentRecords((row("A1", "97110", 30),))
    outcome = scrub(source, records, Context(settings, context().today))
    assert [claim.charge_out for claim in outcome.claims] == ["80.00"]
