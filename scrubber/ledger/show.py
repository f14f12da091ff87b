"""What the ledger holds, in numbers: it has nothing that could be read of a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from scrubber.errors import LedgerError
from scrubber.ledger.store import newest_delivery, state_of, writing


class DeliveryFacts(msgspec.Struct, frozen=True):
    """One delivery: when it was entered, the hash of its source (hexadecimal), and how much is in it.

    ``first_day`` and ``last_day`` are days of service; None where no line is left.
    """

    number: int
    sent_on: date
    source_sha256: str
    claims: int
    lines: int
    first_day: date | None
    last_day: date | None


class LedgerFacts(msgspec.Struct, frozen=True):
    """The ledger's state (SHA-256 in hexadecimal), size in bytes and deliveries, the oldest first."""

    state: str
    bytes: int
    deliveries: tuple[DeliveryFacts, ...]


_DELIVERIES = """
SELECT delivery.number, sent_on, source, count(DISTINCT claim.number), count(line.claim), min(first_day), max(last_day)
FROM delivery LEFT JOIN claim ON claim.delivery = delivery.number LEFT JOIN line ON line.claim = claim.number
GROUP BY delivery.number ORDER BY delivery.number
"""


def show(path: Path) -> LedgerFacts:
    """Look the whole ledger over. Raises LedgerError where it is damaged anywhere.

    Opens it to write, so that a change that was broken off is taken back; changes nothing.
    """
    with writing(path) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise LedgerError(f"{path}: the ledger is damaged ({verdict}); take it from a backup")
        rows = connection.execute(_DELIVERIES).fetchall()
        state = state_of(connection, newest_delivery(connection))
    return LedgerFacts(state, path.stat().st_size, tuple(map(_facts, rows)))


def _facts(row: tuple[int, int, bytes, int, int, int | None, int | None]) -> DeliveryFacts:
    number, sent_on, source, claims, lines, first, last = row
    return DeliveryFacts(number, date.fromordinal(sent_on), source.hex(), claims, lines, _day(first), _day(last))


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
