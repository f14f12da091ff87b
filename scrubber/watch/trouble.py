"""Errors of the disk by class: those that pass, and those that stop the intake."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from typing import TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from scrubber.watch.names import REFUSED_NAME
from scrubber.watch.worker import WorkerError

Given = TypeVar("Given")

OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOLCK}
)
"""Errors that every other file would meet as well, even if a small one would not."""
OF_THE_FILE = frozenset({*REFUSED_NAME, errno.ELOOP, errno.EFBIG, errno.EOVERFLOW})
"""Errors that the same file will meet again each time."""
PASSING = frozenset({errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ESTALE})
"""Errors of busy or networked file systems that may be gone a moment later. A full disk is not one of them."""
TRIES = 4
FIRST_WAIT = 0.05
LONGEST_WAIT = 0.5
"""Seconds between the tries of one step."""

_SQLITE = {
    "SQLITE_FULL": "ENOSPC",
    "SQLITE_READONLY": "EROFS",
    "SQLITE_CANTOPEN": "EIO",
    "SQLITE_BUSY": "EBUSY",
    "SQLITE_LOCKED": "EBUSY",
}


Refusal = OSError | sqlite3.Error | WorkerError
"""What says nothing about a file: the disk, the state's file, or the system refuses."""


def name_of(error: Refusal) -> str:
    """The refusal in one word of the system, such as ENOSPC; what is no error of a disk is put into the same words."""
    if isinstance(error, WorkerError):
        return "ECHILD"
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "EIO")
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((word for start, word in _SQLITE.items() if name.startswith(start)), "EIO")


def is_passing(error: BaseException) -> bool:
    """Whether the same step may do in a moment."""
    if isinstance(error, WorkerError):
        return False
    return isinstance(error, OSError | sqlite3.Error) and name_of(error) in {errno.errorcode[each] for each in PASSING}


def patiently(step: Callable[..., Given], *arguments: object, sleep: Callable[[float], None]) -> Given:
    """Call a step of one file, a few times when an error passes. Raises what the last try raised."""
    retrying = Retrying(
        retry=retry_if_exception(is_passing),
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        sleep=sleep,
        reraise=True,
    )
    return retrying(step, *arguments)


class Backoff:
    """Growing waits on the monotonic clock: one second first, a minute at most."""

    def __init__(self, first: float = 1.0, longest: float = 60.0) -> None:
        self._first = first
        self._longest = longest
        self._wait = first
        self.due = 0.0
        """When to try again."""

    def fail(self, now: float) -> None:
        """It failed (again): wait longer."""
        self.due = now + self._wait
        self._wait = min(self._wait * 2, self._longest)

    def reset(self) -> None:
        """It succeeded."""
        self._wait, self.due = self._first, 0.0
