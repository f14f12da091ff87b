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
    (verdict,) = outcome.claims[0].verdicts
    assert "(alone; no minutes are recorded)" in verdict.finding.message


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


def test_speech_language_pathology_has_no_assistant_modifier() -> None:
    bill = Bill(lines=("SV1*HC:97129:GN*50*UN*1***1",), taxonomy="235Z00000X")
    (claim,) = run(bill, [row("97129", 15, "SLPA", discipline="SLP")]).claims
    assert not [each for each in found(claim) if each.startswith("M20")]


def test_another_payer_does_not_ask_for_it_on_any_day() -> None:
    for on in (date(2019, 12, 31), date(2020, 1, 1), date(2026, 3, 2)):
        bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), filing="CI", on=on)
        (claim,) = run(bill, [row("97110", 30, "PTA", service_date=on)], unit_rule="cms").claims
        assert not [each for each in found(claim) if each.startswith("M20")]


def test_minutes_of_one_role_alone_need_not_be_written_down() -> None:
    """Two stretches by the assistant, one without minutes: whoever else it was, no therapist is named."""
    (claim,) = run(GROUP, [group("PTA", 10), group("PTA")]).claims
    assert found(claim) == ["M204 fixed"]
    assert "M204" not in unchecked(claim)


ONE, MARKED = "SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP:CQ*40*UN*1***1"
GROUP_MARKED = "SV1*HC:97150:GP:CQ*30*UN*1***1"


@pytest.mark.parametrize(
    ("lines", "minutes", "expected"),
    [
        # the therapist's alone, the assistant's alone
        ((MARKED,), [("97110", 15, "PT")], ["M206 warn 1"]),
        ((ONE,), [("97110", 15, "PTA")], ["M204 reject 1"]),
        ((ONE, MARKED.replace("GP", "GP:59")), [("97110", 30, "PT")], ["M206 warn 2"]),
        # more than 10 % of an untimed service, or not
        ((GROUP_MARKED,), [("97150", 38, "PT"), ("97150", 2, "PTA")], ["M206 warn 1"]),
        ((GROUP.lines[0],), [("97150", 38, "PT"), ("97150", 2, "PTA")], []),
        ((GROUP_MARKED,), [("97150", 35, "PT"), ("97150", 5, "PTA")], []),
        # whole quarter hours, and what is left
        ((ONE, MARKED), [("97110", 15, "PT"), ("97110", 15, "PTA")], []),
        ((MARKED, MARKED.replace("GP", "GP:59")), [("97110", 15, "PT"), ("97110", 15, "PTA")], ["M206 warn 2"]),
        ((ONE, ONE.replace("GP", "GP:59")), [("97110", 15, "PT"), ("97110", 15, "PTA")], ["M204 reject 2"]),
        ((ONE,), [("97110", 8, "PT"), ("97110", 7, "PTA")], []),
        ((MARKED,), [("97110", 8, "PT"), ("97110", 7, "PTA")], ["M206 warn 1"]),
        # two units left, one with and one without
        ((TWO_UNITS.lines[0],), [("97110", 12, "PT"), ("97110", 14, "PTA")], ["M205 reject 1"]),
        ((TWO_UNITS.lines[0],), [("97110", 9, "PT"), ("97110", 14, "PTA")], ["M205 reject 1"]),
    ],
)
def test_who_furnished_which_units(
    lines: tuple[str, ...], minutes: list[tuple[str, int, str]], expected: list[str]
) -> None:
    rows = [row(code, each, role, mode="group" if code == "97150" else "individual") for code, each, role in minutes]
    (claim,) = run(Bill(lines=lines), rows, fix="none").claims
    said = [verdict.finding for verdict in claim.verdicts]
    assert [f"{each.rule} {each.severity.word} {each.where.ordinal}" for each in said] == expected


@pytest.mark.parametrize(
    ("units", "therapist", "assistant", "other", "expected"),
    [
        # Of 97110 two units are left to the minutes of both, since 97112 beside it brings the visit to one more.
        (2, 10, 12, 31, ["M205 warn 1"]),
        (2, 8, 13, 32, ["M205 warn 1"]),
        (2, 7, 14, 32, ["M205 reject 1"]),
        (3, 10, 27, 31, ["M205 warn 1"]),
        (3, 25, 12, 31, ["M205 warn 1"]),
        (3, 22, 14, 32, ["M205 reject 1"]),
    ],
)
def test_where_one_or_both_of_two_units_may_carry_it_the_therapists_eight_minutes_make_it_a_warning(
    units: int, therapist: int, assistant: int, other: int, expected: list[str]
) -> None:
    lines = (f"SV1*HC:97110:GP*120*UN*{units}***1", "SV1*HC:97112:GP*80*UN*2***1")
    rows = [row("97110", therapist), row("97110", assistant, "PTA"), row("97112", other)]
    (claim,) = run(Bill(lines=lines), rows, fix="none").claims
    said = [verdict.finding for verdict in claim.verdicts]
    assert [f"{each.rule} {each.severity.word} {each.where.ordinal}" for each in said] == expected


def test_whole_lines_are_marked_from_the_last_on_where_they_make_up_the_units() -> None:
    lines = tuple(f"SV1*HC:97110:GP{more}*{40 * n}*UN*{n}***1" for more, n in (("", 1), (":59", 2), (":76", 1)))
    outcome = run(Bill(lines=lines), [row("97110", 15), row("97110", 45, "PTA")])
    assert [line.split("*")[1] for line in sv1(outcome)] == ["HC:97110:GP", "HC:97110:GP:CQ:59", "HC:97110:GP:CQ:76"]


@pytest.mark.parametrize(
    ("on", "one", "other", "marked", "expected"),
    [
        # One unit is left on each of two codes, and the therapist alone has eight minutes of both.
        (date(2026, 3, 2), (23, 7), (23, 7), True, []),
        (date(2026, 3, 2), (8, 7), (8, 7), True, []),
        (date(2026, 3, 2), (23, 7), (23, 7), False, []),
        # of the other code nobody but the therapist furnished anything, or nothing is left beside a unit of each
        (date(2026, 3, 2), (23, 7), (30, 0), True, ["M206 warn 1"]),
        (date(2026, 3, 2), (23, 7), (15, 15), True, ["M205 reject 3", "M206 warn 1"]),
        # seven minutes of the therapist are too few for the exception: that unit is the assistant's
        (date(2026, 3, 2), (23, 7), (22, 8), True, ["M205 reject 3", "M206 warn 1"]),
    ],
)
def test_a_final_unit_on_each_of_two_codes(
    on: date, one: tuple[int, int], other: tuple[int, int], marked: bool, expected: list[str]
) -> None:
    """97110 is billed with CQ on one unit, or without; 97112 without."""
    rows = [
        row(code, minutes, role, service_date=on)
        for code, pair in (("97110", one), ("97112", other))
        for minutes, role in zip(pair, ("PT", "PTA"), strict=True)
        if minutes
    ]
    wholes = sum(one) // 15
    with_cq = "SV1*HC:97110:GP:CQ*40*UN*1***1"
    rest = f"SV1*HC:97110:GP*{40 * (wholes - 1)}*UN*{wholes - 1}***1" if wholes > 1 else ""
    bare = f"SV1*HC:97110:GP*{40 * wholes}*UN*{wholes}***1"
    second = f"SV1*HC:97112:GP*{40 * (sum(other) // 15)}*UN*{sum(other) // 15}***1"
    lines = tuple(each for each in ((with_cq, rest, second) if marked else (bare, second)) if each)
    (claim,) = run(Bill(lines=lines, on=on), rows, fix="none").claims
    said = [verdict.finding for verdict in claim.verdicts]
    assert [f"{each.rule} {each.severity.word} {each.where.ordinal}" for each in said] == expected
