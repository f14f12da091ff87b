"""No fix that is applied by itself asks for more; and the totals add up."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import counting
from hypothesis import given
from hypothesis import strategies as st
from money.book_rates import Unit, day_cents
from properties.clinic import Batch, Claim, Line, Person
from properties.effort import examples
from properties.scrubbing import CHOICES, report_of, run
from properties.treated import Case, cases

ASSISTANT_SHARE = Decimal("0.85")
PAY_BY_FEES = frozenset({"MB", "16", "CH"})
"""Filing indicators of payers whose profile has a fee table."""


class Billed(NamedTuple):
    """What one claim bills, read off its bytes by the tests' own reader. ``lines`` are day, unit and count."""

    charge: Decimal
    units: dict[str, Decimal]
    without_assistant: dict[str, Decimal]
    lines: list[tuple[str, Unit, Decimal]]

    def payment(self, prices: dict[str, Decimal]) -> Decimal:
        """Expected payment at a price for each unit of each code: 85 % of it for the assistant's."""
        whole = sum((self.without_assistant[code] * prices[code] for code in self.units), Decimal())
        every = sum((count * prices[code] for code, count in self.units.items()), Decimal())
        return whole + ASSISTANT_SHARE * (every - whole)

    def estimate(self) -> int | None:
        """The Medicare estimate of the claim in cents; None where it has a line that no amount is known for."""
        days = defaultdict[str, list[Unit]](list)
        for day, unit, count in self.lines:
            if count != int(count) or len(day) != 8:
                return None
            days[day] += [unit] * int(count)
        try:
            return sum(day_cents(units, date.fromisoformat(day)) for day, units in days.items())
        except LookupError:
            return None


def billed(data: bytes, claim: counting.Claim) -> Billed:
    """Sum of the service lines of a claim."""
    around = counting.interchanges(data)[claim.interchange - 1]
    charge, units, without = Decimal(), defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    lines = []
    days = [dtp.split(around.element.decode("latin-1"))[3] for dtp in claim.named("DTP") if "472" in dtp]
    for line, day in zip(claim.named("SV1"), days, strict=True):
        elements = line.split(around.element.decode("latin-1"))
        _, code, *modifiers = elements[1].split(around.component.decode("latin-1"))
        charge += Decimal(elements[2])
        units[code] += Decimal(elements[4])
        assisted = bool({"CQ", "CO"}.intersection(modifiers))
        lines.append((day, Unit(code, assisted), Decimal(elements[4])))
        if not assisted:
            without[code] += Decimal(elements[4])
    return Billed(charge, units, without, lines)


def pairs_of(case: Case, choice: str) -> list[tuple[str, Billed, Billed]]:
    """Each claim that goes out: its filing indicator, and what it bills before and after."""
    outcome = run(case, choice)
    corrected = outcome.corrected()
    if corrected is None:
        return []
    out = [(claim, result.filing) for claim, result in zip(counting.claims(case.source), outcome.claims, strict=True)
           if result.disposition != "held"]  # fmt: skip
    after = counting.claims(corrected)
    return [
        (filing, billed(case.source, claim), billed(corrected, later))
        for (claim, filing), later in zip(out, after, strict=True)
    ]


@examples(300)
@given(case=cases(), choice=st.sampled_from([choice for choice in CHOICES if choice != "raises"]))
def test_no_fix_raises_charge_units_or_expected_payment(case: Case, choice: str) -> None:
    for filing, before, after in pairs_of(case, choice):
        assert after.charge <= before.charge
        assert sum(after.units.values()) <= sum(before.units.values())
        if filing in PAY_BY_FEES:
            worth = before.estimate()
            if worth is not None:
                assert (after.estimate() or 0) <= worth
            continue
        # Each code for itself: what the one price of a payer's schedule is, no test can know.
        for code, units in after.units.items():
            assert units <= before.units[code]
            assert after.without_assistant[code] <= before.without_assistant[code]
        prices = {code: Decimal(30 + number) for number, code in enumerate(sorted(before.units))}
        assert after.payment(prices) <= before.payment(prices)


@examples(120)
@given(case=cases())
def test_with_fixes_off_no_claim_is_edited(case: Case) -> None:
    for _, before, after in pairs_of(case, "none"):
        assert before == after


@examples(240)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_the_totals_add_up(case: Case, choice: str) -> None:
    outcome = run(case, choice)
    totals = report_of(outcome, choice).totals
    charge_in, out, held = Decimal(totals.charge_in), Decimal(totals.charge_out), Decimal(totals.charge_held)
    assert charge_in == out + held + Decimal(totals.lowered) - Decimal(totals.raised)
    for data, amount in ((case.source, charge_in), (outcome.corrected(), out), (outcome.held(), held)):
        assert sum((_total(data, claim) for claim in counting.claims(data)), Decimal()) == amount
    assert Decimal(totals.raised) == 0 or choice == "raises"
    assert totals.claims == totals.unchanged + totals.corrected + totals.held == len(counting.claims(case.source))
    assert totals.lines_in == sum(len(claim.named("SV1")) for claim in counting.claims(case.source))
    assert totals.lines_out == sum(len(claim.named("SV1")) for claim in counting.claims(outcome.corrected()))


def test_totals_add_up_with_fractions_of_a_cent() -> None:
    """A claim of half a cent is held; rounding each total by itself would lose it from one and not from the other."""
    out = Claim("A1", Person(1), (Line("97110", charge="0.01"),), "0.01")
    held = Claim("A2", Person(2), (Line("97110"),), "0.005")
    totals = report_of(run(Case(Batch((out, held)), (), (1, 1)))).totals
    assert (totals.charge_in, totals.charge_out, totals.charge_held) == ("0.015", "0.01", "0.005")


@examples(200)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_a_claim_that_balanced_balances(case: Case, choice: str) -> None:
    corrected = run(case, choice).corrected()
    for claim in counting.claims(corrected):
        assert corrected is not None
        assert _total(corrected, claim) == billed(corrected, claim).charge


def _total(data: bytes | None, claim: counting.Claim) -> Decimal:
    assert data is not None
    element = counting.interchanges(data)[claim.interchange - 1].element.decode("latin-1")
    return Decimal(claim.named("CLM")[0].split(element)[2])
