"""Where a segment leads from where one stands, and what has to be counted on the way: pyx12's search, once for all.

Which segment of the map a segment of a claim is does not depend on what was counted, only what is said about it does.
So the search is made once for each place and kind of segment, and what it would have counted is kept as a list.
"""

from __future__ import annotations

from typing import NamedTuple

from scrubber.conform.compiled.nodes import Loop, Segment
from scrubber.errors import TableError

Kind = str
"""Segment identifier, an asterisk, and the value of the element that tells its kind: ``NM1*85``, ``N3*``.

The value is empty where none tells, or the map does not know it.
"""
UNKNOWN: Kind = "*"
"""The kind of segments whose identifier the map does not know."""


class Arrival(NamedTuple):
    """The segment of the map, the loop that begins with it, and the required segments that were passed over.

    A segment of ``passed`` is missing when its slot counts none; the slot is the segment's own, or that of the loop
    which it would have opened.
    """

    node: Segment
    entered: Loop | None
    passed: tuple[tuple[int, Segment], ...]


def kinds_of(root: Loop) -> dict[str, tuple[int, int, dict[str, Kind]]]:
    """By segment identifier: the element and component that tell kinds apart, and the kind of each known value.

    Empty text stands for all other values. Raises TableError where segments of one identifier are told apart by
    different elements: no map of the 837P has any.
    """
    found: dict[str, tuple[int, int, dict[str, Kind]]] = {}
    for segment in root.segments():
        key = segment.key
        place = key[:2] if key else (0, 0)
        known = found.setdefault(segment.id, (*place, {"": f"{segment.id}*"}))
        if key is None:
            continue
        if known[:2] == (0, 0):
            known = found[segment.id] = (*place, known[2])
        if known[:2] != place:
            raise TableError(f"{segment.path}: told apart by another element than other {segment.id} segments are")
        known[2].update((code, f"{segment.id}*{code}") for code in key.codes)
    return found


def arrival(start: Segment, kind: Kind) -> Arrival | None:
    """Where a segment of a kind leads from ``start``; None when it may not follow there."""
    passed: list[tuple[int, Segment]] = []
    loop: Loop | None = start.parent
    pos = start.pos
    while loop is not None:
        for child in loop.children:
            if child.pos < pos:
                continue
            if isinstance(child, Loop):
                if _loop_matches(child, kind, passed):
                    return _enter(child, kind, passed)
            elif _matches(child, kind):
                if loop.parent is not None and _loop_matches(loop, kind, passed):
                    return _enter(loop, kind, passed)
                return Arrival(child, None, tuple(each for each in passed if _left_behind(each[1], child)))
            elif child.usage == "R":
                passed.append((child.slot, child))
        pos = loop.pos
        loop = loop.parent
    return None


def _matches(segment: Segment, kind: Kind) -> bool:
    segment_id, _, value = kind.partition("*")
    return segment.id == segment_id and (segment.key is None or value in segment.key.codes)


def _loop_matches(loop: Loop, kind: Kind, passed: list[tuple[int, Segment]]) -> bool:
    first = loop.first
    if first is None:
        return False
    if isinstance(first, Loop):
        return any(isinstance(child, Loop) and _loop_matches(child, kind, passed) for child in loop.children)
    if _matches(first, kind):
        return True
    if loop.usage == "R":
        passed.append((loop.slot, first))
    return False


def _enter(loop: Loop, kind: Kind, passed: list[tuple[int, Segment]]) -> Arrival | None:
    first = loop.first
    if isinstance(first, Segment) and _matches(first, kind):
        return Arrival(first, loop, tuple(passed))
    for child in loop.children:
        if isinstance(child, Loop):
            found = _enter(child, kind, passed)
            if found is not None:
                return found
    return None


def _left_behind(passed: Segment, arrived: Segment) -> bool:
    """Segments at the position of the one that was found may still follow; so may, for pyx12, its namesakes."""
    return passed.pos != arrived.pos and (passed.id, passed.parent.id) != (arrived.id, arrived.parent.id)
