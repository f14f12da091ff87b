"""Pairs of 2020 that were in force, withdrawn, put back and withdrawn again, as each edition of then stated them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scrubber.tables.data_file import DATA, DataFile, Heading, read_data_file
from scrubber.tables.ptp import PairEdit, PtpRow, PtpTable
from scrubber.tables.quarters import first_day

PATHS: Mapping[str, Path] = MappingProxyType({"ncci-ptp-medicare": DATA / "ncci_ptp_history.csv"})
"""Name of a pair table -> the file of its history."""

_COLUMNS = (
    "column1",
    "column2",
    "effective_date",
    "deletion_date",
    "indicator",
    "rationale",
    "first_edition",
    "last_edition",
    "certainty",
)


class PairsAlone(NamedTuple):
    """Coverage of a table that knows some pairs and nothing else."""

    pairs: frozenset[frozenset[str]]

    def gap(self, a: str, b: str) -> str:
        """The two codes where the pair is not one of them, else empty."""
        return "" if frozenset((a, b)) in self.pairs else " with ".join(sorted((a, b)))


class _Stated(NamedTuple):
    """A row, and the first and last edition that stated it; an empty last one: it is stated still."""

    row: PtpRow
    first: str
    last: str

    def by(self, edition: str) -> bool:
        return self.first <= edition and (not self.last or edition <= self.last)


def read_history(name: str, path: Path) -> list[PtpTable]:
    """The history as one small table for each edition that changed it, newest first; each knows its own pairs alone.

    Raises TableError where the file is missing or damaged.
    """
    table = read_data_file(path, _COLUMNS)
    stated = [_stated(table, n, row) for n, row in enumerate(table.rows)]
    editions = sorted({each.first for each in stated}, reverse=True)
    coverage = PairsAlone(frozenset(frozenset((s.row.edit.column1, s.row.edit.column2)) for s in stated))
    return [_as_of(name, table.heading, editions, n, stated, coverage) for n in range(len(editions))]


def _as_of(
    name: str, heading: Heading, editions: list[str], n: int, stated: list[_Stated], coverage: PairsAlone
) -> PtpTable:
    edition = editions[n]
    rows: dict[tuple[str, str], list[PtpRow]] = {}
    for row in (each.row for each in stated if each.by(edition)):
        rows.setdefault((row.edit.column1, row.edit.column2), []).append(row)
    # The newest statement still stands in the edition that the file was checked against.
    last = first_day(editions[n - 1]) - timedelta(days=1) if n else heading.last_day
    view = heading._replace(edition=edition, last_day=last, published=first_day(edition))
    undated = any(row.effective is None for of_pair in rows.values() for row in of_pair)
    return PtpTable(name, view, rows, coverage, row_count=sum(map(len, rows.values())), undated=undated)


def _stated(table: DataFile, n: int, row: list[str]) -> _Stated:
    one, two, effective, deleted, indicator, rationale, first, last, _ = row
    try:
        for edition in filter(None, (first, last)):
            first_day(edition)
        return _Stated(PtpRow(PairEdit(one, two, indicator, rationale), _day(effective), _day(deleted)), first, last)
    except (KeyError, ValueError, IndexError) as fault:
        raise table.damaged(
            n, f"not a row of history ({fault}); expected days as YYYYMMDD, editions as 2020Q1"
        ) from fault


def _day(text: str) -> date | None:
    return None if text in ("", "*") else date.fromisoformat(text)
