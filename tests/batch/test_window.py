"""Parts under way: never more than asked for, results in order, and what a machine fails is tried once more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from scrubber.errors import UnreadableInputError, WorkerError
from scrubber.scrub_part import Results, in_window, results_of


class Executor:
    """Does a part when it is asked for its result, and raises what is laid up for it first."""

    def __init__(self, failures: dict[bytes, list[Exception]]) -> None:
        self.failures = failures
        self.submitted: list[bytes] = []
        self.futures: list[Future[Results]] = []

    def submit(self, part: bytes) -> Future[Results]:
        self.submitted.append(part)
        future: Future[Results] = Future()
        if self.failures.get(part):
            future.set_exception(self.failures[part].pop(0))
        elif part != b"waits":
            future.set_result([])
        self.futures.append(future)
        return future


PARTS = [b"1", b"2", b"3", b"4", b"5"]


def test_no_more_are_under_way_than_wanted() -> None:
    executor = Executor({})
    taken: list[bytes] = []

    def parts() -> Iterator[bytes]:
        for part in PARTS:
            taken.append(part)
            yield part

    results = in_window(executor.submit, parts(), 2)
    assert [next(results).part for _ in range(2)] == [b"1", b"2"]
    assert taken == executor.submitted == [b"1", b"2", b"3"]
    assert [each.part for each in results] == [b"3", b"4", b"5"]


@pytest.mark.parametrize("failure", [MemoryError(), OSError(28, "disk full"), BrokenProcessPool()])
def test_a_failing_machine_is_tried_twice(failure: Exception) -> None:
    once = Executor({b"2": [failure]})
    assert [each.error for each in in_window(once.submit, PARTS, 3)] == [None] * 5
    assert once.submitted.count(b"2") == 2
    twice = Executor({b"2": [failure, failure]})
    errors = [each.error for each in in_window(twice.submit, PARTS, 3)]
    assert isinstance(errors[1], WorkerError)
    assert "failed twice" in str(errors[1])
    assert [error is None for error in errors] == [True, False, True, True, True]


def test_what_is_wrong_with_the_input_is_not_tried_again() -> None:
    executor = Executor({b"2": [UnreadableInputError("changed")]})
    results = in_window(executor.submit, PARTS, 2)
    with pytest.raises(UnreadableInputError, match="changed"):
        list(results_of(results))
    assert executor.submitted.count(b"2") == 1


def test_what_is_under_way_when_nobody_asks_any_longer_is_cancelled() -> None:
    executor = Executor({})
    results = in_window(executor.submit, [b"1", b"waits", b"waits"], 3)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


def test_any_executor_will_do() -> None:
    with ThreadPoolExecutor(2) as threads:
        done = list(in_window(lambda part: threads.submit(lambda: [part]), PARTS, 2))  # type: ignore[arg-type,return-value]
    assert [each.results for each in done] == [[part] for part in PARTS]
