"""Judge whole transactions by the compiled guide: every segment from ST to SE, with its place in the file.

A transaction is run over in the pieces that the index knows: what precedes the first level, each level, each claim,
and the trailer. A piece that conforms costs a few look-ups a segment; any other is walked exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scrubber.claims.outline import PROFESSIONAL_VERSIONS, File, Transaction
from scrubber.claims.spans import ClaimSpan, Level
from scrubber.conform import wording
from scrubber.conform.compiled.guide import compiled_guide
from scrubber.conform.compiled.hierarchy import Hierarchy, number_of
from scrubber.conform.compiled.nodes import Loop
from scrubber.conform.compiled.run import CleanRun, Place, clean_run
from scrubber.conform.compiled.walk import CompiledWalk
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.minimal_envelope import VERSION, empty_segment
from scrubber.conform.minimal_envelope import trailer as own_trailer

FILLER = "\r\n\t "


class PlacedFault(NamedTuple):
    """A fault with its place. ``fault.segment_index`` counts the segments of the transaction, 0 for its ST: IK302 is
    one more.

    ``byte`` is where that segment begins in the source; of a missing segment, where the loop that lacks it begins.
    ``claim`` is the ordinal of the claim in which the segment stands, None in a heading, a level or the trailer.
    ``loop`` is the guide's loop of that segment, empty for the transaction itself.
    """

    fault: GuideFault
    claim: int | None
    byte: int
    loop: str = ""


class _Spot(NamedTuple):
    """Where a segment stands: its first byte, and its loop."""

    byte: int
    loop: str


class JudgedTransaction(NamedTuple):
    """What was found in one transaction, in the order in which it came out.

    What is missing comes out where something else begins and is placed where the loop that lacks it began; so
    ``in_order`` differs there.
    """

    transaction: Transaction
    faults: tuple[PlacedFault, ...]

    def in_order(self) -> list[PlacedFault]:
        """The faults by the segments they are placed at."""
        return sorted(self.faults, key=lambda placed: placed.fault.segment_index)

    def claims(self) -> frozenset[int]:
        """Ordinals of the claims that do not conform themselves."""
        return frozenset(fault.claim for fault in self.faults if fault.claim is not None)


class Piece(NamedTuple):
    """A stretch of the source that is judged at once; ``segment`` is the index of its first segment."""

    start: int
    end: int
    segment: int
    claim: ClaimSpan | None
    level: Level | None


def judge_file(file: File, map_path: Path | None = None) -> Iterator[JudgedTransaction]:
    """Every professional claim transaction of a file, judged, in order.

    Raises TableError when there is no map. Never raises for what is in the file.
    """
    for transaction in file.transactions():
        if transaction.is_professional:
            yield judge_transaction(file.source, transaction, map_path)


def judge_transaction(source: bytes, transaction: Transaction, map_path: Path | None = None) -> JudgedTransaction:
    """One transaction from its ST to its SE; all versions of 005010X222 are judged by the map of A1."""
    delimiters = transaction.group.interchange.delimiters
    run = clean_run(compiled_guide(map_path), delimiters)
    judging = _Judging(source, run, transaction)
    for piece in pieces(source, transaction):
        judging.judge(piece)
    judging.found += _trailer_faults(transaction)
    return JudgedTransaction(transaction, tuple(judging.found))


def pieces(source: bytes, transaction: Transaction) -> Iterator[Piece]:
    """The pieces of a transaction, in order and without a gap between ST and the end of SE.

    Spaces before a segment are part of it here, since they are a fault.
    """
    first = transaction.segment
    marks: list[tuple[int, int, ClaimSpan | None, Level | None]] = [(transaction.start, first, None, None)]
    marks += [(level.start, level.segment, None, level) for level in transaction.levels]
    marks += [(claim.start, claim.segment, claim, None) for claim in transaction.claims]
    trailer = transaction.trailer
    # Without a trailer a piece of no bytes stands for it, so that what the last claim lacks still comes out.
    if trailer is None:
        marks.append((transaction.end, first + transaction.segments, None, None))
    else:
        marks.append((trailer.start, trailer.segment, None, None))
    marks.sort(key=lambda mark: mark[0])
    starts = [_behind_spaces(source, mark[0]) if source[mark[0] - 1] in b" \t" else mark[0] for mark in marks]
    for (_, segment, claim, level), start, end in zip(marks, starts, (*starts[1:], transaction.end), strict=True):
        yield Piece(start, end, segment - first, claim, level)


def _behind_spaces(source: bytes, at: int) -> int:
    while source[at - 1] in b" \t":
        at -= 1
    return at


def _trailer_faults(transaction: Transaction) -> Iterator[PlacedFault]:
    """What is wrong with SE as the end of its ST; the codes are those of IK502."""
    trailer = transaction.trailer
    last = transaction.segments - 1

    def fault(element: int | None, code: str, message: str) -> PlacedFault:
        byte = transaction.end if trailer is None else trailer.start
        return PlacedFault(GuideFault("SE", element, None, code, last, "transaction", message), None, byte)

    if trailer is None:
        yield fault(None, "2", "SE (end of the transaction) is missing")
        return
    if number_of(trailer.count) != transaction.segments:
        yield fault(1, "4", f"{wording.place('SE', 1)} is not the number of segments, {transaction.segments}")
    if trailer.control != transaction.control:
        yield fault(2, "3", f"{wording.place('SE', 2)} is not the control number of its ST")


def _loop(walk: CompiledWalk) -> str:
    """The loop in which a walk stands; empty in the transaction itself."""
    loop = walk.at.parent
    return loop.id if loop.parent is not None and loop.id[:1].isdigit() else ""


class _Judging:
    """One transaction under way. ``before`` is the piece that was judged last, and where it began."""

    def __init__(self, source: bytes, run: CleanRun, transaction: Transaction) -> None:
        self.source = source
        self.run = run
        self.transaction = transaction
        self.at = run.start
        self.before: tuple[Place, Piece] | None = None
        self.levels: dict[Loop, tuple[int, int]] = {}
        """Segment index and byte of the HL of each open level."""
        self.hierarchy = Hierarchy(run.delimiters.component)
        self.found: list[PlacedFault] = []

    def judge(self, piece: Piece) -> None:
        before = self.at
        wrong = self.hierarchy.wrong(piece.level, piece.segment) if piece.level is not None else []
        texts = self.texts(piece)
        after = None
        if not wrong and not texts[-1].strip(FILLER):
            after = self.run.run(before, texts[:-1])
        if after is None:
            after = self._exactly(piece, texts, wrong)
        if piece.level is not None:
            self._open_level(after.node.parent, piece)
        self.before = (before, piece)
        self.at = after

    def texts(self, piece: Piece) -> list[str]:
        """The segments of a piece with the line ends before them, and what follows its last terminator."""
        if piece.start == piece.end:
            return [own_trailer(self.run.delimiters.element), ""]
        texts = self.source[piece.start : piece.end].decode("latin-1").split(self.run.delimiters.segment)
        if piece.segment == 0:
            element = self.run.delimiters.element
            elements = texts[0].split(element)
            if len(elements) > 3 and elements[3] in PROFESSIONAL_VERSIONS:
                texts[0] = element.join((*elements[:3], VERSION, *elements[4:]))
        return texts

    def _open_level(self, loop: Loop | None, piece: Piece) -> None:
        while loop is not None and (loop.first is None or loop.first.id != "HL"):
            loop = loop.parent
        if loop is not None:
            self.levels[loop] = (piece.segment, piece.start)

    def _exactly(self, piece: Piece, texts: list[str], wrong: list[GuideFault]) -> Place:
        """Walk a piece segment by segment, and before it the one before: what that lacks comes out only here."""
        place, earlier = self.before or (self.at, None)
        walk = self.run.walk(place)
        walk.began = {loop: index for loop, (index, _) in self.levels.items()}
        spots = {index: _Spot(byte, loop.id) for loop, (index, byte) in self.levels.items()}
        spots[-1] = _Spot(self.transaction.start, "")
        if earlier is not None:
            for index, byte, text in self._numbered(earlier, self.texts(earlier)):
                if text:
                    walk.follow(text, index)
                spots[index] = _Spot(byte, _loop(walk))
        for index, byte, text in self._numbered(piece, texts):
            if not text:
                self.found.append(PlacedFault(empty_segment(index), self._claim(piece), byte, _loop(walk)))
                continue
            faults = walk.step(text, index)
            spots[index] = _Spot(byte, _loop(walk))
            if wrong:
                behind = sum(fault.kind == "segment" for fault in faults)
                faults[behind:behind] = wrong
                wrong = []
            for fault in faults:
                holder = piece if fault.segment_index >= piece.segment else earlier
                inside = holder is not None and fault.segment_index >= holder.segment
                claim = self._claim(holder) if holder is not None and inside else None
                spot = spots.get(fault.segment_index, _Spot(piece.start, ""))
                self.found.append(PlacedFault(fault, claim, *spot))
        return self.run.place(walk)

    def _claim(self, piece: Piece) -> int | None:
        return None if piece.claim is None else piece.claim.ordinal

    def _numbered(self, piece: Piece, texts: list[str]) -> Iterator[tuple[int, int, str]]:
        """Index, first byte and bare text of each segment of a piece; empty ones have the index of the one before."""
        index = piece.segment - 1
        byte = piece.start
        last = len(texts) - 1
        for number, text in enumerate(texts):
            bare = text.lstrip("\r\n")
            if text.strip(FILLER):
                index += 1
                yield index, byte + len(text) - len(bare), bare
            elif number < last:
                yield index, byte, ""
            byte += len(text) + 1
