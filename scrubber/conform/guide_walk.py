"""A walk over pyx12's map, one segment at a time: which segments may stand where, and how often."""

from __future__ import annotations

from typing import Any

import pyx12.map_walker
import pyx12.segment

from scrubber.conform import wording
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.guide_map import GuideMap, PathCounter
from scrubber.conform.segment_check import judge_failed, segment_faults
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.maps import outline

GROUP_COUNTS = {"/ISA_LOOP": 1, "/ISA_LOOP/ISA": 1, "/ISA_LOOP/GS_LOOP": 1, "/ISA_LOOP/GS_LOOP/GS": 1}


class GuideWalk:
    """Where a walk stands: the present node, how often each loop and segment was seen, where open loops began.

    It begins behind a GS. The map is only read, so walks do not touch one another.
    """

    __slots__ = ("_at", "_began", "_counts", "_delimiters", "_lines", "_map", "_walker")

    def __init__(self, guide: GuideMap, delimiters: Delimiters, counts: dict[str, int] | None = None) -> None:
        self._map = guide
        self._delimiters = delimiters
        self._at: Any = guide.start
        self._counts = dict(GROUP_COUNTS if counts is None else counts)
        self._walker = pyx12.map_walker.walk_tree()
        self._walker.counter = PathCounter(guide.paths, self._counts)
        self._began: dict[int, int] = {}
        self._lines = 0

    def branch(self) -> GuideWalk:
        """A walk that goes on from here and leaves this one as it is."""
        walk = GuideWalk(self._map, self._delimiters, self._counts)
        walk._at = self._at
        walk._began = dict(self._began)
        walk._lines = self._lines
        return walk

    def step(self, text: str, index: int) -> list[GuideFault]:
        """Judge the next segment, given without its terminator; ``index`` is its place in the claim, -1 outside.

        Whatever goes wrong in pyx12 becomes a fault of kind ``judge``, and the walk goes on where it stood.
        """
        found: list[GuideFault] = []
        bare = text.lstrip() if text.startswith(" ") else text
        separators = self._delimiters
        segment_id = wording.usable_id(bare.partition(separators.element)[0])
        try:
            segment = pyx12.segment.Segment(bare, separators.segment, separators.element, separators.component)
            node, _, _, problems = self._walker.walk_errors(self._at, segment, index, index, None)
            found += [self._structural(problem, segment_id, index) for problem in problems]
        except MemoryError:  # says something about the machine, not about the claim
            raise
        except Exception:  # noqa: BLE001 - whatever pyx12 stumbles over is said, and never taken for a pass
            found.append(judge_failed(segment_id, "place")._replace(segment_index=index))
            return found
        if bare != text:
            label = segment_id or "A segment"
            found.append(GuideFault(segment_id, None, None, "1", index, "segment", f"{label} begins with a space"))
        if node is None:
            return found
        self._at = node
        if id(node) in self._map.opening:
            self._began[id(node.parent)] = index
        own = [fault._replace(segment_index=index) for fault in segment_faults(self._map, node, bare, separators)]
        # pyx12 says first that a segment is blank, then that its number is wrong, then what its elements are.
        behind = 1 if own and own[0].kind == "segment" else 0
        return [*found, *own[:behind], *self._line_number(segment_id, bare, index), *own[behind:]]

    def _structural(self, problem: Any, segment_id: str, index: int) -> GuideFault:
        code: str = problem.err_cde
        node = problem.map_node
        if code == "3":
            opens_loop = id(node) in self._map.opening
            began = self._began_at(node.parent.parent if opens_loop else node.parent)
            message = wording.missing(node, opens_loop=opens_loop)
            return GuideFault(node.id, None, None, code, began, "segment", message)
        if code in ("4", "5"):
            return GuideFault(segment_id, None, None, code, index, "segment", wording.too_often(node))
        if code == "1" and outline().segment_name(segment_id):
            code = "2"  # IK304 tells an unknown segment from one that is not expected; pyx12 does not
        return GuideFault(segment_id, None, None, code, index, "segment", wording.unexpected(segment_id))

    def _began_at(self, loop: Any) -> int:
        """Where the nearest open loop around began, -1 when that was before the claim."""
        while loop is not None:
            if id(loop) in self._began:
                return self._began[id(loop)]
            loop = loop.parent
        return -1

    def _line_number(self, segment_id: str, text: str, index: int) -> list[GuideFault]:
        if segment_id == "CLM":
            self._lines = 0
        if segment_id != "LX":
            return []
        self._lines += 1
        elements = text.split(self._delimiters.element)
        if len(elements) > 1 and elements[1].rstrip(self._delimiters.component) == str(self._lines):
            return []
        message = f"{wording.place('LX', 1)} must count 1, 2, 3 within the claim; here {self._lines} is due"
        return [GuideFault("LX", 1, None, "8", index, "segment", message)]
