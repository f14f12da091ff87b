"""NCCI procedure-to-procedure edits: which two codes of one day do not pay together, and whether a modifier helps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from scrubber.tables.data_file import DataFile, Heading, read_data_file
from scrubber.tables.ptp_coverage import read_ptp_coverage

NEVER_IN_FORCE = "9"
"""The indicator of a row that CMS withdrew as of its own effective date."""

RATIONALES = (
    "OTHER",
    "CODE_DEFINITION",
    "CODING_INSTRUCTION",
    "MISUSE_COL2",
    "MORE_EXTENSIVE",
    "MUTUALLY_EXCLUSIVE",
    "SEPARATE_PROCEDURE",
    "STANDARD_PRACTICE",
    "ANESTHESIA_PREPARATION",
    "ANESTHESIA_INCLUDED",
    "SEQUENTIAL_PROCEDURE",
    "LABORATORY_PANEL",
    "GENDER_SPECIFIC",
)
"""Keys of the reasons for a pair. Imported editions store their numbers: only ever add at the end."""

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

    ``effective`` is None where the source does not tell it: on or before the day the edition was published for.
    """

    edit: PairEdit
    effective: date | None
    deleted: date | None

    def in_force(self, on: date, published: date | None) -> bool | None:
        """Whether the row holds on a day; both end days count (indicator 9: never). None: it cannot be known, since the
        row does not say when it began and the day lies before ``published``.
        """
        if self.edit.indicator == NEVER_IN_FORCE or (self.deleted is not None and on > self.deleted):
            return False
        if self.effective is not None:
            return self.effective <= on
        # A row that ended before the edition held at least on its last day.
        return True if published is None or on >= published or on == self.deleted else None


class Coverage(Protocol):
    """For which codes a table knows every pair."""

    def gap(self, a: str, b: str) -> str:
        """Which code or codes keep the pair from being known, in words; empty when no row means no pair."""


class PairRows(Protocol):
    """The rows of a table by (column 1, column 2): a dictionary, or a file that is asked row by row."""

    def get(self, key: tuple[str, str], default: Sequence[PtpRow], /) -> Sequence[PtpRow]:
        """The rows of a pair in this order of its codes."""


_KNOWN_NONE = PairAnswer(None, "", stale=False)
_STALE_NONE = PairAnswer(None, "", stale=True)


class PtpTable:
    """One payer table of pairs, in one edition. Immutable.

    ``name`` is what payer profiles call it; ``coverage`` None means that every pair of codes is known. ``undated`` says
    that some rows do not tell when they began. ``place`` is the file of an imported table.
    """

    def __init__(
        self,
        name: str,
        heading: Heading,
        rows: PairRows,
        coverage: Coverage | None,
        *,
        row_count: int,
        undated: bool,
        place: str | None = None,
    ) -> None:
        self.name = name
        self.heading = heading
        self.coverage = coverage
        self.row_count = row_count
        self.undated = undated
        self.place = place
        self.published = heading.published or heading.first_day
        self._rows = rows

    def pair(self, a: str, b: str, on: date) -> PairAnswer:
        """What holds for ``a`` and ``b``, in either order, on a date of service.

        A day after the edition is answered from it and marked stale. Unchecked with the reason: a day before it, a pair
        of which it does not tell since when it stands, a code that it does not cover.
        """
        first, last = self.heading.first_day, self.heading.last_day
        stale = last is not None and on > last
        if first is not None and on < first:
            return PairAnswer(None, self._too_early(on), stale)
        one_way, other_way = self._rows.get((a, b), ()), self._rows.get((b, a), ())
        if one_way or other_way:
            found: list[PairEdit] = []
            unknown: PairEdit | None = None
            for row in (*one_way, *other_way):
                holds = row.in_force(on, self.published)
                if holds:
                    found.append(row.edit)
                elif holds is None:
                    unknown = row.edit
            if found:
                # Should both directions ever hold, the answer must not depend on which code the claim lists first.
                return PairAnswer(min(found, key=_strictest), "", stale)
            if unknown is not None:
                return PairAnswer(None, self._undated(unknown, on), stale)
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

    def _undated(self, edit: PairEdit, on: date) -> str:
        return (
            f"{self.name} {self.heading.edition} does not tell when {edit.column1} with {edit.column2} began:"
            f" known from {self.published} on, not for {on}"
        )

    def knows_every_pair(self, on: date) -> bool:
        """Whether no row means no pair, for any two codes: the table is complete and its edition covers the day."""
        first, last = self.heading.first_day, self.heading.last_day
        if self.undated and self.published is not None and on < self.published:
            return False
        return self.coverage is None and (first is None or first <= on) and (last is None or on <= last)

    def history(self, a: str, b: str) -> tuple[PtpRow, ...]:
        """Every row of the two codes in either order, by last day in force, those that stand at the end."""
        found = [*self._rows.get((a, b), ()), *self._rows.get((b, a), ())]
        return tuple(sorted(found, key=lambda row: (row.deleted or date.max, row.effective or date.min, row.edit)))


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
    undated = any(row.effective is None for of_pair in rows.values() for row in of_pair)
    return PtpTable(name, table.heading, rows, coverage, row_count=len(table.rows), undated=undated)


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
