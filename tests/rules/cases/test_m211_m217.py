"""M211 with M217: a notice answers for the threshold, but not two answers at once."""

import pytest
from rules.specimen import Bill, found, row, run

ROWS = [row("97110", 30), row("", pt_slp_to_date="2600.00")]


@pytest.mark.parametrize(
    ("modifiers", "expected"),
    [
        ("GP", ["M211 reject"]),
        ("GP:KX", []),
        ("GP:GA", []),
        ("GP:KX:GA", ["M217 reject"]),
        ("GP:GX", ["M217 reject"]),
        ("GP:GY", []),
        ("GP:59", ["M211 reject"]),
    ],
)
def test_above_the_threshold(modifiers: str, expected: list[str]) -> None:
    (claim,) = run(Bill(lines=(f"SV1*HC:97110:{modifiers}*80*UN*2***1",)), ROWS).claims
    assert found(claim) == expected
