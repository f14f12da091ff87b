"""Dates as DTP and DMG write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=16384)
def day(text: str) -> date | None:
    """A date of eight digits (D8), or None when it is no date of the calendar."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=16384)
def period(qualifier: str, text: str) -> tuple[date, date] | None:
    """First and last day of a D8 or RD8 value; None when unreadable or the wrong way round."""
    if qualifier == "RD8":
        first, _, last = text.partition("-")
        start, end = day(first), day(last)
        return (start, end) if start and end and start <= end else None
    only = day(text)
    return (only, only) if only else None
