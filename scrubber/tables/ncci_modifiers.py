"""Modifiers that bypass an NCCI pair of indicator 1."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scrubber.tables.data_file import DATA, Heading, read_data_file

PATH = DATA / "ncci_modifiers.csv"


class NcciModifiers(NamedTuple):
    """The whole list (NCCI Policy Manual, chapter I, section E)."""

    heading: Heading
    modifiers: frozenset[str]


def read_ncci_modifiers(path: Path = PATH) -> NcciModifiers:
    """Read the list. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("modifier", "group", "therapy_use", "certainty"))
    return NcciModifiers(table.heading, frozenset(row[0] for row in table.rows))
