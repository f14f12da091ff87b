"""U101 with I002: what a waiver says is right as it is, no fix changes; a waiver that does nothing is idle."""

from datetime import date

from rules.specimen import Bill, found, interchange, row, scrubbed, settings, sv1

from scrubber.outcome import Outcome
from scrubber.settings.waivers import Waiver
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
LATE = date(2026, 12, 31)


def run_waived(bill: Bill, rows: list[TreatmentRecord], *waivers: Waiver, fix: str = "safe") -> Outcome:
    return scrubbed(interchange(bill).encode(), TreatmentRecords(rows), settings(fix, waivers))


def waiver(rule: str, claim: str = "PCN1", until: date = LATE) -> Waiver:
    return Waiver(rule, claim, "seen in the note", "dana", until)


def test_waived_units_are_not_lowered() -> None:
    outcome = run_waived(OVER, [row("97110", 30)], waiver("U101"))
    assert outcome.corrected() == outcome.source
    assert found(outcome.claims[0]) == ["U101 reject"]
    assert outcome.claims[0].verdicts[0].waived == waiver("U101")
    assert outcome.findings == ()


def test_the_other_findings_of_the_claim_are_corrected() -> None:
    bill = Bill(lines=("SV1*HC:97110*120*UN*3***1",))
    outcome = run_waived(bill, [row("97110", 30)], waiver("U101"))
    assert sv1(outcome) == ["SV1*HC:97110:GP*120*UN*3***1"]


def test_what_is_waived_is_not_proposed_either() -> None:
    """The claim is held for its balance."""
    source = interchange(OVER).replace("CLM*PCN1*120*", "CLM*PCN1*130*").encode()
    outcome = scrubbed(source, TreatmentRecords([row("97110", 30)]), settings(waivers=[waiver("U101")]))
    assert outcome.corrected() is None
    assert outcome.claims[0].lines_proposed == ()


def test_an_expired_waiver_and_one_of_another_claim_are_idle() -> None:
    for idle in (waiver("U101", until=date(2026, 11, 21)), waiver("U101", claim="PCN2"), waiver("N301")):
        outcome = run_waived(OVER, [row("97110", 30)], idle)
        assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
        assert [verdict.finding.rule for verdict in outcome.findings] == ["I002"]


def test_the_last_day_of_a_waiver_counts() -> None:
    outcome = run_waived(OVER, [row("97110", 30)], waiver("U101", until=date(2026, 11, 22)))
    assert outcome.corrected() == outcome.source
