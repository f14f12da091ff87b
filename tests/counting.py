"""The test-only judge: counts claims and checks envelopes of X12 bytes, and shares no code with the product.

It reads tolerantly, because what it judges is whether claims were kept and counts are right, not whether a file is
nice: a byte order mark, junk before ISA, an ISA of the wrong width, line ends anywhere, empty segments and indented or
wrapped text are all read. A line end inside a segment is no part of a value.
"""

import io
import re
from collections.abc import Iterator
from typing import NamedTuple

WHITESPACE = b" \t\r\n"
CLOSES_CLAIM = frozenset({b"CLM", b"HL", b"SE", b"ST", b"GE", b"GS", b"IEA", b"ISA"})
HEADER = re.compile(rb"ISA([^0-9A-Za-z\s])")


class Segment(NamedTuple):
    """``start`` is the offset of its identifier, ``raw`` its bytes without terminator, ``values[0]`` the identifier."""

    start: int
    raw: bytes
    values: list[bytes]

    @property
    def id(self) -> bytes:
        """The identifier, such as SV1."""
        return self.values[0]

    def value(self, number: int) -> bytes:
        """An element by its number in the guide; empty when it is not there."""
        return self.values[number] if number < len(self.values) else b""


class Interchange(NamedTuple):
    """ISA to IEA (or to the next ISA, or the end of the bytes), with ``end`` behind the last terminator."""

    element: bytes
    component: bytes
    terminator: bytes
    segments: list[Segment]
    end: int


class Claim(NamedTuple):
    """``own`` is CLM up to the next CLM, HL or SE, less white space at its end; ``segments`` are raw, unterminated."""

    id: str
    interchange: int
    own: bytes
    segments: list[bytes]

    def named(self, identifier: str) -> list[str]:
        """The claim's segments of one kind, as text with one character a byte."""
        width = len(identifier)
        return [text for raw in self.segments if (text := raw.decode("latin-1"))[:width] == identifier]


class Fault(NamedTuple):
    """What does not count or agree: the element, where, what it says and what it should say."""

    element: str
    place: str
    says: str
    should: str


def interchanges(data: bytes) -> list[Interchange]:
    """Every interchange of the bytes, in order."""
    found = []
    at = 0
    while header := HEADER.search(data, at):
        interchange = _interchange(data, header.start(), header[1])
        at = interchange.end if interchange else header.end()
        if interchange:
            found.append(interchange)
    return found


def _interchange(data: bytes, start: int, element: bytes) -> Interchange | None:
    fields = data[start : start + 1000].split(element, 16)
    if len(fields) < 17:
        return None
    isa16 = start + sum(map(len, fields[:16])) + 16
    width = next((w for w in (1, 0, 2) if _opens_body(data[isa16 + w + 1 :][:20])), 1)
    component = data[isa16 : isa16 + width]
    terminator = data[isa16 + width : isa16 + width + 1]
    if not terminator:
        return None
    segments: list[Segment] = []
    end = at = start
    while at < len(data):
        stop = data.find(terminator, at)
        stop = len(data) if stop < 0 else stop
        body = data[at:stop].lstrip(WHITESPACE)
        begin = stop - len(body)
        if body:
            values = body.replace(b"\r", b"").replace(b"\n", b"").split(element)
            values[0] = values[0].strip(WHITESPACE)
            if segments and HEADER.match(body):  # perhaps with other delimiters
                return Interchange(element, component, terminator, segments, begin)
            segments.append(Segment(begin, body, values))
        end = at = stop + 1
        if body and values[0] == b"IEA":
            break
    return Interchange(element, component, terminator, segments, min(end, len(data)))


def _opens_body(text: bytes) -> bool:
    return text.lstrip(WHITESPACE)[:2] in {b"GS", b"TA"}


def claims(data: bytes | None) -> list[Claim]:
    """Every claim of the bytes in order, whatever transaction it stands in; no bytes, no claims."""
    if not data:
        return []
    found = []
    for ordinal, interchange in enumerate(interchanges(data), 1):
        segments = interchange.segments
        opens = [n for n, segment in enumerate(segments) if segment.id == b"CLM"]
        for first in opens:
            after = next((n for n in range(first + 1, len(segments)) if segments[n].id in CLOSES_CLAIM), len(segments))
            stop = segments[after].start if after < len(segments) else interchange.end
            found.append(
                Claim(
                    id=segments[first].value(1).decode("latin-1"),
                    interchange=ordinal,
                    own=data[segments[first].start : stop].rstrip(WHITESPACE),
                    segments=[segment.raw for segment in segments[first:after]],
                )
            )
    return found


def partitions(source: bytes, corrected: bytes | None, held: bytes | None) -> bool:
    """Is every claim of the source in exactly one of the two, in the source's order, held ones byte for byte?

    A corrected claim is known by CLM01, because an edit may have changed the rest of it.
    """
    out, back = claims(corrected), claims(held)
    whole = claims(source)
    if len(whole) != len(out) + len(back):
        return False
    reached = {0}
    for n, claim in enumerate(whole):
        goes_out = {i + 1 for i in reached if i < len(out) and out[i].id == claim.id}
        goes_back = {i for i in reached if n - i < len(back) and back[n - i].own == claim.own}
        reached = goes_out | goes_back
    return len(out) in reached


def conforms(data: bytes) -> bool:
    """Does pyx12 find nothing wrong? It reads only clean text: versions other than X222A1 are not for it."""
    from pyx12 import params, x12n_document

    return bool(x12n_document.x12n_document(params.params(), io.StringIO(data.decode("latin-1")), None, None, None))


def faults(data: bytes) -> list[Fault]:
    """Counts, control numbers and hierarchy of every envelope, against what is there."""
    return [fault for n, interchange in enumerate(interchanges(data), 1) for fault in _faults_of(interchange, str(n))]


def _faults_of(interchange: Interchange, place: str) -> Iterator[Fault]:
    groups = sets = 0
    isa13 = interchange.segments[0].value(13).strip()
    gs06 = b""
    body: list[Segment] = []
    for segment in interchange.segments:
        match segment.id:
            case b"GS":
                groups, sets, gs06 = groups + 1, 0, segment.value(6)
            case b"ST":
                sets, body = sets + 1, []
        body.append(segment)
        where = f"interchange {place} group {groups} transaction {sets}"
        match segment.id:
            case b"SE":
                yield from _differs("SE01", where, segment.value(1), len(body))
                yield from _differs("SE02", where, segment.value(2), body[0].value(2))
                yield from _hierarchy([s for s in body if s.id == b"HL"], where)
            case b"GE":
                yield from _differs("GE01", where, segment.value(1), sets)
                yield from _differs("GE02", where, segment.value(2), gs06)
            case b"IEA":
                yield from _differs("IEA01", where, segment.value(1), groups)
                yield from _differs("IEA02", where, segment.value(2).strip(), isa13)
    if interchange.segments[-1].id != b"IEA":
        yield Fault("IEA", f"interchange {place}", "", "IEA")


def _differs(element: str, where: str, says: bytes, should: bytes | int) -> Iterator[Fault]:
    agree = says == should if isinstance(should, bytes) else says.isdigit() and int(says) == should
    if not agree:
        wanted = should.decode("latin-1") if isinstance(should, bytes) else str(should)
        yield Fault(element, where, says.decode("latin-1"), wanted)


def _hierarchy(levels: list[Segment], where: str) -> Iterator[Fault]:
    parents = {level.value(2) for level in levels}
    seen: set[bytes] = set()
    for number, level in enumerate(levels, 1):
        yield from _differs("HL01", where, level.value(1), number)
        if level.value(2) and level.value(2) not in seen:
            yield Fault("HL02", where, level.value(2).decode("latin-1"), "an earlier HL01")
        yield from _differs("HL04", where, level.value(4) or b"0", int(level.value(1) in parents))
        seen.add(level.value(1))
