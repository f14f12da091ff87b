"""One worker or four: the same bytes, the same findings, the same order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from properties.scrubbing import context, report_of, run
from properties.treated import seeded

from scrubber.scrub import scrub


@pytest.fixture(scope="module")
def four() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


@pytest.mark.parametrize("choice", ["safe", "raises", "conforming"])
def test_four_workers_do_what_one_does(four: ProcessPoolExecutor, choice: str) -> None:
    edited = 0
    for seed in range(40):
        case = seeded(seed)
        alone = run(case, choice)
        together = scrub(case.source, case.records(), context(choice), four)
        assert together == alone
        assert together.corrected() == alone.corrected()
        assert together.held() == alone.held()
        assert report_of(together, choice) == report_of(alone, choice)
        edited += any(claim.edits for claim in alone.claims)
    assert edited > (2 if choice == "conforming" else 10)
