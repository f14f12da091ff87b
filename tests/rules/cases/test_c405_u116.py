"""C405 with U116 and U101: a copy is held for itself and disturbs nothing."""

from datetime import date

import counting
import pytest
from rules.specimen import MEMBER, OTHER_MEMBER, Bill, found, interchange, row, run, scrubbed, settings, sv1

from scrubber.settings.waivers import Waiver
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))


def test_a_copy_makes_no_record_ambiguous() -> None:
    outcome = run([Bill(), Bill()], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [[], ["C405 reject"]]
    assert [claim.disposition for claim in outcome.claims] == ["unchanged", "held"]


@pytest.mark.parametrize("rows", [[row("97110", 30)], [row("97110", 30, member_id=MEMBER)]], ids=["number", "member"])
def test_the_first_is_corrected_and_the_copy_stays_one(rows: list[TreatmentRecord]) -> None:
    outcome = run([OVER, OVER], rows)
    assert [found(claim) for claim in outcome.claims] == [["U101 fixed"], ["C405 reject"]]
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
    assert counting.partitions(outcome.source, outcome.corrected(), outcome.held())


def test_three_times_the_same() -> None:
    outcome = run([OVER, OVER, Bill(number="PCN2", lines=OVER.lines)], [row("97110", 30)])
    assert [claim.disposition for claim in outcome.claims] == ["corrected", "held", "held"]
    assert [v.finding.related for claim in outcome.claims[1:] for v in claim.verdicts] == [(0,), (0,)]


def test_the_first_is_held_and_the_copy_with_it() -> None:
    """No line may fall to none: the first waits for a person, the copy is held as a copy."""
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97035:GP*20*UN*1***1")
    outcome = run([Bill(lines=lines), Bill(lines=lines)], [row("97110", 25), row("97035", 7)])
    assert [found(claim) for claim in outcome.claims] == [["U101 reject"], ["C405 reject"]]


def test_a_waived_copy_goes_out_as_it_is() -> None:
    waiver = Waiver("C405", "PCN2", "two visits of the day", "dana", date(2026, 12, 31))
    source = interchange(Bill(), Bill(number="PCN2")).encode()
    outcome = scrubbed(source, TreatmentRecords([row("97110", 30)]), settings(waivers=[waiver]))
    assert [claim.disposition for claim in outcome.claims] == ["unchanged", "unchanged"]
    assert outcome.corrected() == source


def test_one_number_on_two_claims_is_ambiguous_for_the_record_and_a_warning_of_its_own() -> None:
    outcome = run([Bill(), Bill(lines=("SV1*HC:97110:GP*81*UN*2***1",))], [row("97110", 30)])
    first, second = outcome.claims
    assert (first.disposition, second.disposition) == ("held", "held")
    assert "U116 reject" in found(first)
    assert "C405 warn" in found(second)


def test_two_ambiguous_records_are_both_named() -> None:
    bills = [Bill(), Bill(lines=("SV1*HC:97110:GP*81*UN*2***1",))]
    outcome = run(bills, [row("97110", 15), row("97110", 15, note_id="N2")])
    sources = {e.source for v in outcome.claims[0].verdicts for e in v.finding.evidence}
    assert {"record N1", "record N2"} <= sources


def test_one_number_of_two_patients() -> None:
    """Without a record for either it is a warning; a record that names only the number is used for none."""
    bills = [Bill(), Bill(member=OTHER_MEMBER)]
    assert [found(claim) for claim in run(bills).claims] == [["U106 warn"], ["U106 warn", "C405 warn"]]
    outcome = run(bills, [row("97110", 30)])
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    assert all("U116 reject" in found(claim) for claim in outcome.claims)


def test_an_ambiguous_record_leaves_the_pool_unsigned() -> None:
    """N2 speaks for PCN1 alone, N1 could mean either: nothing is lowered on N2 by itself."""
    bills = [OVER, Bill(lines=("SV1*HC:97140:GP*38*UN*1***1 | REF*6R*B1",))]
    rows = [row("97110", 30), row("97140", 15, note_id="N2", line_control="B1")]
    outcome = run(bills, rows)
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    assert all(claim.edits == () for claim in outcome.claims)


def test_a_correction_can_make_two_claims_one() -> None:
    """They differ by a repeated modifier. Without it the second is a copy: it is held, and the first goes out."""
    bills = [Bill(lines=("SV1*HC:97110:GP:GP*80*UN*2***1",)), Bill(number="PCN2")]
    for rows in ([row("97110", 30), row("97110", 30, claim_id="PCN2")], [row("97110", 30, member_id=MEMBER)]):
        outcome = run(bills, rows)
        assert [claim.disposition for claim in outcome.claims] == ["corrected", "held"]
        assert found(outcome.claims[0])[-1] == "M210 fixed"
        assert "C405 reject" in found(outcome.claims[1])
        assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
