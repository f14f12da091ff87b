"""E502."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File, Trailer
from scrubber.findings.finding import Evidence, Finding, Fix, Location
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.findings.wording import counted
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="E502",
    name="segment-count",
    scope=File,
    severity=Severity.WARN,
    since="0.1.0",
    examples=(
        Example(
            "SE01 counts one too many",
            minutes=(("97110", "PT", 30),),
            replace=(("SE*26*", "SE*27*"),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example(
            "GE01 counts two transactions where one is",
            minutes=(("97110", "PT", 30),),
            replace=(("GE*1*", "GE*2*"),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example("All counts right", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def segment_count(file: File, context: RuleContext) -> Iterator[Finding]:
    """SE01, GE01 or IEA01 does not count what is there.

    ## Why it matters

    A wrong count looks like a lost piece of the file; the receiver rejects the transaction, group or interchange.

    ## Evidence and fix

    The file itself: counted again (SAFE), in the corrected and in the held file. Empty segments are not counted.

    ## What it cannot check

    Whether segments are missing, or the count is wrong.

    ## References

    - X12 control segments SE, GE and IEA: number of included segments, transactions and groups
    """
    for interchange in file.interchanges:
        if trailer := interchange.trailer:
            where = places.of_interchange(interchange, "IEA01", trailer.count_start, trailer.segment)
            yield from _wrong(trailer, len(interchange.groups), "group", where)
        for group in interchange.groups:
            if trailer := group.trailer:
                where = places.of_group(group, "GE01", trailer.count_start, trailer.segment)
                yield from _wrong(trailer, len(group.transactions), "transaction", where)
            for transaction in group.transactions:
                trailer = transaction.trailer
                if trailer and transaction.is_professional:
                    where = places.of_transaction(transaction, "SE01", trailer.count_start, trailer.segment)
                    yield from _wrong(trailer, transaction.segments, "segment", where)


def _wrong(trailer: Trailer, right: int, noun: str, where: Location) -> Iterator[Finding]:
    if trailer.counts(right):
        return
    evidence = (Evidence("the file", counted(right, noun)),)
    yield segment_count.finding(
        where,
        f"{where.element} says {trailer.count[:12] or 'nothing'} instead of {counted(right, noun)}.",
        f"Set {where.element} to {right}.",
        evidence=evidence,
        fix=Fix(f"Count again: {where.element} is {right}", FixLevel.SAFE, Payment.NEUTRAL, (), evidence),
    )
