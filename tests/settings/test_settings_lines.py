"""The line of every key: what the scanner finds is what tomllib reads, each on the line where it is written."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.settings.lines import Place, key_lines

AWKWARD = '''\
# [not.a.table]
top = "a # no comment, no ] and no }"   # a comment = 1
"quoted.key" = 'C:\\new'
"tab\\tkey" = 1
many = """
[inside] # still text
key = "x" \\""" still inside
"""""
raw = \'\'\'
[[inside]]
two quotes at the end\'\'\'\'\'
list = [ 1, # one ]
  "two]", [
    3, ],
  { four = 4, "fi.ve" = [5] },
]

[payers.acme]
match.payer-id = ["60054",
   "60055"]
match.filing = ["CI"]
  [ payers . "b c" ] # spaces
from = 2025-01-01 10:00:00
empty = {}
none = []

[[waiver]]
rule = "U101"
[[waiver]]
rule = "U102"
[waiver.more]
deep = true
'''


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*place, key))


def test_an_awkward_file_has_a_line_for_every_place() -> None:
    assert set(key_lines(AWKWARD)) == set(places(tomllib.loads(AWKWARD)))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("quoted.key",), 3),
        (("tab\tkey",), 4),
        (("many",), 5),
        (("raw",), 9),
        (("list", 0), 12),
        (("list", 1), 13),
        (("list", 2, 0), 14),
        (("list", 3, "fi.ve", 0), 15),
        (("payers",), 18),
        (("payers", "acme", "match"), 19),
        (("payers", "acme", "match", "payer-id", 1), 20),
        (("payers", "acme", "match", "filing"), 21),
        (("payers", "b c", "from"), 23),
        (("waiver",), 27),
        (("waiver", 1), 29),
        (("waiver", 1, "rule"), 30),
        (("waiver", 1, "more", "deep"), 32),
    ],
)
def test_the_line_of(place: Place, line: int) -> None:
    assert key_lines(AWKWARD)[place] == line


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\nb = [\r\n 2]\r\n") == {("a",): 1, ("b",): 3, ("b", 0): 4}


def test_an_empty_file_has_no_lines() -> None:
    assert key_lines("") == {}
    assert key_lines("# nothing") == {}


BARE = st.text("abz09_-", min_size=1, max_size=4)
BLANK = st.sampled_from(["", " ", "\n", "\n # ], } \n\t"])
TREES = st.recursive(
    st.just(0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(BARE, inner, max_size=3),
    max_leaves=12,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML in which every number is another one, with tables by header or inline and blanks wherever they may be."""
    numbers = iter(range(100_000, 200_000))

    def inline(value: Any) -> str:
        if isinstance(value, list):
            return "[" + "".join(f"{draw(BLANK)}{inline(entry)}{draw(BLANK)}," for entry in value) + draw(BLANK) + "]"
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{key} = {inline(entry)}" for key, entry in value.items()) + " }"
        return str(next(numbers))

    def table(value: dict[str, Any], path: str) -> str:
        by_header = {key for key, entry in value.items() if isinstance(entry, dict) and draw(st.booleans())}
        text = "".join(
            f"{key} = {inline(entry)}{draw(st.sampled_from(['', ' # = [']))}\n"
            for key, entry in value.items()
            if key not in by_header
        )
        for key in by_header:
            text += f"{draw(BLANK)}\n[{path}{key}]\n{table(value[key], f'{path}{key}.')}"
        return text

    return table(draw(st.dictionaries(BARE, TREES, max_size=4)), "")


@given(documents())
def test_every_place_has_the_line_where_it_is_written(text: str) -> None:
    table = tomllib.loads(text)
    lines = key_lines(text)
    assert set(lines) == set(places(table))
    for place in lines:
        value: Any = table
        for part in place:
            value = value[part]
        if isinstance(value, int):
            assert lines[place] == text[: text.index(str(value))].count("\n") + 1
