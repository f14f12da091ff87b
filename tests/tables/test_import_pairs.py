"""`tables import` of the practitioner pair edits: every form they come in, and every way to be wrong."""

import re
from datetime import date
from pathlib import Path

import pytest

from benchmarks.table_files import pair_lines, write_pairs, write_sheet, write_zip
from scrubber.errors import TableError
from scrubber.tables.folder import find_imported
from scrubber.tables.imports.bring_in import Choice, bring_in
from scrubber.tables.imports.ptp_file import REASONS
from scrubber.tables.ptp import RATIONALES
from scrubber.tables.tableset import Tables

REASON = "Standards of medical/surgical practice"
ROWS = (
    ("00100", "0213T", "", "20100701", "*", "0", "Standard preparation/monitoring services for anesthesia"),
    ("0001U", "0029U", "", "20180701", "20260630", "1", "Misuse of Column Two code with Column One code"),
    ("97110", "97150", "*", "19960101", "19960101", "9", "Mutually exclusive procedures"),
    ("97150", "97110", "", "20010101", "20191231", "1", "Mutually exclusive procedures"),
    ("97150", "97110", "", "20200101", "*", "1", "Mutually exclusive procedures"),
    ("97530", "97535", "", "20200101", "*", "0", "A reason that nobody has written before"),
)
VERSION = "ccipra-v322r0"


def parts(folder: Path, rows=ROWS, *, suffix="txt", end="\r\n", version=VERSION, which=(1, 2, 3, 4)) -> list[Path]:
    """The rows as four files, as CMS cuts them."""
    paths = []
    for part in which:
        path = folder / f"{version}-f{part}.{suffix}"
        share = [*rows[part - 1 :: 4]]
        if suffix == "xlsx":
            paths.append(write_sheet(path, (line.split("\t") for line in pair_lines(share))))
        else:
            paths.append(write_pairs(path, share, end))
    return paths


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "tables"


@pytest.fixture
def files(tmp_path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def in_zips(folder: Path, files: list[Path], rename=lambda name: name) -> list[Path]:
    stem = "medicare-ncci-2026q3-practitioner-ptp-edits-"
    return [write_zip(folder / f"{stem}{file.stem}.zip", {rename(file.name): file}) for file in files]


@pytest.mark.parametrize(
    "form",
    [
        parts,
        lambda folder: parts(folder, end="\n"),
        lambda folder: [path.rename(path.with_name(path.name.upper())) for path in parts(folder)],
        lambda folder: parts(folder, suffix="xlsx"),
        lambda folder: in_zips(folder, parts(folder)),
        lambda folder: in_zips(folder, parts(folder), rename=lambda name: f"ccipra/{name.upper()}"),
        lambda folder: in_zips(folder, parts(folder, suffix="xlsx")),
        lambda folder: [write_pairs(folder / f"{VERSION}.txt", ROWS)],
        lambda folder: parts(folder, ROWS[::-1]),
    ],
    ids=["crlf", "lf", "upper-case names", "xlsx", "zip", "zip with a folder", "zip of xlsx", "one file", "any order"],
)
def test_every_form_gives_the_same_rows(form, files, store, tmp_path):
    (brought,) = bring_in(form(files), store)
    (reference,) = bring_in(parts(files, version="ccipra-v322r9"), tmp_path / "reference")

    facts = brought.edition.facts
    assert brought.new
    assert (facts.name, facts.edition, facts.rows, facts.complete) == ("ncci-ptp-medicare", "2026Q3", 6, True)
    assert (facts.first_day, facts.last_day) == (date(1996, 1, 1), date(2026, 9, 30))
    assert facts.digest == reference.edition.facts.digest
    assert facts.undated == 0


def test_what_is_looked_up_is_what_was_imported(files, store):
    bring_in(parts(files), store)
    pairs = Tables(imported=find_imported(store)).ptp("ncci-ptp-medicare")

    told = [(row.edit, row.effective, row.deleted) for row in pairs.history("97110", "97150")]
    assert told == [
        (("97110", "97150", "9", "MUTUALLY_EXCLUSIVE"), date(1996, 1, 1), date(1996, 1, 1)),
        (("97150", "97110", "1", "MUTUALLY_EXCLUSIVE"), date(2001, 1, 1), date(2019, 12, 31)),
        (("97150", "97110", "1", "MUTUALLY_EXCLUSIVE"), date(2020, 1, 1), None),
    ]
    assert pairs.pair("0213T", "00100", date(2026, 7, 1)).edit.rationale == "ANESTHESIA_PREPARATION"
    assert pairs.pair("97535", "97530", date(2026, 7, 1)).edit.rationale == "OTHER"


@pytest.mark.parametrize(
    ("codes", "on", "indicator", "stale"),
    [
        (("97110", "97150"), date(2000, 12, 31), None, False),
        (("97110", "97150"), date(2001, 1, 1), "1", False),
        (("97150", "97110"), date(2019, 12, 31), "1", False),
        (("97150", "97110"), date(2026, 10, 1), "1", True),
        (("0001U", "0029U"), date(2026, 6, 30), "1", False),
        (("0001U", "0029U"), date(2026, 7, 1), None, False),
        (("99999", "11111"), date(2026, 7, 1), None, False),
    ],
)
def test_an_imported_edition_answers_by_date_and_knows_every_pair(codes, on, indicator, stale, files, store):
    bring_in(parts(files), store)
    pairs = Tables(imported=find_imported(store)).ptp("ncci-ptp-medicare")
    answer = pairs.pair(*codes, on)

    assert (answer.edit and answer.edit.indicator, answer.unchecked, answer.stale) == (indicator, "", stale)
    assert pairs.knows_every_pair(on) is not stale
    assert pairs.pair(*codes, date(1995, 12, 31)).unchecked


def test_no_text_of_the_files_is_kept(files, store):
    bring_in(parts(files), store)
    (content,) = contents(store).values()

    assert b"97150" in content
    assert not re.search(rb"reason that nobody|Mutually|anesthesia|[Mm]isuse", content)


def test_every_reason_of_cms_has_a_key():
    assert set(REASONS.values()) <= set(RATIONALES)


def test_a_row_without_a_first_day_is_unknown_before_its_edition(files, store):
    rows = [("97150", "97110", "", "", "*", "1", REASON), ("97530", "97116", "", "", "20191231", "1", REASON)]
    (brought,) = bring_in([write_pairs(files / f"{VERSION}.txt", rows)], store, Choice("acme"))
    pairs = Tables(imported=find_imported(store)).ptp("acme")

    assert brought.edition.facts.undated == 2
    assert pairs.pair("97110", "97150", date(2026, 7, 1)).edit.indicator == "1"
    assert pairs.pair("97110", "97150", date(2026, 6, 30)).unchecked == (
        "acme 2026Q3 does not tell when 97150 with 97110 began: known from 2026-07-01 on, not for 2026-06-30"
    )
    assert pairs.pair("97116", "97530", date(2019, 12, 31)).edit.indicator == "1"  # its own last day is certain
    assert pairs.pair("97116", "97530", date(2020, 1, 1)) == (None, "", False)
    assert pairs.pair("97116", "97530", date(2019, 12, 30)).unchecked
    assert not pairs.knows_every_pair(date(2026, 6, 30))
    assert pairs.knows_every_pair(date(2026, 7, 1))


def test_a_second_import_changes_nothing(files, store):
    bring_in(parts(files), store)
    before = contents(store)

    assert [each.new for each in bring_in(parts(files), store)] == [False]
    assert [each.new for each in bring_in(parts(files, suffix="xlsx"), store)] == [False]
    assert contents(store) == before


def test_other_rows_of_an_edition_that_is_there_need_to_be_asked_for(files, store):
    bring_in(parts(files), store)
    before = contents(store)
    fewer = parts(files, ROWS[:5])

    with pytest.raises(TableError, match=r"2026Q3 is there with other rows \(6, these are 5\).*--replace"):
        bring_in(fewer, store)
    assert contents(store) == before
    assert [each.new for each in bring_in(fewer, store, Choice(replace=True))] == [True]
    assert [each.facts.rows for each in find_imported(store).editions] == [5]


def test_a_revision_stands_beside_its_edition_and_answers(files, store):
    bring_in(parts(files), store)
    bring_in(parts(files, ROWS[:4], version="ccipra-v322r1"), store)
    tables = Tables(imported=find_imported(store))

    assert tables.ptp("ncci-ptp-medicare").heading.edition == "2026Q3r1"
    assert tables.ptp("ncci-ptp-medicare").pair("97110", "97150", date(2026, 7, 1)) == (None, "", False)
    assert tables.ptp("ncci-ptp-medicare@2026Q3").pair("97110", "97150", date(2026, 7, 1)).edit.indicator == "1"


DAMAGED = [
    (("97150", "97110", "", "20200101", "*", "1"), "line 8: 6 columns; expected 7"),
    (("97150", "97110", "", "20200101", "*", "1", REASON, "x"), "line 8: 8 columns; expected 7"),
    (("9715", "97110", "", "20200101", "*", "1", REASON), 'line 8: "9715" and "97110"; expected two codes'),
    (("97150", "97l10", "", "20200101", "*", "1", REASON), 'line 8: "97150" and "97l10"; expected two codes'),
    (("97150", "97110", "", "20201301", "*", "1", REASON), 'line 8: "20201301" is no day; expected YYYYMMDD'),
    (("97150", "97110", "", "2020-01-01", "*", "1", REASON), 'line 8: "2020-01-01" is no day'),
    (("97150", "97110", "", "*", "*", "1", REASON), r'line 8: "\*" is no day'),
    (("97150", "97110", "", "20200101", "soon", "1", REASON), 'line 8: "soon" is no day'),
    (("97150", "97110", "", "20200101", "*", "2", REASON), 'line 8: indicator "2"; expected 0, 1 or 9'),
    (("97150", "97110", "", "20261001", "*", "1", REASON), "line 8: begins on 20261001, after 2026Q3"),
]


@pytest.mark.parametrize(("row", "told"), DAMAGED, ids=[told for _, told in DAMAGED])
def test_a_damaged_row_is_named_and_nothing_changes(row, told, files, store):
    bring_in(parts(files, version="ccipra-v321r0", rows=ROWS[:2] + ROWS[2:]), store)
    before = contents(store)
    paths = parts(files)
    write_pairs(paths[2], [ROWS[2], row, ROWS[3]])

    with pytest.raises(TableError, match=rf"{VERSION}-f3\.txt, {told}"):
        bring_in(paths, store)
    assert contents(store) == before


def test_a_damaged_row_of_a_sheet_is_named_by_its_row(files, store):
    paths = parts(files, suffix="xlsx")
    lines = [line.split("\t") for line in pair_lines([ROWS[0], ("97150", "97110", "", "20200101", "*", "7", REASON)])]
    write_sheet(paths[1], lines)

    with pytest.raises(TableError, match=rf'{VERSION}-f2\.xlsx, row 8: indicator "7"'):
        bring_in(paths, store)
    assert contents(store) == {}


def test_a_damaged_file_among_several_tables_changes_none_of_them(files, store):
    paths = parts(files)
    limits = files / "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"
    limits.write_text(
        "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n97110,six,3 x,y\n"
    )

    with pytest.raises(TableError, match='line 2: "six" units'):
        bring_in([*paths, limits], store)
    assert contents(store) == {}


@pytest.mark.parametrize("which", [(1, 2, 3), (1,), (2, 3, 4)])
def test_a_part_that_is_missing_is_named(which, files, store):
    missing = ", ".join(f"f{part}" for part in (1, 2, 3, 4) if part not in which)

    with pytest.raises(TableError, match=f"ncci-ptp-medicare 2026Q3 lacks {missing}; give all its parts"):
        bring_in(parts(files, which=which), store)
    assert contents(store) == {}


def test_parts_of_two_quarters_are_not_mixed(files, store):
    with pytest.raises(TableError, match="2026Q3 lacks f4"):
        bring_in([*parts(files, which=(1, 2, 3)), *parts(files, version="ccipra-v321r0", which=(4,))], store)


def test_a_part_given_twice_is_refused(files, store):
    with pytest.raises(TableError, match="part f2 of ncci-ptp-medicare 2026Q3 is given twice"):
        bring_in([*parts(files), *parts(files, suffix="xlsx", which=(2,))], store)


def test_of_two_forms_in_one_zip_the_text_is_read(files, store):
    texts, sheets = parts(files), parts(files, suffix="xlsx")
    archives = [
        write_zip(files / f"{text.stem}.zip", {text.name: text, sheet.name: sheet})
        for text, sheet in zip(texts, sheets, strict=True)
    ]

    assert [each.edition.facts.rows for each in bring_in(archives, store)] == [6]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("ccioph-v322r0-f1.txt", "\r\n".join(pair_lines(ROWS)), r"pairs of hospitals \(ccioph\)"),
        ("pairs.txt", "\r\n".join(pair_lines(ROWS)), "does not tell its quarter in its name; give it with --edition"),
        (f"{VERSION}.txt", "\r\n".join(pair_lines([])), "holds no pair of codes"),
        (f"{VERSION}.txt", "", "is no table that can be imported"),
        (f"{VERSION}.txt", "a\tb\r\n" * 50, "is no table that can be imported"),
        (f"{VERSION}.pdf", "x", r"expected a \.zip, \.txt, \.csv or \.xlsx"),
        (f"{VERSION}.zip", "x", r"is no \.zip that can be read"),
        (f"{VERSION}.xlsx", "x", "is no workbook that can be read"),
        (f"{VERSION}.txt", "\r\n".join(pair_lines(ROWS)).encode("utf-16"), "line 1: is not in Latin-1"),
    ],
)
def test_a_file_of_another_kind_is_refused(name, content, told, files, store):
    (files / name).write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))

    with pytest.raises(TableError, match=rf"{re.escape(name)}.*{told}"):
        bring_in([files / name], store)
    assert contents(store) == {}


def test_a_zip_without_a_table_is_refused(files, store):
    (files / "notes.pdf").write_bytes(b"x")
    with pytest.raises(TableError, match=r"holds no \.txt, \.csv or \.xlsx"):
        bring_in([write_zip(files / f"{VERSION}-f1.zip", {"notes.pdf": files / "notes.pdf"})], store)


def test_a_quarter_that_is_asked_for_and_not_that_of_the_file_is_refused(files, store):
    with pytest.raises(TableError, match="is called an edition of 2026Q3, but 2026Q2 is asked for"):
        bring_in(parts(files), store, Choice(edition="2026Q2"))


@pytest.mark.parametrize(("choice", "told"), [(Choice(name="../x"), "no name"), (Choice(edition="July"), "no edition")])
def test_a_name_or_an_edition_that_is_none_is_refused(choice, told, files, store):
    with pytest.raises(TableError, match=told):
        bring_in(parts(files), store, choice)


def test_tables_of_other_payers_have_names_of_their_own(files, store):
    medicaid = write_pairs(files / "medicaid-ncci-2026q3-practitioner-ptp-edits.txt", ROWS[:3])
    bring_in([medicaid], store)
    bring_in([write_pairs(files / "acme.txt", ROWS[4:])], store, Choice("acme-pairs", "2026Q1"))
    tables = Tables(imported=find_imported(store))

    assert tables.names("ptp") == ["ncci-ptp-medicare", "acme-pairs", "ncci-ptp-medicaid"]
    on = date(2026, 2, 2)
    assert tables.ptp("acme-pairs").pair("97110", "97150", on).edit.indicator == "1"
    assert tables.ptp("ncci-ptp-medicaid").pair("97110", "97150", on) == (None, "", False)
    with pytest.raises(TableError, match='Did you mean "ncci-ptp-medicaid"'):
        tables.ptp("ncci-ptp-medicad")


def test_progress_counts_the_bytes_of_the_files(files, store):
    told: list[tuple[int, int]] = []
    paths = parts(files)
    bring_in(paths, store, progress=lambda done, total: told.append((done, total)))
    size = sum(path.stat().st_size for path in paths)

    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_sheet_wider_than_its_table_and_with_its_header_in_one_row(files, store):
    header = ["Column 1", "Column 2", "*=in existence", "Effective Date", "Deletion Date", "Modifier", "Rationale"]
    path = write_sheet(files / f"{VERSION}.xlsx", [header, *([*row[:6], row[6]] for row in ROWS), ["", "", ""]])

    assert [each.edition.facts.rows for each in bring_in([path], store)] == [6]


def test_a_zip_that_was_cut_or_damaged_is_refused(files, store):
    archive = write_zip(files / f"{VERSION}.zip", {f"{VERSION}.txt": write_pairs(files / f"{VERSION}.txt", ROWS * 99)})
    content = bytearray(archive.read_bytes())
    content[120:160] = b"\xff" * 40
    archive.write_bytes(content)
    with pytest.raises(TableError, match=r"cannot be read .*download it again|download it again"):
        bring_in([archive], store)
    archive.write_bytes(content[:200])
    with pytest.raises(TableError, match=r"is no \.zip that can be read"):
        bring_in([archive], store)
    assert contents(store) == {}
