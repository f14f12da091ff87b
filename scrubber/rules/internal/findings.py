"""I001 to I004: what the scrubber says about its own work."""

from scrubber.findings.levels import Severity
from scrubber.rules.rule import raised_by_engine

rule_failed = raised_by_engine(
    "I001",
    "rule-failed",
    Severity.REJECT,
    "0.1.0",
    """A rule of the scrubber failed on this patient's claims: they are held unchanged.

    ## Why it matters

    A claim that could not be checked to the end must not go out as if it had been.

    ## Evidence and fix

    The message names the rule and the kind of failure. Please report it; the other patients of the file are not
    affected.

    ## What it cannot check

    What the rule would have found.

    ## References

    - docs/how-a-file-is-scrubbed.md: fail closed
    """,
)

idle_waiver = raised_by_engine(
    "I002",
    "idle-waiver",
    Severity.WARN,
    "0.1.0",
    """A waiver has expired, or no finding of the file matched it.

    ## Why it matters

    A waiver that does nothing is forgotten, and one day lets through what nobody meant it for.

    ## Evidence and fix

    Remove it from waivers.toml, or give it a new date and reason.

    ## What it cannot check

    Whether the waiver was right when it was given.

    ## References

    - docs/settings.md: waivers
    """,
)

fix_broke_conformance = raised_by_engine(
    "I003",
    "fix-broke-conformance",
    Severity.REJECT,
    "0.1.0",
    """A correction made the claim conform less to the guide than before, or corrections did not settle: it is held
    unchanged.

    ## Why it matters

    What conformed before must conform after. A correction that breaks that is a defect of the scrubber, not of the
    claim.

    ## Evidence and fix

    The claim is judged by the guide before and after. All corrections of the claim are taken back. Please report it.

    ## What it cannot check

    Claims that were not corrected.

    ## References

    - docs/how-a-file-is-scrubbed.md: the judge of conformance
    """,
)

held_with_visit = raised_by_engine(
    "I004",
    "held-with-visit",
    Severity.REJECT,
    "0.1.0",
    """The claim is held because a claim that it goes with is held.

    ## Why it matters

    Claims that share the minutes of a visit, or of which one carries the base code of the other's add-on, are right
    or wrong together: sending one alone would send the wrong units.

    ## Evidence and fix

    The related claims are named. When they are put right, send all of them.

    ## What it cannot check

    What is wrong with the other claim: that is said there.

    ## References

    - docs/how-a-file-is-scrubbed.md: what goes out together
    """,
)
