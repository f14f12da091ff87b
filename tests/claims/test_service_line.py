"""A service line as read, and the edits it can be asked for."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.heading import Heading
from scrubber.claims.service_line import ServiceLine
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.span import Edit

AT = 500
HEAD = "CLM*A1*80.00***11:B:1*Y*A*Y*Y~HI*ABK:M25561~LX*1~"


def line(*segments: str, component: str = ":") -> ServiceLine:
    """The only line of a claim that is made of these segments behind LX."""
    text = HEAD + "".join(segment + "~" for segment in segments)
    source = ClaimSource(0, 1, 1, "0001", 1, AT, 20, text, Delimiters("*", component, "^", "~"), Heading())
    (only,) = Claim(source).lines
    return only


def procedure(*parts: str) -> ServiceLine:
    return line(f"SV1*{':'.join(('HC', '97110', *parts))}*80.00*UN*2***1")


def applied(edit: Edit, of: ServiceLine) -> str:
    """SV1 after the edit."""
    text, start = "*".join(of.sv1.elements), of.sv1.at
    return text[: edit.span.start - start] + edit.replacement + text[edit.span.end - start :]


def parts_after(edit: Edit, of: ServiceLine) -> list[str]:
    return applied(edit, of).split("*")[1].split(":")


def test_it_reads_what_it_is_made_of() -> None:
    read = line(
        "SV1*HC:97110:GP::CQ*80.00*UN*2***1:2", "DTP*472*D8*20260302", "REF*6R*L1", "REF*6R*L2", "NTE*ADD*97110 30 MIN",
        "K3*NOTE", "NM1*82*1*TEALE*****XX*1999887726", "PRV*PE*PXC*225100000X", "NM1*DN*1*X", "PRV*AS*PXC*999999999X",
    )  # fmt: skip
    assert (read.qualifier, read.code, read.modifiers) == ("HC", "97110", ("GP", "CQ"))
    assert (read.charge, read.cents, read.unit, read.units, read.whole_units) == ("80.00", 8000, "UN", "2", 2)
    assert read.pointers == ["1", "2"]
    assert read.date == date(2026, 3, 2)
    assert read.control == "L1"
    assert read.notes("NTE") == ["97110 30 MIN"]
    assert read.notes("K3") == ["NOTE"]
    assert (read.rendering_npi, read.rendering_taxonomy) == ("1999887726", "225100000X")
    assert read.has("K3")
    assert read.has("2420A")
    assert not read.has("2430", "HCP")
    assert read.is_hcpcs


def test_a_line_without_sv1_reads_as_empty() -> None:
    read = line("DTP*472*D8*20260302")
    assert (read.code, read.charge, read.units, read.modifiers) == ("", "", "", ())
    assert read.cents is None
    assert read.whole_units is None
    assert read.add_modifier("GP") is None
    assert read.location("SV104").element == "SV104"
    assert read.location("SV104").byte == AT + len(HEAD) - len("LX*1~")


def test_a_span_of_days_is_no_day_of_service() -> None:
    assert line("SV1*HC:97110*80*UN*2", "DTP*472*RD8*20260302-20260304").date is None
    assert line("SV1*HC:97110*80*UN*2", "DTP*472*RD8*20260302-20260302").date == date(2026, 3, 2)
    assert line("SV1*HC:97110*80*UN*2", "DTP*472*D8*20261345").date is None
    assert line("SV1*HC:97110*80*UN*2").date is None


def test_only_units_are_units() -> None:
    assert line("SV1*HC:97110*80*MJ*30").whole_units is None
    assert line("SV1*HC:97110*80*UN*1.5").whole_units is None


def test_where_it_stands() -> None:
    read = line("SV1*HC:97110:GP*80.00*UN*2***1", "REF*6R*L1")
    text = HEAD + "SV1*HC:97110:GP*80.00*UN*2***1~"
    for element, part, found in (("SV104", 0, "2"), ("SV102", 0, "80.00"), ("SV101", 3, "GP"), ("SV101", 2, "97110")):
        where = read.location(element, part)
        assert where.byte is not None
        assert text[where.byte - AT :].startswith(found)
        assert (where.claim, where.line, where.ordinal, where.control, where.segment) == (0, "1", 1, "L1", 23)
    assert read.location("SV101", 3).element == "SV101-3"
    assert read.location("LX01").segment == 22
    assert read.location().element == "LX"


def test_units_and_charge() -> None:
    read = procedure("GP")
    assert applied(read.set_units(1), read) == "SV1*HC:97110:GP*80.00*UN*1***1"
    assert applied(read.set_charge(4000), read) == "SV1*HC:97110:GP*40.00*UN*2***1"
    whole = line("SV1*HC:97110*80*UN*2")
    assert applied(whole.set_charge(4000), whole) == "SV1*HC:97110*40*UN*2"
    assert applied(whole.set_charge(4050), whole) == "SV1*HC:97110*40.50*UN*2"


LAYOUTS = [
    (places, tail)
    for width in range(5)
    for places in product(("", "GP", "59"), repeat=width)
    for tail in ((), ("DESC",), ("", "97112"))
    if not tail or width == 4
]


@pytest.mark.parametrize("after", ["", "GP", "GN"])
def test_a_modifier_is_added_in_any_layout(after: str) -> None:
    """In the first place, or right behind another; what stands behind the fourth place stays where it is."""
    for places, tail in LAYOUTS:
        check_added(places, tail, after)


def check_added(places: tuple[str, ...], tail: tuple[str, ...], after: str) -> None:
    read = procedure(*places, *tail)
    edit = read.add_modifier("CQ", after)
    filled = [text for text in places if text]
    if len(filled) == 4:
        assert edit is None
        return
    assert edit is not None
    at = filled.index(after) + 1 if after in filled else 0
    parts = parts_after(edit, read)
    assert parts[:2] == ["HC", "97110"]
    assert [text for text in parts[2:6] if text] == [*filled[:at], "CQ", *filled[at:]]
    assert parts[6:] == list(tail)
    if after not in filled:
        assert parts[2] == "CQ"
    if after in filled and places[0] == after:
        assert parts[3] == "CQ"
    assert applied(edit, read).split("*")[2:] == ["80.00", "UN", "2", "", "", "1"]


def test_adding_inserts_and_touches_nothing_else() -> None:
    read = procedure("59")
    edit = read.add_modifier("GP")
    assert edit is not None
    assert edit.span.start == edit.span.end
    assert len(edit.replacement) == len("GP:")


def test_a_modifier_takes_the_first_hole_behind_it() -> None:
    read = procedure("", "59", "", "76")
    edit = read.add_modifier("CQ", "59")
    assert edit is not None
    assert parts_after(edit, read) == ["HC", "97110", "", "59", "CQ", "76"]


def test_another_component_separator_is_kept() -> None:
    read = line("SV1*HC>97110>59*80.00*UN*2***1", component=">")
    edit = read.add_modifier("GP")
    assert edit is not None
    assert applied(edit, read) == "SV1*HC>97110>GP>59*80.00*UN*2***1"


def test_without_a_code_there_is_no_place_for_a_modifier() -> None:
    assert line("SV1*HC*80.00*UN*2").add_modifier("GP") is None


def test_a_modifier_is_dropped_in_any_layout() -> None:
    for places, tail in LAYOUTS:
        check_dropped(places, tail)


def check_dropped(places: tuple[str, ...], tail: tuple[str, ...]) -> None:
    read = procedure(*places, *tail)
    filled = [text for text in places if text]
    for place in range(len(filled)):
        parts = parts_after(read.drop_modifier(place), read)
        assert parts[:2] == ["HC", "97110"]
        assert [text for text in parts[2:6] if text] == filled[:place] + filled[place + 1 :]
        assert parts[6:] == list(tail)


def test_dropping_leaves_what_stands_before_where_it_is() -> None:
    read = procedure("GP", "KX", "GP", "59")
    assert parts_after(read.drop_modifier(2), read) == ["HC", "97110", "GP", "KX", "59"]
    last = procedure("GP", "GP")
    assert applied(last.drop_modifier(1), last) == "SV1*HC:97110:GP*80.00*UN*2***1"
