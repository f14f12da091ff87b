"""A TOML file as read: its values, where each of them stands, and the frame of an error about one of them."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from scrubber.errors import SettingsError
from scrubber.settings.lines import Place, key_lines

SECTION: Place = ("tool", "scrubber")
"""Where settings stand in a pyproject.toml."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Document(msgspec.Struct, frozen=True):
    """One file: ``table`` holds the values from ``prefix`` downwards, and every place is meant from there.

    With ``private`` no value is ever quoted in an error: waivers hold claim numbers and people's names.
    """

    path: Path
    table: dict[str, Any]
    lines: Mapping[Place, int]
    prefix: Place = ()
    private: bool = False

    def origin(self, place: Place) -> str:
        """The file's own name and the line of ``place``, as in "scrubber.toml line 7"."""
        line = self._line(place)
        return f"{self.path.name} line {line}" if line else self.path.name

    def error(self, place: Place, message: str, at: Place | None = None) -> SettingsError:
        """An error about the key at ``place``; the line is that of ``at`` where the trouble lies deeper."""
        line = self._line(place if at is None else at)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return SettingsError(": ".join(part for part in (where, dotted(place), message) if part))

    def _line(self, place: Place) -> int | None:
        full = (*self.prefix, *place)
        for length in range(len(full), 0, -1):
            if full[:length] in self.lines:
                return self.lines[full[:length]]
        return None


NO_DOCUMENT = Document(Path("scrubber.toml"), {}, {})
"""Stands in where there is no file; nothing in it can be wrong."""


def read_document(path: Path, *, private: bool = False) -> Document:
    """The whole of a TOML file, or of a file called pyproject.toml the section [tool.scrubber].

    Raises SettingsError when the file cannot be read, is no TOML, or has no such section.
    """
    table, lines = _parse(path)
    whole = Document(path, table, lines, private=private)
    if path.name != "pyproject.toml":
        return whole
    if not _has_section(table):
        raise SettingsError(f"{path}: there is no section [tool.scrubber]. Add it, or name a scrubber.toml.")
    section = table["tool"]["scrubber"]
    if not isinstance(section, dict):
        raise whole.error(SECTION, "expected a table [tool.scrubber].")
    return msgspec.structs.replace(whole, table=section, prefix=SECTION)


def has_section(path: Path) -> bool:
    """Whether a pyproject.toml holds [tool.scrubber]. Raises SettingsError when it cannot be read or is no TOML."""
    return _has_section(_parse(path)[0])


def dotted(place: Place) -> str:
    """A place in the words of a message, as in ``payers.acme.unit-rule``; list entries count from 1."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False))
    return text


def _has_section(table: dict[str, Any]) -> bool:
    tool = table.get("tool")
    return isinstance(tool, dict) and "scrubber" in tool


def _parse(path: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        # A byte order mark is what some editors put first; TOML itself knows none.
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text), key_lines(text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Check its name and permissions.") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: nested too deeply to be settings.") from error
    except ValueError as error:  # not only TOMLDecodeError: also an integer of more digits than Python reads
        raise SettingsError(f"{path}: not valid TOML: {error}.") from error
