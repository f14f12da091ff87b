"""Treatment records as JSON Lines: one JSON object a line, UTF-8, the keys named as the columns.

A key with null is as good as left out. Texts may be JSON strings or whole JSON numbers, amounts any JSON number, and
``together`` and ``signed`` also true or false.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping

import msgspec

from scrubber.errors import RecordsError
from scrubber.visits.record_csv import AS_SPELT, column_meant
from scrubber.visits.record_rows import COLUMNS, BadRow, RowError, TreatmentRecord, read_cells

# Fractions keep their text: an amount is what was written, not the nearest binary fraction.
_DECODER = msgspec.json.Decoder(dict[str, object], float_hook=str)
_TOGETHER = COLUMNS.index("together")
_YES_OR_NO = ("together", "signed")


def read_jsonl(data: bytes, shown: str, source_file: str) -> Iterator[TreatmentRecord | BadRow]:
    """The rows of a JSON Lines file in file order; blank lines are none. ``shown`` names the file in errors.

    Raises RecordsError, also midway, for bytes that are not UTF-8 and for a JSON array.
    """
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    if data.lstrip()[:1] == b"[":
        raise RecordsError(f"{shown}: is a JSON array; expected JSON Lines, one object a line")
    ours_or_ignored = set(COLUMNS)
    for line, raw in enumerate(io.BytesIO(data), 1):
        if raw.isspace():
            continue
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise RecordsError(f"{shown}: line {line} is not UTF-8; save the file as UTF-8") from None
        try:
            row: Mapping[str, object] = _DECODER.decode(text)
            if not row.keys() <= ours_or_ignored:
                ours_or_ignored.update(_ignored(row))
            cells = list(map(row.get, COLUMNS))
            together_said = cells[_TOGETHER] is not None
            yield read_cells(_texts(cells), source_file, line, together_said=together_said)
        except RowError as error:
            yield _bad_row({name: _shown(row.get(name)) for name in _NAMING}, source_file, line, error)
        except (msgspec.MsgspecError, RecursionError):
            fault = RowError([("", "the line must be one JSON object")])
            yield _bad_row({name: _salvaged(text, name) for name in _NAMING}, source_file, line, fault)


_NAMING = ("note_id", "claim_id", "member_id", "service_date")


def _texts(values: list[object]) -> list[str]:
    faults = []
    texts = []
    for column, value in zip(COLUMNS, values, strict=True):
        if isinstance(value, str):
            texts.append(value.strip())
        elif value is None:
            texts.append("")
        elif isinstance(value, bool) and column in _YES_OR_NO:
            texts.append("yes" if value else "no")
        elif isinstance(value, int) and not isinstance(value, bool):
            texts.append(str(value))
        else:
            faults.append((column, "must be text, or a number where one is meant" + _or_boolean(column)))
    if faults:
        raise RowError(faults)
    return texts


def _or_boolean(column: str) -> str:
    return ", or true or false" if column in _YES_OR_NO else ""


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _ignored(row: Mapping[str, object]) -> Iterator[str]:
    """Keys that are no column of ours, whatever else the row holds."""
    for key in row:
        meant = column_meant(key)
        if not meant:
            yield key
        elif meant not in row:
            raise RowError([(meant, AS_SPELT)])


def _salvaged(text: str, name: str) -> str:
    """The string behind a key in a line that is no JSON, so that its claim can be held; empty when there is none."""
    at = text.find(f'"{name}"')
    if at < 0:
        return ""
    rest = text[at + len(name) + 2 :].lstrip()
    if not rest.startswith(":"):
        return ""
    try:
        value, _ = json.JSONDecoder().raw_decode(rest[1:].lstrip())
    except (ValueError, RecursionError):
        return ""
    return _shown(value)


def _bad_row(named: Mapping[str, str], source_file: str, line: int, error: RowError) -> BadRow:
    claim_id, member_id = named["claim_id"], named["member_id"]
    return BadRow(
        source_file,
        line,
        error.column,
        str(error),
        named["note_id"],
        claim_id,
        member_id,
        named["service_date"],
        (claim_id,) if claim_id else (),
        (member_id,) if member_id else (),
    )
