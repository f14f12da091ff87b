"""Faults against the guide that are of no claim: in levels and transactions without claims, and in what is counted over
claims. What stands above a claim is judged with it, and is not looked for here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scrubber.claims.outline import File, Transaction
from scrubber.conform import wording
from scrubber.findings.finding import Evidence, Finding
from scrubber.rules.envelope import places
from scrubber.rules.guide.faults import action_of
from scrubber.rules.guide.findings import GUIDE, OWN_RULES, reference, rule_of, runs, sentence

MOST_CLAIMS = 100
"""Claims that one patient may have in a transaction (005010X222A1, loop 2300)."""


def faults_outside_claims(file: File) -> Iterator[Finding]:
    """Each holds its transaction: no receiver takes one of which a part does not conform.

    Only transactions are judged that have something outside their claims, so that the others cost nothing.
    """
    for transaction in file.transactions():
        if not transaction.is_professional:
            continue
        above = transaction.claims.levels()
        bare = _without_claims(transaction, above)
        crowded = len(above) > MOST_CLAIMS and max(Counter(above).values()) > MOST_CLAIMS
        if bare or crowded or not transaction.claims:
            yield from _judged(file, transaction, bare)


def _without_claims(transaction: Transaction, above: Iterable[int]) -> set[int]:
    """Where the levels begin below which no claim stands."""
    used = transaction.levels.upward(above)
    return set() if all(used) else {level.start for level in transaction.levels if not used[level.order]}


def _judged(file: File, transaction: Transaction, bare: set[int]) -> Iterator[Finding]:
    from scrubber.conform.compiled.whole_file import judge_transaction

    starts = [level.start for level in transaction.levels]
    faults = judge_transaction(file.source, transaction).faults
    at = [each.fault.segment_index for each in faults]
    for run in runs([each.fault for each in faults], at):
        placed, fault = faults[run[0]], faults[run[0]].fault
        if fault.kind == "transaction" or (fault.segment_id, fault.code) in OWN_RULES:
            continue
        level = max((start for start in starts if start <= placed.byte), default=None)
        own = level in bare or (level is None and not transaction.claims)
        too_many = fault.segment_id == "CLM" and fault.code == "4"
        if not too_many and (placed.claim is not None or not own):
            continue
        name = fault.segment_id or None
        if fault.element is not None:
            name = reference(fault.segment_id, fault.element, fault.component)
        rule = rule_of(fault)
        loop = wording.loop_label(placed.loop)
        where = places.of_transaction(
            transaction, name or "ST", placed.byte, transaction.segment + max(fault.segment_index, 0)
        )
        evidence = (Evidence(f"{GUIDE}, {loop}", "it is of no claim, so the whole transaction is held"),)
        yield rule.finding(where, sentence(fault, loop, at[run[-1]] - at[run[0]]), action_of(rule), evidence=evidence)
