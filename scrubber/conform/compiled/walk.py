"""A walk over the tables with every fault: the exact way, for what the quick one did not let pass."""

from __future__ import annotations

from scrubber.conform import wording
from scrubber.conform.compiled.arrivals import Arrival, Kind
from scrubber.conform.compiled.nodes import Loop, Segment
from scrubber.conform.compiled.tables import SegmentTables
from scrubber.conform.guide_fault import GuideFault
from scrubber.x12.maps import outline


class CompiledWalk:
    """Where a walk stands: segment of the map, counts by slot, service lines so far, where open loops began."""

    __slots__ = ("_delimiters", "_guide", "_tables", "at", "began", "counts", "lines")

    def __init__(self, tables: SegmentTables, at: Segment, counts: dict[int, int], lines: int) -> None:
        self._tables = tables
        self._guide = tables.guide
        self._delimiters = tables.delimiters
        self.at = at
        self.counts = counts
        self.lines = lines
        self.began: dict[Loop, int] = {}

    def step(self, text: str, index: int) -> list[GuideFault]:
        """Judge the next segment, given without its terminator; ``index`` is its place in the claim, -1 outside."""
        bare = text.lstrip() if text.startswith(" ") else text
        elements = bare.split(self._delimiters.element)
        segment_id = wording.usable_id(elements[0])
        kind = self._guide.kind(elements, self._delimiters.component)
        arrival, found = self.arrive(kind, segment_id, index)
        if bare != text:
            label = segment_id or "A segment"
            found.append(GuideFault(segment_id, None, None, "1", index, "segment", f"{label} begins with a space"))
        if arrival is None:
            return found
        own = [fault._replace(segment_index=index) for fault in self._tables.faults(self.at, elements)]
        line = self._line_number(segment_id, elements, index)
        if line:
            own.insert(1 if own and own[0].kind == "segment" else 0, line)
        return found + own

    def follow(self, text: str, index: int) -> None:
        """Go where a segment leads, whatever is wrong with it."""
        elements = text.lstrip(" ").split(self._delimiters.element)
        self.arrive(self._guide.kind(elements, self._delimiters.component), "", index)

    def arrive(self, kind: Kind, segment_id: str, index: int) -> tuple[Arrival | None, list[GuideFault]]:
        """Go where a kind of segment leads and count it; what is unexpected, too often or missing."""
        arrival = self._guide.arrival(self.at, kind)
        if arrival is None:
            # IK304 tells an unknown segment from one that is not expected; pyx12 does not.
            code = "2" if outline().segment_name(segment_id) else "1"
            return None, [self._structural(segment_id, code, index, wording.unexpected(segment_id))]
        node, entered, passed = arrival
        missing = [self._missing(segment) for slot, segment in passed if not self.counts.get(slot)]
        found = self._count(node, entered, segment_id, index) + missing
        self.at = node
        if node.opens:
            self.began[node.parent] = index
        if node.id == "CLM":
            self.lines = 0
        elif node.id == "LX":
            self.lines += 1
        return arrival, found

    def _count(self, node: Segment, entered: Loop | None, segment_id: str, index: int) -> list[GuideFault]:
        counts = self.counts
        if entered is not None and entered.usage != "N":
            for slot in entered.below.intersection(counts):
                del counts[slot]
            counts[entered.slot] = counts.get(entered.slot, 0) + 1
        counts[node.slot] = counts.get(node.slot, 0) + 1
        counted = entered or node
        if counted.usage == "N":
            return [self._structural(segment_id, "2", index, wording.unexpected(segment_id))]
        if counts[counted.slot] > counted.repeat:
            return [self._structural(segment_id, "4" if entered else "5", index, wording.too_often(counted))]
        return []

    def _structural(self, segment_id: str, code: str, index: int, message: str) -> GuideFault:
        return GuideFault(segment_id, None, None, code, index, "segment", message)

    def _missing(self, node: Segment) -> GuideFault:
        """Placed where the loop that lacks it began, not at the segment where that came out."""
        loop: Loop | None = node.parent.parent if node.opens else node.parent
        while loop is not None and loop not in self.began:
            loop = loop.parent
        began = -1 if loop is None else self.began[loop]
        return self._structural(node.id, "3", began, wording.missing(node, opens_loop=node.opens))

    def _line_number(self, segment_id: str, elements: list[str], index: int) -> GuideFault | None:
        if segment_id != "LX":
            return None
        if len(elements) > 1 and elements[1].rstrip(self._delimiters.component) == str(self.lines):
            return None
        message = f"{wording.place('LX', 1)} must count 1, 2, 3 within the claim; here {self.lines} is due"
        return GuideFault("LX", 1, None, "8", index, "segment", message)
