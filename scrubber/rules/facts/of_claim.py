"""The facts of one claim, from one pass over its lines and one over its segments."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from scrubber.claims.amounts import cents, whole_units
from scrubber.claims.claim import Claim
from scrubber.claims.dates import day
from scrubber.claims.npi import is_npi
from scrubber.rules.coverage.diagnosis_not_in_force import DIVIDED
from scrubber.rules.coverage.external_cause_first import CHAPTER_20
from scrubber.rules.coverage.invalid_npi import NPI
from scrubber.rules.coverage.place_of_service_conflict import AT_A_DISTANCE
from scrubber.rules.envelope.too_many_lines import MOST_LINES
from scrubber.rules.facts import fact
from scrubber.rules.facts.of_code import EVALUATION, service, taxonomy
from scrubber.rules.facts.of_payer import PayerFacts
from scrubber.tables.tableset import Tables
from scrubber.visits.record_rows import TreatmentRecord

_REMEMBERED = 16_384
_right_npi = lru_cache(_REMEMBERED)(is_npi)
_LAST_DIVIDED = max(ended for ended, _ in DIVIDED.values())
_NEW = frozenset(code for _, new in DIVIDED.values() for code in new)
_NEW_DIAGNOSIS = fact.DIVIDED_DIAGNOSIS << 32
"""A diagnosis that was not valid at first: a bit that no other fact has, of use in this file only."""


def claim_facts(claim: Claim, payer: PayerFacts, rows: list[TreatmentRecord], tables: Tables, today: date) -> int:
    """``rows`` are the treatment records that speak for the claim."""
    facts = fact.THERE | payer.facts | _lines(claim, payer, tables)
    facts |= _dates(claim, payer, today) | _disciplines(claim, rows, tables) | _segments(claim, payer)
    clm = claim.clm.elements
    if len(clm) > 11 and clm[11]:
        facts |= fact.ACCIDENT
    if claim.frequency in ("7", "8"):
        facts |= fact.CORRECTION
    if len(claim.lines) > MOST_LINES:
        facts |= fact.TOO_MANY_LINES
    return facts


def _lines(claim: Claim, payer: PayerFacts, tables: Tables) -> int:
    """Codes, modifiers, units, charges, pointers, places and numbers."""
    facts = total = 0
    of_claim = claim.clm.value(5, 1)
    listed = len(claim.diagnoses)
    codes: set[str] = set()
    replaced, refused = payer.replaced, payer.places
    for number, line in enumerate(claim.lines, 1):
        code, units, sv1, lx = line.code, line.units, line.sv1.elements, line.lx.elements
        found = service(line.qualifier, code, line.modifiers, tables)
        facts |= found.facts
        if code in codes:
            if found.once:
                facts |= fact.SEVERAL_OF_ONE
            if code in EVALUATION:
                facts |= fact.TWO_EVALUATIONS
        elif code in EVALUATION and not codes.isdisjoint(EVALUATION):
            facts |= fact.TWO_EVALUATIONS
        codes.add(code)
        if code in replaced:
            facts |= fact.REPLACED_CODE
        if units != "1":
            if found.once:
                facts |= fact.SEVERAL_OF_ONE
            if whole_units(units) is None:
                facts |= fact.BAD_UNITS
        if line.unit == "MJ":
            facts |= fact.IN_MINUTES
        charge = cents(line.charge)
        if charge is None or sv1[0] != "SV1":
            facts |= fact.BAD_AMOUNT
        else:
            total += charge
            if not charge:
                facts |= fact.NO_CHARGE
        if _points_wrong(tuple(line.pointers), listed):
            facts |= fact.BAD_POINTER
        place = (sv1[5] if len(sv1) > 5 else "") or of_claim
        if place in AT_A_DISTANCE or place in refused:
            facts |= fact.ODD_PLACE
        if len(lx) < 2 or lx[1] != str(number):
            facts |= fact.MISNUMBERED
    charge = cents(claim.charge)
    if charge is None or charge != total:
        facts |= fact.BAD_AMOUNT
    if not charge:
        facts |= fact.NO_CHARGE
    return facts


def _dates(claim: Claim, payer: PayerFacts, today: date) -> int:
    """``today`` less a limit can lie before the first day of the calendar: OverflowError, as in the rule."""
    facts = 0
    born = day(claim.heading.patient.birth)
    oldest = None if payer.filing_days is None else today - timedelta(days=payer.filing_days)
    for line in claim.lines:
        if line.period is None:
            facts |= fact.NO_DAY
            continue
        first, last = line.period
        if first is not last:
            facts |= fact.NO_DAY
        if last > today or (oldest is not None and first < oldest) or (born is not None and first < born):
            facts |= fact.BAD_DATE
    return facts


def _disciplines(claim: Claim, rows: list[TreatmentRecord], tables: Tables) -> int:
    """Taxonomy codes and records against what the lines are billed for."""
    facts = 0
    own = claim.rendering_taxonomy if claim.rendering_npi else claim.heading.billing.taxonomy
    facts |= taxonomy(claim.heading.billing.taxonomy).facts
    disciplines = set()
    for line in claim.lines:
        rendered = taxonomy(line.rendering_taxonomy if line.rendering_npi else own)
        facts |= rendered.facts
        billed = service(line.qualifier, line.code, line.modifiers, tables).discipline
        if billed:
            disciplines.add(billed)
            if rendered.discipline and rendered.discipline != billed:
                facts |= fact.OTHER_TAXONOMY
    for row in rows:
        disciplines.add(row.discipline)
    if len(disciplines) > 1:
        facts |= fact.OTHER_RECORD
    return facts


def _segments(claim: Claim, payer: PayerFacts) -> int:
    """Numbers and taxonomy codes of providers, diagnoses, and the date of discharge, wherever they stand."""
    billing = claim.heading.billing
    facts = fact.BAD_NPI if billing.qualifier == NPI and not _right_npi(billing.npi) else 0
    referring = False
    lines_at = claim.lines[0].start if claim.lines else claim.source.start + len(claim.text)
    for segment, loop in zip(claim.segments, claim.loops, strict=True):
        elements = segment.elements
        name = elements[0]
        if name == "NM1":
            if len(elements) > 8 and elements[8] == NPI:
                npi = elements[9] if len(elements) > 9 else ""
                if not _right_npi(npi):
                    facts |= fact.BAD_NPI
                if npi and elements[1] == "DN" and loop == "2310A" and segment.at < lines_at:
                    referring = True
        elif name == "PRV":
            if len(elements) > 3:
                facts |= taxonomy(elements[3]).facts
        elif name == "HI":
            for element in elements[1:]:
                facts |= _diagnosis(element, segment.component)
        elif name == "DTP" and len(elements) > 1 and elements[1] == "096":
            facts |= fact.BAD_DATE
    if payer.wants_referring and not referring:
        facts |= fact.NO_REFERRING
    if facts & _NEW_DIAGNOSIS:
        first = claim.service_date()
        facts &= ~_NEW_DIAGNOSIS
        if first is not None and first < _LAST_DIVIDED:
            facts |= fact.DIVIDED_DIAGNOSIS
    return facts


@lru_cache(_REMEMBERED)
def _diagnosis(element: str, component: str) -> int:
    """What one element of an HI says."""
    parts = element.split(component)
    code = parts[1].upper().replace(".", "") if len(parts) > 1 else ""
    if code.startswith(CHAPTER_20):
        return fact.EXTERNAL_CAUSE
    if code in DIVIDED:
        return fact.DIVIDED_DIAGNOSIS
    return _NEW_DIAGNOSIS if code in _NEW else 0


@lru_cache(_REMEMBERED)
def _points_wrong(pointers: tuple[str, ...], listed: int) -> bool:
    """Not each to another of the diagnoses that the claim lists, or to none."""
    filled = [each for each in pointers if each]
    right = {str(number) for number in range(1, listed + 1)}
    return not filled or len(set(filled)) < len(filled) or not right.issuperset(filled)
