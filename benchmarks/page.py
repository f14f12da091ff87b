"""docs/benchmarks.md: the figures of one run, with the machine they were taken on."""

import math
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.sample import Measured

STAGES = {
    "floor": "the file split into segments and elements in 1 MiB blocks, nothing kept",
    "index": "the file read and indexed",
    "rules": "patients gathered, visits laid out, every rule asked once",
    "conformance": "the compiled guide judges every transaction",
    "whole job": "`scrubber scrub` with records, guide, rules, fixes, corrected and held file, journal, JSON, CSV, XML",
    "two processes": "the same through `scrubber batch --jobs 2`",
    "pyx12": "pyx12 `x12n_document` validates, nothing else",
}
LEAD = """\
The **floor** is the least that reading a file takes in Python: a loop that splits it into segments and elements and
keeps nothing. Times are stated as multiples of it, taken in the same run on the same file. Each stage runs in a process
of its own; the whole job counts from the start of the command to its end. Medians: of five for floor and index, of
three for the others; pyx12 and files of 200,000 claims run once. `broken` files have faults in 5 % of their claims;
names, numbers, dates and charges differ from claim to claim (`benchmarks/generate.py`)."""
COMMANDS = ("whole job", "two processes")
"""Stages that are commands: of the others, the peak would begin with that of the process that started them."""
MAIN = "broken-20000"
GROWING = ("broken-1000", "broken-20000", "broken-200000")
ONE_PATIENT = ("one-patient-150", "one-patient-600", "one-patient-2400")


def render(measured: Sequence[Measured]) -> str:
    """The page as Markdown."""
    return "\n".join(_lines({each.sample.name: each for each in measured})) + "\n"


def _lines(by_name: dict[str, Measured]) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield "Written by `make bench`; every figure here comes from one run of it."
    yield ""
    yield f"Machine: {machine()}."
    yield ""
    yield from LEAD.splitlines()
    yield ""
    yield "![multiples of the floor, and growth with the size of the file](benchmarks.svg)"
    yield ""
    yield from _targets(by_name)
    for stage, what in STAGES.items():
        yield f"- *{stage}*: {what}"
    yield ""
    for each in by_name.values():
        yield from _table(each)
    yield from _growth("Growth with the file", [by_name[name] for name in GROWING if name in by_name])
    yield from _growth("Growth with the claims of one patient", [by_name[n] for n in ONE_PATIENT if n in by_name])


def _targets(by_name: dict[str, Measured]) -> Iterator[str]:
    found = by_name.get(MAIN)
    if found is None or "pyx12" not in found.taken:
        return
    job, judge = found.taken["whole job"], found.taken["conformance"]
    yield f"On {found.sample.claims:,} claims with 5 % faults, wanted and reached:"
    yield ""
    yield "| | wanted | aim | reached |"
    yield "| --- | --- | --- | --- |"
    yield f"| whole job, times the floor | at most 25 | 12 | {found.times_floor('whole job'):.0f} |"
    times = found.taken["pyx12"].seconds / job.seconds
    yield f"| whole job, times as fast as pyx12 validating the file | at least 15 | 30 | {times:.1f} |"
    times = found.taken["pyx12"].processor / judge.processor
    yield f"| full conformance, times as fast as pyx12 (processor time) | at least 20 | 50 | {times:.0f} |"
    for name in (MAIN, GROWING[-1]):
        if name in by_name:
            yield _memory(by_name[name])
    yield ""


def _memory(measured: Measured) -> str:
    sample = measured.sample
    most = (sample.bytes + sample.records.stat().st_size) / 2**20 + 200
    peak = measured.taken["whole job"].peak / 2**20
    return (
        f"| peak memory, {sample.claims:,} claims, MiB: file, records and 200 | at most {most:,.0f} | | {peak:,.0f} |"
    )


def _table(measured: Measured) -> Iterator[str]:
    sample = measured.sample
    yield f"## {sample.name}: {sample.claims:,} claims, {sample.segments:,} segments, {sample.bytes / 1e6:,.1f} MB"
    yield ""
    yield "| stage | seconds | processor s | times floor | claims/s | MB/s | peak MiB | |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for stage, taken in measured.taken.items():
        peak = f"{taken.peak / 2**20:,.0f}" if stage in COMMANDS else ""
        yield (
            f"| {stage} | {taken.seconds:.3f} | {taken.processor:.2f} | {measured.times_floor(stage):.1f} |"
            f" {sample.claims / taken.seconds:,.0f} | {sample.bytes / 1e6 / taken.seconds:.1f} |"
            f" {peak} | {taken.note} |"
        )
    yield ""


def _growth(title: str, files: list[Measured]) -> Iterator[str]:
    """An exponent of 1 is linear, 2 grows with the square."""
    if len(files) < 2:
        return
    yield f"## {title}"
    yield ""
    yield "| claims | whole job, s | microseconds a claim | peak MiB | exponent from the row above |"
    yield "| --- | --- | --- | --- | --- |"
    before: Measured | None = None
    for each in files:
        claims, job = each.sample.claims, each.taken["whole job"]
        exponent = "" if before is None else f"{exponent_of(before, each):.2f}"
        yield (
            f"| {claims:,} | {job.seconds:.2f} | {1e6 * job.seconds / claims:,.0f} | {job.peak / 2**20:,.0f} |"
            f" {exponent} |"
        )
        before = each
    yield ""


def exponent_of(smaller: Measured, larger: Measured) -> float:
    """The power of the number of claims that the seconds of the whole job grow with."""
    seconds = larger.taken["whole job"].seconds / smaller.taken["whole job"].seconds
    return math.log(seconds) / math.log(larger.sample.claims / smaller.sample.claims)


def machine() -> str:
    """Processor, cores, memory, system, Python and the libraries that matter."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pyx12", "msgspec", "lxml"))
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()},"
        f" {libraries}"
    )
