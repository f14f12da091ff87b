"""The outline of a file: where its interchanges, groups, transactions, hierarchy levels and claims are.

Everything here is a place in the source plus the few elements that envelopes are made of. Nothing is decoded beyond
them; a claim is parsed when somebody asks (``claim.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scrubber.claims.spans import ClaimSpan
from scrubber.claims.transaction_spans import ClaimsOf, LevelsOf
from scrubber.x12.delimiters import Delimiters

PROFESSIONAL_VERSIONS = frozenset({"005010X222", "005010X222A1", "005010X222A2"})


@dataclass(slots=True, eq=False)
class Trailer:
    """SE, GE or IEA: its count and control number as read, and where its count element stands."""

    start: int
    end: int
    segment: int
    count: str
    control: str
    count_start: int
    count_end: int

    def counts(self, right: int) -> bool:
        """The count as read is this number; leading zeros do not matter."""
        return self.count.isdecimal() and self.count.lstrip("0") == str(right).lstrip("0")


@dataclass(slots=True, eq=False, kw_only=True)
class Transaction:
    """ST to SE. ``end`` is behind the trailer, or where the next part of the envelope begins when SE is missing."""

    start: int
    segment: int
    control: str
    ordinal: int = 0
    set_id: str = ""
    version: str = ""
    group: Group
    end: int = 0
    head_end: int = 0
    """Where the first HL, claim or trailer begins: ST, BHT and the submitter and receiver loops end here."""
    levels: LevelsOf = field(default_factory=LevelsOf)
    claims: ClaimsOf = field(default_factory=ClaimsOf)
    trailer: Trailer | None = None
    segments: int = 0
    """Segments from ST to SE, both counted."""

    @property
    def is_professional(self) -> bool:
        """An 837 professional claim transaction, 005010X222 in any of its published versions."""
        return self.set_id == "837" and self.version in PROFESSIONAL_VERSIONS


@dataclass(slots=True, eq=False, kw_only=True)
class Group:
    """GS to GE."""

    ordinal: int
    interchange: Interchange
    start: int = 0
    segment: int = 0
    functional_id: str = ""
    control: str = ""
    version: str = ""
    end: int = 0
    transactions: list[Transaction] = field(default_factory=list)
    trailer: Trailer | None = None
    strays: list[tuple[int, int, str]] = field(default_factory=list)
    """Structural segments that stand in no transaction: (byte, segment number, segment id)."""


class InterchangeNumber(NamedTuple):
    """What a receiver tells interchanges apart by: ISA06, ISA08 and ISA13, without the blanks that fill them up."""

    sender: str
    receiver: str
    control: str


@dataclass(slots=True, eq=False, kw_only=True)
class Interchange:
    """ISA to IEA, with the line end that follows."""

    ordinal: int
    delimiters: Delimiters
    start: int = 0
    segment: int = 0
    sender: str = ""
    receiver: str = ""
    control: str = ""
    control_start: int = 0
    end: int = 0
    groups: list[Group] = field(default_factory=list)
    trailer: Trailer | None = None
    strays: list[tuple[int, int, str]] = field(default_factory=list)
    fault: str = ""
    """Why this interchange cannot be read at all; empty when it can. Such an interchange has no groups."""

    @property
    def number(self) -> InterchangeNumber:
        """What tells it from others."""
        return InterchangeNumber(self.sender.strip(), self.receiver.strip(), self.control.strip())


@dataclass(slots=True, eq=False)
class File:
    """One source buffer and the interchanges in it. ``outside`` are the byte ranges that belong to none."""

    source: bytes
    interchanges: list[Interchange]
    outside: list[tuple[int, int]]
    claims: Sequence[ClaimSpan]

    def transactions(self) -> list[Transaction]:
        """All transactions of the file, in order."""
        return [t for i in self.interchanges for g in i.groups for t in g.transactions]
