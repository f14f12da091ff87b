"""The ledger as one job reads it: what was sent before, as it stood when the job began. Reads only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scrubber.claims.claim import REPLACEMENT, VOID, Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.errors import LedgerError
from scrubber.ledger.pseudonyms import Pseudonyms
from scrubber.ledger.store import ledger_error, newest_delivery, open_to_read, read_salt, removals, state_of
from scrubber.money.day import ASSISTANT_MODIFIERS, Billed, price_day
from scrubber.tables.fee_schedule import Fees

THRESHOLD_FILINGS = frozenset({"MB"})
"""SBR09 of claims that count towards the therapy threshold: traditional Medicare."""


class SentLine(NamedTuple):
    """A service line of an earlier file. ``claim``, ``payer`` and ``renderer`` are salted hashes that can be compared.

    ``units`` is None where SV104 was no positive whole number of UN units, ``cents`` where SV102 was no amount.
    ``sent_on`` is the day on which the delivery was entered.
    """

    claim: bytes
    payer: bytes
    filing: str
    first_day: date
    last_day: date
    code: str
    modifiers: tuple[str, ...]
    units: int | None
    cents: int | None
    renderer: bytes
    likeness: bytes
    sent_on: date


class _SentClaim(NamedTuple):
    """A claim of an earlier file with its lines."""

    name: bytes
    likeness: bytes
    sent_on: date
    lines: list[SentLine]


class YearToDate(NamedTuple):
    """Estimated allowed amount, in cents, of what earlier files billed of one bucket in a year: never an attested
    figure. ``lines`` counts the lines in it, ``unpriced`` those that no amount is known for and that are not in it.
    """

    cents: int
    lines: int
    unpriced: int


class Snapshot:
    """What earlier files of this ledger sent. Get one from ``read_ledger``.

    Pickles as path and state: elsewhere the same ledger is opened again and must be in the same state. Every way in
    raises LedgerError where the file cannot be read or something was taken out of it meanwhile.
    """

    def __init__(self, path: Path, source: str, newest: int | None = None, state: str | None = None) -> None:
        self.path = path
        self._source = source
        self._last: tuple[bytes, list[_SentClaim]] = (b"", [])
        self._connection = open_to_read(path)
        try:
            self._open(newest)
        except sqlite3.Error as fault:
            raise ledger_error(path, fault) from fault
        if state is not None and state != self.state:
            raise self._changed()

    def _open(self, newest: int | None) -> None:
        connection = self._connection
        self._removals = removals(connection)
        self._newest = newest_delivery(connection) if newest is None else newest
        last_claim = connection.execute("SELECT max(number) FROM claim WHERE delivery <= ?", (self._newest,))
        self._newest_claim = last_claim.fetchone()[0] or 0
        self.state = state_of(connection, self._newest)
        """SHA-256 of what the ledger held when the job began, in hexadecimal."""
        self._known = Pseudonyms(read_salt(connection))
        own = bytes.fromhex(self._source)
        families = connection.execute("SELECT family FROM delivery WHERE source = ? OR corrected = ?", (own, own))
        same = {row[0] for row in families.fetchall()}
        rows = connection.execute("SELECT number, family, sent_on FROM delivery WHERE number <= ?", (self._newest,))
        every = rows.fetchall()
        self._sent_on = {number: date.fromordinal(on) for number, family, on in every if family not in same}
        self.deliveries = len(every)
        """How many deliveries the ledger held."""
        self.ignored = len(every) - len(self._sent_on)
        """How many of them are of the job's own source, or of a file made from it: they are as if they were not."""

    def __reduce__(self) -> tuple[Callable[..., Snapshot], tuple[object, ...]]:
        return Snapshot, (self.path, self._source, self._newest, self.state)

    def lines_of(self, claim: Claim, on: date, *, without: Collection[Claim] = ()) -> tuple[SentLine, ...]:
        """Lines of the claim's patient and payer that were sent before and touch a day of service.

        ``without`` are claims of this file: what they replace or void is left out, and so is what ``claim`` replaces.
        """
        return self.lines_between(claim, on, on, without=without)

    def lines_between(
        self, claim: Claim, first: date, last: date, *, without: Collection[Claim] = ()
    ) -> tuple[SentLine, ...]:
        """The same for days of service from ``first`` to ``last``, in the order of days and then of deliveries."""
        payer = self._known.payer(claim)
        found = [
            line
            for line in self._lines(claim, without)
            if line.payer == payer and line.first_day <= last and line.last_day >= first
        ]
        return tuple(sorted(found, key=lambda line: (line.first_day, line.last_day)))

    def sent_like(self, claim: Claim) -> date | None:
        """When a claim with the same patient, payer, lines, dates and charges was entered; None where none was."""
        standing = self._standing(claim)
        likeness = self._known.claim_likeness(claim) if standing else b""
        return next((each.sent_on for each in standing if each.likeness == likeness), None)

    def sent_number(self, claim: Claim) -> date | None:
        """When a claim of the same number (CLM01), patient and payer was entered; None where none was."""
        standing = self._standing(claim) if claim.id else []
        name = self._known.names(claim)[0] if standing else b""
        return next((each.sent_on for each in standing if each.name == name), None)

    def likeness(self, claim: Claim, line: ServiceLine) -> bytes:
        """The hash that a sent line has in ``likeness`` when this line repeats it."""
        return self._known.line_likeness(claim, line)

    def renderer(self, npi: str) -> bytes:
        """The hash that a sent line of this rendering provider has in ``renderer``."""
        return self._known.renderer(npi)

    def year_to_date(
        self,
        claim: Claim,
        year: int,
        discipline_modifiers: Collection[str],
        fees: Fees,
        *,
        without: Collection[Claim] = (),
    ) -> YearToDate:
        """What earlier files billed traditional Medicare for the claim's patient in a calendar year.

        Counts lines with one of the modifiers: GP and GN for one threshold, GO for the other. The amounts are those of
        the fee schedule: national, the reduction for several procedures counted by day, the assistant's rate taken.
        """
        days: dict[tuple[bytes, date], list[SentLine]] = {}
        for line in self._lines(claim, without):
            if line.filing in THRESHOLD_FILINGS and line.first_day == line.last_day and line.first_day.year == year:
                days.setdefault((line.payer, line.first_day), []).append(line)
        cents = lines = unpriced = 0
        for (_, on), sent in days.items():
            billed = [_billed(line) for line in sent]
            priced = price_day(billed, on, fees)
            for line, amount in zip(sent, priced.amounts, strict=True):
                if set(discipline_modifiers).isdisjoint(line.modifiers):
                    continue
                lines += amount is not None
                unpriced += amount is None
                cents += amount or 0
        return YearToDate(cents, lines, unpriced)

    def _lines(self, claim: Claim, without: Collection[Claim]) -> Iterator[SentLine]:
        standing = self._standing(claim)
        if not standing:
            return
        replacing = [each for each in (claim, *without) if each.frequency in (REPLACEMENT, VOID)]
        names = {name for each in replacing for name in self._known.names(each)}
        for sent in standing:
            if sent.name not in names:
                yield from sent.lines

    def _standing(self, claim: Claim) -> list[_SentClaim]:
        """Earlier claims of the patient that no later delivery replaced or voided, in the order of deliveries."""
        patient = self._known.patient(claim)
        if patient is None or not self._sent_on:
            return []
        if self._last[0] != patient:  # all rules ask about one patient, then about the next
            self._last = (patient, self._read(patient))
        return self._last[1]

    def _read(self, patient: bytes) -> list[_SentClaim]:
        rows = self._rows(
            "SELECT number, delivery, name, payer, filing, claim.likeness, first_day, last_day, code, modifiers, units,"
            " cents, renderer, line.likeness FROM claim LEFT JOIN line ON line.claim = claim.number"
            " WHERE patient = ? AND void = 0 AND (replaced_by IS NULL OR replaced_by > ?) ORDER BY number, line.rowid",
            (patient, self._newest_claim),
        )
        found: dict[int, _SentClaim] = {}
        for number, delivery, name, payer, filing, likeness, *line in rows:
            sent_on = self._sent_on.get(delivery)
            if sent_on is None:
                continue
            claim = found.setdefault(number, _SentClaim(name, likeness, sent_on, []))
            if line[0] is not None:
                first, last, code, modifiers, units, cents, renderer, like = line
                days = date.fromordinal(first), date.fromordinal(last)
                claim.lines.append(
                    SentLine(
                        name,
                        payer,
                        filing,
                        *days,
                        code,
                        tuple(modifiers.split()),
                        units,
                        cents,
                        renderer,
                        like,
                        sent_on,
                    )
                )
        return list(found.values())

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            rows = self._connection.execute(query, values).fetchall()
            if removals(self._connection) != self._removals:
                raise self._changed()
        except sqlite3.Error as fault:
            raise ledger_error(self.path, fault) from fault
        return rows

    def _changed(self) -> LedgerError:
        return LedgerError(f"{self.path}: something was taken out of the ledger while it was read; start again")


def read_ledger(path: Path, source_sha256: str) -> Snapshot:
    """The ledger for a job on the input of that SHA-256 (hexadecimal). Raises LedgerError where it cannot be read."""
    return Snapshot(path, source_sha256)


def _billed(line: SentLine) -> Billed:
    return Billed(line.code, line.units, not ASSISTANT_MODIFIERS.isdisjoint(line.modifiers))
