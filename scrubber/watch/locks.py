"""One daemon a state, and one daemon an inbox: two locks that the kernel drops when their holder ends, however it ends.

The worker process holds them too: what the worker of a killed daemon still writes must not meet a new daemon.
"""

from __future__ import annotations

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


class Locks:
    """Both locks of one daemon."""

    def __init__(self, folders: Folders) -> None:
        """Take both. Raises OutputError when another process has one."""
        self._folders = folders
        self._state = _lock(state_lock(folders.state), "another daemon works with this state; one is enough")
        try:
            self._inbox = self._lock_inbox()
        except BaseException:
            os.close(self._state)
            raise

    def renew(self) -> None:
        """Take the inbox's lock again when the inbox was removed and made anew.

        Raises OSError when it cannot be looked into, OutputError when another daemon was faster.
        """
        path = self._folders.taken / LOCK
        if disk.is_there(path):
            mine, there = os.fstat(self._inbox), path.lstat()
            if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
                return
        disk.make_folder(self._folders.taken)
        os.close(self._inbox)
        self._inbox = self._lock_inbox()

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
    """Whether a daemon holds the lock of a state now."""
    try:
        handle = os.open(state_lock(state), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
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
    raise OutputError(f"{path}: {taken}")
