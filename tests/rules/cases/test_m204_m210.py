"""M204 with M210: a repeated modifier makes way for the assistant's."""

import pytest
from rules.specimen import Bill, found, row, run, sv1


@pytest.mark.parametrize(
    ("modifiers", "after"),
    [
        ("GP:GP", "GP:CQ"),
        ("GP:GP:59", "GP:CQ:59"),
        ("GP:59:GP:KX", "GP:CQ:59:KX"),
        ("GP:59:59:KX", "GP:CQ:59:KX"),
        ("59:59:GP", "59:GP:CQ"),
        ("GP:GP:GP:GP", "GP:CQ"),
    ],
)
def test_the_repetition_goes_and_cq_comes(modifiers: str, after: str) -> None:
    bill = Bill(lines=(f"SV1*HC:97110:{modifiers}*80*UN*2***1",))
    outcome = run(bill, [row("97110", 30, "PTA")])
    assert sv1(outcome) == [f"SV1*HC:97110:{after}*80*UN*2***1"]
    assert set(found(outcome.claims[0])) == {"M204 fixed", "M210 fixed"}


def test_a_repeated_cq_is_one_cq() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110:GP:CQ:CQ*80*UN*2***1",)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80*UN*2***1"]
    assert found(outcome.claims[0]) == ["M210 fixed"]


def test_four_different_ones_leave_no_place() -> None:
    """The repetition would be dropped on another line; the claim is held, and its own bytes stay."""
    lines = ("SV1*HC:97110:GP:KX:59:76*80*UN*2***1", "SV1*HC:97140:GP:GP*38*UN*1***1")
    outcome = run(Bill(lines=lines), [row("97110", 30, "PTA"), row("97140", 15)])
    (claim,) = outcome.claims
    assert found(claim) == ["M204 reject", "M210 reject"]
    assert outcome.corrected() is None
    assert b"HC:97140:GP:GP*" in (outcome.held() or b"")
    assert [line.modifiers for line in claim.lines_proposed] == [("GP", "KX", "59", "76"), ("GP",)]
