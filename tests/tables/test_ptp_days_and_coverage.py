"""A pair table answers by date of service, and for codes that it knows; the rest is unchecked, never "no pair"."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest

from scrubber.errors import TableError
from scrubber.tables.ptp import PairAnswer, read_ptp
from scrubber.tables.tableset import load_tables

FIRST, LAST = date(2024, 7, 1), date(2024, 9, 30)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pairs():
    return load_tables().ptp("ncci-ptp-medicare")


@pytest.mark.parametrize(("on", "stale"), [(FIRST, False), (LAST, False), (LAST + DAY, True), (date(2026, 3, 2), True)])
def test_both_end_days_are_covered_and_later_days_are_stale(pairs, on, stale):
    standing, none = pairs.pair("97150", "97110", on), pairs.pair("97110", "97112", on)

    assert standing.edit.indicator == "1"
    assert none == (None, "", stale)
    assert (standing.unchecked, standing.stale) == ("", stale)


@pytest.mark.parametrize("on", [FIRST - DAY, date(2020, 2, 1), date(2019, 12, 31)])
@pytest.mark.parametrize("codes", [("97150", "97110"), ("97110", "97112"), ("97530", "97535"), ("97110", "12345")])
def test_an_earlier_day_is_not_answered(pairs, codes, on):
    answer = pairs.pair(*codes, on)

    assert (answer.edit, answer.stale) == (None, False)
    assert answer.unchecked == (
        f"ncci-ptp-medicare 2024Q3 does not tell when its pairs began: it answers from 2024-07-01 on, not for {on}"
    )


def unchecked(name: str) -> PairAnswer:
    return PairAnswer(None, f"ncci-ptp-medicare 2024Q3 does not cover {name}", stale=False)


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(
    ("codes", "named"),
    [
        (("97110", "12345"), "12345"),
        (("99213", "12345"), "12345"),
        (("20610", "12345"), "12345"),
        (("99213", "99214"), "99213 with 99214"),
        (("99213", "95851"), "95851 with 99213"),
        (("99285", "96125"), "96125 with 99285"),
        (("97760", "29126"), "29126"),
        (("97110", "98979"), "98979"),
        (("97110", "99201"), "99201"),
    ],
)
def test_a_code_that_the_table_does_not_cover_is_named(pairs, codes, named, direction):
    assert pairs.pair(*codes[::direction], FIRST) == unchecked(named)


def test_a_stale_day_does_not_hide_that_a_code_is_not_covered(pairs):
    assert pairs.pair("97110", "12345", LAST + DAY) == unchecked("12345")._replace(stale=True)


@pytest.mark.parametrize("em", ["99202", "99205", "99211", "99215", "99281", "99285"])
def test_visits_are_covered_against_therapy(pairs, em):
    for code in ("97110", "97140", "97530", "97161", "92507", "98940"):
        assert pairs.pair(em, code, FIRST).unchecked == ""


def test_therapy_codes_and_their_companions_are_covered_with_one_another(pairs):
    companions = ["98940", "98925", "36591", "96523", "29075", "29799", "97151", "64550", "95831", "G0451", "G2252"]
    began_later = {"98016", "98979", "98984", "98985", "98986"}
    codes = [*(set(load_tables().therapy) - {"29126", "29131"} - began_later), *companions]

    assert not [two for two in itertools.combinations(codes, 2) if pairs.pair(*two, FIRST).unchecked]


def test_many_foreign_codes_make_few_reasons(pairs):
    codes = [f"{number:05}" for number in range(10000, 10050)]
    reasons = {pairs.pair(one, two, FIRST).unchecked for one, two in itertools.combinations([*codes, "97110"], 2)}

    assert len(reasons) == len(codes)


def test_a_code_is_no_pair_with_itself(pairs):
    assert [pairs.pair(code, code, FIRST) for code in ("97110", "12345")] == [(None, "", False)] * 2


HEADING = "# edition: 2026Q1\n# complete: yes\n# source: s\n# renewal: r\n"
COLUMNS = "column1,column2,effective_date,deletion_date,indicator,rationale\n"


def table_of(tmp_path: Path, *rows: str, heading: str = HEADING):
    path = tmp_path / "pairs.csv"
    path.write_text(heading + COLUMNS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_ptp("other", path, None)


@pytest.mark.parametrize(
    ("on", "indicator"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "1"),
        (date(2020, 3, 31), "1"),
        (date(2020, 4, 1), None),
        (date(2021, 1, 1), "0"),
        (date(2030, 1, 1), "0"),
    ],
)
def test_the_row_of_the_day_counts_and_the_deletion_date_is_its_last(on, indicator, tmp_path):
    pairs = table_of(tmp_path, "11111,22222,20200101,20200331,1,X", "11111,22222,20210101,*,0,X")
    edit = pairs.pair("22222", "11111", on).edit

    assert (edit and edit.indicator) == indicator


def test_indicator_nine_was_never_in_force(tmp_path):
    pairs = table_of(tmp_path, "11111,22222,20200101,20200101,9,X", "33333,11111,20200101,*,9,X")

    assert pairs.pair("11111", "22222", date(2020, 1, 1)) == (None, "", False)
    assert pairs.pair("11111", "33333", date(2020, 1, 1)) == (None, "", False)


def test_a_complete_table_knows_every_code(tmp_path):
    assert table_of(tmp_path).pair("12345", "54321", date(2026, 1, 1)) == (None, "", False)


def test_both_directions_in_force_give_the_stricter_in_any_order(tmp_path):
    pairs = table_of(tmp_path, "11111,22222,,*,1,X", "22222,11111,,*,0,X")

    assert {pairs.pair(*codes, FIRST).edit[:3] for codes in (("11111", "22222"), ("22222", "11111"))} == {
        ("22222", "11111", "0")
    }


@pytest.mark.parametrize(
    ("row", "told"),
    [("11111,22222,,*,2,X", "indicator 2"), ("11111,22222,,soon,1,X", "soon is no date"), ("1,2,3", "3 columns")],
)
def test_a_damaged_row_is_an_error_with_its_line(row, told, tmp_path):
    with pytest.raises(TableError, match=rf"pairs\.csv, line 6: .*{told}"):
        table_of(tmp_path, row)


def test_a_damaged_list_of_covered_codes_is_an_error_with_its_line(tmp_path):
    pairs, covered = tmp_path / "pairs.csv", tmp_path / "covered.csv"
    pairs.write_text(HEADING + COLUMNS, encoding="utf-8")
    covered.write_text(HEADING + "code,group,with_em\n97110,surgery,Y\n", encoding="utf-8")

    with pytest.raises(TableError, match=r"covered\.csv, line 6: group surgery"):
        read_ptp("other", pairs, covered)
