"""One input after the other through all its states, with real folders, a real state and a clock that is told."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from watch.real.site import claims, records
from watch.watched import Watched

from scrubber.errors import OutputError
from scrubber.watch.messages import Died, DiskTrouble, Refused
from scrubber.watch.rerun import ask

DAY = "2026-11-22"
REPORTS = ["claims.journal.jsonl", "claims.report.csv", "claims.report.html", "claims.report.json"]
NOTHING = {"inbox": [], "outbox": [], "held": [], "reports": [], "archive": [], "failed": []}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def outcomes(watched: Watched) -> list[tuple[str, str | None]]:
    return [(job.state, job.outcome) for job in watched.jobs()]


def no_private_files(watched: Watched) -> bool:
    """Nothing private but the lock, and taken files that are kept: their job is done."""
    private = {name for folder in NOTHING for name in watched.files(folder) if name.startswith(".")}
    return private == {".scrubber-taken/lock", *(f".scrubber-taken/{job.id}" for job in watched.jobs() if job.kept)}


def test_a_file_goes_its_way(watched: Watched) -> None:
    data = claims(1, count=2, held=True)
    watched.put("claims.837", data)
    assert watched.once() == 1
    assert watched.names() == NOTHING | {
        "outbox": ["claims.837"],
        "held": ["claims.held.837"],
        "reports": REPORTS,
        "archive": [f"{DAY}/claims.837"],
    }
    assert watched.files("archive")[f"{DAY}/claims.837"] == data
    assert no_private_files(watched)
    [job] = watched.jobs()
    assert (job.state, job.outcome, job.claims, job.claims_sent, job.claims_held) == ("archived", "part", 3, 2, 1)
    ours = [path for name in NOTHING for path in watched.of(name).rglob("*") if path.is_file() and path.name != job.id]
    modes = {path.stat().st_mode & 0o777 for path in ours}
    assert modes == {0o600}


@pytest.mark.parametrize(
    ("data", "code", "outcome"), [(claims(1), 0, "sent"), (claims(1, count=0, held=True), 1, "held")]
)
def test_the_exit_code_of_once_says_whether_everything_went_out(
    watched: Watched, data: bytes, code: int, outcome: str
) -> None:
    watched.put("claims.837", data)
    assert watched.once() == code
    assert outcomes(watched) == [("archived", outcome)]
    assert bool(watched.names()["outbox"]) == (outcome == "sent")
    assert watched.once() == 0


def test_the_same_bytes_are_a_duplicate_whatever_their_name(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.once()
    watched.put("other.837", claims(1))
    assert watched.once() == 0
    assert watched.names()["outbox"] == ["claims.837"]
    assert watched.names()["archive"] == [f"{DAY}/claims.837", f"{DAY}/other.837"]
    first, second = watched.jobs()
    assert (second.outcome, second.duplicate_of) == ("duplicate", first.id)
    assert len(watched.worker.requests) == 1
    assert no_private_files(watched)


def test_a_taken_name_gets_the_hash_of_the_input(watched: Watched) -> None:
    watched.put("claims.837", claims(1, held=True))
    watched.once()
    watched.put("claims.837", claims(2, held=True))
    watched.once()
    tag = (watched.jobs()[1].sha256 or "")[:8]
    assert f"claims-{tag}.837" in watched.names()["outbox"]
    assert f"claims-{tag}.held.837" in watched.names()["held"]
    assert f"claims-{tag}.report.json" in watched.names()["reports"]
    assert f"{DAY}/claims-{tag}.837" in watched.names()["archive"]


def test_a_name_that_is_taken_while_the_file_is_scrubbed_is_not_overwritten(watched: Watched) -> None:
    watched.worker.before = lambda _: (watched.of("outbox") / "claims.837").write_text("somebody else's")
    watched.put("claims.837", claims(1))
    assert watched.once() == 0
    tag = (watched.jobs()[0].sha256 or "")[:8]
    assert watched.files("outbox")["claims.837"] == b"somebody else's"
    assert f"claims-{tag}.837" in watched.names()["outbox"]


def test_records_beside_the_claims_are_used_and_archived(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    assert watched.once() == 0
    assert outcomes(watched) == [("archived", "sent"), ("archived", "used")]
    assert watched.names()["archive"] == [f"{DAY}/claims.837", f"{DAY}/claims.csv"]
    assert b"*UN*1*" in watched.files("outbox")["claims.837"]
    assert no_private_files(watched)


def test_records_that_cannot_be_read_fail_and_hold_their_claims(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", b"note_id,nonsense\n1,2\n")
    assert watched.once() == 1
    assert outcomes(watched) == [("archived", "held"), ("failed", "failed")]
    assert watched.names()["failed"] == ["claims.csv", "claims.csv.why.json"]
    assert watched.names()["outbox"] == []
    assert no_private_files(watched)


def test_listed_records_that_cannot_be_read_fail_too(tmp_path: Path) -> None:
    watched = Watched(tmp_path, '[records]\npaths = ["lists/*.csv"]')
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "all.csv").write_text("note_id,nonsense\n1,2\n")
    watched.put("claims.837", claims(1))
    assert watched.once() == 1
    assert watched.names()["failed"] == ["all.csv", "all.csv.why.json"]
    assert not list((tmp_path / "lists").iterdir())
    assert {job.outcome for job in watched.jobs()} == {"held", "failed"}


def test_what_cannot_be_scrubbed_fails_with_the_reason(watched: Watched) -> None:
    watched.put("claims.837", b"this is no claims file\n")
    assert watched.once() == 1
    assert watched.names() == NOTHING | {"failed": ["claims.837", "claims.837.why.json"]}
    why = json.loads(watched.files("failed")["claims.837.why.json"])
    [job] = watched.jobs()
    assert list(why) == ["job", "name", "sha256", "bytes", "why", "what_to_do", "at", "state"]
    assert (why["job"], why["name"], why["sha256"], why["bytes"]) == (job.id, "claims.837", job.sha256, 23)
    assert "ISA" in why["why"]
    assert (job.state, job.outcome) == ("failed", "failed")
    assert no_private_files(watched)


def test_a_failed_file_is_no_duplicate_when_it_comes_again(watched: Watched) -> None:
    for count in (1, 2):
        watched.put("claims.837", b"this is no claims file\n")
        watched.once()
        assert [job.outcome for job in watched.jobs()] == ["failed"] * count
    assert len(watched.names()["failed"]) == 4


def test_the_records_of_failed_claims_fail_with_them(watched: Watched) -> None:
    watched.worker.answers = [Refused("not today")]
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    assert watched.once() == 1
    assert watched.names()["failed"] == ["claims.837", "claims.837.why.json", "claims.csv", "claims.csv.why.json"]
    assert watched.files("failed")["claims.csv"] == records(1)
    assert no_private_files(watched)


def test_an_incomplete_file_waits_and_then_fails_with_a_ta1(watched: Watched) -> None:
    data = claims(1)[:-30]
    watched.put("claims.837", data)
    with watched.daemon() as daemon:
        for _ in range(60 * 60 - 20):
            daemon._tick()
            watched.clock.forward(1)
        assert watched.names()["inbox"] == ["claims.837"]
        [job] = watched.jobs()
        assert job.state == "seen"
        assert "IEA" in (job.reason or "")
        for _ in range(40):
            daemon._tick()
            watched.clock.forward(1)
    assert watched.names()["failed"] == ["claims.837", "claims.837.ta1", "claims.837.why.json"]
    assert watched.files("failed")["claims.837"] == data
    assert b"TA1*" in watched.files("failed")["claims.837.ta1"]


def test_once_fails_an_incomplete_file_over_several_runs(watched: Watched) -> None:
    watched.put("claims.837", claims(1)[:-30])
    assert watched.once() == 1
    assert watched.names()["inbox"] == ["claims.837"]
    watched.clock.forward(60 * 60)
    assert watched.once() == 1
    assert watched.names()["failed"] == ["claims.837", "claims.837.ta1", "claims.837.why.json"]


def test_failed_may_be_on_another_file_system(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrubber.watch import disk

    rename = disk._rename_exclusive
    failed = os.fsencode(watched.of("failed"))

    def across(source: bytes, target: bytes) -> int:
        crosses = target.startswith(failed) and not source.startswith(failed)
        return errno.EXDEV if crosses else rename(source, target)

    monkeypatch.setattr(disk, "_rename_exclusive", across)
    watched.worker.answers = [Refused("not today")]
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    assert watched.once() == 1
    assert watched.names()["failed"] == ["claims.837", "claims.837.why.json", "claims.csv", "claims.csv.why.json"]
    assert watched.files("failed")["claims.837"] == claims(1)
    assert no_private_files(watched)


def test_a_file_above_max_bytes_fails_without_being_copied(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "max-bytes = 1000")
    path = watched.put("claims.837", b"")
    os.truncate(path, 1 << 40)  # a hole of a terabyte
    assert watched.once() == 1
    assert watched.jobs()[0].sha256 is None
    assert (watched.of("failed") / "claims.837").stat().st_size == 1 << 40


def test_records_without_claims_fail_in_the_end(watched: Watched) -> None:
    watched.put("claims.csv", records(1))
    assert watched.once() == 1
    watched.clock.forward(60 * 60)
    watched.once()
    assert watched.names()["failed"] == ["claims.csv", "claims.csv.why.json"]


def test_a_file_that_leaves_the_inbox_by_itself_is_forgotten(watched: Watched) -> None:
    path = watched.put("claims.837", claims(1)[:-30])
    watched.once()
    path.unlink()
    assert watched.once() == 0
    assert watched.jobs() == []


def test_bytes_that_come_after_the_taking_go_to_failed(watched: Watched) -> None:
    data = claims(1)
    watched.put("claims.837", data)

    def append(_: object) -> None:
        [taken] = watched.of("inbox").glob(".scrubber-taken/job-*")
        with taken.open("ab") as file:
            file.write(b"more")

    watched.worker.before = append
    assert watched.once() == 1
    assert watched.files("archive") == {f"{DAY}/claims.837": data}
    assert watched.files("failed")["claims.837"] == data + b"more"
    assert sorted(job.outcome or "" for job in watched.jobs()) == ["failed", "sent"]
    assert no_private_files(watched)


def test_a_file_that_changes_between_judging_and_taking_is_not_taken(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = watched.put("claims.837", claims(1))
    from scrubber.watch import daemon as daemon_room

    intend = daemon_room.intend

    def intend_late(*arguments: object, **how: object) -> object:
        path.write_bytes(claims(2))
        monkeypatch.undo()
        return intend(*arguments, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(daemon_room, "intend", intend_late)
    assert watched.once() == 1
    assert watched.names()["inbox"] == ["claims.837"]
    assert watched.once() == 0
    assert watched.files("archive") == {f"{DAY}/claims.837": claims(2)}
    assert outcomes(watched) == [("archived", "sent")]


def test_a_file_that_is_replaced_while_it_is_copied_goes_back(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put("claims.837", claims(1))
    from scrubber.watch import disk

    copy_new = disk.copy_new

    def copy_late(source: Path, target: Path, _: object) -> disk.Copied:
        copied = copy_new(source, target)
        with source.open("ab") as file:
            file.write(claims(2))
        monkeypatch.undo()
        return copied

    monkeypatch.setattr(disk, "copy_new", copy_late)
    assert watched.once() == 1
    assert watched.names()["inbox"] == ["claims.837"]
    assert watched.once() == 0
    assert watched.files("archive") == {f"{DAY}/claims.837": claims(1) + claims(2)}
    assert no_private_files(watched)


@pytest.mark.parametrize("by_name", [True, False])
def test_a_rerun_sends_again_and_records_who_asked(watched: Watched, by_name: bool) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", records(1))
    watched.once()
    sent = watched.files("outbox")["claims.837"]
    (watched.of("outbox") / "claims.837").unlink()
    [first, _] = watched.jobs()
    ask(watched.settings.watch, "claims.837" if by_name else first.id, by="J. Miller", reason="lost", at="now")
    assert watched.once() == 0
    assert watched.files("outbox") == {"claims.837": sent}
    again = next(job for job in watched.jobs() if job.rerun_of)
    assert (again.rerun_of, again.rerun_by, again.rerun_reason) == (first.id, "J. Miller", "lost")
    assert (again.outcome, again.archive_name) == ("sent", first.archive_name)
    assert watched.names()["archive"] == [f"{DAY}/claims.837", f"{DAY}/claims.csv"]
    assert no_private_files(watched)
    audit = [json.loads(line) for line in watched.settings.watch.audit_file.read_text().splitlines()]
    [asked] = [line for line in audit if line["decision"] == "rerun-asked"]
    assert (asked["by"], asked["of"], asked["job"]) == ("J. Miller", first.id, again.id)
    assert watched.once() == 0
    assert len(watched.worker.requests) == 2


def test_a_rerun_of_an_altered_original_fails_and_leaves_it(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.once()
    archived = watched.of("archive") / DAY / "claims.837"
    archived.write_bytes(claims(2))
    ask(watched.settings.watch, "claims.837", by="me", reason=None, at="now")
    assert watched.once() == 1
    assert archived.read_bytes() == claims(2)
    assert watched.files("failed")["claims.837"] == claims(2)
    assert len(watched.worker.requests) == 1


@pytest.mark.parametrize("wanted", ["job-0000000000000000", "nothing.837"])
def test_a_rerun_of_what_is_not_known_is_refused(watched: Watched, wanted: str) -> None:
    watched.once()
    with pytest.raises(Exception, match=f"{wanted}: no finished job"):
        ask(watched.settings.watch, wanted, by="me", reason=None, at="now")


def test_the_same_number_with_other_bytes_is_held(watched: Watched) -> None:
    watched.put("a.837", claims(1))
    watched.once()
    watched.put("b.837", claims(1, count=2))
    assert watched.once() == 1
    assert [job.outcome for job in watched.jobs()] == ["sent", "held"]
    assert watched.jobs()[1].rules["E509"] >= 1


@pytest.mark.parametrize("answer", [Died("signal 9"), Refused("unreadable")])
def test_a_worker_that_dies_fails_the_file_only(watched: Watched, answer: Died | Refused) -> None:
    watched.worker.answers = [answer]
    watched.put("a.837", claims(1))
    watched.put("b.837", claims(2))
    assert watched.once() == 1
    assert sorted(job.outcome or "" for job in watched.jobs()) == ["failed", "sent"]


@pytest.fixture
def scrubbed(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A job that was killed just before it was committed."""
    watched.put("claims.837", claims(1))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("scrubber.watch.advance.commit", die)
        with pytest.raises(KeyboardInterrupt):
            watched.once()
    assert [job.state for job in watched.jobs()] == ["scrubbed"]
    return watched


def put_into_state(watched: Watched, table: str, row: tuple[str, str, str]) -> None:
    with watched.daemon() as daemon, daemon.state.transaction() as connection:
        connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", row)  # noqa: S608


def test_bytes_that_another_job_committed_meanwhile_do_not_go_out_again(scrubbed: Watched) -> None:
    [job] = scrubbed.jobs()
    put_into_state(scrubbed, "committed", (job.sha256 or "", "job-0123456789abcdef", "now"))
    assert scrubbed.once() == 0
    assert scrubbed.names() == NOTHING | {"archive": [f"{DAY}/claims.837"]}
    assert outcomes(scrubbed) == [("archived", "duplicate")]
    assert no_private_files(scrubbed)


def test_an_interchange_that_another_job_sent_meanwhile_is_held(scrubbed: Watched) -> None:
    [job] = scrubbed.jobs()
    [(key, _)] = job.interchanges
    put_into_state(scrubbed, "interchanges", (key, "ab" * 32, "job-0123456789abcdef"))
    assert scrubbed.once() == 1
    assert outcomes(scrubbed) == [("archived", "held")]
    assert scrubbed.names()["outbox"] == []


def test_outputs_that_were_cleared_away_before_the_commit_are_written_again(scrubbed: Watched) -> None:
    for path in scrubbed.of("outbox").iterdir():
        path.unlink()
    assert scrubbed.once() == 0
    assert scrubbed.names()["outbox"] == ["claims.837"]


def test_a_full_disk_stops_the_intake_and_loses_nothing(watched: Watched) -> None:
    watched.worker.answers = [DiskTrouble(28, "outbox")]
    for number in (1, 2):
        watched.put(f"{number}.837", claims(number))
    with pytest.raises(OutputError, match="ENOSPC in outbox"):
        watched.once()
    assert sorted(job.state for job in watched.jobs()) == ["claimed", "seen"]
    assert watched.once() == 0
    assert watched.names()["outbox"] == ["1.837", "2.837"]
    assert [job.attempts for job in watched.jobs()] == [1, 1]


def test_the_daemon_tries_again_after_growing_waits(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.worker.answers = [DiskTrouble(28, "held")] * 4
    with watched.daemon() as daemon:
        for _ in range(60):
            daemon._tick()
            stopped = daemon._intake.stopped
            assert daemon.state.fact("intake_stopped") == stopped
            watched.clock.forward(1)
        assert len(watched.worker.requests) == 5
        assert stopped is None
    assert watched.names()["outbox"] == ["claims.837"]


def test_a_passing_error_lets_one_file_wait_and_not_the_others(watched: Watched) -> None:
    watched.put("a.837", claims(1))
    watched.put("b.837", claims(2))
    watched.worker.answers = [DiskTrouble(16, "outbox")] * 4  # EBUSY, for all tries of the first
    with watched.daemon() as daemon:
        for _ in range(15):
            daemon._tick()
            watched.clock.forward(1)
        assert daemon._intake.stopped is None
    assert watched.names()["outbox"] == ["a.837", "b.837"]
    assert watched.worker.requests[4].job != watched.worker.requests[0].job


def test_a_file_that_brings_the_daemon_down_again_and_again_fails(watched: Watched) -> None:
    class Killed(BaseException):
        pass

    def die(_: object) -> None:
        raise Killed

    watched.put("claims.837", claims(1))
    watched.worker.before = die
    for _ in range(5):
        with pytest.raises(Killed):
            watched.once()
    assert watched.once() == 1
    assert watched.names()["failed"] == ["claims.837", "claims.837.why.json"]


def test_a_defect_fails_the_file_and_not_the_daemon(watched: Watched) -> None:
    def divide(_: object) -> float:
        return 1 / 0

    watched.put("claims.837", claims(1))
    watched.worker.before = divide
    assert watched.once() == 1
    assert watched.names()["failed"] == ["claims.837", "claims.837.why.json"]


def test_the_inbox_may_go_and_come_again(watched: Watched) -> None:
    with watched.daemon() as daemon:
        daemon._tick()
        shutil.rmtree(watched.of("inbox"))
        watched.clock.forward(1)
        daemon._tick()
        assert daemon._inbox_lost
        assert not watched.of("inbox").exists()
        watched.of("inbox").mkdir()
        watched.put("claims.837", claims(1))
        for _ in range(15):
            daemon._tick()
            watched.clock.forward(1)
        assert not daemon._inbox_lost
    assert watched.names()["outbox"] == ["claims.837"]


def test_a_done_file_goes_with_its_claims(tmp_path: Path) -> None:
    watched = Watched(tmp_path, done_companion=True)
    watched.put("claims.837", claims(1))
    assert watched.once() == 1
    watched.put("claims.837.done", b"")
    assert watched.once() == 0
    assert watched.names()["inbox"] == []


def test_what_a_lost_state_knew_fails_in_sight(watched: Watched) -> None:
    taken = watched.of("inbox") / ".scrubber-taken"
    taken.mkdir()
    (taken / "job-0123456789abcdef").write_bytes(claims(1))
    assert watched.once() == 1
    assert watched.files("failed")["job-0123456789abcdef.837"] == claims(1)
    assert watched.names()["outbox"] == []


@pytest.mark.parametrize(
    "name", [b"\xff\xfe.837", b"new\nline.837", b"-rf.837", b"x" * 251 + b".837", b"no-suffix", "café.837".encode()]
)
def test_odd_names(watched: Watched, name: bytes) -> None:
    watched.put(name, claims(1, held=True))
    assert watched.once() == 1
    assert [os.fsencode(path.name) for path in watched.of("outbox").iterdir()] == [name]
    assert len(watched.names()["held"]) == 1
    assert len(watched.names()["reports"]) == 4
    assert [os.fsencode(path.name) for path in (watched.of("archive") / DAY).iterdir()] == [name]
    [job] = watched.jobs()
    assert job.name == name


def test_one_daemon_only(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.watch.locks.TRIES", 1)
    with watched.daemon(), pytest.raises(OutputError, match="another daemon works with this state"):
        watched.once()
    assert watched.once() == 0


def test_two_states_on_one_inbox(watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.watch.locks.TRIES", 1)
    other = Watched(tmp_path, state="state/other.db")
    with watched.daemon(), pytest.raises(OutputError, match="another daemon takes files from this inbox"):
        other.once()


def test_a_clock_that_is_set_changes_nothing(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    with watched.daemon() as daemon:
        for count in range(11):
            watched.clock.set_wall(watched.clock.wall.replace(year=2020 + count % 3 * 5))
            assert watched.names()["outbox"] == []
            daemon._tick()
            watched.clock.forward(1)
    assert watched.names()["outbox"] == ["claims.837"]


def test_stop_ends_after_the_file_in_hand(watched: Watched) -> None:
    for number in (1, 2):
        watched.put(f"{number}.837", claims(number))
    with watched.daemon() as daemon:
        watched.worker.before = lambda _: daemon.stop()
        daemon.run()
        assert daemon.state.fact("stopped_at")
    assert watched.names()["outbox"] == ["1.837"]
    assert watched.names()["inbox"] == ["2.837"]
