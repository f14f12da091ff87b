"""Scrub one patient: check, fix and settle, decide what goes out, and say what came of it. Pure and picklable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
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
from scrubber.settings.settings import Settings
from scrubber.settings.waivers import Waiver
from scrubber.states import lines_as_read, lines_as_written, visit_states
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
        tuple(decision.result(claim) for claim in settled.original.claims),
        tuple((row.note_id, why) for row, why in settled.original.joined.unmatched),
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
        # What a correction has made a copy shared a pool before. As a copy it is held for itself alone.
        # So is a claim that an earlier file sent.
        sent = {each.where.claim for each in self.settled.found.values() if is_sent_again(each)}
        copies = {*self.settled.patient.copies, *sent}
        groups = [tuple(each for each in group if each not in copies) for group in bonds(original)]
        groups += [tuple(each for each in group if each not in sent) for group in bonds(self.settled.patient)]
        for claim in original.claims:
            self._judge(claim)
        self._hold_together(groups)

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
        wanted, after = self.context.settings.conformance, self.settled.drafts[claim.ordinal].text
        changed = after != claim.source.text
        if wanted == "off" or (wanted == "changed" and (not changed or claim.ordinal in self.held)):
            return
        if is_misread(claim):
            self.unjudged[claim.ordinal] = "the claim uses another component separator than the one declared in ISA16"
            return
        before = self._faults(claim, claim.source.text)
        faults = self._faults(claim, after) if changed else before
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
        overlay = self.settled.original.profile(claim).overlay
        return effective_map(overlay) if overlay else None

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

    def result(self, claim: Claim) -> ClaimResult:
        ordinal = claim.ordinal
        draft = self.settled.drafts[ordinal]
        held = ordinal in self.held
        changes = [] if held else draft.changes()
        after = self._after(claim)
        profile = self.settled.original.profile(claim)
        lines_in = lines_as_read(claim)
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
            profile.name,
            claim.charge,
            "0.00" if held else after.charge,
            lines_in,
            () if held else lines_as_written(after, draft, claim),
            self._proposed(claim, after) if held else (),
            visit_states(self.settled.original, ordinal),
            self._verdicts(ordinal, held),
            self._not_checked(ordinal, held),
            tuple(self._journal(claim, changes)),
            tuple(dict.fromkeys(self.held.get(ordinal, ()))),
            tuple(other_payers(self.settled.original, claim)),
        )

    @cached_property
    def _found_of(self) -> dict[int | None, list[tuple[tuple[object, ...], Finding]]]:
        """What the rounds found, by claim, with the keys: looked through once, however many claims there are."""
        found: dict[int | None, list[tuple[tuple[object, ...], Finding]]] = {}
        for key, finding in self.settled.found.items():
            found.setdefault(finding.where.claim, []).append((key, finding))
        return found

    def _verdicts(self, ordinal: int, held: bool) -> tuple[Verdict, ...]:
        own = [
            Verdict(finding, not held and key not in self.settled.remaining, self.waived[key])
            for key, finding in self._found_of.get(ordinal, ())
            if not held or key in self.settled.first or key in self.settled.remaining
        ]
        guide = [Verdict(each.finding, not held and not each.remains) for each in self.guide.get(ordinal, ())]
        return (*own, *guide, *(Verdict(finding, False) for finding in self.added if finding.where.claim == ordinal))

    def _not_checked(self, ordinal: int, held: bool) -> tuple[NotChecked, ...]:
        unchecked = self.settled.unchecked_first if held else self.settled.unchecked_last
        mine = [NotChecked(each.rule, each.why) for each in unchecked if ordinal in each.claims]
        if ordinal in self.unjudged:
            mine.append(NotChecked("G", self.unjudged[ordinal]))
        return tuple(dict.fromkeys(mine))

    def _proposed(self, claim: Claim, after: Claim) -> tuple[LineState, ...]:
        """Lines as they would be with every fix, whoever has to decide it; raises only where they cure a reject."""
        open_fixes = [
            finding
            for finding in self.settled.last
            if finding.fix
            and not self._waiver(finding)
            and (finding.fix.payment is not Payment.RAISES or finding.severity is Severity.REJECT)
            and finding.fix.edits
            and all(edit.claim == claim.ordinal for edit in finding.fix.edits)
        ]
        drafts = dict(self.settled.drafts)
        proposal = after
        fixes = [finding.fix for finding in without_conflicts(open_fixes) if finding.fix]
        if fixes:
            causes = [Cause(fix.title, fix.title) for fix in fixes]
            edits = [(edit.edit, number) for number, fix in enumerate(fixes) for edit in fix.edits]
            drafts[claim.ordinal] = Draft(after.text, claim.source.start)
            proposal = revise(after, drafts, edits, causes)
        if proposal.text == claim.source.text:
            return ()
        return lines_as_written(proposal, self.settled.drafts[claim.ordinal], claim)

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
