"""Is an X12 file all there? Told from the file alone, in memory that does not grow with it.

A file is complete when its last interchange runs from ISA to an IEA that repeats the control number and counts the
groups, and no part of it is zero bytes that wait to be written. Earlier interchanges are not judged here: the scrubber
holds what is wrong with them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

PIECE = 1 << 20
"""Bytes that are read at a time."""
MARGIN = 4096
"""Bytes at the end of a piece that are looked at again with the next one: more than an ISA or an IEA is long."""
PADDING = 4096
"""Zero bytes outside of interchanges that are taken for the padding of a block; more are a hole."""

FILLER = b"\r\n\t "
BLANK = FILLER + b"\x00\x1a\xef\xbb\xbf"
ISA_ELEMENTS = 16
ISA = re.compile(rb"(?P<isa>ISA)([^A-Za-z0-9\s])\d\d\2")
NAMES = {"isa", "gs", "iea"}
OPENS = re.compile(rb"(?:\A|[\r\n\x00\x1a\xbf])(?:I|IS|ISA|ISA[^A-Za-z0-9\s]\d?\d?)\Z")
"""The last bytes of a file that an ISA may begin with."""

NUMBERS_DIFFER, WRONG_COUNT, ENDS_EARLY, BAD_CONTENT = "001", "021", "023", "024"
"""TA105 of what can be wrong with an interchange here."""


class Complete(NamedTuple):
    """The last interchange has ended."""


class Incomplete(NamedTuple):
    """Not all there yet, as plain words that hold nothing of the file.

    ``code`` is the TA105 to refuse the last interchange with, ``header`` its ISA segment without terminator. Both are
    empty where there is no whole ISA that could be answered.
    """

    reason: str
    code: str = ""
    header: bytes = b""


class NotInterchange(NamedTuple):
    """Nothing that could still be written makes an interchange of it."""

    reason: str


Verdict = Complete | Incomplete | NotInterchange

NO_IEA = "its last interchange has no IEA segment yet"
ISA_NOT_WHOLE = "its ISA segment is not whole yet"
IEA_NOT_WHOLE = "its IEA segment is not whole yet"
ANOTHER_BEGINS = "behind its last IEA another ISA segment begins"
HOLE = "zero bytes stand where text is still to be written"
OTHER_NUMBER = "the control numbers of its last ISA and IEA differ"
EMPTY = Incomplete("it is empty")
CHANGING = Incomplete("it is changing")
NO_ISA = NotInterchange("there is no ISA segment in it; only X12 files and treatment records belong here")


def judge(path: str | bytes, size: int, most: int, meanwhile: Callable[[], None] = lambda: None) -> Verdict:
    """Judge the regular file at ``path``, which a scan saw with ``size`` bytes. One above ``most`` bytes is not read.

    ``meanwhile`` is called after each piece that is read. Raises OSError when it cannot be read. Waits on no FIFO and
    follows no link.
    """
    if size > most:
        return NotInterchange(f"it has more than max-bytes ({most} bytes); split it, or raise max-bytes")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb", buffering=0) as file:
        reader = _Reader()
        left = size
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            reader.take(piece, last=not left)
            meanwhile()
        changing = left > 0 or os.fstat(handle).st_size != size
    return CHANGING if changing else reader.verdict()


class _Header(NamedTuple):
    """One ISA. ``text`` is it without terminator, empty when it is not whole; ``pattern`` finds what comes next."""

    text: bytes
    separator: bytes
    pattern: re.Pattern[bytes]
    fault: bool
    """Its delimiters cannot be told. The scrubber says why; here only an IEA is looked for."""

    @property
    def control(self) -> bytes:
        return self.text.split(self.separator)[13].strip(FILLER)


@lru_cache(maxsize=64)
def _pattern(separator: bytes, terminator: bytes) -> re.Pattern[bytes]:
    """GS, an IEA with its elements and terminator, or the next ISA."""
    sep, end = re.escape(separator), re.escape(terminator)
    return re.compile(
        rb"%(end)s[\r\n\t ]*(?:(?P<gs>GS)(?=%(sep)s|%(end)s)|"
        rb"(?P<iea>IEA)(?=%(sep)s|%(end)s)(?P<elements>[^%(in)s]{0,1000})(?P<end>%(end)s)?)|"
        rb"(?P<isa>ISA)([^A-Za-z0-9\s])\d\d\6" % {b"sep": sep, b"end": end, b"in": end}
    )


@lru_cache(maxsize=64)
def _blind_pattern(separator: bytes) -> re.Pattern[bytes]:
    """Any IEA, or the next ISA, of an interchange whose delimiters cannot be told."""
    return re.compile(rb"(?P<iea>IEA)%s|(?P<isa>ISA)([^A-Za-z0-9\s])\d\d\3" % re.escape(separator))


def _header(text: bytes) -> _Header:
    """Read the ISA that ``text`` begins with, as claims/index.py does: its separators are trusted, not its widths."""
    separator = text[3:4]
    parts = text[:MARGIN].split(separator, ISA_ELEMENTS)
    blind = _blind_pattern(separator)
    if len(parts) <= ISA_ELEMENTS:
        return _Header(b"", separator, blind, fault=True)
    at = sum(map(len, parts[:ISA_ELEMENTS])) + ISA_ELEMENTS
    component, terminator = text[at : at + 1], text[at + 1 : at + 2]
    whole = text[: at + 1] if terminator else b""
    following = text[at + 2 : at + 40].lstrip(FILLER)[:3].rstrip(separator)
    usable = terminator and not terminator.isalnum() and terminator not in (separator, component)
    if not usable or (following and not any(name.startswith(following) for name in (b"GS", b"TA1", b"IEA"))):
        return _Header(whole, separator, blind, fault=True)
    return _Header(whole, separator, _pattern(separator, terminator), fault=False)


class _Reader:
    """One pass over the file, piece by piece."""

    def __init__(self) -> None:
        self.text = b""
        self.first = b""
        self.blank = True
        self.header: _Header | None = None
        self.open = False
        """Between an ISA and its IEA."""
        self.groups = 0
        self.ended: Verdict = EMPTY
        """What the last IEA says of its interchange."""
        self.zeros = 0
        """Zero bytes since the last ISA or IEA."""
        self.hole = False

    def take(self, piece: bytes, *, last: bool) -> None:
        """Go over the next bytes; all but a margin, which waits for what follows it."""
        self.first = self.first or piece[:1]
        self.blank = self.blank and not piece.strip(BLANK)
        text = self.text + piece
        limit = len(text) if last else len(text) - MARGIN
        at = 0
        while match := self._next(text, at):
            if max(map(match.start, match.groupdict().keys() & NAMES)) >= limit:
                break
            at = self._step(text, at, match)
        stop = max(at, limit)
        self._pass(text, at, stop)
        self.text = text[at:][-16:] if last else self._rest(text, stop)

    def _next(self, text: bytes, at: int) -> re.Match[bytes] | None:
        pattern = self.header.pattern if self.open and self.header else ISA
        return pattern.search(text, at)

    def _step(self, text: bytes, at: int, match: re.Match[bytes]) -> int:
        """Go over one ISA, GS or IEA; returns where to look on."""
        found = match.groupdict()
        if found["isa"]:
            return self._isa(text, at, match)
        self._pass(text, at, match.end())
        if found.get("gs"):
            self.groups += 1
        elif self.header:
            self.ended = self._iea(self.header, found)
            self.open, self.zeros = False, 0
        return match.end()

    def _isa(self, text: bytes, at: int, match: re.Match[bytes]) -> int:
        start, end = match.start("isa"), match.end()
        if start and text[start - 1] == text[start + 3]:  # the end of an element such as LUISA
            self._pass(text, at, end)
            return end
        self._pass(text, at, start)
        self.header = _header(text[start : start + 2 * MARGIN])
        self.open, self.groups, self.zeros = True, 0, 0
        end = max(end, start + len(self.header.text))
        self._pass(text, start, end)
        return end

    def _iea(self, header: _Header, found: dict[str, bytes | None]) -> Verdict:
        if header.fault:
            return Complete()
        if found["end"] is None:
            return Incomplete(IEA_NOT_WHOLE, ENDS_EARLY, header.text)
        _, count, control, *_ = (
            each.strip(FILLER) for each in (*(found["elements"] or b"").split(header.separator), b"", b"")
        )
        if control != header.control:
            return Incomplete(OTHER_NUMBER, NUMBERS_DIFFER, header.text)
        if not count.isdigit() or int(count) != self.groups:
            return Incomplete(f"its last IEA counts other than {self.groups} groups", WRONG_COUNT, header.text)
        return Complete()

    def _pass(self, text: bytes, start: int, stop: int) -> None:
        self.zeros += text.count(0, start, stop)
        self.hole = self.hole or self.zeros > (0 if self.open else PADDING)

    def _rest(self, text: bytes, stop: int) -> bytes:
        """What is left for the next piece; a terminator that only blanks separate from it goes with it."""
        before = text[:stop].rstrip(FILLER)
        terminator = before[-1:] if self.open else b""
        return terminator + text[stop:]

    def verdict(self) -> Verdict:
        """What the whole file is."""
        header = self.header
        if header is None:
            return self._without_isa()
        if self.hole:
            return Incomplete(HOLE, BAD_CONTENT if header.text else "", header.text)
        if self.open:
            return Incomplete(NO_IEA, ENDS_EARLY, header.text) if header.text else Incomplete(ISA_NOT_WHOLE)
        if OPENS.search(self.text):
            return Incomplete(ANOTHER_BEGINS)
        return self.ended

    def _without_isa(self) -> Verdict:
        if self.first == b"\x00":
            return Incomplete(HOLE)
        if self.blank:
            return EMPTY
        return Incomplete(ISA_NOT_WHOLE) if OPENS.search(self.text) else NO_ISA
