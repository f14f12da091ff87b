"""Other payers that a claim names, and in what their rules differ from those that the claim is checked by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.settings.profile import Profile
from scrubber.visits.patient import Patient


class OtherPayer(NamedTuple):
    """A payer of loop 2320: ``sequence`` is its SBR01, ``filing`` its SBR09, ``payer_id`` NM109 of 2330B.

    ``differs`` says, in words, what its profile treats in another way, of what is on the claim.
    """

    sequence: str
    payer_id: str
    filing: str
    profile: str
    differs: tuple[str, ...]


def other_payers(patient: Patient, claim: Claim) -> Iterator[OtherPayer]:
    """The other payers of a claim in its order, each with the profile that its id and filing indicator choose."""
    ours = patient.profile(claim)
    for sequence, filing, payer_id in _named(claim):
        theirs = patient.settings.profile_for(payer_id, filing, claim.service_date())
        differs = tuple(_differences(claim, patient, ours, theirs))
        yield OtherPayer(sequence, payer_id, filing, theirs.name, differs)


def _named(claim: Claim) -> list[tuple[str, str, str]]:
    """SBR01, SBR09 and identifier of each."""
    found: list[tuple[str, str, str]] = []
    for segment, loop in claim.head():
        if loop == "2320" and segment.elements[0] == "SBR":
            found.append((segment.value(1), segment.value(9), ""))
        elif loop == "2330B" and segment.elements[0] == "NM1" and found and not found[-1][2]:
            found[-1] = (*found[-1][:2], segment.value(9))
    return found


def _differences(claim: Claim, patient: Patient, ours: Profile, theirs: Profile) -> Iterator[str]:
    visits = patient.visits_of.get(claim.ordinal, [])
    if any(visit.timed_lines() for visit in visits) and ours.unit_rule != theirs.unit_rule:
        yield "how minutes become units"
    if visits and ours.discipline_modifiers != theirs.discipline_modifiers:
        yield "GP, GO and GN"
    if visits and ours.assistant_modifiers != theirs.assistant_modifiers:
        yield "CQ and CO"
    several = len({line.code for line in claim.lines}) > 1
    if several and (ours.pair_tables, ours.extra_pairs) != (theirs.pair_tables, theirs.extra_pairs):
        yield "code pairs"
    if ours.unit_limit_tables != theirs.unit_limit_tables:
        yield "unit limits"
