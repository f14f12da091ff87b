"""What U101 and U102 propose, and how far it is theirs to change."""

from collections.abc import Iterable

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
    ("charge", "level", "payment"),
    [
        ("0.02", SAFE, Payment.LOWERS),
        ("0.01", PERSON, Payment.LOWERS),  # nothing would be left of it
        ("0", SAFE, Payment.LOWERS),
        ("-0.02", PERSON, Payment.RAISES),
    ],
)
def test_one_of_two_units_by_their_charge(charge: str, level: FixLevel, payment: Payment) -> None:
    _, fix = proposed("U101", Bill(lines=(line("97110:GP", 2, charge),)), [row("97110", 15)], fee_table="none")
    assert (fix.level, fix.payment) == (level, payment)


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
    _, fix = proposed("U102", bill, rows)
    assert (fix.level, fix.payment) == (level, Payment.RAISES)


@pytest.mark.parametrize(("price", "code"), [("40", "97110"), ("41", "97140"), ("39", "97110")])
def test_of_two_equal_raises_the_higher_charge_then_the_first(price: str, code: str) -> None:
    bill = Bill(lines=(EXERCISE, line("97140:GP", 1, price)))
    finding, _ = proposed("U102", bill, [row("97110", 20), row("97140", 20)])
    assert finding.action == f"2 units of {code} may be billed."


def test_a_service_too_short_for_a_unit_is_no_hindrance_to_the_raise() -> None:
    """45 and 7 minutes are three units, all of 97110."""
    finding, _ = proposed("U102", Bill(), [row("97110", 45), row("97140", 7)])
    assert finding.action == "3 units of 97110 may be billed."


def test_a_unit_of_a_code_that_is_not_billed_is_nowhere_to_be_put() -> None:
    (claim,) = run(Bill(), [row("97110", 30), row("97140", 15)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U102"]
    assert (finding.fix, finding.charge_effect) == (None, None)
    assert finding.action == "Compare the bill with the treatment note; more units may be billed."


def test_the_unit_above_leaves_the_therapists_line() -> None:
    """Of three units one is the assistant's."""
    bill = Bill(lines=(line("97110:GP", 3, "120"), line("97110:GP:CQ", 1, "40")))
    finding, fix = proposed("U101", bill, [row("97110", 30), row("97110", 15, "PTA")])
    assert finding.action == "Bill 2 units of 97110."
    assert finding.where.ordinal == 1
    assert fix.level is SAFE
