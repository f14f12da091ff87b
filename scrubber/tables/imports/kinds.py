"""Which table a downloaded file is, of which edition, and which part of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import NamedTuple

from scrubber.tables.edition import Kind
from scrubber.tables.imports.download import Download
from scrubber.tables.quarters import quarter_of

_LEADING = 40
"""Rows within which the header of every kind of file stands."""

_PAIRS = re.compile(r"cci(pra|oph)-?v(\d\d)([0-3])r(\d+)(?:-f(\d))?", re.IGNORECASE)
_LIMITS = re.compile(r"MUE_\w+?_Eff_(\d\d)-(\d\d)-(\d{4})", re.IGNORECASE)
_VALUES = re.compile(r"PPRRVU(?:20)?(\d\d)_(JAN|APR|JUL|OCT)", re.IGNORECASE)
_QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.IGNORECASE)
_PART = re.compile(r"[-_]f([1-9])\b", re.IGNORECASE)
_MEDICAID = re.compile(r"medicaid|\bMCD_|_MCD_", re.IGNORECASE)
_MONTHS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}

_FIRST_VERSION = 1994
"""Version 32.x of the pair edits is that of 2026, 30.x that of 2024: the first number counts years from here."""

NAMES: dict[Kind, str] = {"ptp": "ncci-ptp-medicare", "mue": "ncci-mue-medicare", "rvu": "fee-schedule-medicare"}
"""What the table of each kind is called unless the import says otherwise."""


class Labelled(NamedTuple):
    """What the names of a download say: ``edition`` is empty and ``kind`` None where they say nothing, ``part`` is None
    for a whole file.
    """

    edition: str
    part: int | None
    medicaid: bool
    kind: Kind | None


def label(download: Download) -> Labelled:
    """What a file's names say of it. Raises TableError where they name a file that is none of ours."""
    medicaid = _MEDICAID.search(download.names) is not None
    if found := _PAIRS.search(download.names):
        if found[1].casefold() == "oph":
            raise download.at(None, "holds the pairs of hospitals (ccioph); expected those of practitioners (ccipra)")
        revision = f"r{found[4]}" if int(found[4]) else ""
        edition = f"{_FIRST_VERSION + int(found[2])}Q{int(found[3]) + 1}{revision}"
        return Labelled(edition, int(found[5]) if found[5] else None, medicaid, "ptp")
    part = _PART.search(download.name)
    kind: Kind | None = None
    if found := _LIMITS.search(download.names):
        try:
            edition = quarter_of(date(int(found[3]), int(found[1]), int(found[2])))
        except ValueError:
            raise download.at(None, f"{found[1]}-{found[2]}-{found[3]} in its name is no date") from None
        kind = "mue"
    elif found := _VALUES.search(download.names):
        edition, kind = f"20{found[1]}Q{_MONTHS[found[2].upper()]}", "rvu"
    elif found := _QUARTER.search(download.names):
        edition = f"{found[1]}Q{found[2]}"
    else:
        edition = ""
    return Labelled(edition, int(part[1]) if part else None, medicaid, kind)


def recognise(download: Download, said: Labelled) -> Kind:
    """Which kind of table the file holds, by its header. Raises TableError for anything else.

    A sheet is taken at its name's word: to look at its header is to read it whole, and its rows are checked anyhow.
    """
    if download.is_sheet and said.kind is not None:
        return said.kind
    for _, cells in islice(download.rows(), _LEADING):
        header = [" ".join(cell.split()).casefold() for cell in cells]
        if header[:2] == ["column 1", "column 2"]:
            return "ptp"
        if header[:3] == ["hcpcs", "mod", "description"]:
            return "rvu"
        if any(cell.endswith("mue values") for cell in header):
            _only_practitioners(download, header)
            return "mue"
    raise download.at(
        None,
        "is no table that can be imported; expected the practitioner pair edits (columns Column 1, Column 2 ...), the"
        " practitioner unit limits (MUE) or the relative value file (PPRRVU) of CMS",
    )


def _only_practitioners(download: Download, header: Iterable[str]) -> None:
    if not any("practitioner" in cell for cell in header):
        raise download.at(None, "holds unit limits of hospitals or suppliers; expected those of practitioner services")
