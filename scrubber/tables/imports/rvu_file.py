"""Rows of the relative value file (PPRRVU) of the Medicare physician fee schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.tables.imports.download import Download, Progress
from scrubber.tables.imports.ptp_file import CODE_LENGTH, is_code

Entry = tuple[str, str, str, str, str, str, str, str, str]
"""Code, modifier, status, work, practice expense non-facility, malpractice, total non-facility, indicator for several
procedures, conversion factor: numbers as texts, as they stand in the file. The descriptor is not kept."""

_COLUMNS = (
    "STATUS CODE",
    "WORK RVU",
    "NON-FAC PE RVU",
    "MP RVU",
    "NON-FACILITY TOTAL",
    "MULT PROC",
    "CONV FACTOR",
)
"""Headings as their last two lines read one below the other."""

_NUMBERS = (1, 2, 3, 4, 6)
_NUMBER = re.compile(r"\d*\.?\d+")
_RELEASE = re.compile(r"(20\d\d) National Physician Fee Schedule.*?(January|April|July|October)", re.IGNORECASE)
_QUARTERS = {"january": 1, "april": 2, "july": 3, "october": 4}


def read_values(download: Download, edition: str, progress: Progress | None = None) -> Iterator[Entry]:
    """Every code and modifier of a file.

    Raises TableError, naming the line, for a title of another quarter than ``edition``, for headings that are not those
    of the file, and for a row that is short of a column or has no number where one belongs.
    """
    columns: list[int] = []
    above: list[str] = []
    width = count = 0
    for number, cells in download.rows(progress):
        if not columns:
            _check_title(download, number, " ".join(cells), edition)
            if [cell.strip().upper() for cell in cells[:2]] == ["HCPCS", "MOD"]:
                columns, width = _columns(download, number, above, cells), len(cells)
            above = cells
            continue
        if len(cells) != width:
            raise download.at(number, f"{len(cells)} columns; expected {width}")
        code = cells[0].strip()
        if download.is_sheet:
            code = code.zfill(CODE_LENGTH)
        if not is_code(code):
            raise download.at(number, f'"{code}"; expected a code of five letters and digits')
        values = [cells[column].strip() for column in columns]
        wrong = next((values[n] for n in _NUMBERS if not _NUMBER.fullmatch(values[n])), None)
        if wrong is not None:
            raise download.at(number, f'{code}: "{wrong}"; expected a number')
        count += 1
        status, work, pe, mp, total, procedures, factor = values
        yield code, cells[1].strip(), status, work, pe, mp, total, procedures, factor
    if not count:
        raise download.at(None, "holds no relative values")


def _columns(download: Download, number: int, above: list[str], last: list[str]) -> list[int]:
    headings = [f"{one.strip()} {two.strip()}".upper() for one, two in zip(above, last, strict=False)]
    missing = [name for name in _COLUMNS if name not in headings]
    if missing:
        raise download.at(number, f"the headings lack {', '.join(missing)}")
    return [headings.index(name) for name in _COLUMNS]


def _check_title(download: Download, number: int, text: str, edition: str) -> None:
    found = _RELEASE.search(text)
    if found is None:
        return
    said = f"{found[1]}Q{_QUARTERS[found[2].casefold()]}"
    if said != edition[:6]:
        raise download.at(number, f"is the release of {said}, but is called one of {edition}; rename it")
