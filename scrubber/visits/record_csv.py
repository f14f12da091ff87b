"""Treatment records as CSV: a header row, comma separated, cells quoted by the usual doubling, UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from scrubber.errors import RecordsError
from scrubber.visits.record_rows import (
    CLAIM_ID,
    COLUMNS,
    MEMBER_ID,
    SERVICE_DATE,
    BadRow,
    RowError,
    TreatmentRecord,
    read_cells,
    read_usual_cells,
    real_date,
)

AS_SPELT = "must be spelt as it is here, in lower case with underscores"
_KNOWN = frozenset(COLUMNS)
_BARE = {name.replace("_", ""): name for name in COLUMNS}
_QUOTES = "a cell that holds quotes, commas or line ends must be in quotes, each quote in it doubled"


class _Header(NamedTuple):
    """``places`` gives each of COLUMNS its place in a row; an absent one has the place behind the last cell."""

    width: int
    places: tuple[int, ...]
    together_said: bool


def column_meant(name: str) -> str:
    """The column that an unknown name spells otherwise (claim_id for Claim ID); empty text when it is none.

    Such a column would be ignored like any unknown one, and what it says be lost without a word.
    """
    return _BARE.get("".join(filter(str.isalnum, name.lower())), "")


def read_csv(data: bytes, shown: str, source_file: str) -> Iterator[TreatmentRecord | BadRow]:
    """The rows of a CSV file in file order; blank rows are none. ``shown`` names the file in errors.

    Raises RecordsError, also midway, for what makes the file as a whole unreadable: no header row, a required column
    missing or there twice, another separator, bytes that are not UTF-8, a quote that is never closed.
    """
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    rows = _plain_rows(data, shown) if _is_plain(data) else _rows(data, shown)
    header = _header(next(rows, None), shown)
    width, together_said = header.width, header.together_said
    pick = itemgetter(*header.places)
    for line, cells, fault in rows:
        if len(cells) != width or fault:
            if "".join(cells).strip():
                fault = fault or f"the row must have {width} cells as the header has; it has {len(cells)}"
                yield _bad_row(cells, header, source_file, line, RowError([("", fault)]))
            continue
        cells.append("")
        found = read_usual_cells(pick(cells), source_file, line, together_said=together_said)
        if found is not None:
            yield found
            continue
        picked = tuple(map(str.strip, pick(cells)))
        try:
            yield read_cells(picked, source_file, line, together_said=together_said)
        except RowError as error:
            if any(map(str.strip, cells)):
                yield _bad_row(cells[:-1], header, source_file, line, error)


def _is_plain(data: bytes) -> bool:
    """Nothing is quoted, and no carriage return stands alone: a row is a line, a cell what stands between commas."""
    if b'"' in data or data.count(b"\r") != data.count(b"\r\n"):
        return False
    return max(map(len, io.BytesIO(data)), default=0) <= csv.field_size_limit()


def _plain_rows(data: bytes, shown: str) -> Iterator[tuple[int, list[str], str]]:
    """What ``_rows`` gives of a plain file."""
    for line, raw in enumerate(io.BytesIO(data), start=1):
        try:
            text = raw.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise RecordsError(f"{shown}: line {line} is not UTF-8; save the file as UTF-8") from None
        if text:
            yield line, text.split(","), ""


def _rows(data: bytes, shown: str) -> Iterator[tuple[int, list[str], str]]:
    """Each row that is not an empty line: the line it begins on, its cells, and what is wrong with its quoting."""
    buffer = io.BytesIO(data)
    reader = csv.reader(map(bytes.decode, buffer), strict=True, skipinitialspace=True)
    while True:
        line, start, fault = reader.line_num + 1, buffer.tell(), ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise RecordsError(f"{shown}: line {reader.line_num + 1} is not UTF-8; save the file as UTF-8") from None
        except csv.Error:
            loose = _loose_cells(data[start : buffer.tell()]) if reader.line_num == line else None
            if loose is None:
                raise RecordsError(
                    f"{shown}: line {line}: the row that begins here has a quote that is not closed or has text behind "
                    f"it, a lone carriage return, or a cell over {csv.field_size_limit()} characters; {_QUOTES}"
                ) from None
            cells, fault = loose, _QUOTES
        if cells:
            yield line, cells, fault


def _loose_cells(raw: bytes) -> list[str] | None:
    """The cells of a row with bad quoting, if it surely ends with its line: another line then is another row."""
    try:
        rows = list(csv.reader([raw.decode(), "next"], skipinitialspace=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 2 else None


def _header(row: tuple[int, list[str], str] | None, shown: str) -> _Header:
    if row is None:
        raise RecordsError(f"{shown}: is empty; expected a header row with the columns of the treatment record format")
    line, cells, fault = row
    if fault:
        raise RecordsError(f"{shown}: line {line}: the header row cannot be read; {fault}")
    names = [cell.strip() for cell in cells]
    # The first row may be a patient's where the header was forgotten: only names of our own columns are ever shown.
    for name in COLUMNS:
        if names.count(name) > 1:
            raise RecordsError(f"{shown}: line {line}: column {name} is there twice; leave one")
    for meant in map(column_meant, names):
        if meant and meant not in names:
            raise RecordsError(f"{shown}: line {line}: column {meant} {AS_SPELT}")
    missing = [name for name in ("note_id", "service_date", "discipline") if name not in names]
    if "claim_id" not in names and "member_id" not in names:
        missing.append("claim_id or member_id")
    if "code" in names and "role" not in names:
        missing.append("role")
    if missing:
        raise RecordsError(f"{shown}: line {line}: the header row lacks {', '.join(missing)}{_other_separator(names)}")
    places = tuple(names.index(name) if name in names else len(names) for name in COLUMNS)
    return _Header(len(names), places, "together" in names)


def _other_separator(names: Sequence[str]) -> str:
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(len(_KNOWN.intersection(map(str.strip, name.split(separator)))) > 1 for name in names):
            return f"; its columns are separated by {called}, expected commas"
    return ""


def _bad_row(cells: Sequence[str], header: _Header, source_file: str, line: int, error: RowError) -> BadRow:
    drift = len(cells) - header.width

    def could_be(column: int) -> tuple[str, ...]:
        place = header.places[column]
        if place == header.width:
            return ()
        window = cells[max(0, min(place, place + drift)) : max(place, place + drift) + 1]
        return tuple(dict.fromkeys(cell.strip() for cell in window if cell.strip()))

    def as_read(column: int) -> str:
        place = header.places[column]
        return cells[place].strip() if place < min(header.width, len(cells)) else ""

    day = next(filter(real_date, could_be(SERVICE_DATE)), "") if drift else as_read(SERVICE_DATE)
    return BadRow(
        source_file,
        line,
        error.column,
        str(error),
        as_read(0),
        as_read(CLAIM_ID),
        as_read(MEMBER_ID),
        day,
        could_be(CLAIM_ID),
        could_be(MEMBER_ID),
    )
