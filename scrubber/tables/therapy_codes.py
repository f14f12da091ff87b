"""The codes that outpatient therapy bills: how each counts time, who may bill it, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from scrubber.errors import TableError
from scrubber.tables.data_file import DATA, DataFile, Heading, read_data_file

PATH = DATA / "therapy_codes.csv"

POOL_MINUTES = 15
POOL_FAMILIES = frozenset({"modality", "procedure", "test", "orthotic"})

ADD_ON_BASES: Mapping[str, str] = MappingProxyType(
    {
        "90913": "90912",
        "92608": "92607",
        "92618": "92605",
        "92627": "92626",
        "96113": "96112",
        "97130": "97129",
        "97546": "97545",
        "97551": "97550",
        "97598": "97597",
        "98981": "98980",
    }
)
"""Add-on code -> the base code that it needs. Only steps of one service, by the wording of the codes."""

TWINS: Mapping[str, str] = MappingProxyType({"97014": "G0283", "G0283": "97014"})
"""One service under two codes, which payers divide between them: 97014 is for private payers, G0283 for Medicare."""

SUCCESSORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "97001": ("97161", "97162", "97163"),
        "97002": ("97164",),
        "97003": ("97165", "97166", "97167"),
        "97004": ("97168",),
        "97127": ("97129", "97130"),
        "97532": ("97129", "97130"),
        "97762": ("97763",),
        "G0515": ("97129", "97130"),
    }
)
"""Ended code -> the codes of today that took its place."""

_FAMILY_OF = {**ADD_ON_BASES, "97014": "G0283"}

_DISCIPLINE_OF = {
    **dict.fromkeys(("97161", "97162", "97163", "97164"), "GP"),
    **dict.fromkeys(("97165", "97166", "97167", "97168"), "GO"),
    **dict.fromkeys(("92521", "92522", "92523", "92524", "92597", "92607"), "GN"),
}

BUNDLED = frozenset({"92605", "92606", "92618", "97010", "97602"})
"""Status B in the physician fee schedule (2022 to 2026): Medicare pays for them as part of other services."""

_COLUMNS = (
    "code",
    "label",
    "timed",
    "minutes_per_unit",
    "unit_basis",
    "therapy_status",
    "disciplines",
    "assistant_rule",
    "family",
    "effective_from",
    "effective_to",
    "certainty",
    "note",
)

_YES_NO = {"Y": True, "N": False}


class TherapyCode(msgspec.Struct, frozen=True):
    """One code. The data file's heading explains the columns.

    ``label`` is this project's own short word, not a descriptor. ``minutes_per_unit`` is None for untimed codes;
    ``disciplines`` holds GP, GO, GN, the usual one first; ``assistant`` says whether CQ or CO can apply;
    ``effective_to`` is the last day in force; a missing date is open.
    """

    code: str
    label: str
    timed: bool
    minutes_per_unit: int | None
    unit_basis: str
    therapy_status: str
    disciplines: tuple[str, ...]
    assistant: bool
    family: str
    effective_from: date | None
    effective_to: date | None
    certainty: str
    note: str

    @property
    def pooled(self) -> bool:
        """Whether its minutes join the 15-minute pool of the day (CMS Pub 100-04 chapter 5 section 20.2)."""
        return self.timed and self.minutes_per_unit == POOL_MINUTES and self.family in POOL_FAMILIES

    @property
    def discipline(self) -> str:
        """GP, GO or GN where the code itself belongs to one discipline alone, else empty.

        A code that merely lists a single discipline is not enough: only evaluations of one discipline are.
        """
        return _DISCIPLINE_OF.get(self.code, "")

    def in_force(self, on: date) -> bool:
        """Whether the code existed on a date of service; both end days count."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


class TherapyTable(NamedTuple):
    """All codes of the edition, ended ones included, by code."""

    heading: Heading
    codes: Mapping[str, TherapyCode]


def family_base(code: str) -> str:
    """The code that stands for a code's family: its base for an add-on, G0283 for its twin 97014, else the code itself.

    Two codes with the same result are one service for minutes and treatment records.
    """
    return _FAMILY_OF.get(code, code)


def read_therapy_codes(path: Path = PATH) -> TherapyTable:
    """Read the code table. Raises TableError where it is missing or damaged."""
    table = read_data_file(path, _COLUMNS)
    codes: dict[str, TherapyCode] = {}
    for n, row in enumerate(table.rows):
        entry = _entry(table, n, row)
        if entry.code in codes:
            raise table.damaged(n, f"{entry.code} is listed twice")
        codes[entry.code] = entry
    return TherapyTable(table.heading, MappingProxyType(codes))


def _entry(table: DataFile, n: int, row: list[str]) -> TherapyCode:
    code, label, timed, minutes, basis, status, disciplines, assistant, family, start, end, certainty, note = row
    try:
        entry = TherapyCode(
            code=code,
            label=label,
            timed=_YES_NO[timed],
            minutes_per_unit=int(minutes) if minutes else None,
            unit_basis=basis,
            therapy_status=status,
            disciplines=tuple(disciplines.split()),
            assistant=_YES_NO[assistant],
            family=family,
            effective_from=date.fromisoformat(start) if start else None,
            effective_to=date.fromisoformat(end) if end else None,
            certainty=certainty,
            note=note,
        )
    except (KeyError, ValueError) as fault:
        raise _not_a_code(table, n, str(fault)) from fault
    if entry.timed != (entry.minutes_per_unit is not None):
        raise _not_a_code(table, n, "timed and minutes_per_unit disagree")
    return entry


def _not_a_code(table: DataFile, n: int, what: str) -> TableError:
    return table.damaged(n, f"not a therapy code ({what}); expected Y or N, whole minutes and dates as YYYY-MM-DD")
