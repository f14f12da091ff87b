"""Judge one claim by the compiled guide: quickly where it conforms, exactly where it may not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.conform.compiled.guide import compiled_guide
from scrubber.conform.compiled.run import CleanRun, Place, clean_run
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.minimal_envelope import (
    empty_segment,
    header,
    levels,
    numbered,
    one_level,
    renumbered,
    segments,
    starts,
    trailer,
)
from scrubber.x12.delimiters import Delimiters

SE = "SE*"


class Standing(NamedTuple):
    """Behind a heading: the place, what was found on the way, and how many levels there were."""

    place: Place
    found: tuple[GuideFault, ...]
    levels: int


def judge(heading: Sequence[str], claim: str, delimiters: Delimiters, map_path: Path | None = None) -> list[GuideFault]:
    """Every fault of one claim and its heading, as judge_claim finds them, at about a hundred times its speed.

    ``heading`` holds the texts above the claim in order, as Heading.texts has them: what precedes the first level, then
    each level. What claims share is judged once when it comes in pieces of its own. ``claim`` runs from its CLM to
    before the next CLM, HL or SE. ``map_path`` is a folder with a map that an overlay was laid over, None for the
    installed pyx12's own.

    Never raises for what is in a claim. Raises TableError when there is no map.
    """
    run = clean_run(compiled_guide(map_path), delimiters)
    standing = _behind(run, tuple(heading), False)
    *pieces, rest = claim.split(delimiters.segment)
    if not rest.strip("\r\n\t "):
        after = run.run(standing.place, pieces)
        if after is not None and run.leads(after, SE):
            return list(standing.found)
    return [*standing.found, *_exactly(run, standing.place, claim)]


def _exactly(run: CleanRun, place: Place, claim: str) -> list[GuideFault]:
    walk = run.walk(place)
    faults: list[GuideFault] = []
    index = -1
    for text in segments(claim, run.delimiters):
        if text:
            index += 1
            faults += walk.step(text, index)
        else:
            faults.append(empty_segment(index))
    # Leaving the claim shows what is missing.
    faults += walk.step(trailer(run.delimiters.element), index)
    return faults


# Claims of one patient share their heading, all of a provider share what stands above, and so do the two versions of a
# claim that a fix compares.
@lru_cache(maxsize=64)
def _behind(run: CleanRun, heading: tuple[str, ...], more: bool) -> Standing:
    """Where one stands behind a heading; ``more`` says that further levels follow."""
    element = run.delimiters.element
    if len(heading) > 1:
        pieces = one_level(heading[-1], run.delimiters)
        if pieces is not None:
            place, found, above = _behind(run, heading[:-1], True)
            pieces[0] = numbered(pieces[0], element, above + 1, more=more)
            after = run.run(place, pieces)
            if after is not None:
                return Standing(after, found, above + 1)
    if heading:
        own = list(segments(heading[-1], run.delimiters))
        if len(heading) == 1 and own and starts(own[0], "ST", element):
            del own[0]
        count = levels(own, element)
        place, found, above = _behind(run, heading[:-1], more or count > 0)
        texts = list(renumbered(own, element, above, more=more))
    else:
        place, found, above, count = run.start, (), 0, 0
        texts = [header(element)]
    after = run.run(place, texts)
    if after is None:
        walk = run.walk(place)
        faults = [fault for text in texts for fault in (walk.step(text, -1) if text else [empty_segment(-1)])]
        after = run.place(walk)
        found = (*found, *faults)
    return Standing(after, found, above + count)
