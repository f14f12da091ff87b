"""A fix that would itself give N305, N306, C404 or E506 something to find is withdrawn; the others stand."""

from datetime import date

from rules.specimen import Bill, found, row, run, sv1

from scrubber.findings.levels import FixLevel
from scrubber.outcome import ClaimResult


def fix_titles(claim: ClaimResult, rule: str) -> list[tuple[str, FixLevel]]:
    fixes = [verdict.finding.fix for verdict in claim.verdicts if verdict.finding.rule == rule]
    return [(fix.title, fix.level) for fix in fixes if fix]


def test_a_raise_stops_at_the_limit_of_the_day() -> None:
    # 75 minutes are five units; 97112 is taken four times a day (MUE, MAI 3)
    bill = Bill(lines=("SV1*HC:97112:GP*160*UN*4***1",))
    outcome = run(bill, [row("97112", 75)], fix="unsafe", apply_raises=True)

    (claim,) = outcome.claims
    assert found(claim) == ["U102 warn"]
    ((title, level),) = fix_titles(claim, "U102")
    assert title.endswith(": withdrawn, it would create N306")
    assert level is FixLevel.PERSON
    assert outcome.corrected() == outcome.source


def test_a_raise_to_the_limit_is_made() -> None:
    bill = Bill(lines=("SV1*HC:97112:GP*120*UN*3***1",))
    outcome = run(bill, [row("97112", 60)], fix="unsafe", apply_raises=True)

    assert sv1(outcome) == ["SV1*HC:97112:GP*160*UN*4***1"]


def test_what_does_not_create_it_is_applied_all_the_same() -> None:
    bill = Bill(lines=("SV1*HC:97112:GP:GP*160*UN*4***1",))
    outcome = run(bill, [row("97112", 75)], fix="unsafe", apply_raises=True)

    (claim,) = outcome.claims
    assert sorted(found(claim)) == ["M210 fixed", "U102 warn"]
    assert sv1(outcome) == ["SV1*HC:97112:GP*160*UN*4***1"]


def test_a_limit_that_was_exceeded_before_is_no_reason() -> None:
    bill = Bill(lines=("SV1*HC:97112:GP:GP*200*UN*5***1",))
    outcome = run(bill, [row("97112", 75)])

    (claim,) = outcome.claims
    assert "N306 reject" in found(claim)
    assert not any("withdrawn" in title for title, _ in fix_titles(claim, "M210"))


def test_the_limit_counts_over_the_claims_of_the_patient() -> None:
    bills = [
        Bill(lines=("SV1*HC:97112:GP*120*UN*3***1",)),
        Bill(number="PCN2", lines=("SV1*HC:97112:GO*45*UN*1***1",), taxonomy="225X00000X"),
    ]
    rows = [row("97112", 60), row("97112", 15, "OT", claim_id="PCN2", note_id="N2")]
    outcome = run(bills, rows, fix="unsafe", apply_raises=True)

    assert [found(claim) for claim in outcome.claims] == [["U102 warn"], []]
    assert outcome.corrected() == outcome.source


def test_a_line_is_not_made_like_another() -> None:
    bill = Bill(lines=("SV1*HC:97110*40*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"))
    outcome = run(bill, [row("97110", 30)])

    (claim,) = outcome.claims
    assert "M201 reject" in found(claim)
    assert not any(said.startswith("C404") for said in found(claim))
    assert fix_titles(claim, "M201")[0][0].endswith(": withdrawn, it would create C404")
    assert claim.disposition == "held"


def test_a_claim_of_fifty_lines_is_not_split() -> None:
    days = [f"{1 + n // 17:02}{1 + n % 17:02}" for n in range(50)]
    bill = Bill(lines=tuple(f"SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*2026{day}" for day in days))
    last = days[-1]
    when = {"service_date": date(2026, int(last[:2]), int(last[2:]))}
    outcome = run(bill, [row("97110", 15, **when), row("97110", 15, "PTA", **when)])

    (claim,) = outcome.claims
    assert "M205 reject" in found(claim)
    assert not any(said.startswith("E506") for said in found(claim))
    assert claim.disposition == "held"
