"""On which line of a TOML text each key and each list entry stands: tomllib keeps no positions."""

import re
import tomllib
from bisect import bisect_left

Place = tuple[str | int, ...]
"""Where a value stands: keys from the top of the file, and the index (0 is the first) where a list is passed."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}|\"(?:[^\"\\]|\\.)*\"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


def key_lines(text: str) -> dict[Place, int]:
    """The line (1 is the first) on which each key, table and list entry of ``text`` first stands.

    ``text`` is TOML that tomllib has accepted; on other text the answer means nothing.
    """
    return _Scanner(text).lines


class _Scanner:
    """One pass over accepted TOML; ``position`` only grows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Place, int] = {}
        self.last_index: dict[Place, int] = {}
        table: Place = ()
        self.skip_blank()
        while self.position < len(text):
            if text[self.position] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_blank()

    def skip_blank(self) -> None:
        self.skip(_BLANK)

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            raise ValueError("not TOML")
        self.position = found.end()
        return found.group()

    def note(self, place: Place) -> None:
        self.lines.setdefault(place, bisect_left(self.newlines, self.position) + 1)

    def keys(self) -> list[str]:
        """A dotted key; afterwards the position is on what follows it."""
        parts = []
        while True:
            self.skip_blank()
            token = self.skip(_KEY)
            # tomllib knows the escapes of a quoted key.
            parts.append(next(iter(tomllib.loads(f"{token} = 0"))) if token[0] in "\"'" else token)
            self.skip_blank()
            if self.text[self.position] != ".":
                return parts
            self.position += 1

    def header(self) -> Place:
        """``[a.b]`` or ``[[a.b]]``; the place of the table that it opens."""
        is_list = self.text.startswith("[[", self.position)
        self.position += 2 if is_list else 1
        parts = self.keys()
        place: Place = ()
        for part in parts[:-1]:
            place = self.inside((*place, part))
        place = (*place, parts[-1])
        self.note(place)
        if is_list:
            self.last_index[place] = self.last_index.get(place, -1) + 1
            place = self.inside(place)
        self.position += 2 if is_list else 1
        return place

    def inside(self, place: Place) -> Place:
        """``place`` itself, or the newest entry where it is a list of tables."""
        self.note(place)
        if place in self.last_index:
            place = (*place, self.last_index[place])
            self.note(place)
        return place

    def pair(self, table: Place) -> None:
        self.skip_blank()
        start = self.position
        parts = self.keys()
        after = self.position
        self.position = start
        for length in range(1, len(parts) + 1):
            self.note((*table, *parts[:length]))
        self.position = after + 1  # the equals sign
        self.skip_blank()
        self.value((*table, *parts))

    def value(self, place: Place) -> None:
        first = self.text[self.position]
        if first == "[":
            self.entries(place)
        elif first == "{":
            self.inline_table(place)
        else:
            self.skip(_STRING if first in "\"'" else _SCALAR)

    def entries(self, place: Place) -> None:
        self.position += 1
        index = 0
        self.skip_blank()
        while self.text[self.position] != "]":
            self.note((*place, index))
            self.value((*place, index))
            self.skip_comma()
            index += 1
        self.position += 1

    def inline_table(self, place: Place) -> None:
        self.position += 1
        self.skip_blank()
        while self.text[self.position] != "}":
            self.pair(place)
            self.skip_comma()
        self.position += 1

    def skip_comma(self) -> None:
        self.skip_blank()
        if self.text[self.position] == ",":
            self.position += 1
            self.skip_blank()
