"""Apply fixes round after round until nothing is left to apply. The result does not depend on how the rules are ordered
in time: each round checks the claims afresh, as the last one left them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.journal import DERIVED
from scrubber.fixes.choose import choose
from scrubber.fixes.recompute import follow_up
from scrubber.rules.catalogue import BY_CODE
from scrubber.rules.rule import Engine, RuleContext
from scrubber.rules.run import check_patient
from scrubber.visits.patient import Patient, PatientWork, read_patient
from scrubber.x12.draft import Draft
from scrubber.x12.span import Edit

MOST_ROUNDS = 5


class Cause(msgspec.Struct, frozen=True):
    """Who asked for an edit: a rule, or ``derived`` with the rules that it follows from."""

    rule: str
    reason: str
    evidence: tuple[Evidence, ...] = ()
    caused_by: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Settled:
    """Where the rounds came to rest.

    ``original`` and ``patient`` are the claims before the first and after the last round. ``found`` holds each
    finding once, located in the source, in the order of discovery; ``first`` and ``remaining`` are the keys of those
    that the first and the last round found. ``stable`` is False when five rounds were not enough.
    """

    original: Patient
    patient: Patient
    drafts: dict[int, Draft]
    causes: list[Cause] = field(default_factory=list)
    found: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    first: set[tuple[object, ...]] = field(default_factory=set)
    remaining: set[tuple[object, ...]] = field(default_factory=set)
    last: list[Finding] = field(default_factory=list)
    """What the last round found, located in the claims as it left them."""
    unchecked_first: list[NotChecked] = field(default_factory=list)
    unchecked_last: list[NotChecked] = field(default_factory=list)
    stable: bool = False


def key_of(finding: Finding) -> tuple[object, ...]:
    """What makes two findings of different rounds the same: rule, claim, element and place in the source.

    A rule that looks at a whole patient can have several things to say of one place; no fix changes what it says.
    """
    said = finding.message if BY_CODE[finding.rule].scope in (Patient, Engine) else ""
    return (finding.rule, finding.where.claim, finding.where.element, finding.where.byte, finding.severity, said)


def settle(work: PatientWork, context: RuleContext) -> Settled:
    """Check and fix the claims of one patient until stable, five rounds at most."""
    claims = [Claim(source) for source in work.claims]
    drafts = {claim.ordinal: Draft(claim.source.text, claim.source.start) for claim in claims}
    patient = read_patient(work, claims, context.settings)
    settled = Settled(patient, patient, drafts)
    for round_number in range(MOST_ROUNDS + 1):
        findings, unchecked = check_patient(patient, context)
        settled.patient, settled.last = patient, findings
        settled.unchecked_last = unchecked
        if round_number == 0:
            settled.unchecked_first = unchecked
        located = [_in_source(finding, drafts) for finding in findings]
        for finding in located:
            known = settled.found.setdefault(key_of(finding), finding)
            if known.fix is None and finding.fix is not None:  # CQ has its place only once GP is there
                settled.found[key_of(finding)] = msgspec.structs.replace(known, fix=finding.fix)
        settled.remaining = {key_of(finding) for finding in located}
        if round_number == 0:
            settled.first = settled.remaining
        chosen = choose(_not_waived(findings, patient, context), patient, context.settings.fix)
        if not chosen:
            settled.stable = True
            break
        if round_number == MOST_ROUNDS:
            break
        claims = _apply(chosen, claims, drafts, settled.causes)
        patient = read_patient(work, claims, context.settings, patient.copies)
    return settled


def _not_waived(findings: list[Finding], patient: Patient, context: RuleContext) -> list[Finding]:
    """Findings that no waiver says are right as they are: those are not for a fix to change."""
    if not context.settings.waivers:
        return findings
    number = {claim.ordinal: claim.id for claim in patient.claims}
    return [
        finding
        for finding in findings
        if finding.where.claim is None
        or not context.settings.waiver_for(finding.rule, number[finding.where.claim], context.today)
    ]


def _in_source(finding: Finding, drafts: dict[int, Draft]) -> Finding:
    """The finding with its byte counted in the source."""
    where = finding.where
    if where.claim is None or where.byte is None:
        return finding
    byte = drafts[where.claim].source_offset(where.byte)
    if byte == where.byte:
        return finding
    return msgspec.structs.replace(finding, where=msgspec.structs.replace(where, byte=byte))


def _apply(chosen: list[Finding], claims: list[Claim], drafts: dict[int, Draft], causes: list[Cause]) -> list[Claim]:
    """Apply the fixes and what follows from them; ``drafts`` and ``causes`` are added to. Returns the claims anew."""
    edits: dict[int, list[tuple[Edit, int]]] = {}
    for finding in chosen:
        fix = finding.fix
        if fix is None:
            continue
        causes.append(Cause(finding.rule, fix.title, fix.evidence))
        for claim_edit in fix.edits:
            edits.setdefault(claim_edit.claim, []).append((claim_edit.edit, len(causes) - 1))
    return [
        revise(claim, drafts, edits[claim.ordinal], causes) if claim.ordinal in edits else claim for claim in claims
    ]


def revise(claim: Claim, drafts: dict[int, Draft], edits: list[tuple[Edit, int]], causes: list[Cause]) -> Claim:
    """One claim with edits applied, and with CLM02 and LX01 following from them."""
    draft = drafts[claim.ordinal].revised(edits)
    revised = Claim(claim.source, draft.text)
    following = follow_up(claim, revised)
    if following:
        rules = tuple(dict.fromkeys(causes[cause].rule for _, cause in edits))
        causes.append(Cause(DERIVED, "Follows from the corrected service lines", caused_by=rules))
        draft = draft.revised((edit, len(causes) - 1) for edit in following)
        revised = Claim(claim.source, draft.text)
    drafts[claim.ordinal] = draft
    return revised
