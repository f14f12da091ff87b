"""What becomes of every public file: runs the corpus and keeps the table of dispositions.

    PYTHONPATH=tests python -m corpus.dispositions        # rewrites dispositions.csv

The corpus is not part of the project. It is read from the folder that SCRUBBER_CORPUS names, or else from
``shared/corpus`` beside the checkout; only file names and counts are kept here.
"""

import csv
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

HERE = Path(__file__).parent
TODAY = "2026-11-22"


class Row(NamedTuple):
    """One line of dispositions.csv; the counts are report.json's totals, 0 with exit 2."""

    file: str
    exit: int
    claims: int
    unchanged: int
    corrected: int
    held: int


class Scrubbed(NamedTuple):
    """What one run left: ``corrected`` and ``held`` are None when there is no such file."""

    row: Row
    said: str
    out: Path
    source: bytes
    corrected: bytes | None
    held: bytes | None


def corpus_folder() -> Path | None:
    """Where the public files are, or None."""
    named = os.environ.get("SCRUBBER_CORPUS")
    folder = Path(named) if named else HERE.parents[2] / "shared" / "corpus"
    return folder if folder.is_dir() else None


def corpus_files(folder: Path) -> list[str]:
    """Every sample, by its path in the corpus; the index and its description are not samples."""
    about = {"INDEX.csv", "README.md"}
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name not in about
    )


def scrub(folder: Path, file: str, work: Path) -> Scrubbed:
    """Scrub one sample in ``work``, under a name of its own; raises what the command line raises."""
    from scrubber.cli.main import main  # here, so that exit2.py works without the product

    source = (folder / file).read_bytes()
    target = work / "sample.837"
    target.write_bytes(source)
    out = work / "out"
    args = ["scrub", str(target), "--out", str(out), "--today", TODAY, "--report", "json,csv,html,xml"]
    result = CliRunner().invoke(main, args)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    report = out / "sample.report.json"
    totals = json.loads(report.read_bytes())["totals"] if report.is_file() else dict.fromkeys(Row._fields, 0)
    return Scrubbed(
        row=Row(file, result.exit_code, *(totals[name] for name in Row._fields[2:])),
        said=result.output,
        out=out,
        source=source,
        corrected=_read(out / "sample.corrected.837"),
        held=_read(out / "sample.held.837"),
    )


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def committed() -> dict[str, Row]:
    """The table as it is committed, by file; empty before it was first written."""
    table = HERE / "dispositions.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as stream:
        next(stream)
        return {file: Row(file, *map(int, counts)) for file, *counts in csv.reader(stream)}


def main() -> int:
    folder = corpus_folder()
    if folder is None:
        print("no corpus: set SCRUBBER_CORPUS", file=sys.stderr)  # noqa: T201
        return 2
    made = []
    for file in corpus_files(folder):
        with tempfile.TemporaryDirectory() as work:
            made.append(scrub(folder, file, Path(work)).row)
    with (HERE / "dispositions.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(Row._fields)
        rows.writerows(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
