"""The order of claims in the file does not change what is found, apart from which of two copies is the later."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st
from properties.effort import examples
from properties.scrubbing import CHOICES, run
from properties.treated import Case, cases

from scrubber.outcome import Outcome

WITH_VISIT = "I004"


def shuffled(case: Case, seed: int) -> Case:
    """The case with its claims in another order."""
    claims = list(case.batch.claims)
    random.Random(seed).shuffle(claims)
    return case._replace(batch=case.batch._replace(claims=tuple(claims)))


def became(outcome: Outcome) -> Counter[object]:
    """What became of each claim, by its number and payer: whether it goes out, and its lines as written."""
    return Counter(
        (
            claim.claim_id,
            claim.payer_id,
            claim.disposition,
            tuple((line.code, line.modifiers, line.units, line.charge) for line in claim.lines_out),
        )
        for claim in outcome.claims
    )


def found(outcome: Outcome) -> set[object]:
    """Every finding with the claims that it names.

    A finding of several claims stands at the first of them in the file, and the others are held with it (I004): which
    is which follows the order, who is named does not.
    """
    told: set[object] = set()
    for claim in outcome.claims:
        for verdict in claim.verdicts:
            finding = verdict.finding
            if finding.rule == WITH_VISIT:
                continue
            named = Counter((claim.claim_id, *(outcome.claims[ordinal].claim_id for ordinal in finding.related)))
            line = None if finding.related else finding.where.ordinal
            told.add((finding.rule, finding.severity, verdict.fixed, frozenset(named.items()), line))
    return told


def copies(outcome: Outcome) -> int:
    """How many claims are held as copies of another."""
    return sum("C405" in claim.held_by for claim in outcome.claims)


def repeats_across_claims(outcome: Outcome) -> bool:
    """A line of one claim repeats one of another: the later of the two is held, and which that is follows the order."""
    verdicts = (verdict for claim in outcome.claims for verdict in claim.verdicts)
    return any(verdict.finding.rule == "C404" and verdict.finding.related for verdict in verdicts)


@examples(240)
@given(case=cases(copies=False), choice=st.sampled_from(CHOICES), seed=st.integers(0, 1000))
def test_claims_in_another_order_are_found_the_same(case: Case, choice: str, seed: int) -> None:
    outcome = run(case, choice)
    assume(not copies(outcome) and not repeats_across_claims(outcome))
    other = run(shuffled(case, seed), choice)
    assert became(other) == became(outcome)
    assert found(other) == found(outcome)


@examples(120)
@given(case=cases(faults=False), seed=st.integers(0, 1000))
def test_as_many_copies_are_held_in_any_order(case: Case, seed: int) -> None:
    assert copies(run(shuffled(case, seed))) == copies(run(case))
