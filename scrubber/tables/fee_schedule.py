"""What Medicare pays for a unit of a code: relative values and conversion factors by date of service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple, Protocol

from scrubber.tables.data_file import DATA, DataFile, Heading, read_data_file

PATH = DATA / "fee_schedule_therapy.csv"
FACTORS_PATH = DATA / "conversion_factors.csv"

THERAPY_REDUCTION = "5"
"""Indicator for several procedures: half the practice expense of the second and later units of a day."""

PAID = frozenset("ART")
NOT_PAID = frozenset("BEIMNPQX")
"""Status of codes that Medicare pays nothing for: bundled, not valid, not covered, for reporting only."""

_COLUMNS = ("first_day", "last_day", "code", "status", "work", "pe", "mp", "procedures")
_CENT = Decimal(1)


class FeeRow(NamedTuple):
    """Relative values of a code without a modifier, non-facility. Both days count; ``last_day`` None is open.

    ``status`` is that of the fee schedule (A active, B bundled, C priced by the contractor and so on), ``procedures``
    the indicator for several procedures.
    """

    code: str
    first_day: date
    last_day: date | None
    status: str
    work: Decimal
    pe: Decimal
    mp: Decimal
    procedures: str


class ConversionFactor(NamedTuple):
    """Dollars for one relative value unit. Both days count; ``last_day`` None is open."""

    first_day: date
    last_day: date | None
    dollars: Decimal


class Fee(NamedTuple):
    """A code's relative values with the factor of the day. Amounts are cents a unit, rounded half up.

    National: no geographic adjustment, no sequestration. ``year`` is that of the values, which for a stale answer is
    not that of the day.
    """

    row: FeeRow
    factor: Decimal
    year: int

    @property
    def reducible(self) -> bool:
        """The reduction of therapy for several procedures applies to the code."""
        return self.row.procedures == THERAPY_REDUCTION

    @property
    def whole(self) -> int:
        """What a unit is worth by itself."""
        return 0 if self.row.status in NOT_PAID else self._cents(self.row.pe)

    @property
    def reduced(self) -> int:
        """What a unit is worth with half its practice expense; ``whole`` for codes that are not reduced."""
        return self._cents(self.row.pe / 2) if self.reducible and self.row.status not in NOT_PAID else self.whole

    def _cents(self, pe: Decimal) -> int:
        dollars = (self.row.work + pe + self.row.mp) * self.factor
        return int((dollars * 100).quantize(_CENT, ROUND_HALF_UP))


class FeeAnswer(NamedTuple):
    """What a table says of a code on a day. ``fee`` is None where it cannot answer: ``unchecked`` then says why.

    ``stale``: the day is later than the edition covers, so that a newer edition might answer otherwise.
    """

    fee: Fee | None
    unchecked: str
    stale: bool


class Fees(Protocol):
    """Whatever answers with fees: one schedule, or several editions of one."""

    name: str

    def fee(self, code: str, on: date) -> FeeAnswer:
        """The fee of ``code`` on a date of service."""


class FeeSchedule:
    """One fee schedule. ``rows_of`` gives the rows of a code, none for an unknown one; it is asked once for each code.

    ``name`` is what payer profiles call it. Answers are kept: a file has few codes and days.
    """

    def __init__(
        self,
        name: str,
        heading: Heading,
        rows_of: Callable[[str], Sequence[FeeRow]],
        factors: Sequence[ConversionFactor],
        row_count: int,
    ) -> None:
        self.name = name
        self.heading = heading
        self.row_count = row_count
        self.factors = tuple(factors)
        self._rows_of = rows_of
        self._rows: dict[str, tuple[FeeRow, ...]] = {}
        self._answers: dict[tuple[str, date], FeeAnswer] = {}

    def fee(self, code: str, on: date) -> FeeAnswer:
        """The fee of ``code`` on a date of service.

        A day after the edition is answered as its last day is, and marked stale; a day before it is not answered.
        """
        answer = self._answers.get((code, on))
        if answer is None:
            answer = self._answers[code, on] = self._answer(code, on)
        return answer

    def _answer(self, code: str, on: date) -> FeeAnswer:
        heading = self.heading
        stale = heading.last_day is not None and on > heading.last_day
        asked = heading.last_day if stale and heading.last_day is not None else on
        if code not in self._rows:
            self._rows[code] = tuple(self._rows_of(code))
        row = next((each for each in self._rows[code] if _covers(each, asked)), None)
        factor = next((each for each in self.factors if _covers(each, asked)), None)
        named = f"{self.name} ({heading.edition})"
        if heading.first_day is not None and on < heading.first_day:
            return FeeAnswer(None, f"{named} answers from {heading.first_day} on, not for {on}", stale)
        if row is None:
            return FeeAnswer(None, f"{named} has no amount for {code} in {asked.year}", stale)
        if factor is None:
            return FeeAnswer(None, f"{named} has no conversion factor for {asked}", stale)
        if row.status not in PAID and row.status not in NOT_PAID:
            return FeeAnswer(None, f"{code} has no national amount (status {row.status})", stale)
        return FeeAnswer(Fee(row, factor.dollars, asked.year), "", stale)


def read_fee_schedule(name: str, path: Path = PATH, factors_path: Path = FACTORS_PATH) -> FeeSchedule:
    """Read a fee schedule and its conversion factors. Raises TableError where a file is missing or damaged."""
    table = read_data_file(path, _COLUMNS)
    rows: dict[str, list[FeeRow]] = {}
    for n, cells in enumerate(table.rows):
        row = _row(table, n, cells)
        others = rows.setdefault(row.code, [])
        if any(_overlap(row, other) for other in others):
            raise table.damaged(n, f"{row.code} is listed twice for the same days")
        others.append(row)
    return FeeSchedule(name, table.heading, _lookup(rows), read_conversion_factors(factors_path), len(table.rows))


def read_conversion_factors(path: Path = FACTORS_PATH) -> tuple[ConversionFactor, ...]:
    """Read the conversion factors. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("first_day", "last_day", "factor"))
    found: list[ConversionFactor] = []
    for n, (first_day, last_day, factor) in enumerate(table.rows):
        try:
            one = ConversionFactor(date.fromisoformat(first_day), _day(last_day), _decimal(factor))
        except (InvalidOperation, ValueError) as fault:
            raise table.damaged(n, f"not a conversion factor ({fault}); expected two dates and dollars") from fault
        if any(_overlap(one, other) for other in found):
            raise table.damaged(n, "two conversion factors for the same days")
        found.append(one)
    return tuple(found)


def _lookup(rows: Mapping[str, Sequence[FeeRow]]) -> Callable[[str], Sequence[FeeRow]]:
    return lambda code: rows.get(code, ())


def _row(table: DataFile, n: int, cells: list[str]) -> FeeRow:
    first_day, last_day, code, status, work, pe, mp, procedures = cells
    try:
        days = date.fromisoformat(first_day), _day(last_day)
        return FeeRow(code, *days, _letter(status), _decimal(work), _decimal(pe), _decimal(mp), procedures)
    except (InvalidOperation, ValueError) as fault:
        raise table.damaged(
            n, f"not a row of the fee schedule ({fault}); expected dates as YYYY-MM-DD, a status and relative values"
        ) from fault


def _letter(text: str) -> str:
    if len(text) != 1 or not text.isalpha():
        raise ValueError(text)
    return text


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str) -> Decimal:
    """A plain amount of 0 or more."""
    value = Decimal(text)
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return value


def _covers(span: FeeRow | ConversionFactor, on: date) -> bool:
    return span.first_day <= on and (span.last_day is None or on <= span.last_day)


def _overlap(one: FeeRow | ConversionFactor, other: FeeRow | ConversionFactor) -> bool:
    return (one.last_day is None or other.first_day <= one.last_day) and (
        other.last_day is None or one.first_day <= other.last_day
    )
