"""kill -9 of the whole process group at any call that changes a disk: after a restart every guarantee holds.

What is counted are the calls of the C library, in the daemon and in its worker, by ``stop_at.c``: SQLite's commits are
its pwrite, fdatasync, ftruncate and unlink. Here some of them are tried; ``make soak`` tries every one. What a
machine's power does to data that was not synced cannot be tried so: that the syncs are there is, by their order.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from watch.real import interposer
from watch.real.kill_points import Clean, clean_run, stopped_run, traced_run

pytestmark = pytest.mark.skipif(interposer.library() is None, reason=interposer.NEEDED)

POINTS = 8


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    return clean_run(tmp_path_factory.mktemp("clean") / "site")


def test_a_clean_run(clean: Clean) -> None:
    assert clean.faults == []
    assert {"write", "fsync", "rename", "unlink", "pwrite", "fdatasync"} <= set(clean.calls)


@pytest.mark.parametrize("n", range(POINTS))
def test_killed_in_between(clean: Clean, tmp_path: Path, n: int) -> None:
    """Points spread over the whole run; every second write is torn in the middle."""
    point = 1 + (2 * n + 1) * len(clean.calls) // (2 * POINTS)
    stopped = stopped_run(tmp_path / "site", point, half=bool(n % 2))
    assert stopped.faults == [], f"killed at call {point} of {len(clean.calls)}, {clean.calls[point - 1]}"


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, to see what the kernel sees")
def test_nothing_escapes_the_count(tmp_path: Path) -> None:
    """Every call that the kernel sees is one that we count: SQLite's too, and those of the worker."""
    seen, counted = traced_run(tmp_path / "site")
    if not seen:
        pytest.skip("strace may not trace here")
    assert seen == counted
