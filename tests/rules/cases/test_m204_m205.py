"""M204 with M205: the whole service is the assistant's, a part of it, or nobody can tell."""

from datetime import date
from typing import Any

import pytest
from rules.specimen import Bill, clock, found, row, run, sv1, unchecked

from scrubber.visits.record_rows import TreatmentRecord

GROUP = Bill(lines=("SV1*HC:97150:GP*30*UN*1***1",))
TWO_UNITS = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",))
NO_CLOCK = {"U107": "the records give no clock times of 97110"}


def group(role: str, minutes: int | None = None, **columns: Any) -> TreatmentRecord:
    return row("97150", minutes, role, mode="group", **columns)


def test_an_untimed_service_without_minutes_by_the_assistant_alone() -> None:
    outcome = run(GROUP, [group("PTA")])
    assert sv1(outcome) == ["SV1*HC:97150:GP:CQ*30*UN*1***1"]
    assert found(outcome.claims[0]) == ["M204 fixed"]


def test_an_untimed_service_without_minutes_by_the_therapist_alone() -> None:
    (claim,) = run(GROUP, [group("PT")]).claims
    assert found(claim) == []
    assert unchecked(claim) == {}


@pytest.mark.parametrize(("therapist", "assistant"), [(None, None), (None, 10), (30, None)])
def test_who_furnished_how_much_is_not_recorded(therapist: int | None, assistant: int | None) -> None:
    outcome = run(GROUP, [group("PT", therapist), group("PTA", assistant)])
    (claim,) = outcome.claims
    assert found(claim) == []
    assert set(unchecked(claim)) == {"M204"}
    assert outcome.corrected() == outcome.source


def test_clock_times_are_minutes() -> None:
    outcome = run(GROUP, [group("PT", **clock("9:00-9:35")), group("PTA", **clock("9:35-9:40"))])
    assert sv1(outcome) == ["SV1*HC:97150:GP:CQ*30*UN*1***1"]


def test_joint_time_is_the_therapists() -> None:
    rows = [group("PT", **clock("9:00-9:40")), group("PTA", together=True, **clock("9:00-9:40"))]
    (claim,) = run(GROUP, rows).claims
    assert found(claim) == []


def test_where_the_two_counts_of_ten_percent_disagree_either_form_stands() -> None:
    """One of nine minutes is 11 percent, and less than the two minutes of the other count."""
    rows = [group("PT", 8), group("PTA", 1)]
    assert found(run(GROUP, rows).claims[0]) == []
    assert found(run(Bill(lines=("SV1*HC:97150:GP:CQ*30*UN*1***1",)), rows).claims[0]) == []


def test_a_part_of_the_units_is_divided() -> None:
    outcome = run(TWO_UNITS, [row("97110", 15), row("97110", 15, "PTA")])
    (claim,) = outcome.claims
    assert found(claim) == ["M205 fixed"]
    assert unchecked(claim) == NO_CLOCK
    assert sv1(outcome) == ["SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP:CQ*40*UN*1***1"]
    assert claim.charge_out == "80"


def test_a_part_of_the_units_is_said_and_not_divided_without_a_signature() -> None:
    outcome = run(TWO_UNITS, [row("97110", 15), row("97110", 15, "PTA", signed=False)])
    (claim,) = outcome.claims
    assert found(claim) == ["M205 reject"]
    assert outcome.corrected() is None


def test_divided_rightly_nothing_is_said() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"))
    (claim,) = run(bill, [row("97110", 15), row("97110", 15, "PTA")]).claims
    assert found(claim) == []
    assert unchecked(claim) == NO_CLOCK


def test_two_lines_of_which_one_lacks_it() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP:59*40*UN*1***1"))
    outcome = run(bill, [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP:CQ:59*40*UN*1***1"]


def test_two_claims_of_the_visit_share_the_minutes_of_a_code() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",)),
        Bill(number="PCN2", lines=("SV1*HC:97110:GP:59*40*UN*1***1",)),
    ]
    outcome = run(bills, [row("97110", 15, "PTA"), row("97110", 15, "PTA", claim_id="PCN2")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP:CQ:59*40*UN*1***1"]


@pytest.mark.parametrize(
    ("on", "lines"),
    [
        (date(2019, 12, 31), ["SV1*HC:97110:GP*40*UN*1***1"]),
        (date(2020, 1, 1), ["SV1*HC:97110:GP:CQ*40*UN*1***1"]),
        (date(2021, 12, 31), ["SV1*HC:97110:GP:CQ*40*UN*1***1"]),
        (date(2022, 1, 1), ["SV1*HC:97110:GP*40*UN*1***1"]),
    ],
)
def test_the_rules_of_the_day_of_service(on: date, lines: list[str]) -> None:
    """Ten minutes of each: half of the unit is the assistant's, and the therapist alone reaches eight minutes."""
    rows = [row("97110", 10, service_date=on), row("97110", 10, "PTA", service_date=on)]
    assert sv1(run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",), on=on), rows)) == lines


def test_evaluations_and_speech_never_carry_it() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:92507:GN*80*UN*1***1"))
    rows = [row("97161", 30, "PTA"), row("92507", 30, "SLPA", discipline="SLP")]
    outcome = run(bill, rows)
    assert "M204" not in {v.finding.rule for v in outcome.claims[0].verdicts}


def test_a_payer_that_does_not_ask_for_it() -> None:
    (claim,) = run(TWO_UNITS, [row("97110", 30, "PTA")], assistant_modifiers=False).claims
    assert found(claim) == []
