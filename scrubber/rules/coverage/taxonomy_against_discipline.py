"""C409."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.therapy_lines import therapy_lines
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import TherapyCode
from scrubber.visits.discipline import DISCIPLINE_OF, discipline_of_taxonomy


@rule(
    code="C409",
    name="taxonomy-against-discipline",
    scope=Claim,
    severity=Severity.WARN,
    since="0.1.0",
    when=fact.OTHER_TAXONOMY,
    examples=(
        Example("GO, and a physical therapist rendered it", lines="SV1*HC:97110:GO*80*UN*2***1"),
        Example(
            "An occupational therapy evaluation by a speech pathologist",
            lines="SV1*HC:97165*110*UN*1***1",
            filing="CI",
            taxonomy="235Z00000X",
        ),
        Example("They agree", flagged=False),
        Example(
            "A physician's taxonomy tells no discipline",
            lines="SV1*HC:97110:GO*80*UN*2***1",
            taxonomy="208100000X",
            flagged=False,
        ),
    ),
)
def taxonomy_against_discipline(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The rendering provider's taxonomy is of another discipline than the line.

    ## Why it matters

    A payer that checks who may furnish what denies the line. Mostly the wrong clinician was chosen as rendering
    provider, or the wrong modifier.

    ## Evidence and fix

    GP, GO or GN of the line, or a code of one discipline alone, against the taxonomy code of the rendering provider, of
    the line, of the claim or, where there is none, of the billing provider. Which of the two is wrong is for a person.

    ## What it cannot check

    Taxonomies of physicians and clinics, which tell no discipline; whether the payer has the clinician under that
    taxonomy.

    ## References

    - Health Care Provider Taxonomy code set (NUCC): 2251 physical, 225X occupational therapist, 235Z speech pathologist
    - CMS Pub 100-04, chapter 5, section 20.1 (the modifier is that of the plan of care)
    """
    wrong: dict[Location, list[tuple[ServiceLine, str, str]]] = {}
    for line, entry in therapy_lines(claim, context):
        rendered = discipline_of_taxonomy(claim.taxonomy(line))
        billed = _discipline(line, entry) if rendered else ""
        if billed and billed != rendered:
            wrong.setdefault(_place(claim, line), []).append((line, rendered, billed))
    for where, lines in wrong.items():
        line, rendered, _ = lines[0]
        codes = ", ".join(dict.fromkeys(each.code for each, _, _ in lines))
        said = " and ".join(dict.fromkeys(billed for _, _, billed in lines))
        yield taxonomy_against_discipline.finding(
            where,
            f"{codes}: billed as {said}; by taxonomy code the rendering provider's discipline is {rendered}.",
            "Correct the rendering provider, or the discipline.",
            evidence=(Evidence("rendering provider's taxonomy", claim.taxonomy(line)),),
        )


def _discipline(line: ServiceLine, entry: TherapyCode) -> str:
    modifiers = {DISCIPLINE_OF[modifier] for modifier in line.modifiers if modifier in DISCIPLINE_OF}
    if modifiers:
        return modifiers.pop() if len(modifiers) == 1 else ""
    return DISCIPLINE_OF.get(entry.discipline, "")


def _place(claim: Claim, line: ServiceLine) -> Location:
    """The taxonomy code itself where the claim has it, else the claim."""
    for segment, loop in zip(line.segments, line.loops, strict=True):
        if loop == "2420A" and segment.id == "PRV":
            return line.located(segment, 3)
    if claim.rendering_npi:
        for segment, loop in claim.head():
            if loop == "2310B" and segment.id == "PRV":
                return claim.located(segment, 3)
    return claim.location()
