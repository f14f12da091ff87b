"""N301 with I004: a pair over two claims holds both, and what goes with them."""

from datetime import date

from rules.specimen import Bill, found, row, run

MANUAL = Bill(lines=("SV1*HC:97140:GP*38*UN*1***1",))
MASSAGE = Bill(number="PCN2", lines=("SV1*HC:97124:GP*30*UN*1***1",))
ROWS = (row("97140", 15), row("97124", 15, claim_id="PCN2"))


def test_both_claims_of_the_pair_are_held() -> None:
    outcome = run([MANUAL, MASSAGE], ROWS)
    first, second = outcome.claims
    assert (first.disposition, second.disposition) == ("held", "held")
    assert found(second) == ["N301 reject"]
    assert found(first) == ["I004 reject"]
    assert [v.finding.related for v in second.verdicts] == [(0,)]


def test_the_order_in_the_file_makes_no_difference() -> None:
    outcome = run([MASSAGE, MANUAL], ROWS)
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]


def test_a_third_claim_of_the_visit_goes_with_them() -> None:
    third = Bill(number="PCN3", lines=("SV1*HC:97110:GP*40*UN*1***1",))
    outcome = run([MANUAL, MASSAGE, third], [*ROWS, row("97110", 15, claim_id="PCN3")])
    assert [claim.disposition for claim in outcome.claims] == ["held", "held", "held"]
    assert found(outcome.claims[2]) == ["I004 reject"]


def test_a_claim_of_another_day_goes_out() -> None:
    third = Bill(number="PCN3", lines=("SV1*HC:97110:GP*40*UN*1***1",), on=date(2026, 3, 3))
    outcome = run([MANUAL, MASSAGE, third], [*ROWS, row("97110", 15, claim_id="PCN3", service_date=third.on)])
    assert [claim.disposition for claim in outcome.claims] == ["held", "held", "unchanged"]


def test_another_payer_is_no_pair() -> None:
    other = Bill(number="PCN2", lines=MASSAGE.lines, payer="00456")
    outcome = run([MANUAL, other], ROWS)
    assert [found(claim) for claim in outcome.claims] == [[], []]


def test_another_discipline_and_renderer_of_the_group_is_a_warning() -> None:
    other = Bill(number="PCN2", lines=("SV1*HC:97124:GO*30*UN*1***1",), taxonomy="225X00000X", rendering="1234567893")
    outcome = run([MANUAL, other], [row("97140", 15), row("97124", 15, "OT", claim_id="PCN2")])
    assert [found(claim) for claim in outcome.claims] == [[], ["N301 warn"]]
    assert [claim.disposition for claim in outcome.claims] == ["unchanged", "unchanged"]


def test_one_renderer_in_two_disciplines_is_one_provider() -> None:
    other = Bill(number="PCN2", lines=("SV1*HC:97124:GO*30*UN*1***1",), taxonomy="225X00000X")
    outcome = run([MANUAL, other], [row("97140", 15), row("97124", 15, "OT", claim_id="PCN2")])
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]


def test_a_copy_of_a_claim_makes_no_pair_with_it() -> None:
    both = Bill(lines=("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"))
    outcome = run([both, both], [row("97140", 15), row("97110", 15)])
    assert [found(claim) for claim in outcome.claims] == [[], ["C405 reject"]]


def test_the_void_of_one_half_does_not_count() -> None:
    void = Bill(number="PCN2", lines=MASSAGE.lines, frequency="8", head=("REF*F8*ICN1",))
    outcome = run([MANUAL, void], ROWS)
    assert [claim.disposition for claim in outcome.claims] == ["unchanged", "unchanged"]


def test_two_pairs_that_meet_in_one_line_are_both_told_and_both_hold() -> None:
    """A re-evaluation is the second code of a pair with each of two modalities."""
    bills = [
        Bill(lines=("SV1*HC:97164:GP*75*UN*1***1", "SV1*HC:97035:GP*20*UN*1***1")),
        Bill(number="PCN2", lines=("SV1*HC:97012:GP*20*UN*1***1",)),
    ]
    rows = [row("97164", 20), row("97035", 15), row("97012", 15, claim_id="PCN2")]
    outcome = run(bills, rows)
    stated = {e.states for v in outcome.claims[0].verdicts if v.finding.rule == "N302" for e in v.finding.evidence}
    assert {each.split(",")[0] for each in stated} == {"97035 with 97164", "97012 with 97164"}
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
