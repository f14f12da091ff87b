"""`tables import` of unit limits and relative values, alone and beside what travels with the program."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks.table_files import LIMIT_LEAD, VALUE_LEAD, write_sheet, write_zip
from scrubber.errors import TableError
from scrubber.tables.folder import find_imported
from scrubber.tables.imports.bring_in import Choice, bring_in
from scrubber.tables.tableset import Tables

LIMITS = (
    "00100,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\n"
    "0001U,1,3 Date of Service Edit: Clinical,Nature of Analyte\n"
    "97110,5,3 Date of Service Edit: Clinical,Clinical: Data\n"
    "97150,1,1 Line Edit,Clinical: CMS Workgroup\n"
)
NAME = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
VALUES_NAME = "PPRRVU2026_Jul_nonQPP.csv"


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "tables"


def limits_file(folder: Path, rows: str = LIMITS, name: str = NAME, end: str = "\n") -> Path:
    path = folder / name
    path.write_text(LIMIT_LEAD + rows, encoding="latin-1", newline=end)
    return path


def value(code: str, modifier: str = "", *, status="A", work="0.45", pe="0.44", mp="0.01", total="0.90", mult="5"):
    cells = [code, modifier, "not kept", status, "", work, pe, "", pe, "", mp, total, total, "0", "XXX"]
    return (
        ",".join([*cells, "0.00", "0.00", "0.00", mult, *"00009", "", "33.4009", "09", "0", "99", *["0.00"] * 3]) + "\n"
    )


def values_file(folder: Path, rows: str | None = None, name: str = VALUES_NAME) -> Path:
    path = folder / name
    rows = value("97110") + value("97110", "26", work="9.99") + value("97010", status="B") if rows is None else rows
    path.write_text(VALUE_LEAD + rows, encoding="latin-1")
    return path


def sheet_of_limits(folder: Path) -> Path:
    notice = ["Current Procedural Terminology (CPT) ..."]
    header = ["HCPCS/\nCPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"]
    return write_sheet(
        folder / NAME.replace(".csv", ".xlsx"), [notice, header, *(row.split(",") for row in LIMITS.splitlines())]
    )


@pytest.mark.parametrize(
    "form",
    [
        limits_file,
        lambda folder: limits_file(folder, end="\r\n"),
        lambda folder: limits_file(folder, name=NAME.lower()),
        sheet_of_limits,
        lambda folder: write_zip(folder / "limits.zip", {NAME: limits_file(folder)}),
    ],
    ids=["csv", "crlf", "lower-case name", "xlsx", "zip"],
)
def test_every_form_of_the_limits_gives_the_same_rows(form, store, tmp_path):
    (brought,) = bring_in([form(tmp_path)], store)
    facts = brought.edition.facts
    table = Tables(imported=find_imported(store)).unit_limits("ncci-mue-medicare")

    assert (facts.name, facts.edition, facts.rows) == ("ncci-mue-medicare", "2026Q3", 4)
    assert table.limit("97110", date(2026, 7, 1)).limit == ("97110", 5, 3, None, "CLINICAL_DATA", "2026Q3")
    assert table.limit("00100", date(2026, 9, 30)).limit[1:3] == (1, 2)
    assert table.limit("97150", date(2026, 9, 30)).limit.by_line


@pytest.mark.parametrize(
    ("code", "on", "units", "edition", "stale"),
    [
        ("97110", date(2026, 6, 30), 6, "2024Q3, 2026", True),
        ("97110", date(2026, 7, 1), 5, "2026Q3", False),
        ("97110", date(2026, 10, 1), 5, "2026Q3", True),
        ("97110", date(2025, 1, 1), 6, "2024Q3, 2026", False),
        ("97112", date(2026, 7, 1), None, "", False),
    ],
)
def test_each_edition_of_limits_answers_for_its_days(code, on, units, edition, stale, store, tmp_path):
    """97112 is in the shipped part alone: the complete newer edition says that it has no limit any more."""
    bring_in([limits_file(tmp_path)], store)
    limit, why, late = Tables(imported=find_imported(store)).unit_limits("ncci-mue-medicare").limit(code, on)

    assert (limit and limit.units, limit.edition if limit else "", why, late) == (units, edition, "", stale)


def test_limits_as_of_an_older_edition(store, tmp_path):
    bring_in([limits_file(tmp_path)], store)
    tables = Tables(imported=find_imported(store))

    assert tables.unit_limits("ncci-mue-medicare@2026Q2").limit("97110", date(2026, 7, 1)).limit.units == 6
    with pytest.raises(TableError, match='no edition "ncci-mue-medicare@2020Q1"'):
        tables.unit_limits("ncci-mue-medicare@2020Q1")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("97110,6,3 Date of Service Edit: Clinical\n", "line 8: 3 columns; expected 4"),
        ("97110,,3 x,y\n", 'line 8: "" units; expected a whole number'),
        ("97110,6,4 x,y\n", 'line 8: adjudication indicator "4 x"; expected 1, 2 or 3'),
        ("9711,6,3 x,y\n", 'line 8: "9711"; expected a code'),
        ("97110,6,3 x,y\n97110,6,3 x,y\n", "line 9: 97110 is listed twice"),
        ("", "holds no unit limit"),
        ('97110,6,3 x,"y\n', "line 8: is no CSV"),
    ],
)
def test_damaged_limits_are_named(rows, told, store, tmp_path):
    with pytest.raises(TableError, match=told):
        bring_in([limits_file(tmp_path, rows)], store)
    assert not list(store.rglob("*.table"))


@pytest.mark.parametrize("kind", ["Outpatient Hospital Services MUE Values", "DME Supplier Services MUE Values"])
def test_limits_of_hospitals_and_suppliers_are_refused(kind, store, tmp_path):
    path = tmp_path / "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2026.csv"
    path.write_text(f"HCPCS/CPT Code,{kind},MUE Adjudication Indicator,MUE Rationale\n97110,6,3 x,y\n")
    with pytest.raises(TableError, match="expected those of practitioner services"):
        bring_in([path], store)


def test_a_date_in_the_name_that_is_none_is_refused(store, tmp_path):
    with pytest.raises(TableError, match="13-01-2026 in its name is no date"):
        bring_in([limits_file(tmp_path, name="MCR_MUE_PractitionerServices_Eff_13-01-2026.csv")], store)


def test_medicaid_limits_have_no_indicator_and_are_of_the_line(store, tmp_path):
    path = tmp_path / "MCD_MUE_PractitionerServices_Eff_07-01-2026.csv"
    path.write_text("HCPCS/CPT Code,Practitioner Services MUE Values,MUE Rationale\n96125,3,Clinical: Data\n")
    bring_in([path], store)
    limit = (
        Tables(imported=find_imported(store)).unit_limits("ncci-mue-medicaid").limit("96125", date(2026, 8, 1)).limit
    )

    assert (limit.units, limit.by_line) == (3, True)


def test_relative_values_answer_for_their_quarter(store, tmp_path):
    (brought,) = bring_in([values_file(tmp_path)], store)
    fees = Tables(imported=find_imported(store)).fee_schedule("fee-schedule-medicare")
    fee = fees.fee("97110", date(2026, 8, 1)).fee

    assert (brought.edition.facts.edition, brought.edition.facts.rows) == ("2026Q3", 3)
    assert (str(fee.row.work), str(fee.row.pe), str(fee.row.mp), str(fee.factor)) == ("0.45", "0.44", "0.01", "33.4009")
    assert fee.whole == 3006  # 0.90 x 33.4009
    assert fees.fee("97010", date(2026, 8, 1)).fee.whole == 0  # bundled


def test_other_quarters_are_answered_from_what_travels_with_the_program(store, tmp_path):
    bring_in([values_file(tmp_path)], store)
    fees = Tables(imported=find_imported(store)).fee_schedule("fee-schedule-medicare")

    assert fees.fee("97110", date(2025, 8, 1)).fee.whole == 2879
    assert fees.fee("97110", date(2026, 2, 1)).fee.whole == 2906
    assert not fees.fee("97110", date(2026, 8, 1)).stale


def test_no_descriptor_is_kept(store, tmp_path):
    bring_in([values_file(tmp_path)], store)
    (path,) = store.rglob("*.table")
    assert b"not kept" not in path.read_bytes()


def test_of_a_zip_of_values_the_file_without_the_other_factor_is_read(store, tmp_path):
    other = tmp_path / "PPRRVU2026_Jul_QPP.csv"
    other.write_text("nothing")
    (tmp_path / "GPCI2026.csv").write_text("nothing")
    archive = write_zip(
        tmp_path / "RVU26C.zip",
        {"GPCI2026.csv": tmp_path / "GPCI2026.csv", other.name: other, VALUES_NAME: values_file(tmp_path)},
    )
    assert [each.edition.facts.rows for each in bring_in([archive], store)] == [3]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (value("97110", work="x"), 'line 9: 97110: "x"; expected a number'),
        (value("9711"), 'line 9: "9711"; expected a code'),
        ("97110,,x\n", "line 9: 3 columns; expected 32"),
        ("", "holds no relative values"),
    ],
)
def test_damaged_values_are_named(rows, told, store, tmp_path):
    with pytest.raises(TableError, match=told):
        bring_in([values_file(tmp_path, rows)], store)


def test_values_of_another_quarter_than_their_name_are_refused(store, tmp_path):
    with pytest.raises(TableError, match="line 1: is the release of 2026Q3, but is called one of 2026Q1"):
        bring_in([values_file(tmp_path, name="PPRRVU26_JAN.csv")], store)


def test_values_without_a_heading_are_refused(store, tmp_path):
    path = tmp_path / VALUES_NAME
    path.write_text(VALUE_LEAD.replace("CONV", "") + value("97110"))
    with pytest.raises(TableError, match="line 8: the headings lack CONV FACTOR"):
        bring_in([path], store)


def test_tables_of_several_kinds_come_in_one_go_but_not_under_one_name(store, tmp_path):
    files = [limits_file(tmp_path), values_file(tmp_path)]

    with pytest.raises(TableError, match="tables of several kinds"):
        bring_in(files, store, Choice("acme", "2026Q3"))
    assert [each.new for each in bring_in(files, store)] == [True, True]
    assert [each.new for each in bring_in(files, store)] == [False, False]
