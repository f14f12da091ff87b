"""A part names claims by place: whoever reads it has the very work that was packed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from properties.treated import Case, seeded

from benchmarks.generate import Options, generate
from scrubber.claims import heading
from scrubber.claims.contents import origin_of
from scrubber.claims.index import index
from scrubber.visits.gather import Gathering
from scrubber.visits.part import ordinals_in, parts_of, works_in
from scrubber.visits.records import TreatmentRecords, read_records


def gathering(case: Case, path: Path | None = None) -> Gathering:
    origin = None
    if path is not None:
        path.write_bytes(case.source)
        origin = origin_of(path, case.source)
    return Gathering(index(case.source), case.records(), frozenset({0}), origin)


@pytest.mark.parametrize("by_path", [True, False])
def test_what_is_read_is_what_was_packed(tmp_path: Path, *, by_path: bool) -> None:
    for seed in range(60):
        found = gathering(seeded(seed), tmp_path / f"{seed}.837" if by_path else None)
        for most in (1, 2, 250):
            works = [work.patient for part in parts_of(found, most) for work in works_in(part)]
            assert works == list(found)
        assert (found.inputs[0].origin is not None) is by_path


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for seed in range(20):
        case = seeded(seed)
        path = tmp_path / "one.837"
        assert list(parts_of(gathering(case, path), 3)) == list(parts_of(gathering(case, path), 3))


def test_a_part_is_full_with_so_many_claims_or_one_patient() -> None:
    for seed in range(20):
        found = gathering(seeded(seed))
        sizes = [len(ordinals_in(part)) for part in parts_of(found, 2)]
        assert all(size >= 2 for size in sizes[:-1])
        assert sorted(ordinal for part in parts_of(found, 2) for ordinal in ordinals_in(part)) == list(
            range(len(found.inputs[0].claims))
        )


def test_a_part_is_small(tmp_path: Path) -> None:
    file, rows = tmp_path / "claims.837", tmp_path / "records.csv"
    generate(Options(claims=600, seed=1), file, rows)
    source = file.read_bytes()
    bare = Gathering(index(source), TreatmentRecords(), frozenset(), origin_of(file, source))
    claims = len(bare.inputs[0].claims)
    assert sum(map(len, parts_of(bare))) < 80 * claims
    full = Gathering(index(source), read_records([rows]), frozenset(), origin_of(file, source))
    inlined = sum(len(pickle.dumps(work)) for work in full)
    assert sum(map(len, parts_of(full))) * 2 < inlined


def test_headings_that_are_forgotten_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [list(gathering(seeded(seed))) for seed in range(20)]
    monkeypatch.setattr(heading, "LEVELS_KEPT", 2)
    assert [list(gathering(seeded(seed))) for seed in range(20)] == wanted
