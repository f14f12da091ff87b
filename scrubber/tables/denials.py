"""The denial that a rule prevents, in the code lists that payers answer with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from scrubber.tables.data_file import DATA, Heading, read_data_file

PATH = DATA / "finding_codes.csv"


class Denial(msgspec.Struct, frozen=True):
    """``carc`` and ``rarc`` of the remittance, ``status`` of the 277CA ("A7:258"), ``syntax`` code of the 999.

    None where the list has no such code. Two statuses of one category are written "A7:732+454".
    """

    carc: str | None
    rarc: str | None
    status: str | None
    syntax: str | None


class DenialTable(NamedTuple):
    """The denial by rule code; a rule that is not there has none."""

    heading: Heading
    by_rule: Mapping[str, Denial]


def read_denials(path: Path = PATH) -> DenialTable:
    """Read the denials. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("rule", "carc", "rarc", "status_277ca", "ik_999", "certainty"))
    by_rule = {rule: Denial(*(code or None for code in codes)) for rule, *codes, _ in table.rows}
    return DenialTable(table.heading, MappingProxyType(by_rule))
