"""Claims whose lines stand on both sides of the day on which the profile of their payer changes."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from rules.specimen import Bill, interchange, scrubbed, settings

from scrubber.findings.finding import Finding
from scrubber.settings.settings import Settings
from scrubber.visits.records import TreatmentRecords

CHANGE = date(2026, 3, 9)
BEFORE, SINCE = " | DTP*472*D8*20260308", " | DTP*472*D8*20260309"


def changing(**since: Any) -> Settings:
    """Every profile has other values from the day of the change on."""
    plain = settings()
    old = [msgspec.structs.replace(each, to=CHANGE - timedelta(days=1)) for each in plain.payers]
    new = [msgspec.structs.replace(each, from_=CHANGE, **since) for each in plain.payers]
    return msgspec.structs.replace(plain, payers=(*old, *new))


def findings(rule: str, bill: Bill, **since: Any) -> list[Finding]:
    source = interchange(bill).encode("latin-1")
    outcome = scrubbed(source, TreatmentRecords(), changing(**since))
    return [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == rule]


@pytest.mark.parametrize(
    ("rule", "line", "since"),
    [
        ("C402", "SV1*HC:97014:GP*20*UN*1***1", {"replaced_codes": {"97014": "G0283"}}),
        ("C417", "SV1*HC:97110:GP*40*UN*1***1", {"refused_places": ("11",)}),
        ("C417", "SV1*HC:97110:GP*40*UN*1***1", {"doubtful_places": ("11",)}),
        ("M209", "SV1*HC:97110:KX:GP*40*UN*1***1", {"modifier_order": True}),
        ("U117", "SV1*HC:97110:GP*160*UN*5***1", {"timed_units_per_day": 4}),
        ("N302", "SV1*HC:97530:GP*45*UN*1***1", {"extra_pairs": (("97530", "97140"),)}),
    ],
)
def test_each_line_is_judged_by_the_profile_of_its_day(rule: str, line: str, since: dict[str, Any]) -> None:
    manual = "SV1*HC:97140:GP*38*UN*1***1"
    lines = (f"{line}{BEFORE}", f"{manual}{BEFORE}", f"{manual}{SINCE}", f"{line}{SINCE}")
    found = findings(rule, Bill(lines=lines, filing="CI"), **since)
    assert found
    assert {each.where.ordinal for each in found} <= {3, 4}


@pytest.mark.parametrize(("first", "expected"), [(BEFORE, []), (SINCE, ["C412"])])
def test_a_claim_is_late_by_the_profile_of_its_first_day(first: str, expected: list[str]) -> None:
    lines = (f"SV1*HC:97110:GP*40*UN*1***1{SINCE}", f"SV1*HC:97140:GP*38*UN*1***1{first}")
    found = findings("C412", Bill(lines=lines, filing="CI"), filing_limit_days=100)
    assert [each.rule for each in found] == expected
    assert [each.where.ordinal for each in found] == [1 for _ in expected]


def test_days_of_a_span_are_of_the_profile_of_its_first() -> None:
    """97750 is a code of 15 minutes unless the payer says otherwise."""
    span = "SV1*HC:97750:GP*50*UN*3***1 | DTP*472*RD8*20260308-20260310"
    assert [each.rule for each in findings("U112", Bill(lines=(span,), filing="CI"))] == ["U112"]


@pytest.mark.parametrize(("first", "expected"), [("20260308", []), ("20260309", ["U112"])])
def test_a_span_is_timed_by_the_profile_of_its_first_day(first: str, expected: list[str]) -> None:
    """92507 counts sessions unless the payer times it."""
    earlier = "SV1*HC:92507:GN*80*UN*1***1 | DTP*472*D8*20260301"
    span = f"SV1*HC:92507:GN*80*UN*2***1 | DTP*472*RD8*{first}-20260310"
    found = findings("U112", Bill(lines=(earlier, span), filing="CI"), minutes_per_unit={"92507": 15})
    assert [each.rule for each in found] == expected
