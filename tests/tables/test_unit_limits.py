"""Unit limits: two editions in one table, what it does not know, and files that are damaged."""

from datetime import date

import pytest

from scrubber.errors import TableError
from scrubber.tables.mue import read_mue
from scrubber.tables.tableset import load_tables

NAME = "ncci-mue-medicare"
IN_2024 = date(2024, 7, 1)


@pytest.fixture
def table():
    return load_tables().unit_limits(NAME)


@pytest.mark.parametrize(
    ("code", "units", "adjudication"),
    # rule book B5, "Main values (2024 Q3 = 2026)", and 97110 is MAI 3, evaluations MAI 2
    [("97110", 6, 3), ("97112", 4, 3), ("97150", 1, 3), ("97129", 1, 2), ("97161", 1, 2), ("97010", 0, 3)],
)
def test_values(table, code, units, adjudication):
    limit, why, stale = table.limit(code, IN_2024)

    assert (limit.units, limit.adjudication, why, stale) == (units, adjudication, "", False)
    assert not limit.by_line


@pytest.mark.parametrize(
    ("on", "stale"),
    [(date(2024, 9, 30), False), (date(2025, 6, 1), False), (date(2026, 3, 31), False), (date(2026, 4, 1), True)],
)
def test_the_edition_ends_with_the_last_day_that_is_surely_not_behind_it(table, on, stale):
    answer = table.limit("97110", on)

    assert answer.limit.units == 6
    assert answer.stale is stale


def test_a_day_before_the_table_is_not_checked(table):
    answer = table.limit("97110", date(2024, 6, 30))

    assert answer.limit is None
    assert answer.unchecked == "ncci-mue-medicare (2024Q3, 2026) answers from 2024-07-01 on, not for 2024-06-30"


def test_a_code_of_the_second_edition_alone_is_known_from_it_on(table):
    assert table.limit("98016", date(2026, 4, 1)).limit.units == 1
    before = table.limit("98016", date(2026, 3, 31))
    assert (before.limit, before.unchecked) == (
        None,
        "ncci-mue-medicare (2024Q3, 2026) has no limit of 98016 before 2026-04-01",
    )


@pytest.mark.parametrize("code", ["98979", "98985", "99213"])
def test_a_code_without_a_published_value_is_not_checked(table, code):
    answer = table.limit(code, IN_2024)

    assert (answer.limit, answer.unchecked) == (None, f"ncci-mue-medicare (2024Q3, 2026) has no limit of {code}")


HEADING = "# edition: 1\n# complete: yes\n# source: s\n# renewal: r\ncode,units,adjudication,first_day,rationale\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("97110,six,3,,X", "not a unit limit"),
        ("97110,-1,3,,X", "not a unit limit"),
        ("97110,6,4,,X", "adjudication 1, 2 or 3"),
        ("97110,6,3,soon,X", "dates as YYYY-MM-DD"),
        ("97110,6,3,,X\n97110,6,3,,X", "line 7: 97110 is listed twice"),
    ],
)
def test_a_damaged_row_is_named(tmp_path, row, told):
    path = tmp_path / "limits.csv"
    path.write_text(HEADING + row + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=told):
        read_mue("mine", path)


def test_a_complete_table_knows_that_there_is_no_limit(tmp_path):
    path = tmp_path / "limits.csv"
    path.write_text(HEADING + "97110,3,1,,X\n", encoding="utf-8")
    table = read_mue("mine", path)

    assert table.limit("97112", IN_2024) == (None, "", False)
    assert table.limit("97110", IN_2024).limit.by_line
