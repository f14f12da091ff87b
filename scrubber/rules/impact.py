"""What a finding is worth: the charge that a denial would take, and the Medicare estimate of what its fix moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import msgspec

from scrubber.claims.amounts import dollars, number
from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import ClaimEdit, Finding
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.money.day import ASSISTANT_MODIFIERS, Billed, DayPrice, price_day
from scrubber.rules.rule import RuleContext
from scrubber.settings.profile import NO_FEE_TABLE
from scrubber.tables.fee_schedule import Fees
from scrubber.visits.patient import Patient, PayerDay
from scrubber.x12.draft import Draft
from scrubber.x12.span import Edit

MEDICARE_ITSELF = frozenset({"MB", "MA"})
"""SBR09 of the payer that pays by the fee schedule; for others the estimate is only labelled with its rates."""

NOTHING_LOST = frozenset({"C404", "C405"})
"""Rules whose denial costs nothing: the other of the two is paid."""

BETWEEN = "\r\n \t"
"""What may stand between segments."""


class Estimate(NamedTuple):
    """Cents by which the Medicare estimate moves, negative when less would be paid, and what it rests on."""

    cents: int
    basis: str


class _Day:
    """The lines of one payer and day, with the fee schedule that its profile names. ``place`` counts a patient's days.

    ``at`` has the place of each line among them, by claim and line ordinal.
    """

    def __init__(self, place: int, day: PayerDay, fees: Fees) -> None:
        self.place = place
        self.on = day.day
        self.fees = fees
        self.lines = [billed.line for billed in day.lines]
        self.at = {(line.claim, line.ordinal): at for at, line in enumerate(self.lines)}
        self.own = any(billed.claim.heading.filing in MEDICARE_ITSELF for billed in day.lines)

    @cached_property
    def price(self) -> DayPrice:
        """As the claims are."""
        return self._price(self.lines)

    def _price(self, lines: Sequence[ServiceLine]) -> DayPrice:
        return price_day([_billed(line) for line in lines], self.on, self.fees)

    def priced_with(self, new: Mapping[int, Sequence[ServiceLine]]) -> DayPrice | None:
        """The price with other lines in some places; behind the last place they are added.

        None where not the same lines have no amount as before: as long as they are the same, what the others move is
        known.
        """
        places = sorted(new)
        gone = [self.lines[at] for at in places if at < len(self.lines)]
        come = [line for at in places for line in new[at]]
        before = self.price
        if [_billed(line) for line in gone] == [_billed(line) for line in come]:  # such as a modifier more
            amounts = [before.amounts[at] for at in places if at < len(self.lines)]
            return before if _unknown(amounts, gone) == _unknown(amounts, come) else None
        lines = list(self.lines)
        for at in reversed(places):
            lines[at : at + 1] = new[at]
        after = self._price(lines)
        return after if _unknown(before.amounts, self.lines) == _unknown(after.amounts, lines) else None


class _Rests:
    """What the estimate of some days rests on. ``stale`` has the first day (by place) of each table that is stale."""

    __slots__ = ("assisted", "own", "reduced", "stale", "years")

    def __init__(self) -> None:
        self.reduced = self.assisted = self.own = False
        self.years: set[int] = set()
        self.stale: dict[str, int] = {}

    def on(self, day: _Day, price: DayPrice) -> None:
        """On the price of a day."""
        self.reduced |= price.reduced
        self.assisted |= price.assisted
        self.own |= day.own
        self.years |= price.years
        if price.stale:
            self.stale[day.fees.name] = min(day.place, self.stale.get(day.fees.name, day.place))

    def and_on(self, other: _Rests) -> None:
        """On all that another estimate rests on."""
        self.reduced |= other.reduced
        self.assisted |= other.assisted
        self.own |= other.own
        self.years |= other.years
        for name, place in other.stale.items():
            self.stale[name] = min(place, self.stale.get(name, place))


class Impact:
    """Estimates for the claims of one patient, as a round of corrections left them. Looks nothing up before it is
    asked, and reads no more of a claim again than the lines that a finding is about: there may be one for every line.
    """

    def __init__(self, patient: Patient, context: RuleContext) -> None:
        self.patient = patient
        self._context = context
        self._rests: dict[int, _Rests] = {}

    def told(self, finding: Finding) -> Finding:
        """The finding with its money. A fix that raises the estimate raises payment, and is not SAFE."""
        if finding.where.claim not in self.patient.claim_of:
            return finding
        edits = finding.fix.edits if finding.fix else ()
        risk = () if finding.charge_effect is not None else self._lines_at_risk(finding)
        estimate = self.of_edits(edits) if edits else self._of_denial(risk)
        at_risk = sum((number(line.charge) or Decimal(0) for line in risk), Decimal(0)) if risk else None
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
        by_claim: dict[int, list[Edit]] = {}
        for edit in edits:
            by_claim.setdefault(edit.claim, []).append(edit.edit)
        if not self.patient.repeating.isdisjoint(by_claim):
            return None  # lines that repeat another claim's are in no day
        rests = _Rests()
        new: dict[_Day, dict[int, list[ServiceLine]]] = {}
        for ordinal, mine in by_claim.items():
            days = self._days_of.get(ordinal)
            if days is None:
                continue
            rests.and_on(self._all_rests(ordinal))
            for before, lines in _edited(self.patient.claim_of[ordinal], mine):
                was = days.get(before.date)
                at = was.at.get((ordinal, before.ordinal)) if was else None
                if was is not None and at is not None:
                    new.setdefault(was, {})[at] = []
                for line in lines:
                    day = days.get(line.date)
                    if (
                        day is not None and line.is_hcpcs and line.code and not line.is_quality_data
                    ):  # as Patient.days has it
                        place = at if day is was and at is not None else len(day.lines)
                        new.setdefault(day, {}).setdefault(place, []).append(line)
        return self._moved(new, rests)

    def _of_denial(self, risk: Sequence[ServiceLine]) -> Estimate | None:
        rests = _Rests()
        new: dict[_Day, dict[int, list[ServiceLine]]] = {}
        for line in risk:
            day = self._days_of.get(line.claim, {}).get(line.date)
            at = day.at.get((line.claim, line.ordinal)) if day else None
            if day is not None and at is not None:
                if day not in new:
                    rests.on(day, day.price)
                new.setdefault(day, {})[at] = []
        return self._moved(new, rests, prefix="what a denial would cost; ")

    def _moved(self, new: dict[_Day, dict[int, list[ServiceLine]]], rests: _Rests, prefix: str = "") -> Estimate | None:
        """From the days as they are to the days as they would be. ``rests`` is what it rests on as they are."""
        cents = collected = 0
        for day in sorted(new, key=_place):
            after = day.priced_with(new[day])
            if after is None:
                self._context.stale.update(name for name, place in rests.stale.items() if place < day.place)
                return None
            if after is not day.price:
                cents += after.cents - day.price.cents
                collected += after.collected - day.price.collected
                rests.on(day, after)
        self._context.stale.update(rests.stale)
        if not rests.years:
            return None
        basis = f"{prefix}{_years(rests.years)} national non-facility"
        if rests.reduced:
            basis += ", reduced for several procedures"
        if rests.assisted:
            basis += (
                f", allowed amounts with the assistant's 85 %; {dollars(collected)} where the coinsurance is collected"
            )
        return Estimate(cents, basis if rests.own else f"{basis}; at Medicare's rates, this payer's may differ")

    @cached_property
    def _days_of(self) -> dict[int, dict[date | None, _Day]]:
        """Days of payers that have a fee table, by the claims (ordinal) that are billed on them."""
        found: dict[int, dict[date | None, _Day]] = {}
        for place, day in enumerate(self.patient.days):
            if day.profile.fee_table != NO_FEE_TABLE:
                made = _Day(place, day, self._context.tables.fee_schedule(day.profile.fee_table))
                for billed in day.lines:
                    found.setdefault(billed.claim.ordinal, {})[day.day] = made
        return found

    def _all_rests(self, ordinal: int) -> _Rests:
        """What an estimate of all days of a claim rests on, by its ordinal."""
        found = self._rests.get(ordinal)
        if found is None:
            found = self._rests[ordinal] = _Rests()
            for day in self._days_of[ordinal].values():
                found.on(day, day.price)
        return found

    def _lines_at_risk(self, finding: Finding) -> list[ServiceLine]:
        """The lines that the payer would deny for the finding: the one that it names, else all of the claim."""
        if finding.severity is not Severity.REJECT or finding.where.claim is None:
            return []
        if finding.rule[0] not in "UMNC" or finding.rule in NOTHING_LOST:
            return []
        denial = self._context.tables.denial(finding.rule)
        if denial is None or denial.carc is None:
            return []
        lines, named = self.patient.claim_of[finding.where.claim].lines, finding.where.ordinal
        return lines if named is None else lines[named - 1 : named]


_Become = list[tuple[ServiceLine, list[ServiceLine]]]


def _edited(claim: Claim, edits: Sequence[Edit]) -> _Become:
    """The lines that edits are made in, each with what becomes of it. No others are read."""
    by_line: dict[int, list[tuple[Edit, int]]] = {}
    for edit in edits:
        at = bisect_right(claim.lines, edit.span.start, key=_start) - 1
        if at < 0 or edit.span.end > claim.lines[at].end:
            return _edited_whole(claim, edits)
        by_line.setdefault(at, []).append((edit, 0))
    start, terminator = claim.source.start, claim.source.delimiters.segment
    clm = claim.text[: claim.text.index(terminator) + 1]
    found: _Become = []
    for at in sorted(by_line):
        line = claim.lines[at]
        text = Draft(claim.text[line.start - start : line.end - start], line.start).revised(by_line[at]).text
        if text.strip(BETWEEN) and not (
            text.startswith(f"LX{claim.source.delimiters.element}") and text.rstrip(BETWEEN).endswith(terminator)
        ):
            return _edited_whole(claim, edits)
        # Behind CLM alone an LX begins the same loop as behind all that stands between them.
        found.append((line, Claim(claim.source, clm + text).lines))
    return found


def _edited_whole(claim: Claim, edits: Sequence[Edit]) -> _Become:
    draft = Draft(claim.text, claim.source.start)
    lines = Claim(claim.source, draft.revised((edit, 0) for edit in edits).text).lines
    return [(line, lines if at == 0 else []) for at, line in enumerate(claim.lines)]


def _start(line: ServiceLine) -> int:
    return line.start


def _place(day: _Day) -> int:
    return day.place


def _billed(line: ServiceLine) -> Billed:
    return Billed(line.code, line.whole_units, not ASSISTANT_MODIFIERS.isdisjoint(line.modifiers))


def _unknown(amounts: Sequence[int | None], lines: Sequence[ServiceLine]) -> list[tuple[str, str, tuple[str, ...]]]:
    """The lines without an amount."""
    if None not in amounts:
        return []
    return sorted([(line.code, line.units, line.modifiers) for amount, line in zip(amounts, lines, strict=True)
                   if amount is None])  # fmt: skip


def _years(years: set[int]) -> str:
    return " and ".join(str(year) for year in sorted(years))
