"""The worker process: scrubs one file after another and writes their outputs under temporary names.

It talks with the daemon through its standard input and output alone. It ends when the daemon does, whatever it is
doing then: what it has written is seen by nobody, and the next daemon removes it.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import resource
import signal
import sqlite3
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec

from scrubber.collector import young_garbage_only
from scrubber.conform.guide_map import guide_map
from scrubber.errors import LedgerError, ScrubberError, SpoolError, UnreadableInputError
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.ledger.add import Delivery, add
from scrubber.ledger.snapshot import Snapshot, read_ledger
from scrubber.log import last_own_place
from scrubber.outputs.claim_part import Wanted
from scrubber.outputs.render import FORMATS, JOURNAL, Named, render
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.scrub import scrub_file
from scrubber.scrub_patient import Context
from scrubber.settings.tables import tables_for
from scrubber.settings.today import today_in
from scrubber.watch import disk
from scrubber.watch.listed_records import stamps_of
from scrubber.watch.messages import (
    LENGTH,
    Died,
    DiskTrouble,
    Done,
    Enter,
    Entered,
    Hello,
    OnWire,
    Place,
    Ready,
    Refused,
    Request,
    Result,
    Written,
)
from scrubber.watch.names import shown
from scrubber.watch.read_records import RecordsReader, holding
from scrubber.watch.sent_interchanges import SentInterchanges
from scrubber.write.content import Pieces
from scrubber.write.journal_file import sha256

MEGABYTE = 1_000_000
OUTPUTS = 6
"""How many outputs a job has at most: so many threads wait for the disk at the same time."""
FOLDERS = {CORRECTED: "outbox", HELD: "held"}
"""The kind of folder that an output is written to; all others go to reports."""


def main() -> None:
    """Work until the daemon closes the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM):  # when to stop is for the daemon to say
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold claims
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    requests: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    hello: Hello = requests.get()
    try:
        _limit_memory(hello.megabytes)
        work = Work(hello)
    except Exception as error:  # noqa: BLE001 - whatever it is, the daemon says it and takes no file
        _send(answers, Died(_told(error, hello)))
        return
    gc.freeze()  # tables, maps and code stay: nothing is gained by looking through them again
    _send(answers, Ready())
    while True:
        answer = _answered(work, requests.get(), hello)
        _send(answers, answer)
        if isinstance(answer, Died):
            return


class Work:
    """What one worker knows while it lives: settings, tables, the records of the last job, what was sent before."""

    def __init__(self, hello: Hello) -> None:
        """Load everything that every file needs. Raises ScrubberError."""
        self._settings = hello.settings
        self._sent = SentInterchanges(Path(hello.state))
        self._records = RecordsReader()
        self._pool = ThreadPoolExecutor(OUTPUTS)
        tables_for(self._settings)
        guide_map()

    def do(self, request: Request | Enter) -> Done | Entered | Refused | DiskTrouble:
        """Scrub one file and write what came of it, or enter one that goes out into the ledger."""
        if isinstance(request, Enter):
            return self._enter(request)
        with young_garbage_only():
            return self._scrub(request)

    def _enter(self, request: Enter) -> Entered | DiskTrouble:
        ledger = self._settings.watch.ledger
        if ledger is None:
            return Entered()
        try:
            corrected = Path(request.corrected).read_bytes()
            delivery = Delivery(corrected, request.source_sha256)
            add(ledger, [delivery], today_in(self._settings, request.today))
        except OSError as error:
            return _trouble(error, "outbox")
        except LedgerError:  # what holds it may be gone in a while; nothing is published before
            return DiskTrouble(errno.EIO, "ledger")
        return Entered()

    def _scrub(self, request: Request) -> Done | Refused | DiskTrouble:
        try:
            source = _read(Path(request.source), self._settings.max_bytes)
        except OSError as error:
            return _trouble(error, "archive")
        except ScrubberError as error:
            return _refused(error)
        listed = self._settings.records_files()
        try:
            records, unreadable = self._records.read((*listed, *map(Path, request.records)))
        except OSError as error:
            return _trouble(error, "records")
        if request.listed is not None and stamps_of(listed) != request.listed:
            return DiskTrouble(errno.EAGAIN, "records")
        settings = holding(self._settings) if records.bad_rows else self._settings
        sent_before = None if request.rerun else self._sent.hashes
        try:
            context = Context(
                settings,
                today_in(settings, request.today),
                tables_for(settings),
                self._ledger(source),
                sent_before,
            )
            result = scrub_file(source, records, context, Wanted(frozenset(FORMATS) & request.places.keys()))
            interchanges = self._sent.outgoing(result)
        except sqlite3.Error:
            return DiskTrouble(errno.EIO, "state")
        except LedgerError:  # says nothing about the file
            return DiskTrouble(errno.EIO, "ledger")
        except SpoolError as error:
            return DiskTrouble(error.errno or errno.EIO, "state")
        except ScrubberError as error:
            return _refused(error)
        written = _write(_rendered(result, request, context), request.places, self._pool)
        if isinstance(written, DiskTrouble):
            return written
        held = len(result.parts.held)
        return Done(
            Result(
                written=written,
                claims=result.claims,
                claims_sent=result.claims - held,
                claims_held=held,
                rules=result.parts.rules.counts(),
                interchanges=interchanges,
            ),
            tuple(map(os.fsencode, unreadable)),
        )

    def _ledger(self, source: bytes) -> Snapshot | None:
        """What was sent before, but for what came of this very source. Before the first file there is no ledger yet."""
        path = self._settings.watch.ledger
        return read_ledger(path, sha256(source)) if path is not None and path.exists() else None


def _answered(work: Work, request: Request | Enter, hello: Hello) -> OnWire:
    try:
        return work.do(request)
    except Exception as error:  # noqa: BLE001 - whatever it is ends this worker and fails this file, nothing else
        return Died(_told(error, hello))


def _told(error: Exception, hello: Hello) -> str:
    """What an exception was, without its text: that can quote a claim. Our own errors never do."""
    if isinstance(error, MemoryError):
        return f"worker-megabytes, {hello.megabytes} MB, were not enough"
    if isinstance(error, ScrubberError):
        return _valid(str(error))
    return f"internal error: {type(error).__name__} at {last_own_place(error.__traceback__)}"


def _listen(requests: SimpleQueue[Any]) -> None:
    """Take what the daemon sends; end the process at once when there is no daemon any more."""
    try:
        with open(0, "rb", closefd=False) as pipe:
            while head := pipe.read(LENGTH.size):
                requests.put(pickle.loads(pipe.read(LENGTH.unpack(head)[0])))  # noqa: S301 - the daemon made it
    finally:
        os._exit(0)


def _send(answers: int, message: OnWire) -> None:
    data = msgspec.msgpack.encode(message)
    rest = memoryview(LENGTH.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(answers, rest) :]


def _limit_memory(megabytes: int) -> None:
    """Bound the memory that this process may ask for, where the platform can (macOS cannot)."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))


def _read(path: Path, most_bytes: int) -> bytes:
    """The input. Raises OSError, and UnreadableInputError when it is larger than the settings allow."""
    size = path.stat().st_size
    if size > most_bytes:
        raise UnreadableInputError(f"{size} bytes are more than max-bytes ({most_bytes}); divide the file")
    return path.read_bytes()


def _rendered(result: ScrubbedFile, request: Request, context: Context) -> dict[str, Pieces]:
    places = request.places
    report = result.report(request.input_name, context)
    folder = places[JOURNAL].folder
    source = Named(request.input_name, _valid(os.path.relpath(request.archive_path, folder)))
    targets = {kind: _named(places[kind], folder) for kind in (CORRECTED, HELD)}
    return render(result, report, [form for form in FORMATS if form in places], source, targets)


def _named(place: Place, journal_folder: str) -> Named:
    path = os.path.relpath(Path(place.folder) / place.name, journal_folder)
    return Named(_valid(place.name), _valid(path))


def _write(outputs: dict[str, Pieces], places: dict[str, Place], pool: Executor) -> tuple[Written, ...] | DiskTrouble:
    """Write every output under its temporary name, synced; or none, when the disk refuses one."""
    paths = {kind: Path(places[kind].folder) / places[kind].temporary for kind in outputs}
    try:
        copied = disk.write_together({paths[kind]: data for kind, data in outputs.items()}, pool)
    except OSError as error:
        kind = next((kind for kind, path in paths.items() if str(path) == error.filename), "")
        return _trouble(error, FOLDERS.get(kind, "reports"))
    except SpoolError as error:
        return DiskTrouble(error.errno or errno.EIO, "state")
    return tuple(Written(kind, *each) for kind, each in zip(outputs, copied, strict=True))


def _trouble(error: OSError, folder: str) -> DiskTrouble:
    return DiskTrouble(error.errno or errno.EIO, folder)


def _refused(error: ScrubberError) -> Refused:
    return Refused(_valid(str(error)))


def _valid(text: str) -> str:
    """The text as valid UTF-8, a name that is none with escapes."""
    return shown(os.fsencode(text))


if __name__ == "__main__":
    main()
