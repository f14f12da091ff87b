"""NCCI medically unlikely edits: how many units of a code a payer takes, on one line or on one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scrubber.tables.data_file import DataFile, Heading, read_data_file

BY_LINE = 1
BY_DAY_ABSOLUTE = 2
BY_DAY_CLINICAL = 3

_COLUMNS = ("code", "units", "adjudication", "first_day", "rationale")
_ADJUDICATIONS = {"1": BY_LINE, "2": BY_DAY_ABSOLUTE, "3": BY_DAY_CLINICAL}


class UnitLimit(NamedTuple):
    """The most ``units`` of a code; 0 means that none is paid.

    ``adjudication`` is 1 when each line is held against it by itself, 2 when all units of the day are and nothing
    bypasses it, 3 when all units of the day are and an appeal with records can be won. ``first_day`` is the first date
    of service that it answers for, None for that of its table. ``edition`` is that of its table.
    """

    code: str
    units: int
    adjudication: int
    first_day: date | None
    rationale: str
    edition: str = ""

    @property
    def by_line(self) -> bool:
        """Each line counts by itself."""
        return self.adjudication == BY_LINE


class LimitAnswer(NamedTuple):
    """What a table says of a code on a day.

    ``limit`` is None where there is none, or where the table cannot answer: ``unchecked`` then says why. ``stale``: the
    day is later than the edition covers, so a newer edition might answer otherwise.
    """

    limit: UnitLimit | None
    unchecked: str
    stale: bool


class MueTable:
    """One payer table of unit limits, in one edition. Immutable.

    ``name`` is what payer profiles call it; ``place`` is the file of an imported table.
    """

    def __init__(self, name: str, heading: Heading, limits: Mapping[str, UnitLimit], place: str | None = None) -> None:
        self.name = name
        self.heading = heading
        self.limits = limits
        self.place = place

    def limit(self, code: str, on: date) -> LimitAnswer:
        """The limit of ``code`` on a date of service.

        A day after the edition is answered from it and marked stale; a day before it, and a code that an incomplete
        table does not list, is unchecked with the reason.
        """
        heading = self.heading
        stale = heading.last_day is not None and on > heading.last_day
        unchecked = ""
        found = self.limits.get(code)
        if heading.first_day is not None and on < heading.first_day:
            unchecked = f"answers from {heading.first_day} on, not for {on}"
        elif found is not None and found.first_day is not None and on < found.first_day:
            unchecked = f"has no limit of {code} before {found.first_day}"
        elif found is None and not heading.complete:
            unchecked = f"has no limit of {code}"
        if unchecked:
            return LimitAnswer(None, f"{self.name} ({heading.edition}) {unchecked}", stale)
        return LimitAnswer(found, "", stale)


def read_mue(name: str, path: Path) -> MueTable:
    """Read a table of unit limits. Raises TableError where it is missing or damaged."""
    table = read_data_file(path, _COLUMNS)
    limits: dict[str, UnitLimit] = {}
    for n, row in enumerate(table.rows):
        limit = _limit(table, n, row)
        if limit.code in limits:
            raise table.damaged(n, f"{limit.code} is listed twice")
        limits[limit.code] = limit
    return MueTable(name, table.heading, MappingProxyType(limits))


def _limit(table: DataFile, n: int, row: list[str]) -> UnitLimit:
    code, units, adjudication, first_day, rationale = row
    try:
        begins = date.fromisoformat(first_day) if first_day else None
        edition = table.heading.edition
        return UnitLimit(code, _whole(units), _ADJUDICATIONS[adjudication], begins, rationale, edition)
    except (KeyError, ValueError) as fault:
        raise table.damaged(
            n, f"not a unit limit ({fault}); expected whole units, adjudication 1, 2 or 3, and dates as YYYY-MM-DD"
        ) from fault


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)
