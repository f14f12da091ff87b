"""What U101 and U102 propose, and how far it is theirs to change."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from rules.specimen import Bill, row, run

from scrubber.findings.finding import Finding, Fix
from scrubber.findings.levels import FixLevel, Payment
from scrubber.visits.record_rows import TreatmentRecord

SAFE, UNSAFE, PERSON = FixLevel.SAFE, FixLevel.UNSAFE, FixLevel.PERSON


def proposed(rule: str, bill: Bill, rows: Iterable[TreatmentRecord], **profile: object) -> tuple[Finding, Fix]:
    (claim,) = run(bill, rows, "none", **profile).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == rule]
    assert finding.fix is not None
    return finding, finding.fix


def line(code: str, units: int, charge: str) -> str:
    return f"SV1*HC:{code}*{charge}*UN*{units}***1"


@pytest.mark.parametrize(
    ("charge", "level", "payment", "effect"),
    [
        ("0.02", SAFE, Payment.LOWERS, "-0.01"),
        ("0.01", PERSON, Payment.LOWERS, "-0.01"),  # nothing would be left of it
        ("0", SAFE, Payment.LOWERS, "0"),
        ("-0.02", PERSON, Payment.RAISES, "0.01"),
        ("2O", PERSON, Payment.LOWERS, "0"),
    ],
)
def test_one_of_two_units_by_their_charge(charge: str, level: FixLevel, payment: Payment, effect: str) -> None:
    finding, fix = proposed("U101", Bill(lines=(line("97110:GP", 2, charge),)), [row("97110", 15)], fee_table="none")
    assert (fix.level, fix.payment) == (level, payment)
    assert finding.charge_effect == Decimal(effect)


@pytest.mark.parametrize(
    ("head", "of_line", "level"),
    [
        ("AMT*F5*120", "", SAFE),
        ("AMT*F5*120.01", "", PERSON),
        ("CN1*05", "", PERSON),
        ("", " | NM1*82*1*PELL*RUNE****XX*1999887734", PERSON),
    ],
)
def test_who_paid_and_who_furnished_it_leave_the_lowering_to_a_person(head: str, of_line: str, level: FixLevel) -> None:
    """The charge would fall from 160 to 120 dollars."""
    bill = Bill(
        lines=(line("97110:GP", 3, "120"), f"{line('97140:GP', 1, '40')}{of_line}"), head=(head,) if head else ()
    )
    _, fix = proposed("U101", bill, [row("97110", 30), row("97140", 15)])
    assert fix.level is level


def test_a_share_of_the_assistant_that_is_open_leaves_the_whole_visit_open() -> None:
    """Of two units of 97110 one or both are the assistant's (11 and 11 minutes); those of 97140 are plain."""
    lines = [line(f"{code}:{mods}", units, str(40 * units)) for code, units in (("97110", 2), ("97140", 1))
             for mods in ("GP", "GP:CQ")]  # fmt: skip
    open_share = [row("97110", 11), row("97110", 11, "PTA")]
    plain = [row("97140", 16), row("97140", 15, "PTA")]
    finding, fix = proposed("U101", Bill(lines=tuple(lines)), [*open_share, *plain])
    assert finding.action == "Bill 1 unit of 97110. Bill 1 unit of 97110."
    assert fix.level is UNSAFE
    _, fix = proposed("U101", Bill(lines=tuple(lines)), [row("97110", 15), row("97110", 15, "PTA"), *plain])
    assert fix.level is SAFE


EXERCISE = line("97110:GP", 1, "40")


@pytest.mark.parametrize(
    ("bill", "rows", "level"),
    [
        (Bill(lines=(EXERCISE,)), [row("97110", 30)], UNSAFE),
        (Bill(lines=(EXERCISE,), head=("CN1*05",)), [row("97110", 30)], PERSON),
        (Bill(lines=(EXERCISE, line("97110:GP:CQ", 1, "40"))), [row("97110", 30), row("97110", 15, "PTA")], PERSON),
        (Bill(lines=(EXERCISE, line("97110:GP:76", 1, "40"))), [row("97110", 45)], UNSAFE),
        (Bill(lines=(line("97129:GP", 1, "40"),)), [row("97129", 30)], PERSON),
        (Bill(lines=(line("97129:GP", 1, "40"), line("97130:GP", 1, "40"))), [row("97129", 45)], UNSAFE),
    ],
)
def test_a_raise_that_the_claim_or_the_code_leaves_to_a_person(
    bill: Bill, rows: list[TreatmentRecord], level: FixLevel
) -> None:
    _, fix = proposed("U102", bill, rows, fee_table="none")
    assert (fix.level, fix.payment) == (level, Payment.RAISES)


@pytest.mark.parametrize(("price", "code"), [("40", "97110"), ("41", "97140"), ("39", "97110")])
def test_of_two_equal_raises_the_higher_charge_then_the_first(price: str, code: str) -> None:
    bill = Bill(lines=(EXERCISE, line("97140:GP", 1, price)))
    finding, _ = proposed("U102", bill, [row("97110", 20), row("97140", 20)])
    assert finding.action == f"2 units of {code} may be billed."
    assert finding.where.ordinal == (1 if code == "97110" else 2)


def test_a_service_too_short_for_a_unit_is_no_hindrance_to_the_raise() -> None:
    """45 and 7 minutes are three units, all of 97110."""
    finding, _ = proposed("U102", Bill(), [row("97110", 45), row("97140", 7)])
    assert finding.action == "3 units of 97110 may be billed."


def test_a_unit_of_a_code_that_is_not_billed_is_nowhere_to_be_put() -> None:
    (claim,) = run(Bill(), [row("97110", 30), row("97140", 15)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U102"]
    assert (finding.fix, finding.charge_effect) == (None, None)
    assert finding.action == "Compare the bill with the treatment note; more units may be billed."


@pytest.mark.parametrize(("therapist", "assistant"), [(30, 15), (22, 16)])
def test_the_unit_above_leaves_the_therapists_line(therapist: int, assistant: int) -> None:
    """Of three units one is the assistant's, or one or two, of which one is billed."""
    bill = Bill(lines=(line("97110:GP", 3, "120"), line("97110:GP:CQ", 1, "40")))
    finding, fix = proposed("U101", bill, [row("97110", therapist), row("97110", assistant, "PTA")])
    assert finding.action == "Bill 2 units of 97110."
    assert finding.where.ordinal == 1
    assert fix.level is SAFE


def test_what_another_code_would_lose_is_no_raise() -> None:
    """60 and 15 minutes are four and one; one and three are billed."""
    (claim,) = run(Bill(lines=(EXERCISE, line("97140:GP", 3, "120"))), [row("97110", 60), row("97140", 15)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U102"]
    assert (finding.fix, finding.where.ordinal) == (None, 1)
    assert finding.action == "Compare the bill with the treatment note; more units may be billed."


def test_units_above_of_which_one_belongs_to_a_code_that_is_not_billed() -> None:
    """Three of the four units are supported, one of them for 97140."""
    (claim,) = run(Bill(lines=(line("97110:GP", 4, "160"),)), [row("97110", 30), row("97140", 15)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U101"]
    assert finding.fix is None
    assert finding.action == (
        "Compare the bill with the treatment note: no allotment of these minutes fits the codes as billed."
    )


@pytest.mark.parametrize(
    ("minutes", "action"),
    [
        (45, "Bill 1 unit of 97129. Bill 2 units of 97130."),
        (30, "Bill 1 unit of 97129. Bill 1 unit of 97130."),
        (22, "Bill 1 unit of 97129. Take 97130 off the claim: no unit is left for it."),
        (7, "Take 97129 off the claim: no unit is left for it. Take 97130 off the claim: no unit is left for it."),
    ],
)
def test_steps_of_a_service_by_its_minutes(minutes: int, action: str) -> None:
    bill = Bill(lines=(line("97129:GP", 2, "80"), line("97130:GP", 3, "120")))
    finding, fix = proposed("U101", bill, [row("97129", minutes)])
    assert finding.action == action
    assert fix.level is (PERSON if minutes < 23 else SAFE)
