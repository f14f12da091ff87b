"""Codes and liability modifiers that a payer does not take: C401, C402, C403, C419, C421, C424 and M217."""

from datetime import date
from itertools import combinations

import pytest
from rules.specimen import Bill, found, row, run, sv1

from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import SUCCESSORS

CHIROPRACTOR = "111N00000X"


def bill(code: str, modifiers: str = "GP", **columns: object) -> Bill:
    procedure = ":".join(each for each in ("HC", code, modifiers) if each)
    return Bill(lines=(f"SV1*{procedure}*40*UN*1***1",), **columns)  # type: ignore[arg-type]


def told(rule: str, code: str, modifiers: str = "GP", **columns: object) -> list[str]:
    (claim,) = run(bill(code, modifiers, **columns)).claims
    return [each for each in found(claim) if each.startswith(rule)]


@pytest.mark.parametrize("code", [entry.code for entry in load_tables().therapy.values() if entry.effective_to])
def test_a_code_until_its_last_day(code: str) -> None:
    last = load_tables().therapy[code].effective_to
    assert last is not None
    assert told("C401", code, filing="CI", on=last) == []
    assert told("C401", code, filing="CI", on=date(last.year + 1, 1, 1)) == ["C401 reject"]


@pytest.mark.parametrize("code", ["98979", "97129", "97550", "97161", "98975"])
def test_a_code_from_its_first_day(code: str) -> None:
    first = load_tables().therapy[code].effective_from
    assert first is not None
    assert told("C401", code, filing="CI", on=first) == []
    assert told("C401", code, filing="CI", on=date(first.year - 1, 12, 31)) == ["C401 reject"]


def test_each_day_of_several_must_be_in_force() -> None:
    line = "SV1*HC:98977:GP*50*UN*1***1 | DTP*472*RD8*{}"
    assert "C401 reject" in found(run(Bill(lines=(line.format("20211220-20220102"),))).claims[0])
    assert "C401 reject" not in found(run(Bill(lines=(line.format("20220101-20220130"),))).claims[0])


def test_ended_codes_name_what_took_their_place() -> None:
    codes = load_tables().therapy
    ended = {entry.code for entry in codes.values() if entry.effective_to}
    assert SUCCESSORS.keys() == ended
    today = date(2026, 3, 2)
    assert all(codes[new].in_force(today) for successors in SUCCESSORS.values() for new in successors)
    (claim,) = run(bill("97532", filing="CI")).claims
    (said,) = [v.finding.message for v in claim.verdicts if v.finding.rule == "C401"]
    assert said.endswith("It was replaced by 97129, 97130.")


def test_a_code_that_is_no_hcpcs_code_is_left_alone() -> None:
    (claim,) = run(Bill(lines=("SV1*ER:97001:GP*40*UN*1***1",))).claims
    assert not {"C401 reject", "C402 reject"} & set(found(claim))


@pytest.mark.parametrize(
    ("filing", "expected"), [("MB", True), ("MA", True), ("16", True), ("CH", False), ("CI", False)]
)
def test_97014_by_payer(filing: str, expected: bool) -> None:
    assert bool(told("C402", "97014", filing=filing)) is expected


def test_the_twin_needs_a_signed_record_and_leave_to_raise() -> None:
    """Medicare pays nothing for 97014 and something for G0283."""
    rows = [row("97014", 15)]
    billed = bill("97014")
    assert run(billed, rows, fix="safe").claims[0].disposition == "held"
    assert run(billed, rows, fix="unsafe").claims[0].disposition == "held"
    assert run(billed, [], fix="unsafe", apply_raises=True).claims[0].disposition == "held"
    outcome = run(billed, rows, fix="unsafe", apply_raises=True)
    assert sv1(outcome) == ["SV1*HC:G0283:GP*40*UN*1***1"]


def test_the_other_way_round_by_profile() -> None:
    wanted = {"G0283": "97014"}
    assert told("C402", "G0283", filing="CI") == []
    (claim,) = run(bill("G0283", filing="CI"), replaced_codes=wanted).claims
    assert "C402 reject" in found(claim)


def test_a_profile_can_take_the_code_after_all() -> None:
    (claim,) = run(bill("97014"), replaced_codes={"97014": "97014"}).claims
    assert "C402 reject" not in found(claim)


def test_a_twin_that_is_billed_already_is_not_made_twice() -> None:
    lines = ("SV1*HC:G0283:GP*20*UN*1***1", "SV1*HC:97014:GP*20*UN*1***1")
    outcome = run(Bill(lines=lines), [row("G0283", 15)], fix="unsafe", apply_raises=True)
    (claim,) = outcome.claims
    assert claim.disposition == "held"
    assert "C402 reject" in found(claim)


@pytest.mark.parametrize("code", ["97010", "97602", "92605", "92606", "92618"])
def test_bundled_codes(code: str) -> None:
    modifier = "GN" if code.startswith("92") else "GP"
    assert told("C403", code, modifier) == ["C403 note"]
    assert told("C403", code, modifier, filing="16") == ["C403 note"]
    assert told("C403", code, modifier, filing="CH") == []
    fee = load_tables().fee_schedule("fee-schedule-medicare").fee(code, date(2026, 3, 2)).fee
    assert fee is None or fee.row.status == "B"


@pytest.mark.parametrize("code", ["97110", "97012", "97597", "92507"])
def test_codes_that_are_paid(code: str) -> None:
    assert told("C403", code) == []
    assert told("C421", code) == []


@pytest.mark.parametrize(
    ("modifiers", "expected"),
    [("GP", True), ("GP:GA", False), ("GP:GY", False), ("GP:GZ", False), ("GP:GX", True), ("GP:GX:GY", False)],
)
def test_dry_needling(modifiers: str, expected: bool) -> None:
    for code in ("20560", "20561"):
        assert bool(told("C419", code, modifiers)) is expected
        assert told("C419", code, modifiers, filing="16") == []


@pytest.mark.parametrize("code", ["92630", "92633", "96110", "97037", "97169", "97172"])
def test_codes_that_medicare_never_covers(code: str) -> None:
    assert told("C421", code) == ["C421 warn"]
    assert told("C421", code, "GP:GY") == []
    assert told("C421", code, "GP:GA") == ["C421 warn"]
    assert told("C421", code, filing="16") == []


def test_a_chiropractor() -> None:
    assert told("C424", "97110", taxonomy=CHIROPRACTOR) == ["C424 warn"]
    assert told("C424", "97110", taxonomy="111NS0005X") == ["C424 warn"]
    assert told("C424", "97110", "GP:GY", taxonomy=CHIROPRACTOR) == []
    assert told("C424", "97110", "GP:GA", taxonomy=CHIROPRACTOR) == ["C424 warn"]
    assert told("C424", "98940", "AT", taxonomy=CHIROPRACTOR) == []
    assert told("C424", "97110", taxonomy=CHIROPRACTOR, filing="16") == []


CONFLICTING = {
    frozenset(pair.split())
    for pair in ("GA GZ", "GY GA", "GY GZ", "GX GA", "GX GZ", "KX GA", "KX GY", "KX GZ", "GX KX")
}


@pytest.mark.parametrize("pair", list(combinations(("GA", "GX", "GY", "GZ", "KX"), 2)), ids=":".join)
def test_every_two_of_the_liability_modifiers(pair: tuple[str, str]) -> None:
    """GX with KX: a covered service with a voluntary notice. GX with GY is the only two that go together."""
    expected = ["M217 reject"] if frozenset(pair) in CONFLICTING else []
    assert told("M217", "97110", f"GP:{pair[0]}:{pair[1]}") == expected


@pytest.mark.parametrize("modifier", ["GA", "GX", "GY", "GZ"])
def test_each_of_them_alone(modifier: str) -> None:
    assert told("M217", "97110", f"GP:{modifier}") == (["M217 reject"] if modifier == "GX" else [])
    assert told("M217", "97110", f"GP:{modifier}", filing="16") == ["M217 reject"]
    assert told("M217", "97110", f"GP:{modifier}", filing="CH") == []


def test_a_voluntary_notice_for_what_is_not_covered() -> None:
    assert told("M217", "97037", "GP:GX") == []
    assert told("M217", "20560", "GP:GX") == []


def test_pairs_pass_over_lines_that_ask_for_a_denial() -> None:
    lines = ("SV1*HC:97140:GP*40*UN*1***1", "SV1*HC:97124:GP:GY*40*UN*1***1")
    assert "N301 reject" not in found(run(Bill(lines=lines)).claims[0])
