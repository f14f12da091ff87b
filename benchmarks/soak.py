"""What `make soak` runs: the daemon and its worker as real processes, under every fault that can be made here.

    python -m benchmarks.soak [--files 50000] [--pause 60] [--only kill,fail,burst,rate,scan] [--folder DIR]

Prints a table of faults and outcomes, files and claims a second, and memory and descriptors over time. Whether the
guarantees held is told by tests/watch/real/checker.py, which shares nothing with the daemon. Exit code 1: something did
not hold. Runs for an hour or more in full; Linux with a C compiler.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from watch.real import interposer
from watch.real.checker import Consumer, check
from watch.real.kill_points import clean_run, described, failing_run, stopped_run
from watch.real.site import Daemon, Site, claims

PARTS = ("kill", "fail", "burst", "rate", "scan")
BATCH = 500
"""Files of a burst that are put into the inbox between two looks at memory."""
KILLS = 3
"""How often the daemon of a burst is killed and started again, evenly over its work."""
FAILS = (
    ("fsync", errno.EIO),
    ("fdatasync", errno.EIO),
    ("write", errno.ENOSPC),
    ("pwrite", errno.ENOSPC),
    ("rename", errno.EIO),
    ("rename", errno.ESTALE),
    ("unlink", errno.EBUSY),
    ("mkdir", errno.EROFS),
)


class Row(NamedTuple):
    """One line of the table."""

    fault: str
    tried: int
    held: int
    seconds: float
    faults: list[str]


class Sample(NamedTuple):
    """Memory (kilobytes) and open descriptors of the daemon and its worker, after so many seconds and files."""

    seconds: float
    done: int
    daemon_kb: int
    worker_kb: int
    descriptors: int
    worker_descriptors: int


def main() -> int:
    """Run the parts that were asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--pause", type=float, default=60.0, help="seconds for which the burst's daemon is stopped")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--every", type=int, default=1, help="try every so many-th kill point (1: all)")
    parser.add_argument("--folder", type=Path, help="where the folders are made (default: a temporary folder)")
    options = parser.parse_args()
    if interposer.library() is None:
        print(f"Not run: {interposer.NEEDED}.")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir=options.folder))
    wanted = options.only.split(",")
    rows: list[Row] = []
    if "kill" in wanted:
        rows += kill(folder, options.every)
    if "fail" in wanted:
        rows += fail(folder)
    if "burst" in wanted:
        rows.append(burst(folder, options.files, options.pause))
    if "rate" in wanted:
        rate(folder)
    if "scan" in wanted:
        scan_cost(folder)
    show(rows)
    bad = [fault for row in rows for fault in row.faults]
    for fault in bad[:20]:
        print(fault)
    if not bad:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if bad else 0


def kill(folder: Path, every: int) -> list[Row]:
    """kill -9 of the group before every call, and in the middle of every write."""
    clean = clean_run(folder / "clean")
    total = len(clean.calls)
    print(f"One job makes {total} calls that change a disk: {described(clean.calls)}.")
    rows = [Row("none", 1, int(not clean.faults), 0, clean.faults)]
    writes = [n for n, name in enumerate(clean.calls, 1) if "write" in name]
    for label, points, half in (
        ("kill -9 before every call", range(1, total + 1, every), False),
        ("kill -9 in the middle of every write", writes[::every], True),
    ):
        began = time.monotonic()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = list(
                pool.map(lambda n, half=half: stopped_run(folder / f"{n}-{half}", n, half=half, proofs=True), points)
            )
        faults = [f"{label}, call {run.point}: {fault}" for run in runs for fault in run.faults]
        killed = sum(run.killed for run in runs)
        print(f"{label}: {total if not half else len(writes)} points, {len(runs)} tried, {killed} killed")
        rows.append(Row(label, len(runs), sum(not run.faults for run in runs), time.monotonic() - began, faults))
    return rows


def fail(folder: Path) -> list[Row]:
    """Each call of a kind fails once, and then all after it for a while."""
    clean = clean_run(folder / "clean-too")
    rows = []
    for call, number in FAILS:
        began = time.monotonic()
        count = clean.calls.count(call)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            name = errno.errorcode[number]
            runs = list(
                pool.map(
                    lambda n, call=call, number=number, name=name: failing_run(
                        folder / f"{call}-{name}-{n}", (call, number, n, n)
                    ),
                    range(1, count + 1),
                )
            )
        label = f"{name} at every {call}"
        faults = [f"{label}, {n}: {fault}" for n, found in enumerate(runs, 1) for fault in found]
        rows.append(Row(label, len(runs), sum(not found for found in runs), time.monotonic() - began, faults))
    return rows


def burst(folder: Path, files: int, pause: float) -> Row:
    """Many files at once; the daemon is stopped for a while in the middle, and killed and started again at times."""
    site = Site(folder / "burst", scan_seconds=1, quiet_seconds=1)
    digests = []
    began = time.monotonic()
    samples: list[Sample] = []
    daemon = site.start()
    kills = 0
    with Consumer(site.of("outbox"), keeps=False) as consumer:
        for n in range(files):
            data = claims(n)
            digests.append(data)
            site.put(f"{n:06}.837", data)
            if n % BATCH == 0:
                samples.append(sample(site, daemon, began))
            if n == files // 2:
                daemon.signal(signal.SIGSTOP)
                stopped = time.monotonic()
        print(f"{files} files put in {time.monotonic() - began:.0f} s, the daemon stopped since the half of them")
        time.sleep(max(0.0, pause - (time.monotonic() - stopped)))
        daemon.signal(signal.SIGCONT)
        went_on, at = time.monotonic(), site.done()
        shown = 0.0
        while (done := site.done()) < files:
            if not daemon.is_running:
                break
            if time.monotonic() - shown > 30:
                samples.append(sample(site, daemon, began, done))
                shown = time.monotonic()
            if done > (kills + 1) * files // (KILLS + 1):
                daemon.kill()
                kills += 1
                daemon = site.start()
            time.sleep(1)
        seconds = time.monotonic() - went_on
    samples.append(sample(site, daemon, began))
    ended = daemon.terminate() if daemon.is_running else daemon.end()
    faults = check(site.folder, digests, consumer=consumer)
    if ended != 0:
        faults.append(f"the daemon ended with {ended}: {daemon.said[-500:]}")
    print(f"Backlog: {files - at} files in {seconds:.0f} s, {(files - at) / seconds:.1f} files a second, {kills} kills")
    for each in samples[:: max(1, len(samples) // 25)]:
        print("  " + json.dumps(each._asdict()))
    site.close()
    return Row(f"burst of {files}, stopped {pause:.0f} s, {kills} kills", files, files - len(faults), seconds, faults)


def sample(site: Site, daemon: Daemon, began: float, done: int = -1) -> Sample:
    """What the processes use now; zeros for one that is not there."""
    parent = daemon.process.pid
    children = _read(f"/proc/{parent}/task/{parent}/children").split()
    worker = int(children[0]) if children else 0
    return Sample(
        round(time.monotonic() - began, 1),
        site.done() if done < 0 else done,
        _memory(parent),
        _memory(worker),
        _descriptors(parent),
        _descriptors(worker),
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _memory(process: int) -> int:
    lines = [line for line in _read(f"/proc/{process}/status").splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) if lines else 0


def _descriptors(process: int) -> int:
    try:
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    except OSError:
        return 0


def rate(folder: Path) -> None:
    """How much goes through, from the first file done to the last."""
    for files, count in ((1000, 1), (20, 500)):
        site = Site(folder / f"rate-{count}", quiet_seconds=0)
        for n in range(files):
            site.put(f"{n}.837", claims(n, count=count))
        daemon = site.start()
        site.wait_for(1)
        began, at = time.monotonic(), site.done()
        site.wait_for(files, seconds=3600)
        a_second = (files - at) / (time.monotonic() - began)
        daemon.terminate()
        print(f"Files of {count} claims: {a_second:.1f} files, {a_second * count:.0f} claims a second")


def scan_cost(folder: Path) -> None:
    """One scan of an inbox with so many files that wait."""
    from scrubber.settings.settings import Watch
    from scrubber.watch.clock import Clock
    from scrubber.watch.scan import Scanner

    inbox = folder / "scan"
    inbox.mkdir()
    there = 0
    for count in (1_000, 10_000, 50_000):
        for n in range(there, count):
            (inbox / f"{n}.837").write_bytes(b"ISA*00*")
        there = count
        scanner = Scanner(inbox, Clock(), Watch(inbox=inbox, quiet_seconds=0))
        times = []
        for _ in range(7):
            began, used = time.monotonic(), time.process_time()
            scanner.scan()
            times.append((time.monotonic() - began, time.process_time() - used))
        wall, cpu = (statistics.median(each) * 1000 for each in zip(*times[2:], strict=True))
        print(f"Scan of {count} entries: {wall:.0f} ms, {cpu:.0f} ms of processor time")


def show(rows: list[Row]) -> None:
    """The table of faults and outcomes."""
    if not rows:
        return
    print(f"\n{'fault':44} {'tried':>7} {'held':>7} {'seconds':>9}")
    for row in rows:
        print(f"{row.fault:44} {row.tried:>7} {row.held:>7} {row.seconds:>9.0f}")


if __name__ == "__main__":
    sys.exit(main())
