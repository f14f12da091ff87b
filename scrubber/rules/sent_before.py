"""What earlier files billed for the same patient, payer and day, where a ledger is given."""

from __future__ import annotations

from scrubber.findings.finding import Evidence
from scrubber.findings.wording import counted
from scrubber.ledger.snapshot import SentLine, Snapshot
from scrubber.rules.rule import RuleContext
from scrubber.visits.discipline import DISCIPLINE_OF
from scrubber.visits.patient import BilledCode, Patient, PayerDay
from scrubber.visits.standing import SAYS_ANOTHER


def sent_on_day(day: PayerDay, patient: Patient, context: RuleContext) -> tuple[SentLine, ...]:
    """Lines of one day of service that earlier files sent, and that are other services than those of this file.

    What claims of this file replace or void is not there, nor what a line of it repeats: that is for C404 and C405.
    """
    ledger = context.ledger
    if ledger is None:
        return ()
    sent = ledger.lines_of(day.lines[0].claim, day.day, without=patient.claims)
    if not sent:
        return ()
    repeated = {ledger.likeness(b.claim, b.line) for b in day.lines if SAYS_ANOTHER.isdisjoint(b.line.modifiers)}
    return tuple(line for line in sent if line.first_day == line.last_day and line.likeness not in repeated)


def same_provider(billed: BilledCode, sent: SentLine, ledger: Snapshot) -> bool:
    """One rendering provider, or one discipline of the group."""
    if sent.renderer == ledger.renderer(billed.claim.rendering(billed.line)):
        return True
    return {billed.discipline} == {DISCIPLINE_OF[each] for each in sent.modifiers if each in DISCIPLINE_OF}


def evidence_of(sent: SentLine) -> Evidence:
    """A line of an earlier file, as far as the ledger knows it."""
    code = " ".join((sent.code, *sent.modifiers))
    units = "" if sent.units is None else f", {counted(sent.units, 'unit')}"
    return Evidence(f"ledger, entered on {sent.sent_on}", f"{code} on {sent.first_day}{units}")
