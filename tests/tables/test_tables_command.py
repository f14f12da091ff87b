"""`scrubber tables` and the settings behind it, as a user runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.table_files import write_pairs
from scrubber.cli.main import main
from scrubber.tables.folder import VARIABLE

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures" / "demo"
ROWS = (
    ("97140", "97124", "", "20200101", "*", "0", "Mutually exclusive procedures"),
    ("97150", "97110", "", "20200101", "*", "1", "Mutually exclusive procedures"),
)


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Path:
    """A folder with settings that name a tables folder; the environment says nothing."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scrubber.toml").write_text('[tables]\nfolder = "reference"\n')
    return tmp_path


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exit_code == code, result.output
    return result.output


def quarter(folder: Path, name: str = "ccipra-v322r0.txt", rows=ROWS) -> Path:
    return write_pairs(folder / name, rows)


def test_import_list_and_show(clinic):
    assert run("tables", "import", quarter(clinic)) == (
        "ncci-ptp-medicare 2026Q3: 2 rows, for dates of service from 1996-01-01 to 2026-09-30\n"
        "  That is few: a whole quarter has over 2,000,000. What has no row counts as no entry; if this is part of a"
        f" table, remove {clinic / 'reference' / 'ncci-ptp-medicare' / '2026Q3.table'}.\n"
        f"Tables live in {clinic / 'reference'}.\n"
    )
    again = run("tables", "import", quarter(clinic))
    assert again.startswith("ncci-ptp-medicare 2026Q3: 2 rows, there already: nothing changed\n")

    listed = run("tables", "list").splitlines()
    (line,) = (line for line in listed if line.startswith("ncci-ptp-medicare "))
    assert line.split() == [
        *("ncci-ptp-medicare", "2026Q3", "1996-01-01", "to", "2026-09-30", "2", "rows", "complete"),
        str(clinic / "reference" / "ncci-ptp-medicare" / "2026Q3.table"),
    ]
    assert listed[-1] == f"Imported tables live in {clinic / 'reference'}."
    shown = run("tables", "show", "97124", "97140", "--on", "2021-05-03").splitlines()
    assert shown[:2] == [
        "97124 with 97140 on 2021-05-03 (ncci-ptp-medicare, edition 2026Q3): never payable together",
        "  97140 is paid, 97124 is denied; indicator 0",
    ]


def test_show_answers_the_pair_of_2020_with_its_course(clinic):
    shown = run("tables", "show", "97140", "97530", "--on", "2020-02-01").splitlines()

    assert shown[0] == "97140 with 97530 on 2020-02-01 (ncci-ptp-medicare, edition 2021Q1): no pair"
    assert "  97140 / 97530  unknown to 2019-12-31  indicator 1  not in force: the two exclude each other" in shown
    assert [line.split(maxsplit=1)[0] for line in shown if line.startswith("    2020")] == ["2020Q1", "2020Q2"]
    then = run("tables", "show", "97140", "97530", "--on", "2020-02-01", "--edition", "2020Q1").splitlines()
    assert then[0].endswith("edition 2020Q1): payable together only with an NCCI modifier")


def test_show_says_what_it_does_not_know(clinic):
    shown = run("tables", "show", "97110", "97150", "--on", "2020-02-01")

    assert ": not checked\n" in shown
    assert "97150 / 97110  unknown to open  indicator 1  not known to have begun" in shown
    assert "scrubber: There is no edition" in run("tables", "show", "97110", "97150", "--edition", "2001Q1", code=2)


def test_a_damaged_file_is_exit_2_with_its_line_and_changes_nothing(clinic):
    run("tables", "import", quarter(clinic))
    before = run("tables", "list")
    damaged = quarter(clinic, "ccipra-v323r0.txt", [*ROWS, ("97150", "97112", "", "20200101", "*", "1")])
    said = run("tables", "import", damaged, code=2)

    assert said.splitlines()[-1] == f"scrubber: {damaged}, line 9: 6 columns; expected 7"
    assert run("tables", "list") == before


def test_the_environment_names_another_folder(clinic, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(clinic / "elsewhere"))
    assert f"Tables live in {clinic / 'elsewhere'}." in run("tables", "import", quarter(clinic))
    assert not (clinic / "reference").exists()


def test_without_a_setting_the_users_own_folder_is_taken(clinic):
    (clinic / "scrubber.toml").write_text("")
    folder = clinic / "home" / "claim-scrubber" / "tables"
    assert f"Tables live in {folder}." in run("tables", "import", quarter(clinic))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_folder_is_a_setting_with_its_origin(clinic):
    (line,) = (line for line in run("settings").splitlines() if line.startswith("tables.folder"))
    assert line.split("=")[1].strip() == f'"{clinic / "reference"}"  # scrubber.toml line 2'


def test_a_folder_that_is_no_text_is_refused(clinic):
    (clinic / "scrubber.toml").write_text("[tables]\nfolder = 5\n")
    assert "line 2: tables.folder: expected the path of a folder, got 5" in run("tables", "list", code=2)


def test_scrub_answers_from_what_was_imported_and_the_report_says_so(clinic):
    run("tables", "import", quarter(clinic, "ccipra-v323r0.txt"))  # the quarter of the demo's dates of service
    for folder, complete in (("reference", True), ("none", False)):
        (clinic / "scrubber.toml").write_text(f'[tables]\nfolder = "{folder}"\n')
        out = clinic / f"out-{folder}"
        scrub = ("scrub", DEMO / "claims.837", "-r", DEMO / "records.csv", "-o", out, "--quiet")
        run(*scrub, "--settings", clinic / "scrubber.toml", "--today", "2026-08-01", code=1)
        tables = json.loads((out / "claims.report.json").read_text())["tables"]
        told = next(table for table in tables if table["name"] == "ncci-ptp-medicare")
        assert (told["complete"], told["stale"]) == (complete, not complete)
        assert (told["remark"] is None) is complete


def test_a_payers_own_table_is_named_in_its_profile(clinic):
    payer = '[payers.acme]\nmatch = { payer-id = ["60054"] }\npair-tables = ["acme-pairs"]\n'
    (clinic / "scrubber.toml").write_text(f'[tables]\nfolder = "reference"\n{payer}')
    said = run("settings", code=2)
    assert 'payers.acme.pair-tables: There is no pair table "acme-pairs"' in said

    (clinic / "scrubber.toml").write_text('[tables]\nfolder = "reference"\n')
    run("tables", "import", quarter(clinic, "acme.txt"), "--as", "acme-pairs", "--edition", "2026Q1")
    (clinic / "scrubber.toml").write_text(f'[tables]\nfolder = "reference"\n{payer}')
    assert "payers.acme.pair-tables" in run("settings")


def test_a_payer_can_keep_to_an_edition(clinic):
    payer = '[payers.acme]\nmatch = { payer-id = ["60054"] }\npair-tables = ["ncci-ptp-medicare@2020Q1"]\n'
    (clinic / "scrubber.toml").write_text(payer)
    (line,) = (line for line in run("settings").splitlines() if line.startswith("payers.acme.pair-tables"))
    assert '["ncci-ptp-medicare@2020Q1"]' in line


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_shown_on_a_terminal_only(terminal, clinic, monkeypatch):
    """Rich draws on standard error; the function that is told is there only when somebody can see it."""
    import sys

    from scrubber.cli.progress import bytes_progress

    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    with bytes_progress("import", quiet=False) as tell:
        assert (tell is not None) is terminal
        if tell is not None:
            tell(1, 2)
    with bytes_progress("import", quiet=True) as tell:
        assert tell is None
