"""The main path: bytes and treatment records in, an outcome out. Pure: no clock, no disk, no network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Executor
from typing import NamedTuple

from scrubber.claims.contents import Origin
from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.envelope import Envelope, check_envelope, refuse_unreadable
from scrubber.findings.finding import Location, NotChecked
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit
from scrubber.fixes.envelope import EnvelopeSettler
from scrubber.outcome import ClaimResult, Outcome, Outgoing, PatientResult, UnreadableRow, Verdict
from scrubber.rules.internal.findings import idle_waiver
from scrubber.scrub_part import SharedContext, in_window, results_of, scrub_shared
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.settings.waivers import Waiver
from scrubber.visits.gather import Gathering
from scrubber.visits.part import parts_of
from scrubber.visits.records import TreatmentRecords

NOT_JUDGED = {
    "full": (),
    "changed": (
        NotChecked("G", 'conformance = "changed": claims that no fix changed are not judged against the guide'),
    ),
    "off": (NotChecked("G", 'conformance = "off": no claim is judged against the guide'),),
}
"""What is not checked for the whole file, by the setting ``conformance``."""


Spread = Callable[[Iterable[bytes]], Iterable[PatientResult]]
"""Has the parts of a file scrubbed somewhere, and gives the results of their patients in order."""


def scrub(
    source: bytes,
    records: TreatmentRecords,
    context: Context,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    spread: Spread | None = None,
    origin: Origin | None = None,
) -> Outcome:
    """Read, check, fix and settle one file. The outcome is the same wherever its patients are worked on.

    That is here, on an executor, or where ``spread`` has them worked on. There the file is read by the path of
    ``origin``; without one its bytes are sent along. ``progress`` is told how many patients are done and how many there
    are. Raises UnreadableInputError when there is nothing that can be scrubbed, and WorkerError when a part of the work
    fails twice.
    """
    file = index(source)
    refuse_unreadable(file)
    envelope = check_envelope(file, context)
    patients = Gathering(file, records, envelope.held, origin)
    if executor is not None:
        spread = _on(executor, context)
    found = (scrub_patient(work, context) for work in patients) if spread is None else spread(parts_of(patients))
    results: list[PatientResult] = []
    for result in found:
        results.append(result)
        if progress is not None:
            progress(len(results), len(patients))
    waivers = idle_waivers({waiver for result in results for waiver in result.waivers_used}, context)
    unreadable = (UnreadableRow(row.source_file, row.line, row.column, row.message) for row in records.bad_rows)
    return outcome(file, envelope, results, context, Beside(patients.unmatched, waivers, unreadable))


def _on(executor: Executor, context: Context) -> Spread:
    shared = SharedContext(context)
    return lambda parts: results_of(in_window(lambda part: executor.submit(scrub_shared, part, shared), parts))


class Beside(NamedTuple):
    """What a job found that is about no claim: records that fit none, idle waivers, unreadable rows."""

    unmatched: Iterable[tuple[str, str]] = ()
    waivers: Iterable[Verdict] = ()
    unreadable: Iterable[UnreadableRow] = ()


def outcome(
    file: File, envelope: Envelope, results: Iterable[PatientResult], context: Context, beside: Beside
) -> Outcome:
    """Settle the envelopes of one file whose patients are done. Claims count from 0 in the file."""
    results = list(results)
    claims = sorted((claim for result in results for claim in result.claims), key=lambda claim: claim.ordinal)
    settler = _settler(file, envelope, claims, context)
    edits = (edit for claim in claims for edit in claim.edits)
    return Outcome(
        file.source,
        tuple(part.control for part in file.interchanges),
        _journal(settler, edits),
        (*envelope.verdicts, *beside.waivers),
        tuple(claims),
        frozenset(name for result in results for name in result.stale),
        (*beside.unmatched, *(each for result in results for each in result.unmatched)),
        tuple(beside.unreadable),
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


def idle_waivers(used: Collection[Waiver], context: Context) -> Iterator[Verdict]:
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
