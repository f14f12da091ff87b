"""Tries in one folder everything that the daemon will do there, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scrubber.watch import disk
from scrubber.watch.file_system import is_network, type_of

GIGABYTE = 1_000_000_000
LOW_ROOM, NO_ROOM = 2 * GIGABYTE, GIGABYTE // 5
"""Bytes left below which it is a warning, and a failure."""
LOW_INODES = 1000
CLOCK_SECONDS = 5
"""How far the clock of a file system may be from ours."""
TEXT = b"a probe of scrubber doctor; it can be removed\n"


class Check(NamedTuple):
    """One line of the examination: ``level`` is ok, warn or fail, ``what`` the thing, ``todo`` what to do about it."""

    level: str
    what: str
    said: str
    todo: str = ""


def probe_folder(key: str, folder: Path) -> Iterator[Check]:
    """``key`` is the key of the folder in [watch], or "state" for the folder that the state is in."""
    try:
        if not disk.is_there(folder):
            yield from _missing(key, folder)
            return
        if not folder.is_dir():
            yield Check("fail", key, f"{folder} is no folder", "Move the file away, or name another folder in [watch].")
            return
        took = _try_everything(folder)
    except OSError as error:
        word = errno.errorcode.get(error.errno or 0, "error")
        todo = "Give the daemon's user all rights on it, and look at how it is mounted."
        yield Check("fail", key, f"{folder}: {error.strerror} ({word})", todo)
        return
    kind = type_of(folder) or "unknown file system"
    yield Check("ok", key, f"{folder}: written, synced in {took * 1000:.0f} ms, renamed, read, removed ({kind})")
    yield from _file_system(key, folder, kind)
    yield from _rights(key, folder)
    yield from _room(key, folder)


def _missing(key: str, folder: Path) -> Iterator[Check]:
    above = next((each for each in folder.parents if each.is_dir()), Path("/"))
    if os.access(above, os.W_OK | os.X_OK):
        yield Check("warn", key, f"{folder} is not there", "It is made (0700) when the daemon starts; nothing to do.")
    else:
        yield Check("fail", key, f"{folder} is not there, and {above} cannot be written", "Make it for the daemon.")


def _try_everything(folder: Path) -> float:
    """Write, sync, rename without replacing, read, and remove. Returns the seconds of the sync. Raises OSError."""
    stem = f".scrubber-doctor-{os.getpid()}"
    first, second = folder / f"{stem}-1.tmp", folder / f"{stem}-2.tmp"
    try:
        os.listdir(folder)  # noqa: PTH208 - only whether it can be read
        began = time.monotonic()
        disk.write_new(first, [TEXT])
        took = time.monotonic() - began
        disk.rename_new(first, second)
        disk.write_new(first, [TEXT])
        try:
            disk.rename_new(first, second)
        except FileExistsError:
            pass
        else:
            raise OSError(errno.EEXIST, "a rename replaced a file that was there", str(folder))
        disk.sync_folder(folder)
        if second.read_bytes() != TEXT:
            raise OSError(errno.EIO, "what was written is not what is read", str(folder))
        return took
    finally:
        for path in (first, second):
            with contextlib.suppress(OSError):
                disk.remove(path)


def _file_system(key: str, folder: Path, kind: str) -> Iterator[Check]:
    if is_network(kind) and key == "state":
        yield Check("fail", key, f"{folder} is on a network file system ({kind})", "Set watch.state to a local disk.")
    elif is_network(kind):
        todo = (
            "Mount it hard, for one daemon only, and let the unit wait for the mount (docs/daemon.md, Network mounts)."
        )
        yield Check("warn", key, f"{folder} is on a network file system ({kind})", todo)
    elif kind in ("tmpfs", "ramfs"):
        yield Check("fail", key, f"{folder} is in memory ({kind}): a restart empties it", "Name a folder on a disk.")
    behind = _seconds_behind(folder)
    if abs(behind) > CLOCK_SECONDS:
        said = f"{folder}: its file server's clock is {behind:+.0f} s from ours"
        yield Check("warn", key, said, "Set both clocks by the network (NTP); ages in the status will be wrong.")


def _seconds_behind(folder: Path) -> float:
    probe = folder / f".scrubber-doctor-{os.getpid()}-3.tmp"
    try:
        disk.write_new(probe, [TEXT])
        return probe.lstat().st_mtime - time.time()
    except OSError:
        return 0.0
    finally:
        with contextlib.suppress(OSError):
            disk.remove(probe)


def _rights(key: str, folder: Path) -> Iterator[Check]:
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & stat.S_IWOTH:
        yield Check("fail", key, f"{folder} can be written by everybody ({mode:04o})", f"chmod o-rwx {folder}")
    elif mode & (stat.S_IROTH | stat.S_IXOTH):
        yield Check(
            "warn", key, f"{folder} is open to everybody ({mode:04o})", f"It is patient data: chmod o-rwx {folder}"
        )
    elif key == "state" and mode & 0o070:
        yield Check("warn", key, f"{folder} is open to its group ({mode:04o})", f"The key is in it: chmod 700 {folder}")
    if found.st_uid != os.geteuid() and os.geteuid() != 0:
        yield Check("warn", key, f"{folder} belongs to another user", "Let it belong to the daemon's user.")


def _room(key: str, folder: Path) -> Iterator[Check]:
    found = os.statvfs(folder)
    left = found.f_bavail * found.f_frsize
    said = f"{folder}: {left / GIGABYTE:.1f} GB left"
    if left < LOW_ROOM:
        yield Check("fail" if left < NO_ROOM else "warn", key, said, "Make room: intake stops when the disk is full.")
    if found.f_files and found.f_favail < LOW_INODES:
        yield Check("warn", key, f"{folder}: room for {found.f_favail} more files only", "Move old files away.")
