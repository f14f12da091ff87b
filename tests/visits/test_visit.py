"""What is worked out of the lines and minutes of a visit."""

from typing import Any

from rules.specimen import Bill, patient, row

from scrubber.visits.visit import Visit

EXERCISE, MANUAL = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP:CQ*38*UN*1***1"
HARDENING, MONITORING = "SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:98980:GP*50*UN*1***1"
EVALUATION, IN_MINUTES = "SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97112:GP*80*MJ*27***1"


def visit(lines: tuple[str, ...], *rows: Any) -> Visit:
    (only,) = patient(Bill(lines=lines), rows).visits
    return only


def codes(lines: list[Any]) -> list[str]:
    return [billed.line.code for billed in lines]


def test_lines_of_the_pool_and_lines_on_a_clock() -> None:
    found = visit((EXERCISE, HARDENING, MONITORING, EVALUATION, MANUAL))
    assert codes(found.timed_lines()) == ["97110", "97140"]
    assert codes(found.clocked_lines()) == ["97110", "97545", "97140"]
    assert [found.own_clock(billed.therapy) is not None for billed in found.lines] == [False, True, True, False, False]


def test_units_and_assistants_of_lines() -> None:
    found = visit((EXERCISE, MANUAL, IN_MINUTES, EXERCISE.replace("GP", "GP:59"), MANUAL.replace("CQ", "CO")))
    assert [billed.units for billed in found.lines] == [2, 1, 0, 2, 1]
    assert [billed.by_assistant for billed in found.lines] == [False, True, False, False, True]
    assert found.billed_units() == {"97110": 4, "97140": 2, "97112": 0}


def test_minutes_of_the_pool() -> None:
    rows = (row("97110", 20), row("97110", 8, "PTA"), row("97161", 30), row("97112", 9), row("99213", 5))
    found = visit((EXERCISE, EVALUATION), *rows)
    assert found.pool_codes == {"97110", "97112"}
    assert found.timed_minutes() == {"97110": 28, "97112": 9}
    assert found.unit_minutes == 37
    assert [each.states for each in found.evidence()] == [
        "20 minutes of 97110 by PT",
        "8 minutes of 97110 by PTA",
        "9 minutes of 97112 by PT",
    ]


def test_what_the_records_say_of_a_line() -> None:
    rows = (row("97110", 30), row("97140", 15), row("97140", 8, signed=False), row("97112", 9, signed=False))
    found = visit((EXERCISE, MANUAL, "SV1*HC:97112:GP*40*UN*1***1", HARDENING), *rows)
    assert [[each.source for each in found.records_of(billed)] for billed in found.lines] == [
        ["record N1"],
        ["record N1", "unsigned record N1"],
        ["unsigned record N1"],
        [],
    ]
    assert [found.record_signed(billed) for billed in found.lines] == [True, False, False, False]


def test_minutes_that_are_added_are_counted() -> None:
    found = visit((EXERCISE, MANUAL), row("97110", 30))
    assert found.timed_minutes() == {"97110": 30}
    found.family("97140").add("PTA", 15)
    assert found.family("97140").code == "97140"
    assert found.timed_minutes() == {"97110": 30}
    found.minutes_added()
    assert found.timed_minutes() == {"97110": 30, "97140": 15}
