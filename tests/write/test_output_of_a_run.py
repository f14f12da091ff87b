"""What a run of the command leaves in its folder, the second time and when it fails."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from properties.clinic import Batch, Claim, Line, Person

from scrubber.cli.main import main

OVER = Claim("A1", Person(1), (Line("97110", units="3", charge="120.00"),), "120.00")
RIGHT = OVER._replace(lines=(Line("97110", units="2", charge="80.00"),), total="80.00")
BARE = Claim("B1", Person(2), (Line("97110", ()),), "40.00")
HEADER = "note_id,claim_id,service_date,discipline,code,minutes,role,signed\n"
RECORDS = HEADER + "N-1,A1,2026-03-02,PT,97110,30,PT,yes\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "records.csv").write_text(RECORDS, encoding="utf-8")
    return tmp_path


def scrub(folder: Path, *claims: Claim, options: tuple[str, ...] = ()) -> Result:
    source = folder / "claims.837"
    source.write_bytes(Batch(claims).source())
    args = ["scrub", str(source), "-r", str(folder / "records.csv"), "-o", str(folder / "out"), "--today", "2026-11-22"]
    return CliRunner().invoke(main, [*args, *options])


def there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def test_everything_is_for_its_owner_alone(folder: Path) -> None:
    assert scrub(folder, OVER, BARE).exit_code == 1
    names = there(folder)
    assert {"claims.corrected.837", "claims.held.837", "claims.journal.jsonl", "claims.report.json"} <= names.keys()
    for path in (folder / "out").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_run_is_refused_and_changes_nothing(folder: Path) -> None:
    assert scrub(folder, OVER, BARE).exit_code == 1
    before = there(folder)
    second = scrub(folder, RIGHT)
    assert second.exit_code == 2
    assert "--force" in second.output
    assert there(folder) == before


def test_with_force_what_the_new_run_does_not_write_is_gone(folder: Path) -> None:
    assert scrub(folder, OVER, BARE).exit_code == 1
    assert scrub(folder, RIGHT, options=("--force",)).exit_code == 0
    after = there(folder)
    assert after["claims.corrected.837"] == Batch((RIGHT,)).source()
    assert "claims.held.837" not in after


@pytest.mark.parametrize("broken", ["records", "input"])
def test_a_run_that_cannot_be_done_leaves_the_earlier_output(folder: Path, broken: str) -> None:
    assert scrub(folder, OVER, BARE).exit_code == 1
    before = there(folder)
    if broken == "records":
        (folder / "records.csv").write_text(HEADER + "N-1,A1,2026-03-99,PT,97110,30,PT,yes\n", encoding="utf-8")
        failed = scrub(folder, OVER, options=("--force",))
    else:
        source = folder / "claims.837"
        source.write_bytes(source.read_bytes()[:-20])
        args = ["scrub", str(source), "-o", str(folder / "out"), "--force"]
        failed = CliRunner().invoke(main, args)
    assert failed.exit_code == 2
    assert there(folder) == before


def test_a_folder_that_is_a_file_is_exit_2(folder: Path) -> None:
    (folder / "out").write_bytes(b"a file")
    failed = scrub(folder, OVER)
    assert failed.exit_code == 2
    assert "Traceback" not in failed.output
    assert (folder / "out").read_bytes() == b"a file"


def test_the_input_is_never_changed(folder: Path) -> None:
    scrub(folder, OVER, BARE)
    assert (folder / "claims.837").read_bytes() == Batch((OVER, BARE)).source()
