"""The fee schedule of an imported edition, looked up in its file one code at a time."""

from __future__ import annotations

from decimal import Decimal

from scrubber.tables.edition import Edition
from scrubber.tables.fee_schedule import ConversionFactor, FeeRow, FeeSchedule
from scrubber.tables.store import StoredRows

_OF_CODE = "SELECT status, work, pe_nonfac, mp, mult_proc FROM entry WHERE code = ? AND modifier = ''"
_FACTORS = (
    "SELECT conversion_factor, count(*) FROM entry WHERE conversion_factor <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
)


def open_fees(edition: Edition) -> FeeSchedule:
    """An imported fee schedule. Reads its conversion factor, nothing else yet."""
    facts = edition.facts
    rows = StoredRows(edition)
    first = facts.first_day
    if first is None:
        raise ValueError("a fee schedule is of a quarter")

    def rows_of(code: str) -> list[FeeRow]:
        return [
            FeeRow(code, first, facts.last_day, status, Decimal(work), Decimal(pe), Decimal(mp), procedures)
            for status, work, pe, mp, procedures in rows.select(_OF_CODE, code)
        ]

    factors = [ConversionFactor(first, facts.last_day, Decimal(factor)) for factor, _ in rows.select(_FACTORS)]
    return FeeSchedule(facts.name, facts.heading, rows_of, factors, facts.rows)
