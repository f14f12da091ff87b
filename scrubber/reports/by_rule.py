"""What each rule found in the whole file, with its money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from scrubber.claims.amounts import dollars
from scrubber.findings.levels import Severity
from scrubber.outcome import Verdict
from scrubber.reports.schema import RuleTotal

_NOTHING = Decimal(0)


class RuleShare(msgspec.Struct, frozen=True):
    """What one rule found in one claim, or in the envelopes. Amounts are dollars, None where nothing gives one.

    ``open`` and ``fixed`` count findings. ``at_risk`` counts a line once, and a claim that is named whole counts alone.
    """

    rule: str
    name: str
    findings: int
    open: int
    fixed: int
    charge: Decimal | None = None
    at_risk: Decimal | None = None
    estimate: Decimal | None = None
    estimated: int = 0
    bases: tuple[str, ...] = ()


def rule_shares(verdicts: Iterable[Verdict]) -> tuple[RuleShare, ...]:
    """The share of each rule in the verdicts of one claim, or of the envelopes."""
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_rule.setdefault(verdict.finding.rule, []).append(verdict)
    return tuple([_share(rule, mine) for rule, mine in by_rule.items()])


def _share(rule: str, verdicts: list[Verdict]) -> RuleShare:
    unresolved = fixed = estimated = 0
    charge = estimate = None
    lines: dict[int | None, Decimal] = {}
    bases: dict[str, None] = {}
    for verdict in verdicts:
        finding = verdict.finding
        if verdict.fixed:
            fixed += 1
        elif verdict.waived is None and finding.severity is Severity.REJECT:
            unresolved += 1
        if finding.charge_effect is not None:
            charge = (charge or _NOTHING) + finding.charge_effect
        if finding.at_risk is not None:
            lines[finding.where.ordinal] = finding.at_risk
        if finding.estimate is not None:
            estimated += 1
            estimate = (estimate or _NOTHING) + finding.estimate
            bases[_short(finding.basis)] = None
    at_risk = lines[None] if None in lines else sum(lines.values(), _NOTHING) if lines else None
    name = verdicts[0].finding.name
    return RuleShare(rule, name, len(verdicts), unresolved, fixed, charge, at_risk, estimate, estimated, tuple(bases))


@dataclass(slots=True)
class _Sum:
    name: str
    findings: int = 0
    open: int = 0
    fixed: int = 0
    charge: Decimal = _NOTHING
    at_risk: Decimal = _NOTHING
    estimate: Decimal = _NOTHING
    estimated: int = 0
    bases: set[str] = field(default_factory=set)


class RuleTotals:
    """The shares of all claims, added up by rule."""

    def __init__(self) -> None:
        self._sums: dict[str, _Sum] = {}

    def add(self, share: RuleShare) -> None:
        """One share more."""
        total = self._sums.get(share.rule)
        if total is None:
            total = self._sums[share.rule] = _Sum(share.name)
        total.findings += share.findings
        total.open += share.open
        total.fixed += share.fixed
        if share.charge is not None:
            total.charge += share.charge
        if share.at_risk is not None:
            total.at_risk += share.at_risk
        if share.estimate is not None:
            total.estimate += share.estimate
            total.estimated += share.estimated
            total.bases.update(share.bases)

    def counts(self) -> dict[str, int]:
        """How many findings each rule has, ordered by code."""
        return {rule: total.findings for rule, total in sorted(self._sums.items())}

    def totals(self) -> Iterator[RuleTotal]:
        """One total for each rule that found something, ordered by code."""
        for rule, total in sorted(self._sums.items()):
            yield RuleTotal(
                rule,
                total.name,
                total.findings,
                total.fixed,
                total.open,
                dollars(total.charge),
                dollars(total.at_risk),
                dollars(total.estimate) if total.estimated else None,
                total.estimated,
                "; ".join(sorted(total.bases)) or None,
            )


def _short(basis: str) -> str:
    """The year and kind of an estimate, without what is particular to one finding."""
    return basis.removeprefix("what a denial would cost; ").partition(" non-facility")[0] + " non-facility"
