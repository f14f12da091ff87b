"""What is kept of each claim while its file is scrubbed: the bound on memory is this, times the claims."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.generate import Options, generate
from scrubber.claims.index import index
from scrubber.visits import inputs
from scrubber.visits.gather import Gathering
from scrubber.visits.records import read_records

FEW, MANY = 500, 1500


class Kept(NamedTuple):
    """Bytes."""

    records: int
    index: int
    gathering: int


def traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def kept(folder: Path, claims: int) -> Kept:
    file, rows = folder / f"{claims}.837", folder / f"{claims}.csv"
    generate(Options(claims=claims, seed=1), file, rows)
    source = file.read_bytes()
    list(Gathering(index(source), read_records([rows]), frozenset()))  # what is remembered of all files is remembered
    tracemalloc.start()
    try:
        sizes = [traced()]
        records = read_records([rows])
        sizes.append(traced())
        outline = index(source)
        sizes.append(traced())
        gathering = Gathering(outline, records, frozenset())
        for patient in gathering:
            assert patient.claims
        sizes.append(traced())
    finally:
        tracemalloc.stop()
    return Kept(*(after - before for before, after in pairwise(sizes)))


def test_little_is_kept_of_each_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a file that has more levels than are remembered.
    monkeypatch.setattr(inputs, "LEVELS_KEPT", 100)
    monkeypatch.setattr(inputs, "NEIGHBOURS_KEPT", 50)
    few, many = kept(tmp_path, FEW), kept(tmp_path, MANY)
    grown = Kept(*((more - less) / (MANY - FEW) for less, more in zip(few, many, strict=True)))
    assert grown.records < 450
    assert grown.index < 650
    assert grown.gathering < 350
