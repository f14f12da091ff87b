"""What a run leaves whole when its own output goes wrong: inputs, the output folder, and the exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main

CLEAN = Path(__file__).parents[2] / "fixtures" / "demo" / "claims.837"
RECORDS = CLEAN.with_name("records.csv")
FULL = Path("/dev/full")


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["scrub", "--today", "2026-11-22", *map(str, arguments)])
    return result.exit_code, result.stderr


def test_force_never_replaces_another_input(tmp_path: Path) -> None:
    one, other = tmp_path / "a.837", tmp_path / "a.corrected.837"
    for file in (one, other):
        file.write_bytes(CLEAN.read_bytes())
    code, said = run(one, other, "-o", tmp_path, "--force")
    assert code == 2
    assert "a.corrected.837 is read" in said
    assert sorted(tmp_path.iterdir()) == [one, other]
    assert other.read_bytes() == CLEAN.read_bytes()


def test_force_never_replaces_the_records(tmp_path: Path) -> None:
    source, records = tmp_path / "a.837", tmp_path / "a.report.csv"
    source.write_bytes(CLEAN.read_bytes())
    records.write_bytes(RECORDS.read_bytes())
    assert run(source, "-r", records, "-o", tmp_path, "--force")[0] == 2
    assert records.read_bytes() == RECORDS.read_bytes()


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_nothing_is_written_when_standard_output_is_full(tmp_path: Path) -> None:
    done = _full("-", "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert b"standard output cannot be written" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_summary_that_cannot_be_shown_is_no_failure_of_the_job(tmp_path: Path) -> None:
    done = _full(str(CLEAN), "-o", str(tmp_path / "out"), "-r", str(RECORDS))
    assert done.returncode == 1  # the demo holds claims
    assert (tmp_path / "out" / "claims.corrected.837").exists()
    assert b"could not be shown" in done.stderr


def _full(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scrubber.cli.main", "scrub", "--today", "2026-11-22", *arguments]
    with FULL.open("wb") as full:
        return subprocess.run(command, input=CLEAN.read_bytes(), stdout=full, stderr=subprocess.PIPE, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_is_not_utf8_is_refused_in_words(tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/b\xff.837"
    Path(os.fsdecode(file)).write_bytes(CLEAN.read_bytes())
    code, said = run(Path(os.fsdecode(file)), "-o", tmp_path / "out")
    assert code == 2
    assert "not UTF-8" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"after":"80', b'"after":7,"x":"'),
        (b'"outputs":{', b'"outputs":[],"x":{'),
        (b'"corrected":{', b'"other":{'),
        (b'"target":"held"', b'"target":"other"'),
    ],
)
def test_a_damaged_journal_is_told_in_words(tmp_path: Path, old: bytes, new: bytes) -> None:
    assert run(CLEAN, "-r", RECORDS, "-o", tmp_path)[0] == 1
    journal = tmp_path / "claims.journal.jsonl"
    assert old in journal.read_bytes()
    journal.write_bytes(journal.read_bytes().replace(old, new))
    result = CliRunner().invoke(main, ["audit", str(journal)])
    assert result.exit_code == 2
    assert "the journal is damaged" in result.stderr
