"""Kill the daemon and its worker, as one group, before each call by which one job changes a disk; restart; check."""

from __future__ import annotations

import re
import shutil
import signal
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from watch.real.checker import check
from watch.real.interposer import Interposer
from watch.real.site import Site, claims, records, wait_until

NAME = "claims.837"


class Clean(NamedTuple):
    """A run without a kill: its calls in order, and what did not hold."""

    calls: list[str]
    faults: list[str]


class Stopped(NamedTuple):
    """A run that was to be killed before call ``point`` (or in the middle of it, where it is a write)."""

    point: int
    half: bool
    killed: bool
    faults: list[str]


def prepared(folder: Path) -> tuple[Site, list[bytes], Interposer]:
    """One job that has every kind of output: claims of which one is corrected and one is held, with their records."""
    site = Site(folder, scan_seconds=0.05, quiet_seconds=0.05)
    puts = [claims(1, count=2, held=True), records(1)]
    site.put(NAME, puts[0])
    site.put("claims.csv", puts[1])
    return site, puts, Interposer(folder)


def clean_run(folder: Path) -> Clean:
    """Trace the calls of a run that nobody stops."""
    site, puts, interposer = prepared(folder)
    code = site.once(environment=interposer.environment())
    faults = check(folder, puts) + ([] if code == 1 else [f"exit code {code}, not 1: one claim is held"])
    return Clean(interposer.names(), faults + _outcome(folder))


SEEN_BY_THE_KERNEL = {
    "write": "write",
    "writev": "writev",
    "pwrite64": "pwrite",
    "fsync": "fsync",
    "fdatasync": "fdatasync",
    "ftruncate": "ftruncate",
    "rename": "rename",
    "renameat": "rename",
    "renameat2": "rename",
    "unlink": "unlink",
    "unlinkat": "unlink",
    "rmdir": "rmdir",
    "mkdir": "mkdir",
    "mkdirat": "mkdir",
    "link": "not counted",
    "linkat": "not counted",
    "symlink": "not counted",
    "truncate": "not counted",
    "fallocate": "not counted",
    "pwritev": "not counted",
    "pwritev2": "not counted",
    "sendfile": "not counted",
    "copy_file_range": "not counted",
    "sync_file_range": "not counted",
}
"""Calls of the kernel that change a disk, by our name. None of those that are not counted is ever made."""


def traced_run(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """The same run seen twice: as the kernel's calls (strace) and as the calls that are counted."""
    site, _, interposer = prepared(folder)
    trace = folder / "strace.txt"
    given = [f"-E{key}={value}" for key, value in interposer.environment().items()]
    calls = f"trace={','.join(SEEN_BY_THE_KERNEL)}"
    site.once(front=("strace", "-f", "-y", "-qq", "-e", "signal=none", "-o", str(trace), "-e", calls, *given))
    counted = Counter(interposer.names())
    aside = ("/dev", str(interposer.log))
    seen: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        match = re.match(r"\d+ +(\w+)\((?![012]<)(?:\d+<([^>]*)>)?", line)
        if match and (match[2] is None or (match[2].startswith("/") and not match[2].startswith(aside))):
            seen[SEEN_BY_THE_KERNEL[match[1]]] += 1
    return seen, counted


def stopped_run(folder: Path, point: int, *, half: bool = False, proofs: bool = False) -> Stopped:
    """Kill before call ``point``, restart, and check. ``proofs`` asks the daemon's own reconcile and audit log too."""
    site, puts, interposer = prepared(folder)
    daemon = site.start("--once", environment=interposer.environment(point, half=half))
    killed = daemon.end() == -signal.SIGKILL
    code = site.once()
    faults = check(folder, puts) + _outcome(folder)
    if killed and code not in (0, 1):
        faults.append(f"exit code {code} after the restart")
    if proofs:
        faults += _proofs(site)
    site.close()
    if not faults:
        shutil.rmtree(folder)
    return Stopped(point, half, killed, faults)


def failing_run(folder: Path, fail: tuple[str, int, int, int]) -> list[str]:
    """Let calls of one kind fail (call, errno, first, last), go on until all is done, and check."""
    site, puts, interposer = prepared(folder)
    daemon = site.start(environment=interposer.environment(fail=fail, under=str(folder)))
    try:
        wait_until(lambda: site.done() == len(puts) or not daemon.is_running, "the job is done, or the daemon ends")
        if daemon.is_running:
            code = daemon.terminate()
        else:  # it could not begin: it says so, and whoever started it does so again
            code = daemon.end()
            code = 0 if code == 2 and "Traceback" not in daemon.said else code
    finally:
        site.close()
    faults = [] if code == 0 else [f"exit code {code}: {daemon.said[-400:]}"]
    code = site.once()
    if code not in (0, 1):
        faults.append(f"exit code {code} afterwards")
    faults += check(folder, puts) + _outcome(folder)
    if not faults:
        shutil.rmtree(folder)
    return faults


def _outcome(folder: Path) -> list[str]:
    """A kill loses nothing, and it changes nothing either: the job is done as if nothing had been."""
    wanted = {"outbox": 1, "held": 1, "reports": 4, "failed": 0}
    found = {key: len(list((folder / key).glob("[!.]*"))) for key in wanted}
    return [] if found == wanted else [f"there are {found}, not {wanted}"]


def _proofs(site: Site) -> list[str]:
    found = []
    for arguments in (("reconcile",), ("audit-log", "verify")):
        said = site.run(*arguments)
        if said.returncode != 0:
            found.append(f"{' '.join(arguments)} exits {said.returncode}: {said.stdout[-300:]}{said.stderr[-300:]}")
    return found


def described(calls: list[str]) -> str:
    """The calls of a run by kind: "12 fsync, 9 rename"."""
    return ", ".join(f"{count} {name}" for name, count in sorted(Counter(calls).items()))
