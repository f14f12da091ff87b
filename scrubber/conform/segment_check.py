"""One segment against its description in pyx12's map, with pyx12's traps stepped round.

pyx12 4.0.0 raises IndexError for a composite with too many components and ValueError for a date range with two dashes,
and takes a repetition separator for text. Such faults are found here first; pyx12 then sees the segment without them,
so that its other findings are not lost.
"""

from __future__ import annotations

import functools
from typing import Any

import pyx12.segment
import pyx12.syntax

from scrubber.conform import wording
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.guide_map import GuideMap
from scrubber.x12.delimiters import Delimiters

# pyx12 says 10 for an unused element and 5 for an unused composite; the 999 of 005010X231A1 has a code of its own.
NOT_USED = {"10": "I10", "5": "I10"}
MEMO_LENGTH = 200


def segment_faults(guide: GuideMap, node: Any, text: str, delimiters: Delimiters) -> tuple[GuideFault, ...]:
    """Faults of the elements of a segment whose place in the map is ``node``, all with segment index -1.

    Remembered for ordinary lengths: most segments of a claim are the same before and after a fix, and most headings
    serve many claims.
    """
    check = _remembered if len(text) <= MEMO_LENGTH else _faults
    return check(guide, id(node), text, delimiters)


def _faults(guide: GuideMap, node_id: int, text: str, delimiters: Delimiters) -> tuple[GuideFault, ...]:
    node = guide.nodes[node_id]
    elements = text.split(delimiters.element)
    found = _blank(node, elements, delimiters)
    found += _repeated(node, elements, delimiters)
    found += _overlong(node, elements, delimiters)
    found += _ranges(node, elements)
    try:
        segment = pyx12.segment.Segment(
            delimiters.element.join(elements), delimiters.segment, delimiters.element, delimiters.component
        )
        _, errors = node.is_valid_errors(segment)
        notes = [note for note in node.syntax if not pyx12.syntax.is_syntax_valid(segment, note)[0]]
        found += [_element_fault(node, error, notes) for error in errors]
    except MemoryError:  # says something about the machine, not about the claim
        raise
    except Exception:  # noqa: BLE001 - whatever pyx12 stumbles over is said, and never taken for a pass
        found.append(judge_failed(node.id, "elements"))
    return tuple(found)


# Bounded, so that a long run does not grow; texts over MEMO_LENGTH never enter it.
_remembered = functools.lru_cache(maxsize=4096)(_faults)


def judge_failed(segment_id: str, what: str) -> GuideFault:
    """The judge could not do its work on a segment: no pass, and no finding either."""
    label = segment_id or "A segment"
    message = f"{label}: the conformance judge failed on its {what}; check this segment by hand"
    return GuideFault(segment_id, None, None, "", -1, "judge", message)


def _element(node: Any, number: int, component: int | None, code: str, message: str) -> GuideFault:
    return GuideFault(node.id, number, component, code, -1, "element", message)


def _blank(node: Any, elements: list[str], delimiters: Delimiters) -> list[GuideFault]:
    filled = any(value.rstrip(delimiters.component) for value in elements[1:])
    if filled and elements[-1]:
        return []
    words = "ends in an empty element" if filled else "has no data"
    return [GuideFault(node.id, None, None, "8", -1, "segment", f"{wording.segment_words(node)} {words}")]


def _repeated(node: Any, elements: list[str], delimiters: Delimiters) -> list[GuideFault]:
    """No element that the 837P uses may repeat."""
    separator = delimiters.repetition
    # A letter or digit is no separator, whatever ISA11 says: files of older habits leave a U there.
    if not separator or separator.isalnum():
        return []
    found = []
    for number, value in enumerate(elements[1:], start=1):
        if separator in value:
            elements[number] = value.partition(separator)[0]
            message = f"{wording.place(node.id, number)} holds the repetition separator, and may stand only once"
            found.append(_element(node, number, None, "12", message))
    return found


def _overlong(node: Any, elements: list[str], delimiters: Delimiters) -> list[GuideFault]:
    found = []
    for number, value in enumerate(elements[1 : len(node.children) + 1], start=1):
        child = node.children[number - 1]
        if not child.is_composite() or child.usage == "N":
            continue
        parts = value.split(delimiters.component)
        allowed = len(child.children)
        if len(parts) > allowed:
            elements[number] = delimiters.component.join(parts[:allowed])
            message = f"{wording.place(node.id, number)} has {len(parts)} components; at most {allowed} are allowed"
            found.append(_element(node, number, allowed + 1, "13", message))
    return found


def _ranges(node: Any, elements: list[str]) -> list[GuideFault]:
    if node.id != "DTP" or len(elements) < 4 or elements[2] != "RD8" or elements[3].count("-") < 2:
        return []
    elements[3] = "-".join(elements[3].split("-")[:2])
    return [_element(node, 3, None, "8", f"{wording.place('DTP', 3)} has more than two dates")]


def _element_fault(node: Any, error: Any, notes: list[list[Any]]) -> GuideFault:
    code: str = error.err_cde
    described = error.map_node
    if described is not None:
        inside = described.parent.is_composite()
        number = described.parent.seq if inside else described.seq
        component = described.seq if inside else None
        code = "I10" if code == "10" else code
        where = wording.place(node.id, number, component)
        return _element(node, number, component, code, wording.element_message(code, where, described, error.err_str))
    if isinstance(error.refdes, int):  # a syntax note: pyx12 gives its first element, in the order of the notes
        note = notes.pop(0)
        return _element(node, error.refdes, None, code, wording.relation(node.id, note))
    number = int(error.refdes[-2:])
    if code == "3":
        message = f"{node.id} has more elements than the {len(node.children)} of the guide"
        return _element(node, number, None, code, message)
    code = NOT_USED.get(code, code)
    where = wording.place(node.id, number)
    return _element(node, number, None, code, wording.element_message(code, where, described, error.err_str))
