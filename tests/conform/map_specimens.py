"""For every segment of the map a conforming transaction that holds it with all its elements filled.

Made from the compiled guide's own nodes; that pyx12 finds them valid is a test of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.conform.compiled.arrivals import arrival
from scrubber.conform.compiled.guide import CompiledGuide
from scrubber.conform.compiled.nodes import Composite, Element, Loop, Segment

TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Specimen(NamedTuple):
    """Segments as lists of elements; components as lists in them. ``at`` is the segment that it is about."""

    node: Segment
    segments: list[list[str]]
    at: int

    def texts(self) -> list[str]:
        return ["*".join(each) for each in self.segments]


def specimens(guide: CompiledGuide) -> Iterator[Specimen]:
    """One for each segment of a transaction that pyx12's search can reach."""
    transaction = next(loop for loop in guide.root.loops() if loop.id == "ST_LOOP")
    for node in transaction.segments():
        made = _Maker(guide, node).make(transaction)
        if made is not None:
            yield made


class _Maker:
    def __init__(self, guide: CompiledGuide, target: Segment) -> None:
        self.guide = guide
        self.target = target
        self.around = set()
        loop: Loop | None = target.parent
        while loop is not None:
            self.around.add(loop)
            loop = loop.parent
        self.at = guide.start
        self.made: list[list[str]] = []
        self.place = -1
        self.levels = self.lines = 0

    def make(self, transaction: Loop) -> Specimen | None:
        self.loop(transaction)
        if self.place < 0:
            return None
        end = self.made[-1]
        end[1] = str(len(self.made))
        end[2] = self.made[0][2]
        for number, each in enumerate(self.made):
            if each[0] == "HL":
                each[1] = str(sum(other[0] == "HL" for other in self.made[: number + 1]))
        return Specimen(self.target, self.made, self.place)

    def loop(self, loop: Loop) -> None:
        for child in loop.children:
            wanted = child is self.target or child in self.around
            needed = child.usage == "R" or (isinstance(child, Loop) and self.carries(child))
            if isinstance(child, Segment) and (wanted or needed):
                self.segment(child)
            elif isinstance(child, Loop) and child.children and (wanted or needed):
                self.loop(child)

    def carries(self, loop: Loop) -> bool:
        """Loops that every conforming transaction here has although the map does not require them."""
        if loop.id == "DETAIL":
            return True
        return loop.id == "2300" and (loop.parent in self.around or loop.parent is None) and not self.dependent(loop)

    def dependent(self, loop: Loop) -> bool:
        """A claim of the subscriber is left out where the patient is a dependent, and the other way round."""
        return any(each.id == "2000C" for each in self.around) and loop.parent is not None and loop.parent.id == "2000B"

    def segment(self, node: Segment) -> None:
        key = node.key
        codes = sorted(key.codes, key=lambda code: (code not in ("D8", "ABK"), code)) if key else [""]
        for code in codes:
            elements = self.filled(node, code)
            found = arrival(self.at, self.guide.kind(elements, ":"))
            if found is not None and found.node is node:
                break
        else:
            return
        if node is self.target:
            self.place = len(self.made)
        self.at = node
        self.made.append(elements)

    def filled(self, node: Segment, code: str) -> list[str]:
        """Everything that may be filled, in the segment that is asked for; else what must be."""
        full = node is self.target
        exclusive = {number for note in node.notes if note.kind == "E" for number in note.elements[1:]}
        elements = [node.id]
        for described in node.elements:
            wanted = described.usage == "R" or (full and described.usage == "S" and described.number not in exclusive)
            value = self.value(described, full=full) if wanted else ""
            elements.append(value)
        for note in node.notes:
            if note.kind == "R" and not any(elements[number] for number in note.elements):
                first = node.elements[note.elements[0] - 1]
                elements[first.number] = self.value(first, full=full)
        if node.key is not None:
            number, component, _ = node.key
            elements[number] = code if not component else ":".join((code, *elements[number].split(":")[1:]))
        while not elements[-1]:
            elements.pop()
        if node.id == "CLM":
            self.lines = 0
        if node.id == "LX":
            self.lines += 1
            elements[1] = str(self.lines)
        if node.id == "HL":
            elements[2] = "" if node.parent.id == "2000A" else str(self.levels)
            self.levels += 1
        return elements

    def value(self, described: Element | Composite, *, full: bool) -> str:
        if isinstance(described, Composite):
            parts = [
                self.simple(child) if child.usage == "R" or (full and child.usage == "S") else ""
                for child in described.children
            ]
            return ":".join(parts).rstrip(":")
        return self.simple(described)

    def simple(self, element: Element) -> str:
        if element.rec is not None:
            return "123456789"
        if element.codes:
            own = [code for code in element.valid_codes if element.min_len <= len(code) <= element.max_len]
            return (["D8"] if "D8" in own else own or sorted(element.codes))[0]
        if element.data_ele == "1251" or element.data_type == "DT":
            return "20260302"
        if element.data_type == "TM":
            return "1015"
        if element.data_type[:1] in ("R", "N"):
            return "1" * max(element.min_len, 1)
        return (TEXT * 3)[: max(element.min_len, 1)]
