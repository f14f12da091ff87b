"""Folders of small 837P files with their treatment records, and ways to run the command on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
from click.testing import CliRunner, Result

from benchmarks.generate import Options, generate
from scrubber.cli.main import main

TODAY = "2026-11-22"
OWN = {"batch-receipt.json", "batch-finished.jsonl"}


def make_files(folder: Path, files: int, claims: int) -> Path:
    """``folder/in`` with so many files, ``folder/records.csv`` with the records of all; the inputs' folder."""
    inputs = folder / "in"
    inputs.mkdir()
    rows: list[str] = []
    for number in range(files):
        file, records = inputs / f"clinic{number:03}.837", folder / "one.csv"
        write_file(file, records, claims, seed=number + 1)
        lines = records.read_text(encoding="utf-8").splitlines(keepends=True)
        rows += lines if not rows else lines[1:]
        records.unlink()
    (folder / "records.csv").write_text("".join(rows), encoding="utf-8")
    return inputs


def write_file(file: Path, records: Path, claims: int, seed: int) -> None:
    """One file of generated claims, some of them broken."""
    generate(Options(claims=claims, seed=seed, error_rate=0.2, visits=1), file, records)


def arguments(folder: Path, out: str, *options: str) -> list[str]:
    """The command line for the files of the folder."""
    records = ["-r", str(folder / "records.csv")]
    return ["batch", str(folder / "in"), "-o", str(folder / out), *records, "--today", TODAY, *options]


def batch(folder: Path, out: str, *options: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, arguments(folder, out, *options))


def start(folder: Path, out: str, *options: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    command = [sys.executable, "-m", "scrubber.cli.main", *arguments(folder, out, *options)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outputs(folder: Path) -> dict[str, bytes]:
    """Every output by its name, without the run's own two files."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in OWN}


def receipt(folder: Path) -> dict[str, object]:
    """The receipt as it stands."""
    found: dict[str, object] = msgspec.json.decode((folder / "batch-receipt.json").read_bytes())
    return found


def entry(folder: Path, name: str) -> dict[str, object]:
    """What the receipt says of an input."""
    files = receipt(folder)["files"]
    assert isinstance(files, list)
    (found,) = [each for each in files if Path(each["path"]).name == name]
    return dict(found)


def finished_lines(folder: Path) -> int:
    """How many files the journal says are done."""
    try:
        return max(0, (folder / "batch-finished.jsonl").read_bytes().count(b"\n") - 1)
    except FileNotFoundError:
        return 0
