"""Worked examples of others as claims: right as billed, and found when a unit or a modifier is wrong."""

from collections import Counter

import counting
import pytest
from rules.specimen import Bill, found, row, run, sv1, unchecked
from vectors.facts import ASSISTANTS, UNITS, AssistantFact, UnitFact

from scrubber.outcome import ClaimResult, Outcome
from scrubber.tables.tableset import load_tables

PRICE = 40
ASSISTANT_MODIFIERS = {"CQ", "CO"}
TAXONOMY = {"PT": "225100000X", "OT": "225X00000X"}
UNIT_RULES = {"U101", "U102", "U103", "U104", "U105"}

Lines = list[tuple[str, list[str], int]]

BILLED = [(fact, n) for fact in UNITS for n, answer in enumerate(fact.answers) if any(answer.values())]


def told(pair: tuple[UnitFact, int]) -> str:
    fact, answer = pair
    return f"{fact.id}-{answer}"


def segments(lines: Lines) -> tuple[str, ...]:
    return tuple(
        f"SV1*HC:{':'.join([code, *modifiers])}*{PRICE * units}*UN*{units}***1" for code, modifiers, units in lines
    )


def bill_units(fact: UnitFact, units: dict[str, int]) -> Outcome:
    lines = segments([(code, ["GP"], count) for code, count in units.items() if count])
    rows = [row(code, minutes) for code, minutes in fact.minutes.items()]
    return run(Bill(lines=lines), rows, unit_rule=fact.rule)


def bill_lines(fact: AssistantFact, lines: Lines) -> Outcome:
    bill = Bill(lines=segments(lines), on=fact.on, taxonomy=TAXONOMY[fact.discipline])
    rows = [row(code, minutes, role, service_date=fact.on) for code, role, minutes in fact.minutes]
    return run(bill, rows)


def of_units(claim: ClaimResult) -> list[str]:
    return [each for each in found(claim) if each[:4] in UNIT_RULES]


def in_time(claim: ClaimResult) -> list[str]:
    """What is found beside that a bill of an earlier year is late by now."""
    return [each for each in found(claim) if each != "C412 warn"]


def timed(fact: UnitFact) -> list[str]:
    return [code for code in fact.minutes if load_tables().therapy[code].pooled]


def units_out(outcome: Outcome) -> Counter[str]:
    """Units of the corrected file by code."""
    units: Counter[str] = Counter()
    for segment in sv1(outcome):
        elements = segment.split("*")
        units[elements[1].split(":")[1]] += int(elements[4])
    return units


@pytest.mark.parametrize("pair", BILLED, ids=told)
def test_every_answer_goes_out_as_billed(pair: tuple[UnitFact, int]) -> None:
    fact, answer = pair
    (claim,) = bill_units(fact, fact.answers[answer]).claims
    assert of_units(claim) == []
    assert not UNIT_RULES & unchecked(claim).keys()


@pytest.mark.parametrize("pair", BILLED, ids=told)
def test_a_unit_more_is_found(pair: tuple[UnitFact, int]) -> None:
    """On any timed code of the visit; where it is lowered by itself, it is lowered to an answer."""
    fact, answer = pair
    for code in timed(fact):
        units = {**fact.answers[answer], code: fact.answers[answer][code] + 1}
        outcome = bill_units(fact, units)
        (claim,) = outcome.claims
        assert of_units(claim) in (["U101 fixed"], ["U101 reject"]), code
        if claim.disposition == "corrected":
            assert units_out(outcome) in [Counter(each) for each in fact.answers]
        else:
            assert claim.disposition == "held"


@pytest.mark.parametrize("pair", BILLED, ids=told)
def test_a_unit_less_is_found(pair: tuple[UnitFact, int]) -> None:
    fact, answer = pair
    for code in timed(fact):
        if fact.answers[answer][code] > 1:
            outcome = bill_units(fact, {**fact.answers[answer], code: fact.answers[answer][code] - 1})
            assert of_units(outcome.claims[0]) == ["U102 warn"]


@pytest.mark.parametrize("fact", ASSISTANTS, ids=lambda fact: fact.id)
def test_every_bill_goes_out_as_it_is(fact: AssistantFact) -> None:
    for lines in fact.bills:
        outcome = bill_lines(fact, lines)
        (claim,) = outcome.claims
        assert in_time(claim) == []
        assert not {"M204", "M205", "M206"} & unchecked(claim).keys()
        assert outcome.corrected() == outcome.source


@pytest.mark.parametrize("fact", ASSISTANTS, ids=lambda fact: fact.id)
def test_a_bill_without_the_assistants_modifier(fact: AssistantFact) -> None:
    """Where all units of a code need it, it is added; where some do, the line is divided; where none does, nothing."""
    lines = fact.bills[0]
    codes = list(dict.fromkeys(code for code, _, _ in lines))
    bare: Lines = []
    wanted: Lines = []
    fixes = set()
    for code in codes:
        of_code = [(modifiers, units) for each, modifiers, units in lines if each == code]
        total = sum(units for _, units in of_code)
        with_it = sum(units for modifiers, units in of_code if ASSISTANT_MODIFIERS & set(modifiers))
        marked = next((each for each, _ in of_code if ASSISTANT_MODIFIERS & set(each)), [])
        plain = [each for each in of_code[0][0] if each not in ASSISTANT_MODIFIERS]
        bare.append((code, plain, total))
        if not with_it or len(fact.bills) > 1:  # an answer that stands beside another is nobody's to correct
            wanted.append((code, plain, total))
        elif with_it == total:
            fixes.add("M204 fixed")
            wanted.append((code, marked, total))
        else:
            fixes.add("M205 fixed")
            wanted += [(code, plain, total - with_it), (code, marked, with_it)]
    outcome = bill_lines(fact, bare)
    (claim,) = outcome.claims
    assert sv1(outcome) == list(segments(wanted))
    assert set(in_time(claim)) == fixes
    assert counting.conforms(outcome.corrected() or b"")
