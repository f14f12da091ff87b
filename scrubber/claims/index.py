"""Index a file: find every structural segment with one compiled regular expression for each interchange."""

from __future__ import annotations

import re
from functools import lru_cache

from scrubber.claims.outline import File, Group, Interchange, Trailer, Transaction
from scrubber.claims.spans import NO_LEVEL, PackedClaims, PackedLevels
from scrubber.claims.transaction_spans import ClaimsOf, LevelsOf
from scrubber.x12.delimiters import Delimiters

# ISA01 is two digits in every interchange on earth; the separator that follows "ISA" must come back behind it. Names
# end in ISA as well, or are it (LUISA*DE*): hence the digits, and no separator in front.
ISA = re.compile(rb"ISA([^A-Za-z0-9\s])\d\d\1")
FILLER = b"\r\n \t"
ISA_ELEMENTS = 16
PARENT_CODE = {"22": "20", "23": "22"}


def index(source: bytes) -> File:
    """Where the interchanges, groups, transactions, levels and claims of the source are. Never raises.

    An interchange whose delimiters cannot be read is there with its ``fault`` and without groups; a source without any
    ISA gives a File without interchanges.
    """
    starts = [at for match in ISA.finditer(source) if source[(at := match.start()) - 1 : at] != match[1]]
    levels = PackedLevels()
    claims = PackedClaims(levels)
    file = File(source, [], [], claims)
    at = 0
    segment = 1
    for number, start in enumerate(starts):
        limit = starts[number + 1] if number + 1 < len(starts) else len(source)
        if start > at:
            file.outside.append((at, start))
        interchange = _interchange(source, start, limit, number, segment)
        file.interchanges.append(interchange)
        if interchange.fault:
            interchange.end = limit
        else:
            segment = _Scan(file, interchange, limit, claims, levels).run()
        at = interchange.end
    if at < len(source):
        file.outside.append((at, len(source)))
    return file


def _interchange(source: bytes, start: int, limit: int, ordinal: int, segment: int) -> Interchange:
    """Read the ISA: widths are not trusted, the sixteen separators are; the body must agree."""
    separator = source[start + 3 : start + 4]
    at = start + 3
    marks = []
    for _ in range(ISA_ELEMENTS):
        marks.append(at)
        at = source.find(separator, at + 1, limit)
        if at < 0:
            break
    fault = ""
    component = terminator = b""
    if len(marks) < ISA_ELEMENTS:
        fault = "its ISA segment has fewer than sixteen elements"
    else:
        component = source[marks[-1] + 1 : marks[-1] + 2]
        terminator = source[marks[-1] + 2 : marks[-1] + 3]
        following = source[marks[-1] + 3 : marks[-1] + 40].lstrip(FILLER)
        if not terminator or following[:3].rstrip(separator) not in (b"GS", b"TA1", b"IEA"):
            fault = "no GS, TA1 or IEA segment follows its ISA: the segment terminator cannot be told"
        elif terminator.isalnum() or terminator in (separator, component):
            fault = "its ISA declares no usable segment terminator"
    if fault:
        return Interchange(
            ordinal=ordinal,
            start=start,
            segment=segment,
            delimiters=Delimiters("*", ":", "", "~"),
            control_start=start,
            fault=fault,
        )
    elements = source[start : marks[-1]].decode("latin-1").split(separator.decode("latin-1"))
    repetition = elements[11] if len(elements[11]) == 1 and not elements[11].isalnum() else ""
    delimiters = Delimiters(
        separator.decode("latin-1"), component.decode("latin-1"), repetition, terminator.decode("latin-1")
    )
    return Interchange(
        ordinal=ordinal,
        start=start,
        segment=segment,
        delimiters=delimiters,
        sender=elements[6],
        receiver=elements[8],
        control=elements[13],
        control_start=marks[12] + 1,
        end=limit,
    )


@lru_cache(maxsize=64)
def _structural(element: str, terminator: str) -> re.Pattern[bytes]:
    """Every segment that shapes an envelope or begins a claim, with its first element (None when it has none)."""
    sep = re.escape(element.encode("latin-1"))
    end = re.escape(terminator.encode("latin-1"))
    return re.compile(
        rb"%(end)s[\r\n\t ]*(GS|ST|HL|CLM|SE|GE|IEA)(?:%(sep)s([^%(cls)s%(clt)s]*)|(?=%(end)s))"
        % {b"end": end, b"sep": sep, b"cls": sep, b"clt": end}
    )


@lru_cache(maxsize=64)
def _empty(terminator: str) -> re.Pattern[bytes]:
    """A segment in which nothing stands."""
    end = re.escape(terminator.encode("latin-1"))
    return re.compile(rb"%(end)s[\r\n\t ]*%(end)s" % {b"end": end})


class _Scan:
    """One pass over one interchange."""

    def __init__(
        self, file: File, interchange: Interchange, limit: int, claims: PackedClaims, levels: PackedLevels
    ) -> None:
        self.file = file
        self.source = file.source
        self.interchange = interchange
        self.limit = limit
        self.element = interchange.delimiters.element.encode("latin-1")
        self.terminator = interchange.delimiters.segment.encode("latin-1")
        self.group: Group | None = None
        self.transaction: Transaction | None = None
        self.claims, self.levels = claims, levels
        self.own_levels = LevelsOf(levels)
        self.own_claims = ClaimsOf(claims, self.own_levels)
        """Those of the transaction."""
        self.in_claim = self.in_level = False
        """One has no end yet."""
        self.level = NO_LEVEL
        self.last_of: dict[str, int] = {}
        empty = _empty(interchange.delimiters.segment)
        self.has_empty_segments = empty.search(file.source, interchange.start, limit) is not None

    def run(self) -> int:
        """Index up to IEA (or the limit); returns the number of the segment that follows."""
        source, limit = self.source, self.limit
        pattern = _structural(self.interchange.delimiters.element, self.interchange.delimiters.segment)
        at, segment = self.interchange.start, self.interchange.segment
        for match in pattern.finditer(source, at, limit):
            start = match.start(1)
            segment += self._count(at, start)
            at = start
            kind = match.group(1)
            if kind == b"CLM":
                self._clm(start, segment, match.group(2) or b"")
            elif kind == b"HL":
                self._hl(start, segment)
            elif kind == b"ST":
                self._st(start, segment)
            elif kind == b"GS":
                self._gs(start, segment)
            else:
                self._trailer(kind, start, segment)
                if kind == b"IEA":
                    break
        segment += self._count(at, self.interchange.end)
        self._close_group(self.interchange.end)
        return segment

    def _count(self, start: int, end: int) -> int:
        """Segments that begin in the range. Empty ones do not count: nothing stands in them."""
        if not self.has_empty_segments:
            return self.source.count(self.terminator, start, end)
        return sum(1 for piece in self.source[start:end].split(self.terminator)[:-1] if piece.strip(FILLER))

    def _elements(self, start: int) -> tuple[list[str], int]:
        """Elements of the segment at ``start`` and the offset of its terminator."""
        end = self.source.find(self.terminator, start, self.limit)
        end = self.limit if end < 0 else end
        return self.source[start:end].decode("latin-1").split(self.interchange.delimiters.element), end

    def _clm(self, start: int, segment: int, claim_id: bytes) -> None:
        self._close_claim(start)
        transaction = self.transaction
        if transaction is None:
            self._stray(start, segment, "CLM")
            return
        if not transaction.is_professional:
            return
        if not transaction.head_end:
            transaction.head_end = start
        self.claims.add(start, segment, claim_id, self.level, transaction)
        self.own_claims.end += 1
        self.in_claim = True

    def _hl(self, start: int, segment: int) -> None:
        self._close_claim(start)
        transaction = self.transaction
        if transaction is None:
            self._stray(start, segment, "HL")
            return
        if not transaction.is_professional:
            return
        if not transaction.head_end:
            transaction.head_end = start
        elements, _ = self._elements(start)
        elements += [""] * (5 - len(elements))
        parent = self.last_of.get(PARENT_CODE.get(elements[3], ""), NO_LEVEL)
        self.level = self.levels.add(start, segment, elements[:5], parent, len(self.own_levels))
        self.own_levels.end += 1
        self.in_level = True
        if elements[3] == "20":
            self.last_of = {}
        self.last_of[elements[3]] = self.level

    def _st(self, start: int, segment: int) -> None:
        self._close_transaction(start, segment)
        if self.group is None:
            self._stray(start, segment, "ST")
            return
        elements, _ = self._elements(start)
        elements += [""] * (4 - len(elements))
        version = elements[3] or self.group.version
        self.transaction = Transaction(
            ordinal=len(self.group.transactions),
            start=start,
            segment=segment,
            set_id=elements[1],
            control=elements[2],
            version=version,
            group=self.group,
        )
        self.own_levels = LevelsOf(self.levels)
        self.own_claims = ClaimsOf(self.claims, self.own_levels)
        self.transaction.claims, self.transaction.levels = self.own_claims, self.own_levels
        self.group.transactions.append(self.transaction)

    def _gs(self, start: int, segment: int) -> None:
        self._close_group(start, segment)
        elements, _ = self._elements(start)
        elements += [""] * (9 - len(elements))
        self.group = Group(
            ordinal=len(self.interchange.groups),
            start=start,
            segment=segment,
            functional_id=elements[1],
            control=elements[6],
            version=elements[8],
            interchange=self.interchange,
        )
        self.interchange.groups.append(self.group)

    def _trailer(self, kind: bytes, start: int, segment: int) -> None:
        elements, end = self._elements(start)
        elements += [""] * (3 - len(elements))
        behind = self._behind(end)
        count_start = start + len(elements[0]) + 1
        trailer = Trailer(start, behind, segment, elements[1], elements[2], count_start, count_start + len(elements[1]))
        if kind == b"SE":
            if self.transaction is None:
                self._stray(start, segment, "SE")
                return
            self.transaction.trailer = trailer
            self._close_transaction(behind, segment + 1)
        elif kind == b"GE":
            if self.group is None:
                self._stray(start, segment, "GE")
                return
            self._close_transaction(start, segment)
            self.group.trailer = trailer
            self._close_group(behind, segment + 1)
        else:
            self._close_group(start, segment)
            self.interchange.trailer = trailer
            self.interchange.end = behind

    def _behind(self, terminator_at: int) -> int:
        """Offset behind a segment's terminator and the line end that follows it."""
        at = min(terminator_at + 1, self.limit)
        while at < self.limit and self.source[at] in b"\r\n":
            at += 1
        return at

    def _stray(self, start: int, segment: int, segment_id: str) -> None:
        holder = self.group or self.interchange
        holder.strays.append((start, segment, segment_id))

    def _close_claim(self, at: int) -> None:
        if self.in_claim:
            self.claims.close(at)
            self.in_claim = False
        if self.in_level:
            self.levels.close(at)
            self.in_level = False

    def _close_transaction(self, at: int, segment: int | None = None) -> None:
        transaction = self.transaction
        if transaction is None:
            return
        self._close_claim(transaction.trailer.start if transaction.trailer else at)
        transaction.end = at
        if not transaction.head_end:
            transaction.head_end = transaction.trailer.start if transaction.trailer else at
        if segment is None:
            segment = transaction.segment + self._count(transaction.start, at)
        transaction.segments = segment - transaction.segment
        self.transaction = None
        self.level = NO_LEVEL
        self.last_of = {}

    def _close_group(self, at: int, segment: int | None = None) -> None:
        self._close_transaction(at, segment)
        if self.group is not None:
            self.group.end = at
            self.group = None
