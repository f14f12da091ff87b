"""The quick check of every segment of the map for one set of delimiters, and the exact one behind it."""

from __future__ import annotations

from operator import call

from scrubber.conform.compiled.acceptance import Acceptance, first_that_matters, open_notes
from scrubber.conform.compiled.check import satisfied, segment_faults
from scrubber.conform.compiled.guide import CompiledGuide
from scrubber.conform.compiled.likeness import Likeness
from scrubber.conform.compiled.nodes import Note, Segment
from scrubber.conform.guide_fault import GuideFault
from scrubber.x12.delimiters import Delimiters

DATED = {"D8": 8, "RD8": 17}
"""Length of DTP03 by its format in DTP02, of those that the quick check knows."""


class SegmentTable:
    """The quick check of one segment of the map. ``least`` counts the elements that must be there, id included."""

    __slots__ = ("accepts", "dated", "least", "notes", "width")

    def __init__(self, node: Segment, acceptance: Acceptance) -> None:
        self.dated = node.id == "DTP"
        self.accepts = acceptance.of_segment(node)
        self.width = len(self.accepts)
        self.least = 1 + max((each.number for each in node.elements if each.required), default=1)
        self.notes: tuple[tuple[int, Note], ...] = tuple((first_that_matters(note), note) for note in open_notes(node))

    def accept(self, elements: list[str]) -> bool:
        """Whether the segment surely has no fault."""
        if not elements[-1] or not self.least <= len(elements) <= self.width:
            return False
        # operator.call keeps the loop out of the interpreter: a third of the time of this check.
        if not all(map(call, self.accepts, elements)):
            return False
        if self.dated and (len(elements) < 4 or DATED.get(elements[2]) != len(elements[3])):
            return False
        for first, note in self.notes:
            if first < len(elements) and not satisfied(note, lambda number: elements[number : number + 1] > [""]):
                return False
        return True


class SegmentTables:
    """Tables of one guide and one set of delimiters, each made when the first segment of its kind comes."""

    def __init__(self, guide: CompiledGuide, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self._acceptance = Acceptance(delimiters)
        self.likeness = Likeness(delimiters, self._acceptance)
        self._tables: dict[int, SegmentTable] = {}

    def table(self, node: Segment) -> SegmentTable:
        """The table of a segment of the map."""
        found = self._tables.get(node.number)
        if found is None:
            found = self._tables[node.number] = SegmentTable(node, self._acceptance)
        return found

    def faults(self, node: Segment, elements: list[str]) -> list[GuideFault]:
        """Faults of the elements of a segment, all with segment index -1; empty where the quick check accepts it."""
        return [] if self.table(node).accept(elements) else segment_faults(node, elements, self.delimiters)
