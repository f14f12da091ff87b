"""The Medicare estimate of what one patient was billed for on one day.

Allowed amounts, in cents: relative values x conversion factor of the date of service, national, non-facility, each unit
rounded half up to the cent. Before deductible, coinsurance and sequestration.

- Therapy codes (indicator 5 for several procedures): the unit with the highest practice expense of the day is whole,
  every other one has half its practice expense (42 U.S.C. 1395w-4(b)(7); CMS Pub 100-04, chapter 5, section 10.7).
- A line with CQ or CO has 85 % of that from 2022-01-01 on (42 U.S.C. 1395m(v); CMS Pub 100-04, chapter 5, section
  20.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from scrubber.tables.fee_schedule import Fee, Fees

ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})
ASSISTANT_RATE_FROM = date(2022, 1, 1)
ASSISTANT_PERCENT = 85
COLLECTED_PERCENT = 88
"""What is left of an amount at the assistant's rate where the coinsurance is collected whole: the cut is of the payer's
80 %, 15 % of which are 12 % of the amount."""


class Billed(NamedTuple):
    """A service line as the estimate sees it. ``units`` is None where they are no positive whole number."""

    code: str
    units: int | None
    by_assistant: bool = False


class DayPrice(NamedTuple):
    """The estimate of a day. ``amounts`` are cents, one for each line in order; None where no amount is known.

    ``collected`` is the sum in cents as it is when patients pay their share whole; ``unknown`` says for each line
    without an amount why. ``reduced`` and ``assisted``: the reduction for several procedures, or the assistant's rate,
    is in it. ``years`` are those of the relative values, ``stale`` says that they are not those of the day.
    """

    amounts: tuple[int | None, ...]
    collected: int
    unknown: tuple[str, ...]
    reduced: bool
    assisted: bool
    years: frozenset[int]
    stale: bool

    @property
    def cents(self) -> int:
        """The sum of the amounts that are known."""
        return sum(amount or 0 for amount in self.amounts)


def price_day(lines: Sequence[Billed], on: date, fees: Fees) -> DayPrice:
    """What Medicare would allow for the lines of one patient and day, all disciplines of the group together."""
    answers = [fees.fee(line.code, on) for line in lines]
    whole = _whole_unit(lines, [answer.fee for answer in answers])
    amounts: list[int | None] = []
    unknown = []
    collected = 0
    reduced = assisted = False
    for number, (line, answer) in enumerate(zip(lines, answers, strict=True)):
        if answer.fee is None or line.units is None:
            amounts.append(None)
            unknown.append(answer.unchecked or f"{line.code} has no whole number of units")
            continue
        by_assistant = line.by_assistant and on >= ASSISTANT_RATE_FROM
        at_whole = 1 if number == whole else 0 if answer.fee.reducible else line.units
        at_reduced = line.units - at_whole
        percent = ASSISTANT_PERCENT if by_assistant else 100
        amounts.append(_sum(answer.fee, at_whole, at_reduced, percent))
        collected += _sum(answer.fee, at_whole, at_reduced, COLLECTED_PERCENT if by_assistant else 100)
        reduced |= at_reduced > 0
        assisted |= by_assistant
    years = frozenset(answer.fee.year for answer in answers if answer.fee is not None)
    stale = any(answer.stale for answer in answers)
    return DayPrice(tuple(amounts), collected, tuple(unknown), reduced, assisted, years, stale)


def _whole_unit(lines: Sequence[Billed], fees: Sequence[Fee | None]) -> int | None:
    """The line that has the one whole unit among the therapy codes of the day.

    Of equal practice expenses one without CQ or CO, then the first: so that the choice never makes a line dearer by
    what another one loses.
    """
    candidates = [
        (fee.row.pe, not line.by_assistant, -number)
        for number, (line, fee) in enumerate(zip(lines, fees, strict=True))
        if fee is not None and line.units and fee.reducible
    ]
    return -max(candidates)[2] if candidates else None


def _sum(fee: Fee, at_whole: int, at_reduced: int, percent: int) -> int:
    return at_whole * _share(fee.whole, percent) + at_reduced * _share(fee.reduced, percent)


def _share(cents: int, percent: int) -> int:
    """The share of an amount of cents, rounded half up."""
    return (cents * percent + 50) // 100
