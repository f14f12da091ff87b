"""Which tests run through which lines, remembered from one run to the next: to watch all of them takes minutes.

What is remembered of a test holds as long as its file, the program and what the tests share (specimens, fixtures) are
the same.
"""

from __future__ import annotations

import hashlib
import pickle
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import coverage
import pytest

MEMORY = Path("out/mutants-watched.pickle")
PROGRAM, TESTS, FIXTURES = Path("scrubber"), Path("tests"), Path("fixtures")


class Watched(NamedTuple):
    """One test: the processor time that it took under watch, and the lines that it ran through by file."""

    of: str
    seconds: float
    lines: dict[str, array[int]]


def watch(
    items: Sequence[pytest.Item],
    files: Sequence[str],
    run: Callable[[pytest.Item, pytest.Item | None], bool],
    tell: Callable[[str], None],
) -> dict[str, Watched]:
    """Every test by its id. ``run`` says whether a test passed; after the first that has not the rest is left out."""
    shared = _hash(path for path in _all() if not path.name.startswith("test_"))
    known = _read(shared, files)
    of = {path: _hash([path]) for path in {item.path for item in items}}
    new = [item for item in items if item.nodeid not in known or known[item.nodeid].of != of[item.path]]
    if new:
        watched = _watch(new, files, run, tell)
        known |= {item.nodeid: Watched(of[item.path], *watched[item.nodeid]) for item in new if item.nodeid in watched}
        if len(watched) == len(new):
            MEMORY.parent.mkdir(exist_ok=True)
            MEMORY.write_bytes(pickle.dumps((shared, tuple(files), known)))
    return known


def _watch(
    items: Sequence[pytest.Item],
    files: Sequence[str],
    run: Callable[[pytest.Item, pytest.Item | None], bool],
    tell: Callable[[str], None],
) -> dict[str, tuple[float, dict[str, array[int]]]]:
    watching = coverage.Coverage(data_file=None, config_file=False, include=files, concurrency="thread")
    seconds = {}
    watching.start()
    for n, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True), 1):
        watching.switch_context(item.nodeid)
        start = time.process_time()
        passed = run(item, following)
        seconds[item.nodeid] = time.process_time() - start
        if not passed:
            break
        if n % 10 == 0:
            tell(f"\r{n} of {len(items)} tests")
    watching.stop()
    tell("\n")
    lines: dict[str, dict[str, array[int]]] = {nodeid: defaultdict(lambda: array("H")) for nodeid in seconds}
    for file in files:
        for line, contexts in watching.get_data().contexts_by_lineno(file).items():
            for context in contexts:
                if context:
                    lines[context][file].append(line)
    return {nodeid: (took, dict(lines[nodeid])) for nodeid, took in seconds.items()}


def _read(shared: str, files: Sequence[str]) -> dict[str, Watched]:
    if not MEMORY.is_file():
        return {}
    was_shared, was_files, known = pickle.loads(MEMORY.read_bytes())  # noqa: S301 - written by the last run
    return known if (was_shared, was_files) == (shared, tuple(files)) else {}


def _all() -> list[Path]:
    kinds = {".py", ".toml", ".csv", ".json", ".txt", ".837"}
    of_program = (path for folder in (PROGRAM, TESTS, FIXTURES) for path in folder.rglob("*") if path.suffix in kinds)
    return sorted(path for path in of_program if TESTS / "mutation" not in path.parents and path.parent.name != "said")


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
