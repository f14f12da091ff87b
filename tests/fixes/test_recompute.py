"""What follows from an edited claim: its total and the numbers of its lines."""

from __future__ import annotations

import pytest

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.heading import Heading
from scrubber.fixes.recompute import follow_up
from scrubber.fixes.settle import Cause, revise
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.draft import Draft
from scrubber.x12.span import Edit

AT = 300
PLAIN = Delimiters("*", ":", "^", "~")


def claim(total: str, *charges: str, numbers: str = "123456789") -> Claim:
    text = f"CLM*A1*{total}***11:B:1~HI*ABK:M25561~" + "".join(
        f"LX*{number}~SV1*HC:97110*{charge}*UN*2~DTP*472*D8*20260302~"
        for number, charge in zip(numbers, charges, strict=False)
    )
    return Claim(ClaimSource(0, 1, 1, "0001", 1, AT, 20, text, PLAIN, Heading()))


def after(before: Claim, *edits: Edit) -> str:
    """The claim's text with edits applied and with what follows from them."""
    drafts = {0: Draft(before.text, AT)}
    revise(before, drafts, [(edit, 0) for edit in edits], [Cause("U101", "Lower units")])
    return drafts[0].text


@pytest.mark.parametrize(
    ("total", "charge", "cents", "expected"),
    [
        ("120.00", "80.00", 4000, "80.00"),
        ("120", "80", 4000, "80"),
        ("120", "80", 4050, "80.50"),
        ("120.0", "80.0", 4050, "80.5"),
        ("130.00", "80.00", 4000, "90.00"),
        ("120.00", "80.00", 8000, "120.00"),
    ],
)
def test_the_total_moves_by_as_much_as_the_lines(total: str, charge: str, cents: int, expected: str) -> None:
    before = claim(total, charge, "40.00")
    assert f"CLM*A1*{expected}***" in after(before, before.lines[0].set_charge(cents))


def test_units_alone_move_no_total() -> None:
    before = claim("120.00", "80.00", "40.00")
    assert follow_up(before, Claim(before.source, before.text.replace("UN*2", "UN*1"))) == []


def test_two_lines_move_it_once() -> None:
    before = claim("120.00", "80.00", "40.00")
    text = after(before, before.lines[0].set_charge(4000), before.lines[1].set_charge(2000))
    assert "CLM*A1*60.00***" in text


def test_a_total_that_is_no_amount_is_left() -> None:
    before = claim("12O.00", "80.00", "40.00")
    assert "CLM*A1*12O.00***" in after(before, before.lines[0].set_charge(4000))


def test_lines_are_numbered_again_where_one_went() -> None:
    before = claim("160.00", "80.00", "40.00", "40.00")
    text = after(before, before.drop_line(before.lines[0]))
    assert "CLM*A1*80.00***" in text
    assert [part[3:4] for part in text.split("~") if part.startswith("LX")] == ["1", "2"]


def test_lines_that_were_numbered_otherwise_are_left_where_none_went() -> None:
    before = claim("120.00", "80.00", "40.00", numbers="57")
    assert "LX*5~" in after(before, before.lines[0].set_charge(4000))


def test_what_follows_is_told_with_the_rules_it_follows_from() -> None:
    before = claim("120.00", "80.00", "40.00")
    causes = [Cause("M210", "Drop it"), Cause("U101", "Lower units")]
    drafts = {0: Draft(before.text, AT)}
    revise(before, drafts, [(before.lines[0].set_charge(4000), 1)], causes)
    assert causes[2].rule == "derived"
    assert causes[2].caused_by == ("U101",)
    assert [change.causes for change in drafts[0].changes()] == [(2,), (1,)]
