"""The facts of a patient and of everything in it, for one run of the rules."""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.claims.claim import Claim
from scrubber.rules.facts import fact
from scrubber.rules.facts.of_claim import claim_facts
from scrubber.rules.facts.of_payer import Payers
from scrubber.rules.facts.of_visit import visit_facts
from scrubber.rules.ncci.limits_of_day import may_exceed
from scrubber.rules.ncci.pairs_of_day import pair_facts
from scrubber.rules.rule import RuleContext
from scrubber.visits.patient import Patient
from scrubber.visits.visit import Visit

_PAIRS = fact.PAIR_UNKNOWN | fact.PAIR_NEVER | fact.PAIR_MODIFIER


@dataclass(slots=True)
class Facts:
    """Facts of each claim and visit of a patient, in order, and of the patient: all of them and its own."""

    claims: list[tuple[Claim, int]]
    visits: list[tuple[Visit, int]]
    patient: int


def nothing_known(patient: Patient) -> Facts:
    """Every fact may hold: each rule has to look for itself."""
    return Facts(
        [(claim, fact.EVERY) for claim in patient.claims],
        [(visit, fact.EVERY) for visit in patient.visits],
        fact.EVERY,
    )


def facts_of(patient: Patient, context: RuleContext, payers: Payers, asked: int) -> Facts:
    """``asked`` are all facts that a rule which runs names. Pairs and limits are looked up only for those that are
    asked of them, since a table that answers beyond its edition is marked as stale.
    """
    claims = []
    every = fact.SEVERAL_CLAIMS if len(patient.claims) > 1 else 0
    rows = patient.joined.rows
    for claim in patient.claims:
        heading = claim.heading
        payer = payers.of(heading.payer.id, heading.filing)
        facts = claim_facts(claim, payer, rows.get(claim.ordinal, ()), context.tables, context.today)
        claims.append((claim, facts))
        every |= facts
    visits = []
    of_visits = 0
    for visit in patient.visits:
        facts = visit_facts(visit, every)
        visits.append((visit, facts | every))
        of_visits |= facts
    return Facts(claims, visits, every | of_visits | _own(patient, context, asked))


def _own(patient: Patient, context: RuleContext, asked: int) -> int:
    facts = 0 if context.ledger is None else fact.LEDGER
    work, joined = patient.work, patient.joined
    if patient.copies or patient.repeats or work.same_number:
        facts |= fact.REPEATED
    if joined.ambiguous or work.ambiguous or work.bad_rows:
        facts |= fact.DOUBTFUL_RECORD
    for day in patient.days:
        if day.profile.extra_pairs:
            facts |= fact.EXTRA_PAIR
        if asked & _PAIRS:
            facts |= pair_facts(day, context)
        if asked & fact.LIMIT and may_exceed(day, context):
            facts |= fact.LIMIT
    return facts
