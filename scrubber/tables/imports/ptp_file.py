"""Rows of the practitioner pair edits of CMS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scrubber.tables.imports.download import Download, Progress
from scrubber.tables.ptp import RATIONALES
from scrubber.tables.quarters import last_day

WIDTH = 7
CODE_LENGTH = 5
REASONS = {
    "CPT Manual or CMS manual coding instruction": "CODING_INSTRUCTION",
    "Misuse of Column Two code with Column One code": "MISUSE_COL2",
    "Standards of medical/surgical practice": "STANDARD_PRACTICE",
    "Standard preparation/monitoring services for anesthesia": "ANESTHESIA_PREPARATION",
    "HCPCS/CPT procedure code definition": "CODE_DEFINITION",
    "Mutually exclusive procedures": "MUTUALLY_EXCLUSIVE",
    "More extensive procedure": "MORE_EXTENSIVE",
    "CPT Separate procedure definition": "SEPARATE_PROCEDURE",
    "Anesthesia service included in surgical procedure": "ANESTHESIA_INCLUDED",
    "Sequential procedure": "SEQUENTIAL_PROCEDURE",
    "Laboratory panel": "LABORATORY_PANEL",
    "Gender-specific procedures": "GENDER_SPECIFIC",
}
"""The reason as CMS writes it -> our key for it. Any other text becomes OTHER: texts are not kept."""

Entry = tuple[str, str, int, int, int, int]
"""Column 1, column 2, first and last day as YYYYMMDD (0: none given, or not ended), indicator, number of the reason."""

_OTHER = RATIONALES.index("OTHER")
_NUMBERS = {text: RATIONALES.index(key) for text, key in REASONS.items()}

_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_INDICATORS = {"0": 0, "1": 1, "9": 9}


def read_pairs(download: Download, edition: str, progress: Progress | None = None) -> Iterator[Entry]:
    """Every pair of one file. Lead lines are known by their shape; from the first pair on, every row must be one.

    Raises TableError, naming the line, for a row that is short of a column or holds anything but codes, days and an
    indicator, and for a day after the quarter of ``edition``.
    """
    starts: dict[str, int] = {"": 0}
    ends: dict[str, int] = {"": 0, "*": 0}
    codes: set[str] = set()
    latest = int(last_day(edition).strftime("%Y%m%d"))
    for number, cells in download.rows(progress):
        if download.is_sheet:
            # A sheet may take a code for a number, which loses its leading zeros, and may be wider than its table.
            cells[:2] = (cell.zfill(CODE_LENGTH) if cell else cell for cell in cells[:2])
            if not any(cells[WIDTH:]):
                del cells[WIDTH:]
        if not codes and not is_code(cells[0]):
            continue
        if len(cells) != WIDTH:
            raise download.at(number, f"{len(cells)} columns; expected {WIDTH}")
        one, two, _, effective, deleted, indicator, reason = cells
        if one not in codes or two not in codes:
            if not (is_code(one) and is_code(two)):
                raise download.at(number, f'"{one}" and "{two}"; expected two codes of five letters and digits')
            codes.update((one, two))
        start = starts.get(effective)
        if start is None:
            start = starts[effective] = _day(download, number, effective)
            if start > latest:
                raise download.at(number, f"begins on {effective}, after {edition}; is the file of a later quarter?")
        end = ends.get(deleted)
        if end is None:
            end = ends[deleted] = _day(download, number, deleted)
        if indicator not in _INDICATORS:
            raise download.at(number, f'indicator "{indicator}"; expected 0, 1 or 9')
        yield one, two, start, end, _INDICATORS[indicator], _NUMBERS.get(reason, _OTHER)
    if not codes:
        raise download.at(None, "holds no pair of codes")


def is_code(text: str) -> bool:
    """Whether it is written as CPT and HCPCS codes are: five letters or digits, the middle ones digits."""
    return _CODE.fullmatch(text) is not None


def _day(download: Download, number: int, text: str) -> int:
    try:
        if len(text) == 8 and text.isdecimal():
            return int(date.fromisoformat(text).strftime("%Y%m%d"))
    except ValueError:
        pass
    raise download.at(number, f'"{text}" is no day; expected YYYYMMDD, or * where there is none')
