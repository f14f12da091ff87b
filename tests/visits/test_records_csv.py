"""Treatment records as CSV: header, separators, quoting, ragged rows, encodings."""

import csv
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.errors import RecordsError
from scrubber.visits.record_csv import column_meant, read_csv
from scrubber.visits.record_rows import COLUMNS
from scrubber.visits.records import BadRow, TreatmentRecord, TreatmentRecords, read_records

HEADER = "note_id,claim_id,service_date,discipline,code,minutes,role,signed"
ROW = "N-1,PCN1,2026-03-02,PT,97110,23,PT,yes"


def read(folder: Path, data: str | bytes, *, lenient: bool = False) -> TreatmentRecords:
    path = folder / "records.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_records([path], lenient=lenient)


def refusal(folder: Path, data: str | bytes, *, lenient: bool = False) -> str:
    with pytest.raises(RecordsError) as caught:
        read(folder, data, lenient=lenient)
    assert "records.csv" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(tmp_path: Path, end: str) -> None:
    records = read(tmp_path, end.join([HEADER, ROW, ROW, ""]))
    assert [record.line for record in records.all()] == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_usual_rows_of_a_plain_file_are_read_without_care(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    data = end.join([HEADER, ROW, ROW, ""]).encode()
    monkeypatch.setattr(csv, "field_size_limit", lambda: len(HEADER + end))
    for slow in ("csv.reader", "read_cells"):
        monkeypatch.setattr(f"scrubber.visits.record_csv.{slow}", None)
    assert [record.line for record in read_csv(data, "records.csv", "records.csv")] == [2, 3]


def test_last_line_needs_no_end(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"{HEADER}\n{ROW}")) == 1


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_of_the_last_cell_nothing_but_the_line_end_is_left_out(tmp_path: Path, end: str) -> None:
    records = read(tmp_path, f"note_id,service_date,discipline,claim_id\nN,2026-03-02,PT,PCNX{end}")
    assert records.claim_ids() == ["PCNX"]


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    records = read(tmp_path, f"{HEADER}\n{ROW}\n".encode("utf-8-sig"))
    assert records.for_claim("PCN1")[0].note_id == "N-1"


def test_columns_in_any_order_and_unknown_ones_ignored(tmp_path: Path) -> None:
    header = "signed,x,role,minutes,code,discipline,service_date,claim_id,note_id,x"
    data = f'{header}\nyes,"a\nb",PT,23,97110,PT,2026-03-02,C,N,\n'
    [record] = read(tmp_path, data).all()
    assert (record.note_id, record.claim_id, record.minutes, record.signed) == ("N", "C", 23, True)


def test_together_is_unknown_where_the_column_is_absent(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEADER}\n{ROW}\n").for_claim("PCN1")[0].together is None
    [record] = read(tmp_path, f"{HEADER},together\n{ROW},\n").all()
    assert record.together is False


def test_blanks_around_cells_and_names_do_not_count(tmp_path: Path) -> None:
    [record] = read(tmp_path, f"{HEADER.replace(',', ' , ')}\n{ROW.replace(',', ', ')}\n").all()
    assert record.discipline == "PT"


def test_quoted_cells(tmp_path: Path) -> None:
    [record] = read(
        tmp_path, f'{HEADER},comment\n"N-1", "PC,N1",2026-03-02,"PT",97110,23,PT,yes,"he said ""more"""\n'
    ).all()
    assert record.claim_id == "PC,N1"


def test_a_line_is_where_its_row_begins(tmp_path: Path) -> None:
    records = read(tmp_path, f'{HEADER},comment\n{ROW},"one\ntwo\r\nthree"\n{ROW},\n')
    assert [record.line for record in records.all()] == [2, 5]


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    records = read(tmp_path, f"\n{HEADER}\n\n   \n,,,,,,,\n, ,,,,,,\n,,\n{ROW}\n\n")
    assert [record.line for record in records.all()] == [8]


def test_header_only_is_no_rows(tmp_path: Path) -> None:
    records = read(tmp_path, f"{HEADER}\n")
    assert len(records) == 0
    assert records.claim_ids() == []


@pytest.mark.parametrize("data", ["", "\n \n".replace(" ", ""), "\ufeff"])
def test_empty_file_is_refused(tmp_path: Path, data: str) -> None:
    assert "is empty; expected a header row" in refusal(tmp_path, data)


@pytest.mark.parametrize("column", ["note_id", "service_date", "discipline", "role"])
def test_missing_required_column(tmp_path: Path, column: str) -> None:
    header = HEADER.replace(column, "unknown")
    message = refusal(tmp_path, f"{header}\n{ROW}\n", lenient=True)
    assert message.endswith(f"records.csv: line 1: the header row lacks {column}")


def test_missing_claim_and_member_column(tmp_path: Path) -> None:
    data = f"{HEADER.replace('claim_id', 'unknown')}\n{ROW}\n"
    assert "lacks claim_id or member_id" in refusal(tmp_path, data)
    assert len(read(tmp_path, data.replace("unknown", "member_id"))) == 1


def test_role_column_is_not_needed_without_codes(tmp_path: Path) -> None:
    [record] = read(tmp_path, "note_id,claim_id,service_date,discipline,timed_total\nN,C,2026-03-02,PT,46\n").all()
    assert record.timed_total == 46


@pytest.mark.parametrize(("separator", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_separator_is_named(tmp_path: Path, separator: str, called: str) -> None:
    message = refusal(tmp_path, f"{HEADER}\n{ROW}\n".replace(",", separator))
    assert message.endswith(f"; its columns are separated by {called}, expected commas")
    assert f"separated by {called}" in refusal(tmp_path, f"note_id {separator} signed\nN{separator}yes\n")


def test_a_file_without_header_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    message = refusal(tmp_path, "Quillfeather,C1,2026-03-02,PT,97110,23,PT,yes\n")
    assert "lacks note_id, service_date, discipline, claim_id or member_id" in message
    assert "Quillfeather" not in message


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    assert "column minutes is there twice" in refusal(tmp_path, f"{HEADER},minutes\n{ROW},15\n", lenient=True)


def test_unknown_columns_may_repeat(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"{HEADER},,,x,x\n{ROW},,,1,2\n")) == 1


@pytest.mark.parametrize("name", ["Minutes", "MINUTES"])
def test_a_known_column_spelt_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    message = refusal(tmp_path, f"{HEADER.replace('minutes', name)}\n{ROW}\n")
    assert "column minutes must be spelt as it is here, in lower case with underscores" in message


@pytest.mark.parametrize("name", ["Claim ID", "ClaimId", "claim-id"])
def test_a_known_column_of_two_words_spelt_otherwise_is_refused(tmp_path: Path, name: str) -> None:
    assert "column claim_id must be spelt" in refusal(tmp_path, f"{HEADER.replace('claim_id', name)}\n{ROW}\n")


@pytest.mark.parametrize(
    ("name", "column"), [("Claim ID", "claim_id"), ("noteid", "note_id"), ("OT to-date", "ot_to_date"), ("claim", "")]
)
def test_the_column_that_a_name_means(name: str, column: str) -> None:
    assert column_meant(name) == column


def test_a_like_name_beside_the_column_is_ignored(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"{HEADER},Minutes\n{ROW},many\n")) == 1


def test_too_few_cells(tmp_path: Path) -> None:
    [bad] = read(tmp_path, f"{HEADER}\n{ROW[:-4]}\n{ROW}\n", lenient=True).bad_rows
    told = "the row must have 8 cells as the header has; it has 7"
    assert bad == BadRow("records.csv", 2, "", told, "N-1", "PCN1", "", "2026-03-02", ("N-1", "PCN1"))


def test_shifted_cells_name_every_claim_they_could_mean(tmp_path: Path) -> None:
    records = read(tmp_path, f"{HEADER}\nN,1,PCN1,2026-03-02,PT,97110,23,PT,yes\n1,2026-03-02,PT\n", lenient=True)
    more, fewer = records.bad_rows
    assert more.claim_ids == ("1", "PCN1")
    assert more.service_date == "2026-03-02"
    assert fewer.claim_ids == ("1", "2026-03-02")
    assert fewer.service_date == "2026-03-02"


def test_shifted_cells_without_a_date(tmp_path: Path) -> None:
    [bad] = read(tmp_path, f"{HEADER}\nN,PCN1,today,PT\n", lenient=True).bad_rows
    assert bad.service_date == ""


def test_absent_column_names_nothing(tmp_path: Path) -> None:
    [bad] = read(tmp_path, f"{HEADER}\n{ROW},extra\n", lenient=True).bad_rows
    assert (bad.member_id, bad.member_ids) == ("", ())


def test_bad_quoting_within_a_line_is_a_bad_row(tmp_path: Path) -> None:
    records = read(tmp_path, f'{HEADER},comment\n{ROW},"3" band"\n{ROW},"ok"\n', lenient=True)
    assert [record.line for record in records.all()] == [3]
    [bad] = records.bad_rows
    assert (bad.line, bad.claim_id) == (2, "PCN1")
    assert "each quote in it doubled" in bad.message


def test_a_blank_before_a_quoted_cell_does_not_count(tmp_path: Path) -> None:
    row = ROW.replace("PCN1", ' "PC,N1"')
    assert read(tmp_path, f"{HEADER},comment\n{row},\n").claim_ids() == ["PC,N1"]
    [bad] = read(tmp_path, f'{HEADER},comment\n{row},"3" band"\n', lenient=True).bad_rows
    assert bad.claim_id == "PC,N1"


@pytest.mark.parametrize(
    "rest",
    [
        '"never closed\n' + ROW + ",x\n",
        '"a"b,"opens\n' + ROW + ",x\n",
        '"two\nlines"x\n' + ROW + ",x\n",
        "a\rb\n",
        "x" * 140_000 + "\n",
    ],
)
def test_what_could_swallow_other_rows_is_refused_even_leniently(tmp_path: Path, rest: str) -> None:
    message = refusal(tmp_path, f"{HEADER},comment\n{ROW},ok\n{ROW},{rest}", lenient=True)
    assert "line 3: the row that begins here" in message


def test_bad_quoting_in_the_header_is_refused(tmp_path: Path) -> None:
    assert "line 1: the header row cannot be read" in refusal(tmp_path, f'"x"y,{HEADER}\n,{ROW}\n', lenient=True)


def test_long_cell_of_an_unknown_column_is_ignored(tmp_path: Path) -> None:
    assert len(read(tmp_path, f'{HEADER},comment\n{ROW},"{"long " * 20_000}"\n')) == 1


def test_undecodable_line_is_named(tmp_path: Path) -> None:
    for comment in ("", '""'):
        data = f"{HEADER},comment\n{ROW},{comment}\n{ROW},\xe9\n".encode("latin-1")
        assert refusal(tmp_path, data, lenient=True).endswith("line 3 is not UTF-8; save the file as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    message = refusal(tmp_path, f"{HEADER}\n{ROW}\n".encode(encoding))
    assert "save the file as UTF-8" in message


def test_nul_bytes_are_refused(tmp_path: Path) -> None:
    assert "NUL bytes" in refusal(tmp_path, f"{HEADER}\n{ROW}\0\n", lenient=True)


CELL = st.text(st.sampled_from('aN1-:PT",\r\n é\x0b\u2028\t;'), max_size=6)


@given(st.one_of(st.binary(max_size=60), st.lists(CELL, max_size=20).map(lambda cells: ",".join(cells).encode())))
def test_any_bytes_give_rows_or_a_refusal(data: bytes) -> None:
    try:
        rows = list(read_csv(f"{HEADER},comment\n".encode() + data, "records.csv", "records.csv"))
    except RecordsError:
        return
    assert all(isinstance(row, (TreatmentRecord, BadRow)) for row in rows)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20), max_size=8))
def test_properly_quoted_rows_are_all_found(comments: list[str]) -> None:
    quoted = [comment.replace('"', '""') for comment in comments]
    data = f"{HEADER},comment\n" + "".join(f'{ROW},"{comment}"\n' for comment in quoted)
    assert len(list(read_csv(data.encode(), "records.csv", "records.csv"))) == len(comments)


USUAL = ("N-1", "PCN1", "M1", "L1", "2026-03-02", "PT", "97110", "15", "09:00", "09:15", "PT", "no", "individual", "C1",
         "1999887726", "yes", "", "", "", "")  # fmt: skip
UNUSUAL = ("", " ", "PT", " PT", "no", "97110", "2026-03-02", "2026-02-30", "15", "16", "09:00", "09:14", "group",
           "AIDE", "12.50", "12.505", "yes", "é", "\xa0", "\x1c", "N 1", "x" * 256)  # fmt: skip


@given(
    st.lists(st.dictionaries(st.integers(0, 19), st.sampled_from(UNUSUAL), max_size=3), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_usual_rows_of_plain_files_are_read_as_with_care(
    changes: list[dict[int, str]], end: str, together: bool
) -> None:
    columns = [name for name in COLUMNS if together or name != "together"]
    rows = [[change.get(n, cell) for n, cell in enumerate(USUAL)] for change in changes]
    texts = [",".join(cell for name, cell in zip(COLUMNS, row, strict=True) if name in columns) for row in rows]
    data = end.join([",".join(columns), *texts, "", "N-2,short", ""]).encode()
    quickly = list(read_csv(data, "records.csv", "records.csv"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scrubber.visits.record_csv._is_plain", lambda _: False)
        patch.setattr("scrubber.visits.record_csv.read_usual_cells", lambda *_, **__: None)
        assert list(read_csv(data, "records.csv", "records.csv")) == quickly
    assert len(quickly) == len(rows) + 1


def test_many_rows_are_found_again(tmp_path: Path) -> None:
    numbers = range(10_000)
    rows = [f"N-{number},PCN{number % 3},2026-03-02,PT,97110,23,PT,yes" for number in numbers]
    records = pickle.loads(pickle.dumps(read(tmp_path, "\n".join([HEADER, *rows]))))  # noqa: S301 - just made
    assert [record.note_id for record in records.all()] == [f"N-{number}" for number in numbers]
    lines = [record.line for record in records.for_claim("PCN2")]
    assert lines == [number + 2 for number in numbers if number % 3 == 2]
    assert records.numbered(8192).note_id == "N-8192"
