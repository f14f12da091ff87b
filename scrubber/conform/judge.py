"""Judge one claim by the guide: pyx12's map and walker, in a minimal transaction of our own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scrubber.conform.guide_fault import GuideFault, worse
from scrubber.conform.minimal_envelope import empty_segment, header, renumbered, segments, starts, trailer
from scrubber.x12.delimiters import Delimiters

if TYPE_CHECKING:
    from scrubber.conform.guide_walk import GuideWalk

__all__ = ["GuideFault", "faults_of_claim", "judge_claim", "worse"]

Judge = Literal["compiled", "pyx12"]


def faults_of_claim(
    heading: Sequence[str], claim: str, delimiters: Delimiters, by: Judge = "compiled", map_path: Path | None = None
) -> list[GuideFault]:
    """Every fault of one claim and its heading, by the compiled guide or by pyx12's own walk: the same faults.

    ``heading`` holds the texts above the claim in order, as Heading.texts has them; the rest is as for judge_claim.
    """
    if by == "pyx12":
        return judge_claim("".join(heading), claim, delimiters, map_path)
    from scrubber.conform.compiled.judge import judge

    return judge(heading, claim, delimiters, map_path)


def judge_claim(heading: str, claim: str, delimiters: Delimiters, map_path: Path | None = None) -> list[GuideFault]:
    """Every fault of one claim and its heading, in the order of the segments; an empty list when it conforms.

    ``heading`` is the text of the segments that precede the claim and belong to it: BHT, the submitter and receiver
    loops, then its HL 20, HL 22 and, for a dependent, HL 23 with what follows each; a leading ST is passed over.
    ``claim`` runs from its CLM to before the next CLM, HL or SE. Both are latin-1 text with the interchange's own
    delimiters; line ends between segments do not matter. All versions of 005010X222 are judged by the map of A1.

    The claim is judged inside ST and SE of our own, with HL01, HL02 and HL04 counted anew, so that no fault of the
    envelope, of other claims or of other levels is among the findings. ``map_path`` is a folder with a map that an
    overlay was laid over, None for the installed pyx12's own.

    Never raises for what is in a claim. Raises TableError when the installed pyx12 has no map.
    """
    behind_heading, found = _past_heading(heading, delimiters, map_path)
    walk = behind_heading.branch()
    faults = list(found)
    index = -1
    for text in segments(claim, delimiters):
        if text:
            index += 1
            faults += walk.step(text, index)
        else:
            faults.append(empty_segment(index))
    # Leaving the claim shows what is missing.
    faults += walk.step(trailer(delimiters.element), index)
    return faults


# Claims of one patient share their heading, and so do the two versions of a claim that a fix compares.
@lru_cache(maxsize=32)
def _past_heading(
    heading: str, delimiters: Delimiters, map_path: Path | None
) -> tuple[GuideWalk, tuple[GuideFault, ...]]:
    """The walk that stands behind the heading, and what was found on the way. Branch it, never step it."""
    from scrubber.conform.guide_map import guide_map
    from scrubber.conform.guide_walk import GuideWalk

    walk = GuideWalk(guide_map(map_path), delimiters)
    element = delimiters.element
    faults = walk.step(header(element), -1)
    own = list(segments(heading, delimiters))
    if own and starts(own[0], "ST", element):
        del own[0]
    for text in renumbered(own, element):
        faults += walk.step(text, -1) if text else [empty_segment(-1)]
    return walk, tuple(faults)
