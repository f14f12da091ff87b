"""The TA1 is an interchange that pyx12 reads and finds nothing wrong with, and that answers the right one."""

from __future__ import annotations

import io
from datetime import date

import counting
import pytest
import pyx12.map_if
import pyx12.params
import pyx12.x12file
from rules.specimen import CONTROL, Bill, interchange

from scrubber.acknowledgments.ta1 import for_interchange
from scrubber.errors import UnreadableInputError

HEADER = interchange(Bill()).encode("latin-1")[:105]
DAY = date(2026, 11, 22)
CODES = ["001", "021", "023", "024"]


def judged_by_pyx12(data: bytes) -> list[object]:
    """What pyx12's map of the control segments and its reader find in each segment."""
    control_map = pyx12.map_if.load_map_file("x12.control.00501.xml", pyx12.params.ParamsBase())
    found: list[object] = []
    reader = pyx12.x12file.X12Reader(io.StringIO(data.decode("ascii")))
    ids = []
    for segment in reader:
        ids.append(segment.get_seg_id())
        found += reader.pop_errors()
        path = {"ISA": "/ISA_LOOP/ISA", "TA1": "/ISA_LOOP/TA1", "IEA": "/ISA_LOOP/IEA"}[ids[-1]]
        _, errors = control_map.getnodebypath(path).is_valid_errors(segment)
        found += errors
    reader.cleanup()
    assert ids == ["ISA", "TA1", "IEA"]
    return found + reader.pop_errors()


@pytest.mark.parametrize("code", CODES)
def test_pyx12_finds_nothing_wrong(code: str) -> None:
    assert judged_by_pyx12(for_interchange(HEADER, code, DAY)) == []


def test_pyx12_would_find_a_fault() -> None:
    """The judge of the test above can fail."""
    made = for_interchange(HEADER, "023", DAY)
    assert judged_by_pyx12(made.replace(b"*R*023", b"*X*023"))
    assert judged_by_pyx12(made.replace(b"*R*023", b"*R*999"))
    assert judged_by_pyx12(made.replace(b"IEA*0*", b"IEA*0*1"))


def test_it_answers_the_interchange_and_its_sender() -> None:
    (made,) = counting.interchanges(for_interchange(HEADER, "023", DAY))
    isa, ta1, iea = made.segments
    asked = HEADER.split(b"*")
    assert (isa.value(5), isa.value(6)) == (asked[7], asked[8])
    assert (isa.value(7), isa.value(8)) == (asked[5], asked[6])
    assert isa.value(9) == b"261122"
    assert [ta1.value(n) for n in range(1, 6)] == [CONTROL.encode(), b"261102", b"0930", b"R", b"023"]
    assert iea.value(1) == b"0"
    assert iea.value(2) == isa.value(13)


def test_test_files_are_answered_as_test() -> None:
    made = for_interchange(HEADER.replace(b"*P*", b"*T*"), "023", DAY)
    assert counting.interchanges(made)[0].segments[0].value(15) == b"T"


def test_same_refusal_same_bytes() -> None:
    assert for_interchange(HEADER, "023", DAY) == for_interchange(HEADER, "023", DAY)
    numbers = {for_interchange(HEADER, code, DAY).split(b"*")[13] for code in CODES}
    assert len(numbers) == len(CODES)


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace(b"*", b"|"),
        HEADER.replace(b"SUBMITTER      ", b"SUB"),
        HEADER.replace(b"SUBMITTER      ", b"SUBMITTER WITH A LONG NAME"),
        HEADER.replace(b"SUBMITTER      ", b"SUB~MI:\xff\x00      "),
        HEADER.replace(b"*", b"|").replace(b"RECEIVER", b"RECEI*ER"),
    ],
)
def test_odd_headers_give_whole_interchanges(header: bytes) -> None:
    made = for_interchange(header, "023", DAY)
    assert len(made.split(b"~")[0]) == 105
    assert judged_by_pyx12(made) == []


@pytest.mark.parametrize("header", [b"", b"ISA*00", HEADER[:100], HEADER + b"*", b"ISB" + HEADER[3:]])
def test_nobody_to_answer(header: bytes) -> None:
    with pytest.raises(UnreadableInputError, match="no whole ISA"):
        for_interchange(header, "023", DAY)
