"""Proves the sum: every input ended in exactly one known place or is on its way, and nothing else is in the folders.

Told from the state, the folders and the audit log, each against the others. Folders are read before the state, so that
whatever was there then is known to the state when it is asked; what is in hand is looked for wherever it can be.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec

from scrubber.errors import OutputError
from scrubber.settings.settings import Watch
from scrubber.watch import disk
from scrubber.watch.audit_proof import decisions_in, files_of
from scrubber.watch.folders import COPIES, Folders, path_in
from scrubber.watch.intake import PROBE
from scrubber.watch.job import Job, JobState, Output
from scrubber.watch.locks import LOCK, is_running
from scrubber.watch.names import TA1, WHY, shown
from scrubber.watch.state import State

SCHEMA = "scrubber-watch-reconcile/1"
CLAIMS_OUTCOMES = ("sent", "part", "held", "duplicate", "failed")
RECORDS_OUTCOMES = ("used", "duplicate", "failed")
ENDS = frozenset({*CLAIMS_OUTCOMES, "used", "records-failed", "changed-after-taken"})
"""Decisions of the audit log that end an input."""
_GOES_OUT = frozenset({"sent", "part", "held"})
DIFFER = "its bytes differ"
_BEFORE_OUTPUT = frozenset({JobState.SEEN, JobState.STABLE, JobState.CLAIMED, JobState.FAILING, JobState.FAILED})


class Gap(msgspec.Struct, frozen=True):
    """Something that does not add up: ``place`` is a path or an empty text, ``job`` empty when it is about none."""

    what: str
    job: str = ""
    place: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.job, self.what) if part)


class Sum(msgspec.Struct, frozen=True):
    """Inputs of one kind: ``total`` = the sum of ``ended`` + ``in_hand`` + ``waiting``."""

    total: int
    ended: dict[str, int]
    in_hand: int
    waiting: int


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What was proved. ``outputs`` counts those that are there, were fetched since, and are not published yet;
    ``originals`` those in the archive and in failed whose bytes (or, with quick, sizes) were looked at, and those that
    a person took out of failed. ``gaps`` is empty when everything adds up."""

    schema: str = SCHEMA
    quick: bool
    claims_files: Sum
    records_files: Sum
    claims: dict[str, int]
    originals: dict[str, int]
    outputs: dict[str, int]
    gaps: tuple[Gap, ...]


def reconcile(watch: Watch, *, quick: bool = False, since: date | None = None) -> Reconciliation:
    """Add everything up.

    With ``quick`` sizes stand in for hashes. Originals archived before ``since`` are not looked for. Raises
    OutputError when something cannot be read.
    """
    try:
        found = _reconcile(watch, quick=quick, since=since)
        if found.gaps and is_running(watch.state):  # what was only passing by is gone at a second look
            again = set(_reconcile(watch, quick=True, since=since).gaps)
            stay = tuple(gap for gap in found.gaps if gap in again or gap.what.endswith(DIFFER))
            found = msgspec.structs.replace(found, gaps=stay)
    except OSError as error:
        name = os.fsdecode(error.filename or b"")
        raise OutputError(f"{name}: cannot be read ({error.strerror}); run it as the daemon's user") from None
    return found


def _reconcile(watch: Watch, *, quick: bool, since: date | None) -> Reconciliation:
    folders = Folders(watch)
    listing = _Listing(folders)
    state = State(watch.state, read_only=True)
    try:
        with state.reading():
            proof = _Proof(folders, state, quick=quick, since=since)
            proof.prove_jobs()
            proof.prove_once()
            proof.prove_known(listing)
            proof.prove_audit(watch.audit_file)
            return proof.result()
    finally:
        state.close()


class _Listing:
    """Every file below the daemon's folders but those that wait in the inbox, by folder."""

    def __init__(self, folders: Folders) -> None:
        self.files: dict[str, set[bytes]] = {key: _names(folders.of(key)) for key in ("outbox", "held", "reports")}
        self.files["failed"] = _names(folders.failed)
        self.files["taken"] = {name for name in _names(folders.taken) - {LOCK.encode()} if not name.startswith(b".")}
        self.files["copies"] = _names(folders.copies)
        self.files["archive"] = {
            day + b"/" + name
            for day in _names(folders.archive) - {COPIES.encode()}
            if (path := path_in(folders.archive, day)).is_dir()
            for name in _names(path)
        }


class _Proof:
    """Goes through the jobs once, counting, and noting every gap."""

    def __init__(self, folders: Folders, state: State, *, quick: bool, since: date | None) -> None:
        self.folders = folders
        self.state = state
        self.quick = quick
        self.since = since.isoformat().encode() if since else b""
        self.gaps: list[Gap] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.claims: Counter[str] = Counter()
        self.originals: Counter[str] = Counter(
            dict.fromkeys(("archived", "not looked for", "failed", "taken out of failed"), 0)
        )
        self.outputs: Counter[str] = Counter({"there": 0, "fetched": 0, "not published yet": 0})
        self.ended: dict[str, str] = {}
        self.jobs: set[str] = set()
        self.open: set[str] = set()
        self.archived: dict[bytes, str] = {}
        self.failed: set[bytes] = set()
        self.sources: set[bytes] = set()
        self.kept: set[bytes] = set()

    def prove_jobs(self) -> None:
        """Each job by itself: one end, its original, its outputs, its claims."""
        for job in self.state.jobs():
            self.jobs.add(job.id)
            if job.is_done:
                self._prove_end(job)
                self._prove_original(job)
            else:
                self.open.add(job.id)
                self.sources.update([job.source] if job.source else [])
                self.counts[job.kind, "waiting" if job.state == JobState.SEEN else "in hand"] += 1
                self._prove_in_hand(job)
            if job.kept:
                self.kept.add(job.id.encode())
            if job.archive_name is not None:
                self.archived.setdefault(job.archive_name, job.id)
            if job.failed_name is not None:
                self.failed.add(job.failed_name)
            if job.state not in _BEFORE_OUTPUT and job.outcome != "duplicate":
                self._prove_claims(job)
                for output in self.state.outputs(job.id):
                    self._prove_output(job, output)

    def _prove_end(self, job: Job) -> None:
        outcomes = CLAIMS_OUTCOMES if job.kind == "claims" else RECORDS_OUTCOMES
        if job.outcome not in outcomes or (job.outcome == "failed") is not (job.state == JobState.FAILED):
            self._gap(f"is {job.state} with the outcome {job.outcome}", job)
        self.counts[job.kind, job.outcome or "none"] += 1
        self.ended[job.id] = job.outcome or "none"

    def _prove_original(self, job: Job) -> None:
        if job.state == JobState.FAILED:
            self._prove_failed(job)
            return
        path = path_in(self.folders.archive, job.archive_name or b"?")
        if job.archive_name is not None and job.archive_name < self.since:
            self.originals["not looked for"] += 1
        elif job.archive_name is None or not disk.is_there(path):
            self._gap("the original is not in the archive", job, path)
        elif not self._is_intact(path, job.sha256, job.bytes):
            self._gap(f"the archived original is not what was taken: {DIFFER}", job, path)
        elif self.archived.get(job.archive_name, job.id) != job.id and not job.is_rerun:
            self._gap(f"shares its archived original with {self.archived[job.archive_name]}", job, path)
        else:
            self.originals["archived"] += 1

    def _prove_failed(self, job: Job) -> None:
        path = path_in(self.folders.failed, job.failed_name or b"?")
        why = path.with_name(path.name + os.fsdecode(WHY))
        if not disk.is_there(path):  # whoever mends it takes it out
            if job.source is None and disk.is_there(why):
                self._gap("its reason stands in failed without it; whoever takes it out takes out both", job, why)
            self.originals["taken out of failed"] += 1
        elif job.sha256 is not None and not self._is_intact(path, job.sha256, job.bytes):
            self._gap(f"the original in failed is not what was taken: {DIFFER}", job, path)
        elif not disk.is_there(why):
            self._gap("stands in failed without its reason", job, why)
        else:
            self.originals["failed"] += 1

    def _prove_in_hand(self, job: Job) -> None:
        """Its bytes are in one of the places that it goes through; one that only waits its sender may take away."""
        if job.state == JobState.SEEN:
            return
        places = [
            path_in(self.folders.inbox, job.name),
            self.folders.taken_file(job.id),
            self.folders.copy_file(job.id, job.kind, job.name),
            path_in(self.folders.archive, job.archive_name or b"?"),
            path_in(self.folders.failed, job.failed_name or b"?"),
        ]
        if job.source is not None:
            places.append(Path(os.fsdecode(job.source)))
        if not any(disk.is_there(place) for place in places):
            self._gap(f"is {job.state}, and its bytes are nowhere", job)

    def _prove_claims(self, job: Job) -> None:
        claims, sent, held = job.claims or 0, job.claims_sent or 0, job.claims_held or 0
        self.claims.update({"in": claims, "sent": sent, "held": held})
        if claims != sent + held:
            self._gap(f"{claims} claims came in, {sent} were sent and {held} held", job)
        fits = {"sent": not held, "part": bool(sent and held), "held": bool(held and not sent)}
        if job.outcome in _GOES_OUT and not fits[job.outcome]:
            self._gap(f"its outcome is {job.outcome}, with {sent} claims sent and {held} held", job)

    def _prove_output(self, job: Job, output: Output) -> None:
        folder = self.folders.of(output.folder)
        final, temporary = path_in(folder, output.name), path_in(folder, output.temporary)
        if disk.is_there(temporary):
            if output.published:
                self._gap("is published and still has its temporary name", job, temporary)
            elif not self._is_intact(temporary, output.sha256, output.bytes):
                self._gap(f"is not what was written: {DIFFER}", job, temporary)
            self.outputs["not published yet"] += 1
        elif not disk.is_there(final):
            self.outputs["fetched"] += 1  # the receiver renames it away; it was whole when its name appeared
        elif not self._is_intact(final, output.sha256, output.bytes):
            self._gap(f"is not what was published: {DIFFER}", job, final)
        else:
            self.outputs["there"] += 1

    def prove_once(self) -> None:
        """The same bytes went out once, but for reruns; a duplicate has a first."""
        connection = self.state.connection
        query = """SELECT sha256, COUNT(*) FROM jobs WHERE kind = 'claims' AND rerun_of IS NULL
                   AND (outcome IN ('sent', 'part') OR outcome = 'held' AND NOT records_unread)
                   GROUP BY sha256 HAVING COUNT(*) > 1"""
        for digest, count in connection.execute(query):
            self.gaps.append(Gap(f"{count} inputs with the same bytes ({digest[:8]}) went through as new ones"))
        query = """SELECT i.key, COUNT(DISTINCT i.job) FROM interchanges i JOIN jobs j ON j.id = i.job
                   WHERE j.rerun_of IS NULL GROUP BY i.key HAVING COUNT(DISTINCT i.job) > 1"""
        for _, count in connection.execute(query):
            self.gaps.append(Gap(f"an interchange of the same sender, receiver and number went out {count} times"))
        query = """SELECT d.id FROM jobs d LEFT JOIN jobs f ON f.id = d.duplicate_of
                   WHERE d.kind = 'claims' AND d.outcome = 'duplicate' AND (f.id IS NULL OR f.sha256 IS NOT d.sha256)"""
        for (job,) in connection.execute(query):
            self.gaps.append(Gap("is a duplicate of nothing that went through", job))

    def prove_known(self, listing: _Listing) -> None:
        """Every file in the daemon's folders is one that the state knows of."""
        known: dict[str, set[bytes]] = {key: set() for key in listing.files}
        query = "SELECT folder, temporary, name FROM outputs"
        for folder, temporary, name in self.state.connection.execute(query):
            known[folder].update((temporary, name))
        known["archive"].update(self.archived)
        known["failed"].update(name + end for name in self.failed for end in (b"", WHY, TA1))
        in_hand = {job.encode() for job in self.open}
        known["taken"].update(in_hand, self.kept, (source.rpartition(b"/")[2] for source in self.sources))
        known["copies"].update(in_hand)
        for key, names in listing.files.items():
            for name in sorted(names - known[key]):
                if not self._is_in_hand(name):
                    self.gaps.append(Gap("the state knows nothing of this file", place=str(self._path(key, name))))

    def prove_audit(self, file: Path) -> None:
        """Every input that the audit log speaks of is known, and has the end that it tells."""
        told: dict[str, list[str]] = {}
        for decision, job in decisions_in(self.state.connection, files_of(file)):
            told.setdefault(job, []).extend([decision] if decision in ENDS else [])
        for job, ends in told.items():
            if job not in self.jobs:
                self.gaps.append(Gap("the audit log speaks of it, and the state knows nothing of it", job))
            elif len(ends) > 1:
                self.gaps.append(Gap(f"the audit log ends it {len(ends)} times: {', '.join(ends)}", job))

    def result(self) -> Reconciliation:
        return Reconciliation(
            quick=self.quick,
            claims_files=self._sum("claims", CLAIMS_OUTCOMES),
            records_files=self._sum("records", RECORDS_OUTCOMES),
            claims={key: self.claims[key] for key in ("in", "sent", "held")},
            originals=dict(self.originals),
            outputs=dict(self.outputs),
            gaps=tuple(self.gaps),
        )

    def _sum(self, kind: str, outcomes: tuple[str, ...]) -> Sum:
        return Sum(
            sum(count for (each, _), count in self.counts.items() if each == kind),
            {outcome: self.counts[kind, outcome] for outcome in outcomes},
            self.counts[kind, "in hand"],
            self.counts[kind, "waiting"],
        )

    def _is_intact(self, path: Path, digest: str | None, size: int | None) -> bool:
        try:
            if self.quick:
                return path.lstat().st_size == size
            return disk.digest_of(path).sha256 == digest
        except FileNotFoundError:  # fetched since
            return True
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ELOOP):
                raise
            return False  # a link or a folder has its name

    def _is_in_hand(self, name: bytes) -> bool:
        """Whether a job in hand may have such a name: temporary files are noted when they are whole."""
        return any(name.startswith(b".scrubber-" + job.encode()) for job in self.open) or name == PROBE.encode()

    def _path(self, key: str, name: bytes) -> str:
        folder = {"taken": self.folders.taken, "copies": self.folders.copies}.get(key) or self.folders.of(key)
        return f"{folder}/{shown(name)}"

    def _gap(self, what: str, job: Job, place: Path | None = None) -> None:
        self.gaps.append(Gap(what, job.id, shown(os.fsencode(place)) if place else ""))


def _names(folder: Path) -> set[bytes]:
    try:
        return set(os.listdir(os.fsencode(folder)))  # noqa: PTH208 - names are bytes
    except (FileNotFoundError, NotADirectoryError):
        return set()
