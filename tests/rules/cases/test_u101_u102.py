"""U101 with U102: by which rule a payer counts decides which of the two it is, if any."""

from datetime import date

import pytest
from rules.specimen import Bill, found, row, run, sv1

TWO_CODES = Bill(lines=("SV1*HC:97112:GP*84*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1"))
THREE_UNITS = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))


@pytest.mark.parametrize(
    ("rule", "minutes", "findings"),
    [
        ("cms", (24, 23), ["U101 fixed"]),
        ("ama", (24, 23), []),
        ("wc", (24, 23), ["U101 fixed"]),
        ("ask", (24, 23), []),
        ("cms", (38, 37), ["U102 warn"]),
        ("ama", (38, 37), ["U102 warn"]),
        ("ask", (38, 37), ["U102 warn"]),
        ("ama", (22, 22), ["U101 fixed"]),
        ("ask", (22, 22), ["U101 warn"]),
        ("ask", (30, 30), []),
    ],
)
def test_four_units_by_each_rule(rule: str, minutes: tuple[int, int], findings: list[str]) -> None:
    rows = [row("97112", minutes[0]), row("97110", minutes[1])]
    (claim,) = run(TWO_CODES, rows, unit_rule=rule).claims
    assert found(claim) == findings
    assert claim.disposition != "held"


def test_the_split_of_each_rule() -> None:
    rows = [row("97112", 24), row("97110", 23)]
    lowered = ["SV1*HC:97112:GP*84*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]
    assert sv1(run(TWO_CODES, rows, unit_rule="cms")) == lowered
    assert sv1(run(TWO_CODES, rows, unit_rule="wc")) == lowered


def test_units_of_the_leftovers_are_right_for_one_rule_and_too_many_for_the_other() -> None:
    rows = [row("97110", 33), row("97140", 7)]
    assert found(run(THREE_UNITS, rows, unit_rule="cms").claims[0]) == []
    (claim,) = run(THREE_UNITS, rows, unit_rule="ama").claims
    assert found(claim) == ["U101 reject"]
    assert found(run(THREE_UNITS, rows, unit_rule="ask").claims[0]) == []


def test_equal_leftovers_are_a_choice_that_nobody_makes_for_the_clinic() -> None:
    """20 and 20 minutes are three units, two of either: both are billed two, so one has to give."""
    rows = [row("97112", 20), row("97110", 20)]
    outcome = run(TWO_CODES, rows)
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None
    dearest = ["SV1*HC:97112:GP*84*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]
    assert sv1(run(TWO_CODES, rows, fix="unsafe")) == dearest


@pytest.mark.parametrize("units", [(2, 1), (1, 2)])
def test_either_admissible_split_stands(units: tuple[int, int]) -> None:
    lines = (f"SV1*HC:97112:GP*42*UN*{units[0]}***1", f"SV1*HC:97110:GP*40*UN*{units[1]}***1")
    (claim,) = run(Bill(lines=lines), [row("97112", 20), row("97110", 20)]).claims
    assert found(claim) == []
    assert claim.disposition == "unchanged"


def test_minutes_of_a_code_that_nobody_billed_raise_nothing_by_themselves() -> None:
    """30 and 15 minutes make three units; the third would be one of 97140, which is not on the claim."""
    rows = [row("97110", 30), row("97140", 15)]
    outcome = run(Bill(), rows, fix="unsafe", apply_raises=True)
    assert found(outcome.claims[0]) == ["U102 warn", "U105 warn"]
    assert outcome.corrected() == outcome.source


@pytest.mark.parametrize(
    ("signed", "apply_raises", "fix", "units"),
    [
        (True, True, "unsafe", 3),
        (True, True, "safe", 2),
        (True, False, "unsafe", 2),
        (False, True, "unsafe", 2),
    ],
)
def test_what_it_takes_to_raise(signed: bool, apply_raises: bool, fix: str, units: int) -> None:
    outcome = run(Bill(), [row("97110", 45, signed=signed)], fix=fix, apply_raises=apply_raises)
    assert sv1(outcome) == [f"SV1*HC:97110:GP*{40 * units}*UN*{units}***1"]


def test_a_unit_too_many_here_and_one_too_few_there_are_no_sum() -> None:
    """Of two days, one is billed above and one below: each is its own visit."""
    lines = ("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC:97110:GP*40*UN*1***1 | DTP*472*D8*20260303")
    rows = [row("97110", 30), row("97110", 30, service_date=date(2026, 3, 3))]
    outcome = run(Bill(lines=lines), rows)
    assert found(outcome.claims[0]) == ["U101 fixed", "U102 warn"]
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]


def test_two_renderers_of_one_pool_are_for_a_person() -> None:
    lines = (
        "SV1*HC:97110:GP*120*UN*3***1",
        "SV1*HC:97140:GP*38*UN*1***1 | NM1*82*1*FERN*ODE****XX*1234567893 | PRV*PE*PXC*225100000X",
    )
    (claim,) = run(Bill(lines=lines), [row("97110", 30), row("97140", 15)]).claims
    assert found(claim) == ["U101 reject"]


def test_two_claims_of_one_pool_are_for_a_person() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)),
        Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",)),
    ]
    outcome = run(bills, [row("97110", 30), row("97140", 15, claim_id="PCN2")])
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    assert all(claim.edits == () for claim in outcome.claims)


def test_the_minutes_of_two_claims_pool() -> None:
    """24 minutes on the one and 23 on the other are three units; two and one are billed."""
    bills = [
        Bill(lines=("SV1*HC:97112:GP*84*UN*2***1",)),
        Bill(number="PCN2", lines=("SV1*HC:97110:GP*40*UN*1***1",)),
    ]
    outcome = run(bills, [row("97112", 24), row("97110", 23, claim_id="PCN2")])
    assert [found(claim) for claim in outcome.claims] == [[], []]
