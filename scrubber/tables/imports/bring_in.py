"""Import downloaded files as editions: all of them, or nothing changes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from scrubber.errors import TableError
from scrubber.tables.edition import Edition, Facts, Kind
from scrubber.tables.folder import place_of
from scrubber.tables.imports.download import Download, downloads, sha256_of
from scrubber.tables.imports.kinds import NAMES, Labelled, label, recognise
from scrubber.tables.imports.mue_file import read_limits
from scrubber.tables.imports.ptp_file import read_pairs
from scrubber.tables.imports.rvu_file import read_values
from scrubber.tables.quarters import first_day, is_edition, last_day
from scrubber.tables.store import read_edition, write_edition

PARTS = (1, 2, 3, 4)
"""The pair edits of a quarter come in four files; one alone is part of a table, and would pass pairs that it lacks."""

NCCI_BEGAN = date(1996, 1, 1)
"""The first day of the first edit: an edition keeps the whole history in its rows."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SOURCES: dict[Kind, tuple[str, str]] = {
    "ptp": ("CMS practitioner PTP edits", "the CMS practitioner PTP edits of their quarter"),
    "mue": ("CMS practitioner MUE values", "the CMS practitioner MUE values of their quarter"),
    "rvu": ("CMS relative value file", "the CMS relative value file (PPRRVU) of their quarter"),
}


class Brought(NamedTuple):
    """What became of one edition: ``new`` is False where it was there already with the same rows."""

    edition: Edition
    new: bool


class Choice(NamedTuple):
    """What the person asks for: a table's ``name`` and ``edition`` where the files do not say them (else empty), and
    whether an edition that is there with other rows gives way.
    """

    name: str = ""
    edition: str = ""
    replace: bool = False


class _Parcel(NamedTuple):
    """The files of one edition."""

    kind: Kind
    name: str
    edition: str
    files: list[tuple[Download, Labelled]]


def bring_in(
    paths: Sequence[Path],
    folder: Path,
    choice: Choice = Choice(),  # noqa: B008 - frozen
    progress: Callable[[int, int], None] | None = None,
) -> list[Brought]:
    """Import files as CMS publishes them into ``folder``, which is made where it is not there.

    ``progress`` is told how many bytes are done and how many there are. Raises TableError, naming file and line, for
    what cannot be read, is of another kind or quarter, is incomplete, or is there already with other rows; then nothing
    has changed.
    """
    _check_choice(choice)
    parcels = _parcels(paths, choice)
    total = sum(download.size for parcel in parcels for download, _ in parcel.files)
    done = 0

    def tell(read: int) -> None:
        nonlocal done
        done += read
        if progress is not None:
            progress(min(done, total), total)

    staged: list[tuple[Path, Path]] = []
    brought: list[Brought] = []
    try:
        for parcel in parcels:
            target = place_of(folder, parcel.name, parcel.edition)
            brought.append(_stage(parcel, target, choice, tell, staged))
        for temporary, target in staged:
            target.parent.mkdir(exist_ok=True)
            temporary.replace(target)
    except OSError as error:
        raise TableError(f"{folder}: the tables cannot be written there ({error.strerror})") from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    return brought


def _check_choice(choice: Choice) -> None:
    if choice.name and not _NAME.fullmatch(choice.name):
        raise TableError(f'"{choice.name}" is no name for a table; expected one such as ncci-ptp-medicaid')
    if choice.edition and not is_edition(choice.edition):
        raise TableError(f'"{choice.edition}" is no edition; expected a year and a quarter such as 2026Q3')


def _parcels(paths: Sequence[Path], choice: Choice) -> list[_Parcel]:
    parcels: dict[tuple[Kind, str, str], _Parcel] = {}
    for download in _tables_of(paths):
        said = label(download)
        kind = recognise(download, said)
        edition = _edition(download, said, choice)
        name = choice.name or (NAMES[kind].replace("medicare", "medicaid") if said.medicaid else NAMES[kind])
        parcels.setdefault((kind, name, edition), _Parcel(kind, name, edition, [])).files.append((download, said))
    if choice.name and len({parcel.kind for parcel in parcels.values()}) > 1:
        raise TableError(f"{choice.name}: the files are tables of several kinds; import them one kind at a time")
    for parcel in parcels.values():
        _check_parts(parcel)
    return list(parcels.values())


def _tables_of(paths: Sequence[Path]) -> Iterator[Download]:
    """The files to read. Of a .zip of relative values only PPRRVU counts, and that without the other factor (QPP)."""
    for path in paths:
        found = downloads(path)
        values = [each for each in found if each.name.upper().startswith("PPRRVU")]
        if values and path.suffix.casefold() == ".zip":
            found = [each for each in values if "NONQPP" in each.name.upper()] or values
        yield from found


def _edition(download: Download, said: Labelled, choice: Choice) -> str:
    if choice.edition and said.edition and choice.edition != said.edition:
        raise download.at(None, f"is called an edition of {said.edition}, but {choice.edition} is asked for")
    edition = choice.edition or said.edition
    if not edition:
        raise download.at(None, "does not tell its quarter in its name; give it with --edition, such as 2026Q3")
    return edition


def _check_parts(parcel: _Parcel) -> None:
    have = sorted(said.part or 0 for _, said in parcel.files)
    first = parcel.files[0][0]
    if len(have) != len(set(have)):
        twice = next(part for part in have if have.count(part) > 1)
        what = f"part f{twice}" if twice else "the table"
        raise first.at(None, f"{what} of {parcel.name} {parcel.edition} is given twice")
    wanted = PARTS if parcel.kind == "ptp" else tuple(range(1, max(have) + 1))
    missing = [f"f{part}" for part in wanted if part not in have]
    if have != [0] and missing:
        raise first.at(
            None, f"{parcel.name} {parcel.edition} lacks {', '.join(missing)}; give all its parts in one import"
        )
    if have != [0] and 0 in have:
        raise first.at(None, f"{parcel.name} {parcel.edition} is given whole and in parts; give one of the two")


def _stage(
    parcel: _Parcel, target: Path, choice: Choice, tell: Callable[[int], None], staged: list[tuple[Path, Path]]
) -> Brought:
    """Write the edition beside its place, unless it is there. Adds to ``staged`` what is to be renamed."""
    sources = tuple(sorted(map(sha256_of, {download.path for download, _ in parcel.files})))
    there = read_edition(target) if target.exists() and not choice.replace else None
    if there is not None and there.facts.sources == sources:
        return Brought(there, new=False)
    folder = target.parent.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{parcel.name}-{parcel.edition}.{os.getpid()}"
    staged.append((temporary, target))
    temporary.unlink(missing_ok=True)
    written = write_edition(temporary, _facts(parcel, sources), _rows(parcel, tell))
    if there is not None:
        if there.facts.digest != written.facts.digest:
            raise parcel.files[0][0].at(
                None,
                f"{parcel.name} {parcel.edition} is there with other rows ({there.facts.rows}, these are"
                f" {written.facts.rows}); look at both, then import with --replace",
            )
        staged.pop()
        temporary.unlink()
        return Brought(there, new=False)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    return Brought(msgspec.structs.replace(written, path=str(target)), new=True)


def _facts(parcel: _Parcel, sources: tuple[str, ...]) -> Facts:
    source, renewal = _SOURCES[parcel.kind]
    first = first_day(parcel.edition)
    return Facts(
        kind=parcel.kind,
        name=parcel.name,
        edition=parcel.edition,
        first_day=NCCI_BEGAN if parcel.kind == "ptp" else first,
        last_day=last_day(parcel.edition),
        published=first,
        complete=True,
        source=f"{source}: {', '.join(sorted({download.path.name for download, _ in parcel.files}))}",
        renewal=renewal,
        sources=sources,
    )


def _rows(parcel: _Parcel, tell: Callable[[int], None]) -> Iterable[tuple[object, ...]]:
    for download, _ in sorted(parcel.files, key=lambda file: file[1].part or 0):
        if parcel.kind == "ptp":
            yield from read_pairs(download, parcel.edition, tell)
        elif parcel.kind == "mue":
            yield from read_limits(download, tell)
        else:
            yield from read_values(download, parcel.edition, tell)
