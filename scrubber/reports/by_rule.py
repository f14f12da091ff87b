"""What each rule found in the whole file, with its money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.outcome import Outcome, Verdict
from scrubber.reports.schema import RuleTotal


def totals_by_rule(result: Outcome) -> Iterator[RuleTotal]:
    """One total for each rule that found something, ordered by code."""
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in (*result.findings, *(verdict for claim in result.claims for verdict in claim.verdicts)):
        by_rule.setdefault(verdict.finding.rule, []).append(verdict)
    for rule in sorted(by_rule):
        yield _total(rule, by_rule[rule])


def _total(rule: str, verdicts: list[Verdict]) -> RuleTotal:
    findings = [verdict.finding for verdict in verdicts]
    estimates = [finding.estimate for finding in findings if finding.estimate is not None]
    bases = dict.fromkeys(_short(finding.basis) for finding in findings if finding.estimate is not None)
    return RuleTotal(
        rule,
        findings[0].name,
        len(verdicts),
        sum(verdict.fixed for verdict in verdicts),
        sum(
            verdict.finding.severity is Severity.REJECT and not verdict.fixed and not verdict.waived
            for verdict in verdicts
        ),
        dollars(sum((finding.charge_effect or Decimal(0) for finding in findings), Decimal(0))),
        dollars(_at_risk(findings)),
        dollars(sum(estimates, Decimal(0))) if estimates else None,
        len(estimates),
        "; ".join(sorted(bases)) or None,
    )


def _at_risk(findings: list[Finding]) -> Decimal:
    """Charges of the lines that denials would take; a line counts once, a claim that is named whole counts alone."""
    lines: dict[tuple[int | None, int | None], Decimal] = {
        (finding.where.claim, finding.where.ordinal): finding.at_risk
        for finding in findings
        if finding.at_risk is not None
    }
    whole = {claim for claim, line in lines if line is None}
    return sum((amount for (claim, line), amount in lines.items() if line is None or claim not in whole), Decimal(0))


def _short(basis: str) -> str:
    """The year and kind of an estimate, without what is particular to one finding."""
    return basis.removeprefix("what a denial would cost; ").partition(" non-facility")[0] + " non-facility"
