"""Work on a cluster of dask.distributed: the same functions, on machines that see the same storage.

Needs the extra ``claim-scrubber[dask]``; nothing else of the program imports it.
"""

from __future__ import annotations

import pickle
import socket
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from scrubber.batch import worker
from scrubber.batch.engine import AHEAD
from scrubber.batch.fingerprint import fingerprint_of
from scrubber.batch.setup import Setup
from scrubber.batch.task import Task
from scrubber.errors import ScrubberError, SettingsError, WorkerError

T = TypeVar("T")

NO_DASK = 'the engine dask needs a package that is not installed here: pip install "claim-scrubber[dask]"'
CONNECT_SECONDS = 30
JOIN_SECONDS = 60
"""How long a run waits for the first worker of a scheduler."""


class Told(msgspec.Struct, frozen=True):
    """What a task brings along, about eleven kilobytes for each setup: the setups of the run, and what they come to
    where the run was started, by the versions and tables there."""

    setups: tuple[Setup, ...]
    fingerprints: tuple[str, ...]


class Dask:
    """A cluster: the one of a scheduler's address, or one of processes on this machine.

    A worker that dies is replaced by its nanny or by others: its tasks run again.
    """

    divides = True

    def __init__(self, address: str | None, processes: int, setups: tuple[Setup, ...]) -> None:
        """Connect or start. Raises SettingsError without the extra, WorkerError when no worker can be had."""
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise SettingsError(NO_DASK) from None
        self._executor: Executor | None = None
        self.died: tuple[type[BaseException], ...] = (
            distributed.KilledWorker,
            distributed.client.FutureCancelledError,
        )
        self._told = pickle.dumps(Told(setups, tuple(fingerprint_of(setup) for setup in setups)))
        self._cluster: Any = None
        if address is None:
            self._cluster = distributed.LocalCluster(
                n_workers=processes, threads_per_worker=1, dashboard_address="127.0.0.1:0"
            )
        try:
            self._client = distributed.Client(self._cluster or address, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkerError(f"the scheduler {address} does not answer ({error}); see that it runs there") from None
        try:
            self._client.wait_for_workers(1, timeout=JOIN_SECONDS)
            self._client.run(_ready, self._told)
        except ScrubberError:
            self.close()
            raise
        except Exception as error:  # noqa: BLE001 - of whatever kind: nothing can be done by these workers
            self.close()
            raise WorkerError(
                f"the workers of {address} cannot begin ({type(error).__name__}: {error}); see that there is one, and"
                " that every worker has the same claim-scrubber, with its extra dask, as is here"
            ) from None

    @property
    def workers(self) -> int:
        """How many tasks can run at the same time: workers come and go."""
        return max(1, len(self._client.nthreads()))

    @property
    def window(self) -> int:
        """How many tasks may be under way."""
        return AHEAD * self.workers

    def submit(self, work: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Run ``work(*arguments)`` on a worker, which has the setups of this run while it does."""
        if self._executor is None:
            self._executor = self._client.get_executor(pure=False)
        return self._executor.submit(_perform, self._told, work, arguments)

    def close(self) -> None:
        """Leave the cluster, and end it where this run started it."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _ready(told: bytes, dask_worker: Any) -> None:
    """Raise WorkerError where this worker cannot work for a run."""
    _refuse_threads(dask_worker)
    _setups(told)


def _perform(told: bytes, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
    distributed: Any = import_module("distributed")
    _refuse_threads(distributed.get_worker())
    worker.take(_setups(told))
    for each in arguments:
        for task in each if isinstance(each, tuple) else (each,):
            if isinstance(task, Task):
                _see(task.file.parent, task.folder)
    return work(*arguments)


@lru_cache(maxsize=4)
def _setups(told: bytes) -> tuple[Setup, ...]:
    """The setups, once found to mean the same here. Raises WorkerError where they do not."""
    here: Told = pickle.loads(told)  # noqa: S301 - from the process that also says what is to be run
    _see(*(path for setup in here.setups for path in (*setup.records, setup.ledger) if path is not None))
    if tuple(map(_fingerprint, here.setups)) != here.fingerprints:
        raise WorkerError(
            f"the worker on {socket.gethostname()} would not give the same output: give all workers the version of"
            " claim-scrubber, the version of pyx12 and the imported tables that are where the run is started"
        )
    return here.setups


def _fingerprint(setup: Setup) -> str:
    try:
        return fingerprint_of(setup)
    except (OSError, ScrubberError):  # an overlay or a table that is not here
        return ""


def _see(*paths: Path) -> None:
    for path in paths:
        if not path.exists():
            raise WorkerError(
                f"the worker on {socket.gethostname()} does not see {path}; put inputs, records and output on storage"
                " that every worker has at the same place"
            )


def _refuse_threads(of: Any) -> None:
    threads = of.state.nthreads
    if threads > 1:
        raise WorkerError(
            f"the worker on {socket.gethostname()} has {threads} threads, which would only wait for each other; start"
            " workers with --nthreads 1, as many as there are cores"
        )
