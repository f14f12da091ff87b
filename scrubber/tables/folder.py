"""The folder that imported tables live in, and what is in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from scrubber.tables.edition import Edition, Kind

SUFFIX = ".table"

VARIABLE = "SCRUBBER_TABLES"
"""The environment variable that names the folder; it goes before the setting."""


class Imported(msgspec.Struct, frozen=True):
    """The imported editions of a folder as they were when it was looked at. Pickles as paths and digests."""

    folder: str
    editions: tuple[Edition, ...]

    def of(self, kind: Kind, name: str) -> list[Edition]:
        """The editions of one table, newest first."""
        found = [each for each in self.editions if (each.facts.kind, each.facts.name) == (kind, name)]
        return sorted(found, key=lambda each: each.facts.edition, reverse=True)

    def names(self, kind: Kind) -> list[str]:
        """The tables of a kind, in order of their names."""
        return sorted({each.facts.name for each in self.editions if each.facts.kind == kind})


NOTHING = Imported("", ())


def tables_folder(setting: Path | None) -> Path:
    """Where imported tables live: as the environment says, else as the settings say, else a folder of the user's."""
    if named := os.environ.get(VARIABLE):
        return Path(named).absolute()
    return setting or _user_folder()


def find_imported(folder: Path) -> Imported:
    """Every edition in ``folder``; none where there is no such folder. Raises TableError where one is damaged."""
    paths = sorted(folder.glob(f"*/*{SUFFIX}"))
    if not paths:
        return NOTHING
    # SQLite costs 10 ms of start-up, which only those pay who imported something.
    from scrubber.tables.store import read_edition

    return Imported(str(folder), tuple(read_edition(path) for path in paths))


def place_of(folder: Path, name: str, edition: str) -> Path:
    """The file of an edition."""
    return folder / name / f"{edition}{SUFFIX}"


def _user_folder() -> Path:
    if sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "claim-scrubber" / "tables"
