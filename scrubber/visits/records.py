"""Treatment records: what the clinic's documentation says happened, read from files and kept as an index.

Rows are checked one by one while their file is read and then kept packed, about thirty bytes a row; a TreatmentRecord
is made again when it is asked for and forgotten when its patient is done.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from scrubber.errors import RecordsError
from scrubber.visits.packed_runs import Packing, Stretches
from scrubber.visits.record_csv import read_csv
from scrubber.visits.record_jsonl import read_jsonl
from scrubber.visits.record_rows import BadRow, TreatmentRecord

__all__ = ["BadRow", "RecordFile", "TreatmentRecord", "TreatmentRecords", "read_records"]

BAD_ROWS_LISTED = 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CSV = (".csv",)
_JSON_LINES = (".jsonl", ".ndjson")
_NO_RUN = -1


class RecordFile(NamedTuple):
    """A file that records were read from: its base name, and the hash of its bytes in hexadecimal."""

    name: str
    sha256: str


class TreatmentRecords:
    """All good rows, found by claim number or member id, and the bad ones. Picklable. Never changed once made.

    ``for_any_claim`` are those of the bad ones that could speak for any claim: they hold all. Identical rows are all
    kept: whether they count twice is decided where minutes are added up.
    """

    __slots__ = ("_claims", "_members", "_previous", "_runs", "bad_rows", "files", "for_any_claim")

    def __init__(
        self,
        rows: Iterable[TreatmentRecord | BadRow] = (),
        files: Iterable[RecordFile] = (),
        for_any_claim: Iterable[BadRow] = (),
        bad_rows: list[BadRow] | None = None,
    ) -> None:
        """``bad_rows`` is the list that bad ones are put on, a new one by default."""
        self.files = list(files)
        self.for_any_claim = list(for_any_claim)
        self.bad_rows: list[BadRow] = [] if bad_rows is None else bad_rows
        # The runs of a key are a chain: the key knows its last run, each run the one before it.
        self._claims: dict[str, int] = {}
        self._members: dict[str, int] = {}
        self._previous = array("i")
        packing = Packing()
        for row in rows:
            if isinstance(row, BadRow):
                self.bad_rows.append(row)
                continue
            run = packing.add(row)
            if run is not None:
                chains, key = (self._claims, row.claim_id) if row.claim_id else (self._members, row.member_id)
                self._previous.append(chains.get(key, _NO_RUN))
                chains[key] = run
        self._runs = packing.closed()

    def for_claim(self, claim_id: str) -> list[TreatmentRecord]:
        """Rows that name the claim number (CLM01), in the order they were read."""
        return self._chain(self._claims.get(claim_id, _NO_RUN))

    def for_member(self, member_id: str) -> list[TreatmentRecord]:
        """Rows that name the member and no claim number, in the order they were read."""
        return self._chain(self._members.get(member_id, _NO_RUN))

    def name_member(self, member_id: str) -> bool:
        """Whether a row names the member and no claim number: in most files none does, since rows name their claims."""
        return member_id in self._members

    def claim_ids(self) -> list[str]:
        """Claim numbers that rows name, each once, in the order they were first read."""
        return list(self._claims)

    def member_ids(self) -> list[str]:
        """Member ids of rows that name no claim number, each once, in the order they were first read."""
        return list(self._members)

    def stretches(self, counts: Callable[[TreatmentRecord], bool]) -> Iterator[Stretches]:
        """Clock times of signed rows that name a clinician, in the order of files and lines.

        ``counts`` says of one row of a kind (code, role, mode) whether such rows are wanted.
        """
        return self._runs.stretches(counts)

    def numbered(self, number: int) -> TreatmentRecord:
        """The row of that number; the first read is 0."""
        return self._runs.row(number)

    def all(self) -> Iterator[TreatmentRecord]:
        """Every good row in the order of files and lines."""
        for run in range(len(self._runs)):
            yield from self._runs.read(run)

    def __len__(self) -> int:
        """How many good rows there are."""
        return self._runs.rows

    def _chain(self, run: int) -> list[TreatmentRecord]:
        runs = []
        while run != _NO_RUN:
            runs.append(run)
            run = self._previous[run]
        if len(runs) == 1:
            return self._runs.read(runs[0])
        return [row for each in reversed(runs) for row in self._runs.read(each)]


def read_records(paths: Sequence[Path], lenient: bool = False) -> TreatmentRecords:
    """Read CSV (.csv) and JSON Lines (.jsonl, .ndjson) files; of a folder every such file, by name, not its subfolders.

    A file of another suffix is JSON Lines when it begins with a brace, else CSV. A file named twice is read once. With
    ``lenient`` bad rows become ``bad_rows`` of the result.

    Raises RecordsError for a file that cannot be read or decoded, for a header that lacks a required column, and,
    unless lenient, for bad rows, of which it lists the first twenty by file, line and column. No message holds a cell.
    """
    files: list[RecordFile] = []
    rows = (row for path in _files(paths) for row in _rows_of(path, files))
    if lenient:
        records = TreatmentRecords(rows)
    else:
        faults = _Faults()
        records = TreatmentRecords(rows, bad_rows=faults)
        if faults.met:
            raise RecordsError(faults.told())
    records.files.extend(files)
    return records


class _Faults(list[BadRow]):
    """Bad rows of which only the first are kept; ``met`` is how many there were."""

    met = 0

    def append(self, row: BadRow) -> None:
        """Count one more, and keep it if it is to be listed."""
        self.met += 1
        if self.met <= BAD_ROWS_LISTED:
            super().append(row)

    def told(self) -> str:
        rows = "row" if self.met == 1 else "rows"
        told = [f"{self.met} {rows} of the treatment records cannot be read; correct them, or use --records-lenient:"]
        told += [f"  {row.source_file}, line {row.line}: {row.message}" for row in self]
        if self.met > len(self):
            told.append(f"  and {self.met - len(self)} more")
        return "\n".join(told)


def _rows_of(path: Path, files: list[RecordFile]) -> Iterator[TreatmentRecord | BadRow]:
    """The rows of one file, which is added to ``files``."""
    data = _bytes_of(path)
    files.append(_record_file(path, data))
    return rows_in(data, str(path), files[-1].name)


def record_files(paths: Sequence[Path]) -> list[RecordFile]:
    """The files that ``read_records`` would read, in its order, with their hashes. Raises RecordsError as it does."""
    return [_record_file(path, _bytes_of(path)) for path in _files(paths)]


def _record_file(path: Path, data: bytes) -> RecordFile:
    name = os.fsencode(path.name).decode("utf-8", "backslashreplace")  # it will stand in reports
    return RecordFile(name, hashlib.sha256(data).hexdigest())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordsError(f"{path}: cannot be read ({error.strerror}); expected a file of treatment records") from None


def rows_in(data: bytes, shown: str, name: str) -> Iterator[TreatmentRecord | BadRow]:
    """The rows of a file of that name with these bytes. ``shown`` names it in errors.

    Raises RecordsError, also midway, for a file that cannot be read as a whole.
    """
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RecordsError(
            f"{shown}: holds NUL bytes or is UTF-16, no UTF-8 text; save the file as UTF-8 (a workbook as CSV)"
        )
    suffix = PurePath(name).suffix.lower()
    if suffix in _JSON_LINES or (suffix not in _CSV and data.lstrip()[:1] in (b"{", b"[")):
        return read_jsonl(data, shown, name)
    return read_csv(data, shown, name)


def records_in(folder: Path) -> list[Path]:
    """The files of treatment records in a folder, by name. Raises RecordsError when it cannot be looked into."""
    files = [each for each in _entries(folder) if each.suffix.lower() in _CSV + _JSON_LINES and each.is_file()]
    return [each for each in files if not each.name.startswith(".")]


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths stand for, in the order given, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = records_in(path)
            if not inside:
                raise RecordsError(f"{path}: holds no treatment records; expected .csv, .jsonl or .ndjson files")
        else:
            inside = [path]
        for each in inside:
            found.setdefault(_real(each), each)
    return list(found.values())


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link in a circle, which reading then refuses
        return path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise RecordsError(f"{folder}: cannot be read ({error.strerror}); expected a folder of records") from None
