"""The facts of one claim, from one pass over its lines and one over the segments before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from scrubber.claims.amounts import cents
from scrubber.claims.claim import REPLACEMENT, VOID, Claim
from scrubber.claims.dates import day
from scrubber.claims.npi import is_npi
from scrubber.claims.service_line import NO_ELEMENTS, procedure_of
from scrubber.rules.coverage.diagnosis_not_in_force import DIVIDED
from scrubber.rules.coverage.external_cause_first import CHAPTER_20
from scrubber.rules.coverage.invalid_npi import NPI
from scrubber.rules.coverage.place_of_service_conflict import AT_A_DISTANCE
from scrubber.rules.envelope.too_many_lines import MOST_LINES
from scrubber.rules.facts import fact
from scrubber.rules.facts.of_code import service, taxonomy
from scrubber.rules.facts.of_payer import PayerFacts
from scrubber.tables.tableset import Tables
from scrubber.visits.record_rows import TreatmentRecord

_REMEMBERED = 16_384
_right_npi = lru_cache(_REMEMBERED)(is_npi)
_LAST_DIVIDED = max(ended for ended, _ in DIVIDED.values())
_NEW = frozenset(code for _, new in DIVIDED.values() for code in new)
_NEW_DIAGNOSIS = fact.DIVIDED_DIAGNOSIS << 32
"""A diagnosis that was not valid at first: a bit that no other fact has, of use in this file only."""

_ONCE_A_DAY = fact.ONCE | fact.EVALUATION


def claim_facts(claim: Claim, payer: PayerFacts, rows: Sequence[TreatmentRecord], tables: Tables, today: date) -> int:
    """``rows`` are the treatment records that speak for the claim."""
    facts = fact.THERE | payer.facts | _head(claim, payer) | _lines(claim, payer, rows, tables, today)
    clm = claim.clm.elements
    if len(clm) > 5:
        facts |= _fifth(clm[5], claim.clm.component)
        if clm[5].partition(claim.clm.component)[0] in payer.places:
            facts |= fact.ODD_PLACE
    if len(clm) > 11 and clm[11]:
        facts |= fact.ACCIDENT
    if len(claim.lines) > MOST_LINES:
        facts |= fact.TOO_MANY_LINES
    return facts


def _lines(claim: Claim, payer: PayerFacts, rows: Sequence[TreatmentRecord], tables: Tables, today: date) -> int:
    facts = total = 0
    own = taxonomy(claim.rendering_taxonomy if claim.rendering_npi else claim.heading.billing.taxonomy)
    earliest = _earliest(claim, payer, today)
    listed = len(claim.diagnoses)
    disciplines = set()
    once: list[tuple[object, str]] = []
    for number, line in enumerate(claim.lines, 1):
        sv1, lx = line.sv1, line.lx.elements
        elements = sv1.elements
        found, discipline, charge = _sv1(tuple(elements), sv1.component, listed, tables)
        facts |= found
        total += charge
        if found & _ONCE_A_DAY:
            once.append((line.period, line.code))
            if found & fact.EVALUATION:
                once.append((line.period, ""))  # all evaluations alike
        rendered = taxonomy(line.rendering_taxonomy) if line.rendering_npi else own
        facts |= rendered.facts
        if discipline:
            disciplines.add(discipline)
            if rendered.discipline and rendered.discipline != discipline:
                facts |= fact.OTHER_TAXONOMY
        if line.period is None:
            facts |= fact.NO_DAY
        else:
            first, last = line.period
            if first is not last:
                facts |= fact.NO_DAY
            if last > today or first < earliest:
                facts |= fact.BAD_DATE
        if payer.places and len(elements) > 5 and elements[5] in payer.places:
            facts |= fact.ODD_PLACE
        if payer.replaced and line.code in payer.replaced:
            facts |= fact.REPLACED_CODE
        if len(lx) < 2 or lx[1] != str(number):
            facts |= fact.MISNUMBERED
    in_all = cents(claim.charge)
    if in_all != total:
        facts |= fact.BAD_AMOUNT
    if not in_all:
        facts |= fact.NO_CHARGE
    if len(set(once)) < len(once):
        facts |= fact.SEVERAL_OF_ONE | fact.TWO_EVALUATIONS
    for row in rows:
        disciplines.add(row.discipline)
    return facts | fact.OTHER_RECORD if len(disciplines) > 1 else facts


@lru_cache(_REMEMBERED)
def _sv1(elements: tuple[str, ...], component: str, listed: int, tables: Tables) -> tuple[int, str, int]:
    """What SV1 says by itself, where so many diagnoses are listed: facts, the discipline that it is billed for, and its
    charge in cents. Texts of some 8 MB, since a clinic bills the same few services at the same charges all day.
    """
    _, sv101, sv102, unit, units, place, _, pointers = (*elements, *NO_ELEMENTS)[:8]
    facts, discipline = service(*procedure_of(sv101, component), unit, units, tables)
    charge = cents(sv102)
    if charge is None:
        facts |= fact.BAD_AMOUNT
    elif not charge:
        facts |= fact.NO_CHARGE
    if not pointers or _points_wrong(pointers, component, listed):
        facts |= fact.BAD_POINTER
    if place in AT_A_DISTANCE:
        facts |= fact.ODD_PLACE
    return facts, discipline, charge or 0


def _earliest(claim: Claim, payer: PayerFacts, today: date) -> date:
    """The first day of service that is neither before birth nor past a limit. OverflowError where today less the limit
    lies before the first day of the calendar, which no settings give.
    """
    born = day(claim.heading.patient.birth) or date.min
    if payer.filing_days is None:
        return born
    return max(born, today - timedelta(days=payer.filing_days))


def _head(claim: Claim, payer: PayerFacts) -> int:
    """Numbers and taxonomy codes of providers, diagnoses, and the date of discharge. Lines are read only where they
    name a provider.
    """
    billing = claim.heading.billing
    facts = taxonomy(billing.taxonomy).facts
    if billing.qualifier == NPI and not _right_npi(billing.npi):
        facts |= fact.BAD_NPI
    referring = False
    loops = claim.loops
    for place, segment in enumerate(claim.segments[: claim.line_segments_from]):
        elements = segment.elements
        name = elements[0]
        if name == "NM1":
            facts |= _provider(elements)
            if loops[place] == "2310A" and len(elements) > 9 and elements[1] == "DN" and elements[8] == NPI:
                referring = referring or bool(elements[9])
        elif name == "PRV":
            facts |= taxonomy(segment.value(3)).facts
        elif name == "HI":
            for element in elements[1:]:
                facts |= _diagnosis(element, segment.component)
        elif name == "DTP" and elements[1:2] == ["096"]:
            facts |= fact.BAD_DATE
    if payer.wants_referring and not referring:
        facts |= fact.NO_REFERRING
    of_lines = claim.text[claim.lines[0].start - claim.source.start :] if claim.lines else ""
    if "NM1" in of_lines or "PRV" in of_lines:
        for segment in claim.segments[claim.line_segments_from :]:
            if segment.elements[0] == "NM1":
                facts |= _provider(segment.elements)
            elif segment.elements[0] == "PRV":
                facts |= taxonomy(segment.value(3)).facts
    if facts & _NEW_DIAGNOSIS:
        first = claim.service_date()
        facts &= ~_NEW_DIAGNOSIS
        if first is not None and first < _LAST_DIVIDED:
            facts |= fact.DIVIDED_DIAGNOSIS
    return facts


def _provider(nm1: list[str]) -> int:
    if len(nm1) < 9 or nm1[8] != NPI:
        return 0
    return 0 if len(nm1) > 9 and _right_npi(nm1[9]) else fact.BAD_NPI


@lru_cache(_REMEMBERED)
def _fifth(clm05: str, component: str) -> int:
    """What CLM05 says: the place of service, and the frequency."""
    parts = clm05.split(component)
    facts = fact.ODD_PLACE if parts[0] in AT_A_DISTANCE else 0
    return facts | fact.CORRECTION if len(parts) > 2 and parts[2] in (REPLACEMENT, VOID) else facts


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


def _points_wrong(sv107: str, component: str, listed: int) -> bool:
    """Not each to another of the diagnoses that the claim lists, or to none."""
    filled = [each for each in sv107.split(component) if each]
    right = {str(number) for number in range(1, listed + 1)}
    return not filled or len(set(filled)) < len(filled) or not right.issuperset(filled)
