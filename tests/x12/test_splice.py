"""Edits applied to bytes: the one way in which output differs from input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples

from scrubber.errors import EditConflictError
from scrubber.x12.span import Edit, Span
from scrubber.x12.splice import splice

SOURCE = b"SV1*HC:97110*120*UN*3~"


def edit(start: int, end: int, text: str = "") -> Edit:
    return Edit(Span(start, end), text)


def test_no_edit_no_change() -> None:
    assert splice(SOURCE, []) == SOURCE


def test_replace_insert_and_delete_in_any_order() -> None:
    edits = [edit(20, 21, "2"), edit(13, 16, "80"), edit(12, 12, ":GP")]
    assert splice(SOURCE, edits) == b"SV1*HC:97110:GP*80*UN*2~"
    assert splice(SOURCE, reversed(edits)) == b"SV1*HC:97110:GP*80*UN*2~"
    assert splice(SOURCE, [edit(0, len(SOURCE))]) == b""


def test_insertions_at_one_place_keep_their_order() -> None:
    assert splice(b"ab", [edit(1, 1, "1"), edit(1, 1, "2"), edit(1, 1, "3")]) == b"a123b"


def test_edits_may_touch() -> None:
    assert splice(b"abcd", [edit(0, 2, "x"), edit(2, 2, "-"), edit(2, 4, "y")]) == b"x-y"


def test_a_character_is_a_byte() -> None:
    assert splice(b"a", [edit(1, 1, "\xd6\x00")]) == b"a\xd6\x00"


@pytest.mark.parametrize(
    "edits",
    [
        [edit(0, 3, "x"), edit(2, 4, "y")],
        [edit(0, 3, "x"), edit(1, 1, "y")],
        [edit(1, 4), edit(1, 4)],
        [edit(3, 2, "x")],
        [edit(0, len(SOURCE) + 1)],
        [edit(len(SOURCE) + 1, len(SOURCE) + 1, "x")],
        [edit(-1, 0, "x")],
    ],
)
def test_edits_that_want_the_same_bytes_are_a_defect(edits: list[Edit]) -> None:
    with pytest.raises(EditConflictError, match="byte"):
        splice(SOURCE, edits)


@examples(200)
@given(
    pieces=st.lists(st.tuples(st.binary(max_size=5), st.none() | st.binary(max_size=4)), max_size=8),
    data=st.data(),
)
def test_it_agrees_with_taking_the_source_to_pieces(
    pieces: list[tuple[bytes, bytes | None]], data: st.DataObject
) -> None:
    """Each piece of the source is kept, or replaced by what stands beside it."""
    edits = []
    at = 0
    for old, new in pieces:
        if new is not None:
            edits.append(edit(at, at + len(old), new.decode("latin-1")))
        at += len(old)
    source = b"".join(old for old, _ in pieces)
    made = b"".join(old if new is None else new for old, new in pieces)
    if all(len(old) for old, new in pieces if new is not None):  # the order of insertions at one place is their own
        edits = data.draw(st.permutations(edits))
    assert splice(source, edits) == made
