"""What `make bench` runs: what every stage takes beside the floor of the same run, and findings beside the truth.

    python -m benchmarks.run [--quick]

Generates its files into benchmarks/data, measures each stage in a process of its own, prints ratios, and writes
docs/benchmarks.md and docs/benchmarks.svg (not with --quick). Figures are for reading, never a pass or a fail: the
machine decides them. Exit code 1 says that a stage could not run.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import page, plot
from benchmarks.generate import Options, generate
from benchmarks.sample import Measured, Sample, Taken
from benchmarks.score import print_score, read_truth, score

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
ERROR_RATE = 0.05
SEED = 20_261_122
ALL = ("floor", "index", "rules", "conformance", "whole job", "two processes", "pyx12")
SHORT = ("floor", "index", "whole job")
TIMES = {"whole job": 3, "rules": 3, "conformance": 3, "two processes": 3}
"""How often a stage runs, if not once; the median counts. Floor and index take a median of five themselves."""
LARGE = 100_000
"""Files of more claims are run once."""


class Wanted(NamedTuple):
    """A file to make, and the stages to run on it. ``judged``: its findings are set beside the truth."""

    name: str
    options: Options
    stages: tuple[str, ...]
    judged: bool = True


FILES = (
    Wanted("clean-1000", Options(1_000, SEED), ALL),
    Wanted("broken-1000", Options(1_000, SEED, ERROR_RATE), ALL),
    Wanted("clean-20000", Options(20_000, SEED), ALL),
    Wanted("broken-20000", Options(20_000, SEED, ERROR_RATE), ALL),
    Wanted("broken-200000", Options(200_000, SEED, ERROR_RATE), (*SHORT, "conformance", "two processes"), judged=False),
    Wanted("one-patient-150", Options(150, SEED, visits=1, patients=1), SHORT, judged=False),
    Wanted("one-patient-600", Options(600, SEED, visits=1, patients=1), SHORT, judged=False),
    Wanted("one-patient-2400", Options(2_400, SEED, visits=1, patients=1), SHORT, judged=False),
    Wanted("fifty-lines-1000", Options(1_000, SEED, ERROR_RATE, visits=50), SHORT, judged=False),
)
QUICK = ("broken-1000", "one-patient-150")


class StageFailedError(Exception):
    """A stage could not run; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Generate, measure, judge and print; write the page and the plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small files only; docs/benchmarks.md is left alone")
    given = parser.parse_args(arguments)
    DATA.mkdir(parents=True, exist_ok=True)
    measured, failed = [], False
    for wanted in FILES:
        if given.quick and wanted.name not in QUICK:
            continue
        sample = make(wanted)
        try:
            measured.append(measure(sample, wanted.stages))
            if wanted.judged:
                judge(sample)
        except StageFailedError as error:
            print(f"  {wanted.name}: {error}")
            failed = True
    if not given.quick and not failed:
        (ROOT / "docs" / "benchmarks.md").write_text(page.render(measured), encoding="utf-8")
        (ROOT / "docs" / "benchmarks.svg").write_text(plot.render(measured), encoding="utf-8")
        print("\ndocs/benchmarks.md and docs/benchmarks.svg are written")
    return int(failed)


def make(wanted: Wanted) -> Sample:
    """Generate one sample into benchmarks/data."""
    path, records, truth = (DATA / f"{wanted.name}.{suffix}" for suffix in ("837", "records.csv", "truth.jsonl"))
    claims = generate(wanted.options, path, records, truth)
    segments = path.read_bytes().count(b"~")
    return Sample(wanted.name, claims, segments, path.stat().st_size, path, records, truth)


def measure(sample: Sample, stages: tuple[str, ...]) -> Measured:
    """Run the stages and print what they took."""
    print(f"\n{sample.name}: {sample.claims:,} claims, {sample.segments:,} segments, {sample.bytes / 1e6:.1f} MB")
    print(f"  {'stage':<16}{'seconds':>10}{'cpu s':>9}{'x floor':>9}{'claims/s':>11}{'MB/s':>9}{'peak MiB':>10}")
    found: dict[str, Taken] = {}
    for stage in stages:
        times = 1 if sample.claims > LARGE else TIMES.get(stage, 1)
        taken = found[stage] = median([run(stage, sample) for _ in range(times)])
        print(
            f"  {stage:<16}{taken.seconds:>10.4f}{taken.processor:>9.2f}{taken.seconds / found['floor'].seconds:>9.1f}"
            f"{sample.claims / taken.seconds:>11,.0f}{sample.bytes / 1e6 / taken.seconds:>9.2f}"
            f"{taken.peak / 2**20:>10.0f}  {taken.note}",
            flush=True,
        )
    return Measured(sample, found)


def median(runs: list[Taken]) -> Taken:
    """The run of the median time, with the highest peak of all."""
    middle = statistics.median_low(taken.seconds for taken in runs)
    (chosen, *_) = (taken for taken in runs if taken.seconds == middle)
    return chosen._replace(peak=max(taken.peak for taken in runs))


def run(stage: str, sample: Sample) -> Taken:
    """One stage in a process of its own. Raises StageFailedError."""
    command = [sys.executable, "-m", "benchmarks.stages", stage, str(sample.path), str(sample.records)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StageFailedError(f"{stage} could not run: {done.stderr.strip().rpartition(chr(10))[2]}")
    said: dict[str, Any] = json.loads(done.stdout)
    return Taken(said["seconds"], said.get("processor", said["seconds"]), said["peak"], said.get("note", ""))


def judge(sample: Sample) -> None:
    """Print the report of the whole job beside the truth. Raises StageFailedError when there is none to judge."""
    out = DATA / "out"
    command = [str(Path(sys.executable).parent / "scrubber"), "scrub", str(sample.path), "-r", str(sample.records)]
    command += ["-o", str(out), "--report", "json", "--force", "--quiet"]
    if subprocess.run(command, check=False).returncode not in (0, 1):
        raise StageFailedError("no report to judge")
    report = out / f"{sample.path.stem}.report.json"
    print_score(score(read_truth(sample.truth), json.loads(report.read_bytes())))


if __name__ == "__main__":
    sys.exit(main())
