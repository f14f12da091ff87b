"""Killed before each single call that changes disk or state, and then started anew: the end is always the same.

The kills happen inside one process here, in the test's own harness; tests/watch/real kills processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from watch.kills import Killed, Kills
from watch.real.site import claims, records
from watch.watched import Watched

from scrubber.watch.audit_log import KEY_NAME, read_key
from scrubber.watch.audit_proof import files_of, head_in, prove
from scrubber.watch.reconcile import reconcile
from scrubber.watch.rerun import ask
from scrubber.watch.state import State


class Ending(NamedTuple):
    """What must be the same whatever was killed; names that hold a random job id are not in it."""

    files: dict[str, dict[str, bytes]]
    jobs: list[tuple[str, str, str | None, str | None]]


def one_with_records(watched: Watched) -> None:
    watched.put("claims.837", claims(1, count=2, held=True))
    watched.put("claims.csv", records(1))


def a_duplicate(watched: Watched) -> None:
    watched.put("first.837", claims(1))
    watched.once()
    watched.put("second.837", claims(1))


def nothing_readable(watched: Watched) -> None:
    watched.put("claims.837", b"no claims\n")
    watched.put("claims.csv", records(1))


def unreadable_records(watched: Watched) -> None:
    watched.put("claims.837", claims(1))
    watched.put("claims.csv", b"note_id,nonsense\n")


def an_incomplete_file(watched: Watched) -> None:
    watched.put("claims.837", claims(1)[:-30])
    watched.once()
    watched.clock.forward(60 * 60)


def a_rerun(watched: Watched) -> None:
    watched.put("claims.837", claims(1, held=True))
    watched.once()
    ask(watched.settings.watch, "claims.837", by="me", reason=None, at="now")


def one_that_is_written_on(watched: Watched) -> None:
    data = claims(1)
    watched.put("claims.837", data)

    def write_on(_: object) -> None:
        for taken in watched.of("inbox").glob(".scrubber-taken/job-*"):
            taken.write_bytes(data + b"more")

    watched.worker.before = write_on


def kept_long_enough(watched: Watched) -> None:
    one_with_records(watched)
    watched.once()
    watched.clock.forward(60 * 60)


def written_on_when_it_was_done(watched: Watched) -> None:
    data = claims(1)
    watched.put("claims.837", data)
    watched.once()
    [taken] = watched.of("inbox").glob(".scrubber-taken/job-*")
    taken.write_bytes(data + b"more")
    watched.clock.forward(60 * 60)


def a_copy_that_is_lost(watched: Watched) -> None:
    watched.put("claims.837", claims(1))

    def lose(_: object) -> None:
        for copy in watched.of("archive").glob(".scrubber-copies/job-*"):
            copy.unlink()

    watched.worker.after = lose


def a_rerun_with_records(watched: Watched) -> None:
    unreadable_records(watched)
    watched.once()
    better = watched.folder / "better.csv"
    better.write_bytes(records(1))
    ask(watched.settings.watch, "claims.837", by="me", reason=None, at="now", records=[better])


SCENES = [
    one_with_records,
    a_duplicate,
    nothing_readable,
    unreadable_records,
    an_incomplete_file,
    a_rerun,
    one_that_is_written_on,
    kept_long_enough,
    written_on_when_it_was_done,
    a_rerun_with_records,
    a_copy_that_is_lost,
]


def ending(watched: Watched, received: dict[str, bytes]) -> Ending:
    files = {folder: watched.files(folder) for folder in ("inbox", "outbox", "held", "archive", "failed", "reports")}
    for name, data in received.items():
        assert name not in files["outbox"], "it was sent twice"
        files["outbox"][name] = data
    kept = sorted(data for name, data in files["inbox"].items() if name.startswith(".scrubber-taken/job-"))
    files["inbox"] = {name: data for name, data in files["inbox"].items() if "/job-" not in name}
    files["inbox"] |= {f"kept {number}": data for number, data in enumerate(kept)}
    files["failed"] = {name: b"" if name.endswith(".why.json") else data for name, data in files["failed"].items()}
    jobs = sorted((job.name.decode(), job.state, job.outcome, job.sha256) for job in watched.jobs())
    return Ending(files, jobs)


def check_audit(watched: Watched) -> None:
    """Every decision is in the log once, and its chain is whole."""
    watch = watched.settings.watch
    key = read_key(watch.state.with_name(KEY_NAME))
    assert key is not None
    state = State(watch.state, read_only=True)
    try:
        proof = prove(key, files_of(watch.audit_file), head=head_in(state))
    finally:
        state.close()
    assert not proof.faults, proof
    assert not proof.waiting
    found = reconcile(watch)
    assert not found.gaps, found.gaps


def run(
    folder: Path, scene: Callable[[Watched], None], at: int | None, *, torn: bool = False, fetch: bool = False
) -> tuple[Ending, list[str]]:
    """Kill at one call; where ``fetch`` is set, the receiver empties the outbox before the restart."""
    shutil.rmtree(folder, ignore_errors=True)
    watched = Watched(folder)
    scene(watched)
    received: dict[str, bytes] = {}
    with pytest.MonkeyPatch.context() as patch:
        kills = Kills(patch, at, torn=torn)
        try:
            watched.once()
        except Killed:
            assert kills.happened
    if at is None:
        return ending(watched, received), kills.calls
    assert kills.happened
    if fetch:
        for path in watched.of("outbox").glob("[!.]*"):
            received[path.name] = path.read_bytes()
            path.unlink()
    watched.once()
    check_audit(watched)
    return ending(watched, received), kills.calls


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_kill_ends_as_if_there_had_been_none(
    tmp_path: Path, scene: Callable[[Watched], None], capsys: pytest.CaptureFixture[str]
) -> None:
    clean, calls = run(tmp_path / "clean", scene, None)
    tried = 0
    for at in range(len(calls)):
        found, _ = run(tmp_path / "killed", scene, at, torn=at % 2 == 0, fetch=scene is one_with_records)
        assert found == clean, f"killed at call {at}: {calls[at]}"
        tried += 1
    with capsys.disabled():
        print(f"\n{scene.__name__}: {len(calls)} calls in a clean run, {tried} kills tried")  # noqa: T201 - the figures are asked for
    assert tried == len(calls) > 0
