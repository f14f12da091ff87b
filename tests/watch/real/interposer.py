"""Builds and sets ``stop_at.c`` in front of the C library of the daemon and its worker."""

from __future__ import annotations

import atexit
import errno
import functools
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("stop_at.c")


@functools.cache
def library() -> Path | None:
    """The compiled library; None where there is no C compiler, or no LD_PRELOAD."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        return None
    folder = Path(tempfile.mkdtemp(prefix="stop-at-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "stop_at.so"
    built = subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", made, SOURCE, "-ldl"], check=False)
    return made if built.returncode == 0 else None


NEEDED = "needs Linux and a C compiler (cc), to stand between the daemon and the C library"


class Interposer:
    """Counts the calls by which a daemon changes a disk, in files of ``folder``; kills or fails one of them."""

    def __init__(self, folder: Path) -> None:
        self.shared = folder / "calls.count"
        self.log = folder / "calls.log"

    def environment(
        self, stop_at: int = 0, *, half: bool = False, fail: tuple[str, int, int, int] | None = None, under: str = ""
    ) -> dict[str, str]:
        """What the daemon is started with. ``fail`` is (call, errno, first, last) of those on files with ``under``."""
        self.shared.write_bytes(bytes(64))
        self.log.write_bytes(b"")
        found = {
            "LD_PRELOAD": str(library()),
            "STOP_AT_FILE": str(self.shared),
            "STOP_AT_LOG": str(self.log),
            "STOP_AT": str(stop_at),
            "STOP_HALF": str(int(half)),
        }
        if fail:
            found |= dict(zip(("FAIL_CALL", "FAIL_ERRNO", "FAIL_FROM", "FAIL_TO"), map(str, fail), strict=True))
            found["FAIL_UNDER"] = under
        return found

    @property
    def count(self) -> int:
        """How many calls there were."""
        (calls,) = struct.unpack_from("=Q", self.shared.read_bytes())
        return int(calls)

    @property
    def failed(self) -> int:
        """How many calls of the kind that fails there were."""
        (_, calls) = struct.unpack_from("=QQ", self.shared.read_bytes())
        return int(calls)

    def names(self) -> list[str]:
        """The calls, in order: "fsync", "rename"."""
        return [line.split()[2] for line in self.log.read_text().splitlines()]


def error_name(number: int) -> str:
    """EIO for 5."""
    return errno.errorcode[number]


def is_root() -> bool:
    """Whether mounts can be made."""
    return os.geteuid() == 0
