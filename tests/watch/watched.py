"""Folders, settings, a clock that only moves when told, and daemons whose worker works in this process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from watch.fake_clock import FakeClock

from scrubber.cli.inputs import settings_for
from scrubber.settings.settings import Settings
from scrubber.watch.daemon import Daemon
from scrubber.watch.job import Job
from scrubber.watch.messages import Answer, Done, Enter, Hello, Request
from scrubber.watch.state import State
from scrubber.watch.work import Work

FOLDERS = ("outbox", "held", "reports", "archive", "failed")


class InProcess:
    """The real work without a process around it, so that a test can stop it anywhere."""

    def __init__(self, settings: Settings) -> None:
        self._hello = Hello(settings=settings, state=str(settings.watch.state), megabytes=4096)
        self._work: Work | None = None
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self.before: Callable[[Request], object] = lambda _: None
        self.after: Callable[[Request], object] = lambda _: None

    def run(
        self,
        request: Request | Enter,
        meanwhile: Callable[[], None],
        every_seconds: float,  # noqa: ARG002
    ) -> Answer:
        if isinstance(request, Request):
            self.requests.append(request)
            self.before(request)
        meanwhile()
        if self.answers:
            return self.answers.pop(0)
        self._work = self._work or Work(self._hello)
        answer = self._work.do(request)
        self.after(request)
        return _with_paths(answer) if isinstance(answer, Done) else answer

    def close(self) -> None:
        self._work = None


def _with_paths(done: Done) -> Answer:
    return replace(done.result, unreadable_records=tuple(map(os.fsdecode, done.unreadable_records)))


class Watched:
    """Everything below one folder. Each daemon is a new one on the same folders, as after a restart."""

    def __init__(self, folder: Path, top: str = "", **watch: Any) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        values = {"scan-seconds": 1, "quiet-seconds": 10} | {key.replace("_", "-"): each for key, each in watch.items()}
        lines = [f"{key} = {json.dumps(each)}" for key, each in values.items()]
        text = f'timezone = "UTC"\n{top}\n[watch]\n' + "\n".join(lines) + "\n"
        (folder / "scrubber.toml").write_text(text)
        self.settings = settings_for(None, folder / "scrubber.toml")
        self.clock = FakeClock()
        self.worker = InProcess(self.settings)
        self.of("inbox").mkdir(exist_ok=True)

    def of(self, name: str) -> Path:
        return self.folder / name

    def put(self, name: str | bytes, data: bytes) -> Path:
        path = self.of("inbox") / os.fsdecode(name)
        path.write_bytes(data)
        return path

    @contextmanager
    def daemon(self) -> Iterator[Daemon]:
        daemon = Daemon(self.settings, clock=self.clock, serve=False, worker=self.worker)
        try:
            yield daemon
        finally:
            daemon.close()

    def once(self) -> int:
        """What `scrubber watch --once` does; its exit code."""
        with self.daemon() as daemon:
            return daemon.run_once()

    def files(self, folder: str) -> dict[str, bytes]:
        """Every file below a folder by its path, private ones too."""
        root = self.of(folder)
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}

    def names(self) -> dict[str, list[str]]:
        """What is where, without what is private."""
        return {
            folder: [name for name in self.files(folder) if not name.startswith(".")] for folder in ("inbox", *FOLDERS)
        }

    def jobs(self) -> list[Job]:
        state = State(self.settings.watch.state, read_only=True)
        try:
            return list(state.jobs(order="stable_at, kind, id"))
        finally:
            state.close()
