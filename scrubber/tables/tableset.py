"""All reference tables of the process, each read when it is first asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

import msgspec

from scrubber.errors import TableError
from scrubber.tables.data_file import DATA, Heading
from scrubber.tables.denials import Denial, DenialTable, read_denials
from scrubber.tables.modifiers import Modifiers, read_modifiers
from scrubber.tables.mue import MueTable, read_mue
from scrubber.tables.ncci_modifiers import NcciModifiers, read_ncci_modifiers
from scrubber.tables.ptp import PtpTable, read_ptp
from scrubber.tables.therapy_codes import TherapyCode, TherapyTable, read_therapy_codes

THERAPY_CODES = "therapy-codes"
NCCI_MODIFIERS = "ncci-modifiers"
MODIFIERS = "modifiers"
FINDING_CODES = "finding-codes"

PAIR_TABLES: Mapping[str, tuple[Path, Path | None]] = MappingProxyType(
    {"ncci-ptp-medicare": (DATA / "ncci_ptp_therapy.csv", DATA / "ncci_ptp_covered_codes.csv")}
)
"""Name, as payer profiles use it -> the file of a pair table, and the file of the codes that it covers."""

UNIT_LIMIT_TABLES: Mapping[str, Path] = MappingProxyType({"ncci-mue-medicare": DATA / "ncci_mue_therapy.csv"})
"""Name, as payer profiles use it -> the file of a table of unit limits."""


class TableInfo(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """What reports and ``scrubber tables list`` say of a table.

    ``from`` and ``to`` are the first and last date of service that it covers, None where it has no such day. ``rows``
    is a count. ``complete``: a code without a row is known to have no entry. ``stale``: a date of service of the run is
    after ``to``; ``remark`` then says what to import.
    """

    name: str
    edition: str
    from_: date | None
    to: date | None
    rows: int
    complete: bool
    stale: bool = False
    remark: str | None = None


class Tables:
    """The tables of this process: get them from ``load_tables``. Pickles as a request to load them again elsewhere.

    ``own`` are tables that stand in for those of the same name, or beside them. Every way in raises TableError where a
    file is missing or damaged.
    """

    def __init__(self, own: Iterable[PtpTable | MueTable] = ()) -> None:
        self._own = tuple(own)
        self._pairs = {table.name: table for table in self._own if isinstance(table, PtpTable)}
        self._unit_limits = {table.name: table for table in self._own if isinstance(table, MueTable)}

    def __reduce__(self) -> tuple[Callable[..., Tables], tuple[object, ...]]:
        return (Tables, (self._own,)) if self._own else (load_tables, ())

    @property
    def therapy(self) -> Mapping[str, TherapyCode]:
        """Therapy codes by code, ended ones included: ask ``in_force`` of one for a date of service."""
        return self._therapy_table.codes

    @property
    def therapy_heading(self) -> Heading:
        """Edition, days and source of the therapy codes."""
        return self._therapy_table.heading

    def therapy_stale(self, on: date) -> bool:
        """Whether a date of service is later than the therapy codes cover; they answer all the same."""
        return _later(on, self._therapy_table.heading)

    def ptp(self, name: str) -> PtpTable:
        """The pair table of that name. Raises TableError, with a suggestion, when there is none."""
        table = self._pairs.get(name)
        if table is None:
            if name not in PAIR_TABLES:
                raise _unknown("pair table", name, PAIR_TABLES)
            table = self._pairs[name] = read_ptp(name, *PAIR_TABLES[name])
        return table

    def unit_limits(self, name: str) -> MueTable:
        """The table of unit limits of that name. Raises TableError, with a suggestion, when there is none."""
        table = self._unit_limits.get(name)
        if table is None:
            if name not in UNIT_LIMIT_TABLES:
                raise _unknown("table of unit limits", name, UNIT_LIMIT_TABLES)
            table = self._unit_limits[name] = read_mue(name, UNIT_LIMIT_TABLES[name])
        return table

    def denial(self, rule: str) -> Denial | None:
        """The denial that a rule prevents, by rule code; None when the list has none for it."""
        return self._denial_table.by_rule.get(rule)

    @property
    def ncci_modifiers(self) -> frozenset[str]:
        """Modifiers that bypass a pair of indicator 1."""
        return self._modifier_table.modifiers

    @property
    def modifiers(self) -> frozenset[str]:
        """Modifiers that are known; one that is missing is unknown, not wrong."""
        return self._known_modifiers.modifiers

    def info(self, stale: Collection[str] = ()) -> list[TableInfo]:
        """Every table, read or not. ``stale`` names those that were asked about a later date than they cover."""
        listed: list[tuple[str, Heading, int]] = [(THERAPY_CODES, self._therapy_table.heading, len(self.therapy))]
        listed += [(name, (pairs := self.ptp(name)).heading, pairs.row_count) for name in PAIR_TABLES]
        listed += [(name, (limits := self.unit_limits(name)).heading, len(limits.limits)) for name in UNIT_LIMIT_TABLES]
        listed += [
            (NCCI_MODIFIERS, self._modifier_table.heading, len(self.ncci_modifiers)),
            (MODIFIERS, self._known_modifiers.heading, len(self.modifiers)),
            (FINDING_CODES, self._denial_table.heading, len(self._denial_table.by_rule)),
        ]
        return [_info(name, heading, rows, name in stale) for name, heading, rows in listed]

    @cached_property
    def _therapy_table(self) -> TherapyTable:
        return read_therapy_codes()

    @cached_property
    def _denial_table(self) -> DenialTable:
        return read_denials()

    @cached_property
    def _modifier_table(self) -> NcciModifiers:
        return read_ncci_modifiers()

    @cached_property
    def _known_modifiers(self) -> Modifiers:
        return read_modifiers()


@cache
def load_tables() -> Tables:
    """The tables that travel with the program, the same object at every call of a process. Reads no file by itself."""
    return Tables()


def _later(on: date, heading: Heading) -> bool:
    return heading.last_day is not None and on > heading.last_day


def _info(name: str, heading: Heading, rows: int, stale: bool) -> TableInfo:
    remark = (
        f"Edition {heading.edition} answered for dates of service after {heading.last_day}: import {heading.renewal}."
        if stale
        else None
    )
    return TableInfo(name, heading.edition, heading.first_day, heading.last_day, rows, heading.complete, stale, remark)


def _unknown(kind: str, name: str, known: Collection[str]) -> TableError:
    # Only needed once something is wrong; difflib costs start-up time.
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    return TableError(f'There is no {kind} "{name}".{meant} Known: {", ".join(known)}.')
