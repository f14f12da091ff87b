"""The JSON document of the contract, key by key."""

import json

import pytest
from reports.in_brief import findings_only

from scrubber.reports import report_json
from scrubber.reports.schema import (
    Claim,
    Denial,
    Evidence,
    Finding,
    Fix,
    Impact,
    Input,
    Ledger,
    LineIn,
    LineOut,
    NotChecked,
    OtherPayer,
    Payer,
    Related,
    Report,
    RuleTotal,
    Table,
    Totals,
    UnmatchedRecord,
    Visit,
    VisitCode,
    Waived,
    Where,
)

CONTRACT = """
{
  "schema": "claim-scrub-report/1",
  "scrubber": "0.1.0",
  "today": "2026-11-22",
  "input": {"name": "claims.837", "sha256": "c0ffee", "bytes": 123, "interchanges": ["000000001"]},
  "tables": [{"name": "ncci-ptp-medicare", "edition": "2024Q3", "from": "2020-01-01", "to": "2024-09-30", "rows": 2814,
              "complete": false, "stale": true, "remark": "Import a newer edition."}],
  "totals": {"claims": 1, "unchanged": 0, "corrected": 1, "held": 0, "lines_in": 1, "lines_out": 1,
             "charge_in": "120.00", "charge_out": "80.00", "charge_held": "0.00", "lowered": "40.00", "raised": "0.00"},
  "findings": [],
  "claims": [
    {
      "claim_id": "PCN1", "interchange": 1, "group": 1, "transaction": "0001", "position": 1,
      "disposition": "corrected",
      "payer": {"id": "00123", "filing": "MB", "profile": "medicare-part-b"},
      "charge_in": "120.00", "charge_out": "80.00",
      "lines_in":  [{"line": "1", "code": "97110", "modifiers": ["GP"], "units": "3", "charge": "120.00",
                     "date": "2026-03-02", "control": "A1"}],
      "lines_out": [{"line": "1", "code": "97110", "modifiers": ["GP"], "units": "2", "charge": "80.00",
                     "date": "2026-03-02", "control": "A1", "from_line": "1"}],
      "lines_proposed": [],
      "visits": [
        {"date": "2026-03-02", "discipline": "PT", "unit_rule": "cms", "signed": true, "timed_minutes": 30,
         "units_supported": 2,
         "codes": [{"code": "97110", "timed": true, "therapist_minutes": null, "assistant_minutes": null,
                    "units_billed": "3", "units_supported": 2, "assistant_units": 0}]}
      ],
      "findings": [
        {
          "rule": "U101", "name": "units-above-minutes", "severity": "reject",
          "fixed": true, "waived": {"reason": "agreed", "by": "office", "until": "2026-12-31"},
          "related": [{"claim_id": "PCN2", "interchange": 1, "group": 1, "position": 2}],
          "where": {"line": "1", "ordinal": 1, "control": "A1", "element": "SV104", "segment": 27, "byte": 1041},
          "message": "97110 is billed 3 units; the signed record supports 2 (30 minutes).",
          "action": "Bill 2 units.",
          "evidence": [{"source": "record N-17", "states": "30 minutes of 97110 by PT"}],
          "fix": {"level": "safe", "payment": "lowers", "title": "Lower units from 3 to 2"},
          "impact": {"charge": "-40.00", "medicare_estimate": "-22.21",
                     "basis": "2026 national non-facility, reduced for several procedures", "at_risk": null},
          "denial": {"carc": "151", "rarc": "N435", "status": "A7:258", "syntax": null}
        }
      ],
      "not_checked": [{"rule": "N302", "why": "no NCCI table of payer profile acme for 2026-03-02"}],
      "other_payers": [{"sequence": "S", "id": "60054", "filing": "CI", "profile": "commercial",
                        "differs": ["how minutes become units"]}]
    }
  ],
  "unreadable_records": [],
  "unmatched_records": [{"note_id": "N-99", "why": "no claim with this id"}],
  "not_checked": [{"rule": "U107", "why": "no record has start and stop"}],
  "by_rule": [{"rule": "U101", "name": "units-above-minutes", "findings": 1, "fixed": 1, "open": 0, "charge": "-40.00",
               "at_risk": "0.00", "medicare_estimate": "-22.21", "estimated": 1,
               "basis": "2026 national non-facility"}],
  "ledger": {"state": "5eed", "deliveries": 12, "ignored": 1}
}
"""


def contract_report():
    finding = Finding(
        rule="U101",
        name="units-above-minutes",
        severity="reject",
        fixed=True,
        waived=Waived("agreed", "office", "2026-12-31"),
        related=(Related("PCN2", 1, 1, 2),),
        where=Where("1", 1, "A1", "SV104", 27, 1041),
        message="97110 is billed 3 units; the signed record supports 2 (30 minutes).",
        action="Bill 2 units.",
        evidence=(Evidence("record N-17", "30 minutes of 97110 by PT"),),
        fix=Fix("safe", "lowers", "Lower units from 3 to 2"),
        impact=Impact("-40.00", "-22.21", "2026 national non-facility, reduced for several procedures"),
        denial=Denial("151", "N435", "A7:258", None),
    )
    claim = Claim(
        claim_id="PCN1",
        interchange=1,
        group=1,
        transaction="0001",
        position=1,
        disposition="corrected",
        payer=Payer("00123", "MB", "medicare-part-b"),
        charge_in="120.00",
        charge_out="80.00",
        lines_in=(LineIn("1", "97110", ("GP",), "3", "120.00", "2026-03-02", "A1"),),
        lines_out=(LineOut("1", "97110", ("GP",), "2", "80.00", "2026-03-02", "A1", "1"),),
        lines_proposed=(),
        visits=(
            Visit("2026-03-02", "PT", "cms", True, 30, 2, (VisitCode("97110", True, None, None, "3", 2, 0),)),
        ),
        findings=(finding,),
        not_checked=(NotChecked("N302", "no NCCI table of payer profile acme for 2026-03-02"),),
        other_payers=(OtherPayer("S", "60054", "CI", "commercial", ("how minutes become units",)),),
    )  # fmt: skip
    return Report(
        scrubber="0.1.0",
        today="2026-11-22",
        input=Input("claims.837", "c0ffee", 123, ("000000001",)),
        tables=(
            Table("ncci-ptp-medicare", "2024Q3", "2020-01-01", "2024-09-30", 2814, False, True,
                  "Import a newer edition."),
        ),
        totals=Totals(1, 0, 1, 0, 1, 1, "120.00", "80.00", "0.00", "40.00", "0.00"),
        findings=(),
        claims=(claim,),
        unmatched_records=(UnmatchedRecord("N-99", "no claim with this id"),),
        not_checked=(NotChecked("U107", "no record has start and stop"),),
        by_rule=(
            RuleTotal("U101", "units-above-minutes", 1, 1, 0, "-40.00", "0.00", "-22.21", 1,
                      "2026 national non-facility"),
        ),
        ledger=Ledger("5eed", 12, 1),
    )  # fmt: skip


def in_order(text):
    """A document whose comparison sees the order of keys."""
    return json.loads(text, object_pairs_hook=list)


def test_a_report_is_the_document_of_the_contract_in_its_key_order():
    assert in_order(report_json.render(contract_report())) == in_order(CONTRACT)


def test_one_claim_stands_on_one_line_and_the_file_ends_in_a_line_feed(demo):
    text = report_json.render(demo).decode("utf-8")
    assert text.endswith("}\n")
    assert sum(line.startswith('{"claim_id"') for line in text.splitlines()) == len(demo.claims)


def test_the_same_report_gives_the_same_bytes(demo):
    assert report_json.render(demo) == report_json.render(demo)


class TestFindingsOnly:
    def test_a_clean_unchanged_claim_is_listed_by_identity(self, build):
        only = findings_only(build["report"]([build["clean"](1)]))
        assert json.loads(report_json.render(only))["claims"] == [
            {
                "claim_id": "PCN1", "interchange": 1, "group": 1, "transaction": "0001", "position": 1,
                "disposition": "unchanged", "not_checked": [],
            }
        ]  # fmt: skip

    def test_a_check_that_did_not_run_stays(self, build):
        claim = build["claim"](1, "unchanged", [], not_checked=(NotChecked("U101", "no record"),))
        only = findings_only(build["report"]([claim]))
        assert json.loads(report_json.render(only))["claims"][0]["not_checked"] == [
            {"rule": "U101", "why": "no record"}
        ]

    def test_every_claim_with_a_finding_stays_whole(self, demo):
        only = findings_only(demo)
        assert [isinstance(claim, Claim) for claim in only.claims] == [True] * 6 + [False]
        assert only.claims[:6] == demo.claims[:6]
        assert only.totals == demo.totals


@pytest.mark.parametrize("name", ["dé\x1b[31m", "日本"])
def test_any_text_survives_the_round_trip(build, name):
    made = build["report"]([build["claim"](1, "unchanged", [], claim_id=name)])
    assert json.loads(report_json.render(made))["claims"][0]["claim_id"] == name
