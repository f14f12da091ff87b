"""C404."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import REPLACEMENT
from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.sent_before import evidence_of
from scrubber.visits.patient import Patient
from scrubber.visits.standing import SAYS_ANOTHER


@rule(
    code="C404",
    name="repeated-line",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REPEATED | fact.LEDGER,
    holds_related=False,
    examples=(
        Example(
            "The same line twice",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example(
            "The order of the modifiers and the charge do not make it another service",
            lines="SV1*HC:97110:GP:KX*40*UN*1***1\nSV1*HC:97110:KX:GP*45*UN*1***1",
            minutes=(("97110", "PT", 30),),
        ),
        Example("In another claim of the day: that claim is held", again="number"),
        Example(
            "76 says that it was done again",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP:76*40*UN*1***1",
            minutes=(("97110", "PT", 30),),
            flagged=False,
        ),
        Example(
            "One by the therapist, one by the assistant",
            lines="SV1*HC:97110:GP*40*UN*1***1\nSV1*HC:97110:GP:CQ*40*UN*1***1",
            minutes=(("97110", "PT", 15), ("97110", "PTA", 15)),
            flagged=False,
        ),
        Example(
            "Left and right",
            lines="SV1*HC:29130:GP:LT*40*UN*1***1\nSV1*HC:29130:GP:RT*40*UN*1***1",
            flagged=False,
        ),
    ),
)
def repeated_line(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """A line has the code, date, modifiers and rendering provider of another one.

    ## Why it matters

    A payer takes the second for a duplicate and denies it, whatever it was meant to be. Several units of one service
    are billed on one line.

    ## Evidence and fix

    The two lines, in one claim or in two claims to one payer; then the later claim is held and the earlier goes out.
    Where a ledger is given, a line that an earlier file sent is an earlier line as well.
    Lines are not alike when one carries a modifier that the other does not (CQ, LT or RT), or when either says by 59,
    an X modifier, 76, 77 or 91 that it is another service. A person adds up the units, or adds the modifier that the
    note supports.

    ## What it cannot check

    Lines of files that no ledger knows; services that were given twice on a day and lack the modifier that says so.

    ## References

    - CMS Pub 100-04, chapter 1, section 120 (detection of duplicate claims, line by line)
    """
    claims = {claim.ordinal: claim for claim in patient.counted}
    for (later, line_ordinal), (earlier, original_ordinal) in patient.repeats.items():
        line = claims[later].lines[line_ordinal - 1]
        elsewhere = earlier != later
        position = claims[earlier].source.place_from(claims[later].source)
        repeated = f"a line of {position}" if elsewhere else "an earlier line of the claim"
        place = f"line {original_ordinal} of {position}" if elsewhere else f"line {original_ordinal}"
        yield repeated_line.finding(
            line.location("SV101"),
            f"{line.code} repeats {repeated}: same date, modifiers and provider.",
            "Bill the units together on one line, or add the modifier that sets this service apart.",
            evidence=(Evidence(place, f"{line.code} {' '.join(line.modifiers)}".rstrip()),),
            related=(earlier,) if elsewhere else (),
        )
    yield from _sent_before(patient, context)
    for ordinal in sorted(patient.repeating):
        for family in ("U", "M"):
            yield NotChecked(family, "the claim repeats a line of an earlier one, and is in no visit", (ordinal,))


def _sent_before(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """Lines that an earlier file sent, in claims that it did not send whole."""
    ledger = context.ledger
    if ledger is None:
        return
    for claim in patient.counted:
        if claim.frequency == REPLACEMENT or ledger.sent_like(claim) is not None:
            continue
        for line in claim.lines:
            if not line.code or line.period is None or not SAYS_ANOTHER.isdisjoint(line.modifiers):
                continue
            sent = ledger.lines_between(claim, *line.period, without=patient.claims)
            likeness = ledger.likeness(claim, line) if sent else b""
            same = next((each for each in sent if each.likeness == likeness), None)
            if same is not None:
                yield repeated_line.finding(
                    line.location("SV101"),
                    f"{line.code} repeats a line that was sent before: same date, modifiers and provider.",
                    "Take it off, or add the modifier that sets this service apart; what is to be corrected goes as a"
                    " replacement (frequency 7).",
                    evidence=(evidence_of(same),),
                )
