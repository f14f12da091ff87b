"""Amounts and quantities as X12 writes them: exact, never binary floating point."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

# X12 type R: an optional minus, digits, at most one point. No plus sign, no exponent, no spaces.
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
LONGEST = 20
"""Characters of an X12 amount: 18 digits, minus and point. What is longer is no amount, and would cost exactness."""


@lru_cache(maxsize=65536)
def number(text: str) -> Decimal | None:
    """The exact value of an X12 number, or None when the text is none."""
    return Decimal(text) if len(text) <= LONGEST and _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=65536)
def cents(text: str) -> int | None:
    """The amount in integer cents; None when the text is no number or is written with more than two decimals."""
    value = number(text)
    if value is None or len(text.partition(".")[2]) > 2:
        return None
    return int(value * 100)


@lru_cache(maxsize=65536)
def whole_units(text: str) -> int | None:
    """Units as a positive whole number; None when zero, negative, fractional or no number."""
    value = number(text)
    if value is None or value <= 0 or value != int(value):
        return None
    return int(value)


def written_like(amount: int, model: str) -> str:
    """Cents as X12 text, with the decimals that ``model`` has where that says the same (120.00 stays 120.00 in
    style)."""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    dollars, rest = divmod(amount, 100)
    decimals = len(model.partition(".")[2])
    if rest == 0 and decimals == 0:
        return f"{sign}{dollars}"
    if rest % 10 == 0 and decimals == 1:
        return f"{sign}{dollars}.{rest // 10}"
    return f"{sign}{dollars}.{rest:02d}"


def dollars(amount: int | Decimal) -> str:
    """Dollars and cents for a report, from cents (int) or dollars (Decimal): 12000 is "120.00".

    Fractions of a cent that a claim has written are shown, so that totals add up whatever they are of.
    """
    if isinstance(amount, int):
        return f"{Decimal(amount) / 100:.2f}"
    exponent = amount.normalize().as_tuple().exponent
    return f"{amount:.{max(2, -exponent) if isinstance(exponent, int) else 2}f}"
