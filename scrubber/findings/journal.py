"""The edit journal: every difference between the source and what was written, with who asked for it and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scrubber.errors import EditConflictError
from scrubber.findings.finding import Evidence
from scrubber.x12.span import Edit, Span
from scrubber.x12.splice import splice

DERIVED = "derived"
CORRECTED, HELD = "corrected", "held"


class JournalEdit(msgspec.Struct, frozen=True, gc=False):
    """One edit of the source for one output.

    ``target`` is corrected or held; ``start`` and ``end`` are bytes of the source, which has what stood there before;
    ``after`` is text in which each character is one byte. ``rule`` is the rule that asked for it, or ``derived`` with
    the rules in ``caused_by``. ``position`` is the claim's position in the file, None for edits of the envelope.
    """

    target: str
    start: int
    end: int
    after: str
    rule: str
    caused_by: tuple[str, ...]
    reason: str
    evidence: tuple[Evidence, ...] = ()
    position: int | None = None

    @property
    def edit(self) -> Edit:
        """The edit by itself."""
        return Edit(Span(self.start, self.end), self.after)


def replay(source: bytes, journal: Iterable[JournalEdit], target: str) -> bytes:
    """The output that the journal makes of the source. Raises EditConflictError when edits overlap."""
    return splice(source, (entry.edit for entry in journal if entry.target == target))


PIECE = 1 << 20
"""Bytes of an output that are made at a time."""


def replay_pieces(source: bytes, journal: Iterable[JournalEdit], target: str) -> Iterator[bytes]:
    """The output that the journal makes of the source, piece by piece: ``replay`` without the whole of it in memory.

    The edits come in the order of the source, as a journal has them. Raises EditConflictError when they do not, or
    overlap.
    """
    view = memoryview(source)
    made = bytearray()
    at = 0
    for entry in journal:
        if entry.target != target:
            continue
        start, end = entry.start, entry.end
        if start < at or end < start or end > len(source):
            raise EditConflictError(f"edits overlap or leave the source at byte {start}")
        while start - at > PIECE:
            made += view[at : at + PIECE]
            at += PIECE
            yield bytes(made)
            made.clear()
        made += view[at:start]
        made += entry.after.encode("latin-1")
        at = end
        if len(made) > PIECE:
            yield bytes(made)
            made.clear()
    for start in range(at, len(source), PIECE):
        made += view[start : start + PIECE]
        yield bytes(made)
        made.clear()
    if made:
        yield bytes(made)
