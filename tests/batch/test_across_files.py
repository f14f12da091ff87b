"""`scrubber batch --across-files`: what one run writes, keeps, and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from batch.clinic_files import TODAY, batch, make_files, outputs
from batch.deaths import Shaky
from click.testing import CliRunner, Result
from properties.scrubbing import context
from properties.treated import seeded

from scrubber.batch import across
from scrubber.batch.across import Member, scrub_across
from scrubber.cli import batch as command
from scrubber.cli.main import main
from scrubber.errors import WorkerError
from scrubber.scrub import outcome
from scrubber.scrub_part import Scrubbed, scrub_part
from scrubber.visits.part import parts_of
from scrubber.visits.records import TreatmentRecords

FILES, CLAIMS = 4, 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    make_files(made, FILES, CLAIMS)
    (made / "in" / "again.837").write_bytes((made / "in" / "clinic001.837").read_bytes())  # by name before the others
    assert batch(made, "across", "-j", "1", "--across-files", "--report", "json,html,csv,xml").exit_code == 1
    return made


def report(folder: Path, stem: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / f"{stem}.report.json").read_bytes())
    return found


def run(*command: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, command), "--today", TODAY])


def test_the_later_copy_of_a_claim_is_held_in_its_own_file(folder: Path) -> None:
    copy, later = report(folder / "across", "again"), report(folder / "across", "clinic001")
    assert later["totals"]["held"] == later["totals"]["claims"]  # type: ignore[index]
    assert copy["totals"]["held"] < copy["totals"]["claims"]  # type: ignore[index]
    findings = [finding for claim in later["claims"] for finding in claim["findings"]]  # type: ignore[attr-defined]
    copies = [finding for finding in findings if finding["rule"] == "C405" and finding["related"]]
    assert copies
    assert all(other["file"] == "again.837" for finding in copies for other in finding["related"])
    assert any("of again.837: same patient" in finding["message"] for finding in copies)


def test_two_processes_write_the_same_bytes(folder: Path) -> None:
    done = batch(folder, "two", "-j", "2", "--across-files", "--report", "json,html,csv,xml")
    assert done.exit_code == 1
    assert outputs(folder / "two") == outputs(folder / "across")


def test_parts_that_find_no_memory_or_lose_their_worker_are_done_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(across, "parts_of", partial(parts_of, most_claims=20))
    monkeypatch.setattr(command, "engine_for", partial(Shaky, marker=str(tmp_path / "met")))
    done = batch(folder, "shaky", "-j", "2", "--across-files", "--report", "json,html,csv,xml")
    assert done.exit_code == 1, done.output
    assert {path.name for path in tmp_path.iterdir()} == {"met.memory", "met.life"}
    assert outputs(folder / "shaky") == outputs(folder / "across")


def test_a_set_of_one_file_gives_what_the_file_alone_gives(folder: Path, tmp_path: Path) -> None:
    file, records = folder / "in" / "clinic002.837", folder / "records.csv"
    run("batch", file, "-r", records, "-o", tmp_path / "one", "-j", "1", "--across-files")
    run("scrub", file, "-r", records, "-o", tmp_path / "scrub")
    assert outputs(tmp_path / "one") == outputs(tmp_path / "scrub")
    assert len(outputs(tmp_path / "scrub")) == 6


def test_records_that_name_nobody_are_told_once(folder: Path) -> None:
    stray = folder / "stray.csv"
    first, *_ = (folder / "records.csv").read_text(encoding="utf-8").splitlines()
    row = {"note_id": "N-99", "claim_id": "NOBODY", "service_date": "2026-03-02", "discipline": "PT"}
    stray.write_text(f"{first}\n{','.join(row.get(column, '') for column in first.split(','))}\n", encoding="utf-8")
    batch(folder, "stray", "-j", "1", "--across-files", "-r", str(stray))
    told = [
        (stem, record)
        for stem in ("again", *(f"clinic{number:03}" for number in range(FILES)))
        for record in report(folder / "stray", stem)["unmatched_records"]  # type: ignore[attr-defined]
        if record["note_id"] == "N-99"
    ]
    assert [stem for stem, _ in told] == ["again"]


def test_a_second_run_does_nothing_and_another_set_everything(folder: Path, tmp_path: Path) -> None:
    inputs, records = sorted((folder / "in").iterdir()), folder / "records.csv"
    common = ["-r", str(records), "-o", str(tmp_path / "out"), "-j", "1", "--across-files"]
    run("batch", *inputs, *common)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir() if "batch" not in path.name}
    again = run("batch", *inputs, *common)
    assert f"{len(inputs)} files were done before" in again.output
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir() if "batch" not in path.name}
    assert after == before
    fewer = run("batch", *inputs[1:], *common)
    assert "were done before" not in fewer.output
    assert report(tmp_path / "out", "clinic001")["totals"]["held"] < CLAIMS  # type: ignore[index]


def test_a_file_that_cannot_be_read_fails_alone(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.837"
    bad.write_bytes(b"no interchange")
    done = run("batch", bad, *sorted((folder / "in").iterdir()), "-r", folder / "records.csv", "-o", tmp_path / "out",
               "-j", "1", "--across-files", "--report", "json,html,csv,xml")  # fmt: skip
    assert done.exit_code == 2
    assert f"{bad}: no ISA segment" in done.stderr
    held = {name: data for name, data in outputs(tmp_path / "out").items() if "journal" not in name}
    assert held == {name: data for name, data in outputs(folder / "across").items() if "journal" not in name}


def test_files_with_settings_of_their_own_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scrubber.toml").write_text('fix = "none"\n', encoding="utf-8")
        (tmp_path / name / f"{name}.837").write_bytes((folder / "in" / "clinic000.837").read_bytes())
    done = run("batch", tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out", "--across-files")
    assert done.exit_code == 2
    assert "give --settings" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_part_that_fails_fails_the_files_with_claims_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(across, "parts_of", partial(parts_of, most_claims=1))
    members = []
    for number in range(3):
        path = tmp_path / f"{number}.837"
        path.write_bytes(seeded(number + 200).source.replace(b"6TT0AA", b"%dTT0AA" % number))
        members.append(Member(path, path.name))

    def scrub(parts: Iterable[bytes]) -> Iterator[Scrubbed]:
        for part in parts:
            yield Scrubbed(part, [], WorkerError("twice")) if b"1.837" in part else _scrubbed(part)

    found = list(scrub_across(members, TreatmentRecords(), context(), scrub, outcome, lambda _done, _of: None))
    assert [str(each.error) for each in found] == ["None", "twice", "None"]
    assert [each.outcome is not None for each in found] == [True, False, True]


def _scrubbed(part: bytes) -> Scrubbed:
    return Scrubbed(part, scrub_part(part, context()))


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.837"
    path.write_bytes(seeded(3).source)

    def scrub(parts: Iterable[bytes]) -> Iterator[Scrubbed]:
        for part in parts:
            done = _scrubbed(part)
            path.write_bytes(seeded(3).source.replace(b"LARKSPUR", b"BARKSPUR"))
            yield done

    (found,) = scrub_across(
        [Member(path, "one.837")], TreatmentRecords(), context(), scrub, outcome, lambda _done, _of: None
    )
    assert found.outcome is None
    assert "has changed while it was scrubbed" in str(found.error)
