"""What `make bench` runs: speed and memory beside the floor of the same run, and findings beside the truth.

    python -m benchmarks.run [--quick] [--claims N]...

Times are for reading, never a pass or a fail: the machine decides them. Exit code 1 says that a stage could not run.
"""

import argparse
import io
import json
import logging
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.floor import median_seconds, split_and_keep_nothing
from benchmarks.generate import Options, generate
from benchmarks.score import Score, read_truth, score

FOLDER = Path(__file__).parent
DATA = FOLDER / "data"
SIZES = (1_000, 20_000)
ERROR_RATE = 0.05
SEED = 20_261_122
_PYX12_MOST = 1_000  # above that many claims pyx12 takes minutes


class Sample(NamedTuple):
    """A generated file with its records and truth. ``claims`` counts copies too."""

    name: str
    claims: int
    path: Path
    records: Path
    truth: Path


class Taken(NamedTuple):
    """Wall-clock seconds; of a process of its own also processor seconds and peak resident bytes."""

    seconds: float
    processor: float | None = None
    peak: int | None = None


class StageFailedError(Exception):
    """A stage could not run; the message says why."""


def floor(sample: Sample) -> Taken:
    """Segments and elements split, nothing kept: median of five, warm."""
    return Taken(median_seconds(lambda: split_and_keep_nothing(sample.path)))


def index_only(sample: Sample) -> Taken:
    """The file read and indexed into interchanges, transactions, levels and claims: median of five, warm."""
    try:
        from scrubber.claims.index import index
    except ImportError as error:
        raise StageFailedError(str(error)) from error
    return Taken(median_seconds(lambda: index(sample.path.read_bytes())))


def pyx12(sample: Sample) -> Taken | None:
    """The whole guide judged by pyx12: one run, on the small files only."""
    if sample.claims > _PYX12_MOST * 1.1:
        return None
    import pyx12.params
    import pyx12.x12n_document

    logger = logging.getLogger("pyx12")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    text = sample.path.read_text(encoding="latin-1")
    start = time.perf_counter()
    pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), io.StringIO(), None)
    return Taken(time.perf_counter() - start)


def scrub(sample: Sample) -> Taken:
    """The whole command as a user starts it: start-up, reading, rules, fixes, all files written."""
    out = DATA / "out" / sample.name
    shutil.rmtree(out, ignore_errors=True)
    command = [str(Path(sys.executable).parent / "scrubber"), "scrub", str(sample.path), "-r", str(sample.records)]
    command += ["-o", str(out), "--report", "json,csv", "--force", "--quiet"]
    launcher = [sys.executable, "-I", "-S", str(FOLDER / "measure.py"), *command]
    done = subprocess.run(launcher, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StageFailedError(done.stderr.strip().rpartition("\n")[2])
    taken: dict[str, Any] = json.loads(done.stdout)
    if taken["code"] not in (0, 1):
        raise StageFailedError(f"exit code {taken['code']}: {taken['said']}")
    return Taken(taken["seconds"], taken["processor"], taken["peak"])


# A stage takes a sample and answers what it took; None where it is left out for this sample.
STAGES: tuple[tuple[str, Callable[[Sample], Taken | None]], ...] = (
    ("floor", floor),
    ("index", index_only),
    ("pyx12 4.0 document", pyx12),
    ("scrubber scrub", scrub),
)


def main(arguments: list[str] | None = None) -> int:
    """Generate, measure, judge and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="1,000 claims only")
    parser.add_argument("--claims", type=int, action="append", metavar="N", help="other sizes; repeatable")
    given = parser.parse_args(arguments)
    sizes = given.claims or (SIZES[:1] if given.quick else SIZES)
    DATA.mkdir(parents=True, exist_ok=True)
    failed = False
    for size in sizes:
        for error_rate in (0.0, ERROR_RATE):
            sample = make(size, error_rate)
            failed |= not measure(sample)
            failed |= not judge(sample)
    return int(failed)


def make(claims: int, error_rate: float) -> Sample:
    """Generate one sample into benchmarks/data."""
    name = f"{'broken' if error_rate else 'clean'}-{claims}"
    path, records, truth = (DATA / f"{name}.{suffix}" for suffix in ("837", "records.csv", "truth.jsonl"))
    written = generate(Options(claims, SEED, error_rate), path, records, truth)
    return Sample(name, written, path, records, truth)


def measure(sample: Sample) -> bool:
    """Run every stage and print what it took; whether all could run."""
    size = sample.path.stat().st_size
    segments = split_and_keep_nothing(sample.path)
    print(f"\n{sample.name}: {sample.claims:,} claims, {segments:,} segments, {size / 1e6:.1f} MB")
    print(f"  {'stage':<20}{'seconds':>10}{'cpu s':>9}{'x floor':>9}{'claims/s':>11}{'MB/s':>9}{'peak MiB':>10}")
    least = 0.0
    well = True
    for name, stage in STAGES:
        try:
            taken = stage(sample)
        except StageFailedError as error:
            print(f"  {name:<20}could not run: {error}")
            well = False
            continue
        if taken is None:
            continue
        least = least or taken.seconds
        processor = f"{taken.processor:.2f}" if taken.processor is not None else ""
        peak = f"{taken.peak / 2**20:.0f}" if taken.peak is not None else ""
        print(
            f"  {name:<20}{taken.seconds:>10.4f}{processor:>9}{taken.seconds / least:>9.1f}"
            f"{sample.claims / taken.seconds:>11,.0f}{size / 1e6 / taken.seconds:>9.2f}{peak:>10}",
            flush=True,
        )
    return well


def judge(sample: Sample) -> bool:
    """Print the report of the last scrub beside the truth; whether there was one to judge."""
    report = DATA / "out" / sample.name / f"{sample.path.stem}.report.json"
    if not report.is_file():
        print("  no report to judge")
        return False
    print_score(score(read_truth(sample.truth), json.loads(report.read_bytes())))
    return True


def print_score(result: Score) -> None:
    """Print the truth table: one row for each kind of fault, then false alarms and dispositions."""
    if result.tallies:
        print(f"  {'fault':<20}{'rule':<6}{'made':>6}{'found':>7}{'missed':>8}{'on line':>9}{'to fix':>8}{'right':>7}")
    for tally in result.tallies:
        print(
            f"  {tally.kind:<20}{tally.rule:<6}{tally.made:>6}{tally.found:>7}{tally.missed:>8}"
            f"{tally.on_line:>9}{tally.due:>8}{tally.right:>7}"
        )
    alarms = ", ".join(f"{rule} {count}" for rule, count in sorted(result.false_alarms.items()))
    print(f"  false alarms: {alarms or 'none'} ({result.claims:,} claims)")
    others = ", ".join(f"{count} {due} came out {came}" for (due, came), count in sorted(result.dispositions.items()))
    print(f"  dispositions: {others or 'all as expected'}")


if __name__ == "__main__":
    sys.exit(main())
