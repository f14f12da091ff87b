"""A part of the work on an input: some patients, with their claims as places in files that whoever works on it reads.

What is sent is small, about 45 bytes a claim and a hundred for each row of treatment records, and the same bytes for
the same input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from scrubber.claims.claim import ClaimSource
from scrubber.claims.contents import Contents, Origin, Pieces, open_contents
from scrubber.claims.heading import HeadingReader
from scrubber.claims.outline import Group, Interchange, Transaction
from scrubber.claims.spans import NO_LEVEL, ClaimSpan, Level
from scrubber.findings.finding import ClaimElsewhere
from scrubber.visits.gather import GatheringOfSet, PatientSpans
from scrubber.visits.inputs import claim_source
from scrubber.visits.patient import PatientWork
from scrubber.x12.delimiters import Delimiters

CLAIMS_A_PART = 250
"""Claims after which a part is full: enough work to outweigh sending it, and few enough to keep all workers busy."""


class _File(msgspec.Struct, array_like=True, gc=False):
    """``number`` and ``first`` claim are those in the set; ``name`` is empty where there is one file.

    ``pieces`` are the stretches that are asked for, by where they begin, of a file that cannot be read by path.
    """

    number: int
    first: int
    name: str
    origin: Origin | None
    pieces: dict[int, bytes]


class _Transaction(NamedTuple):
    file: int
    interchange: int
    group: int
    control: str
    delimiters: tuple[str, str, str, str]
    start: int
    head_length: int
    segment: int


class _Level(NamedTuple):
    start: int
    length: int
    segment: int
    code: str
    parent: int


class _Claim(NamedTuple):
    """``position`` counts from 1 in its file; ``held`` by a fault of its envelope."""

    ordinal: int
    position: int
    start: int
    length: int
    segment: int
    level: int
    transaction: int
    held: bool


class _Contents(msgspec.Struct, array_like=True, gc=False):
    """The claims of a patient are the next ones of ``claims``, as many as it has ordinals. ``others`` are claims of
    other patients that findings of these may name, by ordinal, each with the number of its file in the set.
    """

    files: list[_File]
    transactions: list[_Transaction]
    levels: list[_Level]
    claims: list[_Claim]
    patients: list[PatientSpans]
    suffixed_controls: list[str]
    others: dict[int, tuple[int, ClaimElsewhere]]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Contents)


def parts_of(gathering: GatheringOfSet, most_claims: int = CLAIMS_A_PART) -> Iterator[bytes]:
    """The patients in order, packed into parts of ``most_claims`` or a few more. Each is made when its turn comes."""
    part = _Packing(gathering)
    for patient in gathering.patients():
        part.add(patient)
        if len(part.claims) >= most_claims:
            yield part.packed()
            part = _Packing(gathering)
    if part.claims:
        yield part.packed()


class _Packing:
    """A part as it fills up. Files, transactions and levels are numbered as its claims bring them in."""

    def __init__(self, gathering: GatheringOfSet) -> None:
        self._gathering = gathering
        self._files: dict[int, _File] = {}
        self._transactions: dict[tuple[int, int], int] = {}
        self._levels: dict[tuple[int, int], int] = {}
        self._of_transactions: list[_Transaction] = []
        self._of_levels: list[_Level] = []
        self.claims: list[_Claim] = []
        self._patients: list[PatientSpans] = []
        self._others: dict[int, tuple[int, ClaimElsewhere]] = {}

    def add(self, patient: PatientSpans) -> None:
        """Add a patient with all its claims."""
        self._patients.append(patient)
        for claims in (*(each for _, each in patient.same_number), *(each.claims for each in patient.elsewhere)):
            self._others.update((ordinal, self._named(ordinal)) for ordinal in claims)
        for ordinal in patient.claims:
            number = self._gathering.input_of(ordinal)
            span = self._gathering.span(ordinal)
            file = self._gathering.inputs[number]
            if number not in self._files:
                self._files[number] = _File(number, file.first, file.name, file.origin, {})
            transaction = self._transaction(number, span.transaction)
            level = NO_LEVEL if span.level is None else self._level(number, span.level)
            held = span.ordinal in file.held
            length = span.end - span.start
            self._want(number, span.start, span.end)
            self.claims.append(
                _Claim(ordinal, span.position, span.start, length, span.segment, level, transaction, held)
            )

    def _named(self, ordinal: int) -> tuple[int, ClaimElsewhere]:
        number, span = self._gathering.input_of(ordinal), self._gathering.span(ordinal)
        group = span.transaction.group
        name = self._gathering.inputs[number].name
        place = (group.interchange.ordinal + 1, group.ordinal + 1, span.position)
        return number, ClaimElsewhere(name, span.claim_id, *place)

    def _transaction(self, file: int, transaction: Transaction) -> int:
        key = (file, transaction.start)
        if key not in self._transactions:
            self._transactions[key] = len(self._of_transactions)
            group = transaction.group
            interchange = group.interchange
            marks = interchange.delimiters
            self._want(file, transaction.start, transaction.head_end)
            self._of_transactions.append(
                _Transaction(
                    list(self._files).index(file),
                    interchange.ordinal,
                    group.ordinal,
                    transaction.control,
                    (marks.element, marks.component, marks.repetition, marks.segment),
                    transaction.start,
                    transaction.head_end - transaction.start,
                    transaction.segment,
                )
            )
        return self._transactions[key]

    def _level(self, file: int, level: Level) -> int:
        key = (file, level.start)
        if key not in self._levels:
            parent = NO_LEVEL if level.parent is None else self._level(file, level.parent)
            self._levels[key] = len(self._of_levels)
            self._want(file, level.start, level.end)
            self._of_levels.append(_Level(level.start, level.end - level.start, level.segment, level.code, parent))
        return self._levels[key]

    def _want(self, number: int, start: int, end: int) -> None:
        """Take a stretch along where nobody else can read it."""
        if self._files[number].origin is None:
            self._files[number].pieces[start] = self._gathering.inputs[number].contents[start:end]

    def packed(self) -> bytes:
        """The part as bytes."""
        return _ENCODER.encode(
            _Contents(
                list(self._files.values()),
                self._of_transactions,
                self._of_levels,
                self.claims,
                self._patients,
                sorted(self._gathering.suffixed_controls),
                self._others,
            )
        )


class Members:
    """The files of a set as far as one patient's findings name claims of them. Files by number, claims by ordinal."""

    def __init__(self, claims: tuple[ClaimSource, ...], part: _Contents) -> None:
        self._first = {file.number: file.first for file in part.files}
        number_of = {file.first: file.number for file in part.files}
        self._numbers = {claim.ordinal: number_of[claim.first_of_file] for claim in claims}
        self._names = {file.number: file.name for file in part.files}
        self._others = part.others

    def first_of(self, file: int) -> int:
        """The first claim of a file that the patient has claims in."""
        return self._first[file]

    def name_of(self, file: int) -> str:
        """What findings of other files call a file that the patient has claims in."""
        return self._names[file]

    def file_of(self, ordinal: int) -> int:
        """The file that a claim is in."""
        own = self._numbers.get(ordinal)
        return self._others[ordinal][0] if own is None else own

    def other(self, ordinal: int) -> ClaimElsewhere:
        """A claim of another patient, as findings of other files call it."""
        return self._others[ordinal][1]


class Work(NamedTuple):
    """The work of one patient, and what is to be known to take its result apart by file; None where there is one.

    ``others`` are claims of other patients that findings may name, by ordinal, each with the number of its file.
    """

    patient: PatientWork
    members: Members | None
    others: Mapping[int, tuple[int, ClaimElsewhere]]


def works_in(part: bytes) -> Iterator[Work]:
    """The work of each patient of a part, made when its turn comes, from the bytes of the files that it names.

    Raises UnreadableInputError when one of them cannot be read here, or is not what was indexed.
    """
    contents = _DECODER.decode(part)
    reader = _Reader(contents)
    controls = frozenset(contents.suffixed_controls)
    is_set = any(file.name for file in contents.files)
    claims = iter(contents.claims)
    for patient in contents.patients:
        sources = tuple(reader.claim(next(claims)) for _ in patient.claims)
        work = PatientWork(sources, *patient[1:5], controls, patient.elsewhere)
        yield Work(work, Members(sources, contents) if is_set else None, contents.others)


def ordinals_in(part: bytes) -> list[int]:
    """The ordinals of the claims of a part."""
    return [claim.ordinal for claim in _DECODER.decode(part).claims]


class _Reader:
    """Reads the claims of a part. Each level is read once."""

    def __init__(self, part: _Contents) -> None:
        self._files = part.files
        self._contents: list[Contents] = [
            Pieces(file.pieces) if file.origin is None else open_contents(file.origin) for file in part.files
        ]
        self._headings = [HeadingReader(contents) for contents in self._contents]
        self._file_of = [transaction.file for transaction in part.transactions]
        self._transactions = [_transaction(each) for each in part.transactions]
        self._levels: list[Level] = []
        for order, each in enumerate(part.levels):
            above = None if each.parent == NO_LEVEL else self._levels[each.parent]
            end = each.start + each.length
            self._levels.append(Level(each.start, end, each.segment, "", "", each.code, "", above, order))

    def claim(self, claim: _Claim) -> ClaimSource:
        """The claim with its text and heading."""
        level = None if claim.level == NO_LEVEL else self._levels[claim.level]
        transaction = self._transactions[claim.transaction]
        end = claim.start + claim.length
        in_file = claim.position - 1
        span = ClaimSpan(in_file, claim.start, end, claim.segment, "", None, transaction)
        file = self._file_of[claim.transaction]
        heading = self._headings[file].read(level, transaction)
        return claim_source(span, self._contents[file], heading, claim.ordinal, self._files[file].name, held=claim.held)


def _transaction(packed: _Transaction) -> Transaction:
    """The transaction as far as its claims are read by it."""
    interchange = Interchange(ordinal=packed.interchange, delimiters=Delimiters(*packed.delimiters))
    group = Group(ordinal=packed.group, interchange=interchange)
    head_end = packed.start + packed.head_length
    return Transaction(
        start=packed.start, segment=packed.segment, control=packed.control, group=group, head_end=head_end
    )
