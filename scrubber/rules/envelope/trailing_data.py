"""E508."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.rule import Example, RuleContext, rule

BLANK = b" \t\r\n\x00\x1a"


@rule(
    code="E508",
    name="trailing-data",
    scope=File,
    severity=Severity.WARN,
    since="0.1.0",
    examples=(
        Example(
            "Text behind IEA",
            minutes=(("97110", "PT", 30),),
            replace=(("IEA*1*000000101~\n", "IEA*1*000000101~\nEND\n"),),
        ),
        Example(
            "Blank lines behind IEA",
            minutes=(("97110", "PT", 30),),
            replace=(("IEA*1*000000101~\n", "IEA*1*000000101~\n\n \n"),),
            flagged=False,
        ),
    ),
)
def trailing_data(file: File, context: RuleContext) -> Iterator[Finding]:
    """Bytes stand outside every interchange, behind IEA or before ISA, and are no blank space.

    ## Why it matters

    Something was appended to the file, or an interchange has lost its ISA. A receiver may refuse the file or pass
    over what may be claims.

    ## Evidence and fix

    The bytes are left as they are, in the corrected file, or in the held one when no claim goes out.

    ## What it cannot check

    What the bytes were meant to be.

    ## References

    - X12 interchange envelope: a file is a sequence of ISA to IEA
    """
    for start, end in file.outside:
        content = file.source[start:end].strip(BLANK)
        if not content:
            continue
        byte = start + file.source[start:end].index(content)
        after = any(interchange.end <= start for interchange in file.interchanges)
        where = "behind IEA" if after else "before ISA"
        yield trailing_data.finding(
            Location(byte=byte),
            f"What stands {where} belongs to no interchange ({counted(len(content), 'byte')}).",
            "Find out what it is; it is left where it stands.",
            evidence=(Evidence("the file", f"bytes {byte} to {byte + len(content)}"),),
        )
