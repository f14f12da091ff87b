"""Rows of treatment records as they are packed: what a run shares, and what is read again."""

from datetime import timedelta
from typing import Any

import pytest
from rules.specimen import DAY, MEMBER, clock, row

from scrubber.visits.packed_runs import PackedRuns, Packing
from scrubber.visits.record_rows import TreatmentRecord

FULL = row(
    "97110", 30, "PTA", line_control="A1", together=None, clinician_id="T1", rendering_npi="1999887726",
    timed_total=30, treatment_total=40, pt_slp_to_date="10.50", ot_to_date="2.00", **clock("9:00-9:30"),
)  # fmt: skip


def packed(*rows: TreatmentRecord) -> tuple[PackedRuns, list[int | None]]:
    """The runs, and the number of the run that each row begins."""
    packing = Packing()
    begun = [packing.add(each) for each in rows]
    return packing.closed(), begun


@pytest.mark.parametrize(
    "other",
    [{"note_id": "N2"}, {"claim_id": "PCN2"}, {"claim_id": "PCN1", "member_id": MEMBER},
     {"service_date": DAY + timedelta(1)}, {"source_file": "more.csv"}],
    ids=["note", "claim", "member", "day", "file"],
)  # fmt: skip
def test_what_the_rows_of_a_run_share(other: dict[str, Any]) -> None:
    rows = [row("97110", 30), row("97140", 15, line=3), row("97110", 8, line=4, **other), row("97112", 9, line=5)]
    runs, begun = packed(*rows)
    assert begun == [0, None, 1, 2]
    assert [runs.read(number) for number in range(len(runs))] == [rows[:2], rows[2:3], rows[3:]]
    assert [runs.row(number) for number in range(runs.rows)] == rows


def test_every_column_is_kept() -> None:
    rows = [FULL, row("", signed=False, mode="group", discipline="OT", line=7)]
    runs, _ = packed(*rows)
    assert runs.read(0) == rows


def test_a_run_has_64_rows_at_most() -> None:
    rows = [row("97110", minutes, line=2 + minutes) for minutes in range(130)]
    runs, begun = packed(*rows)
    assert [place for place, run in enumerate(begun) if run is not None] == [0, 64, 128]
    assert [len(runs.read(number)) for number in range(len(runs))] == [64, 64, 2]
    assert [runs.row(number) for number in (0, 63, 64, 129)] == [rows[0], rows[63], rows[64], rows[129]]
    assert runs.rows == 130


def test_many_runs() -> None:
    rows = [row("97110", 1, note_id=f"N{number}") for number in range(8200)]
    runs, _ = packed(*rows)
    assert len(runs) == 8200
    asked = (0, 1, 4095, 4096, 4097, 8191, 8192, 8199)
    assert [runs.row(number).note_id for number in asked] == [f"N{number}" for number in asked]


def test_no_row_is_no_run() -> None:
    runs, _ = packed()
    assert (len(runs), runs.rows) == (0, 0)


def test_clock_times_by_run() -> None:
    timed = {"clinician_id": "T1", **clock("9:00-9:30")}
    rows = [
        row("97110", 30, clinician_id="T1"),
        row("97110", 30, **clock("9:00-9:30")),
        row("97110", clinician_id="T1", start=540),
        row("97110", signed=False, **timed),
        row("97018", **timed),
        row("97110", **timed),
        row("97110", clinician_id="T2", **clock("10:00-10:15")),
        row("97110", note_id="N2", member_id=MEMBER, **timed),
        row("97140", 15, note_id="N3"),
    ]
    asked: list[str] = []

    def counts(each: TreatmentRecord) -> bool:
        asked.append(each.code)
        return each.code == "97110"

    runs, _ = packed(*rows)
    assert list(runs.stretches(counts)) == [
        ("PCN1", "", DAY, [("T1", 540, 570, 5), ("T2", 600, 615, 6)]),
        ("", MEMBER, DAY, [("T1", 540, 570, 7)]),
    ]
    assert asked == ["97018", "97110"]
