"""Which loop a segment stands in, read off the guide's outline in ``x12_maps/``."""

from __future__ import annotations

from functools import cache

from scrubber.x12.maps import Outline, outline
from scrubber.x12.segment import Segment

ROOTS = frozenset({"2000A", "2000B", "2000C", "2300"})
"""A hierarchy level and a claim are walked by themselves: a stray segment must not lead out of them."""


class LoopWalk:
    """Follows segments through the outline: from the loop one is in, the loop that a segment begins, or the same.

    A step is looked for in the children of the present loop, then of its parent, and so on upwards: the nearest loop
    that this segment may begin is the one it begins. Steps are remembered, so that a file is walked by table look-ups.
    """

    def __init__(self, guide: Outline) -> None:
        self._children: dict[str, list[str]] = {}
        self._loops = guide.loops
        self._qualifier: dict[str, int] = {}
        for loop in guide.loops.values():
            for parent in (loop.parent, *loop.also_under):
                self._children.setdefault(parent, []).append(loop.id)
            self._qualifier[loop.segment] = loop.element or self._qualifier.get(loop.segment, 0)
        self._steps: dict[tuple[str, str, str], str] = {}

    @property
    def starters(self) -> frozenset[str]:
        """Identifiers of the segments that can begin a loop."""
        return frozenset(self._qualifier)

    def step(self, loop: str, segment: Segment) -> str:
        """The loop that ``segment`` stands in when the one before it stood in ``loop``."""
        element = self._qualifier.get(segment.elements[0])
        if element is None:
            return loop
        key = (loop, segment.elements[0], segment.value(element) if element else "")
        found = self._steps.get(key)
        if found is None:
            found = self._find(*key)
            if len(self._steps) < 4096:  # hostile qualifiers must not grow the memory
                self._steps[key] = found
        return found

    def of(self, segments: list[Segment], root: str) -> list[str]:
        """The loop that each segment stands in, the first in ``root``: as many steps, without as many calls."""
        loop = root
        loops = [root] * len(segments)
        qualifiers, steps = self._qualifier, self._steps
        for place, segment in enumerate(segments):
            elements = segment.elements
            element = qualifiers.get(elements[0])
            if element is not None and place:
                value = elements[element] if 0 < element < len(elements) else ""
                loop = steps.get((loop, elements[0], value)) or self.step(loop, segment)
            loops[place] = loop
        return loops

    def _find(self, loop: str, segment_id: str, qualifier: str) -> str:
        at = loop
        while True:
            for child in self._children.get(at, ()):
                candidate = self._loops[child]
                if candidate.segment == segment_id and (not candidate.values or qualifier in candidate.values):
                    return child
            if not at or at in ROOTS:
                return loop
            at = self._loops[at].parent


@cache
def loop_walk() -> LoopWalk:
    """The walk over the packaged outline, one for each process."""
    return LoopWalk(outline())
