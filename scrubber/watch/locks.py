"""One daemon a state, and one daemon an inbox: two locks that the kernel drops when their holder ends, however it ends.

The worker process holds them too: what the worker of a killed daemon still writes must not meet a new daemon.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from scrubber.errors import OutputError
from scrubber.watch import disk
from scrubber.watch.folders import Folders

LOCK = "lock"
TRIES, PAUSE = 20, 0.1
"""How often and after how many seconds a lock is tried: the worker of a killed daemon needs a moment to end."""


class LockTakenError(OutputError):
    """Another process has the lock."""


class Locks:
    """Both locks of one daemon."""

    def __init__(self, folders: Folders) -> None:
        """Take both. Raises LockTakenError when another process has one, OutputError when one cannot be made."""
        self._folders = folders
        self._state = _lock(state_lock(folders.state), "another daemon works with this state; one is enough")
        try:
            self._inbox = self._lock_inbox()
        except BaseException:
            os.close(self._state)
            raise
        self._device = os.fstat(self._inbox).st_dev

    def renew(self) -> bool:
        """Take the inbox's lock again when the inbox is another one than before; whether it was.

        Raises OSError or OutputError when that cannot be done now, LockTakenError when another daemon was faster. The
        old lock is held then. An empty folder on another file system is not taken for the inbox: a mount has gone.
        """
        path = self._folders.taken / LOCK
        device = self._folders.inbox.stat().st_dev
        if disk.is_there(path):
            mine, there = os.fstat(self._inbox), path.lstat()
            if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                return False
        elif device != self._device:
            raise FileNotFoundError(errno.ENOENT, "another file system is there, without our folder", str(path))
        disk.make_folder(self._folders.taken)
        before, self._inbox = self._inbox, self._lock_inbox()
        os.close(before)
        self._device = device
        return True

    def descriptors(self) -> tuple[int, int]:
        """Both, for the worker to hold."""
        return self._state, self._inbox

    def close(self) -> None:
        """Let go of both."""
        os.close(self._inbox)
        os.close(self._state)

    def _lock_inbox(self) -> int:
        return _lock(self._folders.taken / LOCK, "another daemon takes files from this inbox; one is enough")


def state_lock(state: Path) -> Path:
    """The lock file beside a state."""
    return state.with_name(state.name + ".lock")


def is_running(state: Path) -> bool:
    """Whether a daemon holds the lock of a state now. Raises OutputError when that cannot be seen."""
    try:
        handle = os.open(state_lock(state), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        path = state_lock(state)
        raise OutputError(f"{path}: cannot be opened ({error.strerror}); run it as the daemon's user") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _lock(path: Path, taken: str) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, disk.MODE)
    except OSError as error:
        raise OutputError(f"{path}: the lock cannot be opened ({error.strerror})") from None
    for _ in range(TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE)
        except OSError as error:
            os.close(handle)
            raise OutputError(f"{path}: cannot be locked ({error.strerror}); it must be on a local disk") from None
        else:
            return handle
    os.close(handle)
    raise LockTakenError(f"{path}: {taken}")
