"""E509."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File, Interchange
from scrubber.findings.finding import Evidence, Finding
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

    The file itself. The later interchange is held: its sender gives it a number of its own.

    ## What it cannot check

    Interchanges of earlier files, outside the watched folder.

    ## References

    - X12 interchange control number, ISA13: unique to sender and receiver
    """
    seen: dict[tuple[str, str, str], Interchange] = {}
    for interchange in file.interchanges:
        if interchange.fault:
            continue
        key = (interchange.sender.strip(), interchange.receiver.strip(), interchange.control.strip())
        first = seen.setdefault(key, interchange)
        if first is interchange or _content(file, first) == _content(file, interchange):
            continue
        yield repeated_control_number.finding(
            places.of_interchange(interchange, "ISA13", interchange.control_start, interchange.segment),
            f"Interchange {interchange.ordinal + 1} has the control number of interchange {first.ordinal + 1}"
            " and other contents.",
            "Send it under a control number of its own.",
            evidence=(Evidence(f"interchange {first.ordinal + 1} of the file", "the same ISA13"),),
        )


def _content(file: File, interchange: Interchange) -> bytes:
    return file.source[interchange.start : interchange.end].strip()
