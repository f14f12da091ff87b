"""The tables that travel with the program are well formed, say where they come from, and carry no descriptor."""

import csv
import re
from datetime import date

import pytest

from scrubber.errors import TableError
from scrubber.tables.data_file import DATA, read_data_file

COLUMNS = {
    "kx_thresholds.csv": ("year", "pt_slp", "ot", "review"),
    "conversion_factors.csv": ("first_day", "last_day", "factor"),
    "fee_schedule_therapy.csv": ("first_day", "last_day", "code", "status", "work", "pe", "mp", "procedures"),
    "finding_codes.csv": ("rule", "carc", "rarc", "status_277ca", "ik_999", "certainty"),
    "modifiers.csv": ("modifier", "level", "certainty"),
    "ncci_mue_therapy.csv": ("code", "units", "adjudication", "first_day", "rationale"),
    "ncci_modifiers.csv": ("modifier", "group", "therapy_use", "certainty"),
    "ncci_ptp_covered_codes.csv": ("code", "group", "with_em"),
    "ncci_ptp_history.csv": (
        "column1",
        "column2",
        "effective_date",
        "deletion_date",
        "indicator",
        "rationale",
        "first_edition",
        "last_edition",
        "certainty",
    ),
    "ncci_ptp_therapy.csv": (
        "column1",
        "column2",
        "effective_date",
        "deletion_date",
        "indicator",
        "rationale",
    ),
    "therapy_codes.csv": (
        "code",
        "label",
        "timed",
        "minutes_per_unit",
        "unit_basis",
        "therapy_status",
        "disciplines",
        "assistant_rule",
        "family",
        "effective_from",
        "effective_to",
        "certainty",
        "note",
    ),
}
CODE = re.compile(r"[0-9A-Z]\d{4}")


def rows(name):
    """Rows as dictionaries, read without the code under test."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_every_file_in_the_folder_is_known_here():
    assert {path.name for path in DATA.iterdir()} == set(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_it_reads_and_says_what_it_is(name):
    table = read_data_file(DATA / name, COLUMNS[name])

    assert len(table.rows) == len(rows(name)) > 5
    assert table.heading.edition
    assert table.heading.source
    assert table.heading.renewal
    assert len({tuple(row) for row in table.rows}) == len(table.rows)


def test_therapy_code_rows_are_well_formed():
    found = rows("therapy_codes.csv")

    assert len({row["code"] for row in found}) == len(found) == 140
    for row in found:
        assert CODE.fullmatch(row["code"]), row
        assert {row["timed"], row["assistant_rule"]} <= {"Y", "N"}, row
        assert bool(row["minutes_per_unit"]) == (row["timed"] == "Y"), row
        assert row["unit_basis"] in {"time", "session", "area", "limb", "item", "instrument"}, row
        assert (row["unit_basis"] == "time") == (row["timed"] == "Y"), row
        assert row["therapy_status"] in {"always", "sometimes", "bundled", "not_medicare", "not_on_list"}, row
        assert set(row["disciplines"].split()) <= {"GP", "GO", "GN"}, row
        assert row["certainty"] in {"verified-mppr", "verified-cms-page", "unconfirmed"}, row
        for column in ("effective_from", "effective_to"):
            assert not row[column] or date.fromisoformat(row[column]), row
        assert bool(row["effective_to"]) == (row["family"] == "ended"), row


def test_labels_are_short_words_of_our_own():
    """Descriptors of the AMA run to sixty characters and more; ours fit in a column of a report."""
    assert {row["code"]: row["label"] for row in rows("therapy_codes.csv") if not 0 < len(row["label"]) <= 40} == {}


def test_pair_rows_are_well_formed():
    found = rows("ncci_ptp_therapy.csv")

    assert len(found) == 2814
    for row in found:
        assert CODE.fullmatch(row["column1"]), row
        assert CODE.fullmatch(row["column2"]), row
        assert row["column1"] != row["column2"], row
        assert row["indicator"] in {"0", "1", "9"}, row
        assert re.fullmatch(r"[A-Z_0-9]+", row["rationale"]), row
        assert row["deletion_date"] == "*" or date.fromisoformat(row["deletion_date"]), row
        if row["indicator"] == "9":
            assert row["effective_date"] == row["deletion_date"], row
        else:
            assert row["effective_date"] == "", row
    standing = [row["indicator"] for row in found if row["deletion_date"] == "*"]
    assert (standing.count("1"), standing.count("0"), len(standing)) == (737, 684, 1421)


def test_no_pair_stands_in_both_directions():
    standing = {(r["column1"], r["column2"]) for r in rows("ncci_ptp_therapy.csv") if r["deletion_date"] == "*"}

    assert not {(one, two) for one, two in standing if (two, one) in standing}


def test_the_list_of_covered_codes_belongs_to_the_pair_table():
    pairs = read_data_file(DATA / "ncci_ptp_therapy.csv", COLUMNS["ncci_ptp_therapy.csv"])
    covered = read_data_file(DATA / "ncci_ptp_covered_codes.csv", COLUMNS["ncci_ptp_covered_codes.csv"])

    assert covered.heading[:3] == pairs.heading[:3]
    listed = [row[0] for row in covered.rows]
    assert len(set(listed)) == len(listed) == 181
    assert {code for row in pairs.rows for code in row[:2]} <= set(listed)


def test_unit_limit_rows_are_well_formed():
    found = rows("ncci_mue_therapy.csv")

    assert len({row["code"] for row in found}) == len(found) == 155
    for row in found:
        assert CODE.fullmatch(row["code"]), row
        assert re.fullmatch(r"\d{1,2}", row["units"]), row
        assert row["adjudication"] in {"2", "3"}, row
        assert re.fullmatch(r"[A-Z_]+", row["rationale"]), row
    assert {row["code"]: row["first_day"] for row in found if row["first_day"]} == {"98016": "2026-04-01"}


def test_modifier_and_finding_rows_are_well_formed():
    for row in rows("ncci_modifiers.csv"):
        assert re.fullmatch(r"[0-9A-Z]{2}", row["modifier"]), row
    found = rows("modifiers.csv")
    assert len({row["modifier"] for row in found}) == len(found)
    for row in found:
        assert re.fullmatch(r"[0-9A-Z]{2}", row["modifier"]), row
        assert row["level"] in {"CPT", "HCPCS"}, row
        assert row["certainty"] in {"listed", "recalled"}, row
    assert {row["modifier"] for row in rows("ncci_modifiers.csv")} <= {row["modifier"] for row in found}
    for row in rows("finding_codes.csv"):
        assert re.fullmatch(r"[UMNCEGI]\d{3}", row["rule"]), row
        assert re.fullmatch(r"\d{0,3}", row["carc"]), row
        assert re.fullmatch(r"([MN]A?\d{1,3})?", row["rarc"]), row
        assert re.fullmatch(r"A\d:\d{1,3}(\+\d{1,3})?", row["status_277ca"]), row
        assert re.fullmatch(r"(I?\d{1,2})?", row["ik_999"]), row


HEADING = "# edition: 1\n# complete: no\n# source: s\n# renewal: r\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "edition"),
        (b"# edition: 1\na,b\n1,2\n", "complete"),
        (HEADING.replace("no", "perhaps").encode() + b"a,b\n", "perhaps"),
        (HEADING.encode() + b"# to: soon\na,b\n", "soon"),
        (HEADING.encode() + b"a,c\n1,2\n", "line 5: the columns are not a,b"),
        (HEADING.encode(), "line 5: the columns are not a,b"),
        (HEADING.encode() + b"a,b\n1,2\n1\n", "line 7: 1 columns, expected 2"),
        (HEADING.encode() + b"a,b\n1,2,3\n", "line 6: 3 columns, expected 2"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(content, told, tmp_path):
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(TableError, match=re.escape(str(path))) as raised:
        read_data_file(path, ("a", "b"))
    assert told in str(raised.value)
    assert "Install the scrubber again" in str(raised.value)
