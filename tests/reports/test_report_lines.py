"""Lines before and after find each other, and the difference is said in words."""

import pytest

from scrubber.reports.line_changes import in_words, paired
from scrubber.reports.schema import LineIn, LineOut


def line(number, code="97110", modifiers="GP", units="2", charge="80.00", date="2026-03-02", control="A1"):
    return LineIn(number, code, tuple(modifiers.split()), units, charge, date, control)


def out(from_line, number=None, **values):
    made = line(number or from_line or "9", **values)
    return LineOut(*(getattr(made, name) for name in LineIn.__struct_fields__), from_line)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {}, ""),
        ({"units": "3", "charge": "120.00"}, {}, "97110 units 3 -> 2, $120.00 -> $80.00"),
        ({}, {"modifiers": "GP CQ"}, "97110 CQ added"),
        ({"modifiers": "GP GP"}, {}, "97110 second GP dropped"),
        ({"modifiers": "GP 59"}, {}, "97110 59 dropped"),
        ({"modifiers": "GO CQ"}, {"modifiers": "GP CQ"}, "97110 modifiers GO CQ -> GP CQ"),
        ({"modifiers": "CQ GP"}, {"modifiers": "GP CQ"}, "97110 modifiers CQ GP -> GP CQ"),
        ({"modifiers": ""}, {}, "97110 GP added"),
        ({"code": "97014"}, {"code": "G0283"}, "97014 -> G0283"),
        ({"charge": "1200"}, {"charge": "x"}, "97110 $1,200.00 -> x"),
        ({"control": None}, {"control": "B"}, "97110 control none -> B"),
    ],
)
def test_a_change_in_words(before, after, said):
    (change,) = paired([line("1", **before)], [out("1", **after)])
    assert in_words(change) == said
    assert change.changed == bool(said)


def test_a_renumbered_line_is_the_same_line():
    (change,) = paired([line("3")], [out("3", "1")])
    assert in_words(change) == "97110 line number 3 -> 1"


def test_a_split_line_has_both_parts():
    changes = paired(
        [line("1", units="3", charge="120.00"), line("2", "97140")],
        [out("1"), out("1", "2", modifiers="GP CQ", units="1", charge="40.00"), out("2", "3", code="97140")],
    )
    assert [len(change.after) for change in changes] == [2, 1]
    assert in_words(changes[0]) == "97110 split: 97110 GP units 2 $80.00; 97110 GP CQ units 1 $40.00"


def test_a_removed_and_a_new_line():
    gone, new = paired([line("1")], [out(None, code="97140")])
    assert in_words(gone) == "97110 line 1 removed"
    assert in_words(new) == "new line: 97140 GP units 2 $80.00"
    assert gone.changed
    assert new.changed


def test_lines_with_one_number_are_told_apart_by_their_order():
    first, second = paired([line("1"), line("1", "97140")], [out("1", "1"), out("1", "2", code="97140")])
    assert in_words(first) == ""
    assert in_words(second) == "97140 line number 1 -> 2"
