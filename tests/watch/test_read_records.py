"""Records are parsed once as long as their files stay as they are, and never taken for what they were before."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from watch.placed import HEADER, RECORDS

from scrubber.visits import records as visits_records
from scrubber.watch import read_records
from scrubber.watch.read_records import RecordsReader


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was parsed, by name."""
    count: Counter[str] = Counter()

    def rows_in(data: bytes, shown: str, name: str) -> object:
        count[name] += 1
        return visits_records.rows_in(data, shown, name)

    monkeypatch.setattr(read_records, "rows_in", rows_in)
    return count


def put(path: Path, text: str = RECORDS) -> Path:
    path.write_text(text)
    return path


def numbers(reader: RecordsReader, *paths: Path) -> list[str]:
    found, _ = reader.read(paths)
    return [row.claim_id for row in found.all()]


def test_what_has_not_changed_is_not_parsed_again(tmp_path: Path, parsed: Counter[str]) -> None:
    shared, own = put(tmp_path / "shared.csv"), put(tmp_path / "own.csv", RECORDS.replace("PCN1", "PCN2"))
    reader = RecordsReader()
    assert numbers(reader, shared) == ["PCN1"]
    assert reader.read([shared])[0] is reader.read([shared])[0]
    assert numbers(reader, shared, own) == ["PCN1", "PCN2"]
    assert numbers(reader, shared) == ["PCN1"]
    assert parsed == {"shared.csv": 1, "own.csv": 1}


def test_what_has_changed_is(tmp_path: Path) -> None:
    path = put(tmp_path / "r.csv")
    reader = RecordsReader()
    assert numbers(reader, path) == ["PCN1"]
    before = path.stat()
    put(path, RECORDS.replace("PCN1", "PCN2"))  # the same size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # and the same time of change, as some tools set it
    assert numbers(reader, path) == ["PCN2"]
    path.unlink()
    found, unreadable = reader.read([path])
    assert (len(found), unreadable) == (0, (path,))
    assert [row.line for row in found.for_any_claim] == [0]
    put(path)
    assert numbers(reader, path) == ["PCN1"]


def test_files_of_one_name_in_two_folders_stay_apart(tmp_path: Path) -> None:
    reader = RecordsReader()
    for n in (1, 2):
        (tmp_path / str(n)).mkdir()
        path = put(tmp_path / str(n) / "claims.csv", RECORDS.replace("PCN1", f"PCN{n}"))
        assert numbers(reader, path) == [f"PCN{n}"]


def test_a_folder_is_read_whole_and_may_be_empty(tmp_path: Path) -> None:
    reader = RecordsReader()
    assert reader.read([tmp_path]) == (reader.read([tmp_path])[0], ())
    put(tmp_path / "b.csv", RECORDS.replace("PCN1", "PCN2"))
    put(tmp_path / "a.csv")
    put(tmp_path / ".hidden.csv", "no records")
    put(tmp_path / "notes.txt", "no records")
    assert numbers(reader, tmp_path) == ["PCN1", "PCN2"]


def test_one_unreadable_file_leaves_the_others_and_holds_once(tmp_path: Path) -> None:
    good, bad = put(tmp_path / "good.csv"), put(tmp_path / "bad.csv", "\0")
    nameless = put(tmp_path / "nameless.csv", f"{HEADER}\n" + "N2,,2026-03-02,PT,97110,30,PT,no,yes\n" * 3)
    found, unreadable = RecordsReader().read([good, bad, nameless])
    assert unreadable == (bad,)
    assert [(row.source_file, row.line) for row in found.for_any_claim] == [("bad.csv", 0), ("nameless.csv", 2)]
    assert len(found.bad_rows) == 4
    assert [row.claim_id for row in found.all()] == ["PCN1"]


def test_a_name_that_is_no_utf_8_can_stand_in_a_report(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.csv")
    try:
        put(path)
    except OSError:
        pytest.skip("this file system takes no such name")
    found, _ = RecordsReader().read([path])
    assert found.files[0].name == "\\xff.csv"
    assert [row.source_file for row in found.all()] == ["\\xff.csv"]


def test_an_error_of_the_disk_is_not_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dying mount cannot be had in a test: here the call that would fail does."""

    def fails(path: Path) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    path = put(tmp_path / "r.csv")
    monkeypatch.setattr(Path, "read_bytes", fails)
    with pytest.raises(OSError, match="Input/output"):
        RecordsReader().read([path])
