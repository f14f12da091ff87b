"""The one place where the daemon writes, syncs, renames and unlinks.

Every change goes through ``os`` and file descriptors, unbuffered, so that the places where a machine can stop are the
calls of this module and can be counted. A file whose fsync failed is removed and never synced again: the kernel may
have dropped its pages and would call the second try a success.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, wait
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber.watch.names import REFUSED_NAME

MODE = 0o600
FOLDER_MODE = 0o700
CHUNK = 1 << 20
"""Bytes that are copied at a time."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AT_FDCWD = -100 if sys.platform == "linux" else -2
_RENAME_NOREPLACE = 1
_RENAME_EXCL = 4
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def nothing() -> None:
    """What is done meanwhile where nothing is."""


class Copied(NamedTuple):
    """What was copied: hex sha256, and the size in bytes."""

    sha256: str
    bytes: int


def write_new(path: Path, chunks: Iterable[bytes]) -> Copied:
    """Write and sync a file that is not there yet (0600). Raises OSError, with nothing left behind."""
    handle = os.open(path, _CREATE, MODE)
    digest, size = hashlib.sha256(), 0
    try:
        try:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                _write_whole(handle, chunk)
            _sync(handle)
        finally:
            os.close(handle)
    except Exception:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
    return Copied(digest.hexdigest(), size)


def write_together(contents: Mapping[Path, Iterable[bytes]], pool: Executor) -> list[Copied]:
    """Write several files that are not there yet (0600) and sync them at the same time, so that one commit of the file
    system's journal can serve them all. Pieces are joined to a CHUNK before they are written. Raises OSError that names
    the file, with nothing left behind.
    """
    handles: dict[Path, int] = {}
    copied = []
    try:
        try:
            for path, pieces in contents.items():
                with _named(path):
                    handles[path] = os.open(path, _CREATE, MODE)
                    copied.append(_write_pieces(handles[path], pieces))
            syncs = [pool.submit(_sync_named, path, handle) for path, handle in handles.items()]
            wait(syncs)  # a descriptor must not be closed, and its number given away, while it is being synced
            for sync in syncs:
                sync.result()
        finally:
            for handle in handles.values():
                os.close(handle)
    except Exception:
        for path in handles:
            with contextlib.suppress(OSError):
                os.unlink(path)
        raise
    return copied


def copy_new(source: Path, target: Path, meanwhile: Callable[[], None] = nothing) -> Copied:
    """Copy a regular file to a new one, synced. ``meanwhile`` is called after each CHUNK.

    Raises OSError, with nothing left behind.
    """
    handle = open_regular(source)
    try:
        return write_new(target, _chunks(handle, meanwhile))
    finally:
        os.close(handle)


def write_end(path: Path, offset: int, data: bytes) -> None:
    """Write ``data`` at ``offset`` of a file (made where it is not there), let it end there, and sync it.

    Raises OSError.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    try:
        os.lseek(handle, offset, os.SEEK_SET)
        _write_whole(handle, data)
        os.ftruncate(handle, offset + len(data))
        _sync(handle)
    finally:
        os.close(handle)


def open_regular(path: Path) -> int:
    """A descriptor to read a regular file from: no link is followed, and a pipe does not block.

    Raises OSError; EINVAL for what is no regular file.
    """
    handle = os.open(path, _READ)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def digest_of(path: Path, meanwhile: Callable[[], None] = nothing) -> Copied:
    """Hash and size of a regular file. ``meanwhile`` is called after each CHUNK. Raises OSError."""
    handle = open_regular(path)
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in _chunks(handle, meanwhile):
            digest.update(chunk)
            size += len(chunk)
    finally:
        os.close(handle)
    return Copied(digest.hexdigest(), size)


def rename_new(source: Path, target: Path) -> None:
    """Rename without ever replacing. Raises FileExistsError when ``target`` is there, OSError otherwise.

    A file system that cannot do this in one step gets a look and a rename: between the two, only another program that
    invents the very same name could be replaced.
    """
    code = _rename_exclusive(os.fsencode(source), os.fsencode(target))
    if code == 0:
        return
    if code not in _UNSUPPORTED:
        raise OSError(code, os.strerror(code), str(source), None, str(target))
    if is_there(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(source), None, str(target))
    os.rename(source, target)


def replace(source: Path, target: Path) -> None:
    """Rename over whatever is there: for files that are only ever ours, such as the metrics. Raises OSError."""
    os.replace(source, target)


def remove(path: Path) -> None:
    """Unlink; that it is gone already is no error. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def remove_folder(path: Path) -> None:
    """Remove an empty folder; that it is gone already is no error. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        os.rmdir(path)


def make_folder(path: Path) -> None:
    """Make a folder (0700) and those above it, each synced into its parent. Raises OSError."""
    if path.is_dir():
        return
    if not path.parent.is_dir():
        make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, FOLDER_MODE)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Put the names in a folder on disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:  # some network mounts know no fsync of a folder
            raise
    finally:
        os.close(handle)


def is_there(path: Path) -> bool:
    """Whether the name is taken, also by a link that points nowhere. Raises OSError when that cannot be seen."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in REFUSED_NAME:  # nothing can have it
            return False
        raise
    return True


def _chunks(handle: int, meanwhile: Callable[[], None]) -> Iterator[bytes]:
    while chunk := os.read(handle, CHUNK):
        yield chunk
        meanwhile()


def _write_whole(handle: int, data: bytes | bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _write_pieces(handle: int, pieces: Iterable[bytes]) -> Copied:
    digest, size = hashlib.sha256(), 0
    pending = bytearray()
    for piece in pieces:
        pending += piece
        if len(pending) < CHUNK:
            continue
        digest.update(pending)
        size += len(pending)
        _write_whole(handle, pending)
        pending = bytearray()
    digest.update(pending)
    _write_whole(handle, pending)
    return Copied(digest.hexdigest(), size + len(pending))


def _sync_named(path: Path, handle: int) -> None:
    with _named(path):
        _sync(handle)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of calls that know a descriptor only name the file as well."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def _sync(handle: int) -> None:
    full = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: its fsync leaves the data in the drive's cache
    if full is not None:
        try:
            fcntl.fcntl(handle, full)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        else:
            return
    os.fsync(handle)


def _rename_exclusive(source: bytes, target: bytes) -> int:
    """0, or the errno of a rename that does not replace."""
    library = _library()
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        result = library.renameat2(_AT_FDCWD, source, _AT_FDCWD, target, _RENAME_NOREPLACE)
    elif hasattr(library, "renamex_np"):
        result = library.renamex_np(source, target, _RENAME_EXCL)
    else:
        return errno.ENOSYS
    return ctypes.get_errno() if result else 0


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
