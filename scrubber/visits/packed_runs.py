"""Good rows of treatment records, kept packed: about thirty bytes a row.

Rows that follow one another in their file and name the same note, claim, member and day are a run. It is packed as one
piece, with what they share once; what few rows differ in (code, role, mode, clinician) stands in tables.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec

from scrubber.visits.record_rows import TreatmentRecord

_BLOCK_BITS = 12
_BLOCK_RUNS = 1 << _BLOCK_BITS
"""Runs of a block. One growing buffer for all of them would keep half as much again, and be copied as it grows."""
_MOST_ROWS = 64
"""Rows of a run at most: one row is found by reading its run."""

_T = TypeVar("_T")
_Kind = tuple[str, str, str, bool | None, str, bool]
"""Discipline, code, role, together, mode, signed."""
_Person = tuple[str, str]
"""Clinician id, rendering NPI."""


class _Row(msgspec.Struct, array_like=True, gc=False):
    """``line`` counts from the first line of the run; ``kind`` and ``person`` are places in their tables."""

    kind: int
    person: int
    line: int
    line_control: str
    minutes: int | None
    start: int | None
    stop: int | None
    timed_total: int | None
    treatment_total: int | None
    pt_slp_to_date: str
    ot_to_date: str


class _Run(msgspec.Struct, array_like=True, gc=False):
    """``day`` and ``file`` are places in their tables."""

    note_id: str
    claim_id: str
    member_id: str
    day: int
    file: int
    line: int
    rows: list[_Row]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Run)


class Stretches(NamedTuple):
    """Clock times of rows of one run: clinician, start and stop in minutes of the day, and number of each row."""

    claim_id: str
    member_id: str
    day: date
    found: list[tuple[str, int, int, int]]


class Numbers(dict[_T, int]):
    """Numbers things in the order they are first asked for."""

    def __missing__(self, thing: _T) -> int:
        number = self[thing] = len(self)
        return number


class PackedRuns:
    """Runs in the order their rows were added; the first is 0, and so is the first row."""

    __slots__ = ("_blocks", "_days", "_ends", "_files", "_firsts", "_kinds", "_people", "_rows")

    def __init__(self, packing: Packing) -> None:
        self._blocks = packing.blocks
        self._ends = packing.ends
        self._firsts = packing.firsts
        self._rows = packing.rows
        self._kinds = list(packing.kinds)
        self._people = list(packing.people)
        self._days = list(packing.days)
        self._files = list(packing.files)

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self._ends)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._rows

    def read(self, number: int) -> list[TreatmentRecord]:
        """The rows of a run."""
        run = self._run(number)
        kinds, people = self._kinds, self._people
        note_id, claim_id, member_id, first = run.note_id, run.claim_id, run.member_id, run.line
        day, file = self._days[run.day], self._files[run.file]
        found = []
        for row in run.rows:
            discipline, code, role, together, mode, signed = kinds[row.kind]
            clinician, npi = people[row.person]
            record = TreatmentRecord(
                note_id, claim_id, member_id, row.line_control, day, discipline, code, row.minutes, row.start, row.stop,
                role, together, mode, clinician, npi, signed, row.timed_total, row.treatment_total, row.pt_slp_to_date,
                row.ot_to_date, file, first + row.line,
            )  # fmt: skip
            found.append(record)
        return found

    def row(self, number: int) -> TreatmentRecord:
        """The row of that number in all runs."""
        run = bisect_right(self._firsts, number) - 1
        return self.read(run)[number - self._firsts[run]]

    def stretches(self, counts: Callable[[TreatmentRecord], bool]) -> Iterator[Stretches]:
        """Clock times of signed rows that name a clinician, by run.

        ``counts`` says whether rows of a kind are wanted; it is asked once for each kind.
        """
        wanted: dict[int, bool] = {}
        people = self._people
        for number in range(len(self)):
            run = self._run(number)
            found = []
            for place, row in enumerate(run.rows, self._firsts[number]):
                if row.start is None or row.stop is None or not people[row.person][0]:
                    continue
                if row.kind not in wanted:
                    signed = self._kinds[row.kind][-1]
                    wanted[row.kind] = signed and counts(self.row(place))
                if wanted[row.kind]:
                    found.append((people[row.person][0], row.start, row.stop, place))
            if found:
                yield Stretches(run.claim_id, run.member_id, self._days[run.day], found)

    def _run(self, number: int) -> _Run:
        start = self._ends[number - 1] if number & (_BLOCK_RUNS - 1) else 0
        return _DECODER.decode(memoryview(self._blocks[number >> _BLOCK_BITS])[start : self._ends[number]])


class Packing:
    """Runs as they are packed, row by row."""

    def __init__(self) -> None:
        self.blocks: list[bytes | bytearray] = []
        self.ends = array("I")  # of each run, in its block
        self.firsts = array("I")  # number of the first row of each run
        self.rows = 0
        self.kinds, self.people = Numbers[_Kind](), Numbers[_Person]()
        self.days, self.files = Numbers[date](), Numbers[str]()
        self._first: TreatmentRecord | None = None
        """The first row of the run that is not packed yet."""
        self._open_rows: list[_Row] = []

    def add(self, record: TreatmentRecord) -> int | None:
        """Add a row; the number of the run that begins with it, or None when it belongs to the last one."""
        first, begun = self._first, None
        if (
            first is None
            or first.note_id != record.note_id
            or first.claim_id != record.claim_id
            or first.member_id != record.member_id
            or first.service_date != record.service_date
            or first.source_file != record.source_file
            or len(self._open_rows) == _MOST_ROWS
        ):
            self._pack()
            begun = len(self.firsts)
            self.firsts.append(self.rows)
            first = self._first = record
        kind = (record.discipline, record.code, record.role, record.together, record.mode, record.signed)
        person = (record.clinician_id, record.rendering_npi)
        self.rows += 1
        self._open_rows.append(
            _Row(
                self.kinds[kind],
                self.people[person],
                record.line - first.line,
                record.line_control,
                record.minutes,
                record.start,
                record.stop,
                record.timed_total,
                record.treatment_total,
                record.pt_slp_to_date,
                record.ot_to_date,
            )
        )
        return begun

    def closed(self) -> PackedRuns:
        """All runs, once no row is added any more."""
        self._pack()
        if self.blocks:
            self.blocks[-1] = bytes(self.blocks[-1])
        return PackedRuns(self)

    def _pack(self) -> None:
        first, blocks = self._first, self.blocks
        if first is None:
            return
        if not len(self.ends) & (_BLOCK_RUNS - 1):
            if blocks:
                blocks[-1] = bytes(blocks[-1])
            blocks.append(bytearray())
        day, file = self.days[first.service_date], self.files[first.source_file]
        block = blocks[-1]
        block += _ENCODER.encode(
            _Run(first.note_id, first.claim_id, first.member_id, day, file, first.line, self._open_rows)
        )
        self.ends.append(len(block))
        self._first, self._open_rows = None, []
