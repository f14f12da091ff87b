"""One segment: elements by the guide's numbers, and the place of each in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples

from scrubber.x12.segment import Segment

SV1 = "SV1*HC:97110:GP::CQ*80.00*UN*2***1:2"
TEXT = st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="*:~"), max_size=6)
COMPOSITE = st.lists(TEXT, min_size=1, max_size=4).map(":".join)


def segment(text: str, at: int = 100, component: str = ":") -> Segment:
    return Segment(at, text.split("*"), component)


def test_elements_have_the_guides_numbers() -> None:
    sv1 = segment(SV1)
    assert sv1.id == "SV1"
    assert sv1.value(2) == "80.00"
    assert sv1.value(1, 2) == "97110"
    assert sv1.value(1, 4) == ""
    assert sv1.value(1, 5) == "CQ"
    assert sv1.parts(7) == ["1", "2"]
    assert sv1.parts(1) == ["HC", "97110", "GP", "", "CQ"]


def test_what_is_not_there_is_empty() -> None:
    sv1 = segment(SV1)
    assert sv1.value(5) == ""
    assert sv1.value(99) == ""
    assert sv1.value(99, 2) == ""
    assert sv1.value(1, 9) == ""
    assert sv1.parts(5) == []
    assert sv1.parts(99) == []


@pytest.mark.parametrize(
    ("element", "part", "text"),
    [
        (0, 0, "SV1"),
        (1, 0, "HC:97110:GP::CQ"),
        (1, 1, "HC"),
        (1, 3, "GP"),
        (1, 4, ""),
        (1, 5, "CQ"),
        (4, 0, "2"),
        (5, 0, ""),
        (7, 2, "2"),
    ],
)
def test_spans_name_the_bytes_of_an_element(element: int, part: int, text: str) -> None:
    start, end = segment(SV1).span(element, part)
    assert SV1[start - 100 : end - 100] == text


def test_an_absent_element_has_its_place_at_the_end() -> None:
    sv1 = segment(SV1)
    assert sv1.span(8) == sv1.span(20) == (sv1.end, sv1.end)
    assert sv1.end == 100 + len(SV1)


def test_an_absent_component_has_no_place() -> None:
    with pytest.raises(IndexError):
        segment(SV1).span(1, 9)


def test_another_component_separator() -> None:
    sv1 = segment(SV1.replace(":", ">"), component=">")
    assert sv1.value(1, 2) == "97110"
    assert segment(SV1, component=">").value(1, 1) == "HC:97110:GP::CQ"


def test_its_name_in_a_traceback_holds_no_data() -> None:
    assert repr(segment("NM1*IL*1*ASHDOWN")) == "Segment('NM1' at 100)"


@examples(100)
@given(elements=st.lists(COMPOSITE, min_size=1, max_size=8), at=st.integers(0, 9))
def test_every_span_holds_its_value(elements: list[str], at: int) -> None:
    text = "*".join(elements)
    read = Segment(at, text.split("*"), ":")
    source = "." * at + text
    assert read.end == len(source)
    for number in range(len(elements) + 2):
        start, end = read.span(number)
        assert source[start:end] == read.value(number)
        for part in range(1, len(read.parts(number)) + 1):
            start, end = read.span(number, part)
            assert source[start:end] == read.value(number, part)
