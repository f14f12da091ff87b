"""The loop outline of the 837P and the words for its segments and elements, as x12_maps/ holds them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber.errors import TableError
from scrubber.x12.xml_file import read_xml

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Loop", "Outline", "maps_folder", "outline", "read_outline", "read_xml"]


class Loop(NamedTuple):
    """One loop of the transaction, and what starts it.

    It starts at a ``segment`` and, where ``element`` is not 0, only with one of ``values`` in that element; without
    values any such segment starts it at the place where it may stand. ``segments`` are its own, each once, in guide
    order; ``repeat`` is 0 where any number is allowed. ``parent`` is empty for the loops directly in the transaction;
    ``also_under`` names further parents: the claim loop 2300 stands under 2000B, and for a dependent under 2000C.
    """

    id: str
    name: str
    parent: str
    segment: str
    element: int
    values: frozenset[str]
    segments: tuple[str, ...]
    repeat: int
    also_under: tuple[str, ...] = ()


class Outline(NamedTuple):
    """Loops by id in guide order, and names by reference: SV1, SV104, SV101-2. Plain data, picklable."""

    guide: str
    loops: dict[str, Loop]
    names: dict[str, str]

    def segment_name(self, segment: str) -> str:
        """What a segment is called in a message; empty for one that no 837P has."""
        return self.names.get(segment, "")

    def element_name(self, reference: str) -> str:
        """What an element (SV104) or a part (SV101-2) is called; empty for one that the guide leaves empty."""
        return self.names.get(reference, "")


def maps_folder() -> Path:
    """The folder x12_maps: inside the installed package, else that of the checkout.

    Raises TableError when it is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "x12_maps", package.parent / "x12_maps"):
        if folder.is_dir():
            return folder
    raise TableError(f"{package / 'x12_maps'}: the folder of maps is missing; install the package again")


@cache
def outline() -> Outline:
    """The outline of 005010X222A1, read and validated once per process."""
    return read_outline(maps_folder() / "837p.xml")


def read_outline(path: Path) -> Outline:
    """Read an outline file. Raises TableError, with file and line, when it does not have the form of outline.rng."""
    root = read_xml(path, maps_folder() / "outline.rng").getroot()
    loops: dict[str, Loop] = {}
    again: list[tuple[str, str]] = []
    for element in root.iterfind("loops/loop"):
        for loop in _loops(element, "", again):
            if loop.id in loops:
                raise TableError(f"{path}: loop {loop.id} is described twice; say <again> at its second place")
            loops[loop.id] = loop
    for loop_id, parent in again:
        if loop_id not in loops:
            raise TableError(f"{path}: loop {loop_id} stands again under {parent}, but is described nowhere")
        known = loops[loop_id]
        loops[loop_id] = known._replace(also_under=(*known.also_under, parent))
    return Outline(root.get("guide", ""), loops, dict(_names(root)))


def _loops(element: etree._Element, parent: str, again: list[tuple[str, str]]) -> Iterator[Loop]:
    (opens,) = element.iterfind("opens")
    loop_id = element.get("id", "")
    repeat = element.get("repeat", "")
    yield Loop(
        id=loop_id,
        name=element.get("name", ""),
        parent=parent,
        segment=opens.get("segment", ""),
        element=int(opens.get("element", "0")),
        values=frozenset((opens.text or "").split()),
        segments=tuple(element.findtext("holds", "").split()),
        repeat=0 if repeat == "any" else int(repeat),
    )
    again += [(place.get("loop", ""), loop_id) for place in element.iterfind("again")]
    for child in element.iterfind("loop"):
        yield from _loops(child, loop_id, again)


def _names(root: etree._Element) -> Iterator[tuple[str, str]]:
    for segment in root.iterfind("segments/segment"):
        segment_id = segment.get("id", "")
        yield segment_id, segment.get("name", "")
        for element in segment.iterfind("element"):
            first = int(element.get("number", "0"))
            for number in range(first, int(element.get("through", str(first))) + 1):
                reference = f"{segment_id}{number:02d}"
                yield reference, element.get("name", "")
                for part in element.iterfind("part"):
                    yield f"{reference}-{part.get('number')}", part.get("name", "")
