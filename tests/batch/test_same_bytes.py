"""What `batch` writes is what `scrub` writes, for any number of workers, for whole files and for divided ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from batch.clinic_files import TODAY, batch, outputs, receipt, start, write_file
from click.testing import CliRunner

from scrubber.batch import run
from scrubber.batch.done import Answer, Done
from scrubber.batch.engine import Here, Processes
from scrubber.cli.batch_progress import Following
from scrubber.cli.main import main


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_any_number_of_workers_writes_what_scrub_writes(clinic: Path, scrubbed: dict[str, bytes], jobs: int) -> None:
    out = f"jobs{jobs}"
    process = start(clinic, out, "--jobs", str(jobs))
    told, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (1, "")
    assert "40 files" in told
    assert outputs(clinic / out) == scrubbed
    alone = receipt(clinic / out)
    shutil.rmtree(clinic / out)
    assert batch(clinic, out, "--jobs", "1").exit_code == 1
    assert receipt(clinic / out) == alone
    shutil.rmtree(clinic / out)


def test_every_option_of_scrub_reaches_the_workers(clinic: Path) -> None:
    options = ["--fix", "none", "--report", "json,xml", "--report-detail", "findings", "--ack", "999,277ca"]
    options += ["--today", f"{TODAY}T09:30"]
    one = clinic / "in" / "clinic003.837"
    base = ["-r", str(clinic / "records.csv"), *options, "--quiet"]
    assert CliRunner().invoke(main, ["scrub", str(one), "-o", str(clinic / "alone"), *base]).exit_code == 1
    done = CliRunner().invoke(main, ["batch", str(one), "-o", str(clinic / "along"), *base, "--jobs", "2"])
    assert done.exit_code == 1, done.output
    assert outputs(clinic / "along") == outputs(clinic / "alone")
    assert {"clinic003.999", "clinic003.277ca", "clinic003.report.xml"} <= outputs(clinic / "along").keys()
    for folder in ("alone", "along"):
        shutil.rmtree(clinic / folder)


def test_a_divided_file_comes_out_as_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LARGE", 10_000)
    (tmp_path / "in").mkdir()
    write_file(tmp_path / "in" / "large.837", tmp_path / "records.csv", claims=700, seed=5)
    write_file(tmp_path / "in" / "small.837", tmp_path / "other.csv", claims=5, seed=6)
    pieces: list[str] = []
    submit = Processes.submit

    def counted(self: Processes, work: object, /, *given: object) -> object:
        pieces.append(work.__name__)  # type: ignore[attr-defined]
        return submit(self, work, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Processes, "submit", counted)
    assert batch(tmp_path, "two", "--jobs", "2").exit_code == 1
    assert pieces.count("scrub_piece") >= 2
    assert pieces.count("scrub_whole") == 1
    assert batch(tmp_path, "one", "--jobs", "1").exit_code == 1
    assert outputs(tmp_path / "two") == outputs(tmp_path / "one")
    assert receipt(tmp_path / "two") == receipt(tmp_path / "one")


def test_files_of_several_folders_go_by_the_settings_nearest_to_each(tmp_path: Path) -> None:
    strict, lax = tmp_path / "strict", tmp_path / "lax"
    for folder, name, text in ((strict, "a", 'fix = "safe"\n'), (lax, "b", 'fix = "none"\n')):
        folder.mkdir()
        write_file(folder / f"{name}.837", tmp_path / f"{name}.csv", claims=40, seed=9)
        (folder / "scrubber.toml").write_text(text, encoding="utf-8")
    records = ["-r", str(tmp_path / "a.csv"), "--today", TODAY]
    for name, folder in (("a", strict), ("b", lax)):
        alone = ["scrub", str(folder / f"{name}.837"), "-o", str(tmp_path / "alone"), *records, "--quiet"]
        assert CliRunner().invoke(main, alone).exit_code == 1
    done = CliRunner().invoke(main, ["batch", str(strict), str(lax), "-o", str(tmp_path / "out"), *records])
    assert done.exit_code == 1, done.output
    assert outputs(tmp_path / "out") == outputs(tmp_path / "alone")
    setups = receipt(tmp_path / "out")["setups"]
    assert isinstance(setups, list)
    assert len({each["fingerprint"] for each in setups}) == 2


def test_one_job_needs_no_other_process(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Processes, "submit", None)
    assert Here(()).window == 1
    assert batch(clinic, "here", "--jobs", "1").exit_code == 1
    shutil.rmtree(clinic / "here")


def test_progress_counts_what_is_done_and_what_was_done_before() -> None:
    followed = Following()
    followed.begin(2, 20)
    followed.done([Answer(Done("a", 0, "f", bytes=10, claims=3)), Answer(Done("b", 0, "f", bytes=10), before=True)])
    assert (followed.files, followed.before, followed.claims, followed.bytes) == (1, 1, 3, 10)
    assert "claims/s" in followed.rates
