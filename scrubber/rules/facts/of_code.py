"""What SV101 and a taxonomy code say by themselves: worked out once for each that differs."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from scrubber.claims.amounts import whole_units
from scrubber.rules.coverage.assistant_as_rendering_provider import NOT_RENDERING
from scrubber.rules.coverage.chiropractor_therapy import CHIROPRACTORS
from scrubber.rules.coverage.evaluations_conflict import DISCIPLINES
from scrubber.rules.coverage.never_covered_code import NEVER_COVERED
from scrubber.rules.coverage.non_covered_without_notice import NEEDLING
from scrubber.rules.coverage.place_of_service_conflict import BY_VIDEO_OR_PHONE
from scrubber.rules.coverage.remote_monitoring_limits import MONITORING
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.assistant_incident_to import PRACTITIONERS
from scrubber.rules.modifiers.assistant_on_evaluation import EVALUATIONS, MONITORING_DEVICES
from scrubber.rules.modifiers.both_distinct_modifiers import DISTINCT, SUBSETS
from scrubber.rules.modifiers.liability_modifiers_conflict import LIABILITY
from scrubber.rules.modifiers.modifier_order import ORDER
from scrubber.rules.modifiers.needless_evaluation_modifier import SEPARATE_EVALUATION
from scrubber.rules.modifiers.unpaired_assistant_modifier import PARTNER
from scrubber.rules.ncci.bypass_without_pair import DISTINCT_SERVICE
from scrubber.rules.units.reduced_services_on_timed_code import REDUCED
from scrubber.tables.tableset import Tables
from scrubber.tables.therapy_codes import ADD_ON_BASES, BUNDLED, TherapyCode
from scrubber.visits.discipline import ASSISTANT_MODIFIERS, DISCIPLINE_OF, discipline_of_taxonomy

_REMEMBERED = 16_384
"""Texts, some 4 MB: a clinic bills the same few services all day."""

EVALUATION = frozenset().union(*DISCIPLINES.values())
_RANK = {modifier: rank for rank, together in enumerate(ORDER) for modifier in together}
_FIRST_STEPS = frozenset(ADD_ON_BASES.values())
_BY_CODE = (
    (EVALUATIONS | MONITORING_DEVICES, fact.EVALUATION_OR_DEVICE),
    (EVALUATION, fact.EVALUATION),
    (_FIRST_STEPS, fact.ONCE),
    (BUNDLED, fact.BUNDLED),
    (frozenset(NEVER_COVERED), fact.NEVER_COVERED),
    (NEEDLING, fact.NEEDLING),
    (frozenset(ADD_ON_BASES), fact.ADD_ON),
    (MONITORING, fact.MONITORING),
)
_BY_MODIFIER = (
    (ASSISTANT_MODIFIERS, fact.ASSISTANT_MODIFIER),
    (frozenset({"KX"}), fact.KX),
    (DISTINCT_SERVICE, fact.DISTINCT_SERVICE),
    (frozenset(LIABILITY), fact.LIABILITY),
    (frozenset({SEPARATE_EVALUATION}), fact.EVALUATION_MODIFIER),
    (frozenset({REDUCED}), fact.REDUCED),
    (BY_VIDEO_OR_PHONE, fact.REMOTE_MODIFIER),
)


class Service(NamedTuple):
    """What a line says of its service: facts, and the discipline that it is billed for, "" where it tells none or
    several.
    """

    facts: int
    discipline: str


class Taxonomy(NamedTuple):
    """What a taxonomy code says: facts, and the discipline that it tells, or ""."""

    facts: int
    discipline: str


@lru_cache(_REMEMBERED)
def service(qualifier: str, code: str, modifiers: tuple[str, ...], unit: str, units: str, tables: Tables) -> Service:
    """What SV101, SV103 and SV104 say."""
    entry = tables.therapy.get(code) if qualifier == "HC" else None
    facts = _by_units(unit, units) | _by_modifiers(modifiers, tables)
    for codes, bit in _BY_CODE:
        if code in codes:
            facts |= bit
    billed = {each for each in modifiers if each in DISCIPLINE_OF}
    if len(billed) > 1:
        facts |= fact.SEVERAL_DISCIPLINES
    elif not billed:
        facts |= fact.NO_DISCIPLINE
    if any(each in PARTNER and PARTNER[each] not in billed for each in modifiers):
        facts |= fact.UNPAIRED_ASSISTANT
    if entry is None:
        facts |= fact.NOT_IN_TABLE
    else:
        facts |= _by_entry(entry, billed)
        billed = billed or {entry.discipline}
    discipline = DISCIPLINE_OF.get(billed.pop(), "") if len(billed) == 1 else ""
    if facts & fact.ONCE and units != "1":
        facts |= fact.SEVERAL_OF_ONE
    return Service(facts, discipline)


def _by_units(unit: str, units: str) -> int:
    facts = fact.IN_MINUTES if unit == "MJ" else 0
    return facts | fact.BAD_UNITS if whole_units(units) is None else facts


def _by_modifiers(modifiers: tuple[str, ...], tables: Tables) -> int:
    facts = 0
    for known, bit in (*_BY_MODIFIER, (tables.ncci_modifiers, fact.NCCI_MODIFIER)):
        if not known.isdisjoint(modifiers):
            facts |= bit
    if len(set(modifiers)) < len(modifiers):
        facts |= fact.REPEATED_MODIFIER
    ranks = [_RANK.get(each, len(ORDER)) for each in modifiers]
    if ranks != sorted(ranks):
        facts |= fact.DISORDERED
    if not all(each in tables.modifiers and len(each) == 2 and each.isalnum() and each.upper() == each
               for each in modifiers):  # fmt: skip
        facts |= fact.UNKNOWN_MODIFIER
    if DISTINCT in modifiers and not SUBSETS.isdisjoint(modifiers):
        facts |= fact.BOTH_DISTINCT
    return facts


def _by_entry(entry: TherapyCode, billed: set[str]) -> int:
    facts = 0
    if entry.effective_from is not None or entry.effective_to is not None:
        facts = fact.DATED_CODE
    if entry.unit_basis == "session":
        facts |= fact.ONCE
    if entry.minutes_per_unit is not None and not entry.pooled:
        facts |= fact.OWN_CLOCK
    if any((entry.discipline and each != entry.discipline) or each not in entry.disciplines for each in billed):
        facts |= fact.AGAINST_TABLE
    return facts


@lru_cache(_REMEMBERED)
def taxonomy(code: str) -> Taxonomy:
    """What a taxonomy code says."""
    facts = fact.ODD_TAXONOMY if code.startswith((*NOT_RENDERING, CHIROPRACTORS)) else 0
    if code.startswith(PRACTITIONERS):
        facts |= fact.PRACTITIONER
    return Taxonomy(facts, discipline_of_taxonomy(code))
