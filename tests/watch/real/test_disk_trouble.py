"""Disks that are full, read-only or failing: intake stops and says so, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watch.real import interposer
from watch.real.checker import check
from watch.real.interposer import Interposer
from watch.real.site import Site, claims, wait_until

needs_root = pytest.mark.skipif(
    not interposer.is_root() or shutil.which("mount") is None, reason="needs root, to mount a small tmpfs"
)
needs_interposer = pytest.mark.skipif(interposer.library() is None, reason=interposer.NEEDED)


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if made.returncode != 0:
        pytest.skip("no tmpfs can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


def fill(path: Path) -> None:
    """Write until the disk is full, and raise what the system says then."""
    with path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def stopped(site: Site) -> bool:
    """Whether the daemon says that its intake is stopped."""
    said = site.run("status", "--json").stdout  # nothing yet while the daemon still starts
    return bool(said) and json.loads(said)["intake_stopped"] is not None


@needs_root
@pytest.mark.parametrize("key", ["outbox", "archive"])
def test_a_full_disk(site: Site, key: str) -> None:
    puts = [claims(n, held=True) for n in range(3)] + [b"no claims at all"]
    with mounted(site.of(key), "64k"):
        filler = site.of(key) / ".filler"
        with pytest.raises(OSError, match="No space"):
            fill(filler)
        with site.running() as daemon:
            for n, data in enumerate(puts):
                site.put(f"{n}.837", data)
            wait_until(lambda: stopped(site), "the status says that intake is stopped")
            assert daemon.is_running
            filler.unlink()
            remount(site.of(key), "size=16m")
            site.wait_for(len(puts))
        assert check(site.folder, puts) == []


@needs_root
@pytest.mark.parametrize("key", ["held"])
def test_a_mount_that_becomes_read_only(site: Site, key: str) -> None:
    puts = [claims(n, held=True) for n in range(3)]
    with mounted(site.of(key), "16m"):
        with site.running() as daemon:
            site.put("0.837", puts[0])
            site.wait_for(1)
            remount(site.of(key), "ro")
            site.put("1.837", puts[1])
            wait_until(lambda: stopped(site), "the status says that intake is stopped")
            assert daemon.is_running
            remount(site.of(key), "rw")
            site.put("2.837", puts[2])
            site.wait_for(len(puts))
        assert check(site.folder, puts) == []


@needs_interposer
@pytest.mark.parametrize(
    ("call", "number", "under"),
    [
        ("fsync", errno.EIO, "outbox"),
        ("fsync", errno.EIO, "archive"),
        ("fdatasync", errno.EIO, "watch.db"),
        ("write", errno.ENOSPC, "outbox"),
        ("write", errno.EDQUOT, "reports"),
        ("rename", errno.ESTALE, "outbox"),
        ("mkdir", errno.ENOSPC, "archive"),
    ],
    ids=lambda value: errno.errorcode.get(value, value) if isinstance(value, int) else value,
)
def test_a_call_that_fails_for_a_while(site: Site, call: str, number: int, under: str) -> None:
    """The first two such calls fail, then the disk is well again: everything goes through, once."""
    puts = [claims(n, held=True) for n in range(2)]
    interposer_ = Interposer(site.folder)
    environment = interposer_.environment(
        fail=(call, number, 1, 2), under=f"site/{under}" if "/" not in under else under
    )
    if under in ("watch.db", ".scrubber-taken"):
        environment["FAIL_UNDER"] = under
    for n, data in enumerate(puts):
        site.put(f"{n}.837", data)
    daemon = site.start(environment=environment)
    wait_until(lambda: not daemon.is_running or site.done() == len(puts), "it ends or goes on")
    if not daemon.is_running:  # it could not begin: it says so, and whoever started it does so again
        assert daemon.end() == 2, daemon.said
        assert "Traceback" not in daemon.said
        daemon = site.start(environment=environment | {"FAIL_TO": "0"})
    site.wait_for(len(puts))
    assert daemon.terminate() == 0, daemon.said
    assert interposer_.failed > 0, "the call was never made"
    assert check(site.folder, puts) == []


@pytest.mark.skipif(interposer.is_root(), reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(site: Site) -> None:
    site.of("outbox").chmod(0o500)
    site.put("a.837", claims(1))
    with site.running():
        wait_until(lambda: stopped(site), "intake is stopped")
        site.of("outbox").chmod(0o700)
        site.wait_for(1)
    assert check(site.folder, [claims(1)]) == []
