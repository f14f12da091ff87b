"""Code pairs of an imported edition, looked up in its file one pair at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from scrubber.tables.edition import Edition
from scrubber.tables.ptp import RATIONALES, PairEdit, PtpRow, PtpTable
from scrubber.tables.store import StoredRows

_REMEMBERED = 65_536
"""Pairs of an imported table, some 10 MB; a file of claims asks for far fewer different ones."""

_OF_PAIR = "SELECT effective, deleted, indicator, rationale FROM entry WHERE column1 = ? AND column2 = ?"


def open_ptp(edition: Edition) -> PtpTable:
    """An imported pair table, which is complete. Reads nothing yet."""
    facts = edition.facts
    return PtpTable(
        facts.name,
        facts.heading,
        StoredPairs(StoredRows(edition)),
        None,
        row_count=facts.rows,
        undated=facts.undated > 0,
        place=edition.path,
    )


class StoredPairs:
    """The rows of an imported edition, each pair looked up once and then remembered."""

    def __init__(self, rows: StoredRows) -> None:
        self._rows = rows
        self._of_pair = lru_cache(_REMEMBERED)(self._look_up)

    def get(self, key: tuple[str, str], default: Sequence[PtpRow], /) -> Sequence[PtpRow]:
        """The rows of a pair. Raises TableError where the file is gone or damaged."""
        return self._of_pair(*key) or default

    def _look_up(self, one: str, two: str) -> tuple[PtpRow, ...]:
        return tuple(
            PtpRow(
                PairEdit(one, two, str(indicator), RATIONALES[rationale]), _stored_day(effective), _stored_day(deleted)
            )
            for effective, deleted, indicator, rationale in self._rows.select(_OF_PAIR, one, two)
        )


def _stored_day(number: int) -> date | None:
    return date(number // 10_000, number // 100 % 100, number % 100) if number else None
