"""Treatment records as a whole: files and folders, the listing of bad rows, the index."""

import hashlib
import os
import pickle
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.errors import RecordsError
from scrubber.visits.records import (
    BadRow,
    RecordFile,
    TreatmentRecord,
    TreatmentRecords,
    read_records,
    record_files,
    rows_in,
)

HEADER = "note_id,claim_id,member_id,service_date,discipline,code,minutes,role,signed\n"
JSON_ROW = '{"note_id": "J", "member_id": "M2", "service_date": "2026-03-02", "discipline": "OT", "timed_total": 46}\n'


def row(note: str, claim: str = "", member: str = "", minutes: str = "23", discipline: str = "PT") -> str:
    return f"{note},{claim},{member},2026-03-02,{discipline},97110,{minutes},PT,yes\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def notes(records: list[TreatmentRecord]) -> list[str]:
    return [record.note_id for record in records]


def test_rows_are_found_by_claim_and_by_member(tmp_path: Path) -> None:
    text = HEADER + row("1", "B") + row("2", "A", "M1") + row("3", "", "M1") + row("4", "B") + row("5", "", "M1")
    records = read_records([write(tmp_path / "r.csv", text)])
    assert notes(records.for_claim("B")) == ["1", "4"]
    assert notes(records.for_claim("A")) == ["2"]
    assert notes(records.for_member("M1")) == ["3", "5"]
    assert records.for_claim("C") == records.for_member("M9") == records.for_claim("") == []
    assert records.claim_ids() == ["B", "A"]
    assert records.member_ids() == ["M1"]
    assert notes(list(records.all())) == ["1", "2", "3", "4", "5"]
    assert len(records) == 5


def test_identical_rows_are_all_kept(tmp_path: Path) -> None:
    records = read_records([write(tmp_path / "r.csv", HEADER + row("1", "A") * 3)])
    assert [record.line for record in records.for_claim("A")] == [2, 3, 4]


def test_no_files_no_rows() -> None:
    records = read_records([])
    assert (len(records), records.files, records.bad_rows, list(records.all())) == (0, [], [], [])


def test_files_are_named_and_hashed(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + (HEADER + row("1", "A")).encode()
    (tmp_path / "r.csv").write_bytes(data)
    assert read_records([tmp_path / "r.csv"]).files == [RecordFile("r.csv", hashlib.sha256(data).hexdigest())]


def test_a_folder_is_read_whole_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path / "b.csv", HEADER + row("2", "A"))
    write(tmp_path / "a.jsonl", JSON_ROW)
    write(tmp_path / "c.NDJSON", JSON_ROW)
    write(tmp_path / "readme.txt", "not records")
    write(tmp_path / "._b.csv", "left by a file system")
    (tmp_path / "old.csv").mkdir()
    records = read_records([tmp_path])
    assert [file.name for file in records.files] == ["a.jsonl", "b.csv", "c.NDJSON"]
    assert [(record.note_id, record.source_file) for record in records.all()] == [
        ("J", "a.jsonl"),
        ("2", "b.csv"),
        ("J", "c.NDJSON"),
    ]


CSV_ROW = (HEADER + row("1", "A")).encode()


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("r.csv", CSV_ROW, "1"),
        ("R.CSV", CSV_ROW, "1"),
        ("r.txt", CSV_ROW, "1"),
        ("r", CSV_ROW, "1"),
        ("r.jsonl", JSON_ROW.encode(), "J"),
        ("r.json", b"\n " + JSON_ROW.encode(), "J"),
        ("r", b"\xef\xbb\xbf" + JSON_ROW.encode(), "J"),
    ],
)
def test_a_file_is_of_the_kind_that_its_name_says_or_its_first_brace(name: str, data: bytes, note: str) -> None:
    assert [each.note_id for each in rows_in(data, name, name)] == [note]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("r.csv", b'{"note_id": 1}', "header row lacks"),
        ("r.csv", b"[", "header row lacks"),
        ("r.txt", b"[", "is a JSON array"),
        ("r.txt", b"\n [", "is a JSON array"),
        ("r.csv", CSV_ROW + b"\0", "holds NUL bytes or is UTF-16"),
        ("r.csv", b"\xff\xfe" + CSV_ROW, "holds NUL bytes or is UTF-16"),
        ("r.csv", b"\xfe\xff" + CSV_ROW, "holds NUL bytes or is UTF-16"),
        ("r.jsonl", b"\xef\xbb\xbf\xff\xfe", "holds NUL bytes or is UTF-16"),
    ],
)
def test_a_file_that_is_no_records(name: str, data: bytes, why: str) -> None:
    with pytest.raises(RecordsError, match=rf"^in/{name}: .*{why}"):
        list(rows_in(data, f"in/{name}", name))


def test_a_name_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"r\xff.csv")
    path.write_bytes(CSV_ROW)
    assert [file.name for file in record_files([path])] == ["r\\xff.csv"]


def test_paths_keep_their_order_and_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    second = write(tmp_path / "a.csv", HEADER + row("2", "A"))
    first = write(tmp_path / "b.csv", HEADER + row("1", "A"))
    records = read_records([first, tmp_path, second])
    assert notes(records.for_claim("A")) == ["1", "2"]


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"holds no treatment records; expected \.csv, \.jsonl or \.ndjson"):
        read_records([tmp_path])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"absent\.csv: cannot be read \(No such file or directory\)"):
        read_records([tmp_path / "absent.csv"])


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.symlink_to(path)
    with pytest.raises(RecordsError, match=r"r\.csv: cannot be read"):
        read_records([path])


def test_bad_rows_stop_the_job_and_are_listed(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER + row("1", "A") + row("2", "A", minutes="-3"))
    write(tmp_path / "b.csv", HEADER + row("3", "A", discipline="ST"))
    with pytest.raises(RecordsError) as caught:
        read_records([tmp_path])
    assert str(caught.value).splitlines() == [
        "2 rows of the treatment records cannot be read; correct them, or use --records-lenient:",
        "  a.csv, line 3: column minutes must be whole minutes from 0 to 1440",
        "  b.csv, line 2: column discipline must be PT, OT or SLP",
    ]


def test_one_bad_row_is_one(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"^1 row of the treatment records"):
        read_records([write(tmp_path / "r.csv", HEADER + row("1", "A", minutes="-3"))])


@pytest.mark.parametrize(("bad", "more"), [(20, None), (21, "  and 1 more"), (50, "  and 30 more")])
def test_the_first_twenty_are_listed(tmp_path: Path, bad: int, more: str | None) -> None:
    text = HEADER + (row("good", "A") + row("Quillfeather", "A", minutes="many")) * bad
    with pytest.raises(RecordsError) as caught:
        read_records([write(tmp_path / "r.csv", text)])
    listed = str(caught.value).splitlines()
    assert listed[0].startswith(f"{bad} rows ")
    assert [line.split(":")[0] for line in listed[1:21]] == [f"  r.csv, line {2 * at + 3}" for at in range(20)]
    assert listed[21:] == ([more] if more else [])
    assert "Quillfeather" not in str(caught.value)


def test_leniently_bad_rows_stand_beside_the_good(tmp_path: Path) -> None:
    text = HEADER + row("1", "A") + row("2", "B", "M1", minutes="many") + row("3", "A")
    records = read_records([write(tmp_path / "r.csv", text)], lenient=True)
    assert notes(list(records.all())) == ["1", "3"]
    [bad] = records.bad_rows
    assert (bad.source_file, bad.line, bad.column) == ("r.csv", 3, "minutes")
    assert (bad.note_id, bad.claim_id, bad.member_id, bad.service_date) == ("2", "B", "M1", "2026-03-02")
    assert records.claim_ids() == ["A"]


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", HEADER + row("1", "A") + row("2", "", "M1"))
    one, two = read_records([path]), read_records([path])
    assert list(one.all()) == list(two.all())
    assert pickle.dumps(one) == pickle.dumps(two)


def test_records_can_be_pickled(tmp_path: Path) -> None:
    text = HEADER + row("1", "A") + row("2", "", "M1") + row("3", "A", minutes="many")
    records = read_records([write(tmp_path / "r.csv", text)], lenient=True)
    copy = pickle.loads(pickle.dumps(records))  # noqa: S301
    assert list(copy.all()) == list(records.all())
    assert copy.for_claim("A") == records.for_claim("A")
    assert (copy.bad_rows, copy.files) == (records.bad_rows, records.files)


def test_many_rows_stay_compact(tmp_path: Path) -> None:
    text = HEADER + "".join(row(f"N{at // 4}", f"PCN{at // 4}") for at in range(20_000))
    records = read_records([write(tmp_path / "r.csv", text)])
    assert len(pickle.dumps(records)) < 20_000 * 120


RECORD = st.builds(
    TreatmentRecord,
    note_id=st.text(max_size=3),
    claim_id=st.sampled_from(["", "A", "B", "É"]),
    member_id=st.sampled_from(["", "M1", "M2"]),
    line_control=st.just(""),
    service_date=st.dates(),
    discipline=st.sampled_from(["PT", "OT", "SLP"]),
    code=st.sampled_from(["", "97110"]),
    minutes=st.none() | st.integers(0, 1440),
    start=st.none() | st.integers(0, 1439),
    stop=st.none() | st.integers(0, 1439),
    role=st.just("PT"),
    together=st.none() | st.booleans(),
    mode=st.just("individual"),
    clinician_id=st.just(""),
    rendering_npi=st.just(""),
    signed=st.booleans(),
    timed_total=st.none() | st.integers(0, 1440),
    treatment_total=st.none() | st.integers(0, 1440),
    pt_slp_to_date=st.just(""),
    ot_to_date=st.just(""),
    source_file=st.just("r.csv"),
    line=st.integers(1, 10**9),
)


@given(st.lists(RECORD, max_size=12))
def test_every_record_comes_back_once_and_unchanged(rows: list[TreatmentRecord]) -> None:
    records = TreatmentRecords(rows)
    assert list(records.all()) == rows
    for claim_id in records.claim_ids():
        assert records.for_claim(claim_id) == [each for each in rows if each.claim_id == claim_id]
    for member_id in records.member_ids():
        assert records.for_member(member_id) == [
            each for each in rows if (each.claim_id, each.member_id) == ("", member_id)
        ]
    found = [each for key in records.claim_ids() for each in records.for_claim(key)]
    found += [each for key in records.member_ids() for each in records.for_member(key)]
    assert Counter(found) == Counter(rows)


def test_bad_rows_may_be_given_among_the_rows() -> None:
    bad = BadRow("r.csv", 2, "", "the line must be one JSON object")
    assert TreatmentRecords([bad]).bad_rows == [bad]
    assert TreatmentRecords([bad]).for_any_claim == []
    assert TreatmentRecords([bad], for_any_claim=[bad]).for_any_claim == [bad]
