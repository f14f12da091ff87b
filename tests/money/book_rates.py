"""Medicare amounts worked out from the relative values by a second road: fractions, and every unit by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import scrubber

DATA = Path(scrubber.__file__).parent / "tables" / "data"
NOTHING = frozenset("BIN")


class Unit(NamedTuple):
    """One unit of a code, with or without CQ or CO."""

    code: str
    assisted: bool = False


def _rows(name: str) -> list[dict[str, str]]:
    text = [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(text))


FEES = _rows("fee_schedule_therapy.csv")
FACTORS = _rows("conversion_factors.csv")


def _on(rows: list[dict[str, str]], day: date) -> list[dict[str, str]]:
    return [row for row in rows if row["first_day"] <= day.isoformat() <= row["last_day"]]


def cents(amount: Fraction) -> int:
    """Dollars as cents, half a cent up."""
    return int(amount * 100 + Fraction(1, 2))


def unit_cents(code: str, day: date, *, half: bool = False, assisted: bool = False) -> int:
    """One unit. Raises LookupError for a code or a day without an amount."""
    (row,) = [row for row in _on(FEES, day) if row["code"] == code] or [None]
    (factor,) = _on(FACTORS, day) or [None]
    if row is None or factor is None or row["status"] == "C":
        raise LookupError(code)
    if row["status"] in NOTHING:
        return 0
    pe = Fraction(row["pe"]) / (2 if half and row["procedures"] == "5" else 1)
    whole = cents((Fraction(row["work"]) + pe + Fraction(row["mp"])) * Fraction(factor["factor"]))
    return cents(Fraction(whole, 100) * Fraction(85, 100)) if assisted else whole


def day_cents(units: Iterable[Unit], day: date) -> int:
    """A day of one patient: each choice of the whole unit among those of the highest practice expense is tried.

    The dearest is taken. Raises LookupError where a code has no amount.
    """
    every = list(units)
    pe = {row["code"]: Fraction(row["pe"]) for row in _on(FEES, day) if row["procedures"] == "5"}
    half = sum(unit_cents(unit.code, day, half=True, assisted=unit.assisted) for unit in every)
    highest = max((pe[unit.code] for unit in every if unit.code in pe), default=None)
    gains = [
        unit_cents(unit.code, day, assisted=unit.assisted)
        - unit_cents(unit.code, day, half=True, assisted=unit.assisted)
        for unit in every
        if pe.get(unit.code) == highest and highest is not None
    ]
    return half + max(gains, default=0)
