"""The worker process: what a file does to it happens to it alone. Real processes, really killed."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from rules.specimen import Bill, interchange
from watch.placed import Jobs, bills, settings_of

from scrubber.watch.messages import Request
from scrubber.watch.worker import Died, DiskTrouble, Refused, Result, Worker, WorkerError

CLAIM = interchange(Bill())
DEADLINE = 30.0

# Python runs this when it starts. What a poisonous file would do to the process happens when the second output is
# opened: then the first is on disk.
POISON = """
import os, signal, sys, threading
def hook(event, args):
    if event == "open" and isinstance(args[0], str) and args[0].endswith("-json.tmp") and "%(job)s" in args[0]:
        %(deed)s
sys.addaudithook(hook)
"""


def nothing() -> None:
    """The daemon has nothing to do meanwhile."""


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path)


@contextmanager
def worker(jobs: Jobs, **more: Any) -> Iterator[Worker]:
    watch = {key: more.pop(key) for key in ("worker_seconds", "worker_megabytes") if key in more}
    with closing(Worker(settings_of(**watch), jobs.state, **more)) as made:
        yield made


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def put(deed: str, job: str = "") -> None:
        folder = tmp_path / "poison"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(POISON % {"deed": deed, "job": job})
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return put


def until(happened: Callable[[], bool]) -> None:
    last = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_process_scrubs_file_after_file(jobs: Jobs) -> None:
    with worker(jobs) as one:
        assert one.pid is None
        pids = set()
        for name in (b"a.837", b"b.837"):
            result = one.run(jobs.request(CLAIM, name, rerun=True), nothing, 1)
            assert isinstance(result, Result)
            assert [each.kind for each in result.written] == ["corrected", "json", "html", "csv", "journal"]
            assert (result.claims, result.claims_sent, result.claims_held) == (1, 1, 0)
            pids.add(one.pid)
        assert len(pids) == 1
        (pid,) = pids
    assert pid is not None
    assert not is_alive(pid)


def test_it_is_replaced_after_so_many_files(jobs: Jobs) -> None:
    with worker(jobs, files=2) as one:
        pids = []
        for n in range(5):
            assert isinstance(one.run(jobs.request(CLAIM, b"%d.837" % n, rerun=True), nothing, 1), Result)
            pids.append(one.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


@pytest.mark.parametrize(
    ("deed", "how"),
    [
        ("os._exit(3)", "it ended with code 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed by signal 9, as the system does when memory runs out"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "killed by signal 11, a crash"),
        ("raise LookupError('PCN1')", "internal error: LookupError at scrubber/watch/disk.py:"),
        ("raise MemoryError", "worker-megabytes, 4096 MB, were not enough"),
    ],
)
def test_its_death_takes_the_file_and_nothing_else(
    jobs: Jobs, poison: Callable[[str, str], None], deed: str, how: str
) -> None:
    poison(deed, f"job-{2:016x}")
    with worker(jobs) as one:
        assert isinstance(one.run(jobs.request(CLAIM, b"before.837", rerun=True), nothing, 1), Result)
        before = jobs.temporaries()
        died = one.run(jobs.request(CLAIM, b"poison.837", rerun=True), nothing, 1)
        assert isinstance(died, Died)
        assert died.how.startswith(how)
        assert jobs.temporaries() == before
        assert isinstance(one.run(jobs.request(CLAIM, b"after.837", rerun=True), nothing, 1), Result)


def test_too_long_is_stopped_while_the_daemon_goes_on(jobs: Jobs) -> None:
    seen = []
    with worker(jobs, worker_seconds=0.3) as one:
        died = one.run(jobs.request(bills(4000)), lambda: seen.append(one.pid), 0.02)
        assert died == Died("worker-seconds, 0.3 seconds, were not enough")
        assert len(seen) > 5
        assert not is_alive(seen[-1] or 0)
    assert jobs.temporaries() == []


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not bound a process's memory")
def test_too_much_memory_ends_the_file_only(jobs: Jobs) -> None:
    with worker(jobs, worker_megabytes=250) as one:
        died = one.run(jobs.request(CLAIM.encode() + b" " * 300_000_000, b"large.837"), nothing, 1)
        assert died == Died("worker-megabytes, 250 MB, were not enough")
        assert isinstance(one.run(jobs.request(CLAIM), nothing, 1), Result)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not bound a process's memory")
def test_a_limit_that_is_too_low_to_work_with_fails_no_file(jobs: Jobs) -> None:
    with worker(jobs, worker_megabytes=1) as one, pytest.raises(WorkerError, match="worker-megabytes"):
        one.run(jobs.request(CLAIM), nothing, 1)


def test_without_a_state_no_file_is_scrubbed(jobs: Jobs) -> None:
    jobs.state.unlink()
    with worker(jobs) as one, pytest.raises(WorkerError, match="the state cannot be opened"):
        one.run(jobs.request(CLAIM), nothing, 1)


def test_a_worker_that_was_killed_while_idle_is_replaced_unseen(jobs: Jobs) -> None:
    with worker(jobs) as one:
        one.run(jobs.request(CLAIM, b"a.837"), nothing, 1)
        assert one.pid is not None
        os.kill(one.pid, signal.SIGKILL)
        os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)
        assert isinstance(one.run(jobs.request(CLAIM, b"b.837", rerun=True), nothing, 1), Result)


def test_the_signals_that_stop_the_daemon_do_not_stop_the_file_in_hand(jobs: Jobs) -> None:
    request = jobs.request(bills(50))
    with worker(jobs) as one:
        one.run(jobs.request(CLAIM, b"a.837"), nothing, 1)

        def stop() -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                os.kill(one.pid or 0, number)

        assert isinstance(one.run(request, stop, 0.001), Result)


def test_an_error_in_what_goes_on_meanwhile_ends_the_worker(jobs: Jobs) -> None:
    pids = []

    def fails() -> None:
        pids.append(one.pid)
        raise KeyboardInterrupt

    with worker(jobs) as one:
        with pytest.raises(KeyboardInterrupt):
            one.run(jobs.request(bills(500)), fails, 0.001)
        assert one.pid is None
        assert isinstance(one.run(jobs.request(CLAIM), nothing, 1), Result)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello", "no ISA segment from byte 0 on"),
        (CLAIM.encode()[:-20], "E507"),
        (b"", "the file is empty"),
    ],
)
def test_what_cannot_be_scrubbed_is_refused_with_the_reason(jobs: Jobs, data: bytes, why: str) -> None:
    with worker(jobs) as one:
        refused = one.run(jobs.request(data), nothing, 1)
    assert isinstance(refused, Refused)
    assert why in refused.why
    assert jobs.temporaries() == []


def test_a_disk_that_refuses_leaves_nothing_behind(jobs: Jobs) -> None:
    (jobs.root / "reports").rmdir()
    with worker(jobs) as one:
        assert one.run(jobs.request(CLAIM), nothing, 1) == DiskTrouble(errno.ENOENT, "reports")
        assert jobs.temporaries() == []
        request = jobs.request(CLAIM, b"gone.837")
        Path(request.source).unlink()
        assert one.run(request, nothing, 1) == DiskTrouble(errno.ENOENT, "archive")
        (jobs.root / "reports").mkdir()
        assert isinstance(one.run(jobs.request(CLAIM), nothing, 1), Result)


PARENT = """
import fcntl, os, pickle, sys
from pathlib import Path
from scrubber.watch.worker import Worker
settings, state, request, lock = pickle.load(sys.stdin.buffer)
handle = os.open(lock, os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
worker = Worker(settings, Path(state), held=lambda: [handle])
worker.run(request, lambda: (print(worker.pid), sys.stdout.flush()), 0.01)
"""


def test_it_dies_with_the_daemon_and_holds_its_lock_until_then(
    jobs: Jobs, poison: Callable[[str, str], None], tmp_path: Path
) -> None:
    """The worker hangs in the middle of its outputs; the daemon is killed; then nobody writes any more."""
    import pickle

    poison("threading.Event().wait()", "")
    lock = tmp_path / "lock"
    request: Request = jobs.request(CLAIM)
    daemon = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with daemon:
        assert daemon.stdin is not None
        assert daemon.stdout is not None
        daemon.stdin.write(pickle.dumps((settings_of(), str(jobs.state), request, str(lock))))
        daemon.stdin.close()
        until(lambda: len(jobs.temporaries()) == 1)
        pid = int(daemon.stdout.readline())
        assert is_alive(pid)
        daemon.kill()
    handle = os.open(lock, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)  # waits until nobody holds it
    os.close(handle)
    until(lambda: not is_alive(pid))
