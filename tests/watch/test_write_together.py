"""Several files written and synced at the same time: all of them, or none."""

import errno
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scrubber.watch import disk


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def contents(folder: Path) -> dict[Path, list[bytes]]:
    return {folder / str(n): [b"%d" % n] * n for n in range(1, 4)}


def test_all_are_whole_private_hashed_and_synced(
    tmp_path: Path, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, fsync = [], os.fsync

    def counted(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", counted)
    wanted = contents(tmp_path)
    copied = disk.write_together(wanted, pool)
    whole = {path: b"".join(pieces) for path, pieces in wanted.items()}
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == whole
    assert {path.stat().st_mode & 0o777 for path in wanted} == {0o600}
    assert copied == [(hashlib.sha256(data).hexdigest(), len(data)) for data in whole.values()]
    assert sorted(synced) == [1, 2, 3]


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_when_one_cannot_be_synced_none_is_left_and_the_error_names_it(
    tmp_path: Path, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    open_while_syncing = []

    def fails(handle: int) -> None:
        size = os.fstat(handle).st_size  # EBADF if it were closed under our hands
        open_while_syncing.append(size)
        if size == failing:
            raise OSError(errno.EIO, "no")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no") as caught:
        disk.write_together(contents(tmp_path), pool)
    assert caught.value.filename == str(tmp_path / str(failing))
    assert sorted(open_while_syncing) == [1, 2, 3]
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    (tmp_path / "2").write_bytes(b"mine")
    with pytest.raises(FileExistsError) as caught:
        disk.write_together(contents(tmp_path), pool)
    assert caught.value.filename == str(tmp_path / "2")
    assert [path.name for path in tmp_path.iterdir()] == ["2"]
    assert (tmp_path / "2").read_bytes() == b"mine"


def test_no_descriptor_stays_open(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    disk.write_together(contents(tmp_path), pool)
    before = sorted(Path("/dev/fd").iterdir())
    for n in range(20):
        disk.write_together({tmp_path / f"again-{n}": [b"x"]}, pool)
    assert sorted(Path("/dev/fd").iterdir()) == before
