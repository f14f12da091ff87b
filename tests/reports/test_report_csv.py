"""The worklist: one row a finding, and nothing that a spreadsheet would run."""

import csv
import io

import pytest

from scrubber.reports import report_csv
from scrubber.reports.schema import Impact, Waived, Where

HEADER = "interchange,position,claim_id,line,rule,severity,fixed,waived,charge,message,action"


def rows(report):
    return list(csv.DictReader(io.StringIO(report_csv.render(report).decode("utf-8"), newline="")))


def one_row(build, message="m", action="a", claim_id="PCN1", **rest):
    found = build["finding"]("U101", "units-above-minutes", message, action, **rest)
    claim = build["claim"](1, "held", [], [found], claim_id=claim_id)
    return rows(build["report"]([claim]))[0]


def test_the_header_is_the_contract_s_and_lines_end_in_crlf(demo):
    raw = report_csv.render(demo)
    assert raw.split(b"\r\n")[0].decode() == HEADER
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 1 + 7


def test_findings_of_the_file_come_first_with_empty_claim_cells(demo):
    first, second = rows(demo)[:2]
    assert first == {
        "interchange": "1", "position": "", "claim_id": "", "line": "", "rule": "E502", "severity": "warn",
        "fixed": "yes", "waived": "no", "charge": "", "message": "SE01 says 310 segments; there are 311.",
        "action": "Recount.",
    }  # fmt: skip
    assert second == {
        "interchange": "1", "position": "1", "claim_id": "PCN1", "line": "1", "rule": "U101", "severity": "reject",
        "fixed": "yes", "waived": "no", "charge": "-40.00",
        "message": "97110 is billed 3 units; the signed record supports 2 (30 minutes).", "action": "Bill 2 units.",
    }  # fmt: skip


def test_a_clean_claim_has_no_row(build):
    assert rows(build["report"]([build["clean"](1)])) == []


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")'])
@pytest.mark.parametrize("cell", ["claim_id", "message", "action"])
def test_a_formula_is_text(build, evil, cell):
    assert one_row(build, **{cell: evil})[cell] == f"'{evil}"


def test_a_formula_in_a_line_number_or_a_charge_is_text(build):
    row = one_row(build, where=Where(line="=1+1"), impact=Impact("=2"))
    assert (row["line"], row["charge"]) == ("'=1+1", "'=2")


@pytest.mark.parametrize("amount", ["-40.00", "-40", "0.00", "40.00"])
def test_a_plain_amount_stays_a_number(build, amount):
    assert one_row(build, impact=Impact(amount))["charge"] == amount


def test_commas_quotes_and_line_breaks_stay_in_their_cell(build):
    message = 'says "3, not 2"\nand more'
    assert one_row(build, message=message)["message"] == message


def test_a_waived_finding_says_so(build):
    row = one_row(build, waived=Waived("agreed", "office", "2026-12-31"))
    assert (row["fixed"], row["waived"]) == ("no", "yes")
