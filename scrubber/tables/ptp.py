"""NCCI procedure-to-procedure edits: which two codes of one day do not pay together, and whether a modifier helps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from scrubber.tables.data_file import DataFile, Heading, read_data_file
from scrubber.tables.ptp_coverage import PtpCoverage, read_ptp_coverage

NEVER_IN_FORCE = "9"
"""The indicator of a row that CMS withdrew as of its own effective date."""

_COLUMNS = ("column1", "column2", "effective_date", "deletion_date", "indicator", "rationale")
_INDICATORS = frozenset("019")


class PairEdit(NamedTuple):
    """``column1`` is paid, ``column2`` denied: always by indicator 0, without an NCCI modifier by 1, never by 9."""

    column1: str
    column2: str
    indicator: str
    rationale: str


class PairAnswer(NamedTuple):
    """What a table says of two codes on a day.

    ``edit`` is the pair in force, or None. ``unchecked`` says why the table cannot answer (then ``edit`` is None), or
    is empty. ``stale``: the day is later than the edition covers, so a newer edition might answer otherwise.
    """

    edit: PairEdit | None
    unchecked: str
    stale: bool


class PtpRow(NamedTuple):
    """One row of the history of a pair. ``deleted`` is the last day in force, None while it stands.

    ``effective`` is None where the source does not tell it: on or before the first day that the table answers for.
    """

    edit: PairEdit
    effective: date | None
    deleted: date | None

    def in_force(self, on: date) -> bool:
        """Whether the row holds on a day that its table answers for; both end days count (indicator 9: never)."""
        return (
            self.edit.indicator != NEVER_IN_FORCE
            and (self.effective is None or self.effective <= on)
            and (self.deleted is None or on <= self.deleted)
        )


_KNOWN_NONE = PairAnswer(None, "", stale=False)
_NO_ROWS: list[PtpRow] = []
_STALE_NONE = PairAnswer(None, "", stale=True)


class PtpTable:
    """One payer table of pairs, in one edition. Immutable.

    ``name`` is what payer profiles call it; ``coverage`` None means that every pair of codes is known.
    """

    def __init__(
        self, name: str, heading: Heading, rows: dict[tuple[str, str], list[PtpRow]], coverage: PtpCoverage | None
    ) -> None:
        self.name = name
        self.heading = heading
        self.coverage = coverage
        self.row_count = sum(map(len, rows.values()))
        self._rows = rows

    def pair(self, a: str, b: str, on: date) -> PairAnswer:
        """What holds for ``a`` and ``b``, in either order, on a date of service.

        A day after the edition is answered from it and marked stale; a day before it, or a code that the table does not
        cover, is unchecked with the reason.
        """
        first, last = self.heading.first_day, self.heading.last_day
        stale = last is not None and on > last
        if first is not None and on < first:
            return PairAnswer(None, self._too_early(on), stale)
        one_way, other_way = self._rows.get((a, b), _NO_ROWS), self._rows.get((b, a), _NO_ROWS)
        if (one_way or other_way) and (found := [row.edit for row in (*one_way, *other_way) if row.in_force(on)]):
            # Should both directions ever hold, the answer must not depend on which code the claim lists first.
            return PairAnswer(min(found, key=_strictest), "", stale)
        gap = "" if self.coverage is None or a == b else self.coverage.gap(a, b)
        if gap:
            return PairAnswer(None, f"{self.name} {self.heading.edition} does not cover {gap}", stale)
        return _STALE_NONE if stale else _KNOWN_NONE

    def _too_early(self, on: date) -> str:
        heading = self.heading
        return (
            f"{self.name} {heading.edition} does not tell when its pairs began:"
            f" it answers from {heading.first_day} on, not for {on}"
        )

    def knows_every_pair(self, on: date) -> bool:
        """Whether no row means no pair, for any two codes: the table is complete and its edition covers the day."""
        first, last = self.heading.first_day, self.heading.last_day
        return self.coverage is None and (first is None or first <= on) and (last is None or on <= last)

    def history(self, a: str, b: str) -> tuple[PtpRow, ...]:
        """Every row of the two codes in either order, by last day in force, those that stand at the end."""
        found = [*self._rows.get((a, b), ()), *self._rows.get((b, a), ())]
        return tuple(sorted(found, key=lambda row: (row.deleted or date.max, row.edit)))

    def partners(self, code: str) -> frozenset[str]:
        """Codes that form a pair with ``code``, in either column, on some day that the table answers for."""
        return self._partners.get(code, frozenset())

    @cached_property
    def _partners(self) -> Mapping[str, frozenset[str]]:
        first = self.heading.first_day or date.min
        partners: dict[str, set[str]] = {}
        for (one, two), rows in self._rows.items():
            if any(row.edit.indicator != NEVER_IN_FORCE and (row.deleted or date.max) >= first for row in rows):
                partners.setdefault(one, set()).add(two)
                partners.setdefault(two, set()).add(one)
        return {code: frozenset(others) for code, others in partners.items()}


def read_ptp(name: str, path: Path, coverage_path: Path | None) -> PtpTable:
    """Read a pair table, and the list of codes it covers unless it is complete.

    Raises TableError where a file is missing or damaged.
    """
    table = read_data_file(path, _COLUMNS)
    rows: dict[tuple[str, str], list[PtpRow]] = {}
    days: dict[str, date | None] = {"": None, "*": None}
    for n, (one, two, effective, deleted, indicator, rationale) in enumerate(table.rows):
        if indicator not in _INDICATORS:
            raise table.damaged(n, f"indicator {indicator}; expected 0, 1 or 9")
        row = PtpRow(
            PairEdit(one, two, indicator, rationale), _day(effective, days, table, n), _day(deleted, days, table, n)
        )
        rows.setdefault((one, two), []).append(row)
    coverage = None if coverage_path is None else read_ptp_coverage(coverage_path)
    return PtpTable(name, table.heading, rows, coverage)


def _strictest(edit: PairEdit) -> tuple[str, str]:
    return edit.indicator, edit.column1


def _day(text: str, days: dict[str, date | None], table: DataFile, n: int) -> date | None:
    """A day written YYYYMMDD; ``days`` remembers those read before, since few differ."""
    if text not in days:
        try:
            days[text] = date.fromisoformat(text)
        except ValueError as fault:
            raise table.damaged(n, f"{text} is no date; expected YYYYMMDD or *") from fault
    return days[text]
