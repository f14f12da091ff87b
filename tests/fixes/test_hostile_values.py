"""Values that no billing system writes: told and held, or counted right, and nothing else of the file suffers."""

from __future__ import annotations

import counting
import pytest
from fixes.gathered import billed
from properties.clinic import Batch, Line, Person
from properties.scrubbing import context, report_of

from scrubber.outcome import Outcome
from scrubber.scrub import scrub
from scrubber.visits.records import TreatmentRecords

CLEAN = Batch((billed("A1", Line("97110")), billed("B1", Line("97110"), person=Person(2)))).source()
LONG = b"9" * 5000


def run(source: bytes) -> Outcome:
    outcome = scrub(source, TreatmentRecords(), context())
    assert counting.partitions(source, outcome.corrected(), outcome.held())
    report_of(outcome)
    return outcome


def rules(outcome: Outcome) -> dict[str, bool]:
    """Codes of what was found in the envelopes, and whether it was put right."""
    return {verdict.finding.rule: verdict.fixed for verdict in outcome.findings}


@pytest.mark.parametrize("count", [b"\xb2", b"4\xb2", LONG, b"-1", b" 42", b"4.0", b""])
@pytest.mark.parametrize("element", [b"\nSE*", b"\nGE*", b"\nIEA*"])
def test_a_count_that_is_none_is_counted_again(element: bytes, count: bytes) -> None:
    at = CLEAN.index(element) + len(element)
    source = CLEAN[:at] + count + CLEAN[CLEAN.index(b"*", at) :]
    outcome = run(source)
    assert rules(outcome) == {"E502": True}
    assert outcome.corrected() == CLEAN


@pytest.mark.parametrize("units", [LONG, b"-" + LONG, b"1" + b"0" * 30, b"\xb2", b"1e5"])
def test_units_beyond_all_measure_hold_their_claim_alone(units: bytes) -> None:
    outcome = run(CLEAN.replace(b"*UN*1*", b"*UN*" + units + b"*", 1))
    assert [claim.disposition for claim in outcome.claims] == ["held", "unchanged"]
    assert outcome.claims[0].held_by == ("U111",)


@pytest.mark.parametrize("amount", [LONG, b"1e5", b"\xb9", b"NaN", b"40.005"])
@pytest.mark.parametrize("place", [b"CLM*A1*", b"97110:GP*"])
def test_amounts_beyond_all_measure_hold_their_claim_alone(place: bytes, amount: bytes) -> None:
    outcome = run(CLEAN.replace(place + b"40.00", place + amount, 1))
    assert [claim.disposition for claim in outcome.claims] == ["held", "unchanged"]
    assert outcome.claims[0].held_by == ("E501",)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ((b"ST*837*0001*", b"*0001~\nGE"), (b"ST*837**", b"*~\nGE")),
        ((b"*1000*X*", b"GE*1*1000"), (b"**X*", b"GE*1")),
        ((b"*000000101*0", b"IEA*1*000000101"), (b"*         *0", b"IEA*1")),
        ((b"*000000101*0", b"IEA*1*000000101"), (b"*         *0", b"IEA")),
        ((b"ST*837*0001*", b"SE*42*0001~"), (b"ST*837**", b"SE~")),
    ],
)
def test_without_a_control_number_a_part_is_held_as_it_is(was: tuple[bytes, ...], becomes: tuple[bytes, ...]) -> None:
    source = CLEAN
    for before, after in zip(was, becomes, strict=True):
        assert source.count(before) == 1
        source = source.replace(before, after)
    outcome = run(source)
    assert rules(outcome)["E503"] is False
    held = outcome.held()
    assert outcome.corrected() is None
    assert held is not None
    assert held[held.index(b"ST*") : held.index(b"\nIEA")] == source[source.index(b"ST*") : source.index(b"\nIEA")]


def test_what_is_held_whole_is_not_told_as_put_right() -> None:
    source = CLEAN.replace(b"SE*42*0001", b"SE*99*0002")
    assert source != CLEAN
    outcome = run(source)
    assert rules(outcome) == {"E502": False, "E503": False}
    assert b"SE*99*0002" in (outcome.held() or b"")


def test_a_count_around_what_is_held_whole_is_put_right() -> None:
    source = CLEAN.replace(b"SE*42*0001", b"SE*42*0002").replace(b"IEA*1*", b"IEA*7*")
    outcome = run(source)
    assert rules(outcome) == {"E502": True, "E503": False}
    assert b"IEA*1*" in (outcome.held() or b"")


def test_a_claim_without_elements_is_held_and_goes_out_with_no_other() -> None:
    source = CLEAN.replace(b"CLM*B1*", b"CLM~\nCLM*B1*").replace(b"SE*42*", b"SE*43*")
    outcome = run(source)
    assert [(claim.claim_id, claim.disposition) for claim in outcome.claims] == [
        ("A1", "unchanged"), ("", "held"), ("B1", "unchanged"),
    ]  # fmt: skip
