"""U101 with M201 and M204: units and modifiers of one line are put right together."""

from rules.specimen import Bill, found, row, run, sv1


def test_units_and_gp() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110*120*UN*3***1",)), [row("97110", 30)])
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
    assert found(outcome.claims[0]) == ["U101 fixed", "M201 fixed"]
    assert outcome.claims[0].charge_out == "80"


def test_units_gp_and_cq() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110*120.00*UN*3***1",)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80.00*UN*2***1"]
    assert found(outcome.claims[0]) == ["U101 fixed", "M201 fixed", "M204 fixed"]


def test_a_line_without_its_modifier_is_in_the_pool_of_its_record() -> None:
    """97110 has no GP; its record is physical therapy, so its minutes pool with those of 97140 GP."""
    lines = ("SV1*HC:97110*80*UN*2***1", "SV1*HC:97140:GP*76*UN*2***1")
    outcome = run(Bill(lines=lines), [row("97110", 24), row("97140", 23)])
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"]


def test_taxonomy_alone_holds_the_claim_and_with_it_the_units() -> None:
    """The record of 97110 is for another code: GP is only inferred, so nothing is written at all."""
    lines = ("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC:97012*20*UN*1***1")
    outcome = run(Bill(lines=lines), [row("97110", 30)])
    (claim,) = outcome.claims
    assert found(claim) == ["U101 reject", "M201 reject"]
    assert outcome.corrected() is None
    assert [(line.units, line.modifiers) for line in claim.lines_proposed] == [("2", ("GP",)), ("1", ("GP",))]


def test_each_discipline_has_its_own_units() -> None:
    """PT and OT of one day and claim: 15 minutes each are one unit each, not two of either."""
    lines = ("SV1*HC:97530:GP*90*UN*2***1", "SV1*HC:97530:GO*45*UN*1***1")
    outcome = run(Bill(lines=lines), [row("97530", 15), row("97530", 15, "OT")])
    assert sv1(outcome) == ["SV1*HC:97530:GP*45*UN*1***1", "SV1*HC:97530:GO*45*UN*1***1"]


def test_fixes_switched_off() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110*120*UN*3***1",)), [row("97110", 30)], fix="none")
    assert found(outcome.claims[0]) == ["U101 reject", "M201 reject"]
    assert outcome.corrected() is None


def test_a_profile_that_demotes_one_of_the_two() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110*120*UN*3***1",)), [row("97110", 30)], demote=frozenset({"U101"}))
    assert found(outcome.claims[0]) == ["U101 reject", "M201 reject"]
    assert outcome.corrected() is None


def test_an_unsigned_record_tells_the_discipline_and_proves_nothing() -> None:
    bill = Bill(lines=("SV1*HC:97110*80*UN*2***1",))
    outcome = run(bill, [row("97110", 30, signed=False)])
    assert found(outcome.claims[0]) == ["M201 reject"]
    assert outcome.corrected() is None
    assert sv1(run(bill, [row("97110", 30, signed=False)], fix="unsafe")) == ["SV1*HC:97110:GP*80*UN*2***1"]
