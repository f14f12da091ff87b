"""Scrub an input in parts with any executor: threads, processes, or the machines of a cluster."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from functools import lru_cache
from typing import NamedTuple

import msgspec

from scrubber.errors import ScrubberError, WorkerError
from scrubber.outcome import PatientResult
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.shares import Share, shares
from scrubber.visits.part import works_in

AHEAD = 16
"""Parts under way ahead of the one whose results are wanted, where nobody says how many workers there are."""

CONTEXTS_KEPT = 16

FAILINGS = (MemoryError, OSError, BrokenExecutor)
"""What may be the machine's fault, not the program's."""

Results = list[tuple[Share, ...]]
"""What came of each patient, by file."""
Submit = Callable[[bytes], Future[Results]]
"""Has a part scrubbed somewhere. Every executor gives one, by its ``submit``."""


class SharedContext:
    """A context as it is sent along with parts, about ten kilobytes: it is made anew once in a process."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._packed = pickle.dumps(msgspec.structs.replace(context, sent_before=None))  # that is asked of files alone

    def __reduce__(self) -> tuple[Callable[..., SharedContext], tuple[bytes]]:
        return _unpacked, (self._packed,)


@lru_cache(maxsize=CONTEXTS_KEPT)
def _unpacked(packed: bytes) -> SharedContext:
    return SharedContext(pickle.loads(packed))  # noqa: S301 - from the process that also says what is to be run


def scrub_part(part: bytes, context: Context) -> Results:
    """What came of each patient of a part, in order. The same part and context give the same, wherever it runs.

    Raises UnreadableInputError where an input cannot be read here, or is not what was indexed.
    """
    return [shares(scrub_patient(work.patient, context), work.members) for work in works_in(part)]


def scrub_shared(part: bytes, shared: SharedContext) -> Results:
    """The same with a context that is sent along."""
    return scrub_part(part, shared.context)


class Scrubbed(NamedTuple):
    """A part with its results, or with the error that it ended in."""

    part: bytes
    results: Results
    error: Exception | None = None


def in_window(submit: Submit, parts: Iterable[bytes], ahead: int = AHEAD) -> Iterator[Scrubbed]:
    """Have parts scrubbed, ``ahead`` of them under way at a time, and give what came of each in their order.

    What a machine fails, by its death or for want of memory or disk, is tried once more. What is under way when nobody
    asks any longer is cancelled.
    """
    waiting: deque[tuple[bytes, Future[Results]]] = deque()
    try:
        for part in parts:
            waiting.append((part, submit(part)))
            if len(waiting) >= ahead:
                yield _awaited(submit, *waiting.popleft())
        while waiting:
            yield _awaited(submit, *waiting.popleft())
    finally:
        for _, future in waiting:
            future.cancel()


def results_of(scrubbed: Iterable[Scrubbed]) -> Iterator[PatientResult]:
    """The results of each patient of one file. Raises the error of the first part that has one."""
    for part in scrubbed:
        if part.error is not None:
            raise part.error
        yield from (share.result for patient in part.results for share in patient)


def _awaited(submit: Submit, part: bytes, future: Future[Results]) -> Scrubbed:
    try:
        return Scrubbed(part, future.result())
    except ScrubberError as error:
        return Scrubbed(part, [], error)
    except Exception:  # noqa: BLE001 - a dead worker, no memory, no disk: of whatever kind the executor says
        future = submit(part)
    try:
        return Scrubbed(part, future.result())
    except FAILINGS as error:
        why = f"a part of the work failed twice ({type(error).__name__}); give the workers more memory or disk, or use"
        return Scrubbed(part, [], WorkerError(f"{why} fewer of them, and start again"))
    except Exception as error:  # noqa: BLE001 - whoever wants the results gets it
        return Scrubbed(part, [], error)
