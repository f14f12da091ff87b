"""Scrub one patient: check, fix and settle, decide what goes out, and say what came of it. Pure and picklable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from scrubber.claims.claim import Claim
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.judge import Judge, faults_of_claim, worse
from scrubber.conform.overlay import effective_map
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.journal import CORRECTED, DERIVED, HELD, JournalEdit
from scrubber.findings.levels import Payment, Severity
from scrubber.fixes.choose import without_conflicts
from scrubber.fixes.settle import Cause, Settled, revise, settle
from scrubber.fixes.together import bonds, held_with
from scrubber.ledger.snapshot import Snapshot
from scrubber.outcome import UNCHANGED, ClaimResult, LineState, PatientResult, Verdict
from scrubber.rules.catalogue import BY_CODE
from scrubber.rules.coverage.repeated_claim import is_sent_again
from scrubber.rules.guide.findings import Told, findings_of_claim, is_misread, remaining
from scrubber.rules.internal.findings import fix_broke_conformance, held_with_visit
from scrubber.rules.rule import RuleContext, SentBefore
from scrubber.settings.profile import Profile
from scrubber.settings.settings import Settings
from scrubber.settings.waivers import Waiver
from scrubber.states import VisitStates, lines_as_read, lines_as_written, lines_unchanged
from scrubber.tables.tableset import Tables, load_tables
from scrubber.visits.other_payers import other_payers
from scrubber.visits.patient import PatientWork
from scrubber.x12.draft import Change, Draft


class Context(msgspec.Struct, frozen=True):
    """What every patient is scrubbed with: settings and the date that is today.

    ``tables`` None means those that travel with the program, which load once in each process. ``ledger`` is what
    earlier files sent, None where no ledger was given; ``sent_before`` knows whole interchanges, where somebody
    remembers them. ``judge`` says what judges claims by the guide: the compiled guide, or pyx12 itself.
    """

    settings: Settings
    today: date
    tables: Tables | None = None
    ledger: Snapshot | None = None
    sent_before: SentBefore | None = None
    judge: Judge = "compiled"


def scrub_patient(work: PatientWork, context: Context) -> PatientResult:
    """Check and fix the claims of one patient. The same work and context give the same result, wherever it runs."""
    rules = RuleContext(context.settings, context.tables or load_tables(), context.today, ledger=context.ledger)
    settled = settle(work, rules)
    decision = _Decision(settled, context)
    decision.decide()
    return PatientResult(
        decision.results(),
        tuple([(row.note_id, why) for row, why in settled.original.joined.unmatched]),
        tuple(sorted(rules.stale)),
        tuple(decision.used),
    )


class _Decision:
    """Which claims of one patient go out, and with which edits."""

    def __init__(self, settled: Settled, context: Context) -> None:
        self.settled = settled
        self.context = context
        self.used: list[Waiver] = []
        self.added: list[Finding] = []
        self.held: dict[int, list[str]] = {}
        """Held claims by ordinal, with the codes of the rules that hold them."""
        self.guide: dict[int, list[Told]] = {}
        """Faults of each claim against the guide, those that no other finding tells of."""
        self.unjudged: dict[int, str] = {}
        self._profiles: dict[int, Profile] = {}
        self._found_of: dict[int | None, list[tuple[tuple[object, ...], Finding]]] = {}
        for key, finding in settled.found.items():
            self._found_of.setdefault(finding.where.claim, []).append((key, finding))

    def decide(self) -> None:
        original = self.settled.original
        self.waived = {key: self._waiver(finding) for key, finding in self.settled.found.items()}
        for claim in original.claims:
            if claim.source.held_by_envelope:
                self.held[claim.ordinal] = []
        for key, finding in self.settled.found.items():
            if self._holds(key, finding):
                self._hold(finding)
        if not self.settled.stable:
            for claim in original.claims:
                self._broken(claim, "its corrections did not settle in five rounds")
        for claim in original.claims:
            self._judge(claim)
        if self.held:
            self._hold_together(self._groups())

    def _groups(self) -> list[tuple[int, ...]]:
        """Claims that are held together, if one of them is: as they came, and as the last round left them.

        What a correction has made a copy shared a pool before. As a copy it is held for itself alone. So is a claim
        that an earlier file sent.
        """
        original, patient = self.settled.original, self.settled.patient
        sent = {each.where.claim for each in self.settled.found.values() if is_sent_again(each)}
        copies = {*patient.copies, *sent}
        before = bonds(original)
        after = before if patient is original else bonds(patient)
        groups = [tuple(each for each in group if each not in copies) for group in before]
        return groups + [tuple(each for each in group if each not in sent) for group in after]

    def _hold(self, finding: Finding) -> None:
        named = [finding.where.claim] if finding.where.claim is not None else []
        if BY_CODE[finding.rule].holds_related:
            named += finding.related
        for ordinal in named:
            self.held.setdefault(ordinal, [])
        if finding.where.claim is not None:
            self.held[finding.where.claim].append(finding.rule)
        for ordinal in named[1:]:
            self._goes_with(ordinal, finding.where.claim)

    def _hold_together(self, groups: list[tuple[int, ...]]) -> None:
        for ordinal, first in held_with(list(self.held), groups).items():
            self.held[ordinal] = []
            self._goes_with(ordinal, first)

    def _goes_with(self, ordinal: int, first: int | None) -> None:
        """I004, once for a claim."""
        if first is None or "I004" in self.held[ordinal]:
            return
        self.held[ordinal].append("I004")
        claims = self.settled.original.claim_of
        self.added.append(
            held_with_visit.finding(
                claims[ordinal].location(),
                f"Held with {claims[first].source.place_from(claims[ordinal].source)}, which it goes with.",
                "Put the other claim right and send both.",
                related=(first,),
            )
        )

    def _judge(self, claim: Claim) -> None:
        """The guide's judge sees every claim, or those that were changed, as they came and as they are to go."""
        wanted, after = self.context.settings.conformance, self._after(claim).text
        changed = after != claim.source.text
        if wanted == "off" or (wanted == "changed" and (not changed or claim.ordinal in self.held)):
            return
        if is_misread(claim):
            self.unjudged[claim.ordinal] = "the claim uses another component separator than the one declared in ISA16"
            return
        before = self._faults(claim, claim.source.text)
        faults = self._faults(claim, after) if changed else before
        if not before and not faults:
            return
        lines_added = len(self._after(claim).lines) > len(claim.lines)
        if wanted == "full":
            self._tell(claim, before, remaining(before, faults, lines_added=lines_added))
        elif before:
            self.unjudged[claim.ordinal] = "the claim did not conform before it was corrected; it goes out as it is"
        if changed and claim.ordinal not in self.held and worse(before, faults, lines_added=lines_added):
            self._broken(claim, "its correction conforms less to the guide than the claim did before")

    def _faults(self, claim: Claim, text: str) -> list[GuideFault]:
        return faults_of_claim(
            claim.heading.texts, text, claim.source.delimiters, by=self.context.judge, map_path=self._map(claim)
        )

    def _map(self, claim: Claim) -> Path | None:
        overlay = self._profile(claim).overlay
        return effective_map(overlay) if overlay else None

    def _profile(self, claim: Claim) -> Profile:
        """The payer profile of a claim as it was read, looked up once."""
        found = self._profiles.get(claim.ordinal)
        if found is None:
            found = self._profiles[claim.ordinal] = self.settled.original.profile(claim)
        return found

    def _tell(self, claim: Claim, faults: list[GuideFault], still: list[bool]) -> None:
        """Make findings of faults; what is left of them in the corrected claim holds it.

        A fault is told once: not where a finding that holds the claim is about the same element, nor where the fix of
        one has cured it.
        """
        if not faults:
            return
        own = self._found_of.get(claim.ordinal, ())
        told = findings_of_claim(claim, faults, still, self._map(claim))
        self.guide[claim.ordinal] = kept = [
            each
            for each in told
            if not any(each.is_told_by(other) and (not each.remains or self._holds(key, other)) for key, other in own)
        ]
        rules = [each.finding.rule for each in kept if each.remains]
        if rules:
            self.held.setdefault(claim.ordinal, []).extend(rules)

    def _holds(self, key: tuple[object, ...], finding: Finding) -> bool:
        return key in self.settled.remaining and finding.severity is Severity.REJECT and not self.waived[key]

    def _after(self, claim: Claim) -> Claim:
        """The claim as the last round left it."""
        return self.settled.patient.claim_of[claim.ordinal]

    def _broken(self, claim: Claim, why: str) -> None:
        self.held.setdefault(claim.ordinal, []).append("I003")
        self.added.append(
            fix_broke_conformance.finding(
                claim.location(), f"The claim is held as it was read: {why}.", "Correct it by hand, and report this."
            )
        )

    def _waiver(self, finding: Finding) -> Waiver | None:
        if finding.where.claim is None:
            return None
        claim = self.settled.original.claim_of[finding.where.claim]
        waiver = self.context.settings.waiver_for(finding.rule, claim.id, self.context.today)
        if waiver and waiver not in self.used:
            self.used.append(waiver)
        return waiver

    def results(self) -> tuple[ClaimResult, ...]:
        """What came of each claim, once all is decided. What belongs to a claim is looked up, never looked for."""
        settled = self.settled
        self._visits = VisitStates(settled.original)
        self._added_of: dict[int | None, list[Finding]] = {}
        for finding in self.added:
            self._added_of.setdefault(finding.where.claim, []).append(finding)
        self._unchecked = _by_claim(settled.unchecked_last)
        self._unchecked_held = self._unchecked
        if self.held and settled.unchecked_first is not settled.unchecked_last:
            self._unchecked_held = _by_claim(settled.unchecked_first)
        self._proposals = self._open_fixes() if self.held else {}
        return tuple([self._result(claim) for claim in settled.original.claims])

    def _result(self, claim: Claim) -> ClaimResult:
        ordinal = claim.ordinal
        held = ordinal in self.held
        draft = self.settled.drafts.get(ordinal)
        changes = draft.changes() if draft is not None and not held else []
        after = self._after(claim)
        if draft is None:
            lines_in, lines_out = lines_unchanged(claim)
        else:
            lines_in, lines_out = lines_as_read(claim), lines_as_written(after, draft, claim)
        source = claim.source
        return ClaimResult(
            ordinal,
            claim.id,
            source.interchange,
            source.group,
            source.transaction,
            source.position,
            HELD if held else CORRECTED if changes else UNCHANGED,
            claim.heading.payer.id,
            claim.heading.filing,
            self._profile(claim).name,
            claim.charge,
            "0.00" if held else after.charge,
            lines_in,
            () if held else lines_out,
            self._proposed(claim, after) if held else (),
            self._visits.of(ordinal),
            self._verdicts(ordinal, held),
            self._not_checked(ordinal, held),
            tuple(self._journal(claim, changes)) if changes else (),
            tuple(dict.fromkeys(self.held[ordinal])) if held else (),
            tuple(other_payers(self.settled.original, claim)) if "2320" in claim.loops else (),
        )

    def _open_fixes(self) -> dict[int, list[Finding]]:
        """Findings whose fixes are shown with a held claim, by the one claim that the fix edits."""
        found: dict[int, list[Finding]] = {}
        for finding in self.settled.last:
            fix = finding.fix
            if fix is None or not fix.edits or self._waiver(finding):
                continue
            if fix.payment is Payment.RAISES and finding.severity is not Severity.REJECT:
                continue
            edited = {edit.claim for edit in fix.edits}
            if len(edited) == 1:
                found.setdefault(edited.pop(), []).append(finding)
        return found

    def _verdicts(self, ordinal: int, held: bool) -> tuple[Verdict, ...]:
        found = [
            Verdict(finding, not held and key not in self.settled.remaining, self.waived[key])
            for key, finding in self._found_of.get(ordinal, ())
            if not held or key in self.settled.first or key in self.settled.remaining
        ]
        found += [Verdict(each.finding, not held and not each.remains) for each in self.guide.get(ordinal, ())]
        found += [Verdict(finding, False) for finding in self._added_of.get(ordinal, ())]
        return tuple(found)

    def _not_checked(self, ordinal: int, held: bool) -> tuple[NotChecked, ...]:
        unchecked = (self._unchecked_held if held else self._unchecked).get(ordinal, ())
        mine = [NotChecked(rule, why) for rule, why in unchecked]
        if ordinal in self.unjudged:
            mine.append(NotChecked("G", self.unjudged[ordinal]))
        return tuple(mine)

    def _proposed(self, claim: Claim, after: Claim) -> tuple[LineState, ...]:
        """Lines as they would be with every fix, whoever has to decide it; raises only where they cure a reject."""
        proposal = after
        open_fixes = self._proposals.get(claim.ordinal, ())
        fixes = [finding.fix for finding in without_conflicts(open_fixes) if finding.fix]
        if fixes:
            causes = [Cause(fix.title, fix.title) for fix in fixes]
            edits = [(edit.edit, number) for number, fix in enumerate(fixes) for edit in fix.edits]
            proposal = revise(after, {}, edits, causes)
        if proposal.text == claim.source.text:
            return ()
        draft = self.settled.drafts.get(claim.ordinal) or Draft(claim.source.text, claim.source.start)
        return lines_as_written(proposal, draft, claim)

    def _journal(self, claim: Claim, changes: Iterable[Change]) -> Iterator[JournalEdit]:
        for (start, end), replacement, numbers in changes:
            causes = [self.settled.causes[number] for number in numbers]
            rules = tuple(dict.fromkeys(c.rule for c in causes if c.rule != DERIVED))
            last = causes[-1]
            caused_by = tuple(dict.fromkeys(r for c in causes for r in c.caused_by)) or rules[:-1]
            yield JournalEdit(
                CORRECTED,
                start,
                end,
                replacement,
                rules[-1] if rules else DERIVED,
                caused_by,
                last.reason,
                tuple(dict.fromkeys(evidence for cause in causes for evidence in cause.evidence)),
                claim.source.position,
            )


def _by_claim(unchecked: Iterable[NotChecked]) -> dict[int, dict[tuple[str, str], None]]:
    """Rule and reason of what was not checked, each once, by claim."""
    found: dict[int, dict[tuple[str, str], None]] = {}
    for each in unchecked:
        for ordinal in each.claims:
            found.setdefault(ordinal, {})[each.rule, each.why] = None
    return found
