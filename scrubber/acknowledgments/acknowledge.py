"""Answer the sender of a file with what came of it: the 999 and the 277CA."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import NamedTuple

from scrubber.acknowledgments.answer import Moment
from scrubber.acknowledgments.claim_status import claim_acknowledgment
from scrubber.acknowledgments.functional import functional_acknowledgment
from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.findings.journal import HELD
from scrubber.outcome import Outcome
from scrubber.tables.tableset import Tables

FUNCTIONAL, CLAIMS = "999", "277ca"
KINDS = (FUNCTIONAL, CLAIMS)


class Asked(NamedTuple):
    """Which answers are wanted, of KINDS; when they are made; and the tables that give the claims' status codes."""

    kinds: Collection[str]
    moment: Moment
    tables: Tables


def acknowledge(result: Outcome, asked: Asked) -> dict[str, bytes]:
    """The answers by their kind; one that would be empty is not there. The same outcome and moment give the same bytes.

    Raises TableError when there is no map of the guide.
    """
    file = index(result.source)
    sha256 = hashlib.sha256(result.source).hexdigest()
    made = {}
    if FUNCTIONAL in asked.kinds:
        made[FUNCTIONAL] = _functional(file, sha256, result, asked.moment)
    if CLAIMS in asked.kinds:
        made[CLAIMS] = claim_acknowledgment(file, sha256, result.claims, result.findings, asked.tables, asked.moment)
    return {kind: data for kind, data in made.items() if data}


def _functional(file: File, sha256: str, result: Outcome, moment: Moment) -> bytes:
    from scrubber.acknowledgments.faults import received_faults  # the judge, which only the 999 needs

    faults = received_faults(file, [verdict.finding for verdict in result.findings])
    sent = frozenset(claim.ordinal for claim in result.claims if claim.disposition != HELD)
    return functional_acknowledgment(file, sha256, faults.segments, faults.parts, sent, moment)
