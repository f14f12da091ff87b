"""With a ledger, the daemon enters what goes out by itself, and checks what comes against it."""

import sqlite3
from pathlib import Path

import pytest
from watch.kills import Killed, Kills
from watch.watched import Watched

from scrubber.errors import OutputError

CLEAN = (Path(__file__).parents[2] / "fixtures" / "golden" / "clean-file" / "in.837").read_bytes()
AGAIN = CLEAN.replace(b"000000101", b"000000102")
"""The same claims in an interchange of another number."""


def entered(watched: Watched) -> int:
    """How many claims the ledger holds."""
    connection = sqlite3.connect(watched.of("state") / "ledger.db")
    try:
        return connection.execute("SELECT count(*) FROM claim").fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path, ledger="state/ledger.db")


def test_claims_that_went_out_are_held_when_they_come_in_another_file(watched):
    watched.put("one.837", CLEAN)
    watched.once()
    watched.put("two.837", AGAIN)
    watched.once()
    assert [job.outcome for job in watched.jobs()] == ["sent", "held"]
    assert b"C405" in watched.files("reports")["two.report.csv"]
    assert entered(watched) == 2


def test_without_a_ledger_nothing_is_remembered_of_claims(tmp_path):
    watched = Watched(tmp_path)
    watched.put("one.837", CLEAN)
    watched.once()
    watched.put("two.837", AGAIN)
    watched.once()
    assert [job.outcome for job in watched.jobs()] == ["sent", "sent"]
    assert not watched.of("state").joinpath("ledger.db").exists()


def test_what_is_held_is_not_entered(watched):
    """A claim that did not go out may come again, put right."""
    broken = CLEAN.replace(b"*UN*1*", b"*UN*99*", 1)
    watched.put("one.837", broken)
    watched.once()
    (job,) = watched.jobs()
    assert (job.claims_sent, job.claims_held) == (1, 1)
    assert entered(watched) == 1


def test_a_kill_at_any_call_enters_each_delivery_once(tmp_path, monkeypatch):
    """Entering and publishing are two steps: killed between them, the next start finds the delivery entered."""
    clean = Watched(tmp_path / "clean", ledger="state/ledger.db")
    clean.put("one.837", CLEAN)
    with monkeypatch.context() as patched:
        kills = Kills(patched)
        clean.once()
    tried = 0
    for at in range(len(kills.calls)):
        watched = Watched(tmp_path / str(at), ledger="state/ledger.db")
        watched.put("one.837", CLEAN)
        with monkeypatch.context() as patched:
            Kills(patched, at)
            with pytest.raises(Killed):
                watched.once()
        tried += 1
        watched.worker.close()
        watched.once()
        assert entered(watched) == 2, f"killed before call {at}, {kills.calls[at]}"
        assert list(watched.names()["outbox"]) == ["one.837"]
    assert tried == len(kills.calls)


def test_a_ledger_that_cannot_be_written_stops_the_intake_and_nothing_goes_out(watched):
    ledger = watched.of("state") / "ledger.db"
    ledger.parent.mkdir()
    ledger.write_bytes(b"no ledger at all")
    watched.put("one.837", CLEAN)
    with pytest.raises(OutputError):
        watched.once()
    assert watched.names()["outbox"] == []
    ledger.unlink()
    assert watched.once() == 0
    assert watched.names()["outbox"] == ["one.837"]
    assert entered(watched) == 2
