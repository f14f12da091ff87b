"""N302."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.ncci.pairs_of_day import PairOfDay, extra_pairs, pairs_of_day
from scrubber.rules.ncci.pairs_with_sent import SentPair, pairs_with_sent
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.rules.sent_before import evidence_of
from scrubber.visits.intervals import intervals_apart
from scrubber.visits.patient import Patient


@rule(
    code="N302",
    name="pair-needs-modifier",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.PAIR_UNKNOWN | fact.PAIR_MODIFIER | fact.EXTRA_PAIR | fact.LEDGER,
    examples=(
        Example(
            "Group therapy and exercise without a modifier",
            lines="SV1*HC:97150:GP*30*UN*1***1\nSV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97150", "PT", 30), ("97110", "PT", 15)),
        ),
        Example(
            "59 on one of the two",
            lines="SV1*HC:97150:GP*30*UN*1***1\nSV1*HC:97110:GP:59*40*UN*1***1",
            minutes=(("97150", "PT", 30), ("97110", "PT", 15)),
            flagged=False,
        ),
        Example(
            "XE on the column 1 code serves as well",
            lines="SV1*HC:97150:GP:XE*30*UN*1***1\nSV1*HC:97110:GP*40*UN*1***1",
            minutes=(("97150", "PT", 30), ("97110", "PT", 15)),
            flagged=False,
        ),
        Example(
            "Activities and gait training: withdrawn, no pair",
            lines="SV1*HC:97530:GP*45*UN*1***1\nSV1*HC:97116:GP*35*UN*1***1",
            minutes=(("97530", "PT", 15), ("97116", "PT", 15)),
            flagged=False,
        ),
    ),
)
def pair_needs_modifier(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Two codes of one day are an NCCI pair that a modifier may bypass (indicator 1), and neither line carries one.

    ## Why it matters

    Without 59 or an X modifier the column 2 code is denied. For therapy pairs such a modifier is right only when the
    two services were given in different 15-minute intervals, which is a statement about the treatment that only the
    clinician can make.

    ## Evidence and fix

    The pair table in force on the date of service; the message says whether the recorded clock times are apart. The
    modifier is never added by the scrubber: a person does. For Medicare it works on either code, elsewhere on the
    column 2 code. Pairs that a payer keeps beyond the table come from `extra-pairs` of its profile. Where a ledger is
    given, the code may also have been sent with an earlier file.

    ## What it cannot check

    The same as N301. Whether the services were distinct, where the record has no times.

    ## References

    - CMS NCCI practitioner PTP edits (the edition is named in the report)
    - CMS CR 11168: from 2019-07-01 the modifier counts on either code
    - NCCI Policy Manual, chapter XI, section M (timed therapy services and different intervals)
    """
    for pair in pairs_of_day(patient, "N302", context):
        if isinstance(pair, NotChecked):
            yield pair
            continue
        if pair.edit.indicator == "1" and not pair.bypassed(context.tables.ncci_modifiers):
            yield _finding(pair, patient, f"{pair.edit.column1} with {pair.edit.column2}, indicator 1, on {pair.day}")
    for pair in extra_pairs(patient):
        if not pair.bypassed(context.tables.ncci_modifiers):
            yield _finding(pair, patient, f"extra-pairs of payer profile {pair.profile.name}")
    for sent in pairs_with_sent(patient, context):
        if sent.edit.indicator == "1" and not sent.bypassed(context.tables.ncci_modifiers):
            yield _finding_with_sent(sent)


def _finding(pair: PairOfDay, patient: Patient, states: str) -> Finding:
    one, two = pair.edit.column1, pair.edit.column2
    apart = intervals_apart(patient, pair.day, one, two)
    times = (
        "The record has no clock times to compare."
        if apart is None
        else "The recorded times are apart."
        if apart
        else "The recorded times overlap."
    )
    return pair_needs_modifier.finding(
        pair.column2[0].line.location("SV101", 2),
        f"{two} beside {one} on one day needs a modifier such as 59 on one of them. {times}",
        f"If the note shows that {one} and {two} were given in different 15-minute intervals, a person adds 59;"
        f" otherwise take {two} off.",
        evidence=(Evidence("NCCI pair table", states),),
        related=pair.others,
        severity=pair.severity(),
    )


def _finding_with_sent(pair: SentPair) -> Finding:
    one, two = pair.edit.column1, pair.edit.column2
    where = "one of them" if pair.profile.pair_modifier == "either" else two
    return pair_needs_modifier.finding(
        pair.billed.line.location("SV101", 2),
        f"{two} beside {one} on one day needs a modifier such as 59 on {where}; an earlier file sent {pair.sent.code}.",
        f"If the notes show that {one} and {two} were given in different 15-minute intervals, a person adds 59;"
        f" otherwise take {pair.billed.line.code} off.",
        evidence=(
            Evidence("NCCI pair table", f"{one} with {two}, indicator 1, on {pair.day}"),
            evidence_of(pair.sent),
        ),
        severity=pair.severity(),
    )
