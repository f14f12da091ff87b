"""Enter what was delivered. Whole or not at all; what is entered already changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.errors import UnreadableInputError
from scrubber.ledger.entries import EnteredClaim, claim_digest, delivery_digest, entries_of
from scrubber.ledger.pseudonyms import Pseudonyms
from scrubber.ledger.remove import remove_source
from scrubber.ledger.store import read_salt, writing


class Delivery(NamedTuple):
    """A file that went out. ``source_sha256`` (hexadecimal) is the hash of the input that it was made from; the file's
    own where nothing is known of an input. ``name`` is what a message calls it.
    """

    corrected: bytes
    source_sha256: str
    name: str = "the file"


class Added(NamedTuple):
    """What ``add`` did: deliveries entered, those that were there already, and the claims and lines of the former.

    ``replaced`` counts deliveries of the same source whose place a new one took.
    """

    entered: int = 0
    known: int = 0
    replaced: int = 0
    claims: int = 0
    lines: int = 0


def add(path: Path, deliveries: list[Delivery], sent_on: date) -> Added:
    """Enter deliveries into the ledger at ``path``, which is made when there is none. To be called after delivery.

    A delivery whose source and file are entered already is passed over. One whose source is entered with another file
    takes the earlier one's place: it was made again. Raises LedgerError, with nothing entered, where the ledger cannot
    be written, and UnreadableInputError where a file holds no 837P transaction.
    """
    entered = known = replaced = claims = lines = 0
    with writing(path, create=True) as connection:
        pseudonyms = Pseudonyms(read_salt(connection))
        for delivery in deliveries:
            source = bytes.fromhex(delivery.source_sha256)
            corrected = hashlib.sha256(delivery.corrected).digest()
            if _is_known(connection, source, corrected):
                known += 1
                continue
            try:
                found = list(entries_of(delivery.corrected, pseudonyms))
            except UnreadableInputError as error:
                raise UnreadableInputError(f"{delivery.name}: {error}") from None
            replaced += remove_source(connection, source)
            _enter(connection, source, corrected, sent_on, found)
            entered += 1
            claims += len(found)
            lines += sum(len(claim.lines) for claim in found)
    return Added(entered, known, replaced, claims, lines)


def _is_known(connection: sqlite3.Connection, source: bytes, corrected: bytes) -> bool:
    """Whether the file is entered: for this source, or for another one where the file itself is given as its source."""
    query = "SELECT 1 FROM delivery WHERE corrected = ? AND (source = ? OR ? = corrected)"
    return connection.execute(query, (corrected, source, source)).fetchone() is not None


def _enter(
    connection: sqlite3.Connection, source: bytes, corrected: bytes, sent_on: date, claims: list[EnteredClaim]
) -> None:
    on = sent_on.toordinal()
    digests = [claim_digest(claim) for claim in claims]
    number = connection.execute(
        "INSERT INTO delivery (source, corrected, family, sent_on, digest) VALUES (?, ?, ?, ?, ?)",
        (source, corrected, _family(connection, source), on, delivery_digest(source, corrected, on, digests)),
    ).lastrowid
    for claim, digest in zip(claims, digests, strict=True):
        at = connection.execute(
            "INSERT INTO claim (delivery, digest, patient, name, clm01, payer, filing, void, likeness)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, digest, claim.patient, claim.name, claim.clm01, claim.payer, claim.filing, claim.void,
             claim.likeness),
        ).lastrowid  # fmt: skip
        rows = [(at, *line) for line in claim.lines]
        connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        for name in claim.replaces:
            connection.execute(
                "UPDATE claim SET replaced_by = ? WHERE name = ? AND number < ? AND replaced_by IS NULL",
                (at, name, at),
            )


def _family(connection: sqlite3.Connection, source: bytes) -> bytes:
    """The source that a source was itself made from, as far back as the ledger knows."""
    row = connection.execute("SELECT family FROM delivery WHERE corrected = ? ORDER BY number", (source,)).fetchone()
    return source if row is None else bytes(row[0])
