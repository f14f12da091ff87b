"""What could be lost, or go out unchecked, when folders, senders and records behave as they may."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watch.real.site import HEADER, Site, claims, records
from watch.watched import Watched

from scrubber.errors import OutputError, RecordsError, UnreadableInputError
from scrubber.watch import disk, take
from scrubber.watch.daemon import Daemon
from scrubber.watch.job import Job
from scrubber.watch.locks import Locks, LockTakenError, is_running
from scrubber.watch.messages import DiskTrouble
from scrubber.watch.reconcile import reconcile
from scrubber.watch.rerun import ask

DAY = "2026-11-22"
LISTED = '[records]\npaths = ["lists/*.csv"]'
BAD = b"note_id,nonsense\n1,2\n"
CORRECTED = b"*UN*1*"
"""What claims 1 hold when their records were read."""


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def tick(watched: Watched, daemon: Daemon, count: int) -> None:
    for _ in range(count):
        daemon._tick()
        watched.clock.forward(1)


def rerun(watched: Watched, wanted: str, *given: Path) -> Job:
    """Ask, and do it; the job that was made."""
    known = {job.id for job in watched.jobs()}
    watched.clock.forward(1)
    ask(watched.settings.watch, wanted, by="me", reason=None, at="now", records=given)
    watched.once()
    [job] = [job for job in watched.jobs() if job.id not in known and job.kind == "claims"]
    return job


def everything_adds_up(watched: Watched) -> None:
    found = reconcile(watched.settings.watch)
    assert not found.gaps, found.gaps


def sent_last(watched: Watched) -> bytes:
    newest = max(watched.of("outbox").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return newest.read_bytes()


# Treatment records of a rerun


def test_every_rerun_has_the_records_of_the_first_time(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    watched.once()
    for _ in range(2):
        assert rerun(watched, "claims.837").outcome == "sent"
        assert CORRECTED in sent_last(watched)
    everything_adds_up(watched)


def test_a_rerun_of_a_duplicate_has_the_records_that_came_with_the_first(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    watched.once()
    watched.put("again.837", claims(1))
    watched.once()
    assert rerun(watched, "again.837").outcome == "sent"
    assert CORRECTED in sent_last(watched)


def test_records_that_are_gone_hold_the_claims_of_a_rerun(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    watched.once()
    (watched.of("archive") / DAY / "claims.csv").unlink()
    assert rerun(watched, "claims.837").outcome == "held"


def test_a_rerun_with_other_records(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", BAD)
    watched.once()
    better = watched.folder / "better.csv"
    better.write_bytes(records(1))
    job = rerun(watched, "claims.837", better)
    assert job.outcome == "sent"
    assert CORRECTED in sent_last(watched)
    assert better.read_bytes() == records(1)
    assert watched.files("archive")[f"{DAY}/better.csv"] == records(1)
    [used] = [each for each in watched.jobs() if each.for_job == job.id]
    assert used.outcome == "used"
    everything_adds_up(watched)
    assert rerun(watched, "claims.837").outcome == "sent"
    assert CORRECTED in sent_last(watched)


def test_records_of_a_rerun_that_cannot_be_read_stay_where_they_are(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.once()
    bad, gone = watched.folder / "bad.csv", watched.folder / "gone.csv"
    for path in (bad, gone):
        path.write_bytes(BAD)
    watched.clock.forward(1)
    ask(watched.settings.watch, "claims.837", by="me", reason=None, at="now", records=[bad, gone])
    gone.unlink()
    assert watched.once() == 1
    assert [job.outcome for job in watched.jobs() if job.rerun_of] == ["held"]
    assert bad.read_bytes() == BAD
    assert watched.names()["failed"] == ["bad.csv", "bad.csv.why.json", "gone.csv.why.json"]
    everything_adds_up(watched)


def test_records_of_a_rerun_must_be_records(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.once()
    for name, why in (
        ("missing.csv", "there is no such file"),
        ("scrubber.toml", "expected a file of treatment records"),
    ):
        with pytest.raises(RecordsError, match=f"{name}: {why}"):
            ask(watched.settings.watch, "claims.837", by="me", reason=None, at="now", records=[watched.folder / name])


def test_the_command_and_a_real_worker(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", top=LISTED)
    (site.folder / "lists").mkdir()
    (site.folder / "lists" / "other.csv").write_bytes(records(2))
    site.put("claims.837", claims(1))
    site.put("claims.csv", BAD)
    assert site.once() == 1
    better = tmp_path / "better.csv"
    better.write_bytes(records(1))
    asked = site.run("rerun", "claims.837", "--by", "me", "--records", str(better))
    assert asked.returncode == 0, asked.stderr
    assert site.once() == 0
    assert CORRECTED in (site.of("outbox") / "claims.837").read_bytes()
    refused = site.run("rerun", "claims.837", "--by", "me", "--records", str(site.settings))
    assert refused.returncode == 2
    assert "expected a file of treatment records" in refused.stderr
    assert site.run("reconcile").returncode == 0


def test_claims_that_only_unreadable_records_hold_may_come_again(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", BAD)
    assert watched.once() == 1
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    assert watched.once() == 0
    assert [job.outcome for job in watched.jobs() if job.kind == "claims"] == ["held", "sent"]
    assert CORRECTED in sent_last(watched)
    watched.put("claims.837", claims(1))
    watched.once()
    assert [job.outcome for job in watched.jobs()].count("duplicate") == 1
    everything_adds_up(watched)


def test_claims_that_are_held_for_anything_else_are_duplicates(watched: Watched) -> None:
    for _ in range(2):
        watched.put("claims.837", claims(1, count=0, held=True))
        watched.once()
    assert [job.outcome for job in watched.jobs()] == ["held", "duplicate"]


def test_what_stands_on_the_command_line_need_not_be_text(watched: Watched) -> None:
    name = os.fsdecode(b"\xff.837")
    watched.put(b"\xff.837", claims(1))
    watched.once()
    ask(watched.settings.watch, name, by=os.fsdecode(b"M\xfcller"), reason=os.fsdecode(b"\xff"), at="now")
    assert watched.once() == 0
    [again] = [job for job in watched.jobs() if job.rerun_of]
    assert (again.rerun_by, again.rerun_reason) == ("M\\xfcller", "\\xff")
    with pytest.raises(UnreadableInputError, match=r"\\xfe"):
        ask(watched.settings.watch, os.fsdecode(b"\xfe"), by="me", reason=None, at="now")


# Records that are listed in the settings


@pytest.fixture
def listing(tmp_path: Path) -> Watched:
    watched = Watched(tmp_path, LISTED, records_wait_seconds=60)
    (tmp_path / "lists").mkdir()
    return watched


def test_claims_wait_until_listed_records_are_quiet(listing: Watched) -> None:
    path = listing.folder / "lists" / "claims.csv"
    rows = records(1)
    listing.put("claims.837", claims(1))
    with listing.daemon() as daemon:
        tick(listing, daemon, 12)
        for end in range(len(HEADER), len(rows) + 1, 10):
            path.write_bytes(rows[:end])
            tick(listing, daemon, 9)
        path.write_bytes(rows)
        tick(listing, daemon, 9)
        assert listing.names()["outbox"] == []
        [job] = listing.jobs()
        assert job.reason == "its records file is changing"
        tick(listing, daemon, 5)
    assert CORRECTED in listing.files("outbox")["claims.837"]
    assert path.read_bytes() == rows


def test_listed_records_that_change_when_their_turn_has_come_are_read_later(listing: Watched) -> None:
    path = listing.folder / "lists" / "claims.csv"
    path.write_bytes(records(1)[:-10])
    listing.put("claims.837", claims(1))

    def write_on(_: object) -> None:
        path.write_bytes(records(1))
        listing.worker.before = lambda _: None

    listing.worker.before = write_on
    with listing.daemon() as daemon:
        tick(listing, daemon, 60)
    assert listing.names()["failed"] == []
    assert CORRECTED in listing.files("outbox")["claims.837"]


def test_listed_records_that_are_written_anew_are_not_moved_to_failed(listing: Watched) -> None:
    path = listing.folder / "lists" / "claims.csv"
    path.write_bytes(BAD)
    listing.put("claims.837", claims(1))
    listing.worker.after = lambda _: path.write_bytes(records(1))
    assert listing.once() == 1
    assert path.read_bytes() == records(1)
    assert listing.names()["failed"] == ["claims.csv.why.json"]
    everything_adds_up(listing)


def test_once_goes_on_with_what_was_begun_when_listed_records_are_quiet(listing: Watched) -> None:
    (listing.folder / "lists" / "claims.csv").write_bytes(records(1))
    listing.put("claims.837", claims(1))
    listing.worker.answers = [DiskTrouble(errno.ENOSPC, "outbox")]
    with pytest.raises(OutputError):
        listing.once()
    assert listing.once() == 0
    assert CORRECTED in listing.files("outbox")["claims.837"]
    assert rerun(listing, "claims.837").outcome == "sent"


def test_listed_records_are_looked_up_once_a_scan(listing: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        listing.put(f"{number}.837", claims(number))
    (listing.folder / "lists" / "other.csv").write_bytes(records(1))
    looked: list[int] = []
    with listing.daemon() as daemon:
        files = daemon._scanner.listed._files
        monkeypatch.setattr(daemon._scanner.listed, "_files", lambda: looked.append(1) or files())
        tick(listing, daemon, 20)
    assert len(looked) == 20
    assert {job.reason for job in listing.jobs()} == {"its records are not there yet"}


# The taken file


def kept(watched: Watched) -> list[Path]:
    return sorted(watched.of("inbox").glob(".scrubber-taken/job-*"))


def test_bytes_that_a_sender_writes_when_all_is_done_go_to_failed(watched: Watched) -> None:
    path = watched.put("claims.837", claims(1))
    with path.open("ab") as sender:
        assert watched.once() == 0
        everything_adds_up(watched)
        sender.write(claims(2))
    watched.clock.forward(60 * 60)
    assert watched.once() == 1
    assert watched.files("archive") == {f"{DAY}/claims.837": claims(1)}
    assert watched.files("failed")["claims.837"] == claims(1) + claims(2)
    assert "bytes were added" in json.loads(watched.files("failed")["claims.837.why.json"])["why"]
    assert kept(watched) == []
    everything_adds_up(watched)


@pytest.mark.parametrize("data", [claims(1), b"no claims\n"])
def test_a_taken_file_goes_when_it_stayed_as_it_was(watched: Watched, data: bytes) -> None:
    watched.put("claims.837", data)
    if data == claims(1):
        watched.put("claims.csv", records(1))
    watched.once()
    watched.clock.forward(60 * 60 - 60)
    assert watched.once() == 0
    assert len(kept(watched)) == (2 if data == claims(1) else 1)
    watched.clock.forward(60)
    assert watched.once() == 0
    assert kept(watched) == []
    assert not any(job.kept for job in watched.jobs())
    everything_adds_up(watched)


def test_many_kept_files_go_over_several_looks(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.watch.settle.MOST_AT_ONCE", 2)
    for number in range(5):
        watched.put(f"{number}.837", claims(number))
    watched.once()
    watched.clock.forward(60 * 60)
    watched.once()
    assert kept(watched) == []


def test_a_failed_file_that_a_person_took_out_does_not_come_back(watched: Watched) -> None:
    watched.put("claims.837", b"no claims\n")
    watched.once()
    for path in watched.of("failed").iterdir():
        path.unlink()
    watched.clock.forward(60 * 60)
    assert watched.once() == 0
    assert watched.names()["failed"] == []
    assert kept(watched) == []


def test_the_last_copy_is_not_removed(watched: Watched) -> None:
    """An archive that is gone when the time has come: the taken file is the original then."""
    watched.put("claims.837", claims(1))
    watched.once()
    (watched.of("archive") / DAY / "claims.837").unlink()
    watched.clock.forward(60 * 60)
    assert watched.once() == 1
    assert watched.files("failed")["claims.837"] == claims(1)


def test_a_lost_copy_is_made_again_from_the_taken_file(watched: Watched) -> None:
    for number, name in ((1, "a"), (2, "b")):
        watched.put(f"{name}.837", claims(number))
        watched.put(f"{name}.csv", records(number))

    def lose(_: object) -> None:
        for copy in watched.of("archive").glob(".scrubber-copies/**/*"):
            if copy.is_file():
                copy.unlink()

    watched.worker.after = lose
    assert watched.once() == 0
    assert watched.files("archive")[f"{DAY}/a.837"] == claims(1)
    assert watched.files("archive")[f"{DAY}/b.csv"] == records(2)
    everything_adds_up(watched)


def test_a_lost_copy_of_what_fails_is_the_taken_file_itself(watched: Watched) -> None:
    watched.put("claims.837", claims(1))

    def lose(_: object) -> float:
        for copy in watched.of("archive").glob(".scrubber-copies/job-*"):
            copy.unlink()
        return 1 / 0

    watched.worker.before = lose
    assert watched.once() == 1
    assert watched.files("failed")["claims.837"] == claims(1)
    everything_adds_up(watched)


def test_an_original_that_is_nowhere_is_waited_for(watched: Watched) -> None:
    watched.put("claims.837", claims(1))

    def lose(_: object) -> None:
        for copy in (*watched.of("archive").glob(".scrubber-copies/job-*"), *kept(watched)):
            copy.unlink()

    watched.worker.after = lose
    assert watched.once() == 1
    assert [job.state for job in watched.jobs()] == ["published"]


# The inbox's mount


@contextmanager
def unmounted(watched: Watched) -> Iterator[None]:
    """The inbox is a bare folder meanwhile, as below a mount that is late."""
    inbox, aside = watched.of("inbox"), watched.folder / "mounted"
    inbox.rename(aside)
    inbox.mkdir()
    yield
    for path in sorted(inbox.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    inbox.rmdir()
    aside.rename(inbox)


def test_a_taken_file_whose_mount_is_late_waits_for_it(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.put("claims.837", claims(1))
    copy_new = disk.copy_new

    def full(*_: object) -> disk.Copied:
        raise OSError(errno.ENOSPC, "No space left on device", str(watched.of("archive")))

    monkeypatch.setattr(disk, "copy_new", full)
    with pytest.raises(OutputError, match="ENOSPC"):
        watched.once()
    monkeypatch.setattr(disk, "copy_new", copy_new)
    with unmounted(watched):
        daemon = Daemon(watched.settings, clock=watched.clock, serve=False, worker=watched.worker)
        tick(watched, daemon, 5)
        assert [job.state for job in watched.jobs()] == ["claimed"]
    tick(watched, daemon, 30)
    daemon.close()
    assert watched.names()["failed"] == []
    assert watched.files("archive") == {f"{DAY}/claims.837": claims(1)}
    everything_adds_up(watched)


def test_what_an_inbox_holds_that_comes_back_is_looked_at(watched: Watched) -> None:
    """Taken, but not written down as taken, when the machine stopped; then forgotten while the inbox was away."""
    watched.put("claims.837", claims(1))
    with watched.daemon() as daemon:
        tick(watched, daemon, 1)
        taken = watched.of("inbox") / ".scrubber-taken" / "job-0123456789abcdef"
        (watched.of("inbox") / "claims.837").rename(taken)
        with unmounted(watched):
            tick(watched, daemon, 3)
        tick(watched, daemon, 3)
    assert watched.files("failed")["job-0123456789abcdef.837"] == claims(1)
    everything_adds_up(watched)


def test_kept_files_of_an_inbox_that_was_away_are_let_go(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.once()
    watched.clock.forward(60 * 60)
    with watched.daemon() as daemon:
        with unmounted(watched):
            tick(watched, daemon, 3)
        assert len(kept(watched)) == 1
        tick(watched, daemon, 3)
    assert kept(watched) == []
    assert watched.names()["failed"] == []


def test_reconcile_sees_a_reason_without_its_file(watched: Watched) -> None:
    watched.put("claims.837", b"no claims\n")
    watched.once()
    (watched.of("failed") / "claims.837").unlink()
    [gap] = reconcile(watched.settings.watch).gaps
    assert "without it" in gap.what
    (watched.of("failed") / "claims.837.why.json").unlink()
    everything_adds_up(watched)


# What was waiting before this process began


def test_what_was_stuck_before_a_restart_is_said_at_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.put("claims.837", claims(1)[:-30])
    watched.once()
    watched.clock.forward(45 * 60)
    alarms: list[str] = []
    from scrubber.watch.oversight import Oversight

    monkeypatch.setattr(Oversight, "alarm", lambda _, kind, job=None: alarms.append(kind))  # noqa: ARG005
    with watched.daemon() as daemon:
        daemon._begin()
        tick(watched, daemon, 2)
        assert daemon._oversight.metrics.stuck._value.get() == 1
    assert alarms == ["stuck"]


def test_an_incomplete_file_fails_in_time_however_often_the_daemon_is_restarted(watched: Watched) -> None:
    watched.put("claims.837", claims(1)[:-30])
    for _ in range(5):
        with watched.daemon() as daemon:
            tick(watched, daemon, 15 * 60)
    assert watched.names()["failed"] == ["claims.837", "claims.837.ta1", "claims.837.why.json"]


# Companions, locks


def test_a_companion_that_cannot_be_opened_fails_and_holds_its_claims(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    open_regular = disk.open_regular

    def refuse(path: Path) -> int:
        if path.name in {job.id for job in watched.jobs() if job.kind == "records"}:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_regular(path)

    monkeypatch.setattr(take.disk, "open_regular", refuse)
    assert watched.once() == 1
    assert sorted((job.kind, job.outcome) for job in watched.jobs()) == [("claims", "held"), ("records", "failed")]
    assert watched.files("failed")["claims.csv"] == records(1)
    assert "Permission denied" in json.loads(watched.files("failed")["claims.csv.why.json"])["why"]
    assert watched.names()["outbox"] == []
    monkeypatch.setattr(take.disk, "open_regular", open_regular)
    everything_adds_up(watched)
    watched.put("claims.837", claims(1))
    assert watched.once() == 0


def test_a_lock_that_another_has_leaves_the_old_one_held(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.watch.locks.TRIES", 1)
    other = Watched(watched.folder, state="state/other.db")
    with watched.daemon() as daemon:
        (watched.of("inbox") / ".scrubber-taken" / "lock").unlink()
        with other.daemon(), pytest.raises(LockTakenError, match="another daemon takes files from this inbox"):
            daemon.run()
    with watched.daemon():
        pass


def test_a_lock_that_cannot_be_made_now_is_tried_again(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.put("claims.837", claims(1))
    lock_inbox = Locks._lock_inbox

    def full(_: Locks) -> int:
        raise OutputError("the lock cannot be opened (No space left on device)")

    with watched.daemon() as daemon:
        (watched.of("inbox") / ".scrubber-taken" / "lock").unlink()
        monkeypatch.setattr(Locks, "_lock_inbox", full)
        tick(watched, daemon, 15)
        assert daemon._inbox_lost
        monkeypatch.setattr(Locks, "_lock_inbox", lock_inbox)
        tick(watched, daemon, 15)
    assert watched.names()["outbox"] == ["claims.837"]


def test_a_lock_that_may_not_be_read_is_said(watched: Watched) -> None:
    with watched.daemon():
        lock = watched.settings.watch.state.with_name("watch.db.lock")
        lock.chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(OutputError, match="run it as the daemon's user"):
                is_running(watched.settings.watch.state)
        finally:
            os.seteuid(user)
