"""The simulated day obeys what is known of queues, whatever a claim costs."""

from __future__ import annotations

import pytest

from benchmarks.day import File, cores_for, files_of_day, parts, patients, speed_up, wait_for_cores


def test_a_day_has_its_claims_in_order() -> None:
    files = files_of_day(1_000_000)
    assert 1_000_000 <= sum(file.claims for file in files) < 1_300_000
    assert [file.arrives for file in files] == sorted(file.arrives for file in files)
    assert files == files_of_day(1_000_000)


def test_files_wait_for_the_core_that_is_free_first() -> None:
    files = [File(0, 10), File(0, 20), File(1, 5)]
    one = wait_for_cores(files, 1, 1.0, 0.0)
    assert (one.median, one.slowest) == (30.0, 34.0)
    two = wait_for_cores(files, 2, 1.0, 0.0)
    assert (two.median, two.slowest) == (14.0, 20.0)
    assert wait_for_cores(files, 3, 1.0, 0.5).slowest == 20.5


def test_the_fewest_cores_are_found() -> None:
    files = [File(0, 10)] * 8
    assert [cores_for(files, 1.0, 0.0, most) for most in (10, 20, 40, 80)] == [8, 4, 2, 1]
    with pytest.raises(ValueError, match="no number of cores"):
        cores_for(files, 1.0, 0.0, 9)


def test_parts_are_full_or_one_large_patient() -> None:
    assert list(parts([2, 2, 1, 9, 1], 4)) == [[2, 2], [1, 9], [1]]
    assert sum(map(sum, parts(patients(5000, 1), 250))) == sum(patients(5000, 1))


def test_one_process_and_one_patient_are_the_limits() -> None:
    alike = patients(100_000, 0)
    assert speed_up(alike, 250, 2, 1.0, 0.0) == pytest.approx(2, rel=0.02)
    assert speed_up(alike, 250, 64, 1.0, 0.25) == pytest.approx(4)
    assert speed_up([50_000, *patients(50_000, 0)], 250, 64, 1.0, 0.0) == pytest.approx(2, rel=0.01)
