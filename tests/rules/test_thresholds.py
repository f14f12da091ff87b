"""M211 and M212: where the amount of the year comes from, what is added to it, and what is then said."""

from datetime import date

import pytest
from rules.specimen import MEMBER, Bill, found, row, run

from scrubber.outcome import ClaimResult

PT = "SV1*HC:97110:GP*80*UN*2***1"
WITH_KX = "SV1*HC:97110:GP:KX*80*UN*2***1"
OT = "SV1*HC:97535:GO*80*UN*2***1"
SLP = "SV1*HC:92507:GN*90*UN*1***1"
DAY = date(2026, 3, 2)


def visit_row(**columns: object) -> object:
    return row("", **columns)  # type: ignore[arg-type]


def told(claim: ClaimResult, rule: str) -> list[str]:
    return [each for each in found(claim) if each.startswith(rule)]


def why(claim: ClaimResult, rule: str) -> str:
    return next((each.why for each in claim.not_checked if each.rule == rule), "")


def claim_of(line: str, *rows: object, **columns: object) -> ClaimResult:
    (claim,) = run(Bill(lines=(line,), **columns), rows).claims  # type: ignore[arg-type]
    return claim


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("2480.01", ["M211 reject"]), ("2480.00", ["M211 warn"]), ("2480", ["M211 warn"]), ("2300", [])],
)
def test_the_record_alone_and_with_this_claim(amount: str, expected: list[str]) -> None:
    claim = claim_of(PT, row("97110", 30), visit_row(pt_slp_to_date=amount))
    assert told(claim, "M211") == expected
    assert why(claim, "M211") == ""
    assert claim.disposition == ("held" if expected == ["M211 reject"] else "unchanged")


def test_what_is_added_is_what_medicare_allows_and_not_the_charge() -> None:
    """Two units of 97110 in 2026: 29.06 and, with half the practice expense, less; charged 80.00."""
    above = claim_of(PT, row("97110", 30), visit_row(pt_slp_to_date="2430.00"))
    below = claim_of(PT, row("97110", 30), visit_row(pt_slp_to_date="2420.00"))
    assert told(above, "M211") == ["M211 warn"]
    assert told(below, "M211") == []


def test_never_more_than_the_charge_is_added() -> None:
    cheap = "SV1*HC:97110:GP*10*UN*2***1"
    assert told(claim_of(cheap, row("97110", 30), visit_row(pt_slp_to_date="2470.00")), "M211") == []
    assert told(claim_of(cheap, row("97110", 30), visit_row(pt_slp_to_date="2470.01")), "M211") == ["M211 warn"]


@pytest.mark.parametrize("modifier", ["KX", "GA", "GY", "GZ"])
def test_a_line_that_answers(modifier: str) -> None:
    line = f"SV1*HC:97110:GP:{modifier}*80*UN*2***1"
    claim = claim_of(line, row("97110", 30), visit_row(pt_slp_to_date="3000"))
    assert told(claim, "M211") == []
    assert why(claim, "M211") == ""


def test_speech_shares_the_threshold_of_physical_therapy() -> None:
    speech = {"discipline": "SLP"}
    rows = [row("92507", 40, "SLP"), visit_row(pt_slp_to_date="2500", **speech)]
    assert told(claim_of(SLP, *rows, taxonomy="235Z00000X"), "M211") == ["M211 reject"]
    rows = [row("92507", 40, "SLP"), visit_row(ot_to_date="2500", **speech)]
    claim = claim_of(SLP, *rows, taxonomy="235Z00000X")
    assert told(claim, "M211") == []
    assert why(claim, "M211") == "no record gives the amount of 2026 to date"


def test_occupational_therapy_has_its_own() -> None:
    rows = [row("97535", 30, "OT"), visit_row(ot_to_date="2500", discipline="OT")]
    assert told(claim_of(OT, *rows, taxonomy="225X00000X"), "M211") == ["M211 reject"]


def test_without_an_amount_it_is_not_checked() -> None:
    claim = claim_of(PT, row("97110", 30))
    assert told(claim, "M211") == []
    assert why(claim, "M211") == "no record gives the amount of 2026 to date"


@pytest.mark.parametrize("filing", ["16", "CH", "CI"])
def test_other_payers_have_no_threshold(filing: str) -> None:
    claim = claim_of(PT, row("97110", 30), visit_row(pt_slp_to_date="9000"), filing=filing)
    assert told(claim, "M211") == []
    assert why(claim, "M211") == ""


def test_a_year_that_the_table_does_not_have() -> None:
    on = date(2017, 12, 29)
    rows = [row("97110", 30, service_date=on), visit_row(pt_slp_to_date="9000", service_date=on)]
    claim = claim_of(PT, *rows, on=on)
    assert told(claim, "M211") == []
    assert why(claim, "M211") == "the therapy threshold of 2017 is not known"
    assert why(claim_of(WITH_KX, *rows, on=on), "M212") == "the therapy threshold of 2017 is not known"


def test_each_year_has_its_own_amount() -> None:
    on = date(2024, 5, 6)
    rows = [row("97110", 30, service_date=on), visit_row(pt_slp_to_date="2330.01", service_date=on)]
    assert told(claim_of(PT, *rows, on=on), "M211") == ["M211 reject"]


def two_visits(amount: str, noted: date) -> list[list[str]]:
    """M211 of a visit on March 2 and of one on March 9; the amount is noted on one of them."""
    bills = [Bill(lines=(PT,), number="A1"), Bill(lines=(PT,), number="A2", on=date(2026, 3, 9))]
    rows = [
        row("97110", 30, claim_id="A1"),
        row("97110", 30, claim_id="A2", service_date=date(2026, 3, 9)),
        row("", member_id=MEMBER, service_date=noted, pt_slp_to_date=amount),
    ]
    return [told(claim, "M211") for claim in run(bills, rows).claims]


def test_an_amount_speaks_for_its_day_and_later_ones() -> None:
    assert two_visits("2500", DAY) == [["M211 reject"], ["M211 reject"]]
    assert two_visits("2500", date(2026, 3, 9)) == [[], ["M211 reject"]]


def test_visits_of_the_file_add_up_to_the_day() -> None:
    # One visit is allowed some 52 dollars: the first stays below, the second passes.
    assert two_visits("2400", DAY) == [[], ["M211 warn"]]


def test_an_amount_of_the_year_before_says_nothing() -> None:
    bills = [Bill(lines=(PT,), number="A1", on=date(2025, 12, 30)), Bill(lines=(PT,), number="A2")]
    noted = row("", member_id=MEMBER, service_date=date(2025, 12, 30), pt_slp_to_date="2500")
    old, new = run(bills, [noted]).claims
    assert told(old, "M211") == ["M211 reject"]
    assert told(new, "M211") == []
    assert why(new, "M211") == "no record gives the amount of 2026 to date"


def test_bundled_codes_need_no_kx() -> None:
    claim = claim_of("SV1*HC:97010:GP*20*UN*1***1", row("97010", 10), visit_row(pt_slp_to_date="3000"))
    assert told(claim, "M211") == []


@pytest.mark.parametrize(("amount", "expected"), [("600", ["M212 note"]), ("1903.99", ["M212 note"]), ("1904", [])])
def test_kx_well_below(amount: str, expected: list[str]) -> None:
    claim = claim_of(WITH_KX, row("97110", 30), visit_row(pt_slp_to_date=amount))
    assert told(claim, "M212") == expected


def test_kx_without_an_amount_is_not_checked() -> None:
    claim = claim_of(WITH_KX, row("97110", 30))
    assert told(claim, "M212") == []
    assert why(claim, "M212") == "no record gives the amount of 2026 to date"
    assert why(claim_of(PT, row("97110", 30)), "M212") == ""
