"""Apply fixes round after round until nothing is left to apply. The result does not depend on how the rules are ordered
in time: each round checks the claims afresh, as the last one left them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding, Fix, NotChecked
from scrubber.findings.journal import DERIVED
from scrubber.findings.levels import FixLevel
from scrubber.fixes.choose import choose
from scrubber.fixes.recompute import follow_up
from scrubber.rules.catalogue import BY_CODE
from scrubber.rules.rule import Engine, RuleContext
from scrubber.rules.run import check_patient
from scrubber.visits.patient import Patient, PatientWork, read_patient
from scrubber.x12.draft import Draft
from scrubber.x12.span import Edit

MOST_ROUNDS = 5
TELL_UNITS = ("N305", "N306")

NEVER_CREATED = frozenset({"N305", "N306", "C404", "E506"})
"""Rules that no fix may give anything to find: unit limits, repeated lines, more lines than a claim may have."""


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
    that the first and the last round found. ``drafts`` are those of the claims that were edited, by ordinal; a claim
    without one is the same object before and after. ``stable`` is False when five rounds were not enough.
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

    A rule that looks at a whole patient can have several things to say of one place; no fix changes what it says, but
    for those that tell how many units there are.
    """
    several = BY_CODE[finding.rule].scope in (Patient, Engine) and finding.rule not in TELL_UNITS
    said = finding.message if several else ""
    return (finding.rule, finding.where.claim, finding.where.element, finding.where.byte, finding.severity, said)


class _Guarded(NamedTuple):
    """A rule of NEVER_CREATED found something in a claim (by ordinal) about a code."""

    rule: str
    claim: int
    code: str


@dataclass(slots=True, eq=False)
class _Round:
    """The claims as a round left them, and what is found in them."""

    claims: list[Claim]
    drafts: dict[int, Draft]
    causes: list[Cause]
    patient: Patient
    findings: list[Finding]
    unchecked: list[NotChecked]


def settle(work: PatientWork, context: RuleContext) -> Settled:
    """Check and fix the claims of one patient until stable, five rounds at most."""
    claims = [Claim(source) for source in work.claims]
    patient = read_patient(work, claims, context.settings)
    now = _Round(claims, {}, [], patient, *check_patient(patient, context))
    settled = Settled(patient, patient, now.drafts, unchecked_first=now.unchecked)
    if not now.findings:  # most patients: there is nothing to put right, and nothing to look for again
        settled.unchecked_last = now.unchecked
        settled.stable = True
        return settled
    withdrawn: dict[tuple[object, ...], str] = {}
    for round_number in range(MOST_ROUNDS + 1):
        findings = []
        settled.remaining = set()
        for finding in now.findings:
            located = _in_source(finding, now.drafts)
            key = key_of(located)
            if key in withdrawn:
                findings.append(_without_fix(finding, withdrawn[key]))
                settled.found[key] = _without_fix(located, withdrawn[key])
            else:
                findings.append(finding)
                known = settled.found.setdefault(key, located)
                if known.fix is None and located.fix is not None:  # CQ has its place only once GP is there
                    settled.found[key] = msgspec.structs.replace(known, fix=located.fix)
            settled.remaining.add(key)
        if round_number == 0:
            settled.first = settled.remaining
        settled.patient, settled.last, settled.unchecked_last = now.patient, findings, now.unchecked
        settled.drafts, settled.causes = now.drafts, now.causes
        chosen = choose(_not_waived(findings, now.patient, context), now.patient, context.settings.fix)
        if not chosen:
            settled.stable = True
            break
        if round_number == MOST_ROUNDS:
            break
        now = _next(now, chosen, work, context, withdrawn)
    return settled


def _next(
    before: _Round,
    chosen: list[Finding],
    work: PatientWork,
    context: RuleContext,
    withdrawn: dict[tuple[object, ...], str],
) -> _Round:
    """The round with the fixes applied, less those that give a rule of NEVER_CREATED something new to find.

    Those are added to ``withdrawn``, by the key of their finding, with the rules that they would have created. Where
    no fix does it alone, all that touch the claims concerned are withdrawn.
    """
    while chosen:
        after = _applied(before, chosen, work, context)
        created = _created(before, after)
        blamed = [finding for finding in chosen if _touches(finding, created)]
        if not blamed:
            return after
        alone = [finding for finding in blamed if _creates_alone(finding, before, work, context)]
        for finding in alone or blamed:
            rules = sorted({each.rule for each in created if _touches(finding, [each])})
            withdrawn[key_of(_in_source(finding, before.drafts))] = ", ".join(rules)
            chosen = [each for each in chosen if each is not finding]
    return before


def _applied(before: _Round, chosen: list[Finding], work: PatientWork, context: RuleContext) -> _Round:
    drafts, causes = dict(before.drafts), list(before.causes)
    claims = _apply(chosen, before.claims, drafts, causes)
    patient = read_patient(work, claims, context.settings, before.patient.copies, before.patient.repeats)
    return _Round(claims, drafts, causes, patient, *check_patient(patient, context))


def _created(before: _Round, after: _Round) -> list[_Guarded]:
    """What rules of NEVER_CREATED find after, and did not before or not as often."""
    return list(_guarded(after) - _guarded(before))


def _guarded(of_round: _Round) -> Counter[_Guarded]:
    claims = of_round.patient.claim_of
    found: Counter[_Guarded] = Counter()
    for finding in of_round.findings:
        where = finding.where
        if finding.rule in NEVER_CREATED and where.claim is not None:
            code = claims[where.claim].lines[where.ordinal - 1].code if where.ordinal else ""
            found.update(_Guarded(finding.rule, claim, code) for claim in {where.claim, *finding.related})
    return found


def _creates_alone(finding: Finding, before: _Round, work: PatientWork, context: RuleContext) -> bool:
    return bool(_created(before, _applied(before, [finding], work, context)))


def _touches(finding: Finding, created: Iterable[_Guarded]) -> bool:
    """The finding's fix edits one of the claims."""
    edited = {edit.claim for edit in finding.fix.edits} if finding.fix else set()
    return any(each.claim in edited for each in created)


def _without_fix(finding: Finding, rules: str) -> Finding:
    """The finding with a fix that only a person may make, and why."""
    if finding.fix is None:
        return finding
    fix = finding.fix
    title = f"{fix.title}: withdrawn, it would create {rules}"
    return msgspec.structs.replace(finding, fix=Fix(title, FixLevel.PERSON, fix.payment, (), fix.evidence, fix.signed))


def _not_waived(findings: list[Finding], patient: Patient, context: RuleContext) -> list[Finding]:
    """Findings that no waiver says are right as they are: those are not for a fix to change."""
    if not context.settings.waivers:
        return findings
    return [
        finding
        for finding in findings
        if finding.where.claim is None
        or not context.settings.waiver_for(finding.rule, patient.claim_of[finding.where.claim].id, context.today)
    ]


def _in_source(finding: Finding, drafts: dict[int, Draft]) -> Finding:
    """The finding with its byte counted in the source."""
    where = finding.where
    if where.claim is None or where.byte is None or where.claim not in drafts:
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
    """One claim with edits applied, and with CLM02 and LX01 following from them. ``drafts`` is given its new draft."""
    draft = (drafts.get(claim.ordinal) or Draft(claim.text, claim.source.start)).revised(edits)
    revised = Claim(claim.source, draft.text)
    following = follow_up(claim, revised)
    if following:
        rules = tuple(dict.fromkeys(causes[cause].rule for _, cause in edits))
        causes.append(Cause(DERIVED, "Follows from the corrected service lines", caused_by=rules))
        draft = draft.revised((edit, len(causes) - 1) for edit in following)
        revised = Claim(claim.source, draft.text)
    drafts[claim.ordinal] = draft
    return revised
