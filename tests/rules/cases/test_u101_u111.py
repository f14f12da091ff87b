"""U101 with U111: units that cannot be read leave the units of the visit unchecked, not passed."""

import pytest
from rules.specimen import Bill, found, row, run, unchecked

WHY = "a timed line of the visit has no whole number of units"
UNCHECKED = dict.fromkeys(["U101", "U102", "U103", "U105"], WHY) | {
    "U107": "the records give no clock times of 97110, 97140"
}
SIX = "SV1*HC:97140:GP*380*UN*6***1"
"""Far above 15 minutes, and as many as are allowed a day (N306)."""


@pytest.mark.parametrize("units", ["0", "1.5", "TWO", "-1", ""])
def test_the_unit_rules_are_not_checked(units: str) -> None:
    lines = (f"SV1*HC:97110:GP*80*UN*{units}***1", SIX)
    (claim,) = run(Bill(lines=lines), [row("97110", 30), row("97140", 15)]).claims
    assert found(claim) == ["U111 reject"]
    assert claim.disposition == "held"
    assert unchecked(claim) == UNCHECKED


def test_the_other_claims_of_the_visit_are_not_checked_either() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*80*UN*0***1",)),
        Bill(number="PCN2", lines=(SIX,)),
    ]
    outcome = run(bills, [row("97110", 30), row("97140", 15, claim_id="PCN2")])
    assert [found(claim) for claim in outcome.claims] == [["U111 reject"], ["I004 reject"]]
    assert unchecked(outcome.claims[1]) == UNCHECKED


def test_an_untimed_line_does_not_keep_the_timed_ones_from_being_checked() -> None:
    lines = ("SV1*HC:97161:GP*110*UN*0***1", "SV1*HC:97110:GP*120*UN*3***1")
    (claim,) = run(Bill(lines=lines), [row("97161", 30), row("97110", 30)]).claims
    assert set(found(claim)) == {"U101 reject", "U111 reject"}


def test_another_discipline_is_checked() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*0***1", "SV1*HC:97530:GO*135*UN*3***1")
    (claim,) = run(Bill(lines=lines), [row("97110", 30), row("97530", 30, "OT")]).claims
    assert set(found(claim)) == {"U101 reject", "U111 reject", "C409 warn"}  # GO, rendered by a PT


def test_a_code_that_the_table_does_not_have_is_not_checked() -> None:
    (claim,) = run(Bill(lines=("SV1*HC:99213*90*UN*1***1",))).claims
    assert found(claim) == []
    assert set(unchecked(claim)) == {"U", "M", "N305", "N306"}
    assert claim.disposition == "unchanged"
