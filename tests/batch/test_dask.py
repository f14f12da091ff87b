"""A real cluster of two worker processes gives the bytes that one process gives, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch.clinic_files import TODAY, arguments, batch, outputs
from click.testing import CliRunner
from distributed import Client, LocalCluster

from scrubber.batch import dask_engine, run
from scrubber.cli.main import main

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

LONGEST_WAIT = 120.0
"""Seconds after which a test gives up; nothing waits as long unless something is broken."""


def two_workers() -> Any:
    return LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit="500MB", dashboard_address="127.0.0.1:0", silence_logs=50
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with two_workers() as started:
        yield started


@pytest.fixture
def to_be_harmed() -> Iterator[Any]:
    with two_workers() as started:
        yield started


@pytest.fixture(scope="module")
def wanted(clinic: Path, scrubbed: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The outputs of `scrub`, and those of one process that scrubs all files as one input."""
    assert batch(clinic, "one-input", "-j", "1", "--across-files").exit_code == 1
    return {"alone": scrubbed, "across": outputs(clinic / "one-input")}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("out", "options"), [("alone", ()), ("across", ("--across-files",))])
def test_a_cluster_gives_the_same_bytes(
    clinic: Path, wanted: dict[str, dict[str, bytes]], cluster: Any, out: str, options: tuple[str, ...]
) -> None:
    done = batch(clinic, f"dask-{out}", "--engine", "dask", "--scheduler", cluster.scheduler_address, *options)
    assert done.exit_code == 1, done.output
    assert outputs(clinic / f"dask-{out}") == wanted[out]
    assert wanted["alone"] != wanted["across"]


@pytest.mark.parametrize(("out", "options"), [("alone", ()), ("across", ("--across-files",))])
def test_a_killed_worker_is_survived(
    clinic: Path, wanted: dict[str, dict[str, bytes]], to_be_harmed: Any, out: str, options: tuple[str, ...]
) -> None:
    """The command runs as a process of its own; a worker is killed while tasks are on it."""
    address = to_be_harmed.scheduler_address
    with Client(address) as client:
        pids: dict[str, int] = client.run(os.getpid)
        command = arguments(clinic, f"killed-{out}", "--engine", "dask", "--scheduler", address, *options)
        process = subprocess.Popen(
            [sys.executable, "-m", "scrubber.cli.main", *command], stdout=-1, stderr=-1, text=True
        )
        killed: list[str] = []

        def kill_at_work() -> bool:
            """Stop a worker that has tasks; if it has some still, now that it stands, kill it."""
            assert process.poll() is None, process.communicate()
            for worker in _at_work(client):
                os.kill(pids[worker], signal.SIGSTOP)
                if worker in _at_work(client):
                    killed.append(worker)
                    os.kill(pids[worker], signal.SIGKILL)
                    return True
                os.kill(pids[worker], signal.SIGCONT)
            return False

        until(kill_at_work)
        _, errors = process.communicate(timeout=LONGEST_WAIT)
        assert process.returncode == 1, errors
        lost = [event for _, event in client.get_events("all") if event.get("action") == "remove-worker"]
        assert any(event["worker"] == killed[0] and event["processing-tasks"] for event in lost)
    assert outputs(clinic / f"killed-{out}") == wanted[out]


def _at_work(client: Client) -> list[str]:
    """Addresses of workers that the scheduler has given tasks of a run which they have not done."""
    return [worker for worker, tasks in client.processing().items() if any("_perform" in str(task) for task in tasks)]


def test_a_large_file_is_divided(clinic: Path, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LARGE", 1)
    file, records = clinic / "in" / "clinic007.837", clinic / "records.csv"
    common = ["batch", str(file), "-r", str(records), "--today", TODAY]
    engine = ["--engine", "dask", "--scheduler", cluster.scheduler_address]
    for out, options in (("alone", ["-j", "1"]), ("divided", engine), ("local", ["-j", "2"])):
        done = CliRunner().invoke(main, [*common, "-o", str(tmp_path / out), *options])
        assert done.exit_code == 1, done.output
    assert outputs(tmp_path / "divided") == outputs(tmp_path / "alone") == outputs(tmp_path / "local")


def test_a_file_that_workers_do_not_see_fails_alone(
    clinic: Path, scrubbed: dict[str, bytes], cluster: Any, tmp_path: Path
) -> None:
    file, records = clinic / "in" / "clinic007.837", clinic / "records.csv"
    command = ["batch", str(file), str(tmp_path / "gone" / "c.837"), "-r", str(records), "--today", TODAY]
    options = ["-o", str(tmp_path / "out"), "--engine", "dask", "--scheduler", cluster.scheduler_address]
    done = CliRunner().invoke(main, [*command, *options])
    assert done.exit_code == 2
    assert "does not see" in done.stderr
    assert "storage that every worker has at the same place" in done.stderr
    assert outputs(tmp_path / "out")["clinic007.report.json"] == scrubbed["clinic007.report.json"]


def test_workers_with_several_threads_are_refused(clinic: Path) -> None:
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as threads:
        done = batch(clinic, "threads", "--engine", "dask", "--scheduler", threads.scheduler_address)
    assert done.exit_code == 2
    assert "start workers with --nthreads 1" in done.stderr


def test_no_scheduler_there(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 0.5)
    done = batch(clinic, "nowhere", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 2
    assert "the scheduler tcp://127.0.0.1:9 does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = batch(clinic, "without", "--engine", "dask")
    assert done.exit_code == 2
    assert 'pip install "claim-scrubber[dask]"' in done.stderr


def test_a_scheduler_needs_its_engine(clinic: Path) -> None:
    done = batch(clinic, "local", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 2
    assert "--engine dask" in done.stderr
