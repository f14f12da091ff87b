"""E511."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.claims.outline import File, Interchange
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule

ISA_LENGTH = 106
# CLM05 is place of service, "B", frequency: whatever stands twice between them is the separator that is really used.
_PLACE = re.compile(r"[0-9A-Z]{1,2}([^0-9A-Za-z\s])B\1[0-9A-Z]")


@rule(
    code="E511",
    name="header-malformed",
    scope=File,
    severity=Severity.REJECT,
    since="0.1.0",
    examples=(
        Example("ISA16 declares another component separator than the claims use", replace=(("*P*:~", "*P*>~"),)),
        Example("ISA is one byte short", replace=(("*SUBMITTER      *", "*SUBMITTER     *"),)),
        Example("106 bytes, and the separators agree", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def header_malformed(file: File, context: RuleContext) -> Iterator[Finding]:
    """ISA declares a component separator that its claims do not use (reject), or is not 106 bytes long (warning).

    ## Why it matters

    A receiver takes the separators from fixed places of ISA. Where ISA16 is not what the claims use, every procedure,
    place of service and diagnosis is misread.

    ## Evidence and fix

    The file itself. Which of the two was meant is for a person; the interchange is held.

    ## What it cannot check

    What the header should have been.

    ## References

    - X12 interchange header: fixed widths of ISA01 to ISA16; ISA16 is the component element separator
    """
    for interchange in file.interchanges:
        if interchange.fault:
            continue
        used = _component_used(file, interchange)
        declared = interchange.delimiters.component
        if used and used != declared:
            yield header_malformed.finding(
                places.of_interchange(interchange, "ISA16", interchange.start, interchange.segment),
                f"ISA16 declares {declared!r} as component separator; the claims use {used!r}.",
                f"Have the billing system write {used!r} into ISA16.",
                evidence=(Evidence("CLM05 of the first claim", f"separated by {used!r}"),),
            )
        length = file.source.find(interchange.delimiters.segment.encode("latin-1"), interchange.start) + 1
        length -= interchange.start
        if length != ISA_LENGTH:
            yield header_malformed.finding(
                places.of_interchange(interchange, "ISA", interchange.start, interchange.segment),
                f"ISA is {length} bytes long; {ISA_LENGTH} are prescribed.",
                "Have the billing system pad the elements of ISA to their widths.",
                evidence=(Evidence("the file", f"ISA of {length} bytes"),),
                severity=Severity.WARN,
            )


def _component_used(file: File, interchange: Interchange) -> str:
    """The separator of the first claim's CLM05; empty when there is no claim or it cannot be told."""
    claims = (c for g in interchange.groups for t in g.transactions for c in t.claims)
    first = next(claims, None)
    if first is None:
        return ""
    element, end = (each.encode("latin-1") for each in (interchange.delimiters.element, interchange.delimiters.segment))
    clm = file.source[first.start : first.end].partition(end)[0].split(element)
    if len(clm) < 6:
        return ""
    return component_in(clm[5].decode("latin-1"))


def component_in(clm05: str) -> str:
    """The component separator that CLM05 uses; empty when it cannot be told."""
    match = _PLACE.fullmatch(clm05)
    return match.group(1) if match else ""
