"""A downloaded file, or one inside a downloaded .zip: what it is called, its rows, and where each row stands."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scrubber.errors import TableError

Row = tuple[int, list[str]]
"""A line or row number, 1 being the first of the file, and the cells of that row."""

Progress = Callable[[int], None]
"""Told how many bytes more have been read."""

ENCODING = "latin-1"
_SUFFIXES = (".txt", ".csv", ".xlsx")
"""By how fast they are read: of two forms of one file in a .zip the first counts."""

_LARGEST = 2_000_000_000
"""Bytes of one file inside a .zip; the largest of CMS has 0.1 of that, whatever is larger is no table."""

_EVERY = 50_000


class Download(NamedTuple):
    """One table file: ``path`` as given, ``member`` its name inside a .zip (else empty), ``size`` in bytes unpacked."""

    path: Path
    member: str
    size: int

    @property
    def name(self) -> str:
        """The name of the table file itself, without folders."""
        return self.member.rpartition("/")[2] or self.path.name

    @property
    def names(self) -> str:
        """All that its names tell: of the .zip and of the file."""
        return f"{self.path.name} {self.member}"

    def at(self, row: int | None, what: str) -> TableError:
        """The error to raise about row ``row``, or about the file where that is None."""
        where = f"{self.path}: {self.member}" if self.member else str(self.path)
        place = "" if row is None else f", {'row' if self.is_sheet else 'line'} {row}"
        return TableError(f"{where}{place}: {what}")

    @property
    def is_sheet(self) -> bool:
        """It is an .xlsx workbook."""
        return self.name.casefold().endswith(".xlsx")

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """Every row that is not empty. Raises TableError where the file cannot be read or is not in Latin-1."""
        tell = progress or _nobody
        try:
            if self.is_sheet:
                yield from self._sheet(tell)
            elif self.name.casefold().endswith(".csv"):
                yield from self._comma_separated(tell)
            else:
                yield from self._tab_separated(tell)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
            # The last two: an archive with a password, and a way of packing that Python does not know.
            raise self.at(None, f"cannot be read ({error}); download it again") from error

    def _open(self) -> BinaryIO:
        if not self.member:
            return self.path.open("rb")
        # The archive is closed with the last file that is open in it.
        with zipfile.ZipFile(self.path) as archive:
            return archive.open(self.member)  # type: ignore[return-value]  # readable, and no more is asked of it

    def _lines(self, tell: Progress) -> Iterator[tuple[int, bytes]]:
        with self._open() as file:
            read = 0
            for number, line in enumerate(file, 1):
                read += len(line)
                if number == 1:
                    line = self._first(line)
                if not number % _EVERY:
                    tell(read)
                    read = 0
                yield number, line
            tell(read)

    def _first(self, line: bytes) -> bytes:
        if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
            raise self.at(1, "is not in Latin-1 (it looks like UTF-16); expected the text file of CMS, unchanged")
        return line.removeprefix(b"\xef\xbb\xbf")

    def _tab_separated(self, tell: Progress) -> Iterator[Row]:
        for number, line in self._lines(tell):
            cells = line.decode(ENCODING).rstrip("\r\n").split("\t")
            if any(cells):
                yield number, cells

    def _comma_separated(self, tell: Progress) -> Iterator[Row]:
        reader = csv.reader((line.decode(ENCODING) for _, line in self._lines(tell)), strict=True)
        try:
            for cells in reader:
                if any(cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise self.at(reader.line_num, f"is no CSV ({error})") from error

    def _sheet(self, tell: Progress) -> Iterator[Row]:
        # Loaded here: only an import of .xlsx needs it.
        from python_calamine import CalamineError, CalamineWorkbook

        with self._open() as file:
            content = file.read()
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheet = workbook.get_sheet_by_index(0)
        except (CalamineError, zipfile.BadZipFile, IndexError, ValueError, OSError) as error:
            raise self.at(None, f"is no workbook that can be read ({error}); download it again") from error
        share = self.size // max(sheet.total_height, 1)
        for number, cells in enumerate(sheet.iter_rows(), sheet.start[0] + 1 if sheet.start else 1):
            if not number % _EVERY:
                tell(share * _EVERY)
            texts = [_text(cell) for cell in cells]
            if any(texts):
                yield number, texts


def downloads(path: Path) -> list[Download]:
    """The table files that ``path`` is or, being a .zip, holds. Raises TableError where there is none."""
    try:
        if path.suffix.casefold() != ".zip":
            if path.suffix.casefold() not in _SUFFIXES:
                raise TableError(f"{path}: expected a .zip, .txt, .csv or .xlsx file as downloaded from CMS")
            return [Download(path, "", path.stat().st_size)]
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir() and "__MACOSX" not in each.filename]
    except zipfile.BadZipFile as error:
        raise TableError(f"{path}: is no .zip that can be read ({error}); download it again") from error
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error
    chosen: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        stem, dot, suffix = member.filename.casefold().rpartition(".")
        if dot + suffix not in _SUFFIXES:
            continue
        rival = chosen.get(stem)
        if rival is None or _SUFFIXES.index(dot + suffix) < _SUFFIXES.index(Path(rival.filename).suffix.casefold()):
            chosen[stem] = member
    if not chosen:
        raise TableError(f"{path}: holds no .txt, .csv or .xlsx file")
    for member in chosen.values():
        if member.file_size > _LARGEST:
            raise TableError(f"{path}: {member.filename} unpacks to {member.file_size} bytes; no table is that large")
    return [Download(path, member.filename, member.file_size) for member in chosen.values()]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file. Raises TableError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error


def _text(cell: object) -> str:
    """A cell of a sheet as the text file has it: a code or a date can be a number there."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _nobody(_read: int) -> None:
    pass
