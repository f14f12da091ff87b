"""Take out of the ledger what is no longer wanted, or what the payer did not take."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from scrubber.ledger.entries import delivery_digest
from scrubber.ledger.pseudonyms import Pseudonyms
from scrubber.ledger.store import count_removal, read_salt, writing


def remove_before(path: Path, day: date) -> int:
    """Take out claims whose last day of service is before ``day``; returns how many. Raises LedgerError.

    A void, which has no service, goes with the claims that it voids.
    """
    with writing(path) as connection:
        old = (
            "SELECT claim FROM line GROUP BY claim HAVING max(last_day) < ?"
            " UNION SELECT number FROM claim WHERE number NOT IN (SELECT claim FROM line) AND number NOT IN"
            " (SELECT replaced_by FROM claim JOIN line ON line.claim = claim.number"
            " WHERE replaced_by IS NOT NULL AND last_day >= ?)"
        )
        return _remove(connection, old, (day.toordinal(), day.toordinal()))


def remove_claim(path: Path, number: str) -> int:
    """Take out claims of a number (CLM01), such as one that was rejected and is sent again; returns how many.

    Raises LedgerError.
    """
    with writing(path) as connection:
        named = Pseudonyms(read_salt(connection)).number(number)
        return _remove(connection, "SELECT number FROM claim WHERE clm01 = ?", (named,))


def remove_file(path: Path, sha256: str) -> int:
    """Take out what the file of that SHA-256 (hexadecimal), as source or as it went out, added; returns how many
    deliveries. Raises LedgerError.
    """
    own = bytes.fromhex(sha256)
    with writing(path) as connection:
        rows = connection.execute("SELECT DISTINCT source FROM delivery WHERE source = ? OR corrected = ?", (own, own))
        return sum(remove_source(connection, bytes(source)) for (source,) in rows.fetchall())


def remove_source(connection: sqlite3.Connection, source: bytes) -> int:
    """Take out the deliveries of a source; returns how many there were."""
    rows = connection.execute("SELECT number FROM delivery WHERE source = ?", (source,)).fetchall()
    for (number,) in rows:
        _remove(connection, "SELECT number FROM claim WHERE delivery = ?", (number,))
        connection.execute("DELETE FROM delivery WHERE number = ?", (number,))
    if rows:
        count_removal(connection)
    return len(rows)


def _remove(connection: sqlite3.Connection, chosen: str, values: tuple[object, ...]) -> int:
    """Take out the chosen claims; what they replaced stands again. Returns how many there were."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (number INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM gone")
    connection.execute(f"INSERT INTO gone {chosen}", values)
    touched = connection.execute("SELECT DISTINCT delivery FROM claim WHERE number IN gone").fetchall()
    connection.execute("UPDATE claim SET replaced_by = NULL WHERE replaced_by IN gone")
    connection.execute("DELETE FROM line WHERE claim IN gone")
    count = connection.execute("DELETE FROM claim WHERE number IN gone").rowcount
    for (number,) in touched:
        _digest_again(connection, number)
    if count:
        count_removal(connection)
    return count


def _digest_again(connection: sqlite3.Connection, number: int) -> None:
    """The digest of a delivery that lost claims; a delivery that has none left goes too."""
    claims = connection.execute("SELECT digest FROM claim WHERE delivery = ? ORDER BY number", (number,)).fetchall()
    if not claims:
        connection.execute("DELETE FROM delivery WHERE number = ?", (number,))
        return
    query = "SELECT source, corrected, sent_on FROM delivery WHERE number = ?"
    source, corrected, sent_on = connection.execute(query, (number,)).fetchone()
    digest = delivery_digest(source, corrected, sent_on, [bytes(digest) for (digest,) in claims])
    connection.execute("UPDATE delivery SET digest = ? WHERE number = ?", (digest, number))
