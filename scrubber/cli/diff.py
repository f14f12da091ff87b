"""`--diff`: changed segments of claims, before and after, one segment a line."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.index import index
from scrubber.findings.journal import CORRECTED, JournalEdit
from scrubber.outcome import Outcome
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.reports.characters import readable, visible
from scrubber.x12.span import Edit, Span
from scrubber.x12.splice import splice


def changed_segments(result: Outcome | ScrubbedFile) -> Iterator[str]:
    """Lines "- segment" and "+ segment" for every segment of a claim that the corrected file has otherwise."""
    by_position: dict[int, list[JournalEdit]] = {}
    for edit in result.journal:
        if edit.target == CORRECTED and edit.position is not None:
            by_position.setdefault(edit.position, []).append(edit)
    if not by_position:
        return
    file = index(result.source)
    for position, edits in by_position.items():
        span = file.claims[position - 1]
        terminator = span.transaction.group.interchange.delimiters.segment.encode("latin-1")
        yield f"@ claim {visible(readable(span.claim_id))}, position {position}"
        for start, end, mine in _segments_touched(result.source, edits, terminator):
            moved = [Edit(Span(e.start - start, e.end - start), e.after) for e in mine]
            before = result.source[start:end]
            yield from _lines("-", before, terminator)
            yield from _lines("+", splice(before, moved), terminator)


def _segments_touched(
    source: bytes, edits: list[JournalEdit], terminator: bytes
) -> Iterator[tuple[int, int, list[JournalEdit]]]:
    """Whole segments around the edits; edits of one segment come together."""
    start = end = -1
    mine: list[JournalEdit] = []
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if mine and edit.start < end:
            mine.append(edit)
            end = max(end, source.find(terminator, edit.end) + 1)
            continue
        if mine:
            yield start, end, mine
        start = source.rfind(terminator, 0, edit.start) + 1
        end = source.find(terminator, edit.end) + 1
        mine = [edit]
    if mine:
        yield start, end, mine


def _lines(sign: str, data: bytes, terminator: bytes) -> Iterator[str]:
    for piece in data.split(terminator):
        text = piece.strip(b"\r\n \t").decode("latin-1")
        if text:
            yield f"{sign} {visible(readable(text))}"
