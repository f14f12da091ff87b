"""Where imported tables live, how they are found, and what happens to one that is damaged."""

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from benchmarks.table_files import write_pairs
from scrubber.errors import TableError
from scrubber.tables.describe import describe_pair, list_tables
from scrubber.tables.folder import NOTHING, VARIABLE, find_imported, tables_folder
from scrubber.tables.imports.bring_in import Choice, bring_in
from scrubber.tables.tableset import Tables, load_tables

REASON = "Mutually exclusive procedures"
ON = date(2026, 7, 1)


def edition(folder: Path, store: Path, quarter: str, indicator: str) -> Path:
    rows = [("97112", "97110", "", "20200101", "*", indicator, REASON)]
    (brought,) = bring_in([write_pairs(folder / "pairs.txt", rows)], store, Choice(edition=quarter))
    return Path(brought.edition.path)


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "tables"


def test_the_environment_goes_before_the_setting_and_the_setting_before_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "a"))
    assert tables_folder(tmp_path / "b") == tmp_path / "a"
    monkeypatch.delenv(VARIABLE)
    assert tables_folder(tmp_path / "b") == tmp_path / "b"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "c"))
    assert tables_folder(None) == tmp_path / "c" / "claim-scrubber" / "tables"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tables_folder(None) == tmp_path / ".local" / "share" / "claim-scrubber" / "tables"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert tables_folder(None) == tmp_path / "Library" / "Application Support" / "claim-scrubber" / "tables"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert find_imported(tmp_path / "none") == NOTHING


def test_editions_lie_side_by_side_and_the_newest_answers(tmp_path, store):
    for quarter, indicator in (("2026Q2", "1"), ("2026Q3", "0"), ("2025Q4", "9")):
        edition(tmp_path, store, quarter, indicator)
    tables = load_tables(find_imported(store))
    names = ("ncci-ptp-medicare", "ncci-ptp-medicare@2026Q2", "ncci-ptp-medicare@2026Q1")

    assert [
        edit and edit.indicator for edit, _, _ in (tables.ptp(name).pair("97110", "97112", ON) for name in names)
    ] == [
        "0",
        "1",
        None,
    ]
    listed = [(info.edition, info.place is not None, info.remark) for info in list_tables(tables) if "ptp" in info.name]
    assert listed == [
        ("2026Q3", True, None),
        ("2025Q4", True, "a newer edition answers; ask this one as ncci-ptp-medicare@2025Q4"),
        ("2026Q2", True, "a newer edition answers; ask this one as ncci-ptp-medicare@2026Q2"),
    ]
    (facts,) = describe_pair("97110", "97112", date(2025, 12, 1), tables)
    assert [(said.first, said.state.name) for said in facts.said] == [
        ("2025Q4", "NO_PAIR"),
        ("2026Q2", "NEEDS_MODIFIER"),
        ("2026Q3", "NEVER_PAYABLE"),
    ]


def test_the_report_names_the_imported_edition_and_what_to_import_next(tmp_path, store):
    edition(tmp_path, store, "2026Q3", "1")
    tables = load_tables(find_imported(store))
    told = [info for info in tables.info({"ncci-ptp-medicare"}) if info.name == "ncci-ptp-medicare"]

    assert [(info.edition, info.complete, info.stale) for info in told] == [("2026Q3", True, True)]
    assert told[0].remark == (
        "Edition 2026Q3 answered for dates of service after 2026-09-30:"
        " import the CMS practitioner PTP edits of their quarter."
    )


def test_an_older_complete_edition_fills_what_the_shipped_part_does_not_cover(tmp_path, store):
    rows = [("20610", "97110", "", "20200101", "*", "1", REASON)]
    bring_in([write_pairs(tmp_path / "pairs.txt", rows)], store, Choice(edition="2023Q1"))
    pairs = load_tables(find_imported(store)).ptp("ncci-ptp-medicare")

    assert pairs.pair("97110", "20610", date(2023, 2, 1)).edit.indicator == "1"
    assert pairs.pair("97110", "20610", date(2024, 8, 1))[1:] == ("", True)
    assert pairs.pair("97150", "97110", date(2024, 8, 1))[1:] == ("", False)  # the shipped part knows better
    assert not pairs.knows_every_pair(date(2024, 8, 1))


def indicator_of(tables: Tables) -> str:
    """Asked in another process."""
    return tables.ptp("ncci-ptp-medicare").pair("97110", "97112", ON).edit.indicator


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_tables_travel_to_other_processes_by_path_and_digest(start, tmp_path, store):
    edition(tmp_path, store, "2026Q3", "0")
    tables = load_tables(find_imported(store))
    assert indicator_of(tables) == "0"

    assert len(pickle.dumps(tables)) < 2_000
    assert pickle.loads(pickle.dumps(tables)) is tables  # noqa: S301 - made here
    with ProcessPoolExecutor(2, mp_context=get_context(start)) as pool:
        assert set(pool.map(indicator_of, [tables] * 20)) == {"0"}


def test_an_edition_that_changed_under_way_is_not_read(tmp_path, store):
    path = edition(tmp_path, store, "2026Q3", "0")
    found = find_imported(store)
    path.unlink()
    edition(tmp_path, store, "2026Q3", "1")

    with pytest.raises(TableError, match="changed while it was in use"):
        Tables(imported=found).ptp("ncci-ptp-medicare").pair("97110", "97112", ON)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 200])
def test_a_damaged_table_is_named_with_what_to_do(content, tmp_path, store):
    path = edition(tmp_path, store, "2026Q3", "0")
    path.write_bytes(content)

    with pytest.raises(TableError, match=r"2026Q3\.table: the imported table cannot be read .* import it again"):
        find_imported(store)


def test_a_table_cut_short_is_an_error_when_it_is_asked(tmp_path, store):
    rows = [(f"{n:05}", "97110", "", "20200101", "*", "1", REASON) for n in range(10_000, 20_000)]
    (brought,) = bring_in([write_pairs(tmp_path / "pairs.txt", rows)], store, Choice(edition="2026Q3"))
    path = Path(brought.edition.path)
    found = find_imported(store)
    path.write_bytes(path.read_bytes()[:20_000])

    pairs = Tables(imported=found).ptp("ncci-ptp-medicare")
    with pytest.raises(TableError, match="import it again"):
        [pairs.pair(f"{n}", "97110", ON) for n in range(10_000, 20_000, 500)]


def test_leftovers_of_an_import_that_was_killed_are_no_tables(tmp_path, store):
    edition(tmp_path, store, "2026Q3", "0")
    (store / ".ncci-ptp-medicare-2026Q4.123").write_bytes(b"half")

    assert len(find_imported(store).editions) == 1


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "tables").write_text("a file")
    with pytest.raises(TableError, match="cannot be written there"):
        edition(tmp_path, tmp_path / "tables", "2026Q3", "0")


def test_who_imported_nothing_does_not_pay_for_the_database(tmp_path):
    code = (
        "import sys; from scrubber.tables.tableset import load_tables;"
        " load_tables().ptp('ncci-ptp-medicare'); print('sqlite3' in sys.modules, 'python_calamine' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
