"""A run that was interrupted goes on where it was; a run that was done does nothing; what changed is done again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.clinic_files import OWN, batch, entry, finished_lines, make_files, outputs, receipt, start
from click.testing import CliRunner

from scrubber.batch.journal import Journal
from scrubber.cli.main import main

DEADLINE = 120.0


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition by looking at it."""
    last = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < last, "it did not come true"
        time.sleep(0.002)


def workers_of(pid: int) -> list[int]:
    """The worker processes that a run has spawned."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [int(row[0]) for row in rows if len(row) == 3 and int(row[1]) == pid and "spawn_main" in row[2]]


def is_there(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in folder.iterdir() if p.name not in OWN}


@pytest.mark.parametrize("round_", [1, 2, 3])
def test_killed_in_the_middle_it_leaves_only_whole_files_and_goes_on(
    clinic: Path, scrubbed: dict[str, bytes], round_: int
) -> None:
    out = clinic / f"killed{round_}"
    process = start(clinic, out.name, "--jobs", "2")
    until(lambda: finished_lines(out) >= 3 * round_)
    workers = workers_of(process.pid)
    process.kill()
    process.communicate()
    assert workers
    until(lambda: not any(map(is_there, workers)))  # they end with their parent
    there = {name: content for name, content in outputs(out).items() if not name.startswith(".scrubber-")}
    assert there.items() <= scrubbed.items()
    assert receipt(out)["state"] == "running"
    done = finished_lines(out)
    assert 3 * round_ <= done < 40
    again = batch(clinic, out.name, "--jobs", "1")
    assert again.exit_code == 1, again.output
    assert f"{done} files were done before" in again.stdout
    assert outputs(out) == scrubbed  # with nothing left over
    assert receipt(out)["state"] == "finished"
    shutil.rmtree(out)


def test_a_worker_that_is_killed_costs_nothing(clinic: Path, scrubbed: dict[str, bytes]) -> None:
    out = clinic / "bereft"
    process = start(clinic, out.name, "--jobs", "2")
    until(lambda: finished_lines(out) >= 3)
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, errors) == (1, "")
    assert outputs(out) == scrubbed
    shutil.rmtree(out)


@pytest.mark.parametrize(("jobs", "number"), [("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_asked_to_end_it_says_so_and_goes_on_later(
    clinic: Path, scrubbed: dict[str, bytes], jobs: str, number: int
) -> None:
    out = clinic / f"ended{jobs}"
    process = start(clinic, out.name, "--jobs", jobs)
    until(lambda: finished_lines(out) >= 2)
    process.send_signal(number)
    _, errors = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2
    assert "interrupted with" in errors
    told = receipt(out)
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert (told["state"], told["exit_code"]) == ("interrupted", 2)
    assert 0 < counts["not_done"] < 40
    assert counts["not_done"] + finished_lines(out) == 40
    assert batch(clinic, out.name, "--jobs", jobs).exit_code == 1
    assert outputs(out) == scrubbed
    shutil.rmtree(out)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_files(tmp_path, files=6, claims=8)
    return tmp_path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_second_run_does_nothing(folder: Path, jobs: str) -> None:
    assert batch(folder, "out", "--jobs", "1").exit_code == 1
    before, journal, told = stamps(folder / "out"), finished_lines(folder / "out"), receipt(folder / "out")
    again = batch(folder, "out", "--jobs", jobs)
    assert again.exit_code == 1
    assert "6 files were done before" in again.stdout
    assert stamps(folder / "out") == before
    assert finished_lines(folder / "out") == journal
    assert receipt(folder / "out") == told


def changed_by(folder: Path, *options: str) -> set[str]:
    """The stems of the files that another run does again."""
    before = stamps(folder / "out")
    batch(folder, "out", "--jobs", "1", *options)
    after = stamps(folder / "out")
    return {name.split(".")[0] for name in after if after[name] != before.get(name)}


def test_only_what_is_missing_or_changed_is_done_again(folder: Path) -> None:
    everything = {f"clinic{number:03}" for number in range(6)}
    assert batch(folder, "out", "--jobs", "1").exit_code == 1
    assert changed_by(folder) == set()
    (folder / "out" / "clinic001.report.json").unlink()
    (folder / "out" / "clinic002.journal.jsonl").write_bytes(b"damaged")
    shutil.copy(folder / "in" / "clinic005.837", folder / "in" / "clinic004.837")
    (folder / "in" / "clinic009.837").write_bytes((folder / "in" / "clinic003.837").read_bytes())
    assert changed_by(folder) == {"clinic001", "clinic002", "clinic004", "clinic009"}
    everything.add("clinic009")
    (folder / "scrubber.toml").write_text('# nothing new\nfix = "safe"\n', encoding="utf-8")
    assert changed_by(folder) == set()
    (folder / "scrubber.toml").write_text('fix = "none"\n', encoding="utf-8")
    assert changed_by(folder) == everything
    with (folder / "records.csv").open("a", encoding="utf-8") as records:
        records.write("N-1,NOBODY,,2026-03-02,PT,97110,30,,,PT,no,,,,yes,,\n")
    assert changed_by(folder) == everything
    assert changed_by(folder, "--today", "2026-11-23") == everything
    assert changed_by(folder, "--today", "2026-11-23") == set()


def test_outputs_that_are_no_longer_wanted_do_not_stay_beside_the_new_ones(folder: Path) -> None:
    assert batch(folder, "out", "--jobs", "1", "--report", "json,xml").exit_code == 1
    assert (folder / "out" / "clinic001.report.xml").exists()
    assert batch(folder, "out", "--jobs", "1", "--report", "csv").exit_code == 1
    names = {path.name for path in (folder / "out").iterdir()}
    assert "clinic001.report.csv" in names
    assert not {"clinic001.report.xml", "clinic001.report.json"} & names


def test_a_failed_file_is_tried_again_by_the_next_run(folder: Path) -> None:
    bad = folder / "in" / "clinic003.837"
    right = bad.read_bytes()
    bad.write_bytes(right[:400])
    assert batch(folder, "out", "--jobs", "1").exit_code == 2
    bad.write_bytes(right)
    assert changed_by(folder) == {"clinic003"}
    assert entry(folder / "out", "clinic003.837")["exit_code"] in (0, 1)
    assert receipt(folder / "out")["exit_code"] == 1


def test_a_line_that_was_not_written_to_its_end_counts_for_nothing(folder: Path) -> None:
    assert batch(folder, "out", "--jobs", "1").exit_code == 1
    journal = folder / "out" / "batch-finished.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    again = batch(folder, "out", "--jobs", "1")
    assert "5 files were done before" in again.stdout
    assert finished_lines(folder / "out") == 6


def test_two_runs_do_not_work_in_one_folder(folder: Path) -> None:
    journal = Journal(folder / "out")
    done = batch(folder, "out", "--jobs", "1")
    assert done.exit_code == 2
    assert "another run is at work" in done.stderr
    journal.close()
    assert batch(folder, "out", "--jobs", "1").exit_code == 1


def test_another_command_may_not_take_the_folder_of_a_run(folder: Path) -> None:
    assert batch(folder, "out", "--jobs", "1").exit_code == 1
    one = str(folder / "in" / "clinic001.837")
    assert CliRunner().invoke(main, ["scrub", one, "-o", str(folder / "out")]).exit_code == 2
