"""C410, M211 and U117 with what earlier files billed."""

from datetime import date
from pathlib import Path

import pytest
from ledger.sent import check, enter, file_of
from rules.specimen import Bill, found, row, run, unchecked

from scrubber.outcome import ClaimResult

DAY = date(2026, 3, 2)


def monitoring(code: str, on: date, number: str = "PCN1", units: int = 1) -> Bill:
    return Bill(lines=(f"SV1*HC:{code}:GP*50*UN*{units}***1",), on=on, number=number)


def told(claim: ClaimResult, rule: str) -> list[str]:
    return [each for each in found(claim) if each.startswith(rule)]


def after(tmp_path: Path, sent: Bill, now: Bill, **profile: object) -> ClaimResult:
    """A claim that is billed when another one was sent in an earlier file."""
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    (claim,) = check(ledger, file_of(now), **profile).claims
    return claim


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("98985", date(2026, 3, 4)), ("98977", date(2026, 4, 2)), ["C410 reject"]),
        (("98985", date(2026, 3, 4)), ("98977", date(2026, 4, 3)), []),
        (("98977", date(2026, 4, 2)), ("98985", date(2026, 3, 4)), ["C410 reject"]),
        (("98980", date(2026, 3, 2)), ("98979", date(2026, 3, 31)), ["C410 reject"]),
        (("98979", date(2026, 3, 2)), ("98979", date(2026, 3, 31)), ["C410 reject"]),
        (("98980", date(2026, 3, 31)), ("98979", date(2026, 4, 1)), []),
        (("98980", date(2025, 3, 2)), ("98980", date(2026, 3, 2)), []),
        (("98975", date(2026, 3, 2)), ("98975", date(2026, 3, 31)), ["C410 reject"]),
        (("98975", date(2026, 3, 2)), ("98975", date(2026, 4, 1)), ["C410 warn"]),
        (("98975", date(2025, 4, 2)), ("98975", date(2026, 4, 1)), ["C410 warn"]),
        (("98975", date(2025, 4, 1)), ("98975", date(2026, 4, 1)), []),
        (("98975", date(2026, 3, 2)), ("98977", date(2026, 3, 2)), []),
        (("98975", date(2026, 3, 2)), ("98979", date(2026, 3, 3)), []),
        (("98977", date(2026, 3, 2)), ("98979", date(2026, 3, 31)), []),
        (("98981", date(2026, 3, 2)), ("98981", date(2026, 3, 31)), []),
    ],
)
def test_monitoring_over_two_files(
    tmp_path: Path, first: tuple[str, date], second: tuple[str, date], expected: list[str]
) -> None:
    claim = after(tmp_path, monitoring(*first), monitoring(*second, number="PCN2"))
    assert told(claim, "C410") == expected
    assert "C410" not in {each.rule for each in claim.not_checked}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("98985", date(2026, 3, 4)), ("98977", date(2026, 4, 2)), ["C410 reject"]),
        (("98980", date(2026, 3, 2)), ("98981", date(2026, 3, 31)), []),
        (("98979", date(2026, 3, 2)), ("98981", date(2026, 3, 31)), ["C410 reject"]),
    ],
)
def test_monitoring_in_one_file(first: tuple[str, date], second: tuple[str, date], expected: list[str]) -> None:
    one, two = run([monitoring(*first, number="A1"), monitoring(*second, number="A2")]).claims
    assert told(one, "C410") == []
    assert told(two, "C410") == expected
    assert {"C410"} <= {each.rule for each in two.not_checked}


def test_two_payers_are_apart() -> None:
    """A secondary claim is no second service."""
    first = monitoring("98980", DAY, "A1")
    second = Bill(lines=first.lines, number="A2", sequence="S", payer="99999", filing="CI")
    assert [told(claim, "C410") for claim in run([first, second]).claims] == [[], []]


def test_a_claim_without_monitoring_is_not_asked() -> None:
    (claim,) = run(Bill(), [row("97110", 30)]).claims
    assert "C410" not in {each.rule for each in claim.not_checked}


def test_a_repeated_line_is_said_once() -> None:
    twice = Bill(lines=("SV1*HC:98980:GP*50*UN*1***1", "SV1*HC:98980:GP*50*UN*1***1"))
    (claim,) = run(twice).claims
    assert told(claim, "C404") == ["C404 reject"]
    assert told(claim, "C410") == []


def test_what_the_ledger_knows_counts_towards_the_threshold(tmp_path: Path) -> None:
    """Ninety units of 97110 at some 23 dollars in an earlier file, and one more claim: an estimate, so a warning."""
    many = Bill(lines=tuple(
        f"SV1*HC:97110:GP*600*UN*6***1 | DTP*472*D8*202601{day:02d}" for day in range(5, 25)
    ), number="A1")  # fmt: skip
    claim = after(tmp_path, many, Bill(number="A2"))
    assert told(claim, "M211") == ["M211 warn"]
    fewer = Bill(lines=many.lines[:3], number="A1")
    (tmp_path / "other").mkdir()
    assert told(after(tmp_path / "other", fewer, Bill(number="A2")), "M211") == []


def test_units_of_the_day_add_up(tmp_path: Path) -> None:
    sent = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), number="A1")
    now = Bill(lines=("SV1*HC:97140:GP*80*UN*2***1",), number="A2")
    assert told(after(tmp_path, sent, now, timed_units_per_day=4), "U117") == ["U117 reject"]
    assert told(after(tmp_path, sent, now, timed_units_per_day=5), "U117") == []
    another_day = Bill(lines=now.lines, number="A2", on=date(2026, 3, 3))
    assert told(after(tmp_path, sent, another_day, timed_units_per_day=4), "U117") == []


def test_units_of_the_day_over_two_claims() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), number="A1"),
        Bill(lines=("SV1*HC:97140:GP*80*UN*2***1",), number="A2"),
    ]
    one, two = run(bills, timed_units_per_day=4).claims
    assert told(one, "U117") == []
    assert told(two, "U117") == ["U117 reject"]
    assert [one.disposition, two.disposition] == ["held", "held"]
    assert [told(claim, "U117") for claim in run(bills, timed_units_per_day=5).claims] == [[], []]


def test_codes_by_the_month_and_untimed_ones_do_not_count() -> None:
    lines = ("SV1*HC:98980:GP*50*UN*1***1", "SV1*HC:97012:GP*20*UN*1***1", "SV1*HC:97110:GP*160*UN*4***1")
    (claim,) = run(Bill(lines=lines), timed_units_per_day=4).claims
    assert told(claim, "U117") == []


def test_a_code_that_the_payer_times_counts() -> None:
    lines = ("SV1*HC:92507:GN*90*UN*2***1", "SV1*HC:97110:GP*120*UN*3***1")
    bill = Bill(lines=lines, taxonomy="208100000X", filing="CI")
    assert told(run(bill, timed_units_per_day=4, minutes_per_unit={"92507": 15}).claims[0], "U117") == ["U117 reject"]
    assert told(run(bill, timed_units_per_day=4).claims[0], "U117") == []


def test_lines_without_units_leave_the_day_open() -> None:
    lines = ("SV1*HC:97110:GP*160*UN*4***1", "SV1*HC:97140:GP*40*MJ*15***1")
    (claim,) = run(Bill(lines=lines), timed_units_per_day=4).claims
    assert told(claim, "U117") == []
    assert next(each.why for each in claim.not_checked if each.rule == "U117").startswith("a timed line of 2026-03-02")


def test_of_an_earlier_file_only_timed_units_count(tmp_path: Path) -> None:
    lines = (
        "SV1*HC:99213*90*UN*1***1",
        "SV1*HC:97012:GP*20*UN*1***1",
        "SV1*HC:97035:GP*20*UN*1.5***1",
        "SV1*HC:98980:GP*50*UN*1***1",
        "SV1*HC:97110:GP*80*UN*2***1",
    )
    now = Bill(lines=("SV1*HC:97140:GP*80*UN*2***1",), number="A2")
    sent = Bill(lines=lines, number="A1")
    assert told(after(tmp_path, sent, now, timed_units_per_day=4), "U117") == []
    claim = after(tmp_path, sent, now, timed_units_per_day=3)
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "U117"]
    assert finding.message.startswith("4 timed units are billed on 2026-03-02, 2 of them in earlier files;")


def test_a_code_that_the_payer_times_counts_in_an_earlier_file_too(tmp_path: Path) -> None:
    sent = Bill(lines=("SV1*HC:92507:GN*90*UN*2***1",), number="A1", filing="CI")
    now = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), number="A2", filing="CI")
    timed = {"timed_units_per_day": 4, "minutes_per_unit": {"92507": 15}}
    assert told(after(tmp_path, sent, now, **timed), "U117") == ["U117 reject"]


def test_two_payers_have_a_day_each() -> None:
    first = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), number="A1")
    second = Bill(lines=first.lines, number="A2", sequence="S", payer="99999", filing="CI")
    assert [told(claim, "U117") for claim in run([first, second], timed_units_per_day=4).claims] == [[], []]


def test_an_untimed_visit_of_the_day_hides_no_other() -> None:
    lines = ("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97110:GP*200*UN*5***1 | DTP*472*D8*20260303")
    (claim,) = run(Bill(lines=lines), timed_units_per_day=4).claims
    assert told(claim, "U117") == ["U117 reject"]


def test_what_another_claim_of_the_file_replaces_is_not_counted(tmp_path: Path) -> None:
    sent = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",), number="A1")
    again = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1",), number="A1", frequency="7", head=("REF*F8*ICN20261",))
    first = Bill(lines=("SV1*HC:97140:GP*80*UN*2***1",), number="A0")
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    for most, expected in ((4, []), (3, ["U117 reject"])):
        claims = check(ledger, file_of(first, again), timed_units_per_day=most).claims
        assert [each for claim in claims for each in told(claim, "U117")] == expected


def test_a_day_of_whole_units_within_the_limit_is_checked() -> None:
    (claim,) = run(Bill(), timed_units_per_day=4).claims
    assert "U117" not in unchecked(claim)
