"""Judge one claim by the guide: pyx12's map and walker, in a minimal transaction of our own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from scrubber.conform.guide_fault import GuideFault, worse
from scrubber.x12.delimiters import Delimiters

if TYPE_CHECKING:
    from scrubber.conform.guide_walk import GuideWalk

__all__ = ["GuideFault", "judge_claim", "worse"]

CONTROL = "0001"
VERSION = "005010X222A1"
BILLING_LEVEL = "20"


def judge_claim(heading: str, claim: str, delimiters: Delimiters) -> list[GuideFault]:
    """Every fault of one claim and its heading, in the order of the segments; an empty list when it conforms.

    ``heading`` is the text of the segments that precede the claim and belong to it: BHT, the submitter and receiver
    loops, then its HL 20, HL 22 and, for a dependent, HL 23 with what follows each; a leading ST is passed over.
    ``claim`` runs from its CLM to before the next CLM, HL or SE. Both are latin-1 text with the interchange's own
    delimiters; line ends between segments do not matter. All versions of 005010X222 are judged by the map of A1.

    The claim is judged inside ST and SE of our own, with HL01, HL02 and HL04 counted anew, so that no fault of the
    envelope, of other claims or of other levels is among the findings.

    Never raises for what is in a claim. Raises TableError when the installed pyx12 has no map.
    """
    behind_heading, found = _past_heading(heading, delimiters)
    walk = behind_heading.branch()
    faults = list(found)
    index = -1
    for text in segments(claim, delimiters):
        if text:
            index += 1
            faults += walk.step(text, index)
        else:
            faults.append(_empty(index))
    # Leaving the claim shows what is missing. The walker looks at the form of SE01 only, not at its count.
    faults += walk.step(delimiters.element.join(("SE", "2", CONTROL)), index)
    return faults


def segments(text: str, delimiters: Delimiters) -> Iterator[str]:
    """The segments of a stretch of text, without terminators and line ends; an empty one is empty text.

    What stands behind the last terminator is a segment unless it is blank.
    """
    *whole, rest = text.split(delimiters.segment)
    for piece in whole:
        yield piece.lstrip("\r\n") if piece.strip("\r\n\t ") else ""
    if rest.strip("\r\n\t "):
        yield rest.lstrip("\r\n")


# Claims of one patient share their heading, and so do the two versions of a claim that a fix compares.
@lru_cache(maxsize=32)
def _past_heading(heading: str, delimiters: Delimiters) -> tuple[GuideWalk, tuple[GuideFault, ...]]:
    """The walk that stands behind the heading, and what was found on the way. Branch it, never step it."""
    from scrubber.conform.guide_map import guide_map
    from scrubber.conform.guide_walk import GuideWalk

    walk = GuideWalk(guide_map(), delimiters)
    element = delimiters.element
    faults = walk.step(element.join(("ST", "837", CONTROL, VERSION)), -1)
    own = list(segments(heading, delimiters))
    if own and _starts(own[0], "ST", element):
        del own[0]
    for text in _renumbered(own, element):
        faults += walk.step(text, -1) if text else [_empty(-1)]
    return walk, tuple(faults)


def _renumbered(heading: list[str], element: str) -> Iterator[str]:
    """The heading with its levels counted 1, 2, 3, each the child of the one before."""
    levels = sum(_starts(text, "HL", element) for text in heading)
    number = 0
    for text in heading:
        if not _starts(text, "HL", element):
            yield text
            continue
        number += 1
        parts = text.split(element)
        parts += [""] * (5 - len(parts))
        parts[1] = str(number)
        parts[2] = "" if parts[3] == BILLING_LEVEL else str(number - 1)
        parts[4] = "1" if number < levels else "0"
        yield element.join(parts)


def _starts(text: str, segment_id: str, element: str) -> bool:
    return text.lstrip(" ").startswith(segment_id + element)


def _empty(index: int) -> GuideFault:
    message = "An empty segment: two segment terminators follow one another"
    return GuideFault("", None, None, "1", index, "segment", message)
