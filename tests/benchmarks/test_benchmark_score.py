"""Judging a report by the truth, the floor, and measuring a process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.faults import Truth
from benchmarks.floor import split_and_keep_nothing
from benchmarks.score import print_score, score

ROOT = Path(__file__).parents[2]


def finding(rule: str, line: str | None = None, severity: str = "reject") -> dict[str, Any]:
    return {"rule": rule, "severity": severity, "where": {"line": line}}


def claim(claim_id: str, disposition: str, *findings: dict[str, Any], units: str = "2") -> dict[str, Any]:
    line = {"control": f"{claim_id}L1", "code": "97110", "modifiers": ["GP"], "units": units, "charge": "80.00"}
    out = [line] if disposition != "held" else []
    return {
        "claim_id": claim_id,
        "transaction": "0001",
        "disposition": disposition,
        "findings": list(findings),
        "lines_out": out,
    }


def fault(claim_id: str, kind: str, rule: str, right: str | None, disposition: str, occurrence: int = 1) -> Truth:
    line = None if kind == "repeated_claim" else 1
    return Truth(claim_id, occurrence, 1, "0001", line, f"{claim_id}L1", kind, rule, right, disposition)


RIGHT = "SV1*HC:97110:GP*80.00*UN*2***1"


def test_what_is_found_missed_and_put_right() -> None:
    truth = [fault(name, "units_high", "U101", RIGHT, "corrected") for name in ("A", "B", "C", "D")]
    report = {
        "findings": [],
        "claims": [
            claim("A", "corrected", finding("U101", "1")),
            claim("B", "corrected", finding("U101", "2")),
            claim("C", "corrected", finding("U101", "1"), units="3"),
            claim("D", "unchanged"),
        ],
    }
    result = score(truth, report)
    (tally,) = result.tallies
    assert tally == ("units_high", "U101", 4, 3, 2, 4, 3)
    assert tally.missed == 1
    assert result.dispositions == {("corrected", "unchanged"): 1}
    assert not result.false_alarms


def test_false_alarms_are_rejects_that_truth_does_not_name() -> None:
    truth = [fault("A", "zero_units", "U111", None, "held")]
    report = {
        "findings": [finding("E503"), finding("E502", severity="warn")],
        "claims": [
            claim("A", "held", finding("U111", "1"), finding("U101", "1")),
            claim("B", "unchanged", finding("U106", severity="warn")),
            claim("C", "held", finding("U111", "1")),
        ],
    }
    result = score(truth, report)
    assert result.false_alarms == {"E503": 1, "U101": 1, "U111": 1}
    assert result.dispositions == {("unchanged", "held"): 1}


def test_only_the_later_of_two_claims_is_the_repeated_one() -> None:
    truth = [fault("A", "repeated_claim", "C405", None, "held", occurrence=2)]
    right = {"findings": [], "claims": [claim("A", "unchanged"), claim("A", "held", finding("C405"))]}
    wrong = {"findings": [], "claims": [claim("A", "held", finding("C405")), claim("A", "unchanged")]}
    assert score(truth, right).tallies[0].found == 1
    assert not score(truth, right).false_alarms
    assert score(truth, wrong).tallies[0].missed == 1
    assert score(truth, wrong).false_alarms == {"C405": 1}


def test_faults_of_transactions_are_found_at_the_top_or_with_claims() -> None:
    truth = [Truth(None, 0, None, number, None, None, "wrong_count", "E502", None, None) for number in ("0001", "0002")]
    top = {"findings": [finding("E502", severity="warn")] * 2, "claims": []}
    below = {"findings": [], "claims": [claim("A", "unchanged", finding("E502")), claim("B", "unchanged")]}
    assert score(truth, top).tallies[0].found == 2
    assert score(truth, below).tallies[0][2:4] == (2, 1)
    assert not score(truth, below).false_alarms


def test_printed_table_names_every_number(capsys: Any) -> None:
    report = {"findings": [], "claims": [claim("A", "held", finding("U101", "1"), finding("N302"))]}
    print_score(score([fault("A", "units_high", "U101", RIGHT, "corrected")], report))
    text = capsys.readouterr().out
    assert "units_high          U101       1      1       0        1       1      0" in text
    assert "false alarms: N302 1 (1 claims)" in text
    assert "1 corrected came out held" in text


def test_floor_sees_every_segment_across_blocks(tmp_path: Path) -> None:
    path = tmp_path / "big.837"
    path.write_bytes(b"SV1*HC:97110:GP*80*UN*2***1~\r\n" * 90_000)
    assert path.stat().st_size > 2 << 20
    assert split_and_keep_nothing(path) == 90_000


def test_measured_peak_is_the_commands_own() -> None:
    code = "import sys; kept = b'x' * (64 << 20); sys.stderr.write('one\\ntwo'); sys.exit(3)"
    ballast = bytearray(b"x" * (256 << 20))
    command = [sys.executable, "-I", "-S", str(ROOT / "benchmarks" / "measure.py"), sys.executable, "-c", code]
    taken = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(ballast) > taken["peak"]
    assert taken["peak"] > 64 << 20
    assert (taken["code"], taken["said"]) == (3, "two")
    assert 0 < taken["seconds"] < 60
