"""The shapes of claims, which are remembered."""

from __future__ import annotations

import pytest

from scrubber.claims import shape
from scrubber.claims.shape import LONGEST_SHAPE, LONGEST_TEXT, MOST_SHAPES, shape_of
from scrubber.x12.segment import Segment

HEAD = ("CLM*A1*80", "HI*ABK:M25561", "NM1*82*1*TEALE", "PRV*PE*PXC*225100000X")
LINE = ("LX*1", "SV1*HC:97110*80*UN*2***1", "DTP*472*D8*20260302", "REF*6R*L1")


def segments(*texts: str) -> list[Segment]:
    found = []
    at = 0
    for text in texts:
        found.append(Segment(at, text.split("*"), ":"))
        at += len(text) + 1
    return found


def test_claims_that_differ_in_what_they_say_have_one_shape() -> None:
    other = ("CLM*A2*90", "HI*ABK:M542", "NM1*82*1*POE", "PRV*PE*PXC*225X00000X", "LX*7", "SV1", *LINE[2:])
    assert shape_of(segments(*HEAD, *LINE)) is shape_of(segments(*other))


@pytest.mark.parametrize(
    ("one", "other"), [("NM1*82*1*TEALE", "NM1*DN*1*TEALE"), ("DTP*472*D8*20260302", "DTP*471*D8*20260302"),
                       ("REF*6R*L1", "REF*F8*L1"), ("REF*6R*L1", "REF"), ("LX*1", "LXX*1")]
)  # fmt: skip
def test_claims_with_other_segments_have_another(one: str, other: str) -> None:
    first = shape_of(segments(*HEAD, *LINE))
    second = shape_of(segments(*(other if text == one else text for text in (*HEAD, *LINE))))
    assert first is not second


def test_no_more_are_remembered_than_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "_shapes", {})
    most = 0
    for number in range(MOST_SHAPES + 10):
        shape_of(segments(*HEAD, f"REF*{number}"))
        most = max(most, len(shape._shapes))
    assert most == MOST_SHAPES


@pytest.mark.parametrize(
    "unusual", [LINE * (LONGEST_SHAPE // len(LINE)), (f"REF*{'6' * LONGEST_TEXT}",)], ids=["segments", "text"]
)
def test_what_only_a_hostile_file_has_is_not_remembered(
    unusual: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shape, "_shapes", {})
    shape_of(segments(*HEAD, *unusual))
    assert not shape._shapes
    shape_of(segments(*HEAD, *LINE))
    assert len(shape._shapes) == 1
