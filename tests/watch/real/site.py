"""A place of its own for a real daemon: folders, settings, processes in a group of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rules.specimen import Bill, interchange

FOLDERS = ("inbox", "outbox", "held", "reports", "archive", "failed")
DEADLINE = 90.0
"""Seconds after which what a test waits for will not come: a test that waits so long has failed."""
HEADER = "note_id,claim_id,service_date,discipline,code,minutes,role,signed\n"


def wait_until(condition: Callable[[], Any], what: str, seconds: float = DEADLINE) -> None:
    """Ask every few milliseconds until it is so. Raises AssertionError with ``what`` after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} seconds for nothing: {what}"
        time.sleep(0.005)


def claims(number: int, *, count: int = 1, held: bool = False) -> bytes:
    """A file of its own: its claims and its control number come from ``number``. ``held`` adds a claim that is held."""
    bills = [Bill(number=f"PCN{number}-{n}", member=f"{n:03}{number:08}") for n in range(count)]
    if held:
        bills.append(Bill(number=f"HELD{number}", lines=("SV1*HC:97110*40*UN*1***1",)))
    return interchange(*bills).replace("000000101", f"{number + 200:09}").encode()


def records(number: int) -> bytes:
    """Records that make the first claim of ``claims(number)`` one unit smaller."""
    row = f"N-1,PCN{number}-0,2026-03-02,PT,97110,15,PT,yes\n"
    return (HEADER + row).encode()


class Daemon:
    """One process group: the daemon and what it starts."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as file:  # a pipe that nobody reads would stop the daemon
            self.process = subprocess.Popen(
                command,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        """To the whole group, as the kernel would to all at once."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """kill -9 of the group; waits until it is gone."""
        with suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self.end()

    def terminate(self) -> int:
        """SIGTERM to the daemon alone, as systemd and cron do; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self, seconds: float = DEADLINE) -> int:
        """Wait for its end; returns the exit code."""
        return self.process.wait(timeout=seconds)

    @property
    def said(self) -> str:
        """What it wrote to standard error, at most the last million bytes of it."""
        return self.log.read_bytes()[-1_000_000:].decode(errors="replace")


class Site:
    """Folders below one folder, ``scrubber.toml`` with short waits, and the daemons that were started here."""

    def __init__(self, folder: Path, state: Path | None = None, top: str = "", **watch: Any) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.state = state or folder / "state" / "watch.db"
        self.settings = folder / "scrubber.toml"
        values = {"scan-seconds": 0.1, "quiet-seconds": 0.1, "state": str(self.state)}
        values |= {key.replace("_", "-"): value for key, value in watch.items()}
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        self.settings.write_text(top + "\n[watch]\n" + "\n".join(lines) + "\n")
        for name in FOLDERS:
            self.of(name).mkdir(exist_ok=True)
        self.daemons: list[Daemon] = []

    def of(self, name: str) -> Path:
        return self.folder / name

    def put(self, name: str | bytes, data: bytes) -> None:
        """Put a file into the inbox, whole at once."""
        part = self.of("inbox") / ".put.part"
        part.write_bytes(data)
        part.rename(self.of("inbox") / os.fsdecode(name))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scrubber.cli.main", "watch", "--settings", str(self.settings), *arguments]

    def start(self, *arguments: str, environment: dict[str, str] | None = None, front: tuple[str, ...] = ()) -> Daemon:
        """Start a daemon; ``front`` is put before its command (strace)."""
        log = self.folder / f"{self.settings.stem}-{len(self.daemons)}.log"
        self.daemons.append(Daemon([*front, *self.command(*arguments)], environment or {}, log))
        return self.daemons[-1]

    @contextmanager
    def running(self, *arguments: str, **how: Any) -> Iterator[Daemon]:
        """A daemon that is ended with SIGTERM, and has then to end well."""
        daemon = self.start(*arguments, **how)
        yield daemon
        assert daemon.terminate() == 0, daemon.said

    def once(self, **how: Any) -> int:
        """``watch --once``; its exit code."""
        daemon = self.start("--once", **how)
        code = daemon.end()
        assert "Traceback" not in daemon.said, daemon.said
        return code

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of ``scrubber watch``, such as ``status``."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, timeout=DEADLINE)

    def close(self) -> None:
        """Kill whatever of ours still runs."""
        for daemon in self.daemons:
            daemon.kill()

    # What is where

    def names(self, folder: str) -> set[str]:
        """Names in a folder that are not private."""
        return {path.name for path in self.of(folder).glob("[!.]*")}

    def archived(self) -> list[Path]:
        """Every file in the archive."""
        return list(self.of("archive").glob("[!.]*/*"))

    def failed(self) -> set[str]:
        """Names of inputs in failed."""
        return {name for name in self.names("failed") if not name.endswith((".why.json", ".ta1"))}

    def done(self) -> int:
        """How many inputs have arrived at their end."""
        return len(self.archived()) + len(self.failed())

    def wait_for(self, count: int, seconds: float = DEADLINE) -> None:
        """Until so many inputs have arrived at their end. The daemon that was started last has to live until then."""
        daemon = self.daemons[-1]
        wait_until(lambda: self.done() >= count or not daemon.is_running, f"{count} inputs are done", seconds)
        if self.done() < count:
            raise AssertionError(f"the daemon ended with {daemon.end()}: {daemon.said}")
