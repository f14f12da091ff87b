"""Where the faults of a claim and its heading stand, and what the guide says of the place. Asked only where there are
faults: every segment is walked once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.conform.compiled.guide import CompiledGuide, compiled_guide
from scrubber.conform.compiled.nodes import Composite, Element, Segment
from scrubber.conform.compiled.run import clean_run
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.minimal_envelope import empty_segment, header, renumbered, segments, starts, trailer
from scrubber.x12.delimiters import Delimiters

USAGE = {"R": "required", "S": "situational", "N": "not used"}

OF_NOTES = ("2", "10")
"""IK403 of elements that go together, or exclude each other."""


class Placed(NamedTuple):
    """A fault with its place. ``at`` counts the segments from the first of the heading on, ``piece`` the texts of the
    heading and then the claim, ``number`` the segments of that piece: all from 0, and empty segments do not count.

    ``loop`` is the guide's loop, ``usage`` what it says of the element or segment: required, situational or not used;
    both are empty where the guide knows no place. ``together`` are the elements of a fault of several.
    """

    fault: GuideFault
    at: int
    piece: int
    number: int
    loop: str
    usage: str
    together: tuple[int, ...] = ()


def place_faults(
    faults: Sequence[GuideFault],
    heading: Sequence[str],
    claim: str,
    delimiters: Delimiters,
    map_path: Path | None = None,
) -> list[Placed]:
    """The faults that a judge found in a claim, each with its place. Arguments are those of the judge."""
    texts = [*heading, claim]
    counts = [sum(1 for text in segments(piece, delimiters) if text) for piece in texts]
    walked, nodes = _walked(texts, delimiters, map_path)
    waiting = list(walked)
    placed = []
    for fault in faults:
        found = next((each for each in waiting if each[:4] == fault[:4] and each.message == fault.message), None)
        if found is not None:
            waiting.remove(found)
        at = max(found.segment_index if found else sum(counts[:-1]), 0)
        piece = 0
        number = at
        while piece < len(counts) - 1 and number >= counts[piece]:
            number -= counts[piece]
            piece += 1
        node = nodes[at] if at < len(nodes) else None
        loop = "" if node is None or node.parent.parent is None else node.parent.id
        placed.append(Placed(fault, at, piece, number, loop, _usage(fault, node), _together(fault, node)))
    return placed


def _walked(
    texts: Sequence[str], delimiters: Delimiters, map_path: Path | None
) -> tuple[list[GuideFault], list[Segment]]:
    """Every fault, its segment counted from the first of the heading, and the segment of the map that each one is."""
    run = clean_run(compiled_guide(map_path), delimiters)
    walk = run.walk(run.start)
    walk.step(header(delimiters.element), -1)
    own = [text for piece in texts for text in segments(piece, delimiters)]
    nodes = []
    index = -1
    if own and starts(own[0], "ST", delimiters.element):
        del own[0]
        nodes.append(walk.at)
        index = 0
    faults: list[GuideFault] = []
    for text in renumbered(own, delimiters.element):
        if not text:
            faults.append(empty_segment(index))
            continue
        index += 1
        faults += walk.step(text, index)
        nodes.append(walk.at)
    # Leaving the claim shows what is missing.
    faults += walk.step(trailer(delimiters.element), index)
    return faults, nodes


def _usage(fault: GuideFault, node: Segment | None) -> str:
    if fault.code == "3" and fault.kind == "segment":
        return "required"
    if node is None or node.id != fault.segment_id:
        return ""
    if fault.element is None:
        return USAGE.get(node.usage, "")
    described = _described(node, fault.element, fault.component)
    return "" if described is None else USAGE.get(described.usage, "")


def _together(fault: GuideFault, node: Segment | None) -> tuple[int, ...]:
    """The elements of the syntax notes that a fault may be of."""
    if node is None or fault.kind != "element" or fault.code not in OF_NOTES:
        return ()
    notes = [note for note in node.notes if note.elements[0] == fault.element]
    return tuple(dict.fromkeys(number for note in notes for number in note.elements))


def _described(node: Segment, element: int, component: int | None) -> Element | Composite | None:
    found = next((each for each in node.elements if each.number == element), None)
    if component is None or not isinstance(found, Composite):
        return found
    return next((each for each in found.children if each.component == component), None)


def data_element(segment_id: str, element: int, component: int | None, map_path: Path | None = None) -> str:
    """The number of an element in the X12 dictionary, such as 380 for SV104; empty where the map has none."""
    return _data_elements(compiled_guide(map_path)).get((segment_id, element, component), "")


@lru_cache(maxsize=4)
def _data_elements(guide: CompiledGuide) -> dict[tuple[str, int, int | None], str]:
    """Numbers belong to the segment, whatever loop it stands in."""
    numbers: dict[tuple[str, int, int | None], str] = {}
    for node in guide.segments:
        for described in node.elements:
            for each in described.children if isinstance(described, Composite) else (described,):
                if each.data_ele:
                    numbers.setdefault((node.id, each.number, each.component), each.data_ele)
    return numbers
