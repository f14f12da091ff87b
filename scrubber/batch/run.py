"""Run a plan: whole files and parts of large ones on an engine, each result written down as it comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from threading import Event

from scrubber.batch.bench import Bench
from scrubber.batch.done import Answer
from scrubber.batch.engine import AHEAD, Engine
from scrubber.batch.plan import Plan
from scrubber.batch.scrub_file import StoppedError, Told, failed, guarded, scrub_file
from scrubber.batch.task import Task
from scrubber.batch.unwritten import Unwritten
from scrubber.batch.worker import follow, ready, scrub_piece, scrub_whole
from scrubber.errors import ScrubberError, place_of
from scrubber.outputs.claim_part import PatientPart
from scrubber.scrub import Spread
from scrubber.scrub_part import Results, in_window, results_of

LARGE = 4_000_000
"""Bytes above which a file may be divided: some seconds of work."""

GROUP, GROUP_BYTES = 16, 200_000
"""Small files that are one task: how many, and bytes of them all, at most."""

LOOK_SECONDS = 0.25
"""How long the run waits for results before it looks whether it shall stop."""


class Run:
    """One run of a plan. ``tell`` takes each answer, once, on the thread that calls ``go``.

    Files go to the engine whole, those of one setup together and the largest first. A file that is large, and more
    than one worker's share of all, is read here and its patients are worked on everywhere; one such file at a time.
    What failed in a way that may pass is done once more when all else is done, one at a time: a file that takes workers
    down takes no other with it.
    """

    def __init__(
        self, plan: Plan, engine: Engine, tell: Callable[[list[Answer]], None], followed: Told, stopping: Event
    ) -> None:
        self._plan = plan
        self._engine = engine
        self._tell = tell
        self._followed = followed
        self._again: deque[Task] = deque()
        self._share = sum(task.bytes for task in plan.tasks) / engine.workers
        self._benches: dict[int, Bench] = {}
        self._stopping = stopping

    def go(self) -> None:
        """Do everything, or what can be done until ``stopping`` is set: what is under way is finished."""
        follow(self._follow)
        divided, whole = self._sorted()
        if divided:
            self._engine.submit(ready)  # workers start while the file is read here
        with ThreadPoolExecutor(1, "divided") as aside:
            self._through(aside, divided, whole, self._engine.window, last=False)
            while self._again and not self._stopping.is_set():
                task = self._again.popleft()
                divided, whole = ([task], []) if self._is_divided(task) else ([], [task])
                self._through(aside, divided, whole, 1, last=True)

    def _sorted(self) -> tuple[list[Task], list[Task]]:
        tasks = sorted(self._plan.tasks, key=lambda task: (task.setup, -task.bytes))
        return [t for t in tasks if self._is_divided(t)], [t for t in tasks if not self._is_divided(t)]

    def _is_divided(self, task: Task) -> bool:
        return self._engine.divides and task.bytes > max(LARGE, self._share)

    def _through(
        self, aside: ThreadPoolExecutor, divided: Iterable[Task], whole: Iterable[Task], window: int, *, last: bool
    ) -> None:
        """Do these tasks. Those that failed and may be done again are put aside unless this is their last time."""
        parts, files = deque(divided), deque(whole)
        under_way: dict[Future[list[Answer]], tuple[Task, ...]] = {}
        large: Future[list[Answer]] | None = None
        while under_way or ((parts or files) and not self._stopping.is_set()):
            if self._stopping.is_set():
                for future in under_way:
                    future.cancel()
            else:
                if parts and large is None:
                    task = parts.popleft()
                    large = aside.submit(self._divide, task)
                    under_way[large] = (task,)
                while files and len(under_way) < window:
                    group = self._group(files)
                    under_way[self._engine.submit(scrub_whole, group)] = group
            finished, _ = wait(under_way, LOOK_SECONDS, FIRST_COMPLETED)
            if large in finished:
                large = None
            self._settle([(under_way.pop(future), future) for future in finished], last=last)

    def _group(self, files: deque[Task]) -> tuple[Task, ...]:
        """The next files: some together while there are many small ones, one by one towards the end."""
        most = min(GROUP, max(1, len(files) // (self._engine.workers * AHEAD)))
        group = [files.popleft()]
        size = group[0].bytes
        while files and len(group) < most and size + files[0].bytes <= GROUP_BYTES:
            group.append(files.popleft())
            size += group[-1].bytes
        return tuple(group)

    def _settle(self, finished: list[tuple[tuple[Task, ...], Future[list[Answer]]]], *, last: bool) -> None:
        told = []
        for tasks, future in finished:
            by_path = {task.path: task for task in tasks}
            for answer in self._answers(tasks, future):
                if answer.again and not last:
                    self._again.append(by_path[answer.done.path])
                else:
                    told.append(answer)
        self._tell(told)

    def _answers(self, tasks: tuple[Task, ...], future: Future[list[Answer]]) -> list[Answer]:
        """What became of tasks; none where they were stopped."""
        try:
            return future.result()
        except (StoppedError, CancelledError):
            return []
        except self._engine.died:
            why = "the process that scrubbed it died, twice; is there memory enough? Divide the file"
        except ScrubberError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - one file fails, the others go on
            why = f"the program failed ({place_of(error)}). Please report it."
        return [
            failed(task, self._plan.setups[task.setup].fingerprint, f"{task.file}: {why}", again=True) for task in tasks
        ]

    def _divide(self, task: Task) -> list[Answer]:
        """Scrub one file whose patients are worked on everywhere."""
        engine = self._engine

        def spread(source_sha256: str) -> Spread:
            def submit(part: bytes) -> Future[Results[PatientPart]]:
                return engine.submit(scrub_piece, task.setup, source_sha256, part)

            return lambda parts: results_of(in_window(submit, parts, engine.window))

        def work() -> Answer:
            found = scrub_file(task, self._bench(task.setup), self._follow, spread)
            return found.write() if isinstance(found, Unwritten) else found

        return [guarded(task, self._plan.setups[task.setup].fingerprint, work, engine.died)]

    def _bench(self, setup: int) -> Bench:
        if setup not in self._benches:
            self._benches.clear()
            self._benches[setup] = Bench(self._plan.setups[setup])
        return self._benches[setup]

    def _follow(self, done: int, of: int) -> None:
        if self._stopping.is_set():
            raise StoppedError
        self._followed(done, of)
