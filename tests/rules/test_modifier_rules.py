"""Rules about modifiers beyond their examples: every line is looked at, and who gains by a correction."""

from typing import Any

import pytest
from rules.specimen import Bill, row, run

from scrubber.findings.finding import Finding
from scrubber.findings.levels import Payment
from scrubber.outcome import Outcome
from scrubber.rules.modifiers.unpaired_assistant_modifier import unpaired_assistant_modifier


def of(rule: str, outcome: Outcome) -> list[Finding]:
    (claim,) = outcome.claims
    return [verdict.finding for verdict in claim.verdicts if verdict.finding.rule == rule]


def said(rule: str, *lines: str, rows: tuple[Any, ...] = (), **profile: Any) -> list[Finding]:
    return of(rule, run(Bill(lines=lines), rows, fix="none", **profile))


def test_two_notices_conflict_where_nothing_else_is_on_the_line() -> None:
    (finding,) = said("M217", "SV1*HC:97110:GA:GZ*80*UN*2***1")
    assert "GA and GZ" in finding.message


def test_each_evaluation_with_an_assistants_modifier_is_told() -> None:
    lines = ("SV1*HC:97161:GP:CQ*110*UN*1***1", "SV1*HC:97165:GO:CO*110*UN*1***1")
    assert [each.where.ordinal for each in said("M208", *lines)] == [1, 2]


def test_an_early_kx_is_told_also_behind_one_that_is_not_early() -> None:
    lines = ("SV1*HC:97110:GP:KX*40*UN*1***1", "SV1*HC:97530:GO:KX*40*UN*1***1")
    amounts = row("", pt_slp_to_date="2400", ot_to_date="100")
    assert [each.where.ordinal for each in said("M212", *lines, rows=(amounts,))] == [2]


def test_what_is_asked_where_nobody_can_tell_the_discipline() -> None:
    line = "SV1*HC:97110*80*UN*2***1"
    (finding,) = of("M201", run(Bill(lines=(line,), taxonomy="207Q00000X")))
    assert finding.message.endswith("without its discipline modifier GP, GO or GN.")
    assert finding.action == "Find out under which plan of care it was given."
    assert finding.fix is None


@pytest.mark.parametrize(
    ("line", "role", "payment"),
    [
        # No assistant of speech-language pathology has a modifier: without it the rate is the whole one.
        ("SV1*HC:97129:GN:CQ*50*UN*1***1", "SLP", Payment.RAISES),
        ("SV1*HC:92507:GN:CO*80*UN*1***1", None, Payment.RAISES),
        # CQ stays, and with it the assistant's rate.
        ("SV1*HC:97110:GP:CQ:CO*40*UN*1***1", "PTA", Payment.NEUTRAL),
    ],
)
def test_who_gains_when_an_unpaired_modifier_is_taken_off(line: str, role: str | None, payment: Payment) -> None:
    code = line.split(":")[1]
    rows = (row(code, 15, role),) if role else ()
    # By the fees it would be told again, from the edits.
    (finding,) = said(unpaired_assistant_modifier.code, line, rows=rows, fee_table="none")
    assert finding.fix is not None
    assert finding.fix.payment is payment


def test_the_other_disciplines_modifier_is_not_taken_off_as_the_assistants() -> None:
    (finding,) = said("M206", "SV1*HC:97110:GP:CO*80*UN*2***1", rows=(row("97110", 30),))
    assert finding.fix is None
    (finding,) = said("M206", "SV1*HC:97110:GP:CQ*80*UN*2***1", rows=(row("97110", 30),))
    assert finding.fix is not None


BOTH = (row("97110", 15), row("97110", 15, "PTA"))


def test_a_line_without_its_discipline_is_not_divided_yet() -> None:
    (finding,) = said("M205", "SV1*HC:97110*80*UN*2***1", rows=BOTH)
    assert finding.fix is None


@pytest.mark.parametrize(("modifiers", "payment"), [("GP", Payment.LOWERS), ("GP:CQ", Payment.RAISES)])
def test_who_gains_when_a_line_is_divided(modifiers: str, payment: Payment) -> None:
    (finding,) = said("M205", f"SV1*HC:97110:{modifiers}*80*UN*2***1", rows=BOTH, fee_table="none")
    assert finding.fix is not None
    assert finding.fix.payment is payment


def test_of_two_disciplines_on_a_line_one_has_to_go_first() -> None:
    lines = ("SV1*HC:97110:GP:GN:CO*40*UN*1***1", "SV1*HC:97140:GP:CO*40*UN*1***1")
    assert [each.where.ordinal for each in said("M207", *lines)] == [2]


def test_which_of_two_assistants_modifiers_is_meant_is_for_a_person() -> None:
    (finding,) = said("M207", "SV1*HC:97110:CQ:CO*40*UN*1***1", rows=(row("97110", 15, "PTA"),))
    assert finding.fix is None


def test_an_early_kx_is_told_also_behind_one_of_which_nothing_is_known() -> None:
    lines = ("SV1*HC:97110:GP:KX*40*UN*1***1", "SV1*HC:97530:GO:KX*40*UN*1***1")
    assert [each.where.ordinal for each in said("M212", *lines, rows=(row("", ot_to_date="100"),))] == [2]


def test_a_line_without_kx_is_told_also_behind_one_that_has_it() -> None:
    lines = ("SV1*HC:97110:GP:KX*40*UN*1***1", "SV1*HC:97140:GP*40*UN*1***1")
    assert [each.where.ordinal for each in said("M211", *lines, rows=(row("", pt_slp_to_date="2500"),))] == [2]


def test_charges_that_come_to_the_threshold_exactly_do_not_pass_it() -> None:
    (claim,) = run(Bill(lines=("SV1*HC:97110:GP*2480*UN*1***1",))).claims
    assert "no record gives the amount of 2026 to date" in {each.why for each in claim.not_checked}


def test_nobody_is_told_of_a_repeated_modifier_in_a_void() -> None:
    line = "SV1*HC:97110:GP:GP*80*UN*2***1"
    assert len(said("M210", line)) == 1
    assert of("M210", run(Bill(lines=(line,), frequency="8", head=("REF*F8*ICN20261",)), fix="none")) == []


def test_a_code_that_is_therapy_at_times_needs_its_modifier_where_a_record_says_whose_it_is() -> None:
    bill = Bill(lines=("SV1*HC:97597*80*UN*1***1",), taxonomy="207Q00000X")
    assert of("M201", run(bill, fix="none")) == []
    assert len(of("M201", run(bill, (row("97597"),), fix="none"))) == 1
