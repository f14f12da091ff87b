"""U101 with U106: what is not recorded is not checked, and what is only noted is not signed."""

import pytest
from rules.specimen import Bill, clock, found, row, run, sv1, unchecked

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
NO_RECORD = Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",))
OF_MINUTES = {"U101", "U102", "U103", "U104", "U105", "U107"}
"""Rules that need a record."""


def test_no_record_at_all() -> None:
    (claim,) = run(OVER).claims
    assert found(claim) == ["U106 warn"]
    assert set(unchecked(claim)) == OF_MINUTES
    assert claim.disposition == "unchanged"


def test_a_payer_that_must_have_records() -> None:
    (claim,) = run(OVER, missing_record="reject").claims
    assert found(claim) == ["U106 reject"]
    assert claim.disposition == "held"


def test_two_claims_of_a_visit_and_one_of_them_without_a_record() -> None:
    """Too many units on the first, but the pool is not known: not checked, not lowered, and said of the second."""
    outcome = run([OVER, NO_RECORD], [row("97110", 30)])
    first, second = outcome.claims
    assert found(first) == []
    assert found(second) == ["U106 warn"]
    assert set(unchecked(first)) == set(unchecked(second)) == OF_MINUTES
    assert outcome.corrected() == outcome.source


def test_the_second_has_a_note_instead() -> None:
    """The pool is known, and not signed: reported, held, not lowered."""
    noted = Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*97140 15 MIN",))
    outcome = run([OVER, noted], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [["U101 reject"], ["I004 reject"]]
    assert outcome.corrected() is None


@pytest.mark.parametrize("where", ["line", "claim", "k3"])
def test_minutes_in_a_note_are_not_signed(where: str) -> None:
    extra = {"line": " | NTE*ADD*97110 30 MIN", "k3": " | K3*97110 30 MIN"}.get(where, "")
    head = ("NTE*ADD*97110 30 MIN",) if where == "claim" else ()
    bill = Bill(lines=(OVER.lines[0] + extra,), head=head)
    outcome = run(bill)
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None
    assert sv1(run(bill, fix="unsafe")) == ["SV1*HC:97110:GP*80*UN*2***1"]


def test_a_total_without_minutes_by_code() -> None:
    """30 timed minutes are two units, whichever code they are of; who lowers what is for a person."""
    outcome = run(OVER, [row("", timed_total=30)])
    (claim,) = outcome.claims
    assert found(claim) == ["U101 reject"]
    assert outcome.corrected() is None
    assert claim.visits[0].timed_minutes == 30
    assert claim.visits[0].units_supported == 2
    assert [code.therapist_minutes for code in claim.visits[0].codes] == [None]
    assert found(run(Bill(), [row("", timed_total=30)]).claims[0]) == []


def test_a_total_is_no_answer_where_each_code_counts_for_itself() -> None:
    (claim,) = run(OVER, [row("", timed_total=30)], unit_rule="ama").claims
    assert found(claim) == []
    assert set(unchecked(claim)) == OF_MINUTES


def test_what_only_signed_records_answer_is_not_checked_without_a_signature() -> None:
    (claim,) = run(Bill(), [row("97110", 30, signed=False)]).claims
    assert found(claim) == []
    assert set(unchecked(claim)) == {"U104", "U107"}


@pytest.mark.parametrize("role", ["AIDE", "STUDENT"])
def test_minutes_of_an_aide_or_a_student_count_nothing_and_leave_it_to_a_person(role: str) -> None:
    rows = [row("97110", 15), row("97110", 15, role)]
    (claim,) = run(Bill(), rows).claims
    assert found(claim) == ["U101 reject"]
    assert claim.disposition == "held"
    assert claim.visits[0].timed_minutes == 15
    assert not claim.visits[0].signed


def test_an_unrecorded_timed_code_beside_a_recorded_one() -> None:
    """The record is silent on 97140 (U104), so the visit is not signed; 30 minutes do not make three units."""
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1")
    (claim,) = run(Bill(lines=lines), [row("97110", 30)]).claims
    assert found(claim) == ["U101 reject", "U104 reject"]
    assert claim.disposition == "held"


def test_a_row_that_is_there_twice_is_counted_once_and_signs_nothing() -> None:
    (claim,) = run(OVER, [row("97110", 30), row("97110", 30, line=3)]).claims
    assert set(found(claim)) == {"U101 reject", "U116 warn"}
    assert claim.visits[0].timed_minutes == 30


def test_joint_time_by_the_clock() -> None:
    rows = [row("97110", **clock("9:00-9:30")), row("97110", None, "PTA", together=True, **clock("9:00-9:30"))]
    outcome = run(OVER, rows)
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
    assert outcome.claims[0].visits[0].codes[0].assistant_minutes == 0


def test_joint_time_without_a_clock_is_no_ground_for_a_fix() -> None:
    (claim,) = run(OVER, [row("97110", 30), row("97110", 30, "PTA", together=True)]).claims
    assert claim.disposition == "held"
    assert claim.visits[0].timed_minutes == 30
