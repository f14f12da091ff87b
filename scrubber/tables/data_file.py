"""A table as it lies on disk: a heading of ``# key: value`` lines, a row of column names, and rows of equal width."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.errors import TableError

DATA = Path(__file__).parent / "data"
"""The folder of the tables that travel with the program."""

_REINSTALL = "Install the scrubber again."


class Heading(NamedTuple):
    """What a table says of itself.

    ``first_day`` and ``last_day`` are the first and last date of service that the edition covers; None where it has no
    such day. ``complete``: a code without a row is known to have no entry. ``renewal`` names what to import once a date
    of service is later than ``last_day``. ``published`` is the day from which a row without a date of its own is known
    to stand; ``first_day`` where it is None.
    """

    edition: str
    first_day: date | None
    last_day: date | None
    complete: bool
    source: str
    renewal: str
    published: date | None = None


class DataFile(NamedTuple):
    """A table as read. ``first_line`` is the line number of ``rows[0]``, 1 being the first line of the file."""

    path: Path
    heading: Heading
    rows: list[list[str]]
    first_line: int

    def damaged(self, row: int, what: str) -> TableError:
        """The error to raise for row number ``row`` (0 is the first), with file and line."""
        return TableError(f"{self.path}, line {self.first_line + row}: {what}. {_REINSTALL}")


def read_data_file(path: Path, columns: tuple[str, ...]) -> DataFile:
    """Read a table whose columns must be exactly ``columns``, in this order.

    Raises TableError when the file is missing, is not UTF-8, lacks a line of its heading, or has other columns or a
    row of another width.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise TableError(
            f"{path}: the reference table cannot be read ({type(fault).__name__}). {_REINSTALL}"
        ) from fault
    top = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    table = DataFile(path, _heading(path, lines[:top]), list(csv.reader(lines[top + 1 :])), top + 2)
    if lines[top : top + 1] != [",".join(columns)]:
        raise table.damaged(-1, f"the columns are not {','.join(columns)}")
    for n, row in enumerate(table.rows):
        if len(row) != len(columns):
            raise table.damaged(n, f"{len(row)} columns, expected {len(columns)}")
    return table


def _heading(path: Path, comments: list[str]) -> Heading:
    said: dict[str, str] = {}
    for comment in comments:
        key, colon, value = comment.removeprefix("# ").partition(": ")
        if colon:
            said.setdefault(key, value.strip())
    try:
        return Heading(
            edition=said["edition"],
            first_day=date.fromisoformat(said["from"]) if "from" in said else None,
            last_day=date.fromisoformat(said["to"]) if "to" in said else None,
            complete={"yes": True, "no": False}[said["complete"]],
            source=said["source"],
            renewal=said["renewal"],
        )
    except (KeyError, ValueError) as fault:
        raise TableError(
            f"{path}: the heading needs edition, source, renewal, complete (yes or no), and dates as YYYY-MM-DD;"
            f" wrong or missing: {fault}. {_REINSTALL}"
        ) from fault
