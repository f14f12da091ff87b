"""Modifiers of procedure codes that are known, of CPT and of HCPCS Level II."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scrubber.tables.data_file import DATA, Heading, read_data_file

PATH = DATA / "modifiers.csv"


class Modifiers(NamedTuple):
    """The known modifiers, two characters each. One that is missing is unknown, not wrong."""

    heading: Heading
    modifiers: frozenset[str]


def read_modifiers(path: Path = PATH) -> Modifiers:
    """Read the list. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("modifier", "level", "certainty"))
    return Modifiers(table.heading, frozenset(row[0] for row in table.rows))
