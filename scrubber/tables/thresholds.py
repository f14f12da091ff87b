"""Medicare's therapy thresholds (KX) by calendar year."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scrubber.tables.data_file import DATA, Heading, read_data_file

PATH = DATA / "kx_thresholds.csv"


class Threshold(NamedTuple):
    """The amounts of one year, in whole dollars: ``pt_slp`` for PT and SLP together, ``ot`` for OT; ``review`` is the
    amount above which a contractor may review records.
    """

    year: int
    pt_slp: int
    ot: int
    review: int


class Thresholds(NamedTuple):
    """All years of the edition; one that is missing is not known."""

    heading: Heading
    by_year: Mapping[int, Threshold]


def read_thresholds(path: Path = PATH) -> Thresholds:
    """Read the thresholds. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("year", "pt_slp", "ot", "review"))
    by_year: dict[int, Threshold] = {}
    for n, row in enumerate(table.rows):
        if not all(cell.isascii() and cell.isdecimal() for cell in row):
            raise table.damaged(n, "not a threshold; expected a year and three amounts in whole dollars")
        found = Threshold(*map(int, row))
        if found.year in by_year:
            raise table.damaged(n, f"{found.year} is listed twice")
        by_year[found.year] = found
    return Thresholds(table.heading, MappingProxyType(by_year))
