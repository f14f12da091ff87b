"""Scrub an input in parts with any executor: threads, processes, or the machines of a cluster."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import msgspec

from scrubber.errors import ScrubberError, WorkerError
from scrubber.outcome import PatientResult
from scrubber.outputs.claim_part import PatientPart, Wanted, patient_part
from scrubber.reports.characters import readable
from scrubber.reports.schema import Related
from scrubber.scrub_patient import Context, scrub_patient
from scrubber.shares import Share, shares
from scrubber.visits.part import Work, works_in

AHEAD = 16
"""Parts under way ahead of the one whose results are wanted, where nobody says how many workers there are."""

CONTEXTS_KEPT = 16

FAILINGS = (MemoryError, OSError, BrokenExecutor)
"""What may be the machine's fault, not the program's."""

R = TypeVar("R")

Results = list[tuple[Share[R], ...]]
"""What came of each patient, by file: its result, or what that adds to the outputs."""
Submit = Callable[[bytes], Future[Results[R]]]
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


def scrub_part(part: bytes, context: Context) -> Results[PatientResult]:
    """What came of each patient of a part, in order. The same part and context give the same, wherever it runs.

    Raises UnreadableInputError where an input cannot be read here, or is not what was indexed.
    """
    return [shares(scrub_patient(work.patient, context), work.members) for work in works_in(part)]


def scrub_shared(part: bytes, shared: SharedContext) -> Results[PatientResult]:
    """The same with a context that is sent along."""
    return scrub_part(part, shared.context)


def write_part(part: bytes, context: Context, wanted: Wanted) -> Results[PatientPart]:
    """What each patient of a part adds to the ``wanted`` outputs, in order. As pure as ``scrub_part``, and raises the
    same."""
    return [
        tuple(
            [
                Share(share.file, patient_part(share.result, wanted, _others(work, share.file)))
                for share in shares(scrub_patient(work.patient, context), work.members)
            ]
        )
        for work in works_in(part)
    ]


def _others(work: Work, file: int) -> dict[int, Related]:
    """Claims of other patients in that file, by their ordinals there: findings may name them."""
    first = 0 if work.members is None else work.members.first_of(file)
    return {
        ordinal - first: Related(readable(other.claim_id), other.interchange, other.group, other.position)
        for ordinal, (number, other) in work.others.items()
        if number == file
    }


class Scrubbed(NamedTuple, Generic[R]):
    """A part with its results, or with the error that it ended in."""

    part: bytes
    results: Results[R]
    error: Exception | None = None


def in_window(submit: Submit[R], parts: Iterable[bytes], ahead: int = AHEAD) -> Iterator[Scrubbed[R]]:
    """Have parts scrubbed, ``ahead`` of them under way at a time, and give what came of each in their order.

    What a machine fails, by its death or for want of memory or disk, is tried once more. What is under way when nobody
    asks any longer is cancelled.
    """
    waiting: deque[tuple[bytes, Future[Results[R]]]] = deque()
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


def results_of(scrubbed: Iterable[Scrubbed[R]]) -> Iterator[R]:
    """The results of each patient of one file. Raises the error of the first part that has one."""
    for part in scrubbed:
        if part.error is not None:
            raise part.error
        yield from (share.result for patient in part.results for share in patient)


def _awaited(submit: Submit[R], part: bytes, future: Future[Results[R]]) -> Scrubbed[R]:
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
