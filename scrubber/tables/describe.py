"""What the tables say of one code or of two, as plain data for ``scrubber tables``."""

from __future__ import annotations

from datetime import date
from enum import Enum

import msgspec

from scrubber.errors import TableError
from scrubber.tables.mue import UnitLimit
from scrubber.tables.ptp import NEVER_IN_FORCE, PairEdit, PtpRow, PtpTable
from scrubber.tables.tableset import PAIR_TABLES, UNIT_LIMIT_TABLES, TableInfo, load_tables
from scrubber.tables.therapy_codes import ADD_ON_BASES, TWINS, TherapyCode

RATIONALES = {
    "CODE_DEFINITION": "by the definition of the codes",
    "CODING_INSTRUCTION": "by an instruction of CPT or CMS",
    "MISUSE_COL2": "column 2 misused beside column 1",
    "MORE_EXTENSIVE": "column 1 is the larger service",
    "MUTUALLY_EXCLUSIVE": "the two exclude each other",
    "SEPARATE_PROCEDURE": "column 2 counts only when it stands alone",
    "STANDARD_PRACTICE": "part of ordinary practice of column 1",
}
"""Key of the reason for a pair -> our words."""

_CODE_LENGTH = 5


class CodeFacts(msgspec.Struct, frozen=True):
    """One code on a day. ``therapy`` is None for a code that is not in the therapy table, and ``in_force`` with it.

    ``base`` is the code that an add-on needs, ``add_ons`` are those that need this code, ``twin`` is the same service
    under another code; empty where there is none. ``stale``: the day is later than the table covers.
    """

    code: str
    on: date
    therapy: TherapyCode | None
    in_force: bool | None
    base: str
    add_ons: tuple[str, ...]
    twin: str
    edition: str
    source: str
    stale: bool


class LimitFacts(msgspec.Struct, frozen=True):
    """The unit limit of one code on a day, by one table. ``limit`` is None where there is none, or where ``why`` says
    why it is not known. ``stale``: the day is later than the edition covers.
    """

    table: str
    edition: str
    limit: UnitLimit | None
    why: str
    stale: bool


class PairState(Enum):
    """How two codes stand on a day."""

    NEVER_PAYABLE = "never payable together"
    NEEDS_MODIFIER = "payable together only with an NCCI modifier"
    NO_PAIR = "no pair"
    NOT_CHECKED = "not checked"


class HistoryRow(msgspec.Struct, frozen=True):
    """One row of a pair's history.

    ``effective`` is None where it is not known. ``deleted`` is the last day in force, None while the row stands.
    ``withdrawn``: indicator 9, never in force. ``in_force``: on the day asked for; False where the table cannot answer.
    """

    column1: str
    column2: str
    indicator: str
    effective: date | None
    deleted: date | None
    rationale: str
    withdrawn: bool
    in_force: bool


class PairFacts(msgspec.Struct, frozen=True):
    """Two codes on a day, by one pair table. ``why`` says why it could not be checked; else it is empty.

    ``from`` and ``to`` are the days that the edition covers; ``stale``: the day is later.
    """

    table: str
    edition: str
    from_: date | None
    to: date | None
    source: str
    on: date
    state: PairState
    edit: PairEdit | None
    why: str
    stale: bool
    history: tuple[HistoryRow, ...]


def list_tables() -> list[TableInfo]:
    """Every table with its edition and days. Raises TableError where one is damaged."""
    return load_tables().info()


def describe_code(code: str, on: date) -> CodeFacts:
    """What the therapy table knows of a code. Raises TableError for what is no HCPCS code."""
    code = _code(code)
    tables = load_tables()
    info = tables.therapy_heading
    entry = tables.therapy.get(code)
    return CodeFacts(
        code=code,
        on=on,
        therapy=entry,
        in_force=None if entry is None else entry.in_force(on),
        base=ADD_ON_BASES.get(code, ""),
        add_ons=tuple(sorted(add_on for add_on, base in ADD_ON_BASES.items() if base == code)),
        twin=TWINS.get(code, ""),
        edition=info.edition,
        source=info.source,
        stale=tables.therapy_stale(on),
    )


def describe_limits(code: str, on: date) -> list[LimitFacts]:
    """The unit limits of a code, one entry for each table. Raises TableError for what is no HCPCS code."""
    code = _code(code)
    tables = [load_tables().unit_limits(name) for name in UNIT_LIMIT_TABLES]
    return [LimitFacts(table.name, table.heading.edition, *table.limit(code, on)) for table in tables]


def describe_pair(one: str, two: str, on: date) -> list[PairFacts]:
    """How two codes stand on a day, one entry for each pair table. Raises TableError for what is no HCPCS code."""
    one, two = _code(one), _code(two)
    return [_pair_facts(load_tables().ptp(name), one, two, on) for name in PAIR_TABLES]


def _pair_facts(table: PtpTable, one: str, two: str, on: date) -> PairFacts:
    answer = table.pair(one, two, on)
    if answer.unchecked:
        state = PairState.NOT_CHECKED
    elif answer.edit is None:
        state = PairState.NO_PAIR
    else:
        state = PairState.NEVER_PAYABLE if answer.edit.indicator == "0" else PairState.NEEDS_MODIFIER
    heading = table.heading
    return PairFacts(
        table=table.name,
        edition=heading.edition,
        from_=heading.first_day,
        to=heading.last_day,
        source=heading.source,
        on=on,
        state=state,
        edit=answer.edit,
        why=answer.unchecked,
        stale=answer.stale,
        history=tuple(_history_row(row, answer.edit, on) for row in table.history(one, two)),
    )


def _history_row(row: PtpRow, in_force: PairEdit | None, on: date) -> HistoryRow:
    return HistoryRow(
        column1=row.edit.column1,
        column2=row.edit.column2,
        indicator=row.edit.indicator,
        effective=row.effective,
        deleted=row.deleted,
        rationale=RATIONALES.get(row.edit.rationale, row.edit.rationale),
        withdrawn=row.edit.indicator == NEVER_IN_FORCE,
        in_force=in_force is not None and row.in_force(on),
    )


def _code(text: str) -> str:
    code = text.strip().upper()
    if len(code) != _CODE_LENGTH or not code.isascii() or not code.isalnum():
        raise TableError(f'"{text}" is no code: expected five letters or digits, such as 97110 or G0283.')
    return code
