"""E501 with U101: a claim out of balance stays with a person, whatever else could be corrected."""

import pytest
from rules.specimen import Bill, found, interchange, row, scrubbed, sv1

from scrubber.visits.records import TreatmentRecords

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))


def test_held_and_nothing_lowered() -> None:
    source = interchange(OVER).replace("CLM*PCN1*120*", "CLM*PCN1*130*").encode()
    outcome = scrubbed(source, TreatmentRecords([row("97110", 30)]))
    (claim,) = outcome.claims
    assert found(claim) == ["U101 reject", "E501 reject"]
    assert outcome.corrected() is None
    assert claim.edits == ()
    assert [(line.units, line.charge) for line in claim.lines_proposed] == [("2", "80")]


@pytest.mark.parametrize(("total", "after"), [("120", "80"), ("120.00", "80.00"), ("120.0", "80.0"), ("0120", "80")])
def test_the_total_follows_and_keeps_its_form(total: str, after: str) -> None:
    source = interchange(OVER).replace("CLM*PCN1*120*", f"CLM*PCN1*{total}*").encode()
    outcome = scrubbed(source, TreatmentRecords([row("97110", 30)]))
    assert outcome.claims[0].charge_out == after
    assert f"CLM*PCN1*{after}*" in (outcome.corrected() or b"").decode()


def test_a_charge_that_is_no_amount_is_never_divided() -> None:
    outcome = scrubbed(
        interchange(Bill(lines=("SV1*HC:97110:GP*12O*UN*3***1",))).encode(), TreatmentRecords([row("97110", 30)])
    )
    assert outcome.corrected() is None
    assert set(found(outcome.claims[0])) == {"U101 reject", "E501 reject"}


@pytest.mark.parametrize(
    "segment",
    ["AMT*F5*100", "CN1*02*100"],
    ids=["the patient has paid more than the new total", "a contract"],
)
def test_money_that_depends_on_the_total_is_left_alone(segment: str) -> None:
    bill = Bill(lines=OVER.lines, head=(segment,))
    outcome = scrubbed(interchange(bill).encode(), TreatmentRecords([row("97110", 30)]))
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None


def test_what_the_patient_paid_is_no_hindrance_while_the_total_covers_it() -> None:
    bill = Bill(lines=OVER.lines, head=("AMT*F5*80",))
    outcome = scrubbed(interchange(bill).encode(), TreatmentRecords([row("97110", 30)]))
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]


def test_a_line_that_another_payer_adjudicated_is_left_alone() -> None:
    line = "SV1*HC:97110:GP*120*UN*3***1 | SVD*60054*60*HC:97110:GP**3 | CAS*CO*45*60 | DTP*573*D8*20260401"
    outcome = scrubbed(interchange(Bill(lines=(line,))).encode(), TreatmentRecords([row("97110", 30)]))
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None


@pytest.mark.parametrize("charge", ["120.005", "120.000"])
def test_more_than_two_decimals_are_never_divided(charge: str) -> None:
    bill = Bill(lines=(f"SV1*HC:97110:GP*{charge}*UN*3***1",))
    outcome = scrubbed(interchange(bill).encode(), TreatmentRecords([row("97110", 30)]))
    (claim,) = outcome.claims
    assert outcome.corrected() is None
    assert set(found(claim)) == {"U101 reject", "E501 reject"}
    assert [line.charge for line in claim.lines_proposed] == [charge]


def test_a_charge_that_would_fall_to_nothing_is_for_a_person() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*0.02*UN*6***1",))
    outcome = scrubbed(interchange(bill).encode(), TreatmentRecords([row("97110", 30)]))
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None


def test_fewer_units_of_a_negative_charge_are_for_a_person() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*-120*UN*3***1",))
    outcome = scrubbed(interchange(bill).encode(), TreatmentRecords([row("97110", 30)]))
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.corrected() is None
