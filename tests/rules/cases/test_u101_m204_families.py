"""U101 and M204 on services of several codes: base with add-on, and twins."""

import pytest
from rules.specimen import Bill, found, row, run, sv1

BASE, ADD_ON = "SV1*HC:97129:GO*40*UN*1***1", "SV1*HC:97130:GO*80*UN*2***1"
OT = "225X00000X"


def test_minutes_under_either_code_are_minutes_of_the_service() -> None:
    for rows in (
        [row("97129", 45, "OT")],
        [row("97129", 15, "OT"), row("97130", 30, "OT")],
        [row("97130", 45, "OT")],
    ):
        (claim,) = run(Bill(lines=(BASE, ADD_ON), taxonomy=OT), rows).claims
        assert found(claim) == []
        assert claim.visits[0].signed


def test_units_fall_on_the_add_on() -> None:
    outcome = run(Bill(lines=(BASE, ADD_ON), taxonomy=OT), [row("97129", 30, "OT")])
    assert sv1(outcome) == [BASE, "SV1*HC:97130:GO*40*UN*1***1"]
    assert found(outcome.claims[0]) == ["U101 fixed"]


def test_the_add_on_would_fall_to_none() -> None:
    outcome = run(Bill(lines=(BASE, "SV1*HC:97130:GO*40*UN*1***1"), taxonomy=OT), [row("97129", 20, "OT")])
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None


def test_the_family_pools_with_the_other_codes_as_one() -> None:
    """23 minutes of the service and 22 of 97530 are three units, two of the service."""
    lines = (BASE, "SV1*HC:97130:GO*40*UN*1***1", "SV1*HC:97530:GO*45*UN*1***1")
    rows = [row("97129", 15, "OT"), row("97130", 8, "OT"), row("97530", 22, "OT")]
    (claim,) = run(Bill(lines=lines, taxonomy=OT), rows).claims
    assert found(claim) == []


def test_base_and_add_on_in_two_claims_are_held_together() -> None:
    bills = [
        Bill(lines=(BASE,), taxonomy=OT),
        Bill(number="PCN2", lines=(ADD_ON,), taxonomy=OT),
    ]
    rows = [row("97129", 15, "OT"), row("97130", 15, "OT", claim_id="PCN2")]
    outcome = run(bills, rows)
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]


def test_the_assistant_furnished_the_whole_family() -> None:
    outcome = run(Bill(lines=(BASE, ADD_ON), taxonomy=OT), [row("97129", 45, "OTA")])
    assert sv1(outcome) == ["SV1*HC:97129:GO:CO*40*UN*1***1", "SV1*HC:97130:GO:CO*80*UN*2***1"]


def test_a_record_of_the_twin_speaks_for_the_line() -> None:
    """The clinic records 97014 and bills Medicare's G0283."""
    line = "SV1*HC:G0283:GP*20*UN*1***1"
    assert found(run(Bill(lines=(line,)), [row("97014", 15)]).claims[0]) == []
    outcome = run(Bill(lines=("SV1*HC:G0283*20*UN*1***1",)), [row("97014", 15, "PTA")])
    assert sv1(outcome) == ["SV1*HC:G0283:GP:CQ*20*UN*1***1"]
    assert found(outcome.claims[0]) == ["M201 fixed", "M204 fixed"]


def test_untimed_minutes_stand_outside_the_pool() -> None:
    lines = ("SV1*HC:G0283:GP*20*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1")
    outcome = run(Bill(lines=lines), [row("97014", 15), row("97110", 22)])
    assert sv1(outcome) == ["SV1*HC:G0283:GP*20*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"]


def test_a_base_code_alone_is_never_raised_above_one() -> None:
    """The second unit would be the add-on's, which is not billed: a person bills it."""
    bill = Bill(lines=(BASE,), taxonomy=OT)
    outcome = run(bill, [row("97129", 30, "OT")], fix="unsafe", apply_raises=True)
    assert found(outcome.claims[0]) == ["U102 warn"]
    assert outcome.corrected() == outcome.source


def test_the_add_on_is_raised_where_raising_is_asked_for() -> None:
    bill = Bill(lines=(BASE, "SV1*HC:97130:GO*40*UN*1***1"), taxonomy=OT)
    outcome = run(bill, [row("97129", 45, "OT")], fix="unsafe", apply_raises=True)
    assert sv1(outcome) == [BASE, "SV1*HC:97130:GO*80*UN*2***1"]


@pytest.mark.parametrize(
    ("base", "add_on"),
    [("HC:97129:GO", "HC:97130:GN"), ("HC:97597", "HC:97598")],
    ids=["two disciplines", "no therapy at all"],
)
def test_base_and_add_on_that_share_no_pool_go_together_as_well(base: str, add_on: str) -> None:
    """The claim of the add-on is held for another line of it."""
    bills = [
        Bill(lines=(f"SV1*{base}*40*UN*1***1",), taxonomy="207Q00000X"),
        Bill(number="PCN2", lines=(f"SV1*{add_on}*40*UN*1***1", "SV1*HC:97010:GP*5*UN*0***1"), taxonomy="207Q00000X"),
    ]
    outcome = run(bills)
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    assert found(outcome.claims[0])[-1] == "I004 reject"
