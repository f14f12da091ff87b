"""What findings are worth: the charge at risk, the estimate with its basis, and what it does to a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from rules.specimen import Bill, row, run, settings

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.outcome import Outcome
from scrubber.reports.assemble import assemble
from scrubber.reports.schema import RuleTotal
from scrubber.rules import run as run_module
from scrubber.rules.impact import Estimate, Impact
from scrubber.rules.rule import Rule, RuleContext, rule
from scrubber.scrub_patient import Context

REDUCED = "2026 national non-facility, reduced for several procedures"
PAIR = Bill(lines=("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97124:GP*30.50*UN*1***1"))
PAIR_ROWS = (row("97140", 15), row("97124", 15))


def finding(outcome: Outcome, code: str) -> Finding:
    return next(v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == code)


def test_a_fix_has_the_estimate_of_what_it_moves() -> None:
    found = finding(run(Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)), (row("97110", 30),)), "U101")
    assert (found.charge_effect, found.estimate, found.basis, found.at_risk) == (-40, Decimal("-22.21"), REDUCED, None)


def test_the_reduction_looks_across_the_disciplines_of_the_day() -> None:
    ot = Bill(lines=("SV1*HC:97530:GO*45*UN*1***1",), number="PCN2", taxonomy="225X00000X", rendering="1999887742")
    pt = Bill(lines=("SV1*HC:97110:GP:6*40*UN*1***1",))
    rows = (row("97110", 15), row("97530", 15, "OT", claim_id="PCN2"))
    # A malformed modifier puts the line at risk. Alone its unit is whole; beside 97530, which costs more, it is not.
    assert finding(run(pt, rows[:1]), "M215").estimate == Decimal("-29.06")
    assert finding(run((pt, ot), rows), "M215").estimate == Decimal("-22.21")
    # Another payer is another day.
    assert finding(run((pt, replace(ot, payer="00999")), rows), "M215").estimate == Decimal("-29.06")


def test_a_denial_takes_the_charge_of_the_line_that_is_named() -> None:
    found = finding(run(PAIR, PAIR_ROWS), "N301")
    assert found.at_risk == Decimal("30.50")
    assert found.estimate is not None
    assert found.estimate < 0
    assert found.basis == f"what a denial would cost; {REDUCED}"


def test_a_fix_that_moves_no_money_says_what_was_at_risk() -> None:
    found = finding(run(Bill(lines=("SV1*HC:97110*40*UN*1***1",)), (row("97110", 15),)), "M201")
    assert (found.at_risk, found.estimate, found.basis) == (40, 0, "2026 national non-facility")


def test_the_assistants_rate_tells_what_is_lost_where_the_coinsurance_is_collected() -> None:
    found = finding(run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",)), (row("97110", 15, "PTA"),)), "M204")
    assert found.estimate == Decimal("-4.36")
    assert found.basis == (
        "2026 national non-facility, allowed amounts with the assistant's 85 %;"
        " -3.49 where the coinsurance is collected"
    )


def test_a_duplicate_costs_nothing() -> None:
    bill = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",))
    found = finding(run((bill, bill), (row("97110", 15),)), "C405")
    assert (found.at_risk, found.estimate) == (None, None)


@pytest.mark.parametrize(
    ("filing", "basis"),
    [
        ("MB", f"what a denial would cost; {REDUCED}"),
        ("CH", f"what a denial would cost; {REDUCED}; at Medicare's rates, this payer's may differ"),
    ],
)
def test_estimates_for_others_are_labelled(filing: str, basis: str) -> None:
    assert finding(run(replace(PAIR, filing=filing), PAIR_ROWS), "N301").basis == basis


def test_no_estimate_without_a_fee_table_or_before_it_or_where_an_amount_is_not_known() -> None:
    for bill in (replace(PAIR, filing="CI"), replace(PAIR, on=date(2021, 3, 2))):
        claim = run(bill, fix="none", pair_tables=("ncci-ptp-medicare",), extra_pairs=(("97140", "97124"),))
        found = finding(claim, "N302")
        assert (found.at_risk, found.estimate, found.basis) == (Decimal("30.50"), None, "")
    unpriced = Bill(lines=("SV1*HC:98986:GP*40*UN*2***1", "SV1*HC:97110:GP*80*UN*0***1"))
    zero = finding(run(unpriced), "U111")
    assert (zero.at_risk, zero.estimate) == (80, None)


def test_an_estimate_for_a_day_after_the_table_marks_it_stale() -> None:
    later = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), on=date(2027, 1, 4))
    outcome = run(later, (row("97110", 30, service_date=date(2027, 1, 4)),))
    assert finding(outcome, "U101").estimate == Decimal("-22.21")
    assert "fee-schedule-medicare" in outcome.stale


def raising() -> Rule:
    """A rule whose fix claims to move no money, and adds a unit."""

    @rule(code="M210", name="repeated-modifier", scope=Claim, severity=Severity.REJECT, since="0.1.0", examples=())
    def adds(claim: Claim, context: RuleContext) -> Iterator[Finding]:
        line = claim.lines[0]
        evidence = (Evidence("the line", "itself"),)
        edits = (ClaimEdit(claim.ordinal, line.set_units((line.whole_units or 0) + 1)),)
        fix = Fix("Add", FixLevel.SAFE, Payment.NEUTRAL, edits, evidence)
        yield adds.finding(line.location("SV104"), "One more.", "Add it.", evidence=evidence, fix=fix)

    return adds


def test_a_fix_that_raises_the_estimate_raises_payment_whatever_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "RULES", (raising(),))
    outcome = run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",)))
    fix = finding(outcome, "M210").fix
    assert fix is not None
    assert (fix.level, fix.payment) == (FixLevel.UNSAFE, Payment.RAISES)
    assert outcome.has_held


@pytest.mark.parametrize(("cents", "payment"), [(-1, Payment.NEUTRAL), (0, Payment.NEUTRAL), (1, Payment.RAISES)])
def test_a_cent_more_is_more(cents: int, payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "RULES", (raising(),))
    monkeypatch.setattr(Impact, "of_edits", lambda *_: Estimate(cents, "an example"))
    fix = finding(run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",)), fix="none"), "M210").fix
    assert fix is not None
    assert fix.payment is payment


@pytest.mark.parametrize(
    ("code", "severity", "at_risk"),
    [
        ("M210", Severity.REJECT, 65),
        ("M210", Severity.WARN, None),
        ("C404", Severity.REJECT, None),
        ("E506", Severity.REJECT, None),
    ],
)
def test_what_is_wrong_with_a_claim_puts_all_its_lines_at_risk(
    code: str, severity: Severity, at_risk: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the rule has a denial that costs something; a line that is no therapy's has no estimate."""

    @rule(code=code, name="example", scope=Claim, severity=severity, since="0.1.0", examples=())
    def wrong(claim: Claim, context: RuleContext) -> Iterator[Finding]:
        yield wrong.finding(claim.location(), "Wrong.", "Right it.")

    monkeypatch.setattr(run_module, "RULES", (wrong,))
    found = finding(run(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*ER:97110*25*UN*1***1"))), code)
    assert (found.at_risk, found.estimate) == (at_risk, at_risk and Decimal("-29.06"))


def test_a_line_that_costs_nothing_has_nothing_at_risk() -> None:
    free = finding(run(Bill(lines=("SV1*HC:97110*0*UN*1***1",)), (row("97110", 15),)), "M201")
    assert free.at_risk == 0


def totals(outcome: Outcome) -> dict[str, RuleTotal]:
    report = assemble(outcome, "claims.837", Context(settings(), date(2026, 11, 22)))
    return {total.rule: total for total in report.by_rule}


def test_totals_by_rule_count_a_line_once() -> None:
    three = Bill(lines=(*PAIR.lines, "SV1*HC:97018:GP*20*UN*1***1"))
    outcome = run((three, replace(PAIR, member="2FH5TF6NL84", number="PCN2")), fix="none")
    found = totals(outcome)
    n301 = found["N301"]
    assert (n301.findings, n301.open, n301.fixed, n301.at_risk) == (2, 2, 0, "61.00")
    assert n301.basis == "2026 national non-facility"
    assert n301.estimated == 2
    assert list(found) == sorted(found)


def test_totals_by_rule_add_what_actions_do_to_charges() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)),
        Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), member="2FH5TF6NL84", number="PCN2"),
    ]
    u101 = totals(run(bills, (row("97110", 30), row("97110", 30, claim_id="PCN2"))))["U101"]
    assert (u101.findings, u101.fixed, u101.charge, u101.medicare_estimate) == (2, 2, "-80.00", "-44.42")


def test_money_is_told_with_every_finding_of_the_report() -> None:
    report = assemble(run(PAIR, PAIR_ROWS), "claims.837", Context(settings(), date(2026, 11, 22)))
    (claim,) = report.claims
    impact = claim.findings[0].impact  # type: ignore[union-attr]
    assert impact is not None
    assert (impact.charge, impact.at_risk) == (None, "30.50")


def test_a_line_without_a_code_does_not_hide_what_a_fix_moves() -> None:
    lines = ("SV1*HC:97110:GP*120*UN*3***1", "SV1*HC*10*UN*1***1")
    found = finding(run(Bill(lines=lines), (row("97110", 30),)), "U101")
    assert (found.charge_effect, found.estimate, found.basis) == (-40, Decimal("-22.21"), REDUCED)
