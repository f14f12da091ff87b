"""Proves an audit log from its key: every line as it was written, none missing, none moved, none cut off."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec

from scrubber.errors import OutputError
from scrubber.watch.audit_log import Sealed, head_of, opened
from scrubber.watch.state import State

LONGEST = 1 << 20
"""Bytes of a line; a longer one is none of ours."""


class Fault(msgspec.Struct, frozen=True):
    """Something that is not as it was written. ``line`` counts in the file, from 1; ``file`` None is the whole log."""

    file: Path | None
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}" if self.file else self.what


class Head(msgspec.Struct, frozen=True):
    """What the state knows of the log: the newest line, and the lines that wait to be written to the file."""

    n: int
    mac: str
    waiting: tuple[bytes, ...] = ()


class Proof(msgspec.Struct, frozen=True):
    """What a log was found to be. ``first`` and ``last`` are numbers of lines, 0 when there is none."""

    lines: int
    first: int
    last: int
    waiting: int
    faults: tuple[Fault, ...]


def head_in(state: State) -> Head:
    """What the state knows, as of one moment. Read it before the files: lines that come later are proved as well.

    Raises OutputError when the state cannot be read.
    """
    with state.reading():
        number, mac = head_of(state.connection)
        rows = state.connection.execute("SELECT line FROM audit ORDER BY seq").fetchall()
    return Head(number, mac, tuple(str(line).encode() for (line,) in rows))


def decisions_in(connection: sqlite3.Connection, files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """(decision, job) of each line about a job, up to the newest line that the state knows; seals are not looked at.

    Raises OutputError when a file cannot be read.
    """
    newest, _ = head_of(connection)
    written = (line for file in files for line in _lines(file))
    waiting = (str(line).encode() for (line,) in connection.execute("SELECT line FROM audit ORDER BY seq"))
    done = 0
    for line in chain(written, waiting):
        try:
            said = msgspec.json.decode(line, type=_Said)
        except msgspec.DecodeError:  # the proof names it
            continue
        if done < said.n <= newest:
            done = said.n
            if said.job:
                yield said.decision, said.job


class _Said(msgspec.Struct):
    n: int
    decision: str
    job: str = ""


def files_of(file: Path) -> list[Path]:
    """The log and its rotated parts beside it, the oldest first.

    Rotated parts are named audit.jsonl.1, audit.jsonl-20261101 or audit-20261101.jsonl, also with .gz.
    """
    found = {file} if file.exists() else set()
    for pattern in (f"{file.name}[.-]*", f"{file.stem}-*{file.suffix}", f"{file.stem}-*{file.suffix}.gz"):
        found.update(each for each in file.parent.glob(pattern) if each.is_file())
    return sorted(found, key=lambda each: (_first_number(each), each.name))


def prove(key: bytes, files: Iterable[Path], *, first: int = 1, head: Head | None, last: int | None = None) -> Proof:
    """Follow the chain through ``files``, which are given the oldest first.

    The log has to begin with line number ``first`` and to reach ``head`` (the state's own memory) or ``last``. Raises
    OutputError when a file cannot be read.
    """
    chain = _Chain(key, first, head)
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            chain.follow(file, number, line)
    waiting = chain.follow_waiting()
    chain.end(last)
    return Proof(chain.lines, chain.begun_at, chain.expected - 1, waiting, tuple(chain.faults))


class _Chain:
    """Where in the chain the proof stands."""

    def __init__(self, key: bytes, first: int, head: Head | None) -> None:
        self.key = key
        self.head = head
        self.expected = first
        self.previous: str | None = None  # the seal that the next line has to follow; None when it is not known
        self.begun_at = 0
        self.lines = 0
        self.faults: list[Fault] = []
        self._bad = 0  # lines without a good seal since the last good one: each may stand for one that was changed
        self._half: tuple[Path, int, bytes] | None = None

    def follow(self, file: Path, number: int, line: bytes) -> None:
        """Take in the next line as it stands in the file, its end of line included."""
        self._cut_in_the_middle()
        if line.endswith(b"\n"):
            self._take(file, number, line[:-1])
        else:
            self._half = (file, number, line)

    def follow_waiting(self) -> int:
        """Take in the lines that the state holds for the file; returns how many. A half line may be one of them."""
        count = 0
        for line in self.head.waiting if self.head else ():
            sealed = opened(self.key, line)
            if sealed is not None and sealed.n < self.expected:
                continue
            if self._half and line.startswith(self._half[2]):
                self._half = None
            self._cut_in_the_middle()
            self._take(None, 0, line)
            count += 1
        return count

    def end(self, last: int | None) -> None:
        """The log is at its end: is that the end it should have?"""
        if self._half and self.head and self.head.n < self.expected:
            self._half = None  # decided after the state was asked, and being written just now
        self._cut_in_the_middle()
        wanted = last if last is not None else self.head.n if self.head else None
        if wanted is None:
            self._fault(None, 0, "whether lines are cut off at the end is not known without the state: give --last")
        elif self.expected + self._bad <= wanted:
            self._fault(None, 0, f"cut off at the end: {self._missing(wanted)}")

    def _take(self, file: Path | None, number: int, line: bytes) -> None:
        self.lines += 1
        sealed = opened(self.key, line)
        if sealed is None:
            wanted = self.expected + self._bad
            self._fault(file, number, f"changed, or no line of this log (line number {wanted} is expected)")
            self._bad += 1
        elif sealed.n < self.expected:
            self._fault(file, number, f"line number {sealed.n} stands twice or out of order")
        else:
            self._link(file, number, sealed)
            self.begun_at = self.begun_at or sealed.n
            self.expected, self.previous, self._bad = sealed.n + 1, sealed.mac, 0

    def _link(self, file: Path | None, number: int, sealed: Sealed) -> None:
        if sealed.n > self.expected + self._bad:
            self._fault(file, number, f"before it {self._missing(sealed.n - 1)}")
        elif sealed.n == self.expected and self.previous not in (None, sealed.prev):
            self._fault(file, number, f"line number {sealed.n} follows another line than the one before it")
        elif self.head and sealed.n == self.head.n and sealed.mac != self.head.mac:
            self._fault(file, number, f"line number {sealed.n} is not the one that the state knows")

    def _missing(self, last: int) -> str:
        first = self.expected
        if first == last:
            return f"line number {first} is missing"
        some = f"{last - first + 1 - self._bad} of " if self._bad else ""
        return f"{some}line numbers {first} to {last} are missing"

    def _cut_in_the_middle(self) -> None:
        if self._half:
            file, number, _ = self._half
            self._fault(file, number, f"cut off in the middle (line number {self.expected + self._bad} is expected)")
            self._bad += 1
            self._half = None

    def _fault(self, file: Path | None, number: int, what: str) -> None:
        self.faults.append(Fault(file, number, what))


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with _open(file) as stream:
            while line := stream.readline(LONGEST):
                yield line
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{file}: this part of the audit log cannot be read ({why})") from None


def _open(file: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")


def _first_number(file: Path) -> int:
    """The number that the first line gives itself; a file without one comes last and is reported."""
    start = next(_lines(file), b"")[:40]
    digits = start.removeprefix(b'{"n":').partition(b",")[0]
    return int(digits) if start.startswith(b'{"n":') and digits.isdigit() else 1 << 62
