"""Which claims go out together or are held together."""

from __future__ import annotations

from datetime import date

from fixes.gathered import billed, patient_of, reported, row
from properties.clinic import Claim, Line, Person

from scrubber.fixes.together import bonds, held_with

LATER = date(2026, 3, 4)


def groups(*claims: Claim) -> set[tuple[int, ...]]:
    return set(bonds(patient_of(*claims)))


def test_claims_of_one_visit() -> None:
    assert groups(billed("A1", Line("97110")), billed("A2", Line("97112"))) == {(0, 1)}


def test_claims_of_two_days_or_disciplines_or_payers_do_not_belong_together() -> None:
    assert groups(billed("A1", Line("97110")), billed("A2", Line("97112", day=LATER))) == set()
    assert groups(billed("A1", Line("97110")), billed("A2", Line("97112", ("GO",)))) == set()
    secondary = Person(1, sequence="S")
    assert groups(billed("A1", Line("97110")), billed("A2", Line("97112"), person=secondary)) == set()


def test_base_code_and_add_on_of_one_day_belong_together_whatever_their_discipline() -> None:
    assert groups(billed("A1", Line("97129", ("GO",))), billed("A2", Line("97130", ("GN",)))) == {(0, 1)}
    assert groups(billed("A1", Line("97129", ("GO",))), billed("A2", Line("97130", ("GN",), day=LATER))) == set()
    assert groups(billed("A1", Line("97129", ("GO",))), billed("A2", Line("97129", ("GN",)))) == set()


def test_a_claim_by_itself_is_no_group() -> None:
    assert groups(billed("A1", Line("97110"), Line("97112"))) == set()


def test_a_replacement_and_what_it_replaces_belong_together() -> None:
    old = billed("A1", Line("97110"))
    by_reference = billed("A2", Line("97110", day=LATER), frequency="7", original="A1")
    by_number = billed("A1", Line("97110", day=LATER), frequency="7")
    assert (0, 1) in groups(old, by_reference)
    assert (0, 1) in groups(old, by_number)
    assert (0, 1) not in groups(old, by_reference._replace(original="ZZ"))


def test_what_a_held_replacement_replaces_is_held_with_it() -> None:
    """It is in no pool, so that nothing has checked it: it must not go out alone as if it had been."""
    old = billed("A1", Line("97110", units="4", charge="160.00"))
    new = billed("A2", Line("97110", units="3", charge="120.00"), frequency="7", original="A1")
    claims = reported(old, new, rows=(row("A2", "97110", 8, signed=False),))
    assert [claim.disposition for claim in claims] == ["held", "held"]
    assert [[found.rule for found in claim.findings] for claim in claims] == [["I004"], ["U101", "C418"]]


def test_holding_spreads_through_groups() -> None:
    assert held_with([0], [(0, 1), (2, 3), (1, 2)]) == {1: 0, 2: 1, 3: 2}
    assert held_with([3], [(0, 1), (1, 2)]) == {}
    assert held_with([], [(0, 1)]) == {}
    assert held_with([0, 1], [(0, 1)]) == {}


def test_a_claim_that_is_held_with_another_says_so() -> None:
    claims = reported(
        billed("A1", Line("97110", units="3", charge="120.00")),
        billed("A2", Line("97112")),
        billed("B1", Line("97110"), person=Person(2)),
        rows=(row("A1", "97110", 15), row("A2", "97112", 15), row("B1", "97110", 15)),
    )
    assert [claim.disposition for claim in claims] == ["held", "held", "unchanged"]
    (found,) = claims[1].findings
    assert (found.rule, found.fixed, [each.claim_id for each in found.related]) == ("I004", False, ["A1"])
