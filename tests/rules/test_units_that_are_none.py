"""U109, U110, U112 and U115 beyond their examples."""

import pytest
from rules.specimen import Bill, found, row, run, sv1, unchecked

from scrubber.visits.record_rows import TreatmentRecord


def bill(*lines: str, **given: str) -> Bill:
    return Bill(lines=tuple(f"SV1*HC:{line}***1" for line in lines), **given)  # type: ignore[arg-type]


def test_session_units_of_several_lines_count_together() -> None:
    (claim,) = run(bill("97150:GP*30*UN*1", "97150:GP:59*30*UN*1"), [row("97150", 30)], unit_limit_tables=()).claims
    assert "U109 reject" in found(claim)


@pytest.mark.parametrize("modifier", ["50", "LT", "RT"])
def test_both_sides_may_be_two(modifier: str) -> None:
    (claim,) = run(bill(f"97610:GP:{modifier}*60*UN*2"), unit_limit_tables=()).claims
    assert "U109 reject" not in found(claim)


def test_an_unsigned_session_is_for_a_person() -> None:
    (claim,) = run(bill("G0283:GP*40*UN*2"), [row("G0283", 20, signed=False)], "unsafe").claims
    assert claim.disposition == "held"


@pytest.mark.parametrize(("severity", "expected"), [({}, []), ({"U109": "warn"}, ["U109 fixed"])])
def test_speech_under_medicaid_only_where_the_profile_says_so(severity: dict[str, str], expected: list[str]) -> None:
    speech = bill("92507:GN*120*UN*4", filing="MC", taxonomy="235Z00000X")
    (claim,) = run(speech, [row("92507", 60, "SLP")], severity=severity).claims
    assert found(claim) == expected


def test_a_code_that_the_payer_times_is_not_a_session() -> None:
    speech = bill("92507:GN*120*UN*4", taxonomy="235Z00000X")
    (claim,) = run(speech, [row("92507", 60, "SLP")], minutes_per_unit={"92507": 15}, unit_limit_tables=()).claims
    assert found(claim) == []


def test_lowering_keeps_the_claim_in_balance() -> None:
    outcome = run(bill("G0283:GP*41.01*UN*2", "97110:GP*80*UN*2"), [row("G0283", 20), row("97110", 30)])
    assert sv1(outcome)[0] == "SV1*HC:G0283:GP*20.50*UN*1***1"
    assert outcome.claims[0].charge_out == "100.50"


def test_minutes_of_several_lines_share_the_pool() -> None:
    outcome = run(bill("97112:GP*84*MJ*24", "97110:GP*40*MJ*23"), [row("97112", 24), row("97110", 23)])
    assert sv1(outcome) == ["SV1*HC:97112:GP*84*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]
    assert found(outcome.claims[0]) == ["U110 fixed", "U110 fixed"]


def test_minutes_beside_units_that_disagree_are_not_converted_by_themselves() -> None:
    mixed = bill("97112:GP*42*UN*1", "97110:GP*40*MJ*23")
    rows = [row("97112", 24), row("97110", 23)]
    assert run(mixed, rows).has_held
    (claim,) = run(mixed, rows, "unsafe").claims
    assert "U110 fixed" in found(claim)


def test_equal_leftovers_are_a_choice() -> None:
    tied = bill("97112:GP*84*MJ*20", "97110:GP*40*MJ*20")
    rows = [row("97112", 20), row("97110", 20)]
    assert run(tied, rows).has_held
    assert sv1(run(tied, rows, "unsafe")) == ["SV1*HC:97112:GP*84*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]


def test_minutes_of_the_claim_alone_are_unsafe() -> None:
    assert sv1(run(bill("97110:GP*80*MJ*30"), fix="unsafe")) == ["SV1*HC:97110:GP*80*UN*2***1"]


def test_other_minutes_than_the_record_has_are_unsafe() -> None:
    (claim,) = run(bill("97110:GP*80*MJ*45"), [row("97110", 30)]).claims
    assert sorted(found(claim)) == ["U110 reject", "U113 warn"]


def test_therapist_and_assistant_lines_in_minutes() -> None:
    shared = bill("97110:GP*40*MJ*15", "97110:GP:CQ*40*MJ*15")
    outcome = run(shared, [row("97110", 15), row("97110", 15, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP:CQ*40*UN*1***1"]


def test_a_session_in_minutes_is_one_unit() -> None:
    outcome = run(bill("97161:GP*110*MJ*45"), [row("97161", 45)])
    assert sv1(outcome) == ["SV1*HC:97161:GP*110*UN*1***1"]


def test_a_clock_of_its_own_is_never_converted_by_itself() -> None:
    hardening = bill("97545:GP*180*MJ*120")
    assert run(hardening, [row("97545", 120)]).has_held
    assert sv1(run(hardening, [row("97545", 120)], "unsafe")) == ["SV1*HC:97545:GP*180*UN*1***1"]


def test_an_unknown_rule_leaves_minutes_to_a_person() -> None:
    assert run(bill("97110:GP*80*MJ*30"), [row("97110", 30)], "unsafe", unit_rule="ask").has_held


def test_the_unit_rules_leave_minutes_to_u110() -> None:
    (claim,) = run(bill("97110:GP*80*MJ*7"), [row("97110", 7)]).claims
    assert found(claim) == ["U110 reject"]
    assert "MJ" in unchecked(claim)["U101"]


@pytest.mark.parametrize(("code", "flagged"), [("97545", True), ("98981", False), ("98970", False), ("97150", False)])
def test_spans_by_code(code: str, flagged: bool) -> None:
    span = Bill(lines=(f"SV1*HC:{code}:GP*80*UN*1***1 | DTP*472*RD8*20260302-20260305",))
    (claim,) = run(span).claims
    assert ("U112 reject" in found(claim)) is flagged


def test_first_steps_of_two_lines_count_together() -> None:
    two = bill("90912:GP*60*UN*1", "90912:GP:59*60*UN*1")
    (claim,) = run(two, [row("90912", 30)], unit_limit_tables=()).claims
    assert "U115 reject" in found(claim)


def test_a_charge_that_is_no_amount_stays_where_units_are_lowered() -> None:
    (claim,) = run(Bill(lines=("SV1*HC:97022:GP*4O*UN*2***1",)), [row("97022", 20)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U109"]
    assert finding.charge_effect is None
    assert finding.fix is not None
    assert [each.edit.replacement for each in finding.fix.edits] == ["1"]


def test_a_line_without_a_code_is_in_no_pair_and_under_no_limit() -> None:
    (claim,) = run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC*10*UN*1***1"))).claims
    assert "without a code" in unchecked(claim)["U"]
    assert not {"N301", "N302", "N305", "N306"} & unchecked(claim).keys()


def converted(
    lines: tuple[str, ...], rows: list[TreatmentRecord], **profile: object
) -> list[tuple[int | None, str, str]]:
    """Line, what it becomes and the level of the fix; "" where nobody can convert it."""
    (claim,) = run(Bill(lines=lines), rows, "none", **profile).claims
    found = [v.finding for v in claim.verdicts if v.finding.rule == "U110"]
    return [
        (
            each.where.ordinal,
            each.fix.edits[-1].edit.replacement if each.fix else "",
            each.fix.level.name if each.fix else "",
        )
        for each in found
    ]


EXERCISE_30, MANUAL_15 = "SV1*HC:97110:GP*80*MJ*30***1", "SV1*HC:97140:GP*38*MJ*15***1"


def test_of_a_payer_whose_rule_is_not_known_both_rules_must_agree() -> None:
    both = [row("97110", 30), row("97140", 15)]
    assert converted((EXERCISE_30, MANUAL_15), both, unit_rule="ask") == [(1, "2", "PERSON"), (2, "1", "PERSON")]
    # 40 minutes are three units of the pool, and one and one by the midpoint.
    apart = [row("97110", 20), row("97140", 20)]
    assert converted((EXERCISE_30, MANUAL_15), apart, unit_rule="ask") == [(1, "", ""), (2, "", "")]


def test_lines_in_units_that_the_minutes_bear_out_make_it_certain() -> None:
    rows = [row("97110", 30), row("97140", 15)]
    right, wrong = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*120*UN*3***1"
    assert converted((right, MANUAL_15), rows) == [(2, "1", "SAFE")]
    assert converted((wrong, MANUAL_15), rows) == [(2, "1", "UNSAFE")]


def test_minutes_that_no_line_bills_make_it_uncertain() -> None:
    rows = [row("97110", 30), row("97530", 16)]
    assert converted((EXERCISE_30,), rows) == [(1, "2", "UNSAFE")]
    assert converted((EXERCISE_30,), [row("97110", 30), row("97530", 2)]) == [(1, "2", "SAFE")]


def test_a_line_in_units_without_whole_units_leaves_nothing_known() -> None:
    rows = [row("97110", 30), row("97140", 15)]
    assert converted(("SV1*HC:97110:GP*80*UN*1.5***1", MANUAL_15), rows) == [(2, "", "")]


def test_two_lines_in_minutes_of_one_code_are_the_therapists_and_the_assistants() -> None:
    lines = (EXERCISE_30, "SV1*HC:97110:GP:CQ*40*MJ*15***1")
    rows = [row("97110", 30), row("97110", 15, "PTA")]
    assert converted(lines, rows) == [(1, "2", "SAFE"), (2, "1", "SAFE")]
    three = (*lines, EXERCISE_30.replace(":GP", ":GP:59"))
    assert {each[1] for each in converted(three, rows)} == {""}
    bare = (EXERCISE_30, EXERCISE_30.replace(":GP", ":GP:59"))
    assert {each[1] for each in converted(bare, rows)} == {""}


@pytest.mark.parametrize(
    ("units", "why"),
    [("MJ*150", "a line is billed in minutes (MJ)"), ("UN*1.5", "a line has no whole number of units")],
)
def test_a_code_of_its_own_clock_whose_lines_do_not_count_is_not_checked(units: str, why: str) -> None:
    (claim,) = run(Bill(lines=(f"SV1*HC:97545:GP*200*{units}***1",)), [row("97545", 150)]).claims
    assert unchecked(claim)["U101"] == unchecked(claim)["U102"] == f"97545: {why}"


def test_of_equal_leftovers_the_lines_in_units_choose() -> None:
    """20 and 20 minutes are two and one, or one and two."""
    rows = [row("97110", 20), row("97140", 20)]
    manual = "SV1*HC:97140:GP*{}*UN*{}***1"
    exercise = "SV1*HC:97110:GP*80*MJ*20***1"
    assert converted((exercise, manual.format(76, 2)), rows) == [(1, "1", "SAFE")]
    assert converted((exercise, manual.format(38, 1)), rows) == [(1, "2", "SAFE")]


def test_two_sessions_in_minutes_of_one_code_are_for_a_person() -> None:
    lines = ("SV1*HC:97022:GP*20*MJ*20***1", "SV1*HC:97022:GP:76*20*MJ*20***1")
    assert converted(lines[:1], [row("97022", 20)]) == [(1, "1", "SAFE")]
    assert converted(lines, [row("97022", 20)]) == [(1, "", ""), (2, "", "")]


def test_minutes_on_a_claim_under_contract_are_for_a_person() -> None:
    (claim,) = run(Bill(lines=(EXERCISE_30,), head=("CN1*05",)), [row("97110", 30)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U110"]
    assert finding.fix is not None
    assert finding.fix.level.name == "PERSON"


ASSISTED = "SV1*HC:97110:GP:CQ*40*MJ*15***1"


@pytest.mark.parametrize(
    ("therapist", "assistant", "expected"),
    [
        (15, 15, [(1, "1", "SAFE"), (2, "1", "SAFE")]),
        (22, 16, [(1, "1", "UNSAFE"), (2, "2", "UNSAFE")]),  # of 7 and 1 minutes left: 13 %, and less than two minutes
        (30, 0, [(1, "", ""), (2, "", "")]),
        (0, 30, [(1, "", ""), (2, "", "")]),
    ],
)
def test_lines_in_minutes_of_both_are_divided_where_both_have_a_unit(
    therapist: int, assistant: int, expected: list[tuple[int, str, str]]
) -> None:
    rows = [row("97110", minutes, role) for role, minutes in (("PT", therapist), ("PTA", assistant)) if minutes]
    lines = tuple(f"SV1*HC:97110:{mods}*40*MJ*{each}***1" for mods, each in (("GP", therapist), ("GP:CQ", assistant)))
    assert converted(lines, rows) == expected


def test_lines_in_minutes_of_both_beside_a_third_in_units_are_for_a_person() -> None:
    third = "SV1*HC:97110:GP:76*40*UN*1***1"
    rows = [row("97110", 30), row("97110", 15, "PTA")]
    assert converted((EXERCISE_30, ASSISTED, third), rows) == [(1, "", ""), (2, "", "")]


def test_lines_in_minutes_of_a_code_that_the_records_do_not_know() -> None:
    assert converted((EXERCISE_30, ASSISTED, "SV1*HC:97140:GP*38*UN*1***1"), [row("97140", 15)]) == [
        (1, "", ""),
        (2, "", ""),
    ]


@pytest.mark.parametrize(
    ("given", "profile", "expected"),
    [
        ({"filing": "MC"}, {}, False),
        ({"filing": "TV"}, {}, False),
        ({"filing": "CI"}, {"extends": "medicaid"}, False),
        ({"filing": "CI"}, {"name": "medicaid"}, False),
        ({"filing": "CI"}, {"extends": "commercial"}, True),
        ({"filing": "MB"}, {}, True),
    ],
)
def test_speech_twice_a_day_by_payer(given: dict[str, str], profile: dict[str, str], expected: bool) -> None:
    speech = bill("92507:GN*160*UN*2", taxonomy="235Z00000X", **given)
    (claim,) = run(speech, [row("92507", 60, "SLP")], **profile).claims
    assert any(each.startswith("U109") for each in found(claim)) is expected


def test_speech_twice_a_day_without_a_record_is_held_by_medicare() -> None:
    (claim,) = run(bill("92507:GN*160*UN*2", taxonomy="235Z00000X")).claims
    assert "U109 reject" in found(claim)


@pytest.mark.parametrize(("paid", "level"), [("100.50", "SAFE"), ("100.51", "PERSON")])
def test_sessions_are_lowered_down_to_what_the_patient_paid(paid: str, level: str) -> None:
    """41.01 dollars become 20.50, beside 80."""
    lines = ("SV1*HC:G0283:GP*41.01*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1")
    outcome = run(Bill(lines=lines, head=(f"AMT*F5*{paid}",)), [row("G0283", 20), row("97110", 30)])
    (finding,) = [v.finding for v in outcome.claims[0].verdicts if v.finding.rule == "U109"]
    assert finding.fix is not None
    assert finding.fix.level.name == level


def test_sessions_of_two_claims_are_told_of_the_larger_line_and_name_the_other() -> None:
    bills = [bill("97022:GP*20*UN*1"), bill("97022:GP:76*40*UN*2", number="PCN2")]
    outcome = run(bills, [row("97022", 20), row("97022", 20, claim_id="PCN2", note_id="N2")])
    (finding,) = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "U109"]
    assert (finding.where.claim, finding.related, finding.fix) == (1, (0,), None)


def test_a_span_of_another_code_set_is_no_timed_line() -> None:
    span = "SV1*{}:97110*80*UN*2***1 | DTP*472*RD8*20260302-20260305"
    for code_set, expected in (("HC", True), ("ER", False)):
        (claim,) = run(Bill(lines=(span.format(code_set),))).claims
        assert ("U112 reject" in found(claim)) is expected


def test_a_right_first_step_hides_no_wrong_one() -> None:
    steps = bill("97545:GP*180*UN*1", "90912:GP*120*UN*2")
    (claim,) = run(steps, [row("97545", 120), row("90912", 30)], unit_limit_tables=()).claims
    assert "U115 reject" in found(claim)


def test_first_steps_of_two_claims_name_each_other() -> None:
    bills = [bill("90912:GP*60*UN*1"), bill("90912:GP:59*120*UN*2", number="PCN2")]
    outcome = run(bills, [row("90912", 45)], unit_limit_tables=())
    (finding,) = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "U115"]
    assert (finding.where.claim, finding.related) == (1, (0,))


def test_a_code_that_counts_no_sessions_is_not_made_one_unit() -> None:
    """95851 counts limbs."""
    assert converted(("SV1*HC:95851:GP*20*MJ*10***1",), [row("95851", 10)]) == [(1, "", "")]


def test_minutes_beside_a_claim_of_the_visit_without_a_record_are_for_a_person() -> None:
    bills = [Bill(lines=(EXERCISE_30,)), bill("97140:GP*38*UN*1", number="PCN2")]
    outcome = run(bills, [row("97110", 30)])
    (finding,) = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "U110"]
    assert finding.fix is None


def test_a_quality_code_hides_no_line_without_units() -> None:
    (claim,) = run(bill("G8978:GP*0*UN*0", "99213*90*UN*1", "97110:GP*80*UN*0")).claims
    assert "U111 reject" in found(claim)


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ("", "no units"),
        ("TWO", "units that are no number"),
        ("0", "zero units"),
        ("-1", "negative units"),
        ("-0.5", "negative units"),
        ("0.5", "a fraction of a unit"),
    ],
)
def test_what_is_wrong_with_the_units(units: str, fault: str) -> None:
    (claim,) = run(bill(f"97110:GP*80*UN*{units}")).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U111"]
    assert finding.message == f"97110 is billed with {fault}."


def test_a_span_that_may_be_hides_no_other() -> None:
    lines = ("98980:GP*50*UN*1", "97161:GP*110*UN*1", "97110:GP*80*UN*2")
    spans = tuple(f"SV1*HC:{line}***1 | DTP*472*RD8*20260302-20260305" for line in lines)
    (claim,) = run(Bill(lines=spans)).claims
    assert "U112 reject" in found(claim)


def test_work_hardening_of_which_one_row_does_not_say_how_long_is_not_converted() -> None:
    line, rows = "SV1*HC:97545:GP*180*MJ*120***1", [row("97545", 120), row("97545", note_id="N2")]
    assert converted((line,), rows[:1]) == [(1, "1", "UNSAFE")]
    assert converted((line,), rows) == [(1, "", "")]


@pytest.mark.parametrize("line", ["SV1*HC:98980:GP*50*MJ*20***1", "SV1*HC:97545:GP*180*MJ*120***1", EXERCISE_30])
def test_minutes_of_a_month_or_of_no_record_are_not_converted(line: str) -> None:
    code = line.split(":")[1]
    rows = [row("97140", 15), *([row(code, 20)] if code == "98980" else [])]
    assert converted((line, "SV1*HC:97140:GP*38*UN*1***1"), rows) == [(1, "", "")]


def test_one_session_hides_no_two_of_another() -> None:
    (claim,) = run(bill("97012:GP*20*UN*1", "97022:GP*40*UN*2"), unit_limit_tables=()).claims
    assert "U109 reject" in found(claim)
