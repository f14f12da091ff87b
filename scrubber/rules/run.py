"""Run the rules over one patient or one file. A rule that fails becomes a finding; the run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scrubber.claims.claim import Claim
from scrubber.claims.outline import File
from scrubber.errors import LedgerError
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import FixLevel, Severity
from scrubber.rules.catalogue import RULES
from scrubber.rules.impact import Impact
from scrubber.rules.internal.findings import rule_failed
from scrubber.rules.rule import Rule, RuleContext
from scrubber.visits.patient import Patient
from scrubber.visits.visit import Visit

NEVER_CHANGED = ("E", "G", "I")
"""Families whose severity no profile changes."""


def check_patient(patient: Patient, context: RuleContext) -> tuple[list[Finding], list[NotChecked]]:
    """Every finding and every check that could not run, for the claims of one patient.

    Raises LedgerError where what was sent before cannot be read; whatever else goes wrong is a finding.
    """
    context.patient = patient
    claims = [claim for claim in patient.claims if not claim.is_void]
    subjects: dict[type, Iterable[object]] = {Visit: patient.visits, Claim: claims, Patient: (patient,)}
    findings: list[Finding] = []
    unchecked: list[NotChecked] = []
    impact = Impact(patient, context)
    for rule in RULES:
        if rule.scope not in subjects or not context.settings.runs(rule.code):
            continue
        voids = rule.voids or rule.code[0] in NEVER_CHANGED
        for subject in patient.claims if voids and rule.scope is Claim else subjects[rule.scope]:
            for verdict in _verdicts(rule, subject, context, patient, impact):
                if isinstance(verdict, NotChecked):
                    unchecked.append(verdict)
                else:
                    findings.append(verdict)
    return findings, unchecked


def check_file(file: File, context: RuleContext) -> list[Finding]:
    """Findings about the envelope of a file."""
    return [
        verdict
        for rule in RULES
        if rule.scope is File and rule.check is not None
        for verdict in rule.check(file, context)
        if isinstance(verdict, Finding)
    ]


def _verdicts(
    rule: Rule, subject: object, context: RuleContext, patient: Patient, impact: Impact
) -> Iterator[Finding | NotChecked]:
    if rule.check is None:
        return
    try:
        for verdict in rule.check(subject, context):
            if isinstance(verdict, Finding):
                verdict = impact.told(_as_profile_says(verdict, patient))
            yield verdict
    except (LedgerError, MemoryError):  # says something about the history or the machine, not about the patient
        raise
    except Exception as error:  # noqa: BLE001 - fail closed: whatever a rule raises holds this patient, not the run
        first, *others = patient.claims
        yield rule_failed.finding(
            first.location(),
            f"Rule {rule.code} failed ({type(error).__name__}); the claims of this patient are held.",
            "Report it; send the claims by another way until it is mended.",
            related=tuple(claim.ordinal for claim in others),
        )


def _as_profile_says(finding: Finding, patient: Patient) -> Finding:
    """The finding with the severity of the payer's profile, and with its fix demoted where the profile says so."""
    if finding.where.claim is None:
        return finding
    profile = patient.profile(patient.claim_of[finding.where.claim])
    wanted = profile.severity.get(finding.rule)
    if wanted is not None and finding.rule[0] not in NEVER_CHANGED:
        finding = msgspec.structs.replace(finding, severity=Severity[wanted.upper()])
    if finding.fix and finding.fix.level > FixLevel.UNSAFE and finding.rule in profile.demote:
        finding = msgspec.structs.replace(finding, fix=msgspec.structs.replace(finding.fix, level=FixLevel.UNSAFE))
    return finding
