"""Editions of quarterly tables: "2026Q3", or "2026Q3r1" for a revision; as texts they sort by age."""

from __future__ import annotations

import re
from datetime import date, timedelta

_EDITION = re.compile(r"(\d{4})Q([1-4])(?:r(\d+))?")


def is_edition(text: str) -> bool:
    """Whether it is written as an edition is."""
    return _EDITION.fullmatch(text) is not None


def first_day(edition: str) -> date:
    """The first day of the quarter. Raises ValueError for what is no edition."""
    year, quarter = _parts(edition)
    return date(year, quarter * 3 - 2, 1)


def last_day(edition: str) -> date:
    """The last day of the quarter. Raises ValueError for what is no edition."""
    year, quarter = _parts(edition)
    following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return following - timedelta(days=1)


def quarter_of(day: date) -> str:
    """The edition whose quarter holds a day."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def _parts(edition: str) -> tuple[int, int]:
    found = _EDITION.fullmatch(edition)
    if found is None:
        raise ValueError(f'"{edition}" is no edition; expected a year and a quarter such as 2026Q3')
    return int(found[1]), int(found[2])
