"""The envelope of our own in which one claim is judged: ST, SE, and levels counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrubber.conform.guide_fault import GuideFault
from scrubber.x12.delimiters import Delimiters

CONTROL = "0001"
VERSION = "005010X222A1"
BILLING_LEVEL = "20"


def header(element: str) -> str:
    """ST of our own, in the one version that is judged by."""
    return element.join(("ST", "837", CONTROL, VERSION))


def trailer(element: str) -> str:
    """SE of our own. A walk looks at the form of its count only."""
    return element.join(("SE", "2", CONTROL))


def segments(text: str, delimiters: Delimiters) -> Iterator[str]:
    """The segments of a stretch of text, without terminators and line ends; an empty one is empty text.

    What stands behind the last terminator is a segment unless it is blank.
    """
    *whole, rest = text.split(delimiters.segment)
    for piece in whole:
        yield piece.lstrip("\r\n") if piece.strip("\r\n\t ") else ""
    if rest.strip("\r\n\t "):
        yield rest.lstrip("\r\n")


def renumbered(heading: Sequence[str], element: str, above: int = 0, *, more: bool = False) -> Iterator[str]:
    """Segments of a heading with its levels counted on from ``above``, each the child of the one before.

    ``more`` says that further levels follow.
    """
    last = above + levels(heading, element)
    number = above
    for text in heading:
        if not starts(text, "HL", element):
            yield text
            continue
        number += 1
        yield numbered(text, element, number, more=more or number < last)


def numbered(text: str, element: str, number: int, *, more: bool) -> str:
    """An HL as the level of this number; ``more`` says that levels follow."""
    parts = text.split(element)
    parts += [""] * (5 - len(parts))
    parts[1] = str(number)
    parts[2] = "" if parts[3] == BILLING_LEVEL else str(number - 1)
    parts[4] = "1" if more else "0"
    return element.join(parts)


def one_level(text: str, delimiters: Delimiters) -> list[str] | None:
    """The segments of a text that is one level, the HL first, with the line ends before them; None for any other."""
    level = "HL" + delimiters.element
    if not text.startswith(level) or text.count(level) > 1:
        return None
    *pieces, rest = text.split(delimiters.segment)
    return None if rest.strip("\r\n\t ") or not pieces else pieces


def levels(heading: Sequence[str], element: str) -> int:
    """How many HL segments there are."""
    return sum(starts(text, "HL", element) for text in heading)


def starts(text: str, segment_id: str, element: str) -> bool:
    """Whether a segment has this identifier, even with spaces before it."""
    return text.lstrip(" ").startswith(segment_id + element)


def empty_segment(index: int) -> GuideFault:
    """Two terminators with nothing between them; ``index`` is that of the segment before."""
    message = "An empty segment: two segment terminators follow one another"
    return GuideFault("", None, None, "1", index, "segment", message)
