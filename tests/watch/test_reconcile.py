"""The proof of the sum, on folders that a real daemon has filled: every wrong is found, and nothing else."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from watch.real.site import Site, claims, records

from scrubber.settings.settings import Watch
from scrubber.watch.reconcile import reconcile


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One file of each kind of end, and one that waits."""
    site = Site(tmp_path_factory.mktemp("finished") / "site")
    site.put("sent.837", claims(1, count=3))
    site.put("part.837", claims(2, held=True))
    site.put("again.837", claims(1, count=3))
    site.put("junk.837", b"no interchange at all")
    site.put("with.837", claims(3))
    site.put("with.csv", records(3))
    site.put("half.837", claims(4)[:-20])
    assert site.once() == 1
    return site


class Copy:
    """The finished folders once more, to be tampered with."""

    def __init__(self, finished, folder):
        shutil.copytree(finished.folder, folder)
        self.site = Site(folder)
        names = ("inbox", "outbox", "held", "reports", "archive", "failed")
        self.watch = Watch(state=self.site.state, **{name: folder / name for name in names})

    def change(self, statement, *values):
        with closing(sqlite3.connect(self.site.state)) as connection, connection:
            connection.execute(statement, values)

    def only(self, folder, pattern):
        (path,) = self.site.of(folder).glob(pattern)
        return path

    def gaps(self, **how):
        return [str(gap) for gap in reconcile(self.watch, **how).gaps]

    def gap(self, **how):
        (gap,) = self.gaps(**how)
        return gap


@pytest.fixture
def copy(finished, tmp_path):
    return Copy(finished, tmp_path / "site")


def test_it_adds_up(copy):
    found = reconcile(copy.watch)
    assert found.gaps == ()
    sums = found.claims_files
    assert sums.total == 6
    assert sums.ended == {"sent": 2, "part": 1, "held": 0, "duplicate": 1, "failed": 1}
    assert (sums.in_hand, sums.waiting) == (0, 1)
    assert sums.total == sum(sums.ended.values()) + sums.in_hand + sums.waiting
    assert found.records_files.ended["used"] == 1
    assert found.claims == {"in": 6, "sent": 5, "held": 1}
    assert found.originals == {"archived": 5, "failed": 1, "taken out of failed": 0, "not looked for": 0}
    assert found.outputs["not published yet"] == 0
    assert reconcile(copy.watch, quick=True).gaps == ()


def test_the_command(copy):
    done = copy.site.run("reconcile")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 claims files = 2 sent + 1 part + 0 held + 1 duplicate + 1 failed + 0 in hand + 1 waiting" in done.stdout
    assert done.stdout.endswith("Everything adds up.\n")

    (copy.site.of("outbox") / "stranger.837").write_bytes(b"x")
    done = copy.site.run("reconcile", "--quick")
    assert done.returncode == 1
    assert "stranger.837: the state knows nothing of this file" in done.stdout
    told = json.loads(copy.site.run("reconcile", "--json").stdout)
    assert told["schema"] == "scrubber-watch-reconcile/1"
    assert len(told["gaps"]) == 1

    copy.site.state.unlink()
    done = copy.site.run("reconcile")
    assert done.returncode == 2
    assert "the state cannot be opened" in done.stderr


def test_what_was_fetched_or_taken_out_is_no_gap(copy):
    for path in copy.site.of("outbox").iterdir():
        path.unlink()
    copy.only("failed", "junk.837").unlink()
    copy.only("failed", "junk.837.why.json").unlink()
    found = reconcile(copy.watch)
    assert found.gaps == ()
    assert found.outputs["fetched"] == 3
    assert found.originals["taken out of failed"] == 1


@pytest.mark.parametrize("name", ["sent.837", "again.837", "with.csv"])
def test_a_lost_original_is_a_gap(copy, name):
    copy.only("archive", f"[!.]*/{name}").unlink()
    assert copy.gap(quick=True).endswith("the original is not in the archive")


def test_an_archive_that_was_cleared_up_to_a_day(copy):
    for path in copy.site.archived():
        path.unlink()
    assert len(copy.gaps()) == 5
    today = datetime.now(UTC).date()
    found = reconcile(copy.watch, since=today + timedelta(days=2))
    assert (found.gaps, found.originals["not looked for"]) == ((), 5)
    assert len(copy.gaps(since=today - timedelta(days=2))) == 5


def test_an_altered_original_is_a_gap(copy):
    path = copy.only("archive", "[!.]*/part.837")
    path.write_bytes(path.read_bytes().replace(b"97110", b"97112", 1))
    assert "the archived original is not what was taken: its bytes differ" in copy.gap()
    assert copy.gaps(quick=True) == []  # only the size is looked at, and the help says so
    path.write_bytes(path.read_bytes()[:-1])
    assert "its bytes differ" in copy.gap(quick=True)


@pytest.mark.parametrize(
    ("folder", "pattern"), [("outbox", "sent.837"), ("held", "part.held.837"), ("reports", "part.report.json")]
)
def test_an_altered_output_is_a_gap(copy, folder, pattern):
    path = copy.only(folder, pattern)
    path.write_bytes(path.read_bytes() + b"\n")
    assert copy.gap().endswith("is not what was published: its bytes differ")
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert copy.gap().endswith("its bytes differ")


def test_a_failed_file_is_whole_and_has_its_reason(copy):
    copy.only("failed", "junk.837.why.json").unlink()
    assert copy.gap().endswith("stands in failed without its reason")
    copy.only("failed", "junk.837").write_bytes(b"something else")
    assert "the original in failed is not what was taken" in copy.gap()


@pytest.mark.parametrize(
    "place",
    [
        "outbox/x.837",
        "held/x.held.837",
        "reports/x.report.json",
        "archive/2026-01-01/x.837",
        "failed/x.837",
        "failed/junk.837.bak",
        "outbox/.scrubber-job-0000000000000000-corrected.tmp",
        "inbox/.scrubber-taken/job-0000000000000000",
        "archive/.scrubber-copies/job-0000000000000000",
    ],
)
def test_a_file_that_the_state_does_not_know_is_a_gap(copy, place):
    path = copy.site.folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert copy.gap() == f"{path}: the state knows nothing of this file"


@pytest.mark.parametrize(
    ("statement", "gap"),
    [
        ("UPDATE jobs SET claims_held = 0 WHERE outcome = 'part'", "2 claims came in, 1 were sent and 0 held"),
        ("UPDATE jobs SET outcome = 'held' WHERE outcome = 'part'", "its outcome is held, with 1 claims sent"),
        ("UPDATE jobs SET outcome = NULL WHERE outcome = 'duplicate'", "is archived with the outcome None"),
        ("UPDATE jobs SET outcome = 'sent', claims = 0, claims_sent = 0, claims_held = 0 WHERE outcome = 'duplicate'",
         "2 inputs with the same bytes"),
        ("UPDATE jobs SET duplicate_of = 'job-0' WHERE outcome = 'duplicate'", "is a duplicate of nothing"),
        ("UPDATE interchanges SET key = 'same'", "went out"),
    ],
)  # fmt: skip
def test_a_state_that_does_not_add_up_is_a_gap(copy, statement, gap):
    copy.change(statement)
    found = copy.gaps()
    assert any(gap in each for each in found), found


def test_an_input_in_hand_whose_bytes_are_nowhere_is_a_gap(copy):
    copy.change("UPDATE jobs SET state = 'claimed', done_at = NULL WHERE name = CAST('junk.837' AS BLOB)")
    copy.only("failed", "junk.837").unlink()
    copy.only("failed", "junk.837.why.json").unlink()
    for taken in copy.site.of("inbox").glob(".scrubber-taken/job-*"):
        taken.unlink()
    assert "its bytes are nowhere" in copy.gap()


def test_a_job_that_the_state_forgot_is_told_by_the_audit_log_and_by_the_folders(copy):
    copy.change("DELETE FROM jobs WHERE name = CAST('sent.837' AS BLOB)")
    found = copy.gaps()
    assert any("the audit log speaks of it" in gap for gap in found)
    assert any("archive" in gap and "knows nothing of this file" in gap for gap in found)
    assert any("is a duplicate of nothing" in gap for gap in found)


def test_it_adds_up_while_the_daemon_works(tmp_path):
    site = Site(tmp_path / "site")
    for number in range(25):
        site.put(f"{number}.837", claims(100 + number, held=number % 3 == 0))
    try:
        daemon = site.start()
        looks = 0
        while site.done() < 25 or looks < 2:
            done = site.run("reconcile")
            if done.returncode == 2 and not looks:  # the daemon has only just begun, and made no state yet
                continue
            assert done.returncode == 0, done.stdout + done.stderr
            looks += 1
        assert daemon.terminate() == 0
        assert site.run("reconcile").returncode == 0
    finally:
        site.close()
