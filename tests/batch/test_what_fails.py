"""What fails does so alone, is tried once more where that may help, and is in the receipt."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from batch.clinic_files import TODAY, batch, entry, make_files, outputs, receipt, start, write_file
from batch.deaths import DEADLY, Deadly, Shaky
from click.testing import CliRunner

from scrubber.batch import run, worker
from scrubber.batch.bench import Bench
from scrubber.batch.scrub_file import Told, scrub_file
from scrubber.batch.task import Task
from scrubber.cli import batch as command
from scrubber.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_files(tmp_path, files=6, claims=8)
    return tmp_path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_bad_file_fails_alone(folder: Path, jobs: str) -> None:
    assert batch(folder, "good", "--jobs", "1").exit_code == 1
    good = outputs(folder / "good")
    (folder / "in" / "bad.837").write_bytes(b"ISA*00*is not whole")
    (folder / "in" / "empty.edi").write_bytes(b"")
    (folder / "in" / "gone.837").symlink_to(folder / "nowhere")
    done = batch(folder, "out", "--jobs", jobs)
    assert done.exit_code == 2
    assert outputs(folder / "out") == good
    for name in ("bad.837", "empty.edi"):
        told = entry(folder / "out", name)
        assert (told["exit_code"], told["outputs"]) == (2, {})
        assert name in str(told["error"])
        assert str(told["error"]) in done.stderr
    counts = receipt(folder / "out")["counts"]
    assert isinstance(counts, dict)
    assert (counts["files"], counts["failed"], counts["not_done"]) == (8, 2, 0)


def test_a_file_that_was_named_and_is_not_there_fails_alone(folder: Path) -> None:
    missing = str(folder / "missing.837")
    done = CliRunner().invoke(main, ["batch", missing, str(folder / "in"), "-o", str(folder / "out"), "--today", TODAY])
    assert done.exit_code == 2
    assert "missing.837: cannot be read" in done.stderr
    assert entry(folder / "out", "clinic000.837")["exit_code"] in (0, 1)


def test_a_file_that_kills_its_worker_twice_takes_no_other_with_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(folder / "in" / "clinic001.837", folder / "in" / f"{DEADLY}.837")
    monkeypatch.setattr(command, "engine_for", Deadly)
    done = batch(folder, "out", "--jobs", "2")
    assert done.exit_code == 2
    told = entry(folder / "out", f"{DEADLY}.837")
    assert told["exit_code"] == 2
    assert "died" in str(told["error"])
    (folder / "in" / f"{DEADLY}.837").unlink()
    assert batch(folder, "alone", "--jobs", "1").exit_code == 1
    assert outputs(folder / "out") == outputs(folder / "alone")


def test_parts_that_find_no_memory_or_lose_their_worker_are_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LARGE", 10_000)
    (tmp_path / "in").mkdir()
    write_file(tmp_path / "in" / "large.837", tmp_path / "records.csv", claims=900, seed=5)
    monkeypatch.setattr(command, "engine_for", partial(Shaky, marker=str(tmp_path / "met")))
    assert batch(tmp_path, "out", "--jobs", "2").exit_code == 1
    assert {"met.memory", "met.life"} <= {path.name for path in tmp_path.iterdir()}
    monkeypatch.undo()
    assert batch(tmp_path, "alone", "--jobs", "1").exit_code == 1
    assert outputs(tmp_path / "out") == outputs(tmp_path / "alone")


@pytest.mark.parametrize(("times", "code"), [(1, 1), (2, 2)])
def test_a_file_without_memory_is_tried_once_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch, times: int, code: int
) -> None:
    tried: list[str] = []

    def scarce(task: Task, bench: Bench, told: Told) -> object:
        if task.stem == "clinic002":
            tried.append(task.stem)
            if len(tried) <= times:
                raise MemoryError
        return scrub_file(task, bench, told)

    monkeypatch.setattr(worker, "scrub_file", scarce)
    done = batch(folder, "out", "--jobs", "1")
    assert done.exit_code == code
    assert len(tried) == 2
    told = entry(folder / "out", "clinic002.837")
    assert ("not enough memory" in str(told["error"])) == (code == 2)


def test_a_defect_is_told_by_its_place_and_without_its_text(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(task: Task, bench: Bench, told: Told) -> object:
        if task.stem == "clinic002":
            raise KeyError("DOE^JANE")
        return scrub_file(task, bench, told)

    monkeypatch.setattr(worker, "scrub_file", defect)
    done = batch(folder, "out", "--jobs", "1")
    assert done.exit_code == 2
    error = str(entry(folder / "out", "clinic002.837")["error"])
    assert "the program failed (KeyError in " in error
    assert "DOE" not in error + done.output
    assert entry(folder / "out", "clinic003.837")["exit_code"] in (0, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk that is small")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_on_a_full_disk_the_file_fails_that_does_not_fit(tmp_path: Path, small_disk: Path, jobs: str) -> None:
    make_files(tmp_path, files=3, claims=3)
    write_file(tmp_path / "in" / "large.837", tmp_path / "other.csv", claims=300, seed=5)
    process = start(tmp_path, "disk/out", "--jobs", jobs)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 2
    told = entry(small_disk / "out", "large.837")
    assert (told["exit_code"], told["outputs"]) == (2, {})
    assert "No space left" in str(told["error"])
    assert str(told["error"]) in errors
    names = {path.name for path in (small_disk / "out").iterdir()}
    assert {"clinic000.report.json", "clinic002.report.html"} <= names
    assert not [name for name in names if name.startswith((".scrubber", "large"))]


def test_records_that_change_meanwhile_fail_the_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Changing(command.engine_for(1, ()).__class__):  # type: ignore[misc]
        def __init__(self, _jobs: int, setups: tuple[object, ...]) -> None:
            with (folder / "records.csv").open("a", encoding="utf-8") as records:
                records.write("\n")
            super().__init__(setups)

    monkeypatch.setattr(command, "engine_for", Changing)
    done = batch(folder, "out", "--jobs", "1")
    assert done.exit_code == 2
    assert done.stderr.count("have changed since the run began") == 1  # six files, one reason
    assert outputs(folder / "out") == {}
