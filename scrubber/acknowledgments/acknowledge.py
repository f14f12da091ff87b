"""Answer the sender of a file with what came of it: the 999 and the 277CA."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from scrubber.acknowledgments.answer import Moment
from scrubber.acknowledgments.claim_status import AnsweredClaim, claim_acknowledgment
from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.outcome import Verdict
from scrubber.tables.tableset import Tables

FUNCTIONAL, CLAIMS = "999", "277ca"
KINDS = (FUNCTIONAL, CLAIMS)


class Asked(NamedTuple):
    """Which answers are wanted, of KINDS; when they are made; and the tables that give the claims' status codes."""

    kinds: Collection[str]
    moment: Moment
    tables: Tables


def acknowledge(
    source: bytes,
    source_sha256: str,
    envelope: Sequence[Verdict],
    sent: Collection[int],
    claims: Callable[[int], AnsweredClaim],
    asked: Asked,
) -> dict[str, bytes]:
    """The answers by their kind; one that would be empty is not there. The same input and moment give the same bytes.

    ``envelope`` are the findings outside the claims, ``sent`` the ordinals of claims that go out. ``claims`` gives what
    is answered of each by its ordinal; nobody asks it unless the 277CA is wanted.

    Raises TableError when there is no map of the guide.
    """
    file = index(source)
    made = {}
    if FUNCTIONAL in asked.kinds:
        made[FUNCTIONAL] = _functional(file, source_sha256, envelope, sent, asked.moment)
    if CLAIMS in asked.kinds:
        made[CLAIMS] = claim_acknowledgment(file, source_sha256, claims, envelope, asked.tables, asked.moment)
    return {kind: data for kind, data in made.items() if data}


def _functional(file: File, sha256: str, envelope: Sequence[Verdict], sent: Collection[int], moment: Moment) -> bytes:
    from scrubber.acknowledgments.faults import received_faults  # with the judge, which only the 999 needs
    from scrubber.acknowledgments.functional import functional_acknowledgment

    faults = received_faults(file, [verdict.finding for verdict in envelope])
    return functional_acknowledgment(file, sha256, faults.segments, faults.parts, sent, moment)
