"""What a finding is worth: the charge that a denial would take, and the Medicare estimate of what its fix moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import msgspec

from scrubber.claims.amounts import dollars, number
from scrubber.claims.claim import Claim
from scrubber.claims.likeness import payer_key
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit, Finding
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.money.day import ASSISTANT_MODIFIERS, Billed, DayPrice, price_day
from scrubber.rules.rule import RuleContext
from scrubber.settings.profile import NO_FEE_TABLE, Profile
from scrubber.tables.fee_schedule import Fees
from scrubber.visits.patient import Patient
from scrubber.x12.draft import Draft

MEDICARE_ITSELF = frozenset({"MB", "MA"})
"""SBR09 of the payer that pays by the fee schedule; for others the estimate is only labelled with its rates."""

NOTHING_LOST = frozenset({"C404", "C405"})
"""Rules whose denial costs nothing: the other of the two is paid."""

_DayKey = tuple[tuple[str, str], date]


class Estimate(NamedTuple):
    """Cents by which the Medicare estimate moves, negative when less would be paid, and what it rests on."""

    cents: int
    basis: str


class _Day(NamedTuple):
    """The lines of one payer and day, with the fee schedule that its profile names."""

    profile: Profile
    fees: Fees
    lines: list[tuple[Claim, ServiceLine]]


class Impact:
    """Estimates for the claims of one patient, as a round of corrections left them. Looks nothing up before it is
    asked.
    """

    def __init__(self, patient: Patient, context: RuleContext) -> None:
        self.patient = patient
        self._context = context
        self._prices: dict[_DayKey, DayPrice] = {}

    def told(self, finding: Finding) -> Finding:
        """The finding with its money. A fix that raises the estimate raises payment, and is not SAFE."""
        if finding.where.claim is None or finding.where.claim not in self.patient.claim_of:
            return finding
        edits = finding.fix.edits if finding.fix else ()
        risk = () if finding.charge_effect is not None else self._lines_at_risk(finding)
        estimate = self.of_edits(edits) if edits else self._of_denial(risk)
        at_risk = sum((number(line.charge) or Decimal(0) for _, line in risk), Decimal(0)) if risk else None
        if estimate is None and at_risk is None:
            return finding
        fix = finding.fix
        if fix and edits and estimate and estimate.cents > 0 and fix.payment is not Payment.RAISES:
            level = min(fix.level, FixLevel.UNSAFE)
            fix = msgspec.structs.replace(fix, payment=Payment.RAISES, level=level)
        return msgspec.structs.replace(
            finding,
            fix=fix,
            at_risk=at_risk,
            estimate=None if estimate is None else Decimal(estimate.cents) / 100,
            basis="" if estimate is None else estimate.basis,
        )

    def of_edits(self, edits: Sequence[ClaimEdit]) -> Estimate | None:
        """What edits of the claims' present texts do to the estimate; None where an amount that they move is not
        known, or where the payer has no fee table.
        """
        named = [self.patient.claim_of[ordinal] for ordinal in dict.fromkeys(edit.claim for edit in edits)]
        if any(self.patient.repeats_other_claim(claim, line) for claim in named for line in claim.lines):
            return None  # such lines are in no day
        after = {claim.ordinal: self._edited(claim, edits) for claim in named}
        return self._moved(
            {
                key: [
                    *(each for each in day.lines if each[0].ordinal not in after),
                    *((claim, line) for claim in after.values() for line in claim.lines if _counts(line, key[1])),
                ]
                for key, day in self._days.items()
                if any(claim.ordinal in after for claim, _ in day.lines)
            }
        )

    @staticmethod
    def _edited(claim: Claim, edits: Sequence[ClaimEdit]) -> Claim:
        draft = Draft(claim.text, claim.source.start)
        mine = ((edit.edit, 0) for edit in edits if edit.claim == claim.ordinal)
        return Claim(claim.source, draft.revised(mine).text)

    def _of_denial(self, risk: Sequence[tuple[Claim, ServiceLine]]) -> Estimate | None:
        gone = {(claim.ordinal, line.ordinal) for claim, line in risk}
        if not gone:
            return None
        return self._moved(
            {
                key: [each for each in day.lines if (each[0].ordinal, each[1].ordinal) not in gone]
                for key, day in self._days.items()
                if any((claim.ordinal, line.ordinal) in gone for claim, line in day.lines)
            },
            prefix="what a denial would cost; ",
        )

    def _moved(self, days: dict[_DayKey, list[tuple[Claim, ServiceLine]]], prefix: str = "") -> Estimate | None:
        """From the days as they are to the days as they would be."""
        if not days:
            return None
        cents = collected = 0
        reduced = assisted = False
        years: set[int] = set()
        for key, lines in days.items():
            day = self._days[key]
            before, after = self._price(key), price_day(_billed(lines), key[1], day.fees)
            if _unknown(before, day.lines) != _unknown(after, lines):
                return None
            cents += after.cents - before.cents
            collected += after.collected - before.collected
            reduced |= before.reduced or after.reduced
            assisted |= before.assisted or after.assisted
            years |= before.years | after.years
            if before.stale or after.stale:
                self._context.stale.add(day.fees.name)
        if not years:
            return None
        own = any(claim.heading.filing in MEDICARE_ITSELF for key in days for claim, _ in self._days[key].lines)
        basis = f"{prefix}{_years(years)} national non-facility"
        if reduced:
            basis += ", reduced for several procedures"
        if assisted:
            basis += (
                f", allowed amounts with the assistant's 85 %; {dollars(collected)} where the coinsurance is collected"
            )
        return Estimate(cents, basis if own else f"{basis}; at Medicare's rates, this payer's may differ")

    def _price(self, key: _DayKey) -> DayPrice:
        found = self._prices.get(key)
        if found is None:
            day = self._days[key]
            found = self._prices[key] = price_day(_billed(day.lines), key[1], day.fees)
        return found

    @cached_property
    def _days(self) -> dict[_DayKey, _Day]:
        """Days of payers that have a fee table."""
        days = {}
        for profile, on, lines in self.patient.days:
            if profile.fee_table != NO_FEE_TABLE:
                fees = self._context.tables.fee_schedule(profile.fee_table)
                found = [(billed.claim, billed.line) for billed in lines]
                days[payer_key(lines[0].claim), on] = _Day(profile, fees, found)
        return days

    def _lines_at_risk(self, finding: Finding) -> list[tuple[Claim, ServiceLine]]:
        """The lines that the payer would deny for the finding: the one that it names, else all of the claim."""
        denial = self._context.tables.denial(finding.rule)
        if finding.severity is not Severity.REJECT or denial is None or denial.carc is None:
            return []
        if finding.rule[0] not in "UMNC" or finding.rule in NOTHING_LOST or finding.where.claim is None:
            return []
        claim = self.patient.claim_of[finding.where.claim]
        named = finding.where.ordinal
        return [(claim, line) for line in claim.lines if named in (None, line.ordinal)]


def _billed(lines: Iterable[tuple[Claim, ServiceLine]]) -> list[Billed]:
    return [
        Billed(line.code, line.whole_units, not ASSISTANT_MODIFIERS.isdisjoint(line.modifiers)) for _, line in lines
    ]


def _counts(line: ServiceLine, on: date) -> bool:
    """As ``Patient.days`` has it."""
    return line.date == on and line.is_hcpcs and line.code != "" and not line.is_quality_data


def _unknown(price: DayPrice, lines: Sequence[tuple[Claim, ServiceLine]]) -> list[tuple[str, str, tuple[str, ...]]]:
    """The lines without an amount: as long as they are the same, what the others move is known."""
    return sorted(
        (line.code, line.units, line.modifiers)
        for amount, (_, line) in zip(price.amounts, lines, strict=True)
        if amount is None
    )


def _years(years: set[int]) -> str:
    return " and ".join(str(year) for year in sorted(years))
