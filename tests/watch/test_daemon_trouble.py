"""Trouble of one file, of one folder, and of the inbox as a whole: what stops, what goes on, and who is told."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from watch.real.site import claims, records
from watch.watched import Watched

from scrubber.errors import OutputError
from scrubber.settings.settings import Settings
from scrubber.watch import disk, take
from scrubber.watch.daemon import Daemon
from scrubber.watch.locks import LOCK
from scrubber.watch.places import PLACES
from scrubber.watch.reconcile import reconcile
from scrubber.watch.rerun import ask
from scrubber.watch.scan import UNREADABLE
from scrubber.watch.status import Status, status_of

Refuse = Callable[..., None]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Makes renames fail as the kernel would, for those targets that a test picks."""
    real = disk._rename_exclusive

    def refuse(code: int, picks: Callable[[str], bool]) -> None:
        def rename(source: bytes, target: bytes) -> int:
            return code if picks(os.fsdecode(target)) else real(source, target)

        monkeypatch.setattr(disk, "_rename_exclusive", rename)

    return refuse


def rounds(watched: Watched, daemon: Daemon, count: int, seconds: float = 1.0) -> None:
    for _ in range(count):
        daemon._tick()
        watched.clock.forward(seconds)


def status(watched: Watched) -> Status:
    return status_of(watched.settings.watch, watched.clock)


@pytest.mark.parametrize("code", [errno.EILSEQ, errno.ENAMETOOLONG, errno.ENOENT])
@pytest.mark.parametrize("folder", ["outbox", "reports", "archive"])
def test_a_name_that_a_folder_cannot_hold_becomes_a_plain_one(
    watched: Watched, refuse: Refuse, code: int, folder: str
) -> None:
    refuse(code, lambda target: "a:b" in target and f"/{folder}/" in target)
    watched.put("a:b.837", claims(1))
    watched.put("other.837", claims(2))
    assert watched.once() == 0
    tag = next(job.sha256 or "" for job in watched.jobs() if job.name == b"a:b.837")[:8]
    assert [name for name in watched.names()[folder] if f"a_b-{tag}" in name]
    assert not [name for name in watched.names()[folder] if "a:b" in name]
    assert not [name for each in PLACES.values() for name in watched.files(each[0]) if name.startswith(".")]
    assert not reconcile(watched.settings.watch).gaps


def test_a_name_that_failed_cannot_hold_becomes_a_plain_one(watched: Watched, refuse: Refuse) -> None:
    refuse(errno.EILSEQ, lambda target: "a:b" in target and "/failed/" in target)
    watched.put("a:b.837", b"no claims\n")
    assert watched.once() == 1
    [name, why] = watched.names()["failed"]
    assert name.startswith("a_b-")
    assert why == name + ".why.json"
    assert not reconcile(watched.settings.watch).gaps


def test_a_records_file_whose_name_the_archive_cannot_hold_fails_with_its_claims(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_new = disk.write_new

    def write(path: Path, chunks: Iterator[bytes]) -> disk.Copied:
        if ".scrubber-copies" in str(path) and path.name == "a:b.csv":
            raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ), str(path))
        return write_new(path, chunks)

    monkeypatch.setattr(disk, "write_new", write)
    watched.put("a:b.837", claims(1))
    watched.put("a:b.csv", records(1))
    watched.put("other.837", claims(2))
    assert watched.once() == 1
    assert watched.names()["outbox"] == ["other.837"]
    assert watched.names()["failed"] == ["a:b.837", "a:b.837.why.json", "a:b.csv", "a:b.csv.why.json"]
    why = json.loads(watched.files("failed")["a:b.837.why.json"])
    assert why["why"].endswith("(EILSEQ in archive)")
    assert not reconcile(watched.settings.watch).gaps


def test_what_cannot_be_taken_waits_alone_and_says_why(watched: Watched, refuse: Refuse) -> None:
    """As in an inbox with the sticky bit, where only its owner may rename a file."""
    refuse(errno.EPERM, lambda target: "/.scrubber-taken/job-" in target)
    watched.put("a.837", claims(1))
    with watched.daemon() as daemon, capture_logs() as logs:
        rounds(watched, daemon, 40)
        assert daemon._intake.stopped is None
        assert len(watched.jobs()) == 1, "one job, and not one for each scan"
        [only] = status(watched).in_hand
        assert (only.name, only.reason) == ("a.837", "EPERM in inbox")
        assert status(watched).waiting == ()
        tried = [each for each in logs if each["event"] == "delivery-retried"]
        assert 3 <= len(tried) <= 6, "after growing waits"
        assert {each["errno"] for each in tried} == {"EPERM"}
        refuse(errno.EPERM, lambda _: False)
        watched.put("b.837", claims(2))
        rounds(watched, daemon, 80)
    assert watched.names()["outbox"] == ["a.837", "b.837"]
    assert len(watched.jobs()) == 2


def test_a_file_that_is_replaced_while_its_taking_is_put_off_is_judged_anew(watched: Watched, refuse: Refuse) -> None:
    refuse(errno.EBUSY, lambda target: "/.scrubber-taken/job-" in target)
    watched.put("a.837", claims(1))
    with watched.daemon() as daemon:
        rounds(watched, daemon, 15)
        watched.put("new", claims(2)).replace(watched.of("inbox") / "a.837")
        refuse(errno.EBUSY, lambda _: False)
        rounds(watched, daemon, 80)
    assert len(watched.jobs()) == 1
    assert watched.files("archive") == {"2026-11-22/a.837": claims(2)}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_trouble_of_a_folder_stops_the_intake(watched: Watched, refuse: Refuse, code: int) -> None:
    refuse(code, lambda target: "/outbox/" in target)
    watched.put("a.837", claims(1))
    with pytest.raises(OutputError, match=f"{errno.errorcode[code]} in outbox"):
        watched.once()


def test_an_unknown_error_of_a_folder_that_cannot_be_written_stops_the_intake(
    watched: Watched, refuse: Refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without leave to write refuses every file: none of them may fail for it."""
    write_new = disk.write_new

    def write(path: Path, chunks: Iterator[bytes]) -> disk.Copied:
        if path.parent.name == "outbox":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return write_new(path, chunks)

    refuse(errno.EACCES, lambda target: "/outbox/" in target)
    monkeypatch.setattr(disk, "write_new", write)
    watched.put("a.837", claims(1))
    with pytest.raises(OutputError, match="EACCES in outbox"):
        watched.once()
    assert watched.names()["failed"] == []


def test_an_input_that_is_stuck_in_hand_is_named(watched: Watched, refuse: Refuse) -> None:
    refuse(errno.EBUSY, lambda target: "/outbox/" in target)
    watched.put("a.837", claims(1))
    with watched.daemon() as daemon, capture_logs() as logs:
        rounds(watched, daemon, 40, seconds=30)
        [job] = watched.jobs()
        metrics = daemon._oversight.metrics.text().decode()
        rounds(watched, daemon, 30, seconds=60)
    alarms = [each["job"] for each in logs if each["event"] == "alarm" and each["alarm"] == "stuck"]
    assert "scrubber_stuck_inputs 0.0" in metrics, "20 minutes are not 30"
    assert alarms == [job.id]
    [only] = status(watched).in_hand
    assert only.stuck
    assert only.reason == "EBUSY in outbox"


def test_one_name_that_cannot_be_looked_at_is_named_and_the_others_go(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put("good.837", claims(1))
    watched.put("bad.837", claims(2))
    from scrubber.watch import scan

    scandir = os.scandir

    class Names:
        def __init__(self, folder: bytes) -> None:
            self._names = scandir(folder)

        def __enter__(self) -> Iterator[object]:
            return (Bad() if each.name == b"bad.837" else each for each in self._names)

        def __exit__(self, *_: object) -> None:
            self._names.close()

    class Bad:
        name = b"bad.837"

        def stat(self, **_: bool) -> os.stat_result:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(scan.os, "scandir", Names)
    assert watched.once() == 1
    monkeypatch.undo()
    assert watched.names()["outbox"] == ["good.837"]
    [only] = status(watched).waiting
    assert only.reason.startswith(UNREADABLE)


def test_reruns_and_overdue_inputs_have_their_turn_between_files(watched: Watched) -> None:
    watched.put("first.837", claims(99))
    watched.once()
    half = watched.put("half.837", claims(98)[:-30])
    with watched.daemon() as daemon:
        rounds(watched, daemon, 12)
        for number in range(10):
            watched.put(f"{number}.837", claims(number))
        rounds(watched, daemon, 11)
        done: list[str] = []

        def before(_: object) -> None:
            """While the first of ten is scrubbed, somebody asks; the other becomes overdue."""
            done.append(watched.worker.requests[-1].input_name)
            if len(done) == 1:
                ask(watched.settings.watch, "first.837", by="me", reason=None, at="now")
                watched.clock.forward(60 * 60)

        watched.clock.forward(10)
        watched.worker.before = before
        for number in range(10):
            watched.put(f"more-{number}.837", claims(50 + number))
        rounds(watched, daemon, 11)
        daemon._tick()
    assert not half.exists()
    assert len(done) == 11
    assert done.index("first.837") <= 2


def test_a_request_that_cannot_be_begun_stops_nothing(watched: Watched) -> None:
    watched.put("a.837", claims(1))
    with watched.daemon() as daemon, capture_logs() as logs:
        daemon.state.ask_rerun("job-0000000000000000", "me", None, "now")
        rounds(watched, daemon, 15)
        assert not daemon.state.open_requests()
    assert watched.names()["outbox"] == ["a.837"]
    assert [each["alarm"] for each in logs if each["event"] == "alarm"] == ["defect"]


def test_what_the_worker_left_of_a_failed_file_goes(watched: Watched) -> None:
    def leave_and_fail(request: object) -> float:
        (watched.of("outbox") / request.places["corrected"].temporary).write_bytes(b"half a claim")  # type: ignore[attr-defined]
        return 1 / 0

    watched.worker.before = leave_and_fail
    watched.put("a.837", claims(1))
    assert watched.once() == 1
    assert watched.files("outbox") == {}
    assert not reconcile(watched.settings.watch).gaps


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_kill_at_the_taking_leaves_no_done_file_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    watched = Watched(tmp_path, done_companion=True)
    watched.put("claims.837", claims(1))
    watched.put("claims.837.done", b"")
    drop = take.drop_marker

    def kill(*arguments: object) -> None:
        if at == "after":
            drop(*arguments)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(take, "drop_marker", kill)
    with pytest.raises(Killed):
        watched.once()
    monkeypatch.undo()
    assert watched.once() == 0
    assert watched.names()["inbox"] == []


@pytest.mark.parametrize("large", [True, False])
def test_a_file_that_fails_takes_its_done_file_with_it(tmp_path: Path, large: bool) -> None:
    watched = Watched(tmp_path, "max-bytes = 2000" if large else "", done_companion=True)
    watched.put("claims.837", claims(1, count=20) if large else b"no claims")
    watched.put("claims.837.done", b"")
    assert watched.once() == 1
    assert watched.names()["inbox"] == []


def test_an_inbox_that_was_replaced_is_said(watched: Watched) -> None:
    watched.once()
    assert status(watched).problems == ()
    with watched.daemon() as daemon, capture_logs() as logs:
        rounds(watched, daemon, 2)
        shutil.rmtree(watched.of("inbox"))
        watched.of("inbox").mkdir()
        rounds(watched, daemon, 2)
        assert not daemon._inbox_lost
        assert [each["alarm"] for each in logs if each["event"] == "alarm"] == ["inbox"]
    assert any("the inbox was replaced" in each for each in status(watched).problems)
    watched.clock.forward(25 * 3600)
    assert status(watched).problems == ()


def test_an_inbox_that_may_not_be_entered_at_the_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("state").mkdir()
    Path("state/watch.db").touch()

    def refused(path: Path) -> bool:
        if path.name == "watch.db":
            return True
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(disk, "is_there", refused)
    with pytest.raises(OutputError, match=r"^inbox/.*: cannot be looked at \(Permission denied\); `scrubber doctor`"):
        Daemon(Settings(payers=()))


def test_an_inbox_that_is_another_one_at_the_start_is_said(watched: Watched) -> None:
    """Started before its mount is there: nothing would ever arrive."""
    watched.once()
    shutil.rmtree(watched.of("inbox"))
    with capture_logs() as logs:
        watched.once()
    assert [each["alarm"] for each in logs if each["event"] == "alarm"] == ["inbox"]
    assert any("the inbox was replaced" in each for each in status(watched).problems)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Mounts a file system on the inbox, the same each time; unmounts it lazily when it is mounted."""
    inbox, aside = tmp_path / "inbox", tmp_path / "aside"
    for folder in (inbox, aside):
        folder.mkdir()
    if not shutil.which("mount") or _run("mount", "-t", "tmpfs", "tmpfs", str(aside)):
        pytest.skip("this user cannot mount anything here")

    def mount() -> None:
        if inbox.is_mount():
            assert not _run("umount", "-l", str(inbox))
        else:
            assert not _run("mount", "--bind", str(aside), str(inbox))

    yield mount
    if inbox.is_mount():
        _run("umount", "-l", str(inbox))
    _run("umount", "-l", str(aside))


def _run(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_an_inbox_that_is_unmounted_is_said_and_nothing_is_forgotten(tmp_path: Path, mount: Callable[[], None]) -> None:
    mount()
    watched = Watched(tmp_path)
    watched.put("half.837", claims(1)[:-30])
    with watched.daemon() as daemon, capture_logs() as logs:
        rounds(watched, daemon, 15)
        [before] = watched.jobs()
        mount()
        assert list(watched.of("inbox").iterdir()) == []
        rounds(watched, daemon, 15)
        assert daemon._inbox_lost
        assert list(watched.of("inbox").iterdir()) == [], "nothing is made on the bare mount point"
        assert watched.jobs() == [before]
        now = status(watched)
        assert [each.name for each in now.waiting] == ["half.837"]
        assert any("is its mount there?" in each for each in now.problems)
        assert "the inbox is not there" in daemon._oversight.not_ready()
        assert [each["alarm"] for each in logs if each["event"] == "alarm"] == ["inbox"]
        mount()
        watched.put("half.837", claims(1))
        rounds(watched, daemon, 15)
        assert not daemon._inbox_lost
        assert daemon._oversight.not_ready() == []
        assert [each["event"] for each in logs if each["event"].startswith("inbox")] == ["inbox-back"]
    assert watched.names()["outbox"] == ["half.837"]
    assert status(watched).problems == ()


def test_scans_go_on_while_files_are_copied_and_hashed(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which each piece takes a second: no scan is later than it should be, whatever is read."""
    monkeypatch.setattr(disk, "CHUNK", 100)
    chunks = disk._chunks

    def slowly(handle: int, meanwhile: Callable[[], None]) -> Iterator[bytes]:
        for chunk in chunks(handle, meanwhile):
            watched.clock.forward(1)
            yield chunk

    monkeypatch.setattr(disk, "_chunks", slowly)
    watched.put("a.837", claims(1, count=30))
    gaps: list[float] = []
    with watched.daemon() as daemon:
        scan, last = daemon._scanner.scan, [watched.clock.monotonic()]

        def noted(*arguments: object) -> object:
            gaps.append(watched.clock.monotonic() - last[0])
            last[0] = watched.clock.monotonic()
            return scan(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(daemon._scanner, "scan", noted)
        rounds(watched, daemon, 15)
    assert watched.names()["outbox"] == ["a.837"]
    assert len(gaps) > 50
    assert max(gaps) <= 3


@pytest.mark.parametrize(("took", "pause"), [(0.01, 1.0), (2.0, 20.0), (20.0, 30.0)])
def test_the_pause_goes_by_the_whole_round_but_never_starves_the_watchdog(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, took: float, pause: float
) -> None:
    with watched.daemon() as daemon:
        monkeypatch.setattr(daemon._seen, "note", lambda _: watched.clock.forward(took))
        daemon._tick()
        assert daemon._next_scan - watched.clock.monotonic() == pytest.approx(pause)


def test_the_lock_of_a_new_inbox_that_another_daemon_has_ends_this_one(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrubber.watch.locks.TRIES", 1)
    other = Watched(tmp_path / "other")
    with other.daemon() as rival, watched.daemon() as daemon:
        rounds(watched, daemon, 1)
        shutil.rmtree(watched.of("inbox"))
        watched.of("inbox").mkdir()
        (watched.of("inbox") / ".scrubber-taken").mkdir()
        os.link(other.of("inbox") / ".scrubber-taken" / LOCK, watched.of("inbox") / ".scrubber-taken" / LOCK)
        with pytest.raises(OutputError, match="another daemon takes files from this inbox"):
            daemon.run()
        assert rival is not None


@pytest.mark.parametrize("name", [b".nfs00000000012345670000abcd", b".scrubber-x.tmp"])
def test_what_a_mount_keeps_of_a_removed_file_is_no_orphan(watched: Watched, name: bytes) -> None:
    taken = watched.of("inbox") / ".scrubber-taken"
    taken.mkdir()
    (taken / os.fsdecode(name)).write_bytes(b"still open somewhere")
    assert watched.once() == 0
    assert watched.jobs() == []
    assert not reconcile(watched.settings.watch).gaps


def test_an_orphan_may_have_any_name(watched: Watched) -> None:
    taken = watched.of("inbox") / ".scrubber-taken"
    taken.mkdir()
    (taken / os.fsdecode(b"\xff.837")).write_bytes(claims(1))
    assert watched.once() == 1
    assert len(watched.names()["failed"]) == 2
