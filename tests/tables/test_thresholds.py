"""The therapy thresholds: every year that ships, and what is no threshold."""

from pathlib import Path

import pytest

from scrubber.errors import TableError
from scrubber.tables.tableset import load_tables
from scrubber.tables.thresholds import PATH, read_thresholds

# CMS therapy services page and the sources in the heading of the table: PT with SLP; OT has had the same amount so far.
AMOUNTS = {2018: 2010, 2019: 2040, 2020: 2080, 2021: 2110, 2022: 2150, 2023: 2230, 2024: 2330, 2025: 2410, 2026: 2480}


def test_every_year() -> None:
    found = load_tables().thresholds
    assert {year: row.pt_slp for year, row in found.by_year.items()} == AMOUNTS
    assert {year: row.ot for year, row in found.by_year.items()} == AMOUNTS
    assert {row.review for row in found.by_year.values()} == {3000}
    assert found.heading.edition == "2026"


def test_it_is_listed() -> None:
    (info,) = [each for each in load_tables().info() if each.name == "therapy-thresholds"]
    assert (info.edition, info.rows, info.complete) == ("2026", 9, True)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("2027,2500,2500", "3 columns, expected 4"),
        ("2027,2500.50,2500,3000", "not a threshold"),
        ("2027,,2500,3000", "not a threshold"),
        ("2026,2500,2500,3000", "2026 is listed twice"),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, row: str, what: str) -> None:
    text = PATH.read_text(encoding="utf-8")
    damaged = tmp_path / "thresholds.csv"
    damaged.write_text(f"{text}{row}\n", encoding="utf-8")
    with pytest.raises(TableError, match=what) as caught:
        read_thresholds(damaged)
    assert f"line {text.count(chr(10)) + 1}" in str(caught.value)
