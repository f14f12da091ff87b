"""Run the rules over one patient or one file. A rule that fails becomes a finding; the run goes on."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from scrubber.claims.claim import Claim
from scrubber.claims.outline import File
from scrubber.errors import LedgerError
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import FixLevel, Severity
from scrubber.rules.catalogue import RULES
from scrubber.rules.facts.of_patient import Facts, facts_of, nothing_known
from scrubber.rules.facts.of_payer import MOST_REMEMBERED, Payers
from scrubber.rules.impact import Impact
from scrubber.rules.internal.findings import rule_failed
from scrubber.rules.rule import Rule, RuleContext
from scrubber.settings.profile import Profile
from scrubber.settings.settings import Settings
from scrubber.visits.patient import Patient
from scrubber.visits.visit import Visit

NEVER_CHANGED = ("E", "G", "I")
"""Families whose severity no profile changes."""


class _Running:
    """The rules of patients that run by one set of settings, and those that facts call for."""

    __slots__ = ("asked", "called_for", "catalogue", "payers", "rules", "settings")

    def __init__(self, settings: Settings, catalogue: tuple[Rule, ...]) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.payers = Payers(settings)
        self.rules = tuple(
            rule
            for rule in catalogue
            if rule.check and rule.scope in (Visit, Claim, Patient) and settings.runs(rule.code)
        )
        self.asked = 0
        for rule in self.rules:
            self.asked |= rule.when
        self.called_for = lru_cache(MOST_REMEMBERED)(self._called_for)

    def _called_for(self, facts: int) -> tuple[Rule, ...]:
        """Rules with a precondition among the facts, in the order of the catalogue."""
        return tuple(rule for rule in self.rules if rule.when & facts)


_last: list[_Running] = []
"""The rules of the settings that came last: a run has one set of settings, and compares it by identity."""


def _running(settings: Settings) -> _Running:
    if not _last or _last[0].settings is not settings or _last[0].catalogue is not RULES:
        _last[:] = [_Running(settings, RULES)]
    return _last[0]


def check_patient(
    patient: Patient, context: RuleContext, *, preconditions: bool = True
) -> tuple[list[Finding], list[NotChecked]]:
    """Every finding and every check that could not run, for the claims of one patient.

    Without ``preconditions`` every rule looks at every subject: slower, and the same in the end.
    Raises LedgerError where what was sent before cannot be read; whatever else goes wrong is a finding.
    """
    context.patient = patient
    running = _running(context.settings)
    facts = _facts(patient, context, running) if preconditions else nothing_known(patient)
    called = running.called_for(facts.patient)
    if not called:
        return [], []
    verdicts = _Verdicts(patient, context)
    for rule in called:
        when = rule.when
        if rule.scope is Patient:
            verdicts.ask(rule, patient)
        elif rule.scope is Visit:
            for visit, known in facts.visits:
                if known & when:
                    verdicts.ask(rule, visit)
        else:
            voids = rule.voids or rule.code[0] in NEVER_CHANGED
            for claim, known in facts.claims:
                if known & when and (voids or not claim.is_void):
                    verdicts.ask(rule, claim)
    return verdicts.findings, verdicts.unchecked


def _facts(patient: Patient, context: RuleContext, running: _Running) -> Facts:
    try:
        return facts_of(patient, context, running.payers, running.asked)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what cannot be known beforehand is for the rules to look at, each for itself
        return nothing_known(patient)


def check_file(file: File, context: RuleContext) -> list[Finding]:
    """Findings about the envelope of a file."""
    return [
        verdict
        for rule in RULES
        if rule.scope is File and rule.check is not None
        for verdict in rule.check(file, context)
        if isinstance(verdict, Finding)
    ]


class _Verdicts:
    """What the rules say of one patient, in the order in which they are asked."""

    __slots__ = ("_context", "_impact", "_patient", "_profiles", "findings", "unchecked")

    def __init__(self, patient: Patient, context: RuleContext) -> None:
        self._patient = patient
        self._context = context
        self._impact = Impact(patient, context)
        self._profiles: dict[int, Profile] = {}
        self.findings: list[Finding] = []
        self.unchecked: list[NotChecked] = []

    def ask(self, rule: Rule, subject: object) -> None:
        """Call a rule with one subject and add what it yields, to the end or until it fails."""
        if rule.check is None:
            return
        try:
            for verdict in rule.check(subject, self._context):
                if isinstance(verdict, NotChecked):
                    self.unchecked.append(verdict)
                else:
                    self.findings.append(self._impact.told(self._as_profile_says(verdict)))
        except (LedgerError, MemoryError):  # says something about the history or the machine, not about the patient
            raise
        except Exception as error:  # noqa: BLE001 - fail closed: whatever a rule raises holds this patient, not the run
            first, *others = self._patient.claims
            self.findings.append(
                rule_failed.finding(
                    first.location(),
                    f"Rule {rule.code} failed ({type(error).__name__}); the claims of this patient are held.",
                    "Report it; send the claims by another way until it is mended.",
                    related=tuple(claim.ordinal for claim in others),
                )
            )

    def _as_profile_says(self, finding: Finding) -> Finding:
        """The finding with the severity of the payer's profile, and with its fix demoted where the profile says so."""
        ordinal = finding.where.claim
        if ordinal is None:
            return finding
        profile = self._profiles.get(ordinal)
        if profile is None:  # looked up once for all findings of a claim: it depends on the earliest of its lines
            profile = self._profiles[ordinal] = self._patient.profile(self._patient.claim_of[ordinal])
        wanted = profile.severity.get(finding.rule)
        if wanted is not None and finding.rule[0] not in NEVER_CHANGED:
            finding = msgspec.structs.replace(finding, severity=Severity[wanted.upper()])
        if finding.fix and finding.fix.level > FixLevel.UNSAFE and finding.rule in profile.demote:
            finding = msgspec.structs.replace(finding, fix=msgspec.structs.replace(finding.fix, level=FixLevel.UNSAFE))
        return finding
