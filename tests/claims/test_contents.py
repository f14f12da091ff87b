"""A file is read span by span, and refused where it is not what was indexed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber.claims.contents import ContentsOf, Origin, Pieces, open_contents, origin_of
from scrubber.errors import UnreadableInputError

BYTES = bytes(range(256)) * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.837"
    path.write_bytes(BYTES)
    return path


def test_any_stretch_is_that_of_the_buffer(file: Path) -> None:
    contents = ContentsOf(origin_of(file, BYTES))
    for start, stop in ((0, 1), (0, len(BYTES)), (17, 17), (255, 600), (len(BYTES) - 1, len(BYTES))):
        assert contents[start:stop] == BYTES[start:stop]


def test_pieces_are_found_by_where_they_begin() -> None:
    pieces = Pieces({5: b"abc", 9: b"de"})
    assert (pieces[5:8], pieces[9:11]) == (b"abc", b"de")


def test_a_file_of_another_size_is_refused(file: Path) -> None:
    origin = origin_of(file, BYTES[:-1])
    with pytest.raises(UnreadableInputError, match="is not the file that was indexed"):
        open_contents(origin)


def test_a_file_of_the_same_size_and_another_content_is_refused(file: Path) -> None:
    origin = origin_of(file, BYTES[::-1])
    assert origin.size == len(BYTES)
    with pytest.raises(UnreadableInputError, match="is not the file that was indexed"):
        open_contents(origin)


def test_a_file_that_is_written_to_while_it_is_open_is_refused(file: Path) -> None:
    origin = origin_of(file, BYTES)
    assert open_contents(origin)[:2] == BYTES[:2]
    stamp = file.stat().st_mtime_ns
    with file.open("r+b") as writer:
        writer.write(b"xx")
    os.utime(file, ns=(stamp + 1, stamp + 1))
    with pytest.raises(UnreadableInputError, match="start again"):
        open_contents(origin)


def test_a_file_that_is_replaced_while_it_is_open_is_still_the_one_that_was_indexed(file: Path) -> None:
    origin = origin_of(file, BYTES)
    before = open_contents(origin)
    other = file.with_name("other")
    other.write_bytes(BYTES[::-1])
    other.replace(file)
    assert before[:100] == open_contents(origin)[:100] == BYTES[:100]


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    origin = Origin(str(tmp_path / "gone.837"), 1, "0" * 64)
    with pytest.raises(UnreadableInputError, match="storage that every worker sees at the same place"):
        open_contents(origin)
