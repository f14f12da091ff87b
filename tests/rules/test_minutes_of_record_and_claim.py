"""U104, U105, U113 and U114 beyond their examples."""

import pytest
from rules.specimen import DAY, Bill, found, row, run, unchecked

from scrubber.visits.record_rows import TreatmentRecord

TWO = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))


def test_a_claim_of_the_visit_without_a_record_says_nothing_of_mention() -> None:
    bills = (Bill(lines=TWO.lines[:1]), Bill(number="PCN2", lines=TWO.lines[1:]))
    first, second = run(bills, [row("97110", 30)]).claims
    assert found(first) == []
    assert found(second) == ["U106 warn"]
    assert "U104" in unchecked(first)


def test_unsigned_records_do_not_deny_a_line() -> None:
    (claim,) = run(TWO, [row("97110", 45, signed=False)]).claims
    assert "U104 reject" not in found(claim)


def test_an_aides_row_mentions_the_code() -> None:
    (claim,) = run(TWO, [row("97110", 45), row("97140", 15, "AIDE")]).claims
    assert "U104 reject" not in found(claim)


def test_97014_and_g0283_are_one_service_and_untimed() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:G0283:GP*20*UN*1***1"))
    (claim,) = run(bill, [row("97110", 30), row("97014", 15)]).claims
    assert found(claim) == []


def test_a_service_on_its_own_clock_must_be_mentioned_and_monitoring_need_not() -> None:
    for code, charge, expected in (("97545", 180, ["U104 reject"]), ("98980", 50, [])):
        bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", f"SV1*HC:{code}:GP*{charge}*UN*1***1"))
        (claim,) = run(bill, [row("97110", 30)], pair_tables=()).claims
        assert found(claim) == expected


def test_a_total_beside_untimed_rows_is_still_a_total_alone() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1"))
    (claim,) = run(bill, [row("97161", 30, mode="untimed"), row("", timed_total=30)]).claims
    assert found(claim) == []


def test_recorded_minutes_with_no_timed_line_at_all() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1",))
    (claim,) = run(bill, [row("97161", 30), row("97110", 15)]).claims
    assert found(claim) == ["U105 warn"]


def test_group_treatment_earns_no_line() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1",))
    (claim,) = run(bill, [row("97161", 30), row("97110", 15, mode="group")]).claims
    assert found(claim) == []


def test_an_unbilled_code_must_earn_a_unit_in_every_split() -> None:
    # 15 and two of 4 minutes are two units; either of the two may have the second.
    bill = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",))
    (claim,) = run(bill, [row("97110", 15), row("97140", 4), row("97530", 4)]).claims
    assert "U105 warn" not in found(claim)
    (claim,) = run(bill, [row("97110", 15), row("97140", 5), row("97530", 4)]).claims
    assert "U105 warn" in found(claim)


def test_both_rules_must_agree_where_the_payers_is_not_known() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",))
    for minutes, expected in ((7, False), (8, True)):
        (claim,) = run(bill, [row("97110", 33), row("97140", minutes)], unit_rule="ask").claims
        assert ("U105 warn" in found(claim)) is expected


def test_a_disagreeing_note_keeps_a_fix_from_being_safe() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1 | NTE*ADD*97110 45 MIN",))
    (claim,) = run(bill, [row("97110", 30)]).claims
    assert sorted(found(claim)) == ["U101 reject", "U113 warn"]
    (claim,) = run(bill, [row("97110", 45)]).claims
    assert found(claim) == []


def test_a_group_record_of_a_timed_code_warns_and_does_not_hold() -> None:
    outcome = run(TWO, [row("97110", 30), row("97140", 15, mode="group")])
    (claim,) = outcome.claims
    assert found(claim) == ["U113 warn"]
    assert outcome.corrected() == outcome.source


def test_52_by_a_total_and_without_minutes() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP:52*40*UN*1***1",))
    (claim,) = run(bill, [row("", timed_total=7)]).claims
    assert "U114 reject" in found(claim)
    (claim,) = run(bill, [row("", timed_total=8)]).claims
    why = "no record and no note gives the minutes of the code with modifier 52"
    assert unchecked(claim)["U114"] == why
    (claim,) = run(bill).claims
    assert unchecked(claim)["U114"] == why


def test_minutes_that_a_record_leaves_out_are_not_checked() -> None:
    (claim,) = run(TWO, [row("97110", 30), row("97140", mode="untimed")]).claims
    assert found(claim) == ["U106 warn"]
    assert {"U101", "U102", "U103", "U105"} <= unchecked(claim).keys()
    assert DAY.isoformat() in claim.verdicts[0].finding.message


def unbilled(lines: tuple[str, ...], *rows: TreatmentRecord, **profile: object) -> list[str]:
    """What U105 says of minutes and units."""
    (claim,) = run(Bill(lines=lines), rows, **profile).claims
    said = [v.finding.message for v in claim.verdicts if v.finding.rule == "U105"]
    return [message.removesuffix("; no line of this file bills it.") for message in said]


EXERCISE_2, EXERCISE_3 = (f"SV1*HC:97110:GP*{units * 40}*UN*{units}***1" for units in (2, 3))
OF_97530 = ["15 minutes of 97530 on 2026-03-02 earn 1 unit"]


def test_a_visit_that_is_billed_in_full_lacks_no_line() -> None:
    rows = (row("97110", 30), row("97530", 15))
    assert unbilled((EXERCISE_2,), *rows) == OF_97530
    assert unbilled((EXERCISE_3,), *rows) == []


@pytest.mark.parametrize(
    "between",
    [row("97140", 7), row("97110", 2, "PTA"), row("97545", 120), row("97140", 15, mode="group"), row("97018", 15)],
    ids=lambda each: f"{each.code} {each.minutes} {each.mode}",
)
def test_what_earns_nothing_hides_no_code_behind_it(between: TreatmentRecord) -> None:
    assert unbilled((EXERCISE_2,), row("97110", 30), between, row("97530", 15)) == OF_97530


def test_a_bundled_code_is_not_asked_for_though_its_payer_times_it() -> None:
    cognition = "SV1*HC:97129:GN*40*UN*1***1"
    for code, expected in (("92606", []), ("92526", ["15 minutes of 92526 on 2026-03-02 earn 1 unit"])):
        rows = (row("97129", 15, "SLP"), row(code, 15, "SLP"))
        assert unbilled((cognition,), *rows, minutes_per_unit={code: 15}) == expected


def test_a_total_alone_earns_no_line() -> None:
    assert unbilled((EXERCISE_2,), row("", timed_total=45)) == []


def test_a_code_of_a_group_is_named_once() -> None:
    lines = (EXERCISE_2, EXERCISE_2.replace("GP", "GP:76"), "SV1*HC:97140:GP*38*UN*1***1")
    rows = [row("97110", 30, mode="group"), row("97140", 15, mode="group")]
    (claim,) = run(Bill(lines=lines), rows).claims
    said = [v.finding.where.ordinal for v in claim.verdicts if v.finding.rule == "U113"]
    assert said == [1, 3]
