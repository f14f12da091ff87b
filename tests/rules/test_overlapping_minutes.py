"""U107 across clinicians, patients and disciplines, beyond the examples of the rule."""

import random
from datetime import date

import pytest
from rules.specimen import MEMBER, OTHER_MEMBER, Bill, clock, found, patient, row, run, scrubbed, unchecked

from scrubber.visits.records import TreatmentRecords
from scrubber.visits.two_patients import Occupied, at_the_same_time

TWO_UNITS = ("SV1*HC:97110:GP*80*UN*2***1",)
OTHER = Bill(number="PCN2", member=OTHER_MEMBER, lines=("SV1*HC:97140:GP*76*UN*2***1",))


def at(code, times, role="PT", minutes=None, **columns):
    return row(code, minutes, role, **clock(times), **columns)


def of_other(times, code="97140", **columns):
    return at(code, times, claim_id="PCN2", note_id="N2", clinician_id="T1", **columns)


def u107(claim):
    return [said for said in found(claim) if said.startswith("U107")]


def both(theirs, mine=None, bills=None):
    outcome = run(
        bills or [Bill(lines=TWO_UNITS), OTHER], [mine or at("97110", "9:00-9:30", clinician_id="T1"), theirs]
    )
    return [u107(claim) for claim in outcome.claims]


def test_one_clinician_with_two_patients_is_rejected_for_both():
    outcome = run(
        [Bill(lines=TWO_UNITS), OTHER],
        [at("97110", "9:00-9:30", clinician_id="T1"), of_other("9:29-9:59")],
    )

    assert [u107(claim) for claim in outcome.claims] == [["U107 reject"], ["U107 reject"]]
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    finding = next(v.finding for v in outcome.claims[0].verdicts if v.finding.rule == "U107")
    assert finding.related == (1,)
    assert (
        "97110 from 09:00 to 09:30 (record N1) overlaps with 97140 from 09:29 to 09:59 (record N2)" in finding.message
    )


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        (of_other("9:30-10:00"), "touching ends"),
        (of_other("9:15-9:45", mode="group"), "a group"),
        (of_other("9:15-9:45", code="97018"), "a supervised modality"),
        (of_other("9:15-9:45", role="STUDENT"), "a student's minutes do not count"),
        (of_other("9:15-9:45", signed=False), "not signed"),
        (of_other("9:15-9:45", service_date=date(2026, 3, 3)), "another day"),
        (at("97140", "9:15-9:45", claim_id="PCN2", clinician_id="T2"), "another clinician"),
        (at("97140", "9:15-9:45", claim_id="PCN2"), "nobody says who"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_overlap_with_another_patient(theirs, why):
    assert both(theirs) == [[], []], why


def test_outside_medicare_it_is_a_warning_for_that_claim():
    bills = [Bill(lines=TWO_UNITS), Bill(number="PCN2", member=OTHER_MEMBER, lines=OTHER.lines, filing="CI")]

    assert both(of_other("9:15-9:45"), bills=bills) == [["U107 reject"], ["U107 warn"]]


def test_one_person_under_two_payers_is_one_patient():
    # The second subscriber number is of the same name, birth date and sex.
    bills = [Bill(lines=TWO_UNITS), Bill(number="PCN2", member=OTHER_MEMBER, lines=OTHER.lines, sequence="S")]
    rows = [at("97110", "9:00-9:30", clinician_id="T1"), of_other("9:15-9:45")]
    outcome = run(bills, rows)
    assert [u107(claim) for claim in outcome.claims] == [["U107 reject"], ["U107 reject"]]

    source = outcome.source.replace(b"QUIMBLE*ADA", b"QUIMBLE*IVO").replace(b"19500203*F", b"19500203*M")
    again = scrubbed(source, TreatmentRecords(rows))
    assert [u107(claim) for claim in again.claims] == [[], []]


def test_rows_by_member_are_found_too():
    mine = row("97110", None, member_id=MEMBER, clinician_id="T1", **clock("9:00-9:30"))
    theirs = row("97140", None, member_id=OTHER_MEMBER, note_id="N2", clinician_id="T1", **clock("9:15-9:45"))

    assert both(theirs, mine) == [["U107 reject"], ["U107 reject"]]


def test_assistant_and_therapist_at_the_same_time():
    bill = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC:97140:GP*38*UN*1***1"))
    apart = [at("97110", "9:00-9:45"), at("97140", "9:30-9:45", "PTA")]
    (claim,) = run(bill, apart).claims

    assert u107(claim) == ["U107 reject"]


@pytest.mark.parametrize(
    ("times", "overlapping"),
    [("9:00-9:30", False), ("9:00-9:45", False), ("9:10-9:20", False)],
)
def test_joint_time_is_no_overlap_with_its_therapist(times, overlapping):
    visit = patient(Bill(lines=TWO_UNITS), [at("97110", "9:00-9:30"), at("97110", times, "PTA", together=True)]).visits[
        0
    ]

    assert bool(visit.clock.overlaps) is overlapping


def test_joint_time_that_no_therapist_covers_overlaps_with_another_code():
    rows = [at("97110", "9:00-9:15"), at("97140", "9:15-9:30"), at("97110", "9:00-9:30", "PTA", together=True)]
    visit = patient(Bill(lines=TWO_UNITS), rows).visits[0]

    assert [{each.row.code, each.other.code} for each in visit.clock.overlaps] == [{"97110", "97140"}]


def test_an_evaluation_is_one_on_one_whatever_its_mode():
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"))
    (claim,) = run(bill, [at("97161", "9:00-9:30", mode="untimed"), at("97110", "9:15-9:30")]).claims

    assert u107(claim) == ["U107 reject"]


def test_an_overlap_keeps_the_visit_unsigned():
    bill = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
    apart = [at("97110", "9:00-9:15"), at("97110", "9:15-9:30")]
    overlapping = [at("97110", "9:00-9:16"), at("97110", "9:15-9:29")]

    assert found(run(bill, apart).claims[0]) == ["U101 fixed"]
    assert sorted(found(run(bill, overlapping).claims[0])) == ["U101 reject", "U107 reject"]


PT_AND_OT = [
    Bill(lines=TWO_UNITS),
    Bill(number="PCN2", lines=("SV1*HC:97530:GO*90*UN*2***1",), taxonomy="225X00000X"),
]


def test_pt_and_ot_above_the_clock_is_a_warning():
    rows = [at("97110", "9:00-9:30"), at("97530", "9:00-9:30", "OT", claim_id="PCN2", note_id="N2")]
    outcome = run(PT_AND_OT, rows)

    assert [u107(claim) for claim in outcome.claims] == [["U107 warn"], ["U107 warn"]]
    assert {claim.disposition for claim in outcome.claims} == {"unchanged"}
    message = next(v.finding.message for v in outcome.claims[0].verdicts if v.finding.rule == "U107")
    assert "60 timed minutes" in message
    assert "within 30 minutes by the clock" in message


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("9:00-10:00", 30), ("9:00-10:00", 30)),  # the time of treating together was divided
        (("9:00-9:30", 30), ("9:30-10:00", 30)),  # one after the other
    ],
)
def test_pt_and_ot_within_the_clock(mine, theirs):
    rows = [
        at("97110", mine[0], minutes=mine[1]),
        at("97530", theirs[0], "OT", minutes=theirs[1], claim_id="PCN2", note_id="N2"),
    ]

    assert [u107(claim) for claim in run(PT_AND_OT, rows).claims] == [[], []]


def test_what_could_not_be_compared_is_told():
    assert "clock times of 97110" in unchecked(run(Bill(lines=TWO_UNITS), [row("97110", 30)]).claims[0])["U107"]
    nameless = run(Bill(lines=TWO_UNITS), [at("97110", "9:00-9:30")])
    assert "no clinician of 97110" in unchecked(nameless.claims[0])["U107"]
    named = run(Bill(lines=TWO_UNITS), [at("97110", "9:00-9:30", clinician_id="T1")])
    assert "U107" not in unchecked(named.claims[0])


def brute_force(stretches):
    return {
        one.row
        for one in stretches
        for other in stretches
        if one.person != other.person and one.start < other.stop and other.start < one.stop
    }


@pytest.mark.parametrize("seed", range(30))
def test_every_stretch_that_overlaps_is_found_and_no_other(seed):
    chance = random.Random(seed)
    stretches = [
        Occupied(start, start + chance.randint(1, 40), number, chance.randint(1, 4))
        for number in range(40)
        for start in [chance.randint(0, 400)]
    ]
    pairs = list(at_the_same_time(stretches))

    assert {one.row for one, _ in pairs} == brute_force(stretches)
    assert all(one.person != other.person and one.start < other.stop and other.start < one.stop for one, other in pairs)
    assert len(pairs) <= 2 * len(stretches)
