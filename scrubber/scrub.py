"""The main path: bytes and treatment records in, an outcome out. Pure: no clock, no disk, no network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from functools import partial

from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.envelope import Envelope, check_envelope, refuse_unreadable
from scrubber.findings.finding import Location, NotChecked
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit
from scrubber.fixes.envelope import EnvelopeSettler
from scrubber.outcome import ClaimResult, Outcome, Outgoing, PatientResult, UnreadableRow, Verdict
from scrubber.rules.internal.findings import idle_waiver
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.visits.gather import Gathering
from scrubber.visits.patient import PatientWork
from scrubber.visits.records import TreatmentRecords

WINDOW = 8
"""Patients that are under way ahead of the one whose result is wanted: enough to keep workers busy, never all."""

NOT_JUDGED = {
    "full": (),
    "changed": (
        NotChecked("G", 'conformance = "changed": claims that no fix changed are not judged against the guide'),
    ),
    "off": (NotChecked("G", 'conformance = "off": no claim is judged against the guide'),),
}
"""What is not checked for the whole file, by the setting ``conformance``."""


def scrub(
    source: bytes,
    records: TreatmentRecords,
    context: Context,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read, check, fix and settle one file. The outcome is the same with and without an executor.

    ``progress`` is told how many patients are done and how many there are. Raises UnreadableInputError when there is
    nothing that can be scrubbed.
    """
    file = index(source)
    refuse_unreadable(file)
    envelope = check_envelope(file, context)
    patients = Gathering(file, records, envelope.held)
    results: list[PatientResult] = []
    for result in _in_window(executor, partial(scrub_patient, context=context), patients):
        results.append(result)
        if progress is not None:
            progress(len(results), len(patients))
    claims = sorted((claim for result in results for claim in result.claims), key=lambda claim: claim.ordinal)
    settler = _settler(file, envelope, claims, context)
    edits = (edit for claim in claims for edit in claim.edits)
    return Outcome(
        source,
        tuple(part.control for part in file.interchanges),
        _journal(settler, edits),
        (*envelope.verdicts, *_idle_waivers(results, context)),
        tuple(claims),
        frozenset(name for result in results for name in result.stale),
        (*patients.unmatched, *(each for result in results for each in result.unmatched)),
        tuple(UnreadableRow(row.source_file, row.line, row.column, row.message) for row in records.bad_rows),
        NOT_JUDGED[context.settings.conformance],
        settler.keeps(CORRECTED),
        settler.keeps(HELD),
        tuple(Outgoing(part.number, part.start, part.end) for part in settler.outgoing()),
    )


def _settler(file: File, envelope: Envelope, claims: list[ClaimResult], context: Context) -> EnvelopeSettler:
    held = {claim.ordinal: claim.held_by for claim in claims if claim.disposition == HELD}
    recount = context.settings.fix != "none"
    return EnvelopeSettler(file, held, envelope.whole, recount=recount, renumber=envelope.renumber)


def _journal(settler: EnvelopeSettler, claim_edits: Iterable[JournalEdit]) -> tuple[JournalEdit, ...]:
    journal: list[JournalEdit] = []
    if settler.keeps(CORRECTED):
        journal += settler.edits(CORRECTED, claim_edits)
    if settler.keeps(HELD):
        journal += settler.edits(HELD)
    return tuple(journal)


def _idle_waivers(results: list[PatientResult], context: Context) -> Iterator[Verdict]:
    """I002 for each waiver that let nothing pass."""
    used = {waiver for result in results for waiver in result.waivers_used}
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


def _in_window(
    executor: Executor | None, work: Callable[[PatientWork], PatientResult], patients: Iterable[PatientWork]
) -> Iterator[PatientResult]:
    """Results in the order of the patients. With an executor, a few tasks run ahead."""
    if executor is None:
        yield from map(work, patients)
        return
    waiting: deque[Future[PatientResult]] = deque()
    for patient in patients:
        waiting.append(executor.submit(work, patient))
        if len(waiting) >= WINDOW:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
