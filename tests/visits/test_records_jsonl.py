"""Treatment records as JSON Lines."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.errors import RecordsError
from scrubber.visits.record_jsonl import read_jsonl
from scrubber.visits.records import BadRow, TreatmentRecord, TreatmentRecords, read_records

GOOD: dict[str, object] = {
    "note_id": "N-1",
    "claim_id": "PCN1",
    "service_date": "2026-03-02",
    "discipline": "PT",
    "code": "97110",
    "minutes": 23,
    "role": "PT",
}


def read(folder: Path, *lines: object, lenient: bool = False, name: str = "records.jsonl") -> TreatmentRecords:
    path = folder / name
    path.write_text(
        "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), encoding="utf-8"
    )
    return read_records([path], lenient=lenient)


def read_one(folder: Path, **changes: object) -> TreatmentRecord:
    [record] = read(folder, GOOD | changes).all()
    return record


def fault_of(folder: Path, line: object) -> BadRow:
    [bad] = read(folder, line, lenient=True).bad_rows
    return bad


@pytest.mark.parametrize("name", ["records.jsonl", "records.ndjson", "RECORDS.JSONL", "records.txt", "records"])
def test_json_lines_by_name_or_first_brace(tmp_path: Path, name: str) -> None:
    [record] = read(tmp_path, GOOD, name=name).all()
    assert (record.note_id, record.minutes, record.signed, record.mode) == ("N-1", 23, False, "individual")
    assert (record.source_file, record.line) == (name, 1)


def test_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\n" + json.dumps(GOOD).encode() + b"\r\n  \r\n" + json.dumps(GOOD).encode())
    assert [record.line for record in read_records([path]).all()] == [2, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str) -> None:
    data = end.join([json.dumps(GOOD)] * 2).encode()
    rows = list(read_jsonl(data, "records.jsonl", "records.jsonl"))
    assert [(type(row), row.line) for row in rows] == [(TreatmentRecord, 1), (TreatmentRecord, 2)]


def test_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert len(read(tmp_path)) == 0


@pytest.mark.parametrize("minutes", [23, "23", " 23 "])
def test_minutes_as_number_or_text(tmp_path: Path, minutes: object) -> None:
    assert read_one(tmp_path, minutes=minutes).minutes == 23


@pytest.mark.parametrize(
    ("column", "value", "read_as"),
    [
        ("code", 97110, "97110"),
        ("claim_id", 12345, "12345"),
        ("signed", True, True),
        ("signed", False, False),
        ("signed", "yes", True),
        ("signed", None, False),
        ("together", True, True),
        ("together", False, False),
        ("together", "yes", True),
        ("together", "", False),
        ("together", None, None),
        ("mode", None, "individual"),
        ("timed_total", 46, 46),
        ("pt_slp_to_date", 2310, "2310"),
        ("member_id", None, ""),
        ("clinician_id", "\u00c9va", "\u00c9va"),
    ],
)
def test_allowed_value(tmp_path: Path, column: str, value: object, read_as: object) -> None:
    assert getattr(read_one(tmp_path, **{column: value}), column) == read_as


def test_an_amount_keeps_what_was_written(tmp_path: Path) -> None:
    [record] = read(tmp_path, json.dumps(GOOD)[:-1] + ', "pt_slp_to_date": 2310.10}').all()
    assert record.pt_slp_to_date == "2310.10"


def test_together_is_unknown_row_by_row(tmp_path: Path) -> None:
    records = read(tmp_path, GOOD, GOOD | {"together": "no"})
    assert [record.together for record in records.all()] == [None, False]


def test_unknown_keys_are_ignored(tmp_path: Path) -> None:
    assert read_one(tmp_path, comment={"any": ["thing"]}, Minutes="many").minutes == 23


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"minutes": 23.5}, "minutes", "column minutes must be whole minutes from 0 to 1440"),
        ({"minutes": -1}, "minutes", "column minutes must be whole minutes from 0 to 1440"),
        ({"minutes": 10**25}, "minutes", "column minutes must be whole minutes from 0 to 1440"),
        ({"minutes": True}, "minutes", "column minutes must be text, or a number where one is meant"),
        ({"minutes": [23]}, "minutes", "column minutes must be text, or a number where one is meant"),
        ({"claim_id": {}}, "claim_id", "column claim_id must be text, or a number where one is meant"),
        ({"note_id": False}, "note_id", "column note_id must be text, or a number where one is meant"),
        ({"signed": 1}, "signed", "column signed must be yes or no"),
        ({"signed": [True]}, "signed", "column signed must be text, or a number where one is meant, or true or false"),
        ({"service_date": 20260302}, "service_date", "column service_date must be a real date written YYYY-MM-DD"),
        ({"discipline": None}, "discipline", "column discipline must be PT, OT or SLP"),
        ({"note_id": None}, "note_id", "column note_id must be 1 to 255 printable characters"),
        ({"claim_id": None}, "claim_id", "column claim_id must be given where member_id is not"),
        ({"note_id": "N\u0000"}, "note_id", "column note_id must be 1 to 255 printable characters"),
    ],
)
def test_refused_value(tmp_path: Path, changes: dict[str, object], column: str, message: str) -> None:
    bad = fault_of(tmp_path, GOOD | changes)
    assert (bad.column, bad.message) == (column, message)


@pytest.mark.parametrize("key", ["note_id", "service_date", "discipline", "role"])
def test_missing_required_key(tmp_path: Path, key: str) -> None:
    bad = fault_of(tmp_path, {name: value for name, value in GOOD.items() if name != key})
    assert bad.column == key


def test_a_key_spelt_otherwise_is_a_bad_row(tmp_path: Path) -> None:
    row = {("Signed" if name == "role" else name): value for name, value in GOOD.items()} | {"role": "PT"}
    spelt = "must be spelt as it is here, in lower case with underscores"
    records = read(tmp_path, row | {"signed": "yes"}, row, GOOD, lenient=True)
    [bad] = records.bad_rows
    assert bad == BadRow(
        "records.jsonl", 2, "signed", f"column signed {spelt}", "N-1", "PCN1", "", "2026-03-02", ("PCN1",)
    )


def test_a_bad_row_says_what_it_could_name() -> None:
    def named(**values: object) -> tuple[object, ...]:
        (bad,) = read_jsonl(json.dumps(values).encode(), "records.jsonl", "records.jsonl")
        assert isinstance(bad, BadRow)
        return bad.note_id, bad.claim_id, bad.member_id, bad.service_date, bad.claim_ids, bad.member_ids

    assert named(member_id=" M1 ", claim_id=77) == ("", "77", "M1", "", ("77",), ("M1",))
    assert named(note_id="N", service_date="today") == ("N", "", "", "today", (), ())
    assert named(note_id=True, claim_id=["PCN1"], member_id=1.5, service_date=None) == ("", "", "1.5", "", (), ("1.5",))


@pytest.mark.parametrize(
    "line", ["[1, 2]", '"text"', "23", "null", "{", "not json", "{'note_id': 1}", '{"a": "\\ud800"}']
)
def test_a_line_that_is_no_object(tmp_path: Path, line: str) -> None:
    records = read(tmp_path, GOOD, line, lenient=True)
    [bad] = records.bad_rows
    assert (bad.line, bad.column, bad.message) == (2, "", "the line must be one JSON object")
    assert len(records) == 1


@pytest.mark.parametrize("end", ['"discip', '"discipline": ' + "[" * 100_000, '"minutes": 1' + "0" * 5000 + "}"])
def test_a_broken_line_still_names_its_claim(tmp_path: Path, end: str) -> None:
    bad = fault_of(
        tmp_path, '{"note_id": "N-1", "claim_id": "PCN1", "member_id": 77, "service_date": "2026-03-02", ' + end
    )
    assert (bad.note_id, bad.claim_id, bad.member_id, bad.service_date) == ("N-1", "PCN1", "77", "2026-03-02")
    assert (bad.claim_ids, bad.member_ids) == (("PCN1",), ("77",))


@pytest.mark.parametrize(
    "line",
    [
        '"claim_id": "PCN1", "minutes": 23}',
        '{"claim_id":"PCN1",',
        '{"claim_id" : "PCN1", "missing": "claim_id"',
        '{"claim_id": " PCN1 ", "claim_id": "PCN2',
    ],
    ids=["no brace", "no blank", "named once more", "there twice"],
)
def test_what_a_broken_line_names(tmp_path: Path, line: str) -> None:
    bad = fault_of(tmp_path, line)
    assert (bad.source_file, bad.line, bad.claim_id, bad.claim_ids) == ("records.jsonl", 1, "PCN1", ("PCN1",))
    assert (bad.note_id, bad.member_id, bad.service_date, bad.member_ids) == ("", "", "", ())


@pytest.mark.parametrize("line", ['{"claim_id" "PCN1"', '{"claim_id": tru', '{"claim_id": ' + "[" * 100_000])
def test_a_broken_line_may_name_nothing(tmp_path: Path, line: str) -> None:
    bad = fault_of(tmp_path, line)
    assert (bad.note_id, bad.claim_id, bad.member_id, bad.service_date) == ("", "", "", "")
    assert (bad.claim_ids, bad.member_ids) == ((), ())


@pytest.mark.parametrize("name", ["records.jsonl", "records.json"])
def test_an_array_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordsError, match=f"{name}: is a JSON array; expected JSON Lines, one object a line"):
        read(tmp_path, "", [GOOD], lenient=True, name=name)


def test_undecodable_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"note_id": "\xe9"}\n')
    with pytest.raises(RecordsError, match=r"records\.jsonl: line 2 is not UTF-8"):
        read_records([path], lenient=True)


def test_no_message_holds_what_a_row_says(tmp_path: Path) -> None:
    with pytest.raises(RecordsError) as caught:
        read(tmp_path, GOOD | {"discipline": "Quillfeather"}, '{"claim_id": "Quillfeather"', {"Quillfeather": 1})
    assert "Quillfeather" not in str(caught.value)


@given(
    st.one_of(st.binary(max_size=80), st.text(st.sampled_from('{}[]":,\\ \n1-e.tnull'), max_size=80).map(str.encode))
)
def test_any_bytes_give_rows_or_a_refusal(data: bytes) -> None:
    try:
        rows = list(read_jsonl(data, "records.jsonl", "records.jsonl"))
    except RecordsError:
        return
    assert all(isinstance(row, BadRow) for row in rows)


JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)) | st.text(), JSON_VALUE))
def test_any_object_is_one_row(row: dict[str, object]) -> None:
    assert len(list(read_jsonl(json.dumps(row).encode(), "records.jsonl", "records.jsonl"))) == 1
