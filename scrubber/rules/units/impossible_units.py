"""U111."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.amounts import number, whole_units
from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="U111",
    name="impossible-units",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.NOT_IN_TABLE | fact.NO_DAY | fact.BAD_UNITS,
    examples=(
        Example("Zero units", lines="SV1*HC:97110:GP*80*UN*0***1", minutes=(("97110", "PT", 30),)),
        Example("Half a unit", lines="SV1*HC:97110:GP*80*UN*1.5***1", minutes=(("97110", "PT", 23),)),
        Example("A unit count that is no number", lines="SV1*HC:97110:GP*80*UN*TWO***1"),
        Example("A negative count", lines="SV1*HC:97110:GP*80*UN*-2***1"),
        Example(
            "2.0 is a whole number",
            lines="SV1*HC:97110:GP*80*UN*2.0***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
    ),
)
def impossible_units(claim: Claim, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A therapy line bills zero, negative, fractional or unreadable units.

    ## Why it matters

    Therapy codes are billed in whole units of at least one; a payer's front end returns the claim unread.

    ## Evidence and fix

    What was meant cannot be told from the claim: a person corrects it.

    ## What it cannot check

    Whether a number that is possible is right: that is U101.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (units of timed and untimed codes are whole)
    - 005010X222A1, SV104: a positive number
    """
    unknown = []
    undated = []
    for line in claim.lines:
        if line.is_quality_data:
            continue
        if not line.is_hcpcs or line.code not in context.tables.therapy:
            foreign = "" if line.is_hcpcs or not line.code else " (not billed as a HCPCS code)"
            unknown.append(f"{line.code}{foreign}" if line.code else "a line without a code")
            continue
        if line.date is None:
            undated.append(line.code)
        if whole_units(line.units) is not None:
            continue
        value = number(line.units)
        fault = (
            "no units" if not line.units else "units that are no number" if value is None
            else "negative units" if value < 0 else "a fraction of a unit" if value else "zero units"
        )  # fmt: skip
        yield impossible_units.finding(
            line.location("SV104"),
            f"{line.code} is billed with {fault}.",
            "Bill a whole number of units, one or more, or take the line off the claim.",
            evidence=(Evidence(f"SV104 of service line {line.ordinal}", line.units or "empty"),),
        )
    if unknown:
        named = ", ".join(dict.fromkeys(unknown))
        for family in ("U", "M"):
            yield NotChecked(family, f"not in the therapy code table: {named}", (claim.ordinal,))
    if undated:
        named = ", ".join(dict.fromkeys(undated))
        for family in ("U", "M", "N"):
            yield NotChecked(family, f"no single day of service on a line of {named}", (claim.ordinal,))
