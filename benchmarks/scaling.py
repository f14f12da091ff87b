"""What a claim costs in each place of a run on many cores, and what a day of a clearinghouse comes to.

    python -m benchmarks.scaling [--claims 20000] [--page docs/scaling.md]

Measures in processor seconds, so that a loaded machine tells the same; what follows is computed and simulated.
"""

from __future__ import annotations

import argparse
import os
import pickle
import platform
import re
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from benchmarks.day import CLAIMS_A_FILE, cores_for, files_of_day, patients, speed_up, wait_for_cores
from benchmarks.generate import Options, generate
from scrubber.batch.spool import Spool
from scrubber.claims.contents import ContentsOf, origin_of
from scrubber.claims.index import index
from scrubber.cli.inputs import settings_for
from scrubber.envelope import check_envelope
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outputs.claim_part import PatientPart, Wanted
from scrubber.outputs.render import Named, render
from scrubber.scrub import Adding, Beside, opened
from scrubber.scrub_part import Results, SharedContext, write_part
from scrubber.scrub_patient import Context
from scrubber.settings.tables import tables_for
from scrubber.visits.gather import GatheringOfSet
from scrubber.visits.inputs import Input, suffixed_controls
from scrubber.visits.part import CLAIMS_A_PART, parts_of
from scrubber.visits.records import read_records

T = TypeVar("T")

REPORTS = ("json", "csv", "xml")
WANTED = Wanted(frozenset(REPORTS))
TODAY = date(2026, 11, 22)
MARKS = ("<!-- figures: python -m benchmarks.scaling --page docs/scaling.md -->", "<!-- end of figures -->")
WITHIN = 300
"""Seconds in which 99 of 100 files of a simulated day are to be done."""
TASKS = 400


class Costs(NamedTuple):
    """Microseconds of processor time a claim, and bytes a claim, but for those that say otherwise."""

    claims: int
    indexed: float
    gathered: float
    packed: float
    scrubbed: float
    returned: float
    waited: float
    finished: float
    input_bytes: float
    part_bytes: float
    result_bytes: float
    output_bytes: float
    index_bytes: float
    worker_megabytes: float
    worker_start: float
    file_seconds: float
    growth: float
    task_milliseconds: float | None

    @property
    def parent(self) -> float:
        """What only one process does."""
        return self.indexed + self.gathered + self.packed + self.returned / 2 + self.waited + self.finished

    @property
    def worker(self) -> float:
        """What any worker does."""
        return self.scrubbed + self.returned / 2


def clock(work: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds, and what came of it."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def context() -> Context:
    settings = settings_for(None, None)
    return Context(settings, TODAY, tables_for(settings))


def measure(claims: int, folder: Path) -> Costs:
    """Scrub a generated file step by step, as a run across files with one worker does."""
    file, rows = folder / "claims.837", folder / "records.csv"
    count = generate(Options(claims=claims, seed=1, error_rate=0.05), file, rows)
    records, by = read_records([rows]), context()
    write_part(next(parts_of(GatheringOfSet(_inputs(file, by), records))), by, WANTED)  # warm
    tracemalloc.start()
    gathering = GatheringOfSet(_inputs(file, by), read_records([]))
    index_bytes = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()

    indexing, inputs = clock(lambda: list(_inputs(file, by)))
    gathered, gathering = clock(lambda: GatheringOfSet(iter(inputs), records))
    packing, parts = clock(lambda: list(parts_of(gathering)))
    scrubbing = returning = waiting = 0.0
    sent = result_bytes = 0
    with Spool(1) as spool:
        for part in parts:
            seconds, results = clock(lambda part=part: write_part(part, by, WANTED))  # type: ignore[misc]
            scrubbing += seconds
            seconds, packed = clock(lambda results=results: pickle.dumps(results))  # type: ignore[misc]
            returning += seconds
            seconds, results = clock(lambda packed=packed: pickle.loads(packed))  # type: ignore[misc]  # noqa: S301
            returning += seconds
            seconds, _ = clock(lambda results=results: _keep(spool, results))  # type: ignore[misc]
            waiting += seconds
            sent += len(part)
            result_bytes += len(packed)
        finishing, output_bytes = clock(lambda: _finish(file, spool.of(0), by))
    megabytes, start = worker(parts, by)
    us = 1e6 / count
    return Costs(count, indexing * us, gathered * us, packing * us, scrubbing * us, returning * us, waiting * us,
                 finishing * us, file.stat().st_size / count, sent / count, result_bytes / count, output_bytes / count,
                 index_bytes, megabytes, start, one_file(by, folder), growth(by, folder), task_overhead())  # fmt: skip


def _inputs(file: Path, by: Context) -> Iterator[Input]:
    source = file.read_bytes()
    origin, found = origin_of(file, source), index(source)
    held, controls = check_envelope(found, by).held, suffixed_controls(found)
    yield Input(source, found.claims, held, controls, origin, kept=ContentsOf(origin))


def _keep(spool: Spool[PatientPart], results: Results[PatientPart]) -> None:
    for patient in results:
        for share in patient:
            spool.add(share.file, 0, share.result)


def _finish(file: Path, results: Iterable[PatientPart], by: Context) -> int:
    """Bytes of all outputs."""
    found, envelope = opened(file.read_bytes(), by)
    adding = Adding(found, WANTED)
    for result in results:
        adding.add(result)
    done = adding.finished(envelope, by, Beside())
    targets = {target: Named(f"x.{target}.837") for target in (CORRECTED, HELD)}
    outputs = render(done, done.report(file.name, by), REPORTS, Named(file.name), targets)
    return sum(len(piece) for pieces in outputs.values() for piece in pieces)


def worker(parts: list[bytes], by: Context) -> tuple[float, float]:
    """Most megabytes that a worker process held, and the processor seconds until its first result."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        start = pool.submit(_first, parts[0], SharedContext(by)).result()
        for part in parts[1:40]:
            pool.submit(_most, part, SharedContext(by)).result()
        return pool.submit(_most, parts[0], SharedContext(by)).result() / 1e6, start


def _first(part: bytes, shared: SharedContext) -> float:
    write_part(part, shared.context, WANTED)
    return time.process_time()


def _most(part: bytes, shared: SharedContext) -> float:
    """Most bytes that this process held. Resource usage would begin with what the parent held when it forked."""
    write_part(part, shared.context, WANTED)
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
        assert found is not None
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def one_file(by: Context, folder: Path) -> float:
    """Seconds that a file costs beside its claims: what a hundred files of one claim take, each."""
    file, rows = folder / "one.837", folder / "one.csv"
    generate(Options(claims=1, seed=1), file, rows)
    records = read_records([rows])

    def scrub_all() -> None:
        for _ in range(100):
            gathering = GatheringOfSet(_inputs(file, by), records)
            _finish(
                file, (s.result for part in parts_of(gathering) for p in write_part(part, by, WANTED) for s in p), by
            )

    scrub_all()
    return clock(scrub_all)[0] / 100


def growth(by: Context, folder: Path) -> float:
    """The exponent by which a patient's work grows with its claims, from 50 to 400 of them."""
    import math

    seconds = []
    for claims in (50, 400):
        file, rows = folder / "patient.837", folder / "patient.csv"
        generate(Options(claims=claims, seed=2, visits=1), file, rows)
        source = file.read_bytes()
        for name in (rb"NM1\*IL\*[^~]*", rb"DMG\*[^~]*"):
            own = re.search(name, source)
            assert own is not None
            source = re.sub(name, own[0], source)
        file.write_bytes(source)
        (part,) = parts_of(GatheringOfSet(_inputs(file, by), read_records([rows])), 10**9)
        write_part(part, by, WANTED)
        seconds.append(clock(lambda part=part: write_part(part, by, WANTED))[0])  # type: ignore[misc]
    return math.log(seconds[1] / seconds[0], 8)


def task_overhead() -> float | None:
    """Milliseconds that a task costs a Dask client and its scheduler, in one process; None without the extra."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        return None
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        executor: Any = client.get_executor(pure=False)
        payload = bytes(CLAIMS_A_PART * 700)
        executor.submit(len, payload).result()
        seconds, _ = clock(lambda: [each.result() for each in [executor.submit(len, payload) for _ in range(TASKS)]])
    return seconds / TASKS * 1000


def page(costs: Costs) -> str:
    """The figures as Markdown."""
    each = costs.parent + costs.worker
    lines = [
        (
            f"Taken on {_machine()}, Python {platform.python_version()}, from {costs.claims:,} generated claims with"
            f" 5 % faults, their records, and the reports {', '.join(REPORTS)}. Times are processor time."
        ),
        "",
        "| a claim | | |",
        "| --- | --- | --- |",
        *(f"| {name} | {value:,.0f} us | {place} |" for name, value, place in _steps(costs)),
        f"| together | {each:,.0f} us | {1e6 / each:,.0f} claims a second and core |",
        "",
        "| of a claim | bytes |",
        "| --- | --- |",
        f"| read | {costs.input_bytes:,.0f} |",
        f"| sent to a worker (places, and rows of records) | {costs.part_bytes:,.0f} |",
        f"| sent back by a worker | {costs.result_bytes:,.0f} |",
        f"| written | {costs.output_bytes:,.0f} |",
        f"| held in memory by a run with `--across-files` | {costs.index_bytes:,.0f} |",
        "",
        f"A core reads and writes {(costs.input_bytes + costs.output_bytes) / each:.1f} MB a second."
        f" A worker holds {costs.worker_megabytes:,.0f} MB; its first result takes {costs.worker_start:.1f} s."
        f" A file costs {costs.file_seconds * 1000:.1f} ms beside its claims. The work on one patient grows with its"
        f" claims to the power of {costs.growth:.2f}."
        + (
            ""
            if costs.task_milliseconds is None
            else f" A task costs the Dask client and scheduler {costs.task_milliseconds:.1f} ms, of parts of"
            f" {CLAIMS_A_PART} claims {costs.task_milliseconds * 1000 / CLAIMS_A_PART:.0f} us a claim:"
            f" {1000 / costs.task_milliseconds:,.0f} tasks a second are the most."
        ),
        "",
        *_days(costs),
        "",
        *_divided(costs),
    ]
    return "\n".join(lines)


def _steps(costs: Costs) -> list[tuple[str, float, str]]:
    return [
        ("index, and the checks of its envelope", costs.indexed, "one process"),
        ("gather by patient", costs.gathered, "one process"),
        ("pack into parts", costs.packed, "one process"),
        ("read, check and correct", costs.scrubbed, "any worker"),
        ("send the result back", costs.returned, "half each"),
        ("keep until all are done (`--across-files`)", costs.waited, "one process"),
        ("settle, report and render", costs.finished, "one process"),
    ]


def _days(costs: Costs) -> list[str]:
    each = (costs.parent + costs.worker) / 1e6
    lines = [
        (
            "| claims a day | core hours | cores, if they came evenly | cores for 99 in 100 files within"
            f" {WITHIN // 60} minutes | median | slowest | read and written |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for claims in (10_000_000, 100_000_000):
        files = files_of_day(claims)
        cores = cores_for(files, each, costs.file_seconds, WITHIN)
        waited = wait_for_cores(files, cores, each, costs.file_seconds)
        hours = (claims * each + len(files) * costs.file_seconds) / 3600
        moved = claims * (costs.input_bytes + costs.output_bytes) / 1e9
        lines.append(
            f"| {claims:,} | {hours:,.1f} | {hours / 24:,.1f} | {cores:,} | {waited.median:,.1f} s |"
            f" {waited.slowest:,.0f} s | {moved:,.0f} GB |"
        )
    return [
        (
            f"Files of {CLAIMS_A_FILE:,} claims in the mean, most of them smaller and few very large, arrive through"
            " office hours and in the evening; each is scrubbed whole on one core (`benchmarks/day.py`):"
        ),
        "",
        *lines,
    ]


def _divided(costs: Costs) -> list[str]:
    alone = costs.parent / (costs.parent + costs.worker)
    lines = ["| cores | patients alike | uneven (1/rank) | one patient has a tenth |", "| --- | --- | --- | --- |"]
    claims = 200_000
    tenth = [claims // 10, *patients(claims - claims // 10, 0)]
    for cores in (2, 4, 8, 16, 32):
        found = (
            speed_up(sizes, CLAIMS_A_PART, cores, costs.growth, alone)
            for sizes in (patients(claims, 0), patients(claims, 1), tenth)
        )
        lines.append(f"| {cores} | " + " | ".join(f"{each:.1f}" for each in found) + " |")
    return [
        (
            f"One file of {claims:,} claims in parts of {CLAIMS_A_PART}: how many times faster than on one core, when"
            f" {alone:.0%} of the work is one process's:"
        ),
        "",
        *lines,
    ]


def _machine() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return f"{found[1] if found else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def main() -> None:
    """Print the figures, or put them into a page between its marks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--page", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = page(measure(arguments.claims, Path(folder)))
    print(text)
    if arguments.page:
        before, begin, rest = arguments.page.read_text(encoding="utf-8").partition(MARKS[0])
        _, end, after = rest.partition(MARKS[1])
        if not end:
            raise SystemExit(f"{arguments.page}: has no place for figures; expected {MARKS[0]} and {MARKS[1]}")
        arguments.page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
