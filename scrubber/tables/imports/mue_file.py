"""Rows of the practitioner unit limits (MUE) of CMS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.tables.imports.download import Download, Progress
from scrubber.tables.imports.ptp_file import CODE_LENGTH, is_code
from scrubber.tables.mue import BY_LINE

Entry = tuple[str, int, int, str]
"""Code, units, adjudication indicator, key of the reason."""

_ADJUDICATIONS = {"1", "2", "3"}
_NO_WORD = re.compile(r"[^A-Z0-9]+")
_LONGEST_REASON = 60


def read_limits(download: Download, progress: Progress | None = None) -> Iterator[Entry]:
    """Every limit of a file. Its header says which columns it has; a Medicaid file has no adjudication indicator, and
    all its limits are those of a line (Medicaid NCCI Technical Guidance Manual, chapter on MUEs).

    Raises TableError, naming the line, for a row that is short of a column or holds no whole units or indicator.
    """
    width = 0
    adjudicated = False
    seen: set[str] = set()
    for number, cells in download.rows(progress):
        if not width:
            header = [" ".join(cell.split()).casefold() for cell in cells]
            if any(cell.endswith("mue values") for cell in header):
                width = len(header)
                adjudicated = any("adjudication" in cell for cell in header)
            continue
        if len(cells) != width:
            raise download.at(number, f"{len(cells)} columns; expected {width}")
        code = cells[0].strip()
        if download.is_sheet:
            code = code.zfill(CODE_LENGTH)
        if not is_code(code):
            raise download.at(number, f'"{code}"; expected a code of five letters and digits')
        if code in seen:
            raise download.at(number, f"{code} is listed twice")
        if not cells[1].strip().isdecimal():
            raise download.at(number, f'"{cells[1]}" units; expected a whole number')
        indicator = cells[2].strip()[:1] if adjudicated else str(BY_LINE)
        if indicator not in _ADJUDICATIONS:
            raise download.at(number, f'adjudication indicator "{cells[2]}"; expected 1, 2 or 3 at its start')
        seen.add(code)
        yield code, int(cells[1]), int(indicator), _key(cells[-1])
    if not seen:
        raise download.at(None, "holds no unit limit")


def _key(reason: str) -> str:
    return _NO_WORD.sub("_", reason.upper()).strip("_")[:_LONGEST_REASON]
