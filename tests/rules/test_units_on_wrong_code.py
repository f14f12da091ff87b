"""U103 beyond its examples: what is proposed, and when it is for a person."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from rules.specimen import Bill, found, row, run, sv1, unchecked

from scrubber.findings.levels import FixLevel, Payment
from scrubber.outcome import Outcome, Verdict
from scrubber.visits.record_rows import TreatmentRecord

WRONG = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP*76*UN*2***1"))
ROWS = (row("97110", 30), row("97140", 15))


def u103(outcome: Outcome) -> Verdict:
    (only,) = [v for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "U103"]
    return only


def test_the_unit_moves_at_the_price_of_each_line() -> None:
    finding = u103(run(WRONG, ROWS)).finding
    assert finding.fix is not None
    assert (finding.fix.level, finding.fix.payment) == (FixLevel.UNSAFE, Payment.RAISES)
    assert finding.charge_effect == Decimal(2)


def test_a_move_that_raises_needs_the_profile_too() -> None:
    assert run(WRONG, ROWS, fix="unsafe").has_held
    assert sv1(run(WRONG, ROWS, fix="unsafe", apply_raises=True)) == [
        "SV1*HC:97110:GP*80*UN*2***1",
        "SV1*HC:97140:GP*38*UN*1***1",
    ]


LOWERS_CHARGE = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP*100*UN*2***1"))
MOVED = ["SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*50*UN*1***1"]


def test_without_a_fee_table_a_move_that_lowers_needs_its_level() -> None:
    assert sv1(run(LOWERS_CHARGE, ROWS, fix="unsafe", fee_table="none")) == MOVED
    assert run(LOWERS_CHARGE, ROWS, fee_table="none").corrected() is None


def test_a_move_that_lowers_the_charge_but_not_the_estimate_raises_payment() -> None:
    fix = u103(run(LOWERS_CHARGE, ROWS, fix="unsafe")).finding.fix
    assert fix is not None
    assert (fix.level, fix.payment) == (FixLevel.UNSAFE, Payment.RAISES)
    assert sv1(run(LOWERS_CHARGE, ROWS, fix="unsafe", apply_raises=True)) == MOVED


LOWERS_BOTH = Bill(lines=("SV1*HC:97530:GP*90*UN*2***1", "SV1*HC:97140:GP*40*UN*1***1"))
TO_97140 = (row("97530", 15), row("97140", 30))


def test_a_move_that_lowers_charge_and_estimate_is_safe() -> None:
    moved = ["SV1*HC:97530:GP*45*UN*1***1", "SV1*HC:97140:GP*80*UN*2***1"]
    outcome = run(LOWERS_BOTH, TO_97140)
    assert sv1(outcome) == moved
    # 97530 (0.44 + 0.60 / 2 + 0.01 = 0.75) gives a reduced unit to 97140 (0.43 + 0.39 / 2 + 0.01 = 0.635):
    # 25.05 - 21.21 at 33.4009.
    finding = u103(outcome).finding
    assert (finding.charge_effect, finding.estimate) == (Decimal(-5), Decimal("-3.84"))
    assert finding.basis == "2026 national non-facility, reduced for several procedures"


def test_a_move_of_several_equal_answers_is_not_safe() -> None:
    lines = ("SV1*HC:97530:GP*135*UN*3***1", "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97112:GP*30*UN*1***1")
    rows = (row("97530", 25), row("97140", 25), row("97112", 25))
    fix = u103(run(Bill(lines=lines), rows)).finding.fix
    assert fix is not None
    assert fix.level is FixLevel.UNSAFE


def test_before_the_fee_table_nothing_is_moved_by_itself() -> None:
    early = date(2021, 3, 2)
    rows = tuple(msgspec.structs.replace(each, service_date=early) for each in TO_97140)
    fix = u103(run(replace(LOWERS_BOTH, on=early), rows)).finding.fix
    assert fix is not None
    assert fix.level is FixLevel.UNSAFE


def test_fewer_units_of_the_assistant_raise_the_payment() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP:CQ*100*UN*2***1"))
    rows = (row("97110", 30), row("97140", 15, "PTA"))
    fix = u103(run(bill, rows)).finding.fix
    assert fix is not None
    assert fix.payment is Payment.RAISES


def test_the_least_change_is_proposed_and_of_two_the_higher_charge() -> None:
    # 25, 25 and 25 minutes are five units: two for any two of them. One unit is to leave 97110.
    lines = ("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97112:GP*45*UN*1***1")
    rows = (row("97110", 25), row("97140", 25), row("97112", 25))
    assert u103(run(Bill(lines=lines), rows)).finding.action == "Bill 2 units of 97110. Bill 2 units of 97112."


def test_an_unbilled_code_would_gain_the_unit() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)), (row("97110", 30), row("97140", 15)), fix="unsafe")
    finding = u103(outcome).finding
    assert finding.fix is None
    assert finding.action == "Bill 2 units of 97110. 97140 is not billed; its minutes make 1 unit."


def test_two_claims_of_a_visit_are_for_a_person() -> None:
    bills = (Bill(lines=WRONG.lines[:1]), Bill(number="PCN2", lines=WRONG.lines[1:]))
    rows = [row(each.code, each.minutes, member_id="1EG4TE5MK73") for each in ROWS]
    outcome = run(bills, rows, fix="unsafe", apply_raises=True)
    fix = u103(outcome).finding.fix
    assert fix is not None
    assert fix.level is FixLevel.PERSON
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]


def test_codes_counted_one_by_one_are_not_its_matter() -> None:
    (claim,) = run(WRONG, ROWS, unit_rule="ama").claims
    assert sorted(found(claim)) == ["U101 reject", "U102 warn"]


def test_either_loser_is_accepted_in_workers_compensation() -> None:
    rows = (row("97110", 23), row("97140", 23))  # two each alone, three by the chart
    for lines in (
        ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"),
        ("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP*76*UN*2***1"),
    ):
        (claim,) = run(Bill(lines=lines), rows, unit_rule="wc").claims
        assert found(claim) == []


def test_a_payer_whose_rule_is_not_known_gets_a_warning_where_neither_rule_fits() -> None:
    outcome = run(WRONG, ROWS, fix="unsafe", unit_rule="ask")
    (claim,) = outcome.claims
    assert found(claim) == ["U103 warn"]
    assert u103(outcome).finding.fix is None
    assert outcome.corrected() == outcome.source


def test_a_line_that_the_records_do_not_mention_comes_first() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))
    (claim,) = run(bill, [row("97110", 45)]).claims
    assert found(claim) == ["U104 reject"]
    assert any(each.rule == "U103" for each in claim.not_checked)


@pytest.mark.parametrize(
    ("of_two", "payment"), [("80", Payment.NEUTRAL), ("79.98", Payment.RAISES), ("80.02", Payment.LOWERS)]
)
def test_what_a_move_asks_for_by_the_cent(of_two: str, payment: Payment) -> None:
    bill = Bill(lines=(f"SV1*HC:97530:GP*{of_two}*UN*2***1", "SV1*HC:97140:GP*40*UN*1***1"))
    fix = u103(run(bill, TO_97140, fee_table="none")).finding.fix
    assert fix is not None
    assert fix.payment is payment


def test_a_unit_that_leaves_the_assistant_raises_though_the_charge_falls() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP:CQ*100*UN*2***1"))
    finding = u103(run(bill, (row("97110", 30), row("97140", 15, "PTA")), fee_table="none")).finding
    assert finding.charge_effect == Decimal(-10)
    assert finding.fix is not None
    assert finding.fix.payment is Payment.RAISES


def test_codes_of_equal_worth_and_price_are_moved_by_themselves() -> None:
    """97110 and 97116 have the same relative values in 2026."""
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97116:GP*40*UN*1***1"))
    fix = u103(run(bill, (row("97110", 15), row("97116", 30)))).finding.fix
    assert fix is not None
    assert (fix.level, fix.payment) == (FixLevel.SAFE, Payment.NEUTRAL)


SOMEONE_ELSE = " | NM1*82*1*PELL*RUNE****XX*1999887734"


@pytest.mark.parametrize(
    ("head", "of_line", "level"),
    [
        ("AMT*F5*125", "", FixLevel.SAFE),
        ("AMT*F5*125.01", "", FixLevel.PERSON),
        ("AMT*F5*SOME", "", FixLevel.PERSON),
        ("CN1*05", "", FixLevel.PERSON),
        ("", SOMEONE_ELSE, FixLevel.PERSON),
    ],
)
def test_who_paid_and_who_furnished_it_leave_the_move_to_a_person(head: str, of_line: str, level: FixLevel) -> None:
    """The charge would fall from 130 to 125 dollars."""
    first, second = LOWERS_BOTH.lines
    bill = replace(LOWERS_BOTH, lines=(first, f"{second}{of_line}"), head=(head,) if head else ())
    fix = u103(run(bill, TO_97140)).finding.fix
    assert fix is not None
    assert fix.level is level


def test_of_several_answers_the_one_that_moves_fewest_units() -> None:
    """One unit is to leave 97110, for any other; two would charge more."""
    lines = ("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC:97140:GP*70*UN*1***1", "SV1*HC:97112:GP*75*UN*1***1")
    rows = (row("97110", 25), row("97140", 25), row("97112", 25))
    assert u103(run(Bill(lines=lines), rows)).finding.action == "Bill 2 units of 97110. Bill 2 units of 97112."


def test_of_several_answers_one_that_leaves_every_line_a_unit() -> None:
    """Of 97110, 97140 and 97112 any may lose the unit for 97530. 97140 would lose a line by it, though the least."""
    lines = (
        "SV1*HC:97110:GP*80*UN*2***1",
        "SV1*HC:97140:GP*10*UN*1***1",
        "SV1*HC:97140:GP:76*10*UN*1***1",
        "SV1*HC:97112:GP*100*UN*2***1",
        "SV1*HC:97530:GP*45*UN*1***1",
    )
    rows = (row("97110", 23), row("97140", 23), row("97112", 23), row("97530", 38))
    assert u103(run(Bill(lines=lines), rows)).finding.action == "Bill 1 unit of 97110. Bill 2 units of 97530."


@pytest.mark.parametrize(
    "rows",
    [(row("97110", 45), row("97140", 15, "AIDE")), (row("97110", 45, signed=False),)],
    ids=["an aide's", "not in the record, which is not signed"],
)
def test_a_code_without_minutes_keeps_no_unit(rows: tuple[TreatmentRecord, ...]) -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))
    finding = u103(run(bill, rows)).finding
    assert finding.action == "Bill 3 units of 97110. Take 97140 off the claim: no unit is left for it."
    assert "45 minutes of 97110, 0 minutes of 97140" in finding.message


@pytest.mark.parametrize(
    ("lines", "rows", "why"),
    [
        (WRONG.lines, (row("", timed_total=45),), "the record gives only a total, and no minutes by code"),
        (WRONG.lines[:1], (row("", timed_total=15),), None),
        (WRONG.lines, (row("97110", 45),), "the records do not mention a timed line (U104)"),
        (
            ("SV1*HC:97110:GP*40*UN*1.5***1", WRONG.lines[1]),
            (row("97110", 45),),
            "a timed line of the visit has no whole number of units",
        ),
        (WRONG.lines, ROWS, None),
    ],
)
def test_why_it_is_not_checked(lines: tuple[str, ...], rows: tuple[TreatmentRecord, ...], why: str | None) -> None:
    (claim,) = run(Bill(lines=lines), rows).claims
    assert unchecked(claim).get("U103") == why


def test_a_move_of_two_equal_answers_is_not_safe() -> None:
    """The fourth unit of 20, 20 and 15 minutes may stand on 97530 or on 97140, which are both worth less as billed."""
    lines = ("SV1*HC:97530:GP*40*UN*1***1", "SV1*HC:97140:GP*45*UN*1***1", "SV1*HC:97112:GP*200*UN*2***1")
    finding = u103(run(Bill(lines=lines), (row("97530", 20), row("97140", 20), row("97112", 15)))).finding
    assert finding.action == "Bill 2 units of 97140. Bill 1 unit of 97112."
    assert finding.fix is not None
    assert finding.fix.level is FixLevel.UNSAFE


def test_a_move_with_an_open_share_of_the_assistant_is_not_safe() -> None:
    """Of the three units of 97110 one or two are the assistant's: 7 and 1 minutes are left behind the quarter hours."""
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP:CQ*80*UN*2***1", "SV1*HC:97116:GP*40*UN*1***1")
    rows = (row("97110", 22), row("97110", 16, "PTA"), row("97116", 30))
    finding = u103(run(Bill(lines=lines), rows)).finding
    assert finding.action == "Bill 1 unit of 97110. Bill 2 units of 97116."
    assert finding.fix is not None
    assert (finding.fix.level, finding.fix.payment) == (FixLevel.UNSAFE, Payment.NEUTRAL)


def test_between_the_two_rules_the_chart_is_what_the_report_gives() -> None:
    """23 and 23 minutes are three units by the chart, and four one by one."""
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*76*UN*2***1"))
    (claim,) = run(bill, (row("97110", 23), row("97140", 23)), unit_rule="ask").claims
    assert [visit.units_supported for visit in claim.visits] == [3]
