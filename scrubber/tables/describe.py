"""What the tables say of one code or of two, as plain data for ``scrubber tables``."""

from __future__ import annotations

from datetime import date
from enum import Enum

import msgspec

from scrubber.errors import TableError
from scrubber.tables.edition import Edition
from scrubber.tables.mue import UnitLimit
from scrubber.tables.ptp import NEVER_IN_FORCE, PairAnswer, PairEdit, PtpRow, PtpTable
from scrubber.tables.tableset import TableInfo, Tables, load_tables
from scrubber.tables.therapy_codes import ADD_ON_BASES, TWINS, TherapyCode

RATIONALES = {
    "ANESTHESIA_INCLUDED": "anesthesia is part of column 1",
    "ANESTHESIA_PREPARATION": "preparing and watching an anesthetic is part of it",
    "CODE_DEFINITION": "by the definition of the codes",
    "CODING_INSTRUCTION": "by an instruction of CPT or CMS",
    "GENDER_SPECIFIC": "for one sex each",
    "LABORATORY_PANEL": "column 2 is part of the panel",
    "MISUSE_COL2": "column 2 misused beside column 1",
    "MORE_EXTENSIVE": "column 1 is the larger service",
    "MUTUALLY_EXCLUSIVE": "the two exclude each other",
    "OTHER": "for a reason that CMS worded anew",
    "SEPARATE_PROCEDURE": "column 2 counts only when it stands alone",
    "SEQUENTIAL_PROCEDURE": "one goes over into the other",
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


class EditionsSay(msgspec.Struct, frozen=True):
    """What some editions in a row, ``first`` to ``last``, say of a day; ``edit`` is None where it is no pair."""

    first: str
    last: str
    state: PairState
    edit: PairEdit | None


class PairFacts(msgspec.Struct, frozen=True):
    """Two codes on a day, by one pair table. ``why`` says why it could not be checked; else it is empty.

    ``edition`` is the one that answered, ``from`` and ``to`` the days that it covers; ``stale``: the day is later.
    ``said`` is what each edition says that covers the day, the oldest first: they differ where CMS changed its mind.
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
    said: tuple[EditionsSay, ...]


def list_tables(tables: Tables | None = None) -> list[TableInfo]:
    """Every edition with its days: those that answer, then imported ones that a newer edition stands before.

    Raises TableError where one is damaged.
    """
    tables = tables or load_tables()
    listed = tables.info()
    listed_places = {info.place for info in listed}
    return [*listed, *(_passed_over(each) for each in tables.imported.editions if each.path not in listed_places)]


def _passed_over(edition: Edition) -> TableInfo:
    facts = edition.facts
    return TableInfo(
        facts.name,
        facts.edition,
        facts.first_day,
        facts.last_day,
        facts.rows,
        facts.complete,
        remark=f"a newer edition answers; ask this one as {facts.name}@{facts.edition}",
        place=edition.path,
    )


def describe_code(code: str, on: date, tables: Tables | None = None) -> CodeFacts:
    """What the therapy table knows of a code. Raises TableError for what is no HCPCS code."""
    code = _code(code)
    tables = tables or load_tables()
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


def describe_limits(code: str, on: date, tables: Tables | None = None, edition: str = "") -> list[LimitFacts]:
    """The unit limits of a code, one entry for each table. With ``edition``: as was known when that one was out.

    Raises TableError for what is no HCPCS code, and for an edition older than all that are there.
    """
    code = _code(code)
    tables = tables or load_tables()
    found = [tables.unit_limits(_as_of(name, edition)) for name in tables.names("mue")]
    return [
        LimitFacts(table.name, table.answering(code, on).heading.edition, *table.limit(code, on)) for table in found
    ]


def describe_pair(one: str, two: str, on: date, tables: Tables | None = None, edition: str = "") -> list[PairFacts]:
    """How two codes stand on a day, one entry for each pair table. With ``edition``: as was known when it was out.

    Raises TableError for what is no HCPCS code, and for an edition older than all that are there.
    """
    one, two = _code(one), _code(two)
    tables = tables or load_tables()
    return [_pair_facts(tables, _as_of(name, edition), one, two, on) for name in tables.names("ptp")]


def _as_of(name: str, edition: str) -> str:
    return f"{name}@{edition}" if edition else name


def _pair_facts(tables: Tables, name: str, one: str, two: str, on: date) -> PairFacts:
    table = tables.ptp(name)
    answer = table.pair(one, two, on)
    answering = table.answering(one, two, on)
    heading = answering.heading
    rows = answering.history(one, two) or table.history(one, two)
    return PairFacts(
        table=name,
        edition=heading.edition,
        from_=heading.first_day,
        to=heading.last_day,
        source=heading.source,
        on=on,
        state=_state(answer),
        edit=answer.edit,
        why=answer.unchecked,
        stale=answer.stale,
        history=tuple(_history_row(row, answer.edit, on) for row in rows),
        said=_said(tables.pair_editions(table.name), one, two, on),
    )


def _state(answer: PairAnswer) -> PairState:
    if answer.unchecked:
        return PairState.NOT_CHECKED
    if answer.edit is None:
        return PairState.NO_PAIR
    return PairState.NEVER_PAYABLE if answer.edit.indicator == "0" else PairState.NEEDS_MODIFIER


def _said(editions: list[PtpTable], one: str, two: str, on: date) -> tuple[EditionsSay, ...]:
    said: list[EditionsSay] = []
    for edition in reversed(editions):
        answer = edition.pair(one, two, on)
        if answer.unchecked or answer.stale:
            continue
        name, state = edition.heading.edition, _state(answer)
        if said and (said[-1].state, said[-1].edit) == (state, answer.edit):
            said[-1] = msgspec.structs.replace(said[-1], last=name)
        else:
            said.append(EditionsSay(name, name, state, answer.edit))
    return tuple(said)


def _history_row(row: PtpRow, in_force: PairEdit | None, on: date) -> HistoryRow:
    return HistoryRow(
        column1=row.edit.column1,
        column2=row.edit.column2,
        indicator=row.edit.indicator,
        effective=row.effective,
        deleted=row.deleted,
        rationale=RATIONALES.get(row.edit.rationale, row.edit.rationale),
        withdrawn=row.edit.indicator == NEVER_IN_FORCE,
        in_force=in_force is not None and row.edit == in_force and row.in_force(on, None) is True,
    )


def _code(text: str) -> str:
    code = text.strip().upper()
    if len(code) != _CODE_LENGTH or not code.isascii() or not code.isalnum():
        raise TableError(f'"{text}" is no code: expected five letters or digits, such as 97110 or G0283.')
    return code
