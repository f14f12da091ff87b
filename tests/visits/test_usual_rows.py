"""Rows of a kind and a day that were met before: which of them are read without care, and what is remembered."""

import pytest

from scrubber.visits import record_rows
from scrubber.visits.record_rows import COLUMNS, TreatmentRecord, read_cells, read_usual_cells

USUAL = dict.fromkeys(COLUMNS, "") | {
    "note_id": "N-1",
    "claim_id": "PCN1",
    "member_id": "M1",
    "service_date": "2026-03-02",
    "discipline": "PT",
    "code": "97110",
    "minutes": "15",
    "start": "09:00",
    "stop": "09:15",
    "role": "PTA",
    "together": "no",
    "mode": "individual",
    "clinician_id": "T1",
    "signed": "yes",
    "timed_total": "38",
    "treatment_total": "45",
    "pt_slp_to_date": "12.50",
    "ot_to_date": "123456789",
}
UNTIMED = {"minutes": "", "start": "", "stop": ""}
OF_THE_VISIT = {"code": "", "role": "", **UNTIMED}


@pytest.fixture(autouse=True)
def _nothing_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_rows, "_DAYS", {})
    monkeypatch.setattr(record_rows, "_KINDS", {})


def read(together_said: bool = True, **changes: str) -> TreatmentRecord | None:
    return read_usual_cells(tuple((USUAL | changes).values()), "r.csv", 7, together_said=together_said)


def again(monkeypatch: pytest.MonkeyPatch, **changes: str) -> TreatmentRecord | None:
    """What is read of a row once one of its kind was met, when nothing may be read with care."""
    kind = {column: cell for column, cell in changes.items() if column in ("code", "role", "mode")}
    assert read(**kind)
    monkeypatch.setattr(record_rows, "read_cells", None)
    return read(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"claim_id": ""},
        {"member_id": ""},
        {"note_id": "N" * 247},
        {"minutes": "14"},
        {"minutes": ""},
        {"start": "", "stop": ""},
        {"start": "00:00"},
        UNTIMED | {"mode": "group"},
        UNTIMED | {"mode": "untimed"},
        OF_THE_VISIT,
    ],
)
def test_a_row_like_others_is_read_as_with_care(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    wanted = read_cells(tuple((USUAL | changes).values()), "r.csv", 7, together_said=True)
    assert again(monkeypatch, **changes) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"note_id": ""},
        {"claim_id": "", "member_id": ""},
        {"note_id": "N" * 248},
        {"claim_id": " PCN1"},
        {"clinician_id": "T\x01"},
        {"minutes": "16"},
        {"start": "09:15"},
        {"start": "09:15", "minutes": ""},
        {"start": "09:16"},
        {"start": ""},
        {"stop": ""},
        UNTIMED,
    ],
)
def test_of_any_other_row_nothing_is_said(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    assert again(monkeypatch, **changes) is None


def test_whether_treatment_was_together_is_known_where_there_is_such_a_column() -> None:
    for _ in range(2):
        for said, together in ((True, False), (False, None)):
            record = read(together_said=said)
            assert record is not None
            assert record.together is together


def test_a_bad_row_is_not_remembered() -> None:
    assert read(discipline="GP", service_date="2026-02-30") is None
    assert (record_rows._DAYS, record_rows._KINDS) == ({}, {})


def test_so_many_days_and_kinds_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_rows, "_MOST_REMEMBERED", 2)
    for day, role in (("02", "PT"), ("03", "PTA"), ("04", "PT"), ("05", "AIDE")):
        assert read(service_date=f"2026-03-{day}", role=role)
    assert list(record_rows._DAYS) == ["2026-03-02", "2026-03-03"]
    assert [role for _, _, role, *_ in record_rows._KINDS] == ["PT", "PTA"]
