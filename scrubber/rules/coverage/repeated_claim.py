"""C405."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key


@rule(
    code="C405",
    name="repeated-claim",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REPEATED | fact.SEVERAL_CLAIMS | fact.LEDGER,
    holds_related=False,
    examples=(
        Example("The same claim twice", minutes=(("97110", "PT", 30),), again="copy"),
        Example(
            "A claim number used for two different claims",
            again="number",
            replace=(("SV1*HC:97110:GP*81*", "SV1*HC:97530:GP*81*"),),
        ),
        Example("One claim", minutes=(("97110", "PT", 30),), flagged=False),
        Example(
            "A replacement is no copy",
            minutes=(("97110", "PT", 30),),
            again="replacement",
            flagged=False,
        ),
    ),
)
def repeated_claim(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """A claim has the patient, payer, lines, dates and charges of an earlier claim of the file.

    ## Why it matters

    A payer denies the second as an exact duplicate, or pays it and takes the money back.

    ## Evidence and fix

    The two claims. The later one in file order is held and the earlier goes out. A claim number (CLM01) alone that is
    used twice is a warning: answers to the two cannot be told apart. Replacements (7) and voids (8) are no copies.
    Where a ledger is given, a claim that an earlier file sent is an earlier claim as well; one that the payer did not
    take is first taken out of the ledger (`scrubber ledger purge --claim`).

    ## What it cannot check

    Claims of files that no ledger knows. A claim sent again with another date or charge is not the same claim.

    ## References

    - CMS Pub 100-04, chapter 1, section 120 (detection of duplicate claims)
    """
    claims = patient.claim_of
    for later, earlier in patient.copies.items():
        place = claims[earlier].source.place_from(claims[later].source)
        yield repeated_claim.finding(
            claims[later].location(),
            f"This claim repeats {place}: same patient, payer, services and charges.",
            "Send one of the two. If it corrects the other, send it as a replacement (frequency 7).",
            evidence=(Evidence(place, "the same lines, dates and charges"),),
            related=(earlier,),
        )
    yield from _sent_before(patient, context)
    elsewhere = dict(patient.work.same_number)
    seen: dict[tuple[object, ...], int] = {}
    for claim in patient.claims:
        if claim.frequency in ("7", "8") or claim.ordinal in patient.copies or not claim.id:
            continue
        earlier = seen.setdefault((claim.id, *payer_key(claim)), claim.ordinal)
        related = tuple(o for o in elsewhere.get(claim.ordinal, ()) if o < claim.ordinal)
        if earlier != claim.ordinal:
            related = (earlier, *related)
        if related:
            where = "the file" if max(related) >= claim.source.first_of_file else "another file"
            yield repeated_claim.finding(
                claim.location("CLM01"),
                f"The claim number (CLM01) is used by an earlier claim of {where} as well.",
                "Give each claim a number of its own; remittances cannot be told apart otherwise.",
                related=related,
                severity=Severity.WARN,
            )


def _sent_before(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """Claims that an earlier file sent, or whose number one of its claims has."""
    if context.ledger is None:
        return
    for claim in patient.claims:
        if claim.frequency in ("7", "8") or claim.ordinal in patient.copies or not claim.lines:
            continue
        sent_on = context.ledger.sent_like(claim)
        if sent_on is not None:
            yield repeated_claim.finding(
                claim.location(),
                "This claim was sent before: same patient, payer, services and charges.",
                "Do not send it again. If the payer did not take it, take it out of the ledger; if this corrects it,"
                " send it as a replacement (frequency 7).",
                evidence=(Evidence(f"ledger, entered on {sent_on}", "the same lines, dates and charges"),),
            )
            continue
        sent_on = context.ledger.sent_number(claim)
        if sent_on is not None:
            yield repeated_claim.finding(
                claim.location("CLM01"),
                "The claim number (CLM01) was used by a claim of this patient and payer that was sent before.",
                "Give each claim a number of its own; remittances cannot be told apart otherwise.",
                evidence=(Evidence(f"ledger, entered on {sent_on}", "a claim of the same number"),),
                severity=Severity.WARN,
            )


def is_sent_again(finding: Finding) -> bool:
    """The finding says that an earlier file sent the claim: it is held for itself alone."""
    return finding.rule == repeated_claim.code and finding.severity is Severity.REJECT and not finding.related
