"""What the effective map is made of: loops, segments, composites and elements. Read only once they are linked.

The names of attributes and questions that wording.py asks are those of pyx12's own nodes, since it words the faults of
both judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

UNLIMITED = 2**31 - 1
"""How often what has no limit in the guide may occur."""


class Element(NamedTuple):
    """A simple element, or a component of a composite.

    ``number`` is its place in the segment and ``component`` its place in the composite, None outside of one.
    ``codes`` are all values that lists allow, external lists included; None where any value will do. ``bare`` says
    that it may be missing although it is required: the first component of a composite that is not.
    """

    number: int
    component: int | None
    usage: str
    data_type: str
    min_len: int
    max_len: int
    valid_codes: tuple[str, ...]
    external_codes: str | None
    codes: frozenset[str] | None
    rec: re.Pattern[str] | None
    data_ele: str
    bare: bool

    @property
    def required(self) -> bool:
        """An empty value is a fault."""
        return self.usage == "R" and not self.bare


class Composite(NamedTuple):
    """An element of several components."""

    number: int
    usage: str
    children: tuple[Element, ...]

    @property
    def required(self) -> bool:
        """An empty value is a fault."""
        return self.usage == "R"


class Note(NamedTuple):
    """A syntax note: P, R, E, C or L, and the elements it is about."""

    kind: str
    elements: tuple[int, ...]


class Key(NamedTuple):
    """Where a segment tells which of its kind it is: element and component, 0 for the whole element."""

    element: int
    component: int
    codes: frozenset[str]


class Loop:
    """A loop of the map, or its root (``parent`` None).

    ``slot`` is where its occurrences are counted and ``below`` the slots that begin anew with it. ``children`` are in
    the order in which a segment is looked for; ``first`` is the first of them.
    """

    __slots__ = ("below", "children", "id", "parent", "path", "pos", "repeat", "slot", "usage")

    def __init__(self, loop_id: str, usage: str, pos: int, repeat: int, parent: Loop | None) -> None:
        self.id = loop_id
        self.usage = usage
        self.pos = pos
        self.repeat = repeat
        self.parent = parent
        self.path = ""
        self.slot = -1
        self.below: frozenset[int] = frozenset()
        self.children: tuple[Loop | Segment, ...] = ()

    @property
    def first(self) -> Loop | Segment | None:
        """The child that opens it; None for a loop without any."""
        return self.children[0] if self.children else None

    def is_loop(self) -> bool:
        """Yes."""
        return True

    def get_max_repeat(self) -> int:
        """How often it may occur."""
        return self.repeat

    def segments(self) -> Iterator[Segment]:
        """All segments in it, in order, those of inner loops included."""
        for child in self.children:
            if isinstance(child, Segment):
                yield child
            else:
                yield from child.segments()

    def loops(self) -> Iterator[Loop]:
        """It and all loops in it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Loop):
                yield from child.loops()


class Segment:
    """A segment of the map. ``key`` None: its identifier alone says which it is.

    ``opens`` says that it is the first of its loop. ``number`` counts the segments of the map.
    """

    __slots__ = (
        "elements",
        "id",
        "key",
        "notes",
        "number",
        "opens",
        "parent",
        "path",
        "pos",
        "repeat",
        "slot",
        "usage",
    )

    def __init__(self, segment_id: str, usage: str, pos: int, repeat: int, parent: Loop) -> None:
        self.id = segment_id
        self.usage = usage
        self.pos = pos
        self.repeat = repeat
        self.parent = parent
        self.path = ""
        self.slot = -1
        self.number = -1
        self.opens = False
        self.elements: tuple[Element | Composite, ...] = ()
        self.notes: tuple[Note, ...] = ()
        self.key: Key | None = None

    def is_loop(self) -> bool:
        """No."""
        return False

    def get_max_repeat(self) -> int:
        """How often it may occur in its loop."""
        return self.repeat

    def guess_unique_key_id_element(self) -> Element | None:
        """The element whose codes tell it from other segments of the same identifier."""
        return qualifier(self.id, self.elements)


def qualifier(segment_id: str, elements: tuple[Element | Composite, ...]) -> Element | None:
    """The coded element by which segments of one identifier are told apart: the first, its first component, or HL03."""
    first = elements[0] if elements else None
    if isinstance(first, Composite):
        first = first.children[0] if first.children else None
    if isinstance(first, Element) and first.data_type == "ID" and first.valid_codes:
        return first
    third = elements[2] if segment_id == "HL" and len(elements) > 2 else None
    return third if isinstance(third, Element) and third.valid_codes else None
