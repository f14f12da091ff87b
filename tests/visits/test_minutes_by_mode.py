"""Rows of mode group and untimed: what is in the pool, and what is known."""

from typing import Any

from rules.specimen import Bill, patient, row

from scrubber.visits.visit import Visit

TWO = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))


def visit(*rows: Any, bill: Bill = TWO) -> Visit:
    (only,) = patient(bill, rows).visits
    return only


def test_a_timed_code_recorded_as_group_leaves_the_pool_with_its_line() -> None:
    found = visit(row("97110", 30), row("97140", 15, mode="group"))
    assert found.timed_minutes() == {"97110": 30}
    assert found.billed_units() == {"97110": 2}
    assert not found.signed


def test_the_individual_rows_of_a_code_stay() -> None:
    found = visit(row("97110", 30), row("97140", 15), row("97140", 20, mode="group"))
    assert found.timed_minutes() == {"97110": 30, "97140": 15}
    assert found.billed_units() == {"97110": 2, "97140": 1}
    assert not found.signed


def test_group_treatment_under_its_own_code_is_no_fault() -> None:
    bill = Bill(lines=("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"))
    found = visit(row("97150", 40, mode="group"), row("97110", 15), bill=bill)
    assert found.timed_minutes() == {"97110": 15}
    assert found.signed


def test_a_row_without_minutes_is_not_a_signed_nothing() -> None:
    found = visit(row("97110", 30), row("97140", mode="untimed"))
    assert found.timed_minutes() == {}
    assert found.unit_minutes is None
    assert [billed.line.code for billed in found.without_minutes] == ["97140"]
    assert not found.signed


def test_a_total_helps_where_a_row_has_no_minutes() -> None:
    found = visit(row("97110", 30), row("97140", mode="untimed"), row("", timed_total=45))
    assert (found.timed_minutes(), found.unit_minutes) == ({}, 45)
    assert not found.without_minutes


def test_an_untimed_service_needs_no_minutes() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1"))
    found = visit(row("97161", mode="untimed"), row("97110", 30), bill=bill)
    assert found.signed
    assert [each.states for each in found.records_of(found.lines[0])] == ["97161 by PT"]


def test_a_total_of_records_and_a_claim_without_one_is_unknown() -> None:
    bills = (Bill(lines=TWO.lines[:1]), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*15 MIN",)))
    (found,) = patient(bills, [row("", timed_total=30)]).visits
    assert [billed.line.code for billed in found.without_minutes] == ["97140"]
