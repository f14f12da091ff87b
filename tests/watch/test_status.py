"""The status of a real folder: what waits and why, what needs a person, and the exit code that says so."""

import fcntl
import json
import os
from datetime import timedelta

import msgspec
import pytest
from watch.fake_clock import FakeClock
from watch.real.site import Site, claims, wait_until

from scrubber.cli.watch_status import WIDTH, screen
from scrubber.errors import OutputError
from scrubber.settings.settings import Watch
from scrubber.watch.clock import stamp
from scrubber.watch.job import Job, JobState
from scrubber.watch.state import State
from scrubber.watch.status import age_text, status_of


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "site")
    yield site
    site.close()


def status(site):
    done = site.run("status", "--json")
    return done.returncode, json.loads(done.stdout)


def test_a_folder_where_no_daemon_has_run(site):
    done = site.run("status")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "The daemon has not run here yet.")
    site.put("claims.837", claims(1))
    code, found = status(site)
    assert code == 1
    assert found["problems"] == ["the daemon is not running, and 1 input waits"]
    assert found["waiting"][0]["name"] == "claims.837"


def test_a_running_daemon_with_all_done_is_well(site):
    site.put("claims.837", claims(1, count=2))
    with site.running():
        site.wait_for(1)
        wait_until(lambda: status(site)[0] == 0, "a status without problems")
        _, found = status(site)
        assert found["running"]
        assert found["files"] == {"sent": 1}
        assert found["claims"] == {"sent": 2, "held": 0}
        assert found["schema"] == "scrubber-watch-status/1"
        site.put("half.837", claims(2)[:-9])
        wait_until(
            lambda: any("IEA" in each["reason"] for each in status(site)[1]["waiting"]), "the reason of half.837"
        )
        assert status(site)[0] == 0  # it has not waited for long
    code, found = status(site)
    assert (code, found["running"]) == (1, False)


def test_a_failed_file_needs_a_person_until_it_is_taken_out(site):
    site.put("junk.837", b"nothing of the kind")
    with site.running():
        site.wait_for(1)
        wait_until(lambda: status(site)[1]["failed_lately"], "the failed file in the status")
        code, found = status(site)
        assert code == 1
        assert found["problems"] == ["1 file failed in the last 24 hours"]
        (failed,) = found["failed_lately"]
        assert failed["name"] == "junk.837"
        assert "ISA" in failed["why"]
        assert failed["what_to_do"]
        (site.of("failed") / "junk.837").unlink()
        assert status(site)[0] == 0


# What takes long in life: rows and files of our own, and a clock that can be moved.


class Still:
    """A folder without a daemon; the lock can be held as a daemon would."""

    def __init__(self, folder):
        self.clock = FakeClock()
        names = ("inbox", "outbox", "held", "reports", "archive", "failed")
        for name in names:
            (folder / name).mkdir()
        self.watch = Watch(state=folder / "watch.db", **{name: folder / name for name in names})
        self.state = State(self.watch.state)
        self.lock = None

    def run(self):
        self.lock = self.watch.state.with_name("watch.db.lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.facts(started_at=self.now(), last_scan=self.now(), version="0.1.0")

    def now(self, **ago):
        return stamp(self.clock.now() - timedelta(**ago))

    def facts(self, **facts):
        with self.state.transaction() as connection:
            self.state.set_facts(connection, **facts)

    def put(self, name, seconds=0):
        path = self.watch.inbox / os.fsdecode(name)
        path.touch()
        then = self.clock.now().timestamp() - seconds
        os.utime(path, (then, then))

    def add(self, number, name=b"a.837", **more):
        job = Job(id=f"job-{number:016x}", kind="claims", name=name, state=JobState.SEEN, seen_at=self.now())
        with self.state.transaction() as connection:
            self.state.add(connection, msgspec.structs.replace(job, **more))

    def status(self):
        return status_of(self.watch, self.clock)


@pytest.fixture
def still(tmp_path):
    still = Still(tmp_path)
    yield still
    still.state.close()
    if still.lock:
        still.lock.close()


def test_what_waits_is_stuck_after_its_time(still):
    still.run()
    still.put(b"a.837")
    still.put(b"b.csv")
    still.add(1, b"a.837", reason="its last interchange has no IEA segment yet", seen_at=still.now(minutes=29))
    still.add(2, b"b.csv", kind="records", reason="no claims file of its name is there", seen_at=still.now(hours=2))
    found = still.status()
    assert [(each.name, each.stuck) for each in found.waiting] == [("b.csv", True), ("a.837", False)]
    assert found.waiting[0].kind == "records"
    assert found.problems == ("1 input stuck: not done after 30 minutes",)


def test_what_is_in_hand_for_too_long_is_stuck_and_counted_once(still):
    still.run()
    still.put(b"a.837")
    still.add(1, state=JobState.STABLE, stable_at=still.now(), seen_at=still.now(hours=1))
    found = still.status()
    assert (len(found.waiting), len(found.in_hand)) == (0, 1)
    assert found.problems == ("1 input stuck: not done after 30 minutes",)


def test_names_left_alone_are_told_and_get_old(still):
    still.run()
    for name in (b"x.part", b".y.837.swp", b"z.837~", b"gone.done", b"here.837.done", b"here.837"):
        still.put(name)
    found = still.status()
    assert [each.name for each in found.waiting] == ["here.837"]
    assert {each.name for each in found.ignored} == {"x.part", ".y.837.swp", "z.837~", "gone.done"}
    assert found.problems == ()
    still.put(b"x.part", seconds=3600)
    assert still.status().problems == ("1 name in the inbox left alone for 30 minutes",)


def test_a_stopped_intake_and_missing_scans_are_told(still):
    still.run()
    still.facts(intake_stopped="ENOSPC in outbox")
    assert still.status().problems == ("intake is stopped: ENOSPC in outbox",)
    still.facts(intake_stopped=None)
    still.clock.forward(80)
    assert still.status().problems == ("no scan was completed for 1 min: is the inbox there?",)


def test_reruns_that_wait_are_told(still):
    still.add(1, state=JobState.ARCHIVED, outcome="sent", done_at=still.now())
    still.state.ask_rerun(f"job-{1:016x}", "J. Miller", "the payer lost it", still.now())
    found = still.status()
    assert [(each.job, each.by) for each in found.reruns] == [(f"job-{1:016x}", "J. Miller")]
    assert found.problems == ("the daemon is not running, and 1 input waits",)


def test_an_old_failure_is_history(still):
    still.run()
    for number, hours in ((1, 23), (2, 25)):
        (still.watch.failed / f"{number}.837").write_bytes(b"x")
        still.add(number, state=JobState.FAILED, outcome="failed", failed_name=b"%d.837" % number,
                  why="no ISA", what_to_do="Send it again.", done_at=still.now(hours=hours))  # fmt: skip
    assert [each.name for each in still.status().failed_lately] == ["1.837"]


def test_the_screen_has_80_columns_whatever_the_names_are(still):
    names = [b"n" * 250 + b".837", b"\xff\xfe.837", b"new\nline.837", b"\x1b[31mred.837", "zähler.837".encode()]
    for number, name in enumerate(names):
        still.put(name)
        still.put(name[:200] + b".part")
        still.add(number, name, reason="no claims file of its name is there " * 5, seen_at=still.now(days=number))
        (still.watch.failed / f"f{number}").write_bytes(b"x")
        still.add(100 + number, state=JobState.FAILED, outcome="failed", failed_name=b"f%d" % number,
                  why="w" * 300, what_to_do="t\x1b[0m" * 50, done_at=still.now())  # fmt: skip
    still.state.ask_rerun(f"job-{1:016x}", "J. Miller\x1b[2J" * 10, None, still.now())
    for _ in range(60):
        still.put(b"more-%d.837" % _)
    lines = "\n".join(screen(still.status())).split("\n")
    assert max(map(len, lines)) <= WIDTH
    assert all(line.isprintable() for line in lines)
    assert "  and 25 more (--json lists all)" in lines
    assert any("\\x1b[31mred.837" in line for line in lines)


def test_the_inbox_may_be_gone(still):
    still.run()
    still.watch.inbox.rmdir()
    assert still.status().problems == ("the inbox is not there",)


def test_the_inbox_may_be_closed_to_who_asks(still, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(OutputError, match=r"inbox: cannot be read \(Permission denied\); run it as the daemon's user"):
        still.status()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_ages(seconds, text):
    assert age_text(seconds) == text
