"""The shape of a claim: in which loop each of its segments stands, and where in it stands what is read of every claim.

Most claims of a file have one of a few shapes, since a clinic's software writes the same segments in the same order. So
a shape is worked out once and remembered: of the next claim that has it, everything is read from known places.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from scrubber.claims.loops import loop_walk
from scrubber.x12.segment import Segment

TOLD_BY_FIRST = frozenset({"NM1", "REF", "DTP"})
"""Segments whose first element says what they are, and which loop they begin. The others say so by their identifier."""
MOST_SHAPES = 512
LONGEST_SHAPE = 128
LONGEST_TEXT = 8_192
"""Segments and characters of a claim whose shape is remembered: with MOST_SHAPES, some 20 MB whatever a file holds."""

Kind = str | tuple[str, ...]
"""An identifier, or identifier and first element."""
Standing = tuple[Kind, str]
"""What a segment is, and its loop."""


class LineShape:
    """Places that count from the LX of the line; each in a tuple, since a faulty claim may have several or none.

    ``first`` and ``behind`` count from the CLM: where the line begins, and where what follows it does.
    """

    __slots__ = ("behind", "controls", "dates", "first", "loops", "rendering", "services", "taxonomies")

    def __init__(self, first: int, behind: int, standing: Sequence[Standing]) -> None:
        self.first = first
        self.behind = behind
        self.loops = tuple([loop for _, loop in standing])
        self.services = _places(standing, "SV1", "2400")
        self.dates = _places(standing, ("DTP", "472"), "2400")
        self.controls = _places(standing, ("REF", "6R"), "2400")
        self.rendering = _places(standing, ("NM1",), "2420A")
        self.taxonomies = _places(standing, "PRV", "2420A")


class Shape:
    """``head`` counts the segments before the first service line; those that are read of it count from the CLM."""

    __slots__ = ("diagnoses", "head", "lines", "loops", "originals", "rendering", "taxonomies")

    def __init__(self, segments: list[Segment], kinds: Sequence[Kind]) -> None:
        self.loops = tuple(loop_walk().of(segments, "2300"))
        standing = list(zip(kinds, self.loops, strict=True))
        bounds = (*_places(standing, "LX", "2400"), len(standing))
        self.lines = [LineShape(first, behind, standing[first:behind]) for first, behind in pairwise(bounds)]
        self.head = bounds[0]
        head = standing[: self.head]
        self.rendering = _places(head, ("NM1",), "2310B")
        self.taxonomies = _places(head, "PRV", "2310B")
        self.originals = _places(head, ("REF", "F8"), "2300")
        self.diagnoses = _places(head, "HI", "2300")


def _places(standing: Sequence[Standing], kind: Kind, loop: str) -> tuple[int, ...]:
    """Where segments of a kind stand in a loop. Of ``("NM1",)``, whatever their first element is."""
    return tuple([n for n, (found, within) in enumerate(standing) if within == loop and kind in (found, found[:1])])


_shapes: dict[tuple[Kind, ...], Shape] = {}


def shape_of(segments: list[Segment]) -> Shape:
    """The shape of a claim. Two claims have the same where their segments are of the same kinds in the same order."""
    kinds = tuple([tuple(s.elements[:2]) if s.elements[0] in TOLD_BY_FIRST else s.elements[0] for s in segments])
    found = _shapes.get(kinds)
    if found is None:
        found = Shape(segments, kinds)
        if len(kinds) <= LONGEST_SHAPE and segments[-1].end - segments[0].at <= LONGEST_TEXT:
            if len(_shapes) >= MOST_SHAPES:
                _shapes.clear()
            _shapes[kinds] = found
    return found
