"""Each column of a treatment record: what it may hold, what it may not, and what it becomes."""

from datetime import date
from pathlib import Path

import pytest

from scrubber.errors import RecordsError
from scrubber.visits.record_rows import COLUMNS
from scrubber.visits.records import BadRow, TreatmentRecord, read_records

GOOD = {
    "note_id": "N-1",
    "claim_id": "PCN1",
    "member_id": "MBR1",
    "line_control": "L1",
    "service_date": "2026-03-02",
    "discipline": "PT",
    "code": "97110",
    "minutes": "23",
    "start": "10:05",
    "stop": "10:28",
    "role": "PTA",
    "together": "no",
    "mode": "individual",
    "clinician_id": "T7",
    "rendering_npi": "1234567893",
    "signed": "yes",
    "timed_total": "",
    "treatment_total": "",
    "pt_slp_to_date": "",
    "ot_to_date": "",
}
ROLES = ["PT", "PTA", "OT", "OTA", "SLP", "CF", "SLPA", "PHYSICIAN", "NPP", "DC", "AIDE", "STUDENT", "OTHER"]
WHOLE_MINUTES = "must be whole minutes from 0 to 1440"
PATIENT = "Quillfeather"


def written(folder: Path, changes: dict[str, str]) -> Path:
    cells = GOOD | changes
    path = folder / "records.csv"
    path.write_text(",".join(cells) + "\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\n", encoding="utf-8")
    return path


def read_one(folder: Path, changes: dict[str, str]) -> TreatmentRecord:
    [record] = read_records([written(folder, changes)]).all()
    return record


def fault_of(folder: Path, changes: dict[str, str]) -> BadRow:
    records = read_records([written(folder, changes)], lenient=True)
    assert not list(records.all())
    [bad] = records.bad_rows
    return bad


def test_columns_are_those_of_the_format() -> None:
    assert tuple(GOOD) == COLUMNS


def test_every_column_is_read(tmp_path: Path) -> None:
    assert read_one(tmp_path, {}) == TreatmentRecord(
        note_id="N-1",
        claim_id="PCN1",
        member_id="MBR1",
        line_control="L1",
        service_date=date(2026, 3, 2),
        discipline="PT",
        code="97110",
        minutes=23,
        start=605,
        stop=628,
        role="PTA",
        together=False,
        mode="individual",
        clinician_id="T7",
        rendering_npi="1234567893",
        signed=True,
        timed_total=None,
        treatment_total=None,
        pt_slp_to_date="",
        ot_to_date="",
        source_file="records.csv",
        line=2,
    )


def test_a_visit_row_is_read(tmp_path: Path) -> None:
    empty = dict.fromkeys(("code", "minutes", "start", "stop", "role"), "")
    totals = {"timed_total": "46", "treatment_total": "60", "pt_slp_to_date": "2310.5", "ot_to_date": "0.00"}
    record = read_one(tmp_path, empty | totals)
    assert (record.code, record.minutes, record.role) == ("", None, "")
    assert (record.timed_total, record.treatment_total) == (46, 60)
    assert (record.pt_slp_to_date, record.ot_to_date) == ("2310.5", "0.00")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("claim_id", "", ""),
        ("member_id", "", ""),
        ("line_control", "", ""),
        ("claim_id", "  PCN1 ", "PCN1"),
        ("claim_id", "É-1", "É-1"),
        ("note_id", "N" * 255, "N" * 255),
        ("service_date", "2024-02-29", date(2024, 2, 29)),
        ("discipline", "OT", "OT"),
        ("discipline", "SLP", "SLP"),
        ("code", "G0283", "G0283"),
        ("code", "0552T", "0552T"),
        ("minutes", "0", 0),
        ("minutes", "08", 8),
        ("minutes", "", None),
        ("start", "00:00", 0),
        ("stop", "23:59", 1439),
        *[("role", role, role) for role in ROLES],
        ("together", "yes", True),
        ("together", "no", False),
        ("together", "", False),
        ("mode", "", "individual"),
        ("mode", "group", "group"),
        ("mode", "untimed", "untimed"),
        ("clinician_id", "", ""),
        ("rendering_npi", "", ""),
        ("signed", "no", False),
        ("signed", "", False),
        ("timed_total", "0", 0),
        ("treatment_total", "1440", 1440),
        ("pt_slp_to_date", "2410", "2410"),
        ("ot_to_date", "999999999.99", "999999999.99"),
    ],
)
def test_allowed_cell(tmp_path: Path, column: str, cell: str, value: object) -> None:
    assert getattr(read_one(tmp_path, {column: cell}), column) == value


@pytest.mark.parametrize(
    ("column", "cell", "allowed"),
    [
        ("note_id", "", "must be 1 to 255 printable characters"),
        ("note_id", "N" * 256, "must be 1 to 255 printable characters"),
        ("note_id", "N\n1", "must be 1 to 255 printable characters"),
        ("note_id", "N\x1b[31m1", "must be 1 to 255 printable characters"),
        ("claim_id", "C" * 256, "must be at most 255 printable characters"),
        ("member_id", "M\t1", "must be at most 255 printable characters"),
        ("line_control", "L\x7f", "must be at most 255 printable characters"),
        ("service_date", "", "must be a real date written YYYY-MM-DD"),
        ("service_date", "2026-02-29", "must be a real date written YYYY-MM-DD"),
        ("service_date", "2026-3-2", "must be a real date written YYYY-MM-DD"),
        ("service_date", "03/02/2026", "must be a real date written YYYY-MM-DD"),
        ("service_date", "20260302", "must be a real date written YYYY-MM-DD"),
        ("service_date", "2026-W10-1", "must be a real date written YYYY-MM-DD"),
        ("service_date", "2026-03-02T00:00:00", "must be a real date written YYYY-MM-DD"),
        ("service_date", "２０２６-03-02", "must be a real date written YYYY-MM-DD"),
        ("discipline", "", "must be PT, OT or SLP"),
        ("discipline", "pt", "must be PT, OT or SLP"),
        ("discipline", "ST", "must be PT, OT or SLP"),
        ("discipline", "GP", "must be PT, OT or SLP"),
        ("code", "9711", "must be five digits or capital letters, or empty on a row for the whole visit"),
        ("code", "97110GP", "must be five digits or capital letters, or empty on a row for the whole visit"),
        ("code", "g0283", "must be five digits or capital letters, or empty on a row for the whole visit"),
        ("code", "9711²", "must be five digits or capital letters, or empty on a row for the whole visit"),
        ("minutes", "-1", WHOLE_MINUTES),
        ("minutes", "1441", WHOLE_MINUTES),
        ("minutes", "23.0", WHOLE_MINUTES),
        ("minutes", "23 min", WHOLE_MINUTES),
        ("minutes", "+23", WHOLE_MINUTES),
        ("minutes", "1e1", WHOLE_MINUTES),
        ("minutes", "٢٣", WHOLE_MINUTES),
        ("start", "9:05", "must be HH:MM from 00:00 to 23:59"),
        ("start", "24:00", "must be HH:MM from 00:00 to 23:59"),
        ("start", "10:60", "must be HH:MM from 00:00 to 23:59"),
        ("stop", "10:28:00", "must be HH:MM from 00:00 to 23:59"),
        ("stop", "10:28 AM", "must be HH:MM from 00:00 to 23:59"),
        ("role", "pta", f"must be one of {', '.join(ROLES)}"),
        ("role", "COTA", f"must be one of {', '.join(ROLES)}"),
        ("role", "", f"must be given with a code: one of {', '.join(ROLES)}"),
        ("together", "y", "must be yes or no"),
        ("together", "true", "must be yes or no"),
        ("mode", "Group", "must be individual, group or untimed"),
        ("mode", "one-on-one", "must be individual, group or untimed"),
        ("clinician_id", "T\x00".replace("\x00", "\x01"), "must be at most 255 printable characters"),
        ("rendering_npi", "1" * 256, "must be at most 255 printable characters"),
        ("signed", "YES", "must be yes or no"),
        ("signed", "1", "must be yes or no"),
        ("timed_total", "46.5", WHOLE_MINUTES),
        ("treatment_total", "-46", WHOLE_MINUTES),
        ("pt_slp_to_date", "$2310", "must be an amount in dollars such as 1234.50"),
        ("pt_slp_to_date", "2,310.00", "must be an amount in dollars such as 1234.50"),
        ("pt_slp_to_date", "2310.", "must be an amount in dollars such as 1234.50"),
        ("pt_slp_to_date", ".5", "must be an amount in dollars such as 1234.50"),
        ("ot_to_date", "-1.00", "must be an amount in dollars such as 1234.50"),
        ("ot_to_date", "1.005", "must be an amount in dollars such as 1234.50"),
        ("ot_to_date", "1234567890", "must be an amount in dollars such as 1234.50"),
        ("ot_to_date", "NaN", "must be an amount in dollars such as 1234.50"),
    ],
)
def test_refused_cell_names_column_and_what_is_allowed(tmp_path: Path, column: str, cell: str, allowed: str) -> None:
    bad = fault_of(tmp_path, {column: cell})
    assert bad.column == column
    assert bad.message == f"column {column} {allowed}"
    assert bad.line == 2
    assert bad.source_file == "records.csv"


@pytest.mark.parametrize(
    ("changes", "column", "allowed"),
    [
        ({"claim_id": "", "member_id": ""}, "claim_id", "must be given where member_id is not"),
        ({"minutes": "24"}, "minutes", "must be no more than the time from start to stop"),
        ({"start": "10:28"}, "stop", "must be later than start, on the same day"),
        ({"start": "23:50", "stop": "00:10"}, "stop", "must be later than start, on the same day"),
        ({"stop": ""}, "stop", "must be given where the other of the two is"),
        ({"start": ""}, "start", "must be given where the other of the two is"),
        ({"minutes": "", "start": "", "stop": ""}, "minutes", "must be given where start and stop are not"),
    ],
)
def test_cells_that_disagree(tmp_path: Path, changes: dict[str, str], column: str, allowed: str) -> None:
    bad = fault_of(tmp_path, changes)
    assert (bad.column, bad.message) == (column, f"column {column} {allowed}")


def test_minutes_may_be_fewer_than_the_stretch(tmp_path: Path) -> None:
    assert read_one(tmp_path, {"minutes": "22"}).minutes == 22


@pytest.mark.parametrize("mode", ["group", "untimed"])
def test_minutes_may_be_left_out_where_they_are_not_one_on_one(tmp_path: Path, mode: str) -> None:
    record = read_one(tmp_path, {"mode": mode, "minutes": "", "start": "", "stop": ""})
    assert (record.minutes, record.start, record.stop) == (None, None, None)


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    bad = fault_of(tmp_path, {"discipline": "XX", "signed": "maybe"})
    assert bad.column == "discipline"
    assert bad.message == "column discipline must be PT, OT or SLP; column signed must be yes or no"


def test_a_bad_row_says_what_it_could_name(tmp_path: Path) -> None:
    bad = fault_of(tmp_path, {"minutes": "many"})
    assert (bad.note_id, bad.claim_id, bad.member_id, bad.service_date) == ("N-1", "PCN1", "MBR1", "2026-03-02")
    assert (bad.claim_ids, bad.member_ids) == (("PCN1",), ("MBR1",))
    assert fault_of(tmp_path, {"service_date": "today"}).service_date == "today"


@pytest.mark.parametrize("column", COLUMNS)
def test_no_message_holds_what_the_row_says(tmp_path: Path, column: str) -> None:
    named = {"note_id": f"{PATIENT}1", "claim_id": f"{PATIENT}2", "member_id": f"{PATIENT}3"}
    path = written(tmp_path, named | {column: f"{PATIENT}\x02"})
    with pytest.raises(RecordsError) as caught:
        read_records([path])
    assert f"column {column} " in str(caught.value)
    assert PATIENT not in str(caught.value)
    [bad] = read_records([path], lenient=True).bad_rows
    assert PATIENT not in bad.message + bad.column
