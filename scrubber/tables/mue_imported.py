"""Unit limits of an imported edition, looked up in its file one code at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scrubber.tables.edition import Edition
from scrubber.tables.mue import MueTable, UnitLimit
from scrubber.tables.store import StoredRows

_OF_CODE = "SELECT units, adjudication, rationale FROM entry WHERE code = ?"
_CODES = "SELECT code FROM entry ORDER BY code"


def open_mue(edition: Edition) -> MueTable:
    """An imported table of unit limits. Reads nothing yet."""
    return MueTable(edition.facts.name, edition.facts.heading, StoredLimits(StoredRows(edition)), edition.path)


class StoredLimits(Mapping[str, UnitLimit]):
    """Limits by code, each looked up once and then remembered."""

    def __init__(self, rows: StoredRows) -> None:
        self._rows = rows
        self._known: dict[str, UnitLimit | None] = {}

    def __getitem__(self, code: str) -> UnitLimit:
        if code not in self._known:
            self._known[code] = self._look_up(code)
        limit = self._known[code]
        if limit is None:
            raise KeyError(code)
        return limit

    def __iter__(self) -> Iterator[str]:
        return (code for (code,) in self._rows.select(_CODES))

    def __len__(self) -> int:
        return self._rows.edition.facts.rows

    def _look_up(self, code: str) -> UnitLimit | None:
        for units, adjudication, rationale in self._rows.select(_OF_CODE, code):
            return UnitLimit(code, units, adjudication, None, rationale, self._rows.edition.facts.edition)
        return None
