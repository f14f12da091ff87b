"""The main path: bytes and treatment records in, what came of them out. No clock, no network; results that are many
wait on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any, NamedTuple

from scrubber.claims.contents import Origin
from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.claims.spans import ClaimSpan
from scrubber.envelope import Envelope, check_envelope, refuse_unreadable
from scrubber.findings.finding import Location, NotChecked
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit
from scrubber.fixes.envelope import EnvelopeSettler
from scrubber.outcome import Outcome, Outgoing, PatientResult, UnreadableRow, Verdict
from scrubber.outputs.claim_part import NOBODY, PatientPart, Wanted, patient_part
from scrubber.outputs.scrubbed_file import Journal, Parts, ScrubbedFile
from scrubber.reports.by_rule import rule_shares
from scrubber.reports.characters import readable
from scrubber.reports.schema import Related
from scrubber.rules.internal.findings import idle_waiver
from scrubber.scrub_part import SharedContext, in_window, results_of, scrub_shared
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.settings.waivers import Waiver
from scrubber.visits.gather import Gathering
from scrubber.visits.part import parts_of
from scrubber.visits.patient import PatientWork
from scrubber.visits.records import TreatmentRecords
from scrubber.write.journal_file import sha256

NOT_JUDGED = {
    "full": (),
    "changed": (
        NotChecked("G", 'conformance = "changed": claims that no fix changed are not judged against the guide'),
    ),
    "off": (NotChecked("G", 'conformance = "off": no claim is judged against the guide'),),
}
"""What is not checked for the whole file, by the setting ``conformance``."""

Spread = Callable[[Iterable[bytes]], Iterable[PatientPart]]
"""Has the parts of a file scrubbed somewhere, and gives what their patients add to its outputs, in order."""


class Beside(NamedTuple):
    """What a job found that is about no claim: records that fit none, idle waivers, unreadable rows."""

    unmatched: Iterable[tuple[str, str]] = ()
    waivers: Iterable[Verdict] = ()
    unreadable: Iterable[UnreadableRow] = ()


def scrub_file(
    source: bytes,
    records: TreatmentRecords,
    context: Context,
    wanted: Wanted,
    *,
    progress: Callable[[int, int], None] | None = None,
    spread: Spread | None = None,
    origin: Origin | None = None,
) -> ScrubbedFile:
    """Read, check, fix and settle one file. The result is the same wherever its patients are worked on.

    That is here, or where ``spread`` has them worked on. There the file is read by the path of ``origin``; without one
    its bytes are sent along. No claim stays in memory: the parts that it adds to the ``wanted`` outputs are made where
    it was scrubbed, and spooled. ``progress`` is told how many patients are done and how many there are. Raises
    UnreadableInputError when there is nothing that can be scrubbed, SpoolError when the temporary folder is full,
    WorkerError when a part of the work fails twice.
    """
    file, envelope = opened(source, context)
    patients = Gathering(file, records, envelope.held, origin)
    here = (patient_part(scrub_patient(work, context), wanted, _others(work, file)) for work in patients)
    adding = Adding(file, wanted)
    for done, part in enumerate(here if spread is None else spread(parts_of(patients)), 1):
        adding.add(part)
        if progress is not None:
            progress(done, len(patients))
    unmatched = patients.unmatched
    del patients, here  # what is known of every patient need not stand beside the edits of the envelopes
    waivers = idle_waivers(adding.waivers, context)
    return adding.finished(envelope, context, Beside(unmatched, waivers, unreadable_rows(records)))


class Adding:
    """A file whose patients are added one after the other."""

    def __init__(self, file: File, wanted: Wanted) -> None:
        self._file = file
        self._parts = Parts(file, wanted)
        self._stale: set[str] = set()
        self._unmatched: list[tuple[str, str]] = []
        self.waivers: set[Waiver] = set()
        """Those that let a finding pass."""

    def add(self, patient: PatientPart) -> None:
        """One patient more."""
        for part in patient.claims:
            self._parts.add(part)
        self.waivers.update(patient.waivers_used)
        self._stale.update(patient.stale)
        self._unmatched += patient.unmatched

    def finished(self, envelope: Envelope, context: Context, beside: Beside) -> ScrubbedFile:
        """Settle the envelopes once all patients are there."""
        file, parts = self._file, self._parts
        settler = _settler(file, envelope, parts.held, context)
        findings = (*envelope.verdicts, *beside.waivers)
        for share in rule_shares(findings):
            parts.rules.add(share)
        named = {ordinal for verdict in findings for ordinal in verdict.finding.related}
        return ScrubbedFile(
            **_around(file, settler, context, beside, self._stale, self._unmatched),
            findings=findings,
            source_sha256=sha256(file.source),
            claims=len(file.claims),
            parts=parts,
            journal=Journal(parts, settler),
            related={ordinal: _identity(file.claims[ordinal]) for ordinal in named},
        )


def scrub(source: bytes, records: TreatmentRecords, context: Context, executor: Executor | None = None) -> Outcome:
    """What ``scrub_file`` does, whole and in memory: every claim's result, for who wants to look into them.

    Raises UnreadableInputError when there is nothing that can be scrubbed, WorkerError when a part of the work fails
    twice on the executor.
    """
    file, envelope = opened(source, context)
    patients = Gathering(file, records, envelope.held)
    if executor is None:
        results = [scrub_patient(work, context) for work in patients]
    else:
        shared, submit = SharedContext(context), executor.submit
        done = in_window(lambda part: submit(scrub_shared, part, shared), parts_of(patients))
        results = list(results_of(done))
    waivers = idle_waivers({waiver for result in results for waiver in result.waivers_used}, context)
    return outcome(file, envelope, results, context, Beside(patients.unmatched, waivers, unreadable_rows(records)))


def outcome(
    file: File, envelope: Envelope, results: Iterable[PatientResult], context: Context, beside: Beside
) -> Outcome:
    """Settle the envelopes of one file whose patients are done. Claims count from 0 in the file."""
    results = list(results)
    claims = tuple(sorted((claim for result in results for claim in result.claims), key=lambda claim: claim.ordinal))
    held = {claim.ordinal: claim.held_by for claim in claims if claim.disposition == HELD}
    settler = _settler(file, envelope, held, context)
    stale = {name for result in results for name in result.stale}
    unmatched = [each for result in results for each in result.unmatched]
    return Outcome(
        **_around(file, settler, context, beside, stale, unmatched),
        findings=(*envelope.verdicts, *beside.waivers),
        journal=_journal(settler, (edit for claim in claims for edit in claim.edits)),
        claims=claims,
    )


def opened(source: bytes, context: Context) -> tuple[File, Envelope]:
    """The file indexed, and its envelopes checked. Raises UnreadableInputError when nothing of it can be scrubbed."""
    file = index(source)
    refuse_unreadable(file)
    return file, check_envelope(file, context)


def unreadable_rows(records: TreatmentRecords) -> tuple[UnreadableRow, ...]:
    """Rows of treatment records that could not be read."""
    return tuple(UnreadableRow(row.source_file, row.line, row.column, row.message) for row in records.bad_rows)


def _around(
    file: File,
    settler: EnvelopeSettler,
    context: Context,
    beside: Beside,
    stale: set[str],
    unmatched: list[tuple[str, str]],
) -> dict[str, Any]:
    """What came of the file besides its claims and findings."""
    return {
        "source": file.source,
        "interchanges": tuple(part.control for part in file.interchanges),
        "stale": frozenset(stale),
        "unmatched": (*beside.unmatched, *unmatched),
        "unreadable": tuple(beside.unreadable),
        "not_checked": NOT_JUDGED[context.settings.conformance],
        "has_corrected": settler.keeps(CORRECTED),
        "has_held": settler.keeps(HELD),
        "outgoing": tuple(Outgoing(part.number, part.start, part.end) for part in settler.outgoing()),
    }


def _others(patient: PatientWork, file: File) -> Mapping[int, Related]:
    """The claims of other patients that findings of this one may name."""
    if not patient.same_number and not patient.elsewhere:
        return NOBODY
    named = {ordinal for _, others in patient.same_number for ordinal in others}
    named.update(ordinal for overlap in patient.elsewhere for ordinal in overlap.claims)
    return {ordinal: _identity(file.claims[ordinal]) for ordinal in named}


def _identity(claim: ClaimSpan) -> Related:
    group = claim.transaction.group
    return Related(readable(claim.claim_id), group.interchange.ordinal + 1, group.ordinal + 1, claim.position)


def _settler(file: File, envelope: Envelope, held: Mapping[int, tuple[str, ...]], context: Context) -> EnvelopeSettler:
    recount = context.settings.fix != "none"
    return EnvelopeSettler(file, held, envelope.whole, recount=recount, renumber=envelope.renumber)


def _journal(settler: EnvelopeSettler, claim_edits: Iterable[JournalEdit]) -> tuple[JournalEdit, ...]:
    journal: list[JournalEdit] = []
    if settler.keeps(CORRECTED):
        journal += settler.edits(CORRECTED, claim_edits)
    if settler.keeps(HELD):
        journal += settler.edits(HELD)
    return tuple(journal)


def idle_waivers(used: set[Waiver], context: Context) -> Iterator[Verdict]:
    """I002 for each waiver that let nothing pass."""
    for waiver in context.settings.waivers:
        if waiver in used:
            continue
        expired = waiver.until < context.today
        why = f"expired on {waiver.until}" if expired else "matched no finding of this file"
        yield Verdict(
            idle_waiver.finding(
                Location(),
                f"The waiver of {waiver.rule} for claim {waiver.claim} {why}.",
                "Remove it from the waivers, or give it a new date and reason.",
            ),
            fixed=False,
        )
