"""Which files a run takes, and what it refuses before any work is done."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from batch.clinic_files import TODAY, arguments, batch, make_files, outputs, receipt
from click.testing import CliRunner, Result

from scrubber.batch.inputs import find_inputs
from scrubber.cli.main import main
from scrubber.errors import UnreadableInputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_files(tmp_path, files=3, claims=4)
    return tmp_path


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(
        main, ["batch", *map(str, arguments), "-o", str(folder / "out"), "--today", TODAY, "--jobs", "1"]
    )


def refused(done: Result, folder: Path, *words: str) -> None:
    """Exit 2 with these words, and nothing made."""
    assert done.exit_code == 2
    for word in words:
        assert word in done.stderr
    assert not (folder / "out").exists()


def test_of_a_folder_files_are_taken_by_suffix_or_by_how_they_begin(folder: Path) -> None:
    inputs = folder / "in"
    for name, content in (
        ("b.X12", b"?"),
        ("c.edi", b"?"),
        ("d.txt", b"?"),
        ("e.dat", b"\xef\xbb\xbf\r\nISA*00"),
        ("f.dat", b"ISABELLA"),
        ("g.csv", b"note_id"),
        (".h.837", b"ISA*00"),
    ):
        (inputs / name).write_bytes(content)
    (inputs / "sub.837").mkdir()
    taken = [path.name for path in find_inputs([str(inputs)])]
    assert taken == ["b.X12", "c.edi", "clinic000.837", "clinic001.837", "clinic002.837", "d.txt", "e.dat"]


def test_a_list_names_inputs_and_nothing_is_taken_twice(folder: Path) -> None:
    inputs = folder / "in"
    (folder / "list").write_text(f"{inputs / 'clinic002.837'}\n\n{inputs}\n", encoding="utf-8")
    named = [f"@{folder / 'list'}", str(inputs / "clinic000.837")]
    assert [path.name for path in find_inputs(named)] == ["clinic002.837", "clinic000.837", "clinic001.837"]
    assert run(folder, *named).exit_code in (0, 1)
    files = receipt(folder / "out")["files"]
    assert isinstance(files, list)
    assert [each["path"] for each in files] == [f"../in/clinic00{number}.837" for number in (2, 0, 1)]


@pytest.mark.parametrize("made", ["nothing", "empty folder", "empty list", "no list"])
def test_without_input_nothing_is_done(tmp_path: Path, made: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "list").write_text("\n", encoding="utf-8")
    named = {"nothing": [], "empty folder": [tmp_path / "empty"], "empty list": [f"@{tmp_path / 'list'}"]}
    done = run(tmp_path, *named.get(made, ["@/nowhere/at/all"]))
    refused(done, tmp_path)
    assert done.stderr


def test_names_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="not UTF-8"):
        find_inputs(["clai\udcffms.837"])


def test_files_that_would_have_the_same_outputs_are_refused(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "clinic001.txt").write_bytes((folder / "in" / "clinic001.837").read_bytes())
    refused(run(folder, folder / "in", other), folder, "clinic001.837", "clinic001.txt", "clinic001.*")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "many"], "--jobs"),
        (["--report", "pdf"], "pdf"),
        (["--ack", "998"], "998"),
        (["--fix", "all"], "--fix"),
        (["--today", "soon"], "--today"),
        (["--settings", "nowhere.toml"], "nowhere.toml"),
        (["-r", "nowhere.csv"], "nowhere.csv"),
        (["--ledger", "nowhere.db"], "nowhere.db"),
    ],
)
def test_options_that_cannot_be_are_refused(folder: Path, options: list[str], words: str) -> None:
    refused(CliRunner().invoke(main, ["batch", str(folder / "in"), "-o", str(folder / "out"), *options]), folder, words)


def test_output_needs_a_folder(folder: Path) -> None:
    done = CliRunner().invoke(main, ["batch", str(folder / "in")])
    assert done.exit_code == 2
    assert "--out" in done.stderr
    (folder / "out").write_bytes(b"a file")
    done = run(folder, folder / "in")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert (folder / "out").read_bytes() == b"a file"


def test_output_does_not_go_where_inputs_are(folder: Path) -> None:
    before = outputs(folder / "in")
    done = CliRunner().invoke(main, ["batch", str(folder / "in"), "-o", str(folder / "in" / ".." / "in")])
    assert done.exit_code == 2
    assert "folder of its own" in done.stderr
    assert outputs(folder / "in") == before


def test_what_is_read_is_never_replaced(folder: Path) -> None:
    out = folder / "out"
    out.mkdir()
    records = out / "clinic001.report.csv"
    records.write_bytes((folder / "records.csv").read_bytes())
    done = run(folder, folder / "in", "-r", records, "--force")
    assert done.exit_code == 2
    assert "is read, and output of this run would replace it" in done.stderr
    assert [path.name for path in out.iterdir()] == [records.name]


def test_output_of_others_is_replaced_only_with_force(folder: Path) -> None:
    out = folder / "out"
    out.mkdir()
    (out / "clinic001.report.json").write_bytes(b"somebody's")
    (out / "clinic001.report.xml").write_bytes(b"somebody's")
    done = run(folder, folder / "in")
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert outputs(out) == {"clinic001.report.json": b"somebody's", "clinic001.report.xml": b"somebody's"}
    assert run(folder, folder / "in", "--force").exit_code in (0, 1)
    assert b"somebody's" not in outputs(out).values()


def test_a_folder_with_other_files_of_the_runs_names_is_refused(folder: Path) -> None:
    out = folder / "out"
    for name in ("batch-receipt.json", "batch-finished.jsonl"):
        out.mkdir(exist_ok=True)
        (out / name).write_bytes(b"something else\n")
        done = run(folder, folder / "in")
        assert done.exit_code == 2
        assert name in done.stderr
        assert (out / name).read_bytes() == b"something else\n"
        (out / name).unlink()


def test_the_summary_is_for_people_and_json_for_machines(folder: Path) -> None:
    told = batch(folder, "out", "--jobs", "1")
    assert "3 files" in told.stdout
    assert "files/s" in told.stdout
    printed = batch(folder, "out", "--jobs", "1", "--json")
    assert printed.stdout.encode() == (folder / "out" / "batch-receipt.json").read_bytes()
    assert batch(folder, "out", "--jobs", "1", "--quiet").output == ""


def test_the_summary_counts_one_file_as_one(folder: Path) -> None:
    for then in ("1 file in ", "1 file was done before\n"):
        told = run(folder, folder / "in" / "clinic000.837").stdout
        assert told.startswith("1 file: ")
        assert then in told


def test_the_receipt_says_what_went_in_and_came_out(folder: Path) -> None:
    assert batch(folder, "out", "--jobs", "1").exit_code == 1
    told = receipt(folder / "out")
    assert told["schema"] == "claim-scrub-batch/1"
    (setup,) = told["setups"]  # type: ignore[misc]
    records = hashlib.sha256((folder / "records.csv").read_bytes()).hexdigest()
    assert (setup["today"], setup["records"]) == (TODAY, [{"name": "records.csv", "sha256": records}])
    assert "ncci-ptp-medicare" in {table["name"] for table in setup["tables"]}
    for each in told["files"]:  # type: ignore[attr-defined]
        source = (folder / "out" / each["path"]).read_bytes()
        assert (each["sha256"], each["bytes"]) == (hashlib.sha256(source).hexdigest(), len(source))
        assert each["claims"] == each["unchanged"] + each["corrected"] + each["held"] == source.count(b"CLM*")
        for output in each["outputs"].values():
            content = (folder / "out" / output["name"]).read_bytes()
            assert (output["sha256"], output["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    counts = told["counts"]
    assert isinstance(counts, dict)
    assert counts["claims"] == sum(each["claims"] for each in told["files"])  # type: ignore[attr-defined]


def test_a_closed_pipe_is_no_failure_of_the_run(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "scrubber.cli.main", *arguments(folder, "out", "--jobs", "1")]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
    assert receipt(folder / "out")["state"] == "finished"
