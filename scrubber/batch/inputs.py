"""Which files a run works on: named ones, those of folders, and those of lists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from scrubber.errors import UnreadableInputError

SUFFIXES = frozenset({".837", ".x12", ".edi", ".txt"})
"""Files of a folder that are taken by their name; any other is taken when it begins as an interchange does."""

LIST = "@"
"""Begins the name of a file that lists inputs, one a line."""

_BEGINS_AS_X12 = re.compile(rb"(\xef\xbb\xbf)?\s*ISA[^0-9A-Za-z\s]")
_LOOKED_AT = 256  # bytes


def find_inputs(named: Iterable[str]) -> list[Path]:
    """The files that the names stand for, in their order, those of a folder by name; each once.

    Raises UnreadableInputError when a list or folder cannot be read, when one holds nothing, or for a name that is not
    UTF-8. A file that is not there is told of when its turn comes.
    """
    found: dict[str, Path] = {}
    for name in named:
        for path in _stood_for(name):
            if str(path) != str(path).encode("utf-8", "replace").decode("utf-8"):  # journals and reports are UTF-8
                raise UnreadableInputError(f"the name {os.fsencode(path)!r} is not UTF-8; rename the file")
            found.setdefault(os.path.abspath(path), path)  # noqa: PTH100 - links stay: they are the user's names
    if not found:
        raise UnreadableInputError("no input; name files, folders, or a list of them as @LIST")
    return list(found.values())


def _stood_for(name: str) -> Iterator[Path]:
    if name.startswith(LIST):
        for line in _lines(Path(name[len(LIST) :])):
            yield from _one(Path(line))
    else:
        yield from _one(Path(name))


def _lines(path: Path) -> list[str]:
    try:
        text = os.fsdecode(path.read_bytes())
    except OSError as error:
        raise UnreadableInputError(f"{path}: cannot be read ({error.strerror}); expected a list of inputs") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise UnreadableInputError(f"{path}: lists no input; expected one name a line")
    return lines


def _one(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    try:
        inside = sorted(each for each in path.iterdir() if _is_input(each))
    except OSError as error:
        raise UnreadableInputError(
            f"{path}: cannot be read ({error.strerror}); expected a folder of 837P files"
        ) from None
    if not inside:
        raise UnreadableInputError(
            f"{path}: holds no input; expected files ending in {', '.join(sorted(SUFFIXES))}, or beginning with ISA"
        )
    yield from inside


def _is_input(path: Path) -> bool:
    if path.name.startswith(".") or not path.is_file():
        return False
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            return _BEGINS_AS_X12.match(file.read(_LOOKED_AT)) is not None
    except OSError:  # nothing says that it was meant
        return False
