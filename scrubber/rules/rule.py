"""What a rule is: a plain function that looks at a visit, a claim, a patient or a file and yields what it found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from scrubber.claims.outline import InterchangeNumber
from scrubber.findings.finding import Evidence, Finding, Fix, Location, NotChecked
from scrubber.findings.levels import Severity
from scrubber.ledger.snapshot import Snapshot
from scrubber.rules.facts import fact
from scrubber.settings.settings import Settings
from scrubber.tables.tableset import Tables
from scrubber.visits.patient import Patient

Check = Callable[[Any, "RuleContext"], Iterator[Finding | NotChecked]]

SentBefore = Callable[[InterchangeNumber], Collection[str]]
"""Answers with the hex sha256 of each interchange of that number that an earlier file sent; of its bytes from ISA to
the end of IEA, without blanks and line ends around them."""

MEDICARE = "MB"
"""SBR09 of Medicare Part B: the payer of an example unless it names another."""


@dataclass(slots=True)
class RuleContext:
    """What a check may look at beside its subject. ``patient`` is None for rules that look at the file.

    ``stale`` collects the names of tables that answered a date later than they cover. ``ledger`` is what earlier files
    sent, None where no ledger was given; ``sent_before`` knows whole interchanges, None where nobody remembers them.
    """

    settings: Settings
    tables: Tables
    today: date
    patient: Patient | None = None
    stale: set[str] = field(default_factory=set)
    ledger: Snapshot | None = None
    sent_before: SentBefore | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: at once the rule's test, its documentation and the proof that its fix works.

    ``lines`` are SV1 segments of one synthetic claim, one a text line. ``minutes`` are treatment records as (code,
    role, minutes); none means that no record is given. ``fixed`` are the SV1 segments after the fix (``lines`` when
    None and the claim goes out). ``replace`` swaps texts in the finished file, for faults of the envelope. ``again``
    repeats the claim: "copy" to the letter, "number" with the same claim number and other charges. ``mode`` is that of
    every record row; ``timed_total`` and ``treatment_total`` add a row for the whole visit. Behind " | " a line has
    further segments of its loop. ``times`` are the clock times of ``minutes`` in order, as "9:00-9:30". ``unit_limits``
    stand in for the payer's table, as (code, units, adjudication indicator). The amounts to date are those of the
    record, on a row for the whole visit; with ``whole_pair_table`` no row of the
    pair table means no pair. ``profile`` gives values of the payer's profile, by key.
    """

    title: str
    lines: str = "SV1*HC:97110:GP*80*UN*2***1"
    minutes: tuple[tuple[str, str, int], ...] = ()
    fixed: str | None = None
    flagged: bool = True
    level: str = "safe"
    signed: bool = True
    joint_column: bool = True
    filing: str = MEDICARE
    taxonomy: str = "225100000X"
    on: date = date(2026, 3, 2)
    discipline: str = "PT"
    replace: tuple[tuple[str, str], ...] = ()
    again: str = ""
    mode: str = "individual"
    timed_total: int | None = None
    treatment_total: int | None = None
    pt_slp_to_date: str = ""
    ot_to_date: str = ""
    times: tuple[str, ...] = ()
    unit_limits: tuple[tuple[str, int, int], ...] = ()
    whole_pair_table: bool = False
    profile: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. ``scope`` is the noun its check is called with; ``check`` is None where the engine
    itself raises the finding. ``holds_related``: a reject holds the related claims as well. ``voids``: it is asked of
    voided claims too (frequency 8), as all rules of the envelope are.
    """

    code: str
    name: str
    scope: type
    severity: Severity
    since: str
    text: str
    examples: tuple[Example, ...] = ()
    effective: date | None = None
    holds_related: bool = True
    check: Check | None = None
    voids: bool = False
    when: int = fact.THERE

    def finding(
        self,
        where: Location,
        message: str,
        action: str,
        *,
        evidence: tuple[Evidence, ...] = (),
        fix: Fix | None = None,
        related: tuple[int, ...] = (),
        severity: Severity | None = None,
        charge_effect: Decimal | None = None,
    ) -> Finding:
        """A finding of this rule, at its own severity unless another is given."""
        level = self.severity if severity is None else severity
        return Finding(
            self.code, self.name, level, where, message, action, evidence, fix, tuple(related), charge_effect
        )

    def not_checked(self, why: str, *claims: int) -> NotChecked:
        """A verdict of the third kind: this rule could not be checked for these claims."""
        return NotChecked(self.code, why, claims)

    @property
    def has_fix(self) -> bool:
        """Derived from the examples, so that it cannot drift from what the fix does."""
        return any(example.fixed is not None for example in self.examples)


def rule(
    *,
    code: str,
    name: str,
    scope: type,
    severity: Severity,
    since: str,
    examples: tuple[Example, ...],
    effective: date | None = None,
    holds_related: bool = True,
    voids: bool = False,
    when: int = fact.THERE,
) -> Callable[[Check], Rule]:
    """Make a check function into a Rule; its docstring becomes the rule's text. Without ``when`` it always looks."""

    def made(check: Check) -> Rule:
        text = check.__doc__ or ""
        return Rule(code, name, scope, severity, since, text, examples, effective, holds_related, check, voids, when)

    return made


class Engine:
    """Scope of the findings that no check yields: the engine raises them while it works."""


def raised_by_engine(code: str, name: str, severity: Severity, since: str, text: str) -> Rule:
    """A catalogue entry for a finding of the engine itself."""
    return Rule(code, name, Engine, severity, since, text)
