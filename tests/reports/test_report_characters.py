"""Bytes become text, and text becomes something that can be seen."""

import pytest

from scrubber.reports.characters import for_xml, readable, visible
from scrubber.reports.wording import dollars


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"PCN1", "PCN1"),
        ("Müller".encode(), "Müller"),
        ("Müller".encode("latin-1"), "Müller"),
        (b"\xc3", "Ã"),
        ("日本".encode(), "日本"),
    ],
)
def test_bytes_are_shown_as_utf_8_where_valid_and_as_latin_1_else(raw, shown):
    assert readable(raw.decode("latin-1")) == shown


def test_text_that_is_no_bytes_stays():
    assert readable("3 → 2 for Müller") == "3 → 2 for Müller"


def test_a_file_name_with_undecodable_bytes_can_be_written():
    assert readable("claims\udcff.837").encode("utf-8") == b"claims?.837"


def test_visible_text_has_one_line_and_no_orders_to_a_terminal():
    assert visible("a\tb\r\nc\x7f\x9bd\u202ee\u2028f é 日") == "a\u2409b\u240d\u240ac\u2421\ufffdd\ufffde\ufffdf é 日"


def test_xml_keeps_the_white_space_that_it_allows():
    assert for_xml("a\t\r\nb\x00\x1f\x85\uffff") == "a\t\r\nb\u2400\u241f\x85\ufffd"


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("80", "$80.00"), ("80.5", "$80.50"), ("1234567.89", "$1,234,567.89"), ("-40.00", "-$40.00"),
        ("0.125", "$0.125"), ("007", "$007.00"), ("", ""), ("1E5", "1E5"), ("٣", "٣"), (".50", ".50"),
    ],
)  # fmt: skip
def test_dollars(read, shown):
    assert dollars(read) == shown
