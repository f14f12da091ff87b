"""The printed rules of by_the_book.py against the worked examples of others and our own: both are judged."""

import pytest
from arithmetic import by_the_book
from vectors.derived import BEFORE_2022, CAPPED
from vectors.facts import ASSISTANTS, UNITS, AssistantFact, UnitFact

UNTIMED = {"97150", "G0283", "97161", "97162"}


def of_units(fact: UnitFact) -> set[frozenset[tuple[str, int]]]:
    """Its answers for the pool; a code that an answer leaves out has no unit."""
    timed = [code for code in fact.minutes if code not in UNTIMED]
    return {frozenset((code, answer.get(code, 0)) for code in timed) for answer in fact.answers}


@pytest.mark.parametrize("fact", [*UNITS, *CAPPED], ids=lambda fact: fact.id)
def test_units(fact: UnitFact) -> None:
    minutes = {code: each for code, each in fact.minutes.items() if code not in UNTIMED}
    untimed = len(fact.minutes) - len(minutes)
    assert by_the_book.total(fact.rule, minutes) + untimed == fact.units
    assert {frozenset(split.items()) for split in by_the_book.splits(fact.rule, minutes)} == of_units(fact)


@pytest.mark.parametrize("fact", [*ASSISTANTS, *BEFORE_2022], ids=lambda fact: fact.id)
def test_assistant_units(fact: AssistantFact) -> None:
    """Units with CQ or CO, code by code, over all bills that may go out."""
    codes = dict.fromkeys(code for code, _, _ in fact.minutes)
    pool = {code: fact.of(code) for code in codes if code not in UNTIMED}
    (split,) = by_the_book.splits("cms", {code: sum(minutes) for code, minutes in pool.items()})
    answers = by_the_book.assistant_units_of(split, pool, fact.on)
    answers |= {code: by_the_book.whole_service(code, *fact.of(code), fact.on) for code in codes if code in UNTIMED}
    for code in codes:
        billed = {
            sum(units for each, modifiers, units in bill if each == code and {"CQ", "CO"} & {*modifiers})
            for bill in fact.bills
        }
        assert billed == answers[code], code
