"""The compiled guide: the effective map with everything that was looked up in it, once per process and map."""

from __future__ import annotations

import functools
from pathlib import Path

from scrubber.conform.compiled.arrivals import UNKNOWN, Arrival, Kind, arrival, kinds_of
from scrubber.conform.compiled.nodes import UNLIMITED, Loop, Segment
from scrubber.conform.compiled.read_map import MAP_FILE, MapReader
from scrubber.errors import TableError

GROUP_START = ("ISA_LOOP", "GS_LOOP")


class CompiledGuide:
    """One map as tables. ``start`` is the GS from which a walk begins, ``counted`` the slots that it has counted."""

    def __init__(self, map_path: Path | None = None) -> None:
        self.root = MapReader(map_path).read(MAP_FILE)
        self.segments = tuple(self.root.segments())
        group = self._group()
        self.start = next(child for child in group.children if isinstance(child, Segment))
        opening = (group.parent.first if group.parent else None, self.start)
        self.counted = {each.slot: 1 for each in (group.parent, *opening, group) if each is not None}
        self._told = kinds_of(self.root)
        self._arrivals: dict[tuple[int, Kind], Arrival | None] = {}
        self._live: dict[int, dict[int, int]] = {}

    def _group(self) -> Loop:
        loop = self.root
        for name in GROUP_START:
            inner = [child for child in loop.children if isinstance(child, Loop) and child.id == name]
            if not inner:
                raise TableError(f"{MAP_FILE}: the map has no loop {name}; reinstall pyx12 4")
            loop = inner[0]
        return loop

    def kind(self, elements: list[str], component: str) -> Kind:
        """Which kind of segment this is, as far as the map tells kinds apart."""
        told = self._told.get(elements[0])
        if told is None:
            return UNKNOWN
        element, part, kinds = told
        value = elements[element] if element < len(elements) else ""
        if component and component in value:
            value = value.split(component)[part - 1] if part else value.rstrip(component)
        return kinds.get(value) or kinds[""]

    def arrival(self, at: Segment, kind: Kind) -> Arrival | None:
        """Where a segment of a kind leads from ``at``; None when it may not follow there."""
        place = (at.number, kind)
        try:
            return self._arrivals[place]
        except KeyError:
            found = self._arrivals[place] = arrival(at, kind)
            return found

    def live(self, at: Segment) -> dict[int, int]:
        """Slots that a walk from ``at`` may ask before they begin anew, with the count above which none matters."""
        found = self._live.get(at.number)
        if found is None:
            asked: set[Loop | Segment] = set()
            loop: Loop | None = at.parent
            pos = at.pos
            while loop is not None:
                asked.add(loop)
                for child in loop.children:
                    if child.pos >= pos:
                        asked |= _asked(child)
                pos = loop.pos
                loop = loop.parent
            limits = ((each.slot, 1 if each.repeat == UNLIMITED else each.repeat + 1) for each in asked)
            found = self._live[at.number] = dict(limits)
        return found

    def in_claim(self, at: Segment) -> bool:
        """Whether a segment stands in a loop that a CLM opens."""
        loop: Loop | None = at.parent
        while loop is not None:
            if loop.first is not None and loop.first.id == "CLM":
                return True
            loop = loop.parent
        return False


def _asked(child: Loop | Segment) -> set[Loop | Segment]:
    """What is counted when a child is looked at: of a loop that only wraps others, the inner ones too."""
    if isinstance(child, Loop) and isinstance(child.first, Loop):
        return {child}.union(*(_asked(inner) for inner in child.children if isinstance(inner, Loop)))
    return {child}


def compiled_guide(map_path: Path | None = None) -> CompiledGuide:
    """The guide of the installed pyx12, or of a folder that holds a map laid over it; read once per process (0.05 s).

    Raises TableError with file and line when there is no such map or it is none.
    """
    return _compiled(map_path)


# Apart, since a cache tells a call without the argument from one with None.
@functools.cache
def _compiled(map_path: Path | None) -> CompiledGuide:
    return CompiledGuide(map_path)
