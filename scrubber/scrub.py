"""The main path: bytes and treatment records in, an outcome out. Pure: no clock, no disk, no network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

from scrubber.claims.index import index
from scrubber.claims.outline import ClaimSpan, File
from scrubber.envelope import Envelope, check_envelope, refuse_unreadable
from scrubber.findings.finding import Location, NotChecked
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit
from scrubber.fixes.envelope import EnvelopeSettler
from scrubber.outcome import ClaimResult, Outcome, Outgoing, PatientResult, UnreadableRow, Verdict
from scrubber.outputs.claim_part import PatientPart, Task, Wanted, scrub_for_outputs
from scrubber.outputs.scrubbed_file import Journal, Parts, ScrubbedFile
from scrubber.reports.by_rule import rule_shares
from scrubber.reports.characters import readable
from scrubber.reports.schema import Related
from scrubber.rules.internal.findings import idle_waiver
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.settings.waivers import Waiver
from scrubber.visits.gather import Gathering
from scrubber.visits.patient import PatientWork
from scrubber.visits.records import TreatmentRecords
from scrubber.write.journal_file import sha256

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


def scrub_file(
    source: bytes,
    records: TreatmentRecords,
    context: Context,
    wanted: Wanted,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ScrubbedFile:
    """Read, check, fix and settle one file. The result is the same with and without an executor.

    No claim stays in memory: the parts that it adds to the ``wanted`` outputs are made where it was scrubbed, and
    spooled. ``progress`` is told how many patients are done and how many there are. Raises UnreadableInputError when
    there is nothing that can be scrubbed, SpoolError when the temporary folder is full.
    """
    file, envelope = _opened(source, context)
    patients = Gathering(file, records, envelope.held)
    parts, seen = Parts(file, wanted), _Seen()
    work = partial(scrub_for_outputs, context=context, wanted=wanted)
    tasks = (Task(patient, _others(patient, file)) for patient in patients)
    for done, result in enumerate(_in_window(executor, work, tasks), 1):
        for part in result.claims:
            parts.add(part)
        seen.add(result)
        if progress is not None:
            progress(done, len(patients))
    settler = _settler(file, envelope, parts.held, context)
    findings = (*envelope.verdicts, *_idle_waivers(seen.waivers, context))
    for share in rule_shares(findings):
        parts.rules.add(share)
    named = {ordinal for verdict in findings for ordinal in verdict.finding.related}
    return ScrubbedFile(
        **_around(file, settler, findings, seen, patients, records, context),
        source_sha256=sha256(source),
        claims=len(file.claims),
        parts=parts,
        journal=Journal(parts, settler),
        related={ordinal: _identity(file.claims[ordinal]) for ordinal in named},
    )


def scrub(
    source: bytes,
    records: TreatmentRecords,
    context: Context,
    executor: Executor | None = None,
) -> Outcome:
    """What ``scrub_file`` does, whole and in memory: every claim's result, for who wants to look into them."""
    file, envelope = _opened(source, context)
    patients = Gathering(file, records, envelope.held)
    seen = _Seen()
    found: list[ClaimResult] = []
    for result in _in_window(executor, partial(scrub_patient, context=context), patients):
        found += result.claims
        seen.add(result)
    claims = tuple(sorted(found, key=lambda claim: claim.ordinal))
    held = {claim.ordinal: claim.held_by for claim in claims if claim.disposition == HELD}
    settler = _settler(file, envelope, held, context)
    findings = (*envelope.verdicts, *_idle_waivers(seen.waivers, context))
    return Outcome(
        **_around(file, settler, findings, seen, patients, records, context),
        journal=_journal(settler, (edit for claim in claims for edit in claim.edits)),
        claims=claims,
    )


def _opened(source: bytes, context: Context) -> tuple[File, Envelope]:
    file = index(source)
    refuse_unreadable(file)
    return file, check_envelope(file, context)


class _Seen:
    """What patients leave behind besides their claims."""

    def __init__(self) -> None:
        self.waivers: set[Waiver] = set()
        self.stale: set[str] = set()
        self.unmatched: list[tuple[str, str]] = []

    def add(self, result: PatientResult | PatientPart) -> None:
        self.waivers.update(result.waivers_used)
        self.stale.update(result.stale)
        self.unmatched += result.unmatched


def _around(
    file: File,
    settler: EnvelopeSettler,
    findings: tuple[Verdict, ...],
    seen: _Seen,
    patients: Gathering,
    records: TreatmentRecords,
    context: Context,
) -> dict[str, Any]:
    """What came of the file besides its claims."""
    return {
        "source": file.source,
        "interchanges": tuple(part.control for part in file.interchanges),
        "findings": findings,
        "stale": frozenset(seen.stale),
        "unmatched": (*patients.unmatched, *seen.unmatched),
        "unreadable": tuple(
            UnreadableRow(row.source_file, row.line, row.column, row.message) for row in records.bad_rows
        ),
        "not_checked": NOT_JUDGED[context.settings.conformance],
        "has_corrected": settler.keeps(CORRECTED),
        "has_held": settler.keeps(HELD),
        "outgoing": tuple(Outgoing(part.number, part.start, part.end) for part in settler.outgoing()),
    }


def _others(patient: PatientWork, file: File) -> tuple[tuple[int, Related], ...]:
    """The claims of other patients that findings of this one may name."""
    if not patient.same_number and not patient.elsewhere:
        return ()
    named = {ordinal for _, others in patient.same_number for ordinal in others}
    named.update(ordinal for overlap in patient.elsewhere for ordinal in overlap.claims)
    return tuple((ordinal, _identity(file.claims[ordinal])) for ordinal in sorted(named))


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


def _idle_waivers(used: set[Waiver], context: Context) -> Iterator[Verdict]:
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


W = TypeVar("W")
R = TypeVar("R")


def _in_window(executor: Executor | None, work: Callable[[W], R], patients: Iterable[W]) -> Iterator[R]:
    """Results in the order of the patients. With an executor, a few tasks run ahead."""
    if executor is None:
        yield from map(work, patients)
        return
    waiting: deque[Future[R]] = deque()
    for patient in patients:
        waiting.append(executor.submit(work, patient))
        if len(waiting) >= WINDOW:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
