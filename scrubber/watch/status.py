"""How the watched folder stands, told from the state and the folders while the daemon runs or does not.

It speaks of inputs by their names: it is for the screen of whoever minds the folder, not for a log.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scrubber.errors import OutputError
from scrubber.findings.wording import counted
from scrubber.settings.settings import Watch
from scrubber.watch import disk
from scrubber.watch.clock import Clock, stamp
from scrubber.watch.companions import DONE, is_input, is_records
from scrubber.watch.folders import TAKEN, path_in
from scrubber.watch.job import Job, JobState
from scrubber.watch.locks import is_running
from scrubber.watch.names import shown
from scrubber.watch.state import State

SCHEMA = "scrubber-watch-status/1"
LATELY_HOURS = 24
NOT_SEEN = "new: no scan has noted it yet"
LEFT_ALONE = "left alone: a program that still writes uses such a name"
LONE_DONE = "left alone: a .done file without its file"


def longest_silence(watch: Watch) -> float:
    """Seconds without a completed scan after which something is wrong."""
    return 60 + 10 * watch.scan_seconds


class Input(msgspec.Struct, frozen=True):
    """An input that is not done. ``seconds`` is its age; ``job`` is null for one that no scan has seen."""

    name: str
    kind: str
    state: str
    reason: str
    seconds: int
    stuck: bool
    job: str | None


class Ignored(msgspec.Struct, frozen=True):
    """A name in the inbox that is left alone."""

    name: str
    reason: str
    seconds: int
    stuck: bool


class Failed(msgspec.Struct, frozen=True):
    """A file that failed of late and is still in failed, under ``name``."""

    job: str
    name: str
    kind: str
    why: str
    what_to_do: str
    at: str


class Asked(msgspec.Struct, frozen=True):
    """A rerun that was asked for and not begun."""

    job: str
    by: str
    asked_at: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Everything. Moments are UTC, null when there was none. ``files`` and ``records`` count what is done, by outcome;
    ``problems`` says what needs a person: none means that all is well."""

    schema: str = SCHEMA
    running: bool
    version: str | None
    started_at: str | None
    last_scan: str | None
    intake_stopped: str | None
    files: dict[str, int]
    records: dict[str, int]
    states: dict[str, int]
    claims: dict[str, int]
    waiting: tuple[Input, ...]
    in_hand: tuple[Input, ...]
    ignored: tuple[Ignored, ...]
    failed_lately: tuple[Failed, ...]
    reruns: tuple[Asked, ...]
    problems: tuple[str, ...]


def status_of(watch: Watch, clock: Clock) -> Status:
    """How it stands now. Raises OutputError when the state is there and cannot be read."""
    look = _Look(watch, clock)
    if not disk.is_there(watch.state):
        return look.without_state()
    state = State(watch.state, read_only=True)
    try:
        with state.reading():
            return look.status(state)
    finally:
        state.close()


class _Look:
    """One look at the folder, as of one moment."""

    def __init__(self, watch: Watch, clock: Clock) -> None:
        self.watch = watch
        self.now = clock.now()
        self.running = is_running(watch.state)
        self.limit = watch.stuck_minutes * 60
        self.lost_at: str | None = None
        self.replaced_at: str | None = None

    def without_state(self) -> Status:
        waiting, ignored = self._inbox({})
        return self._status(
            version=None,
            started_at=None,
            last_scan=None,
            intake_stopped=None,
            files={},
            records={},
            states={},
            claims={"sent": 0, "held": 0},
            waiting=waiting,
            in_hand=(),
            ignored=ignored,
            failed_lately=(),
            reruns=(),
        )

    def status(self, state: State) -> Status:
        self.lost_at, self.replaced_at = state.fact("inbox_lost"), state.fact("inbox_replaced")
        counts = state.counts()
        in_hand = state.unfinished()
        seen = {job.name: job for job in (*state.seen(), *in_hand) if job.state in (JobState.SEEN, JobState.STABLE)}
        waiting, ignored = self._inbox(seen)
        if self.lost_at is not None:  # what was there goes on waiting for it
            known = {each.job for each in waiting}
            gone = (self._input(job) for job in seen.values() if job.state == JobState.SEEN and job.id not in known)
            waiting = (*waiting, *gone)
        states: dict[str, int] = {}
        for (_, name, _), count in counts.items():
            states[name] = states.get(name, 0) + count
        return self._status(
            version=state.fact("version"),
            started_at=state.fact("started_at"),
            last_scan=state.fact("last_scan"),
            intake_stopped=state.fact("intake_stopped") if self.running else None,
            files=_outcomes(counts, "claims"),
            records=_outcomes(counts, "records"),
            states=states,
            claims=state.claims_done(),
            waiting=waiting,
            in_hand=tuple(self._input(job) for job in in_hand),
            ignored=ignored,
            failed_lately=tuple(self._failed(state)),
            reruns=tuple(Asked(each.job, each.by, each.asked_at) for each in state.open_requests()),
        )

    def _status(self, **parts: object) -> Status:
        status = Status(running=self.running, problems=(), **parts)  # type: ignore[arg-type]
        return msgspec.structs.replace(status, problems=tuple(self._problems(status)))

    def _inbox(self, seen: dict[bytes, Job]) -> tuple[tuple[Input, ...], tuple[Ignored, ...]]:
        """What lies in the inbox, the oldest first: what waits, with the reason that the last scan noted; the rest."""
        waiting, ignored = [], []
        there = dict(_entries(self.watch.inbox))
        for name, changed in there.items():
            job = seen.get(name)
            if job is not None and job.state != JobState.SEEN:
                continue  # in hand, and about to leave the inbox
            age = self._age(job.seen_at) if job is not None else self._since(changed)
            if is_input(name):
                waiting.append(self._waiting(name, job, age))
            elif not name.endswith(DONE):
                ignored.append(Ignored(shown(name), LEFT_ALONE, age, age >= self.limit))
            elif name.removesuffix(DONE) not in there and not any(
                other.startswith(name.removesuffix(DONE) + b".") for other in there if other != name
            ):
                ignored.append(Ignored(shown(name), LONE_DONE, age, age >= self.limit))
        return (
            tuple(sorted(waiting, key=lambda each: -each.seconds)),
            tuple(sorted(ignored, key=lambda each: -each.seconds)),
        )

    def _waiting(self, name: bytes, job: Job | None, age: int) -> Input:
        if job is not None:
            return self._input(job)
        return Input(
            shown(name), "records" if is_records(name) else "claims", "", NOT_SEEN, age, age >= self.limit, None
        )

    def _input(self, job: Job) -> Input:
        """``reason`` of one in hand is what last kept it from going on, or why it fails."""
        age = self._age(job.seen_at)
        reason = job.why if job.state == JobState.FAILING else job.reason or job.why
        return Input(shown(job.name), job.kind, job.state, reason or "", age, age >= self.limit, job.id)

    def _failed(self, state: State) -> Iterator[Failed]:
        since = stamp(self.now - timedelta(hours=LATELY_HOURS))
        for job in state.jobs("outcome = 'failed' AND done_at >= ?", since, order="done_at DESC, id"):
            if job.failed_name is not None and disk.is_there(path_in(self.watch.failed, job.failed_name)):
                name = shown(job.failed_name)
                yield Failed(job.id, name, job.kind, job.why or "", job.what_to_do or "", job.done_at or "")

    def _problems(self, status: Status) -> Iterator[str]:
        left = len(status.waiting) + len(status.in_hand) + len(status.reruns)
        if not self.running and left:
            yield f"the daemon is not running, and {counted(left, 'input')} {'waits' if left == 1 else 'wait'}"
        if self.running:
            silent = self._age(status.last_scan or status.started_at)
            if silent > longest_silence(self.watch):
                yield f"no scan was completed for {age_text(silent)}: is the inbox there?"
        if status.started_at is not None and not self.watch.inbox.is_dir():
            yield "the inbox is not there"
        if status.intake_stopped:
            yield f"intake is stopped: {status.intake_stopped}"
        yield from self._inbox_problems()
        stuck = sum(each.stuck for each in (*status.waiting, *status.in_hand))
        if stuck:
            yield f"{counted(stuck, 'input')} stuck: not done after {self.watch.stuck_minutes:g} minutes"
        left_alone = sum(each.stuck for each in status.ignored)
        if left_alone:
            yield f"{counted(left_alone, 'name')} in the inbox left alone for {self.watch.stuck_minutes:g} minutes"
        if status.failed_lately:
            yield f"{counted(len(status.failed_lately), 'file')} failed in the last {LATELY_HOURS} hours"

    def _inbox_problems(self) -> Iterator[str]:
        if self.running and self.lost_at is not None and self.watch.inbox.is_dir():
            yield f"the inbox is not what it was {age_text(self._age(self.lost_at))} ago: is its mount there?"
        if self.replaced_at is not None and self._age(self.replaced_at) < LATELY_HOURS * 3600:
            ago = age_text(self._age(self.replaced_at))
            yield f"the inbox was replaced by another folder {ago} ago: is its mount there?"

    def _age(self, moment: str | None) -> int:
        """Whole seconds since a stamp; 0 without one, or when the clock was set back."""
        return self._since(datetime.fromisoformat(moment).timestamp()) if moment else 0

    def _since(self, seconds: float) -> int:
        return max(0, int(self.now.timestamp() - seconds))


def age_text(seconds: int) -> str:
    """An age in the largest unit that is not 0, as in "3 h"."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _outcomes(counts: dict[tuple[str, str, str | None], int], kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for (each, _, outcome), count in counts.items():
        if each == kind and outcome is not None:
            found[outcome] = found.get(outcome, 0) + count
    return found


def _entries(inbox: Path) -> Iterator[tuple[bytes, float]]:
    """Names in the inbox and when each was changed (seconds since 1970), now for one that cannot be looked at.

    Nothing when it is not there, which the missing scans tell. Raises OutputError when it cannot be read.
    """
    try:
        with contextlib.suppress(FileNotFoundError), os.scandir(os.fsencode(inbox)) as names:
            for each in names:
                with contextlib.suppress(FileNotFoundError):
                    if each.name != os.fsencode(TAKEN):
                        yield each.name, _changed(each)
    except OSError as error:
        raise OutputError(f"{inbox}: cannot be read ({error.strerror}); run it as the daemon's user") from None


def _changed(entry: os.DirEntry[bytes]) -> float:
    """Raises FileNotFoundError for a name that has gone since."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        raise
    except OSError:
        return time.time()
