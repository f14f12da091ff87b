"""The quick run over segments that conform: one look-up for a segment that was seen, one match for one that is like
those that were, a few steps for any other.

What was counted on the way is part of where one stands, so that a step without a fault is one look-up too. Places are
found as files need them; a step that has a fault is never remembered, and ends the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from scrubber.conform.compiled.arrivals import Kind
from scrubber.conform.compiled.guide import CompiledGuide
from scrubber.conform.compiled.likeness import Match
from scrubber.conform.compiled.nodes import Segment
from scrubber.conform.compiled.tables import SegmentTable, SegmentTables
from scrubber.conform.compiled.walk import CompiledWalk
from scrubber.x12.delimiters import Delimiters

MOST_SEEN = 16_384
"""Segment texts that are remembered; then all are forgotten and it begins anew."""
MOST_PLACES = 8_192
LONGEST_SEEN = 200
MOST_LIKE = 6
"""Patterns that are tried on a segment whose text was not seen, for each place and identifier."""
LONGEST_NAME = 3
"""Characters of a segment by which its patterns are looked up: of a shorter identifier, the separator is one."""
LINE = "LX*"
"""The kind of a line number; in steps the number belongs to it, since the one that is due is part of the place."""


class Clean:
    """What a remembered text is: a kind of segment, without fault as it is described. Compared by identity.

    The map has the claim twice, below a subscriber and below a patient, and what is the same in both is one here.
    """

    __slots__ = ()


class Place:
    """Where a run stands: a segment of the map, and what was counted as far as it can still matter.

    ``next`` is where a clean segment leads without a fault, ``steps`` what a kind of segment is that leads anywhere.
    ``like`` are the patterns of segments that were accepted from here, by the first characters of these, each with
    where it leads.
    """

    __slots__ = ("counts", "like", "lines", "next", "node", "steps", "table")

    def __init__(self, node: Segment, counts: tuple[tuple[int, int], ...], lines: int, table: SegmentTable) -> None:
        self.node = node
        self.counts = counts
        self.lines = lines
        self.table = table
        self.next: dict[Clean | None, Place] = {}
        self.steps: dict[Kind, Clean] = {}
        self.like: dict[str, list[tuple[Match, Place]]] = {}


class CleanRun:
    """Runs over segments of one guide and one set of delimiters, and remembers what it has seen.

    ``looked`` counts the segments of the runs, ``alike`` those that had not been seen and matched a pattern, ``missed``
    those that had to be looked at element by element.
    """

    def __init__(self, guide: CompiledGuide, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        self.looked = 0
        self.alike = 0
        self.missed = 0
        self._guide = guide
        self._kind = guide.kind
        self._element, self._component = delimiters[:2]
        self._tables = SegmentTables(guide, delimiters)
        self._seen: dict[str, Clean] = {}
        self._clean: dict[tuple[object, ...], Clean] = {}
        self._places: dict[tuple[object, ...], Place] = {}
        self.start = self._place(guide.start, guide.counted, 0)

    def run(self, at: Place, texts: Sequence[str]) -> Place | None:
        """Where segments without any fault lead; None when one of them may have a fault.

        Texts are without terminators; line ends may stand before them.
        """
        look = self._seen.get
        self.looked += len(texts)
        head = _head(texts[-1]) if texts else 0
        for text in texts:
            # None, for a text that was not seen, is no key of ``next``.
            after = at.next.get(look(text))
            if after is None:
                for match, leads in at.like.get(text[:head], ()):
                    if match(text):
                        self.alike += 1
                        after = leads
                        break
                else:
                    after = self._unseen(at, text, head)
                    if after is None:
                        return None
            at = after
        return at

    def hits(self) -> float:
        """The share of the segments looked up so far that had been seen, 0 to 1."""
        return 1 - (self.missed + self.alike) / self.looked if self.looked else 0.0

    @property
    def remembered(self) -> int:
        """How many segment texts are remembered now."""
        return len(self._seen)

    def leads(self, at: Place, kind: Kind) -> bool:
        """Whether a kind of segment may follow and nothing is missing before it."""
        return (at.steps.get(kind) or self._step(at, kind)) is not None

    def walk(self, at: Place) -> CompiledWalk:
        """The exact walk that goes on from a place."""
        return CompiledWalk(self._tables, at.node, dict(at.counts), at.lines)

    def place(self, walk: CompiledWalk) -> Place:
        """Where an exact walk has come to."""
        return self._place(walk.at, walk.counts, walk.lines)

    def _unseen(self, at: Place, text: str, head: int) -> Place | None:
        self.missed += 1
        elements = text.lstrip("\r\n").split(self._element)
        kind = self._kind(elements, self._component)
        if kind == LINE and len(elements) == 2:
            kind += elements[1]
        clean = at.steps.get(kind) or self._step(at, kind)
        if clean is None:
            return None
        after = at.next[clean]
        if after.table.accept(elements):
            if not kind.startswith(LINE):
                self._learn(at, text[:head], after, elements)
        elif self._tables.faults(after.node, elements):
            return None
        if len(text) <= LONGEST_SEEN:
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen[text] = clean
        return after

    def _learn(self, at: Place, head: str, after: Place, elements: list[str]) -> None:
        """Let segments like one that was accepted pass by a pattern the next time."""
        known = at.like.get(head)
        if known is not None and len(known) >= MOST_LIKE:
            return
        match = self._tables.likeness.of(after.node, elements)
        if match is not None:
            at.like.setdefault(head, []).append((match, after))

    def _step(self, at: Place, kind: Kind) -> Clean | None:
        """What a kind of segment is, counted once and remembered; None when that is a fault."""
        if kind.startswith(LINE) and kind != f"{LINE}{at.lines + 1}":
            return None
        walk = self.walk(at)
        arrival, found = walk.arrive(LINE if kind.startswith(LINE) else kind, "", -1)
        if arrival is None or found:
            return None
        after = self.place(walk)
        clean = self._clean.setdefault((kind, after.node.elements, after.node.notes), Clean())
        at.next[clean] = after
        at.steps[kind] = clean
        return clean

    def _place(self, node: Segment, counts: dict[int, int], lines: int) -> Place:
        live = self._guide.live(node)
        kept = tuple(sorted((slot, min(count, live[slot])) for slot, count in counts.items() if slot in live))
        lines = lines if self._guide.in_claim(node) else 0
        key = (node.number, kept, lines)
        found = self._places.get(key)
        if found is None:
            if len(self._places) >= MOST_PLACES:
                self._forget()
            found = self._places[key] = Place(node, kept, lines, self._tables.table(node))
        return found

    def _forget(self) -> None:
        """Drop all places. Those in use live on, and lead to new ones."""
        for place in self._places.values():
            place.next.clear()
            place.steps.clear()
            place.like.clear()
        self._places.clear()


def _head(text: str) -> int:
    """How many characters of a segment say its identifier, with the line end before it."""
    return len(text) - len(text.lstrip("\r\n")) + LONGEST_NAME


@lru_cache(maxsize=8)
def clean_run(guide: CompiledGuide, delimiters: Delimiters) -> CleanRun:
    """The run of a guide and delimiters, with what it remembers: one in each process."""
    return CleanRun(guide, delimiters)
