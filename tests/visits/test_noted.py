"""Minutes that the claim itself carries, and how they stand beside the records."""

from typing import Any

import pytest
from rules.specimen import Bill, patient, row

from scrubber.visits.noted import noted_minutes
from scrubber.visits.notes import NotedMinutes
from scrubber.visits.visit import Visit


def told(bill: Bill) -> list[tuple[int, str, bool, list[NotedMinutes]]]:
    """What a claim says of its lines: of which, where, whether of this line alone, and what."""
    found = visit(bill)
    (claim,) = found.claims
    return [(each.billed.line.ordinal, each.source, each.of_line, each.said) for each in noted_minutes(found, claim)]


def visit(bill: Bill, *rows: Any, **profile: Any) -> Visit:
    (only,) = patient(bill, rows, **profile).visits
    return only


def noted(note: str, **bill: Any) -> Bill:
    return Bill(lines=(f"SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*{note}",), **bill)


@pytest.mark.parametrize("role", ["AIDE", "STUDENT", "SLPA"])
def test_minutes_of_a_role_that_does_not_count_are_dropped(role: str) -> None:
    found = visit(noted(f"97110 PT 20 MIN {role} 10 MIN"))
    assert found.timed_minutes() == {"97110": 20}


def test_an_slpa_counts_where_medicare_does_not_rule() -> None:
    assert visit(noted("97110 SLPA 20 MIN"), unit_rule="ama").timed_minutes() == {"97110": 20}
    assert visit(noted("97110 AIDE 20 MIN"), unit_rule="ama").timed_minutes() == {"97110": 0}
    assert visit(noted("97110 SLPA 20 MIN"), unit_rule="cms").timed_minutes() == {"97110": 0}


def test_a_total_alone_is_the_total_of_the_visit() -> None:
    found = visit(noted("TOTAL TIMED 32"))
    assert (found.timed_total, found.timed_minutes(), found.unit_minutes) == (32, {}, 32)
    assert not found.without_minutes
    assert not found.signed


def test_a_total_beside_minutes_by_code_is_not_used() -> None:
    found = visit(noted("97110 30 MIN TOTAL TIMED 32"))
    assert (found.timed_total, found.unit_minutes) == (None, 30)


def test_a_total_of_a_claim_for_two_days_is_of_neither() -> None:
    bill = Bill(
        lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303"),
        head=("NTE*ADD*TOTAL TIMED 32",),
    )
    assert [each.timed_total for each in patient(bill).visits] == [None, None]


def test_a_note_of_the_claim_does_not_count_on_each_of_two_days() -> None:
    bill = Bill(
        lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303"),
        head=("NTE*ADD*97110 30 MIN",),
    )
    assert [each.unit_minutes for each in patient(bill).visits] == [None, None]


def test_differing_totals_are_none() -> None:
    bill = Bill(
        lines=(
            "SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*TOTAL TIMED 32",
            "SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*TOTAL TIMED 40",
        )
    )
    assert visit(bill).unit_minutes is None


@pytest.mark.parametrize(
    ("note", "disagrees"),
    [
        ("97110 30 MIN", False),
        ("97110 29 MIN", True),
        ("TOTAL TIMED 30", False),
        ("TOTAL TIMED 45", True),
        ("97110 PT 30 MIN AIDE 15 MIN", False),
        ("TOLERATED WELL", False),
    ],
)
def test_notes_are_compared_with_the_record(note: str, disagrees: bool) -> None:
    found = visit(noted(note), row("97110", 30))
    assert bool(found.disagreements) is disagrees
    assert found.signed is not disagrees


def test_minutes_as_a_unit_are_compared_too() -> None:
    found = visit(Bill(lines=("SV1*HC:97110:GP*80*MJ*45***1",)), row("97110", 30))
    assert [(each.recorded, each.noted) for each in found.disagreements] == [(30, 45)]


def test_a_note_on_one_of_two_lines_is_a_part() -> None:
    lines = ("SV1*HC:97110:GP*40*UN*1***1 | NTE*ADD*97110 {} MIN", "SV1*HC:97110:GP:CQ*40*UN*1***1")
    rows = (row("97110", 15), row("97110", 15, "PTA"))
    for minutes, disagrees in ((15, False), (30, False), (31, True)):
        bill = Bill(lines=(lines[0].format(minutes), lines[1]))
        assert bool(visit(bill, *rows).disagreements) is disagrees


def test_the_same_note_on_both_lines_gives_the_whole_code() -> None:
    lines = tuple(f"SV1*HC:97110:GP{m}*40*UN*1***1 | NTE*ADD*97110 30 MIN" for m in ("", ":CQ"))
    assert not visit(Bill(lines=lines), row("97110", 15), row("97110", 15, "PTA")).disagreements


def test_what_a_disagreement_tells() -> None:
    lines = ("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*25 MIN")
    found = visit(Bill(lines=lines), row("97140", 15), row("97110", 30))
    told = [(d.billed.line.ordinal, d.code, d.recorded, d.noted, d.source) for d in found.disagreements]
    assert told == [(2, "97110", 30, 25, "line note")]
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), head=("NTE*ADD*TOTAL TIMED 45",))
    (total,) = visit(bill, row("97110", 30)).disagreements
    assert (total.billed.line.ordinal, total.code, total.recorded, total.noted) == (1, "", 30, 45)
    assert total.source == "claim note"


@pytest.mark.parametrize("silent", [None, row("97140", mode="untimed"), row("97140", 15, "AIDE")])
def test_only_minutes_that_the_record_gives_are_compared(silent: Any) -> None:
    """What it does not measure is passed over, and the next code is compared all the same."""
    lines = ("SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*20 MIN", "SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*25 MIN")
    rows = [row("97110", 30)] if silent is None else [row("97110", 30), silent]
    assert [each.code for each in visit(Bill(lines=lines), *rows).disagreements] == ["97110"]


def test_notes_on_some_lines_may_come_to_the_whole() -> None:
    lines = tuple(f"SV1*HC:97110:GP{m}*40*UN*1***1{note}" for m, note in (
        ("", " | NTE*ADD*10 MIN"), (":59", " | NTE*ADD*20 MIN"), (":76", "")))  # fmt: skip
    assert not visit(Bill(lines=lines), row("97110", 30)).disagreements


def test_a_total_where_nothing_is_timed_is_compared_with_nothing() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1 | NTE*ADD*TOTAL TIMED 45",))
    assert visit(bill, row("97161", 30), row("", timed_total=20)).disagreements == ()


def test_noted_minutes_are_those_of_who_furnished_them() -> None:
    found = visit(noted("97110 PT 10 MIN PTA 20 MIN")).minutes["97110"]
    assert (found.therapist, found.assistant) == (10, 20)
    assert [(each.source, each.states) for each in found.evidence] == [
        ("line note, service line 1", "10 minutes of 97110"),
        ("line note, service line 1", "20 minutes of 97110"),
    ]


@pytest.mark.parametrize(
    ("bill", "source"),
    [
        (noted("30 MIN"), "line note"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), head=("NTE*ADD*97110 30 MIN",)), "claim note"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | K3*30 MIN",)), "K3 note"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), head=("K3*97110 30 MIN",)), "K3 note"),
        (Bill(lines=("SV1*HC:97110:GP*80*MJ*30***1",)), "SV104 in minutes (MJ)"),
    ],
)
def test_where_noted_minutes_were_read(bill: Bill, source: str) -> None:
    found = visit(bill)
    assert found.timed_minutes() == {"97110": 30}
    assert [each.source for each in found.minutes["97110"].evidence] == [f"{source}, service line 1"]


def test_a_note_of_the_claim_speaks_for_the_codes_that_it_names() -> None:
    lines = tuple(f"SV1*HC:{code}:GP*40*UN*1***1" for code in ("97110", "97140", "97530", "97110:59"))
    found = visit(Bill(lines=lines, head=("NTE*ADD*97110 20 MIN, 97140 10 MIN",)))
    assert found.timed_minutes() == {"97110": 20, "97140": 10}
    assert [billed.line.code for billed in found.without_minutes] == ["97530"]


def test_silent_lines_of_every_claim_are_told() -> None:
    bills = (Bill(), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",)))
    (found,) = patient(bills).visits
    assert [billed.line.code for billed in found.without_minutes] == ["97110", "97140"]


@pytest.mark.parametrize(
    ("bill", "source"),
    [
        (noted("TOTAL TIMED 32"), "note, service line 1"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | K3*TOTAL TIMED 32",)), "note, service line 1"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), head=("NTE*ADD*TOTAL TIMED 32",)), "claim note"),
        (Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), head=("K3*TOTAL TIMED 32",)), "claim note"),
    ],
)
def test_where_a_total_was_read(bill: Bill, source: str) -> None:
    found = visit(bill)
    assert found.timed_total == 32
    assert [(each.source, each.states) for each in found.total_evidence] == [(source, "32 timed minutes in all")]


def test_a_total_of_one_of_two_claims_is_not_the_visits() -> None:
    bills = (noted("TOTAL TIMED 32"), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",)))
    (found,) = patient(bills).visits
    assert found.timed_total is None


@pytest.mark.parametrize(("units", "minutes"), [("0", 0), ("1", 1), ("1440", 1440)])
def test_an_amount_in_minutes(units: str, minutes: int) -> None:
    bill = Bill(lines=(f"SV1*HC:97110:GP*80*MJ*{units}***1",))
    assert told(bill) == [(1, "SV104 in minutes (MJ)", True, [NotedMinutes("97110", minutes, "", False)])]
    (said,) = visit(bill).minutes.values()
    assert (said.code, said.total) == ("97110", minutes)


@pytest.mark.parametrize("units", ["1441", "27.5", "-5", "", "X"])
def test_what_is_no_amount_of_minutes(units: str) -> None:
    bill = Bill(lines=(f"SV1*HC:97110:GP*80*MJ*{units}***1",))
    assert told(bill) == []
    assert [billed.line.code for billed in visit(bill).without_minutes] == ["97110"]


def test_the_most_trusted_source_of_each_line_alone() -> None:
    lines = (
        "SV1*HC:97110:GP*40*UN*1***1 | NTE*ADD*PTA 12 MIN | K3*13 MIN",
        "SV1*HC:97140:GP*40*UN*1***1 | K3*14 MIN",
        "SV1*HC:97112:GP*40*MJ*15***1 | K3*16 MIN",
        "SV1*HC:97530:GP*40*MJ*17***1",
        "SV1*HC:97110:GP:59*40*UN*1***1",
    )
    assert told(Bill(lines=lines, head=("NTE*ADD*97110 20 MIN, 97140 10 MIN", "K3*97110 30 MIN"))) == [
        (1, "line note", True, [NotedMinutes("97110", 12, "PTA", False)]),
        (2, "claim note", False, [NotedMinutes("97140", 10, "", False)]),
        (3, "K3 note", True, [NotedMinutes("97112", 16, "", False)]),
        (4, "SV104 in minutes (MJ)", True, [NotedMinutes("97530", 17, "", False)]),
        (5, "claim note", False, [NotedMinutes("97110", 20, "", False)]),
    ]


def test_a_total_beside_minutes_of_some_of_the_lines_is_not_used() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*30 MIN", "SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*TOTAL TIMED 45")
    found = visit(Bill(lines=lines))
    assert (found.timed_total, found.total_evidence) == (None, ())
    assert [billed.line.code for billed in found.without_minutes] == ["97140"]


def test_a_total_of_the_record_comes_before_that_of_a_note() -> None:
    bills = (Bill(), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1 | NTE*ADD*TOTAL TIMED 45",)))
    (found,) = patient(bills, [row("", timed_total=30)]).visits
    assert found.timed_total == 30


def test_a_total_where_nothing_is_timed_is_none() -> None:
    assert visit(Bill(lines=("SV1*HC:97161:GP*110*UN*1***1 | NTE*ADD*TOTAL TIMED 45",))).timed_total is None
