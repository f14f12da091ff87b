"""Files that appear whole or not at all: temporary name, fsync, rename, and the folder's own fsync."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scrubber.errors import OutputError

MODE = 0o600
FOLDER_MODE = 0o700
PASSING = frozenset({errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ESTALE})
"""Errors of busy or networked file systems that may be gone a moment later. A full disk is not one of them."""


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in PASSING


def refuse_existing(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Raise OutputError when one of the files is there and ``force`` was not given."""
    try:
        there = sorted(name for name in names if (folder / name).exists())
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be looked into ({error.strerror}); choose another folder with --out"
        ) from None
    if there and not force:
        raise OutputError(f"{folder / there[0]} exists already; choose another folder with --out, or give --force")


def write_all(
    folder: Path,
    contents: Mapping[str, Iterable[bytes]],
    absent: Iterable[str] = (),
    before_renaming: Callable[[], None] = lambda: None,
) -> None:
    """Write every file under its final name, or none of them. Files of ``absent`` from an earlier run are removed.

    All are written and synced under temporary names first; only then are they renamed. Raises OutputError when a file
    cannot be written: what was there before is then there still. So it is when ``before_renaming``, called when all
    is on disk, raises.
    """
    ready: list[tuple[Path, Path]] = []
    absent = tuple(absent)
    try:
        for name in (*contents, *absent):  # a rename would fail on it, with others done already
            if (folder / name).is_dir():
                raise OutputError(f"{folder / name}: is a folder; remove it or choose another folder with --out")
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        for name, chunks in contents.items():
            ready.append((_synced(folder, chunks), folder / name))
        before_renaming()
        for temporary, final in ready:
            _replace(temporary, final)
        for name in absent:
            with contextlib.suppress(FileNotFoundError):
                (folder / name).unlink()
        _sync_folder(folder)
    except OSError as error:
        raise OutputError(
            f"{folder}: output cannot be written ({error.strerror}); make room or choose another folder with --out"
        ) from None
    finally:
        for temporary, _ in ready:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _synced(folder: Path, chunks: Iterable[bytes]) -> Path:
    """The content in a temporary file of the folder, on disk."""
    handle, path = tempfile.mkstemp(prefix=".scrubber-", suffix=".tmp", dir=folder)
    temporary = Path(path)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), MODE)
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _replace(temporary: Path, final: Path) -> None:
    try:
        temporary.replace(final)
    except OSError as error:
        if not _is_passing(error):
            raise
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

        wait = wait_exponential(multiplier=0.05, max=0.5)
        again = Retrying(retry=retry_if_exception(_is_passing), stop=stop_after_attempt(4), wait=wait, reraise=True)
        again(temporary.replace, final)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
