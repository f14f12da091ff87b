"""The parent's side of the worker: one process that scrubs one file at a time, watched and replaced.

Whatever a file does to the process that scrubs it (crash, endless loop, all the memory there is) happens to that
process. The daemon goes on with its scans meanwhile, and the next file gets a new worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from scrubber.errors import ScrubberError
from scrubber.settings.settings import Settings
from scrubber.watch import disk
from scrubber.watch.fix_cap import capped
from scrubber.watch.messages import (
    LENGTH,
    Answer,
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
)

__all__ = ["Died", "DiskTrouble", "Place", "Refused", "Request", "Result", "Worker", "WorkerError"]

FILES = 500
"""A worker is replaced after so many files, so that nothing that leaks in it can grow for months."""
START_SECONDS = 120.0
"""How long a worker may take until it is ready: the disk may be cold and the machine busy."""
END_SECONDS = 5.0
"""How long a worker that was asked to end may take, before it is killed."""

PIECE = 1 << 16
"""Bytes that are read from the worker at a time."""

_NAMED: dict[int, str] = {signal.SIGKILL: ", as the system does when memory runs out", signal.SIGSEGV: ", a crash"}
_COMMAND = [sys.executable, "-P", "-m", "scrubber.watch.work"]  # -P: nothing is imported from where we were started
_ANSWER = msgspec.msgpack.Decoder(OnWire)


class WorkerError(ScrubberError):
    """No worker process can be had. It says nothing about the file that was to be scrubbed."""


class Worker:
    """The worker process. It is started when the first file comes, and again after each death.

    ``held`` gives file descriptors that each worker holds as long as it lives: the daemon's locks, so that no other
    daemon begins while the worker of a killed one may still be writing.
    """

    def __init__(
        self,
        settings: Settings,
        state: Path,
        *,
        held: Callable[[], Sequence[int]] = tuple,
        files: int = FILES,
    ) -> None:
        """Starts nothing yet. Raises SettingsError for unsafe fixes that no payer profile allows."""
        self._hello = Hello(settings=capped(settings), state=str(state), megabytes=settings.watch.worker_megabytes)
        self._seconds = settings.watch.worker_seconds
        self._held = held
        self._files = files
        self._process: subprocess.Popen[bytes] | None = None
        self._left = 0

    @property
    def pid(self) -> int | None:
        """The process id of the worker that is there now."""
        return self._process.pid if self._process else None

    def run(self, request: Request | Enter, meanwhile: Callable[[], None], every_seconds: float) -> Answer:
        """Scrub one file, or enter one into the ledger.

        ``meanwhile`` is called every so many seconds until that is done.

        Raises WorkerError, with nothing written, when no worker can be started.
        """
        patience = _Patience(meanwhile, every_seconds)
        try:
            self._begin(request, patience)
            answer = self._answer(
                patience, self._seconds, f"worker-seconds, {self._seconds:g} seconds, were not enough"
            )
            self._left -= 1
            if isinstance(answer, Done):
                paths = tuple(map(os.fsdecode, answer.unreadable_records))
                return msgspec.structs.replace(answer.result, unreadable_records=paths)
            if isinstance(answer, Entered | Refused | DiskTrouble):
                return answer
            how = self._end(patience, answer.how if isinstance(answer, Died) else "")
        except BaseException:  # the answer to this request must not be taken for that to the next
            self._kill()
            raise
        for place in request.places.values() if isinstance(request, Request) else ():
            with contextlib.suppress(OSError):  # what cannot be removed now is removed before the next attempt
                disk.remove(Path(place.folder) / place.temporary)
        return Died(how)

    def close(self) -> None:
        """End the process. A file that it may be scrubbing is given up."""
        process = self._process
        if process is None:
            return
        _close_pipes(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        self._kill()

    def _begin(self, request: Request | Enter, patience: _Patience) -> None:
        """Send a request to a worker that is alive; one that ended while it had nothing to do is replaced unseen."""
        if self._left <= 0:
            self.close()
        if self._process is not None and self._process.poll() is not None:
            self._kill()
        if self._process is None:
            self._start(patience)
        try:
            self._send(request)
        except BrokenPipeError:
            self._end(patience, "")
            self._start(patience)
            try:
                self._send(request)
            except BrokenPipeError:
                raise WorkerError(f"the worker process ends at once ({self._end(patience, '')})") from None

    def _start(self, patience: _Patience) -> None:
        try:
            with _signals_wait():  # what is meant for the daemon must not end a worker that is only starting
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    _COMMAND,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,  # texts of exceptions and libraries can quote claims
                    pass_fds=self._held(),
                    # glibc sets aside 64 MB for each thread, which would count as if it were used.
                    env={**os.environ, "MALLOC_ARENA_MAX": "1"},
                )
        except OSError as error:
            raise WorkerError(f"no worker process can be started ({error.strerror})") from None
        answer: OnWire | None = None
        with contextlib.suppress(BrokenPipeError):
            self._send(self._hello)
            answer = self._answer(patience, START_SECONDS, f"it was not ready within {START_SECONDS:g} seconds")
        if not isinstance(answer, Ready):
            how = self._end(patience, answer.how if isinstance(answer, Died) else "")
            raise WorkerError(
                f"the worker process cannot be started ({how}); is worker-megabytes in [watch] too small?"
            )
        self._left = self._files

    def _send(self, message: Hello | Request | Enter) -> None:
        pipe = self._alive().stdin
        data = pickle.dumps(message)
        if pipe is not None:
            pipe.write(LENGTH.pack(len(data)) + data)
            pipe.flush()

    def _answer(self, patience: _Patience, seconds: float, too_long: str) -> OnWire | None:
        """The next message of the worker; None when it ends without one, or says what is none."""
        pipe = self._alive().stdout
        data = bytearray()
        while pipe is not None:
            if not patience.readable(pipe.fileno(), seconds):
                return Died(too_long)
            piece = os.read(pipe.fileno(), PIECE)
            data += piece
            if not piece:
                break
            if len(data) >= LENGTH.size and len(data) >= LENGTH.size + LENGTH.unpack_from(data)[0]:
                return _decoded(data[LENGTH.size :])
        return None

    def _end(self, patience: _Patience, how: str) -> str:
        """See a worker out that has come to its end; says how that was, unless that is known."""
        process = self._alive()
        if how or not patience.ended(process, END_SECONDS):
            process.kill()
            patience.ended(process, None)
        self._kill()
        code = process.returncode
        return how or (f"killed by signal {-code}{_NAMED.get(-code, '')}" if code < 0 else f"it ended with code {code}")

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise WorkerError("there is no worker process")
        return self._process


class _Patience:
    """Waiting for the worker while the daemon goes on with what it does meanwhile."""

    def __init__(self, meanwhile: Callable[[], None], every_seconds: float) -> None:
        self._meanwhile = meanwhile
        self._every = every_seconds
        self._next = time.monotonic() + every_seconds

    def readable(self, handle: int, seconds: float) -> bool:
        """Wait until there is something to read, or the end of it; False after ``seconds``."""
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return self._until(lambda wait: bool(poll.poll(wait * 1000)), seconds)

    def ended(self, process: subprocess.Popen[bytes], seconds: float | None) -> bool:
        """Wait until the process has ended; False after ``seconds``, where there is such a limit."""

        def within(wait: float) -> bool:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(wait)
            return process.returncode is not None

        return self._until(within, seconds)

    def _until(self, within: Callable[[float], bool], seconds: float | None) -> bool:
        last = time.monotonic() + (float("inf") if seconds is None else seconds)
        while not within(max(min(self._next, last) - time.monotonic(), 0)):
            now = time.monotonic()
            if now >= last:
                return False
            if now >= self._next:
                self._meanwhile()
                self._next = time.monotonic() + self._every
        return True


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Hold back SIGINT and SIGTERM; a process that is started here never sees them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _decoded(data: bytearray) -> OnWire | None:
    try:
        answer: OnWire = _ANSWER.decode(data)
    except msgspec.DecodeError:
        return None
    return answer


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()
