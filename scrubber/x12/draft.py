"""A claim's text under revision that still knows where every character came from.

Fixes are made in rounds, and each round edits the text as the last one left it. A Draft keeps the result as pieces of
the original and inserted text, so that at the end everything is stated once, as changes of the original.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scrubber.errors import EditConflictError
from scrubber.x12.span import Edit, Span


class Change(NamedTuple):
    """One change of the original: span, new text, and the causes that asked for it, in order."""

    span: Span
    replacement: str
    causes: tuple[int, ...]


class _Piece(NamedTuple):
    """Kept original text, deleted original text, or inserted text. Offsets count from the original's first
    character."""

    kind: str
    start: int
    end: int
    text: str
    causes: tuple[int, ...]

    @property
    def width(self) -> int:
        if self.kind == "kept":
            return self.end - self.start
        return len(self.text) if self.kind == "new" else 0


class Draft:
    """Original text plus changes. ``at`` is the offset of its first character in the source; it is immutable.

    Offsets given and returned are absolute: ``at`` plus the position in the text.
    """

    __slots__ = ("_original", "_pieces", "at", "text")

    def __init__(self, original: str, at: int, pieces: tuple[_Piece, ...] | None = None) -> None:
        self._original = original
        self.at = at
        self._pieces = pieces if pieces is not None else (_Piece("kept", 0, len(original), "", ()),)
        self.text = (
            original
            if pieces is None
            else "".join(original[p.start : p.end] if p.kind == "kept" else p.text for p in pieces if p.kind != "gone")
        )

    def revised(self, edits: Iterable[tuple[Edit, int]]) -> Draft:
        """The draft with edits of its present text applied; each comes with the number of its cause.

        Several insertions at one place keep their order. Raises EditConflictError when spans overlap.
        """
        pieces: list[_Piece] = []
        rest = list(reversed(self._pieces))
        position = 0
        for ((start, end), replacement), cause in sorted(edits, key=lambda item: item[0].span):
            start, end = start - self.at, end - self.at
            if start < position or end < start or end > len(self.text):
                raise EditConflictError(f"edits overlap or leave the claim at byte {start + self.at}")
            position = _move(rest, pieces, position, start)
            removed: list[_Piece] = []
            position = _move(rest, removed, position, end)
            inherited = tuple(c for piece in removed if piece.kind == "new" for c in piece.causes)
            if replacement:
                causes = tuple(dict.fromkeys((*inherited, cause)))
                pieces.append(_Piece("new", 0, 0, replacement, causes))
            pieces.extend(
                _Piece("gone", piece.start, piece.end, "", piece.causes or (cause,))
                for piece in removed
                if piece.kind != "new"
            )
        pieces.extend(reversed(rest))
        return Draft(self._original, self.at, tuple(pieces))

    def changes(self) -> list[Change]:
        """All changes of the original, in its own offsets, sorted, none overlapping and none without effect."""
        found: list[Change] = []
        run: list[_Piece] = []
        at = 0
        for piece in (*self._pieces, _Piece("kept", len(self._original), len(self._original), "", ())):
            if piece.kind == "kept":
                found.extend(self._run_changes(run, at))
                run = []
                at = piece.end
            else:
                run.append(piece)
        return found

    def _run_changes(self, run: list[_Piece], at: int) -> list[Change]:
        """Changes between two kept pieces; ``at`` is where the first of them ends."""
        gone = [piece for piece in run if piece.kind == "gone" and piece.end > piece.start]
        if not gone:
            place = Span(self.at + at, self.at + at)
            return [Change(place, piece.text, piece.causes) for piece in run if piece.text]
        span = Span(self.at + gone[0].start, self.at + gone[-1].end)
        text = "".join(piece.text for piece in run)
        if text == self._original[gone[0].start : gone[-1].end]:
            return []
        return [Change(span, text, tuple(dict.fromkeys(cause for piece in run for cause in piece.causes)))]

    def is_new(self, offset: int) -> bool:
        """Whether the text at an offset was put in, so that nothing of the original stands there."""
        position = self.at
        for piece in self._pieces:
            position += piece.width
            if offset < position:
                return piece.kind == "new"
        return False

    def source_offset(self, offset: int) -> int:
        """The place in the original that an offset of the present text comes from; for new text, where it was put."""
        wanted = offset - self.at
        position = 0
        place = 0
        for piece in self._pieces:
            if piece.kind == "kept":
                place = piece.start
            elif piece.kind == "gone":
                place = piece.end
                continue
            if wanted < position + piece.width:
                return self.at + place + (wanted - position if piece.kind == "kept" else 0)
            position += piece.width
            place = piece.end if piece.kind == "kept" else place
        return self.at + place


def _move(rest: list[_Piece], into: list[_Piece], position: int, until: int) -> int:
    """Move pieces that stand before ``until`` from the reversed ``rest``, cutting the one that reaches over it."""
    while rest and position < until:
        piece = rest.pop()
        take = until - position
        if piece.width <= take:
            into.append(piece)
            position += piece.width
        elif piece.kind == "kept":
            into.append(piece._replace(end=piece.start + take))
            rest.append(piece._replace(start=piece.start + take))
            position = until
        else:
            into.append(piece._replace(text=piece.text[:take]))
            rest.append(piece._replace(text=piece.text[take:]))
            position = until
    return position
