"""What the scanner takes for ripe: two looks, a quiet time on the monotonic clock, and a whole file."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rules.specimen import Bill, interchange
from watch.fake_clock import FakeClock

from scrubber.settings.settings import Watch
from scrubber.watch import complete, scan
from scrubber.watch.complete import Complete, NotInterchange
from scrubber.watch.scan import Scanner, Waiting
from scrubber.watch.seen import doom_of

WHOLE = interchange(Bill())
QUIET = 10.0


class Inbox:
    """An inbox and its scanner; ``look`` scans, moves the clock on by the quiet time, and scans again."""

    def __init__(self, folder: Path, **watch: Any) -> None:
        self.folder = folder / "inbox"
        self.folder.mkdir()
        self.clock = FakeClock()
        self.records: list[Path] = []
        settings = Watch(inbox=self.folder, quiet_seconds=QUIET, **watch)
        self.scanner = Scanner(self.folder, self.clock, settings, records_files=lambda: self.records)

    def put(self, name: str | bytes, text: str | bytes = WHOLE) -> Path:
        path = self.folder / os.fsdecode(name)
        path.write_bytes(text.encode("latin-1") if isinstance(text, str) else text)
        return path

    def scan(self, seconds: float = 0) -> list[bytes]:
        """Move on, scan, and say what is ripe."""
        self.clock.forward(seconds)
        self.scanner.scan()
        return [ripe.entry.name for ripe in self.scanner.ripe(1000)]

    def look(self) -> list[bytes]:
        self.scan()
        return self.scan(QUIET)

    def waiting(self) -> dict[bytes, str]:
        return {each.entry.name: each.reason for each in self.scanner.waiting()}

    def only(self) -> Waiting:
        (waiting,) = self.scanner.waiting()
        return waiting


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_two_looks_and_the_quiet_time(inbox: Inbox) -> None:
    inbox.put("a.837")
    assert inbox.scan() == []
    assert inbox.scan(QUIET - 0.1) == []
    assert inbox.waiting() == {b"a.837": scan.CHANGING}
    assert inbox.scan(0.1) == [b"a.837"]
    assert inbox.waiting() == {}


def test_one_look_is_never_enough(tmp_path: Path) -> None:
    """However long ago a file was written, and however long the daemon was stopped between two looks."""
    inbox = Inbox(tmp_path)
    os.utime(inbox.put("a.837"), (0, 0))
    inbox.clock.forward(1e6)
    assert inbox.scan() == []
    assert inbox.scanner.ripe(10) == []
    assert inbox.scan(1e6) == [b"a.837"]


def test_no_quiet_time_still_takes_two_looks(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.837").write_text(WHOLE, encoding="latin-1")
    scanner = Scanner(folder, FakeClock(), Watch(inbox=folder, quiet_seconds=0))
    scanner.scan()
    assert scanner.ripe(1) == []
    scanner.scan()
    assert len(scanner.ripe(1)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        lambda path: (path.write_bytes(path.read_bytes()[::-1][::-1]), os.utime(path, (1, 1))),
        lambda path: (path.rename(path.with_name("old~")), path.write_bytes(WHOLE.encode())),
    ],
    ids=["grown", "rewritten", "another file"],
)
def test_a_change_begins_the_quiet_time_anew(inbox: Inbox, change: Callable[[Path], object]) -> None:
    path = inbox.put("a.837")
    inbox.scan()
    change(path)
    assert inbox.scan(QUIET) == []
    assert inbox.scan(QUIET - 1) == []
    assert inbox.scan(1) == [b"a.837"]


def test_truncated_and_rewritten(inbox: Inbox) -> None:
    inbox.put("a.837")
    inbox.scan()
    inbox.put("a.837", "")
    assert inbox.scan(QUIET) == []
    assert inbox.scan(QUIET) == []
    assert inbox.only().reason == complete.EMPTY.reason
    inbox.put("a.837", WHOLE[:400])
    assert inbox.look() == []
    assert inbox.only().reason == complete.NO_IEA
    inbox.put("a.837")
    assert inbox.look() == [b"a.837"]


@pytest.mark.parametrize("behind", ["DTP*472*D8*20260302~\n", "SE*26*0001~\n", "GE*1*1~\n", "GS*HC", "ISA*00*"])
def test_a_slow_writer_that_pauses(inbox: Inbox, behind: str) -> None:
    """At the end of a segment, right behind SE and GE, and in the middle: it waits, however long that takes."""
    at = WHOLE.index(behind) + len(behind)
    inbox.put("a.837", WHOLE[:at])
    for _ in range(5):
        assert inbox.look() == []
    waiting = inbox.only()
    assert waiting.incomplete
    assert waiting.unchanged_seconds == 5 * QUIET
    inbox.put("a.837")
    assert inbox.look() == [b"a.837"]


def test_what_became_ripe_while_it_was_judged_is_not(inbox: Inbox) -> None:
    """Written to between the scan and the reading: the size differs, and it waits."""
    path = inbox.put("a.837")
    inbox.scan()
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    path.write_text(WHOLE + WHOLE, encoding="latin-1")
    assert inbox.scanner.ripe(1) == []
    assert inbox.only().reason == complete.CHANGING.reason
    path.unlink()
    inbox.put("b.837")
    inbox.scan()
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    (inbox.folder / "b.837").unlink()
    assert inbox.scanner.ripe(1) == []


@pytest.mark.parametrize("wall", [datetime(1999, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_a_clock_set_back_or_forward_changes_nothing(inbox: Inbox, wall: datetime) -> None:
    os.utime(inbox.put("a.837"), (wall.timestamp(), wall.timestamp()))
    assert inbox.scan() == []
    inbox.clock.set_wall(wall)
    assert inbox.scan(QUIET / 2) == []
    assert inbox.scan(QUIET / 2) == [b"a.837"]


def test_oldest_first_by_our_own_scans(inbox: Inbox) -> None:
    """Then by the time of change, then by name."""
    os.utime(inbox.put("z.837"), (2_000_000_000, 2_000_000_000))
    inbox.scan()
    for name, changed in (("c.837", 30), ("b.837", 20), ("a.837", 30)):
        os.utime(inbox.put(name), (changed, changed))
    inbox.scan()
    assert inbox.scan(QUIET) == [b"z.837", b"b.837", b"a.837", b"c.837"]


def test_in_batches_each_once_a_scan(inbox: Inbox) -> None:
    for n in range(5):
        os.utime(inbox.put(f"{n}.837"), (n, n))
    inbox.scanner.scan()
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    names = [[ripe.entry.name for ripe in inbox.scanner.ripe(2)] for _ in range(2)]
    assert names == [[b"0.837", b"1.837"], [b"2.837", b"3.837"]]
    assert inbox.waiting() == {b"4.837": scan.IN_LINE}
    assert len(inbox.scanner.ripe(2)) == 1
    assert inbox.scanner.ripe(2) == []
    assert len(inbox.scan()) == 5  # nobody took them: they are given again


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            b"\xff\xfe\x80.837", marks=pytest.mark.skipif(sys.platform == "darwin", reason="APFS: UTF-8 only")
        ),
        b"new\nline.837",
        b"-rf.837",
        b"x" * 251 + b".837",
        b"no suffix",
        b"two.837.837",
        b" spaces .837 ",
        b"\xf0\x9f\x92\x8a.837",
        b"a.txt",
    ],
)
def test_names_are_bytes(inbox: Inbox, name: bytes) -> None:
    inbox.put(name)
    assert inbox.look() == [name]


@pytest.mark.parametrize(
    "name",
    [
        ".a.837",
        ".a.837.Xy12Zb",
        "a.837.part",
        "a.837.FILEPART",
        "a.partial",
        "a.tmp",
        "a.crdownload",
        "a.837~",
        "a.837.done",
        "A.DONE",
        ".taken",
    ],
)
def test_names_of_unfinished_files_are_left_alone(inbox: Inbox, name: str) -> None:
    inbox.put(name)
    assert inbox.scanner.scan().entries == ()
    assert inbox.look() == []
    assert inbox.waiting() == {}


def test_what_is_no_regular_file_is_named_and_not_opened(inbox: Inbox, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.837"
    target.write_text(WHOLE, encoding="latin-1")
    (inbox.folder / "link.837").symlink_to(target)
    (inbox.folder / "broken.837").symlink_to(tmp_path / "nowhere")
    (inbox.folder / "folder.837").mkdir()
    os.mkfifo(inbox.folder / "pipe.837")
    assert inbox.look() == []
    assert set(inbox.waiting().values()) == {scan.NOT_REGULAR}
    assert len(inbox.waiting()) == 4


def test_a_hard_link_is_a_file_of_its_own(inbox: Inbox, tmp_path: Path) -> None:
    first = inbox.put("a.837")
    os.link(first, inbox.folder / "b.837")
    os.link(first, tmp_path / "outside.837")
    assert set(inbox.look()) == {b"a.837", b"b.837"}


def test_a_sparse_huge_file_can_only_fail(inbox: Inbox) -> None:
    with (inbox.folder / "huge.837").open("wb") as file:
        file.truncate(1 << 41)
    inbox.scan()
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    (ripe,) = inbox.scanner.ripe(10)
    assert isinstance(ripe.verdict, NotInterchange)


def test_what_cannot_be_read_waits_with_the_reason(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.put("a.837")

    def fails(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(complete, "judge", fails)
        assert inbox.look() == []
        assert inbox.only().reason == "it cannot be read (Permission denied)"
    assert inbox.scan() == [b"a.837"]


def test_a_file_is_read_once_as_long_as_it_does_not_change(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    judge = complete.judge
    monkeypatch.setattr(complete, "judge", lambda *args: read.append(args) or judge(*args))
    path = inbox.put("a.837", WHOLE[:300])
    inbox.look()
    for _ in range(3):
        inbox.scan(1)
    assert len(read) == 1
    path.write_text(WHOLE, encoding="latin-1")
    inbox.look()
    assert len(read) == 2


def test_inbox_gone_and_made_again(inbox: Inbox) -> None:
    inbox.put("a.837")
    inbox.scan()
    away = inbox.folder.with_name("away")
    inbox.folder.rename(away)
    with pytest.raises(FileNotFoundError):
        inbox.scanner.scan()
    inbox.folder.mkdir()
    inbox.put("b.837")
    assert inbox.scan(QUIET) == []
    assert inbox.scan(QUIET) == [b"b.837"]
    inbox.folder.rename(inbox.folder.with_name("again"))
    away.rename(inbox.folder)
    assert inbox.scan(QUIET) == []
    assert inbox.scan(QUIET) == [b"a.837"]


def test_a_name_that_is_used_again_is_another_file(inbox: Inbox) -> None:
    inbox.put("a.837")
    assert inbox.look() == [b"a.837"]
    (inbox.folder / "a.837").rename(inbox.folder / ".taken")
    assert inbox.scan() == []
    inbox.put("a.837", WHOLE + WHOLE)
    assert inbox.scan(QUIET) == []
    assert inbox.only().seconds == 0
    assert inbox.scan(QUIET) == [b"a.837"]


def test_a_done_file_can_be_wanted(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, done_companion=True)
    inbox.put("a.837")
    inbox.put("b.837")
    inbox.put("c.837", WHOLE[:300])
    assert inbox.look() == []
    assert set(inbox.waiting().values()) == {scan.NO_DONE_FILE}
    for name in ("a.837.done", "b.done", "c.done"):
        inbox.put(name, "")
    inbox.scanner.scan()
    assert [(ripe.entry.name, ripe.done) for ripe in inbox.scanner.ripe(9)] == [
        (b"a.837", b"a.837.done"),
        (b"b.837", b"b.done"),
    ]
    assert inbox.only().reason == complete.NO_IEA


# Records


def given(inbox: Inbox) -> dict[bytes, tuple[bytes, ...]]:
    """Scan, and say what is ripe with which records."""
    inbox.scanner.scan()
    return {each.entry.name: tuple(records.name for records in each.records) for each in inbox.scanner.ripe(99)}


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.jsonl", "a.ndjson", "a.records.csv", "a.Records.jsonl"])
def test_records_go_with_the_claims_of_their_stem(inbox: Inbox, name: str) -> None:
    inbox.put("a.837")
    inbox.put(name, "note_id\n")
    inbox.put("b.837")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.837": (name.encode(),), b"b.837": ()}
    assert inbox.waiting() == {}


def test_records_that_are_there_are_waited_for_until_they_are_quiet(inbox: Inbox) -> None:
    inbox.put("a.837")
    inbox.scan()
    inbox.put("a.csv", "note")
    assert inbox.scan(QUIET) == []
    assert inbox.waiting() == {b"a.837": scan.RECORDS_CHANGING, b"a.csv": scan.CHANGING}
    inbox.put("a.csv", "note_id\n")
    assert inbox.scan(QUIET) == []
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.837": (b"a.csv",)}


def test_records_wait_for_their_claims(inbox: Inbox) -> None:
    inbox.put("a.csv", "note_id\n")
    inbox.put("b.csv", "note_id\n")
    inbox.put("b.837", WHOLE[:300])
    assert inbox.look() == []
    assert inbox.waiting() == {b"a.csv": scan.NO_CLAIMS, b"b.csv": scan.CLAIMS_WAIT, b"b.837": complete.NO_IEA}


def test_claims_wait_for_records_as_long_as_is_set(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, records_wait_seconds=60)
    inbox.put("a.837")
    assert inbox.look() == []
    assert inbox.scan(49) == []
    assert inbox.waiting() == {b"a.837": scan.NO_RECORDS}
    assert inbox.scan(1) == [b"a.837"]


def test_records_that_come_in_time_end_the_wait(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, records_wait_seconds=1000)
    inbox.put("a.837")
    inbox.look()
    inbox.put("a.csv", "note_id\n")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.837": (b"a.csv",)}


def test_records_in_their_own_folder_end_the_wait(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, records_wait_seconds=1000)
    inbox.put("a.837")
    inbox.records = [tmp_path / "a.csv", tmp_path / "b.csv"]
    (tmp_path / "b.csv").write_text("note_id\n", encoding="utf-8")
    assert inbox.look() == []
    assert inbox.waiting() == {b"a.837": scan.NO_RECORDS}
    (tmp_path / "a.csv").write_text("note_id\n", encoding="utf-8")
    assert inbox.scan() == []
    assert inbox.waiting() == {b"a.837": scan.RECORDS_CHANGING}
    assert inbox.look() == [b"a.837"]


def test_records_of_two_claims_files_of_one_stem_go_with_neither(inbox: Inbox) -> None:
    """Whichever had them, the other would go out without."""
    for name in ("a.837", "a.x12", "b.837"):
        inbox.put(name)
    inbox.put("a.csv", "note_id\n")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"b.837": ()}
    assert inbox.waiting() == {b"a.837": scan.AMBIGUOUS, b"a.x12": scan.AMBIGUOUS, b"a.csv": scan.CLAIMS_WAIT}
    (inbox.folder / "a.x12").rename(inbox.folder / "c.x12")
    (inbox.folder / "b.837").unlink()
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.837": (b"a.csv",), b"c.x12": ()}


def test_claims_files_of_one_stem_without_records_go_their_way(inbox: Inbox) -> None:
    for name in ("a.837", "a.x12"):
        inbox.put(name)
    assert sorted(inbox.look()) == [b"a.837", b"a.x12"]


def test_one_name_that_cannot_be_looked_at_does_not_hide_the_others(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Names:
        """The inbox, in which one name is stale as on a network mount."""

        def __init__(self, folder: bytes) -> None:
            self._names = scandir(folder)

        def __enter__(self) -> Iterator[object]:
            return (Stale(each) if each.name == b"bad.837" else each for each in self._names)

        def __exit__(self, *_: object) -> None:
            self._names.close()

    class Stale:
        def __init__(self, entry: os.DirEntry[bytes]) -> None:
            self.name = entry.name

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), follow_symlinks)

    scandir = os.scandir
    monkeypatch.setattr(scan.os, "scandir", Names)
    inbox.put("bad.837")
    inbox.put("good.837")
    assert inbox.look() == [b"good.837"]
    assert inbox.waiting() == {b"bad.837": f"{scan.UNREADABLE} ({os.strerror(errno.ESTALE)})"}
    inbox.clock.forward(1e6)
    inbox.scan()
    assert all(doom_of(each, minutes=1) is None for each in inbox.scanner.waiting()), "nobody can move it"


def test_scans_go_on_while_a_large_file_is_judged(inbox: Inbox) -> None:
    """They may find that it has changed meanwhile; then it is not judged by what was read."""
    data = WHOLE + "\n" * (3 * complete.PIECE)
    inbox.put("large.837", data)
    inbox.put("small.837")
    scans = []

    def meanwhile() -> None:
        if len(scans) < 2:
            inbox.clock.forward(1)
            scans.append(len(inbox.scanner.scan().entries))

    inbox.scanner._meanwhile = meanwhile
    assert sorted(inbox.look()) == [b"large.837", b"small.837"], "each once"
    assert scans == [2, 2]

    def change() -> None:
        os.utime(inbox.folder / "large.837", (5, 5))
        inbox.scanner.scan()

    os.utime(inbox.folder / "large.837", (4, 4))
    inbox.scan()
    inbox.scanner._meanwhile = change
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    assert [ripe.entry.name for ripe in inbox.scanner.ripe(10)] == [b"small.837"]
    assert inbox.waiting() == {b"large.837": scan.CHANGING}


def test_what_a_job_has_begun_with_is_no_input_any_more(inbox: Inbox) -> None:
    path = inbox.put("a.837")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert inbox.scanner.scan({(b"a.837", path.stat().st_ino)}).entries == ()
    assert inbox.scanner.scan({(b"a.837", 1)}).entries != (), "another file of that name is"


def test_what_can_only_fail_takes_no_records_with_it(inbox: Inbox) -> None:
    inbox.put("a.pdf", "%PDF-1.7")
    inbox.put("a.csv", "note_id\n")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.pdf": ()}
    assert inbox.waiting() == {b"a.csv": scan.CLAIMS_WAIT}


def test_records_that_are_no_regular_file_are_not_taken(inbox: Inbox) -> None:
    inbox.put("a.837")
    os.mkfifo(inbox.folder / "a.csv")
    inbox.scan()
    inbox.clock.forward(QUIET)
    assert given(inbox) == {b"a.837": ()}
    assert inbox.waiting() == {b"a.csv": scan.NOT_REGULAR}


def test_50_000_entries(tmp_path: Path) -> None:
    """Every one is seen, in batches, each once, and the whole stays a matter of seconds."""
    inbox = Inbox(tmp_path)
    for n in range(50_000):  # links: the same file under many names is 50,000 entries all the same
        if n % 10_000 == 0:
            original = inbox.put(f"{n:05}.837")
        else:
            os.link(original, f"{inbox.folder}/{n:05}.837")
    began = time.monotonic()
    assert len(inbox.scanner.scan().entries) == 50_000
    inbox.clock.forward(QUIET)
    inbox.scanner.scan()
    taken: list[bytes] = []
    while batch := inbox.scanner.ripe(1000):
        assert all(isinstance(ripe.verdict, Complete) for ripe in batch)
        taken += [ripe.entry.name for ripe in batch]
    assert time.monotonic() - began < 60
    assert len(taken) == len(set(taken)) == 50_000
    assert inbox.waiting() == {}
