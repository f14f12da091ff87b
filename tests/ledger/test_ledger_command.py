"""`scrubber ledger` and `scrub --ledger` as a biller uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger.sent import file_of
from rules.specimen import Bill

from scrubber.cli.main import main

BILL = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claims.837").write_bytes(file_of(BILL))
    (tmp_path / "later.837").write_bytes(file_of(BILL, control="000000202"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def ledger(*words: str) -> Result:
    return run("ledger", words[0], "--ledger", "sent.ledger", *words[1:])


def test_what_went_out_is_known_when_it_comes_again(folder: Path) -> None:
    assert run("scrub", "claims.837", "-o", "out", "--quiet").exit_code == 0
    assert ledger("add", "out/claims.journal.jsonl", "--today", "2026-03-05").output == (
        "1 delivery entered with 1 claim and 1 line; 0 known already, 0 replaced\n"
    )
    assert "1 known already" in ledger("add", "out/claims.journal.jsonl").output
    assert run("scrub", "later.837", "-o", "again", "--ledger", "sent.ledger", "--quiet").exit_code == 1
    report = json.loads((folder / "again/later.report.json").read_bytes())
    assert [each["rule"] for each in report["claims"][0]["findings"] if each["severity"] == "reject"] == ["C405"]
    shown = json.loads(ledger("show", "--format", "json").output)
    assert report["ledger"] == {"state": shown["state"], "deliveries": 1, "ignored": 0}
    assert shown["deliveries"][0]["sent_on"] == "2026-03-05"
    assert "QUIMBLE" not in ledger("show").output
    # The same file, and what was made of it, are no history of themselves.
    for name in ("claims.837", "out/claims.corrected.837"):
        assert run("scrub", name, "-o", f"twice-{Path(name).stem}", "--ledger", "sent.ledger", "--quiet").exit_code == 0


def test_a_rejected_claim_is_taken_out_and_sent_again(folder: Path) -> None:
    assert ledger("add", "claims.837").exit_code == 0
    assert ledger("purge", "--claim", "PCN1").output == "1 claim taken out\n"
    assert run("scrub", "later.837", "-o", "out", "--ledger", "sent.ledger", "--quiet").exit_code == 0


def test_purge_takes_one_way(folder: Path) -> None:
    ledger("add", "claims.837")
    assert ledger("purge", "--before", "2026-03-02").output == "0 claims taken out\n"
    assert ledger("purge", "--file", "claims.837").output == "1 delivery taken out\n"
    for words in ((), ("--claim", "PCN1", "--before", "2026-03-02")):
        refused = ledger("purge", *words)
        assert refused.exit_code == 2
        assert "give one of --before, --claim and --file" in refused.output


def test_without_a_file_an_empty_ledger_is_made(folder: Path) -> None:
    assert ledger("add").exit_code == 0
    assert run("scrub", "claims.837", "-o", "out", "--ledger", "sent.ledger", "--quiet").exit_code == 0


def test_a_ledger_that_is_not_there_stops_the_job_before_it_writes(folder: Path) -> None:
    refused = run("scrub", "claims.837", "-o", "out", "--ledger", "sent.ledger")
    assert refused.exit_code == 2
    assert "there is no ledger" in refused.output
    assert not (folder / "out").exists()


def test_files_that_are_none(folder: Path) -> None:
    (folder / "notes.txt").write_text("nothing")
    assert "notes.txt: holds no 837P transaction" in ledger("add", "notes.txt").output
    assert "gone.837: cannot be read" in ledger("add", "gone.837").output
    run("scrub", "claims.837", "-o", "out", "--quiet")
    (folder / "out/claims.corrected.837").write_bytes(b"another")
    told = ledger("add", "out/claims.journal.jsonl")
    assert told.exit_code == 2
    assert "claims.corrected.837: is not the file that claims.journal.jsonl speaks of" in told.output
    assert json.loads(ledger("show", "--format", "json").output)["deliveries"] == []  # made, with nothing in it


def test_a_journal_without_a_corrected_file_enters_nothing(folder: Path) -> None:
    (folder / "zero.837").write_bytes(file_of(Bill(lines=("SV1*HC:97110:GP*80*UN*0***1",))))
    assert run("scrub", "zero.837", "-o", "out", "--quiet").exit_code == 1
    assert ledger("add", "out/zero.journal.jsonl").output.startswith("0 deliveries entered")


def test_output_is_not_written_over_the_ledger(folder: Path) -> None:
    (folder / "out").mkdir()
    ledger("add")
    (folder / "sent.ledger").rename(folder / "out/claims.held.837")
    refused = run("scrub", "claims.837", "-o", "out", "--ledger", "out/claims.held.837", "--force")
    assert refused.exit_code == 2
    assert "would replace it" in refused.output
