"""Mutants tried in forks of one pytest session, so that each costs little more than the test that kills it.

The session collects the tests and runs them once to see which test runs through which line. For a mutant it forks, puts
the changed code into the live function (every import, property and rule sees it there), and runs the tests that run
through the changed lines until one fails. Results that functions remember (``functools.cache``) are forgotten before
each test that is watched, and in each fork.
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import resource
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.watched import watch

KILLED, SURVIVED, NOT_CODE, NO_TEST = 0, 1, 2, 3
FIRST = 4.0
"""Processor time, in seconds, of the tests that every mutant is tried with before those that live get more."""
LOOPING = 5.0
"""Processor time, in seconds above what its tests may take, after which a mutant loops and counts as killed."""
MEMORY = 2 << 30
"""Bytes of address space beyond which a mutant that gathers without end counts as killed."""
PROGRAM = ("scrubber.visits", "scrubber.rules", "rules", "tests")
"""Modules whose functions forget what they remember; the tables, which no mutant touches, stay loaded."""

A_TEST = 0.02
"""Seconds that a test costs beside its own time."""

ByLine = dict[int, dict[pytest.Item, float]]
Entered = dict[str, ByLine]


class Trials:
    """A pytest plugin: instead of running the tests it tries the mutants, and keeps what became of each."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        explained: Collection[Mutant],
        files: Sequence[Path],
        jobs: int,
        seconds: float,
        tell: Callable[[str], None],
    ):
        self.mutants = mutants
        self.explained = explained
        self.files = sorted({str(file.resolve()) for file in files})
        self.jobs = jobs
        self.seconds = seconds
        self.tell = tell
        self.outcomes: dict[Mutant, int] = {}
        self.kills: Counter[tuple[Path, str, pytest.Item]] = Counter()
        self.killers: dict[Path, dict[pytest.Item, None]] = defaultdict(dict)
        self.rarity: dict[str, dict[pytest.Item, float]] = {}
        self.orders: dict[tuple[str, range], dict[pytest.Item, float]] = {}
        self.tests: dict[str, pytest.Item] = {}
        self.failed: list[str] = []
        self.asked_to_stop: list[int] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid}: {report.longreprtext[-2000:]}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        import hypothesis  # not sooner: pytest would warn that it comes too late to rewrite its assertions

        seek = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # no smaller example of a failure is wanted
        hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=seek)
        hypothesis.settings.load_profile("mutation")
        self.tests = {item.nodeid: item for item in session.items}
        entered = self._watch(session.items)
        if self.failed:
            return True
        gc.collect()
        gc.disable()  # a collection in a child would copy every page that it looks at
        gc.freeze()
        signal.signal(signal.SIGINT, lambda number, _: self.asked_to_stop.append(number))
        self._try_all(self.mutants, entered, min(FIRST, self.seconds))
        lives = [mutant for mutant, outcome in self.outcomes.items() if outcome == SURVIVED]
        self._try_all([mutant for mutant in lives if mutant not in self.explained], entered, self.seconds)
        return True

    def _try_all(self, mutants: Sequence[Mutant], entered: Entered, seconds: float) -> None:
        running: dict[int, tuple[Mutant, int]] = {}
        for n, mutant in enumerate(mutants, 1):
            if self.asked_to_stop:
                break
            tests = self._tests_of(mutant, entered, seconds)
            if not tests:
                self.outcomes[mutant] = NO_TEST
                continue
            while len(running) >= self.jobs:
                self._reap(running)
            answer, ours = os.pipe()
            child = os.fork()
            if not child:
                os.close(answer)
                self._try(mutant, tests, ours, seconds)
            os.close(ours)
            running[child] = (mutant, answer)
            if n % 10 == 0:
                self.tell(f"\r{n} of {len(mutants)} mutants")
        while running:
            self._reap(running)

    def _watch(self, items: Sequence[pytest.Item]) -> Entered:
        """The tests by file and line that they run through, with the seconds they take."""

        def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
            _forget()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            return not self.failed

        watched = watch(items, self.files, passes, self.tell)
        entered: Entered = {file: defaultdict(dict) for file in self.files}
        for item in items if not self.failed else ():
            found = watched[item.nodeid]
            for file, lines in found.lines.items():
                for line in lines:
                    entered[file][line][item] = found.seconds
        return entered

    def _tests_of(self, mutant: Mutant, entered: Entered, left: float) -> list[pytest.Item]:
        """As many as there is time left for: those that have killed others in this function, then in this file, then
        those whose module has its name or imports from it, or from its folder, then in turn a fast one and one that
        runs through most of what few tests run through, in this file and in those that import from it; those of many
        test files before many of one.
        """
        path = str(mutant.path.resolve())
        if (path, mutant.lines) not in self.orders:
            if path not in self.rarity:
                self.rarity[path] = _rarity([entered[path], *(entered[file] for file in self._importers(mutant.path))])
            self.orders[path, mutant.lines] = _by_worth(entered[path], mutant.lines, self.rarity[path])
        seconds = self.orders[path, mutant.lines]
        killers = [test for test in self.killers[mutant.path] if test in seconds]
        killers.sort(
            key=lambda test: (-self.kills[mutant.path, mutant.place, test], -self.kills[mutant.path, "", test])
        )
        module = ".".join(mutant.path.with_suffix("").parts)
        named = f"test_{mutant.path.stem}"
        own = [test for test in seconds if test.path.stem == named or module in _imported(test)]
        room = f"{module.rpartition('.')[0]}."
        near = [test for test in seconds if any(name.startswith(room) for name in _imported(test))]
        tests = []
        for test in dict.fromkeys((*killers, *own, *near, *seconds)):
            if not tests or seconds[test] <= left:
                left -= seconds[test]
                tests.append(test)
        return tests

    def _importers(self, path: Path) -> list[str]:
        module = ".".join(path.with_suffix("").parts)
        return [file for file in self.files if f"from {module} import" in Path(file).read_text("utf-8")]

    def _try(self, mutant: Mutant, tests: list[pytest.Item], ours: int, seconds: float) -> None:
        """In the child: the outcome is the exit code, and the name of the test that killed it goes to the parent."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_PROF, seconds + LOOPING)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            code = compile(mutant.source(), str(mutant.path.resolve()), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            os._exit(NOT_CODE)
        try:
            live(mutant.path, mutant.place).__code__ = _inner(code, mutant.place)
            _forget()
            for test, following in zip(tests, [*tests[1:], None], strict=True):
                test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
                if self.failed:
                    os.write(ours, test.nodeid.encode())
                    os._exit(KILLED)
        except BaseException:  # noqa: BLE001 - whatever a mutant raises, be it SystemExit, is noticed
            os._exit(KILLED)
        os._exit(SURVIVED)

    def _reap(self, running: dict[int, tuple[Mutant, int]]) -> None:
        child, status = os.wait()
        mutant, answer = running.pop(child)
        with os.fdopen(answer, "rb") as pipe:
            killer = pipe.read().decode()
        # A child that a signal ended has looped (SIGPROF) or crashed: no one would miss that either.
        self.outcomes[mutant] = os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else KILLED
        if self.outcomes[mutant] == SURVIVED:
            was, becomes = mutant.change()
            self.tell(f"\rlives so far: {mutant.path}:{mutant.lines[0]} {mutant.place}\n    - {was}\n    + {becomes}\n")
        if killer:
            test = self.tests[killer]
            self.killers[mutant.path][test] = None
            self.kills[mutant.path, mutant.place, test] += 1
            self.kills[mutant.path, "", test] += 1


def _rarity(files: Iterable[ByLine]) -> dict[pytest.Item, float]:
    """How much of these files a test runs through that few others do."""
    rarity: dict[pytest.Item, float] = defaultdict(float)
    for by_line in files:
        for tests in by_line.values():
            for test in tests:
                rarity[test] += 1 / len(tests)
    return rarity


def _by_worth(by_line: ByLine, lines: range, rarity: dict[pytest.Item, float]) -> dict[pytest.Item, float]:
    """The tests that run through one of the lines, with their seconds: in turn one that sees much, and a fast one."""
    seconds = {test: took for line in lines for test, took in by_line.get(line, {}).items()}
    rarest = _spread(sorted(seconds, key=lambda test: (-rarity[test], seconds[test])))
    fastest = _spread(sorted(seconds, key=lambda test: seconds[test]))
    worth = {test: rarity[test] / rank / (seconds[test] + A_TEST) for test, rank in rarest.items()}
    by_turn = zip(
        sorted(worth, key=lambda test: -worth[test]), sorted(fastest, key=lambda test: fastest[test]), strict=True
    )
    return {test: seconds[test] for pair in by_turn for test in pair}


def _spread(tests: Iterable[pytest.Item]) -> dict[pytest.Item, int]:
    """Each with its rank among those of its test file."""
    before = Counter[Path]()
    ranks = {}
    for test in tests:
        before[test.path] += 1
        ranks[test] = before[test.path]
    return ranks


def live(path: Path, place: str) -> FunctionType:
    """The function that runs under this name, behind property, cache and rule."""
    found: Any = importlib.import_module(".".join(path.with_suffix("").parts))
    for name in place.split("."):
        found = vars(found)[name]
    while not isinstance(found, FunctionType):
        inner = (vars(type(found)).get(name) and getattr(found, name) for name in ("fget", "__wrapped__", "__func__"))
        found = next((each for each in inner if each), None) or getattr(found, "func", None) or found.check
    return found


def _inner(code: CodeType, place: str) -> CodeType:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            if const.co_qualname == place:
                return const
            if place.startswith(f"{const.co_qualname}."):
                return _inner(const, place)
    raise LookupError(place)


def _imported(test: pytest.Item) -> frozenset[str]:
    """Modules of which the module of a test has imported something."""
    module = test.getparent(pytest.Module)
    return _origins(module.obj) if module else frozenset()


@functools.cache
def _origins(module: ModuleType) -> frozenset[str]:
    # Of a rule it is its function that says where it is from.
    found = (getattr(each, "check", each) for each in vars(module).values())
    return frozenset(getattr(each, "__module__", None) or "" for each in found)


def _forget() -> None:
    for each in _remembering():
        each.cache_clear()


@functools.cache
def _remembering() -> list[Any]:
    kind = type(functools.cache(len))
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, kind) and (each.__module__ or "").startswith(PROGRAM) and each is not _remembering
    ]
