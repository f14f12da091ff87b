"""C411."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule


@rule(
    code="C411",
    name="invalid-diagnosis-pointer",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.BAD_POINTER,
    examples=(
        Example("Beyond the list", lines="SV1*HC:97110:GP*80*UN*2***2"),
        Example("Repeated", lines="SV1*HC:97110:GP*80*UN*2***1:1"),
        Example("None", lines="SV1*HC:97110:GP*80*UN*2"),
        Example("No number", lines="SV1*HC:97110:GP*80*UN*2***A"),
        Example(
            "The last of the list",
            lines="SV1*HC:97110:GP*80*UN*2***2:1",
            minutes=(("97110", "PT", 30),),
            replace=(("HI*ABK:M545", "HI*ABK:M545*ABF:M5416"),),
            flagged=False,
        ),
    ),
)
def invalid_diagnosis_pointer(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """A line points to no diagnosis, to one that the claim does not list, or to one twice.

    ## Why it matters

    The pointer says why the service was needed. A line without a diagnosis of the claim is returned.

    ## Evidence and fix

    SV107 of the line against the list of diagnoses (HI). Which diagnosis is meant is for the clinician.

    ## What it cannot check

    Whether the diagnosis supports the service.

    ## References

    - 005010X222A1, SV107: up to four pointers into the diagnoses of HI, the first one the reason for the service
    - CMS Pub 100-04, chapter 26, section 10.4, item 24E
    """
    for line in claim.lines:
        if line.sv1.id != "SV1":
            continue
        pointers = [pointer for pointer in line.pointers if pointer]
        fault = _fault(pointers, len(claim.diagnoses))
        if fault:
            yield invalid_diagnosis_pointer.finding(
                line.location("SV107"),
                f"{line.code or 'The line'} {fault}.",
                "Point to the diagnosis for which this service was needed.",
                evidence=(
                    Evidence(f"SV107 of service line {line.ordinal}", line.sv1.value(7) or "empty"),
                    Evidence("HI of the claim", f"diagnoses listed: {len(claim.diagnoses)}"),
                ),
            )


def _fault(pointers: list[str], listed: int) -> str:
    if not pointers:
        return "points to no diagnosis"
    numbers = [int(each) if each.isascii() and each.isdigit() else 0 for each in pointers]
    beyond = [each for each, number in zip(pointers, numbers, strict=True) if not 1 <= number <= listed]
    if beyond:
        return f"points to diagnosis {' and '.join(beyond)}; the claim lists {listed or 'none'}"
    again = [each for n, each in enumerate(numbers) if each in numbers[:n]]
    return f"points to diagnosis {again[0]} twice" if again else ""
