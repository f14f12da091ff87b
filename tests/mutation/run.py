"""`make mutate`: how much of rules and visits the tests would miss.

Prints mutants, killed, survived with and without a reason by folder. The exit code is 1 when more than 3 % survive,
when one survives for which tests/mutation/survivors.csv gives no reason, or when a reason there is no longer needed.

    python -m tests.mutation.run                            everything
    python -m tests.mutation.run scrubber/rules/ncci        one folder or file
    python -m tests.mutation.run scrubber/visits/units.py --tests tests/visits    by some of the tests only
    python -m tests.mutation.run --again                    those that the last run left without a reason

An interrupt (Ctrl-C) ends the trials and shows what was found until then.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.trials import NO_TEST, NOT_CODE, SURVIVED, Trials

ROOMS = ("scrubber/visits", "scrubber/rules")
TESTS = (
    "tests/visits",
    "tests/rules",
    "tests/fixes",
    "tests/write",
    "tests/reports",
    "tests/ledger",
    "tests/money",
    "tests/settings",
    "tests/arithmetic",
    "tests/malformed/test_malformed.py",
)
"""Those that run the scrubber in this process: a mutant lives in no other."""
SURVIVORS = Path("tests/mutation/survivors.csv")
LEFT = Path("out/mutants-left.csv")
"""What a run leaves without a reason, in the columns of the survivors, for --again."""
COLUMNS = ("file", "function", "was", "becomes", "nth")
MOST = 0.03
STRIDE = 8
"""Every eighth mutant is tried first, then the ones beside them: a run that is interrupted has seen some of all."""

Described = tuple[str, str, str, str, str]
"""File, function, the changed lines, what the mutant makes of them, and which of the like in the function it is."""


def main() -> int:
    asked = _arguments()
    files = [file for path in asked.paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    mutants = [mutant for file in files for mutant in mutants_of(file)]
    tried = _named(mutants, asked.again) if asked.again else mutants
    of_rooms = [file for room in ROOMS for file in Path(room).rglob("*.py")]
    tried = [mutant for n in range(STRIDE) for mutant in tried[n::STRIDE]]
    trials = Trials(tried, set(_named(mutants, SURVIVORS)), [*of_rooms, *files], asked.jobs, asked.seconds, _tell)
    options = ["-o", "addopts=--import-mode=importlib", "-s", "-p", "no:terminal", "-p", "no:cacheprovider"]
    code = pytest.main([*options, "-p", "no:xdist", *asked.tests], plugins=[trials])
    _tell("\n")
    if trials.failed or code not in (0, 1) or not trials.outcomes:
        _tell("\n".join([f"The tests must pass before mutants are tried ({code!r}).", *trials.failed, ""]))
        return 2
    lived = {mutant for mutant, outcome in trials.outcomes.items() if outcome in (SURVIVED, NO_TEST)}
    described = describe(mutants, {(str(mutant.path), mutant.place) for mutant in lived})
    return _report(trials, described, whole=not asked.again and asked.paths == [Path(room) for room in ROOMS])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.mutation.run", description="Mutation testing of rules and visits")
    parser.add_argument("paths", nargs="*", type=Path, default=[Path(room) for room in ROOMS])
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument(
        "--again", type=Path, nargs="?", const=LEFT, help=f"only what the last run left without a reason ({LEFT})"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--seconds",
        type=float,
        default=60,
        help="processor time of the tests, as long as they took under watch, that are asked of a mutant that lives and"
        " has no reason yet (60); all the others get a few",
    )
    return parser.parse_args()


def _named(mutants: Sequence[Mutant], path: Path) -> list[Mutant]:
    left = _read(path).keys()
    named = describe(mutants, {(file, place) for file, place, *_ in left})
    return [mutant for mutant in mutants if named.get(mutant) in left]


def _report(trials: Trials, described: dict[Mutant, Described], *, whole: bool) -> int:
    reasons = read_reasons()
    made, explained, unexplained = Counter[str](), Counter[str](), Counter[str]()
    untried = Counter(str(mutant.path.parent) for mutant in trials.mutants if mutant not in trials.outcomes)
    needed = set()
    without_reason = []
    for mutant in sorted(trials.outcomes, key=lambda each: (each.path, each.number)):
        outcome = trials.outcomes[mutant]
        if outcome == NOT_CODE:
            continue
        folder = str(mutant.path.parent)
        made[folder] += 1
        if outcome in (SURVIVED, NO_TEST):
            name = described[mutant]
            needed.add(name)
            (explained if name in reasons else unexplained)[folder] += 1
            if name not in reasons:
                without_reason.append(name)
                what = "no test runs" if outcome == NO_TEST else "survived"
                _show(f"{what}: {name[0]}:{mutant.lines[0]} {name[1]} ({name[4]})", f"- {name[2]}", f"+ {name[3]}")
    _show(f"{'':<28}{'mutants':>9}{'killed':>9}{'with reason':>13}{'without':>9}{'left':>8}")
    for folder in [*sorted(made), ""]:
        n, with_reason, without = (
            counts[folder] if folder else counts.total() for counts in (made, explained, unexplained)
        )
        left = with_reason + without
        _show(f"{folder or 'all':<28}{n:>9}{n - left:>9}{with_reason:>13}{without:>9}{left / max(n, 1):>8.1%}")
    for folder, n in sorted(untried.items()):
        _show(f"{folder}: {n} mutants were not tried")
    _write_left(without_reason)
    idle = reasons.keys() - needed if whole and not untried else set()
    for name in sorted(idle):
        _show(f"killed, so its reason is idle: {' | '.join(name)}")
    left = explained.total() + unexplained.total()
    return int(bool(unexplained or untried or idle) or left > MOST * made.total())


def describe(mutants: Iterable[Mutant], places: Collection[tuple[str, str]]) -> dict[Mutant, Described]:
    """Those of these functions (file, name) by what does not change with the rest of their file. ``mutants`` are all of
    a file, in the order of its text.
    """
    seen = Counter[tuple[str, ...]]()
    described = {}
    for mutant in mutants:
        if (str(mutant.path), mutant.place) in places:
            like = (str(mutant.path), mutant.place, *mutant.change())
            seen[like] += 1
            described[mutant] = (*like, str(seen[like]))
    return described


def read_reasons() -> dict[Described, str]:
    """Why a mutant may live, by the mutant. A row without a reason is refused."""
    reasons = _read(SURVIVORS)
    for name, reason in reasons.items():
        if not reason.strip():
            raise SystemExit(f"{SURVIVORS}: no reason is given for {' | '.join(name)}")
    return reasons


def _read(path: Path) -> dict[Described, str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["file"], row["function"], row["was"], row["becomes"], row["nth"]): row["reason"] for row in rows}


def _write_left(names: Iterable[Described]) -> None:
    LEFT.parent.mkdir(exist_ok=True)
    with LEFT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, "reason"))
        writer.writerows((*name, "") for name in names)


def _show(*lines: str) -> None:
    sys.stdout.write("\n    ".join(lines) + "\n")


def _tell(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
