"""E507."""

from scrubber.findings.levels import Severity
from scrubber.rules.rule import raised_by_engine

incomplete_interchange = raised_by_engine(
    "E507",
    "incomplete-interchange",
    Severity.REJECT,
    "0.1.0",
    """The last interchange of the file has no IEA: the file is not finished.

    ## Why it matters

    A file without its end is still being written, or was cut off on the way. Sending what is there would lose claims.

    ## Evidence and fix

    There is nothing to correct. `scrubber scrub` does no work on such a file and exits 2; the daemon waits for the
    rest.

    ## What it cannot check

    Whether the rest is still on its way.

    ## References

    - X12 interchange envelope: each ISA is closed by an IEA
    """,
)
