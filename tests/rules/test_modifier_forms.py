"""M209, M213, M214 and M215: order, needless, excluding and unknown modifiers."""

from itertools import permutations

import pytest
from rules.specimen import Bill, found, row, run, sv1

from scrubber.tables.tableset import load_tables


def bill(modifiers: str, code: str = "97110", **columns: str) -> Bill:
    return Bill(lines=(f"SV1*HC:{code}:{modifiers}*40*UN*1***1",), **columns)


ROWS = [row("97110", 15)]


@pytest.mark.parametrize("order", list(permutations(("GP", "59", "KX", "95"))), ids=":".join)
def test_every_order_comes_out_as_one(order: tuple[str, ...]) -> None:
    outcome = run(bill(":".join(order)), ROWS, modifier_order=True)
    assert sv1(outcome) == ["SV1*HC:97110:GP:59:KX:95*40*UN*1***1"]
    # 95 stands in an office here, which is another finding.
    assert found(outcome.claims[0]) == [*([] if order == ("GP", "59", "KX", "95") else ["M209 fixed"]), "C417 warn"]


def test_the_rest_stays_as_found() -> None:
    outcome = run(bill("77:GA:22:GP"), ROWS, modifier_order=True)
    assert sv1(outcome) == ["SV1*HC:97110:GP:GA:77:22*40*UN*1***1"]


def test_empty_places_are_closed_only_when_the_order_is_wrong() -> None:
    right = run(bill("GP::KX"), ROWS, modifier_order=True)
    assert right.corrected() == right.source
    assert sv1(run(bill("KX::GP"), ROWS, modifier_order=True)) == ["SV1*HC:97110:GP:KX*40*UN*1***1"]


def test_what_stands_behind_the_fourth_place_stays_there() -> None:
    outcome = run(bill("KX:GP:::WITH BAND"), ROWS, modifier_order=True)
    assert sv1(outcome) == ["SV1*HC:97110:GP:KX:::WITH BAND*40*UN*1***1"]


def test_a_repetition_goes_first_and_then_the_order() -> None:
    outcome = run(bill("KX:GP:KX"), ROWS, modifier_order=True)
    assert sv1(outcome) == ["SV1*HC:97110:GP:KX*40*UN*1***1"]
    assert set(found(outcome.claims[0])) == {"M209 fixed", "M210 fixed"}


def test_cq_is_put_behind_gp_when_both_have_to_move() -> None:
    outcome = run(bill("KX:GP"), [row("97110", 15, "PTA")], modifier_order=True)
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ:KX*40*UN*1***1"]


@pytest.mark.parametrize("code", ["97161", "97168", "92523"])
@pytest.mark.parametrize(
    ("filing", "severity"), [("MB", "warn"), ("MA", "warn"), ("16", "warn"), ("CI", "note"), ("CH", "note")]
)
def test_25_on_an_evaluation(code: str, filing: str, severity: str) -> None:
    modifier = {"97161": "GP", "97168": "GO", "92523": "GN"}[code]
    outcome = run(bill(f"{modifier}:25", code, filing=filing))
    assert f"M213 {severity}" in found(outcome.claims[0])
    assert outcome.corrected() == outcome.source


@pytest.mark.parametrize("narrower", ["XE", "XP", "XS", "XU"])
def test_59_excludes_each_of_its_subsets(narrower: str) -> None:
    assert found(run(bill(f"GP:{narrower}:59"), ROWS).claims[0]) == ["M214 reject"]


def test_two_subsets_are_no_concern_of_this_rule() -> None:
    assert found(run(bill("GP:XE:XS"), ROWS).claims[0]) == []


@pytest.mark.parametrize("malformed", ["5", "K", "kx", "K-", "KX1", "5 ", "Ä1"])
def test_malformed(malformed: str) -> None:
    assert found(run(bill(f"GP:{malformed}"), ROWS).claims[0]) == ["M215 reject"]


def test_each_unknown_modifier_is_one_finding() -> None:
    (claim,) = run(bill("GP:ZQ:X:ZY"), ROWS).claims
    assert found(claim) == ["M215 warn", "M215 reject", "M215 warn"]
    assert [v.finding.where.element for v in claim.verdicts] == ["SV101-4", "SV101-5", "SV101-6"]


@pytest.mark.parametrize("known", sorted(load_tables().modifiers - {"GO", "GN", "GP", "CO", "CQ", "59"}))
def test_what_is_listed_is_known(known: str) -> None:
    assert "M215" not in " ".join(found(run(bill(f"GP:{known}"), ROWS).claims[0]))
