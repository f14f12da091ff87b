"""What a delivered file adds to the ledger: its claims and lines, by salted hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.heading import HeadingReader
from scrubber.claims.index import index
from scrubber.errors import UnreadableInputError
from scrubber.ledger.pseudonyms import Pseudonyms


class EnteredLine(NamedTuple):
    """A line as it is stored; days as ordinals, ``modifiers`` with a space between them."""

    first_day: int
    last_day: int
    code: str
    modifiers: str
    units: int | None
    cents: int | None
    renderer: bytes
    likeness: bytes


class EnteredClaim(NamedTuple):
    """A claim as it is stored. ``replaces`` are the names of claims that it takes the place of, or voids."""

    patient: bytes
    name: bytes
    clm01: bytes
    payer: bytes
    filing: str
    void: bool
    likeness: bytes
    lines: tuple[EnteredLine, ...]
    replaces: tuple[bytes, ...]


def entries_of(corrected: bytes, known: Pseudonyms) -> Iterator[EnteredClaim]:
    """The claims of a delivered 837P file that can be known again.

    A claim without a member number is passed over: no later one can be told to be of the same patient. So are lines
    without a HCPCS code or a day, and codes that only report quality. Raises UnreadableInputError where the bytes hold
    no 837P transaction.
    """
    file = index(corrected)
    if not any(transaction.is_professional for transaction in file.transactions()):
        raise UnreadableInputError("holds no 837P transaction (005010X222); enter what was delivered")
    reader = HeadingReader(corrected)
    for span in file.claims:
        if not span.transaction.is_professional:
            continue
        group = span.transaction.group
        source = ClaimSource(
            span.ordinal, group.interchange.ordinal + 1, group.ordinal + 1, span.transaction.control, span.position,
            span.start, span.segment, corrected[span.start : span.end].decode("latin-1"),
            group.interchange.delimiters, reader.read(span.level, span.transaction),
        )  # fmt: skip
        claim = Claim(source)
        patient = known.patient(claim)
        if patient is not None:
            yield _entered(claim, patient, known)


def claim_digest(claim: EnteredClaim) -> bytes:
    """SHA-256 of a claim as it is stored."""
    return hashlib.sha256(msgspec.msgpack.encode(claim)).digest()


def delivery_digest(source: bytes, corrected: bytes, sent_on: int, claims: Iterable[bytes]) -> bytes:
    """SHA-256 of a delivery, from the digests of its claims in order."""
    return hashlib.sha256(msgspec.msgpack.encode((source, corrected, sent_on, list(claims)))).digest()


def _entered(claim: Claim, patient: bytes, known: Pseudonyms) -> EnteredClaim:
    names = known.names(claim) or (known.number(""),)
    lines = tuple(
        EnteredLine(
            line.period[0].toordinal(), line.period[1].toordinal(), line.code, " ".join(line.modifiers),
            line.whole_units, _storable(line.cents), known.renderer(claim.rendering(line)),
            known.line_likeness(claim, line),
        )
        for line in claim.lines
        if line.period and line.is_hcpcs and not line.is_quality_data
    )  # fmt: skip
    return EnteredClaim(
        patient,
        names[0],
        known.number(claim.id),
        known.payer(claim),
        claim.heading.filing,
        claim.is_void,
        known.claim_likeness(claim),
        () if claim.is_void else lines,
        names if claim.frequency in ("7", "8") else (),
    )


def _storable(cents: int | None) -> int | None:
    """An amount that SQLite can hold; a claim can write one of 18 digits and more."""
    return cents if cents is None or abs(cents) < 2**62 else None
