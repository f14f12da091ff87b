"""Golden cases: what goes in, what must come out, and the promises that hold for every case.

The layout of a case is described in fixtures/golden/README.md. Expectations are written by hand and never regenerated.
"""

import csv
import json
import os
import re
import shutil
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import counting
import pytest
from click.testing import CliRunner
from lxml import etree

from scrubber.cli.main import main

CASES = Path(__file__).parents[2] / "fixtures" / "golden"
NAMES = sorted(folder.name for folder in CASES.iterdir() if (folder / "in.837").is_file())
TODAY = ("--today", "2026-11-22")
CSV_HEADER = "interchange,position,claim_id,line,rule,severity,fixed,waived,charge,message,action"
EDITED_SEGMENTS = ("CLM", "LX", "SV1")
KEYS = {"source", "exit", "args", "corrected", "held", "file_findings", "held_faults", "unmatched", "further_claims"}
CLAIM_KEYS = {"claim_id", "position", "interchange", "disposition", "findings", "sv1", "proposed", "not_checked"}


class Run(NamedTuple):
    """One run of a case: ``out`` is the output folder, the rest is what stands in it (None when absent)."""

    exit: int
    said: str
    out: Path
    source: bytes
    corrected: bytes | None
    held: bytes | None
    report: Any


class Found(NamedTuple):
    """A finding as report.json tells it; line 0 is the claim as a whole."""

    rule: str
    line: int
    state: str


def invoke(*args: str) -> tuple[int, str]:
    """The command line in this process: exit code and everything it said. Fails on a traceback."""
    result = CliRunner().invoke(main, list(args))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@cache
def expectation(name: str) -> dict[str, Any]:
    expected = tomllib.loads((CASES / name / "expected.toml").read_text(encoding="utf-8"))
    unknown = set(expected) - KEYS - {"totals", "claims"}
    unknown |= set().union(*(set(claim) for claim in expected["claims"])) - CLAIM_KEYS
    assert not unknown, f"{name}/expected.toml: unknown keys {sorted(unknown)}"
    assert expected["source"].strip(), f"{name}/expected.toml: no source"
    return expected


def scrub(name: str, folder: Path, source: bytes | None = None) -> Run:
    """Run a case in ``folder``, on its own input or on other bytes under the same name."""
    home = folder / "case"
    shutil.copytree(CASES / name, home)
    target = home / "in.837"
    if source is not None:
        target.write_bytes(source)
    source = target.read_bytes()
    records = [word for path in sorted(home.glob("records.*")) for word in ("--records", str(path))]
    out = folder / "out"
    code, said = invoke(
        "scrub",
        str(target),
        *records,
        "--out",
        str(out),
        *TODAY,
        "--report",
        "json,csv,html,xml",
        *expectation(name).get("args", []),
    )
    assert target.read_bytes() == source, "the original was changed"
    report = read(out / "in.report.json")
    return Run(
        exit=code,
        said=said,
        out=out,
        source=source,
        corrected=read(out / "in.corrected.837"),
        held=read(out / "in.held.837"),
        report=None if report is None else json.loads(report),
    )


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(name: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = scrub(name, tmp_path_factory.mktemp(name))
    assert made.report is not None, f"exit {made.exit} without a report: {made.said}"
    return made


@pytest.fixture
def expected(name: str) -> dict[str, Any]:
    return expectation(name)


def found(findings: Sequence[Any]) -> list[Found]:
    return [
        Found(one["rule"], (one["where"] or {}).get("ordinal") or 0, "fixed" if one["fixed"] else "open")
        for one in findings
    ]


def unexpected(findings: list[Found], wanted: list[str]) -> tuple[list[str], list[Found]]:
    """Expected findings that are missing, and findings that nobody expects; precise expectations choose first."""
    left = list(findings)
    missing = []
    for text in sorted(wanted, key=lambda text: (text.startswith("?"), "*" in text, "|" in text)):
        rules, line, state = text.removeprefix("?").split()
        fits = (one for one in left if one.rule in rules.split("|") and line in ("*", str(one.line)))
        match = next((one for one in fits if one.state == state), None)
        if match:
            left.remove(match)
        elif not text.startswith("?"):
            missing.append(text)
    return missing, left


def by_claim(run: Run, disposition: str | None = None) -> list[Any]:
    return [claim for claim in run.report["claims"] if disposition in (None, claim["disposition"])]


def test_there_are_enough_cases() -> None:
    assert len(NAMES) >= 14


def test_exit_code(run: Run, expected: dict[str, Any]) -> None:
    assert run.exit == expected["exit"], run.said


def test_claims_come_out_as_expected(run: Run, expected: dict[str, Any]) -> None:
    wanted = expected["claims"]
    reported = by_claim(run)
    if expected.get("further_claims"):
        listed = {claim["claim_id"] for claim in wanted}
        assert all(claim["disposition"] == "held" for claim in reported if claim["claim_id"] not in listed)
        reported = [claim for claim in reported if claim["claim_id"] in listed]
    assert [claim["claim_id"] for claim in reported] == [claim["claim_id"] for claim in wanted]
    for claim, want in zip(reported, wanted, strict=True):
        for key in ("position", "interchange", "disposition"):
            assert claim[key] == want.get(key, claim[key]), f"{want['claim_id']}: {key}"


def test_findings_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    reported = {claim["claim_id"]: claim for claim in by_claim(run)}
    for want in expected["claims"]:
        missing, surplus = unexpected(found(reported[want["claim_id"]]["findings"]), want["findings"])
        assert not missing, f"{want['claim_id']}: {missing} missing, {surplus} instead"
        assert not surplus, f"{want['claim_id']}: nobody expects {surplus}"
        unchecked = {entry["rule"] for entry in reported[want["claim_id"]]["not_checked"]}
        assert set(want.get("not_checked", [])) <= unchecked, want["claim_id"]


def test_file_findings_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    wanted = sorted(expected.get("file_findings", []))
    assert sorted(f"{one.rule} {one.state}" for one in found(run.report["findings"])) == wanted


def test_service_lines_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    out = {claim.id: claim.named("SV1") for claim in counting.claims(run.corrected)}
    for want in expected["claims"]:
        assert out.get(want["claim_id"], []) == want["sv1"], want["claim_id"]


def test_proposals_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    reported = {claim["claim_id"]: claim for claim in by_claim(run)}
    for want in expected["claims"]:
        if "proposed" in want:
            proposed = [
                f"{line['line']} {':'.join([line['code'], *line['modifiers']])} {line['units']}"
                for line in reported[want["claim_id"]]["lines_proposed"]
                if Decimal(line["units"])
            ]
            assert proposed == want["proposed"], want["claim_id"]


def test_totals_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    totals = run.report["totals"]
    for key, value in expected.get("totals", {}).items():
        assert Decimal(totals[key]) == Decimal(value), key


def test_totals_add_up(run: Run) -> None:
    totals = run.report["totals"]
    assert totals["claims"] == totals["unchanged"] + totals["corrected"] + totals["held"]
    charge = {key: Decimal(totals[key]) for key in ("charge_in", "charge_out", "charge_held", "lowered", "raised")}
    assert charge["charge_in"] == (charge["charge_out"] + charge["charge_held"] + charge["lowered"] - charge["raised"])


def test_unmatched_records_are_those_expected(run: Run, expected: dict[str, Any]) -> None:
    assert [row["note_id"] for row in run.report["unmatched_records"]] == expected.get("unmatched", [])
    assert run.report["unreadable_records"] == []


def test_corrected_bytes(name: str, run: Run, expected: dict[str, Any]) -> None:
    golden = CASES / name / "corrected.837"
    match expected["corrected"]:
        case "same":
            assert run.corrected == run.source
        case "absent":
            assert run.corrected is None
        case "changed":
            assert run.corrected is not None
            assert run.corrected != run.source
            if os.environ.get("GOLDEN_REWRITE"):
                golden.write_bytes(run.corrected)
            assert golden.is_file(), f"{golden} is missing; GOLDEN_REWRITE=1 writes it"
            assert run.corrected == golden.read_bytes()
        case word:
            pytest.fail(f"expected.toml: corrected = {word!r} is none of same, changed, absent")


def test_held_bytes(name: str, run: Run, expected: dict[str, Any]) -> None:
    golden = CASES / name / "held.837"
    if expected["held"] == "absent":
        assert run.held is None
        return
    assert run.held is not None
    if os.environ.get("GOLDEN_REWRITE"):
        golden.write_bytes(run.held)
    assert golden.is_file(), f"{golden} is missing; GOLDEN_REWRITE=1 writes it"
    assert without_control_number(run.held) == without_control_number(golden.read_bytes())


def without_control_number(data: bytes) -> bytes:
    """The bytes with ISA13 and IEA02 masked: held gets a number of its own, derived from the source's hash."""
    for interchange in counting.interchanges(data):
        number = interchange.segments[0].value(13)
        element = re.escape(interchange.element)
        data = re.sub(b"(ISA(?:%s[^%s]*){12}%s)" % (element, element, element) + number, b"\\1#########", data, count=1)
        data = re.sub(b"(IEA%s[0-9]*%s)" % (element, element) + number, b"\\1#########", data, count=1)
    return data


def test_held_has_a_control_number_of_its_own(run: Run) -> None:
    numbers = {interchange.segments[0].value(13) for interchange in counting.interchanges(run.source)}
    for interchange in counting.interchanges(run.held or b""):
        assert interchange.segments[0].value(13) not in numbers
        assert re.fullmatch(b"[0-9]{9}", interchange.segments[0].value(13))


def test_corrected_and_held_partition_the_claims(run: Run) -> None:
    assert counting.claims(run.source)
    assert counting.partitions(run.source, run.corrected, run.held)


def test_envelopes_count(run: Run, expected: dict[str, Any]) -> None:
    assert not counting.faults(run.corrected or b"")
    assert {fault.element for fault in counting.faults(run.held or b"")} == set(expected.get("held_faults", []))


def test_what_conformed_before_conforms_after(run: Run) -> None:
    if run.corrected not in (None, run.source) and counting.conforms(run.source):
        assert counting.conforms(run.corrected)


def test_bytes_that_no_edit_names_are_untouched(run: Run) -> None:
    """Unchanged claims keep every byte; corrected ones every segment but CLM, LX and SV1, and every separator."""
    source = {claim.id: claim for claim in counting.claims(run.source)}
    changed = {claim["claim_id"] for claim in by_claim(run, "corrected")}
    for claim in counting.claims(run.corrected):
        if claim.id in changed:
            assert around_edits(claim) == around_edits(source[claim.id]), claim.id
        else:
            assert claim.own == source[claim.id].own, claim.id


def around_edits(claim: counting.Claim) -> bytes:
    """The claim's own bytes without lines that a division added, and with the text of edited segments cut out."""
    own = without_divided_lines(claim.own)
    for segment in claim.segments:
        if segment.startswith(tuple(word.encode() for word in EDITED_SEGMENTS)):
            own = own.replace(segment, segment[:2], 1)
    return own


def without_divided_lines(own: bytes) -> bytes:
    """The claim without the service lines whose control number says that they were divided off another."""
    first, *lines = re.split(rb"(?=\bLX\*)", own)
    return b"".join([first, *(line for line in lines if not re.search(rb"REF\*6R\*[^*~]*-[2-9]~", line))]).rstrip()


def test_balance_of_what_goes_out(run: Run) -> None:
    """CLM02 is the sum of SV102 and LX counts from 1, in every claim that goes out."""
    elements = [found.element.decode("latin-1") for found in counting.interchanges(run.corrected or b"")]
    for claim in counting.claims(run.corrected):
        element = elements[claim.interchange - 1]
        charge = Decimal(claim.named("CLM")[0].split(element)[2])
        assert charge == sum(Decimal(line.split(element)[2]) for line in claim.named("SV1")), claim.id
        numbers = [line.split(element)[1] for line in claim.named("LX")]
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)], claim.id


def test_the_journal_replays(run: Run) -> None:
    code, said = invoke("audit", str(run.out / "in.journal.jsonl"))
    assert code == 0, said


def test_a_second_scrub_changes_nothing(name: str, run: Run, tmp_path: Path) -> None:
    if run.corrected is None:
        assert not by_claim(run, "corrected")
        assert not by_claim(run, "unchanged")
        return
    again = scrub(name, tmp_path, run.corrected)
    assert again.exit <= 1, again.said
    assert again.corrected == run.corrected
    assert again.held is None


def test_the_same_run_gives_the_same_bytes(name: str, run: Run, tmp_path: Path) -> None:
    again = scrub(name, tmp_path)
    assert again.exit == run.exit
    assert {path.name: path.read_bytes() for path in again.out.iterdir()} == {
        path.name: path.read_bytes() for path in run.out.iterdir()
    }


def test_every_output_is_private(run: Run) -> None:
    assert {oct(path.stat().st_mode & 0o777) for path in run.out.iterdir()} == {"0o600"}


def test_the_worklist_has_a_row_for_each_finding(run: Run) -> None:
    with (run.out / "in.report.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert ",".join(header).startswith(CSV_HEADER)
    findings = [*found(run.report["findings"]), *(one for claim in by_claim(run) for one in found(claim["findings"]))]
    assert sorted(row[header.index("rule")] for row in rows) == sorted(one.rule for one in findings)


def test_reports_for_people_and_programs_name_every_claim(run: Run) -> None:
    page = (run.out / "in.report.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html")
    tree = etree.parse(str(run.out / "in.report.xml"))
    text = etree.tostring(tree, encoding="unicode")
    for claim in by_claim(run):
        assert claim["claim_id"] in page
        assert claim["claim_id"] in text


def test_the_report_keeps_its_format(run: Run) -> None:
    report = run.report
    assert report["schema"] == "claim-scrub-report/1"
    assert report["today"] == "2026-11-22"
    assert report["input"]["name"] == "in.837"
    assert report["input"]["bytes"] == len(run.source)
    for claim in report["claims"]:
        assert claim["disposition"] in {"unchanged", "corrected", "held"}
        if claim["disposition"] == "held":
            assert claim["lines_out"] == []
            assert Decimal(claim["charge_out"]) == 0
            assert not any(one["fixed"] for one in claim["findings"])
