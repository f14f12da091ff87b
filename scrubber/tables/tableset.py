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
from scrubber.tables.edition import Edition, Kind
from scrubber.tables.fee_editions import FeeEditions
from scrubber.tables.fee_schedule import FACTORS_PATH, PATH, FeeSchedule, read_fee_schedule
from scrubber.tables.folder import NOTHING, Imported
from scrubber.tables.modifiers import Modifiers, read_modifiers
from scrubber.tables.mue import MueTable, read_mue
from scrubber.tables.mue_editions import MueEditions
from scrubber.tables.ncci_modifiers import NcciModifiers, read_ncci_modifiers
from scrubber.tables.ptp import PtpTable, read_ptp
from scrubber.tables.ptp_editions import PtpEditions, in_use
from scrubber.tables.ptp_history import PATHS as PTP_HISTORIES
from scrubber.tables.ptp_history import read_history
from scrubber.tables.quarters import is_edition, last_day
from scrubber.tables.therapy_codes import TherapyCode, TherapyTable, read_therapy_codes
from scrubber.tables.thresholds import Thresholds, read_thresholds

THERAPY_CODES = "therapy-codes"
NCCI_MODIFIERS = "ncci-modifiers"
MODIFIERS = "modifiers"
FINDING_CODES = "finding-codes"
THRESHOLDS = "therapy-thresholds"

PAIR_TABLES: Mapping[str, tuple[Path, Path | None]] = MappingProxyType(
    {"ncci-ptp-medicare": (DATA / "ncci_ptp_therapy.csv", DATA / "ncci_ptp_covered_codes.csv")}
)
"""Name, as payer profiles use it -> the file of a pair table, and the file of the codes that it covers."""

UNIT_LIMIT_TABLES: Mapping[str, Path] = MappingProxyType({"ncci-mue-medicare": DATA / "ncci_mue_therapy.csv"})
"""Name, as payer profiles use it -> the file of a table of unit limits."""

FEE_SCHEDULES: Mapping[str, tuple[Path, Path]] = MappingProxyType({"fee-schedule-medicare": (PATH, FACTORS_PATH)})
"""Name, as payer profiles use it -> the file of a fee schedule, and that of its conversion factors."""


class TableInfo(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """What reports and ``scrubber tables list`` say of a table.

    ``from`` and ``to`` are the first and last date of service that it covers, None where it has no such day. ``rows``
    is a count. ``complete``: a code without a row is known to have no entry. ``stale``: a date of service of the run is
    after ``to``. ``remark`` says what to import, then and where the newest edition is not complete. ``place`` is the
    file of an imported table, None for one that travels with the program; ``renewal`` is what takes its place one day.
    """

    name: str
    edition: str
    from_: date | None
    to: date | None
    rows: int
    complete: bool
    stale: bool = False
    remark: str | None = None
    place: str | None = None
    renewal: str = ""


class Tables:
    """The tables of this process: get them from ``load_tables``. Pickles as a request to load them again elsewhere.

    ``imported`` are editions from a folder of the user's, beside those that travel with the program. ``own`` are tables
    that stand in for all editions of the same name. Every way in raises TableError where a file is missing or damaged.
    """

    def __init__(self, own: Iterable[PtpTable | MueTable] = (), imported: Imported = NOTHING) -> None:
        self.imported = imported
        self._own = tuple(own)
        self._pairs = {each.name: PtpEditions(each.name, (each,)) for each in self._own if isinstance(each, PtpTable)}
        self._unit_limits = {
            each.name: MueEditions(each.name, (each,)) for each in self._own if isinstance(each, MueTable)
        }
        self._fee_schedules: dict[str, FeeEditions] = {}

    def __reduce__(self) -> tuple[Callable[..., Tables], tuple[object, ...]]:
        if self._own:
            return Tables, (self._own, self.imported)
        return load_tables, (self.imported,) if self.imported.editions else ()

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

    def ptp(self, name: str) -> PtpEditions:
        """The pair table of that name in all its editions. Raises TableError, with a suggestion, when there is none.

        With "@2020Q1" behind the name: what was known when that edition was out.
        """
        if name not in self._pairs:
            base, _, known = name.partition("@")
            everything = self.pair_editions(base)
            if not everything:
                raise _unknown("pair table", name, [*PAIR_TABLES, *self.imported.names("ptp")])
            if known:
                asked = [each for each in everything if each.heading.edition <= _edition(name, known)]
                if not asked:
                    raise _unknown("edition", name, [f"{base}@{each.heading.edition}" for each in everything])
                everything = asked
            self._pairs[name] = PtpEditions(base, in_use(everything))
        return self._pairs[name]

    def pair_editions(self, name: str) -> list[PtpTable]:
        """Every edition of a pair table that is at hand, newest first; none for an unknown name."""
        found = [open_pairs(each) for each in self.imported.of("ptp", name)]
        if name in PAIR_TABLES:
            found.append(read_ptp(name, *PAIR_TABLES[name]))
        if name in PTP_HISTORIES:
            found += read_history(name, PTP_HISTORIES[name])
        # Of one edition, that which is complete stands before the part of it that travels with the program.
        return sorted(found, key=lambda each: (each.heading.edition, each.coverage is None), reverse=True)

    def unit_limits(self, name: str) -> MueEditions:
        """The unit limits of that name in all editions. Raises TableError, with a suggestion, when there are none.

        With "@2026Q3" behind the name: what was known when that edition was out.
        """
        if name not in self._unit_limits:
            base, _, known = name.partition("@")
            found = [open_limits(each) for each in self.imported.of("mue", base)]
            if base in UNIT_LIMIT_TABLES:
                found.append(read_mue(base, UNIT_LIMIT_TABLES[base]))
            if not found:
                raise _unknown("table of unit limits", name, [*UNIT_LIMIT_TABLES, *self.imported.names("mue")])
            if known:
                last = last_day(_edition(name, known))
                asked = [each for each in found if each.heading.first_day is None or each.heading.first_day <= last]
                if not asked:
                    raise _unknown("edition", name, [f"{base}@{each.heading.edition}" for each in found])
                found = asked
            found.sort(key=lambda each: each.heading.first_day or date.min, reverse=True)
            self._unit_limits[name] = MueEditions(base, found)
        return self._unit_limits[name]

    def fee_schedule(self, name: str) -> FeeEditions:
        """The fee schedule of that name. Raises TableError, with a suggestion, when there is none."""
        if name not in self._fee_schedules:
            found = [open_fee_schedule(each) for each in self.imported.of("rvu", name)]
            if name in FEE_SCHEDULES:
                found.append(read_fee_schedule(name, *FEE_SCHEDULES[name]))
            if not found:
                raise _unknown("fee schedule", name, [*FEE_SCHEDULES, *self.imported.names("rvu")])
            found.sort(key=lambda each: each.heading.first_day or date.min, reverse=True)
            self._fee_schedules[name] = FeeEditions(name, found)
        return self._fee_schedules[name]

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

    @cached_property
    def thresholds(self) -> Thresholds:
        """Medicare's therapy thresholds by calendar year."""
        return read_thresholds()

    def info(self, stale: Collection[str] = ()) -> list[TableInfo]:
        """Every table that answers, by its editions, newest first. ``stale`` names those that were asked about a later
        date than they cover.
        """
        listed = [_info(THERAPY_CODES, self._therapy_table.heading, len(self.therapy))]
        for name in self._asked("ptp", stale):
            pairs = [_info(each.name, each.heading, each.row_count, each.place) for each in self.ptp(name).editions]
            listed += _with_remarks(pairs, name in stale)
        for name in self._asked("mue", stale):
            limits = [
                _info(each.name, each.heading, len(each.limits), each.place) for each in self.unit_limits(name).editions
            ]
            listed += _with_remarks(limits, name in stale)
        for name in self._asked("rvu", stale):
            places = {each.facts.edition: each.path for each in self.imported.of("rvu", name)}
            fees = [
                _info(each.name, each.heading, each.row_count, places.get(each.heading.edition))
                for each in self.fee_schedule(name).editions
            ]
            listed += _with_remarks(fees, name in stale)
        return [
            *listed,
            _info(NCCI_MODIFIERS, self._modifier_table.heading, len(self.ncci_modifiers)),
            _info(MODIFIERS, self._known_modifiers.heading, len(self.modifiers)),
            _info(FINDING_CODES, self._denial_table.heading, len(self._denial_table.by_rule)),
            _info(THRESHOLDS, self.thresholds.heading, len(self.thresholds.by_year)),
        ]

    def names(self, kind: Kind) -> list[str]:
        """The tables of one kind: those that travel with the program, then imported and own ones."""
        shipped, opened = self._known(kind)
        own = (name for name in opened if "@" not in name)
        return list(dict.fromkeys((*shipped, *self.imported.names(kind), *own)))

    def _asked(self, kind: Kind, stale: Collection[str]) -> list[str]:
        """``names``, and any that was asked as of an edition and is stale."""
        _, opened = self._known(kind)
        return [*self.names(kind), *sorted(name for name in stale if "@" in name and name in opened)]

    def _known(self, kind: Kind) -> tuple[Collection[str], Collection[str]]:
        if kind == "ptp":
            return PAIR_TABLES, self._pairs
        if kind == "mue":
            return UNIT_LIMIT_TABLES, self._unit_limits
        return FEE_SCHEDULES, self._fee_schedules

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
def load_tables(imported: Imported = NOTHING) -> Tables:
    """The tables that travel with the program and the imported ones, the same object at every call of a process.

    Reads no file by itself.
    """
    return Tables(imported=imported)


def _later(on: date, heading: Heading) -> bool:
    return heading.last_day is not None and on > heading.last_day


def _info(name: str, heading: Heading, rows: int, place: str | None = None) -> TableInfo:
    return TableInfo(
        name,
        heading.edition,
        heading.first_day,
        heading.last_day,
        rows,
        heading.complete,
        place=place,
        renewal=heading.renewal,
    )


def _with_remarks(editions: list[TableInfo], stale: bool) -> list[TableInfo]:
    """The editions of one table with what to import: where it is stale, the newest complete one says so, else the
    newest; and the newest says that it is not complete.
    """
    newest = editions[0]
    old = next((each for each in editions if each.complete), newest) if stale else None
    remarks: dict[str, str] = {}
    if old is not None:
        said = f"Edition {old.edition} answered for dates of service after {old.to}: import {old.renewal}."
        remarks[old.edition] = said
    elif not newest.complete:
        remarks[newest.edition] = f"What it does not cover is not checked: import {newest.renewal} to have all of it."
    return [msgspec.structs.replace(each, stale=each is old, remark=remarks.get(each.edition)) for each in editions]


def _edition(name: str, text: str) -> str:
    if not is_edition(text):
        raise TableError(f'"{name}": "{text}" is no edition; expected a year and a quarter such as 2020Q1.')
    return text


def open_pairs(edition: Edition) -> PtpTable:
    """An imported pair table. The module is loaded here, and below, since few need SQLite."""
    from scrubber.tables.ptp_imported import open_ptp

    return open_ptp(edition)


def open_limits(edition: Edition) -> MueTable:
    """An imported table of unit limits."""
    from scrubber.tables.mue_imported import open_mue

    return open_mue(edition)


def open_fee_schedule(edition: Edition) -> FeeSchedule:
    """An imported fee schedule."""
    from scrubber.tables.fees_imported import open_fees

    return open_fees(edition)


def _unknown(kind: str, name: str, known: Collection[str]) -> TableError:
    # Only needed once something is wrong; difflib costs start-up time.
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    return TableError(f'There is no {kind} "{name}".{meant} Known: {", ".join(known)}.')
