"""A draft against a model that keeps every character with where it came from."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples

from scrubber.errors import EditConflictError
from scrubber.x12.draft import Change, Draft
from scrubber.x12.span import Edit, Span

AT = 1000
ORIGINAL = "LX*1~SV1*HC:97110*120*UN*3~LX*2~SV1*HC:97140*80*UN*1~"


class Character(NamedTuple):
    """One character of the text as it was (``place`` in the original) or as it was inserted (``place`` None)."""

    text: str
    place: int | None
    causes: frozenset[int]
    gone: bool = False


class Model:
    """The text as a list of characters, those that were deleted among them. Slow and plain."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.characters = [Character(text, place, frozenset()) for place, text in enumerate(original)]

    @property
    def text(self) -> str:
        return "".join(each.text for each in self.characters if not each.gone)

    def apply(self, edits: list[tuple[int, int, str, int]]) -> None:
        """Edits (start, end, replacement, cause) of the present text, the last first so that offsets stay true."""
        for start, end, replacement, cause in reversed(edits):
            visible = [n for n, each in enumerate(self.characters) if not each.gone]
            at = visible[start] if start < len(visible) else len(self.characters)
            stop = visible[end - 1] + 1 if end > start else at
            removed = self.characters[at:stop]
            inherited = frozenset().union(*(each.causes for each in removed if each.place is None))
            kept = [
                each if each.gone else each._replace(gone=True, causes=frozenset({cause}))
                for each in removed
                if each.place is not None
            ]
            new = [Character(text, None, inherited | {cause}) for text in replacement]
            self.characters[at:stop] = [*new, *kept]

    def deleted(self) -> set[int]:
        return {each.place for each in self.characters if each.gone and each.place is not None}

    def all_causes(self) -> frozenset[int]:
        return frozenset().union(*(each.causes for each in self.characters if each.gone or each.place is None))


@st.composite
def rounds(draw: st.DrawFn) -> list[list[tuple[int, int, str]]]:
    """Edits for some rounds, as cuts in thousandths of the text's length, so that they fit whatever it has become."""
    pieces = st.text("XYZ~*1", max_size=4)
    cuts = st.tuples(st.integers(0, 1000), st.integers(0, 60), pieces)
    return draw(st.lists(st.lists(cuts, max_size=4), min_size=1, max_size=4))


def fitted(cuts: list[tuple[int, int, str]], length: int) -> list[tuple[int, int, str]]:
    """The cuts as edits of a text of this length, in order, none overlapping another."""
    edits = []
    behind = 0
    for part, width, text in sorted(cuts):
        start = max(behind, part * length // 1000)
        end = min(length, start + width * length // 1000)
        edits.append((start, end, text))
        behind = end
    return edits


def revised(draft: Draft, edits: list[tuple[int, int, str, int]]) -> Draft:
    return draft.revised((Edit(Span(AT + start, AT + end), text), cause) for start, end, text, cause in edits)


def spliced(original: str, changes: list[Change]) -> str:
    for change in reversed(changes):
        start, end = change.span.start - AT, change.span.end - AT
        original = original[:start] + change.replacement + original[end:]
    return original


@examples(400)
@given(made=rounds(), original=st.sampled_from([ORIGINAL, "ab", "a", ""]))
def test_it_agrees_with_the_model(made: list[list[tuple[int, int, str]]], original: str) -> None:
    draft, model = Draft(original, AT), Model(original)
    cause = 0
    for cuts in made:
        edits = []
        for start, end, text in fitted(cuts, len(model.text)):
            edits.append((start, end, text, cause))
            cause += 1
        draft = revised(draft, edits)
        model.apply(edits)
        assert draft.text == model.text
    changes = draft.changes()
    assert spliced(original, changes) == model.text
    check_changes(changes, model)
    check_offsets(draft, model)


def check_changes(changes: list[Change], model: Model) -> None:
    """Sorted, apart, each with an effect, of nothing that was kept, and with the causes that asked for it."""
    behind = AT
    touched: set[int] = set()
    for change in changes:
        start, end = change.span
        assert behind <= start <= end
        behind = end
        assert change.replacement != model.original[start - AT : end - AT]
        touched.update(range(start - AT, end - AT))
        assert change.causes
        assert len(set(change.causes)) == len(change.causes)
    assert touched <= model.deleted()
    # What was deleted and not changed was put back to the letter.
    put_back = "".join(model.original[place] for place in sorted(model.deleted() - touched))
    inserted = "".join(each.text for each in model.characters if each.place is None)
    written = "".join(change.replacement for change in changes)
    assert sorted(put_back + written) == sorted(inserted)
    named = {cause for change in changes for cause in change.causes}
    assert named <= model.all_causes()
    if not put_back:
        assert named == model.all_causes()


def check_offsets(draft: Draft, model: Model) -> None:
    """A kept character has its own place; a new one the place between its kept neighbours."""
    visible = [each for each in model.characters if not each.gone]
    places = [draft.source_offset(AT + n) - AT for n in range(len(visible) + 1)]
    assert places == sorted(places)
    low = 0
    for each, place in zip(visible, places, strict=False):
        if each.place is not None:
            assert place == each.place
            low = each.place + 1
        else:
            assert low <= place <= len(model.original)
    assert low <= places[-1] <= len(model.original)
    assert Draft(model.original, AT).source_offset(AT + len(model.original)) == AT + len(model.original)


def test_several_rounds_become_one_change() -> None:
    draft = Draft("UN*3~", AT)
    draft = draft.revised([(Edit(Span(AT + 3, AT + 4), "22"), 0)])
    draft = draft.revised([(Edit(Span(AT + 4, AT + 5), "1"), 1)])
    assert draft.text == "UN*21~"
    assert draft.changes() == [Change(Span(AT + 3, AT + 4), "21", (0, 1))]


def test_what_is_put_back_is_no_change() -> None:
    draft = Draft("UN*3~", AT)
    draft = draft.revised([(Edit(Span(AT + 3, AT + 4), "2"), 0)])
    draft = draft.revised([(Edit(Span(AT + 3, AT + 4), "3"), 1)])
    assert draft.text == "UN*3~"
    assert draft.changes() == []


def test_what_is_inserted_and_taken_out_again_is_no_change() -> None:
    draft = Draft("UN*3~", AT).revised([(Edit(Span(AT, AT), "XX"), 0)])
    assert draft.revised([(Edit(Span(AT, AT + 2), ""), 1)]).changes() == []


def test_insertions_at_one_place_keep_their_order_and_causes() -> None:
    at = Span(AT + 1, AT + 1)
    draft = Draft("ab", AT).revised([(Edit(at, "1"), 7), (Edit(at, "2"), 8)])
    assert draft.text == "a12b"
    assert draft.changes() == [Change(at, "1", (7,)), Change(at, "2", (8,))]


def test_new_text_that_is_replaced_is_asked_for_by_both() -> None:
    draft = Draft("ab", AT).revised([(Edit(Span(AT + 1, AT + 1), "X"), 7)])
    draft = draft.revised([(Edit(Span(AT + 1, AT + 2), "Y"), 8)])
    assert draft.changes() == [Change(Span(AT + 1, AT + 1), "Y", (7, 8))]


def test_the_end_of_the_text_is_the_end_of_the_original() -> None:
    draft = Draft("abcd", AT).revised([(Edit(Span(AT + 1, AT + 4), ""), 0)])
    assert draft.text == "a"
    assert draft.source_offset(AT + 1) == AT + 4


def test_a_revised_draft_leaves_the_one_before_as_it_was() -> None:
    first = Draft("ab", AT)
    first.revised([(Edit(Span(AT, AT + 1), "x"), 0)])
    assert first.text == "ab"
    assert first.changes() == []


def test_the_new_text_of_a_replacement_comes_from_where_the_old_began() -> None:
    draft = Draft("UN*300~X", AT).revised([(Edit(Span(AT + 3, AT + 6), "2"), 0)])
    assert draft.source_offset(AT + 3) == AT + 3
    assert draft.source_offset(AT + 4) == AT + 6


@pytest.mark.parametrize(
    "spans",
    [[(0, 2), (1, 3)], [(0, 2), (1, 1)], [(2, 1)], [(-1, 0)], [(0, 9)], [(9, 9)]],
)
def test_edits_that_overlap_or_leave_the_claim_are_a_defect(spans: list[tuple[int, int]]) -> None:
    edits = [(Edit(Span(AT + start, AT + end), "x"), 0) for start, end in spans]
    with pytest.raises(EditConflictError, match="byte"):
        Draft("abcd", AT).revised(edits)
