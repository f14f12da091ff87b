"""Parts put in any order come back in order, from memory and from disk; a disk that refuses them is told clearly."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.errors import SpoolError
from scrubber.write import spool as module
from scrubber.write.spool import PIECE, Spool

parts = st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=30)), max_size=60)


@given(given=parts, in_memory=st.sampled_from([0, 50, 4000]))
def test_parts_come_back_in_the_order_of_their_claims(given: list[tuple[int, bytes]], in_memory: int) -> None:
    spool = Spool(in_memory)
    numbers = [spool.put(ordinal, data) for ordinal, data in given]
    expected = [data for _, data in sorted(given, key=lambda each: each[0])]
    assert list(spool.parts()) == expected
    assert b"".join(spool.pieces()) == b"".join(expected)
    assert [spool.read(number) for number in numbers] == [data for _, data in given]
    assert len(spool) == len(given)


@pytest.mark.parametrize("order", [1, -1])
def test_pieces_are_bounded(order: int) -> None:
    spool = Spool(1000)
    given = [(n, bytes([n]) * 300_001) for n in range(20)]
    for ordinal, data in given[::order]:
        spool.put(ordinal, data)
    pieces = list(spool.pieces())
    assert max(map(len, pieces)) <= PIECE
    assert b"".join(pieces) == b"".join(data for _, data in given)
    assert list(spool.parts()) == [data for _, data in given]


def test_a_small_spool_touches_no_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    spool = Spool(100)
    spool.put(1, b"x" * 100)
    assert b"".join(spool.pieces()) == b"x" * 100


def open_files() -> set[tuple[int, int, int]]:
    """Device, inode and mode of every regular file that this process has open."""
    found = set()
    for number in range(256):
        with contextlib.suppress(OSError):
            told = os.fstat(number)
            if stat.S_ISREG(told.st_mode):
                found.add((told.st_dev, told.st_ino, stat.S_IMODE(told.st_mode)))
    return found


def test_what_is_on_disk_has_no_name_and_is_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = open_files()
    spool = Spool(10)
    spool.put(0, b"x" * 100)
    assert list(tmp_path.iterdir()) == []
    assert [mode for _, _, mode in open_files() - before] == [0o600]
    del spool
    assert open_files() == before


@pytest.fixture
def no_room() -> Iterator[None]:
    """No file may grow past 1,000 bytes: the kernel refuses the write."""
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, old)


@pytest.mark.usefixtures("no_room")
def test_a_disk_without_room_is_told() -> None:
    spool = Spool(100)
    spool.put(0, b"x" * 200)
    with pytest.raises(SpoolError, match=r"intermediate results cannot be kept.*TMPDIR") as caught:
        spool.put(0, b"C1-SECRET" * PIECE)
    assert "SECRET" not in str(caught.value)
    assert caught.value.errno


def test_a_folder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(SpoolError, match="gone"):
        Spool(0).put(0, b"x")
