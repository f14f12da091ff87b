"""E509."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from scrubber.claims.outline import File, Interchange, InterchangeNumber
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="E509",
    name="repeated-control-number",
    scope=File,
    severity=Severity.REJECT,
    since="0.1.0",
    examples=(
        Example("Two interchanges of one sender with one number", again="interchange"),
        Example("One interchange", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def repeated_control_number(file: File, context: RuleContext) -> Iterator[Finding]:
    """Two interchanges of one sender have the same control number (ISA13) and different contents.

    ## Why it matters

    A receiver takes the second for a copy of the first and drops it, or rejects both; its claims are never answered.

    ## Evidence and fix

    The file itself, and for the watched folder what it sent before. The later interchange is held: its sender gives it
    a number of its own. There, an interchange that went out before to the byte is held too, so that its claims are not
    billed twice; `scrubber watch rerun` sends again what has to go again.

    ## What it cannot check

    Interchanges of earlier files, outside the watched folder.

    ## References

    - X12 interchange control number, ISA13: unique to sender and receiver
    """
    seen: dict[InterchangeNumber, Interchange] = {}
    for interchange in file.interchanges:
        if interchange.fault:
            continue
        where = places.of_interchange(interchange, "ISA13", interchange.control_start, interchange.segment)
        first = seen.setdefault(interchange.number, interchange)
        if first is not interchange and _content(file, first) != _content(file, interchange):
            yield repeated_control_number.finding(
                where,
                f"Interchange {interchange.ordinal + 1} has the control number of interchange {first.ordinal + 1}"
                " and other contents.",
                "Send it under a control number of its own.",
                evidence=(Evidence(f"interchange {first.ordinal + 1} of the file", "the same ISA13"),),
            )
        elif sent := context.sent_before(interchange.number) if context.sent_before else ():
            yield _sent_before(where, interchange, same=hashlib.sha256(_content(file, interchange)).hexdigest() in sent)


def _sent_before(where: Location, interchange: Interchange, *, same: bool) -> Finding:
    if same:
        return repeated_control_number.finding(
            where,
            f"Interchange {interchange.ordinal + 1} was sent before, with these very bytes.",
            "Take it out of the file; if it really has to go again, use `scrubber watch rerun` on the earlier file.",
            evidence=(Evidence("an earlier file of the watched folder", "the same bytes from ISA to IEA"),),
        )
    return repeated_control_number.finding(
        where,
        f"Interchange {interchange.ordinal + 1} has the control number of an interchange that was sent before, and"
        " other contents.",
        "Send it under a control number of its own.",
        evidence=(Evidence("an earlier file of the watched folder", "the same ISA06, ISA08 and ISA13"),),
    )


def _content(file: File, interchange: Interchange) -> bytes:
    return file.source[interchange.start : interchange.end].strip()
