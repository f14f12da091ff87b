"""U101 and U102 on codes that count their own minutes: found, and left to a person."""

from dataclasses import replace
from datetime import date

import pytest
from rules.specimen import DAY, Bill, found, row, run, unchecked

from scrubber.findings.levels import FixLevel


def bill(*lines: str) -> Bill:
    return Bill(lines=tuple(f"SV1*HC:{line}***1" for line in lines))


@pytest.mark.parametrize(("minutes", "expected"), [(61, []), (60, ["U101 reject"])])
def test_the_first_unit_of_work_hardening(minutes: int, expected: list[str]) -> None:
    outcome = run(bill("97545:GP*180*UN*1"), [row("97545", minutes)], "unsafe")
    (claim,) = outcome.claims
    assert found(claim) == expected
    assert all(v.finding.fix and v.finding.fix.level is FixLevel.PERSON for v in claim.verdicts)


def test_the_proposal_stands_in_the_report() -> None:
    (claim,) = run(bill("97545:GP*180*UN*1", "97546:GP*180*UN*2"), [row("97545", 180)]).claims
    assert found(claim) == ["U101 reject"]
    assert [(line.code, line.units, line.charge) for line in claim.lines_proposed] == [
        ("97545", "1", "180"),
        ("97546", "1", "90"),
    ]


def test_an_add_on_that_is_not_billed() -> None:
    (claim,) = run(bill("97550:GP*60*UN*1"), [row("97550", 38)]).claims
    assert found(claim) == ["U102 warn"]


def test_their_minutes_are_not_in_the_pool() -> None:
    mixed = bill("97110:GP*80*UN*2", "97545:GP*180*UN*1")
    (claim,) = run(mixed, [row("97110", 30), row("97545", 120)], pair_tables=()).claims
    assert found(claim) == []


def test_a_payer_whose_pool_rule_is_not_known_gets_a_warning() -> None:
    (claim,) = run(bill("97545:GP*180*UN*1"), [row("97545", 60)], unit_rule="ask").claims
    assert found(claim) == ["U101 warn"]
    assert [verdict.finding.fix for verdict in claim.verdicts] == [None]


def test_no_minutes_is_not_checked() -> None:
    (claim,) = run(bill("97545:GP*180*UN*1")).claims
    assert found(claim) == ["U106 warn"]
    assert "97545" in unchecked(claim)["U101"]


def test_notes_of_the_claim_speak_for_them() -> None:
    noted = Bill(lines=("SV1*HC:97545:GP*180*UN*1***1 | NTE*ADD*97545 60 MIN",))
    (claim,) = run(noted).claims
    assert found(claim) == ["U101 reject"]


def test_monitoring_counts_the_month() -> None:
    monitored = bill("98980:GP*50*UN*1")
    other_days = [row("98980", 9, service_date=date(2026, 3, day)) for day in (5, 20)]
    (claim,) = run(monitored, [row("98980", 2), *other_days]).claims
    assert found(claim) == []
    (claim,) = run(monitored, [row("98980", 1), *other_days]).claims
    assert found(claim) == ["U101 reject"]
    (claim,) = run(monitored, [row("98980", 19), row("98980", 9, service_date=date(2026, 4, 1))]).claims
    assert found(claim) == ["U101 reject"]


def test_monitoring_without_a_record_is_not_checked() -> None:
    (claim,) = run(bill("98980:GP*50*UN*1")).claims
    assert "98980" in unchecked(claim)["U101"]


APRIL = date(2026, 4, 2)


def monitored(number: str, on: date = date(2026, 3, 20), **given: str) -> Bill:
    discipline = "GO" if given else "GP"
    return Bill(lines=(f"SV1*HC:98980:{discipline}*50*UN*1***1",), number=number, on=on, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "flagged"),
    [
        (monitored("PCN2"), True),
        (monitored("PCN2", date(2026, 3, 31)), True),
        (monitored("PCN2", APRIL), False),
        (monitored("PCN2", date(2025, 3, 20)), False),
        (monitored("PCN2", taxonomy="225X00000X", rendering="1999887742"), False),
        (replace(monitored("PCN2"), sequence="S", payer="99999", filing="CI"), False),
    ],
)
def test_the_month_is_one_of_payer_and_discipline(other: Bill, flagged: bool) -> None:
    """Each has 20 minutes, enough for the one unit that the month can have."""
    discipline = "OT" if ":GO" in other.lines[0] else "PT"
    mine = monitored("PCN1", DAY)
    rows = [row("98980", 20), row("98980", 20, discipline, claim_id="PCN2", note_id="N2", service_date=other.on)]
    outcome = run([mine, other], rows)
    said = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "U101"]
    assert bool(said) is flagged
    assert all("billed 2 units; 40 minutes" in each.message for each in said)


def test_another_visit_of_the_month_hides_no_monitoring() -> None:
    bills = [Bill(), monitored("PCN2")]
    rows = [row("97110", 30), row("98980", 5, claim_id="PCN2", note_id="N2", service_date=bills[1].on)]
    assert [found(claim) for claim in run(bills, rows).claims] == [[], ["U101 reject"]]


@pytest.mark.parametrize("code", ["97545", "98980"])
def test_a_row_that_does_not_say_how_long_leaves_it_unchecked(code: str) -> None:
    (claim,) = run(bill(f"{code}:GP*50*UN*1"), [row(code)]).claims
    assert code in unchecked(claim)["U101"]
    assert code in unchecked(claim)["U102"]


def test_every_clock_of_the_visit_is_read() -> None:
    lines = bill("97545:GP*180*UN*1", "97550:GP*60*UN*1", "98980:GP*50*UN*1")
    (claim,) = run(lines, [row("97545", 60), row("97550", 15), row("98980", 9)], pair_tables=()).claims
    said = [v.finding.message.split()[0] for v in claim.verdicts if v.finding.rule == "U101"]
    assert said == ["97545", "97550", "98980"]
