"""C404: in a claim, across claims, and what is held for it."""

import pytest
from rules.specimen import MEMBER, Bill, found, interchange, row, run, scrubbed, settings, sv1, unchecked

from scrubber.visits.records import TreatmentRecords

EXERCISE = "SV1*HC:97110:GP*80*UN*2***1"
MANUAL = "SV1*HC:97140:GP*38*UN*1***1"
GAIT = "SV1*HC:97116:GP*36*UN*1***1"


def dispositions(outcome) -> list[str]:
    return [claim.disposition for claim in outcome.claims]


@pytest.mark.parametrize("says", ["59", "76", "77", "91", "XE", "XP", "XS", "XU"])
def test_a_line_that_says_it_is_another_repeats_nothing(says: str) -> None:
    marked = f"SV1*HC:97110:GP:{says}*80*UN*2***1"
    for lines in ((EXERCISE, marked), (marked, EXERCISE), (marked, marked)):
        assert "C404" not in " ".join(found(run(Bill(lines=lines), [row("97110", 60)]).claims[0]))


@pytest.mark.parametrize("other", ["KX", "CQ", "LT", "96"])
def test_another_modifier_is_another_line(other: str) -> None:
    outcome = run(Bill(lines=(EXERCISE, f"SV1*HC:97110:GP:{other}*80*UN*2***1")))
    assert "C404" not in " ".join(found(outcome.claims[0]))


def test_another_provider_or_day_is_another_line() -> None:
    for segment in ("NM1*82*1*VOSS*LENA****XX*1999887734", "DTP*472*D8*20260303"):
        assert "C404" not in " ".join(found(run(Bill(lines=(EXERCISE, f"{EXERCISE} | {segment}"))).claims[0]))


def test_three_times_is_said_of_the_second_and_the_third() -> None:
    (claim,) = run(Bill(lines=(EXERCISE, EXERCISE, EXERCISE)), [row("97110", 90)]).claims
    where = [v.finding.where.ordinal for v in claim.verdicts if v.finding.rule == "C404"]
    assert where == [2, 3]


def test_across_claims_only_the_later_is_held() -> None:
    bills = [Bill(), Bill(number="PCN2", lines=(EXERCISE, MANUAL))]
    outcome = run(bills, [row("97110", 30)])
    assert dispositions(outcome) == ["unchanged", "held"]
    assert found(outcome.claims[0]) == []
    assert found(outcome.claims[1]) == ["C404 reject"]
    assert {"U", "M"} <= set(unchecked(outcome.claims[1]))


def test_the_first_is_corrected_by_itself() -> None:
    over = "SV1*HC:97110*120*UN*3***1"
    outcome = run([Bill(lines=(over,)), Bill(number="PCN2", lines=(over, GAIT))], [row("97110", 30)])
    assert dispositions(outcome) == ["corrected", "held"]
    assert sv1(outcome) == ["SV1*HC:97110:GP*80*UN*2***1"]
    assert set(found(outcome.claims[0])) == {"M201 fixed", "U101 fixed"}
    assert found(outcome.claims[1]) == ["C404 reject"]


def test_a_row_by_member_speaks_for_the_first() -> None:
    outcome = run([Bill(), Bill(number="PCN2", lines=(EXERCISE, MANUAL))], [row("97110", 15, member_id=MEMBER)])
    assert dispositions(outcome) == ["corrected", "held"]


def test_a_pair_across_the_two_holds_both() -> None:
    bills = [Bill(lines=(MANUAL,)), Bill(number="PCN2", lines=(MANUAL, "SV1*HC:97124:GP*30*UN*1***1"))]
    outcome = run(bills)
    assert dispositions(outcome) == ["held", "held"]
    assert "I004 reject" in found(outcome.claims[0])


def test_an_add_on_whose_base_repeats_nothing_goes_with_it() -> None:
    first, more = "SV1*HC:97129:GP*50*UN*1***1", "SV1*HC:97130:GP*45*UN*1***1"
    both = run([Bill(lines=(EXERCISE, more)), Bill(number="PCN2", lines=(EXERCISE, first))])
    assert dispositions(both) == ["held", "held"]
    alone = run([Bill(lines=(first, more)), Bill(number="PCN2", lines=(first, more, MANUAL))])
    assert dispositions(alone) == ["unchanged", "held"]


def test_another_payer_or_place_in_line_is_no_repetition() -> None:
    for other in (Bill(number="PCN2", sequence="S"), Bill(number="PCN2", payer="60054")):
        assert all("C404" not in " ".join(found(claim)) for claim in run([Bill(), other]).claims)


def test_a_replacement_and_a_void_repeat_no_other_claim() -> None:
    for frequency in "78":
        other = Bill(number="PCN2", lines=(EXERCISE, MANUAL), frequency=frequency, head=("REF*F8*ICN20261",))
        assert all("C404" not in " ".join(found(claim)) for claim in run([Bill(), other]).claims)


def test_a_replacement_can_repeat_a_line_of_its_own() -> None:
    (claim,) = run(Bill(lines=(EXERCISE, EXERCISE), frequency="7", head=("REF*F8*ICN20261",))).claims
    assert "C404 reject" in found(claim)


def test_a_copy_of_the_claim_is_c405_alone() -> None:
    outcome = run([Bill(), Bill(number="PCN2")])
    assert found(outcome.claims[1]) == ["C405 reject"]


def test_a_second_run_over_what_goes_out_changes_nothing() -> None:
    over = "SV1*HC:97110*120*UN*3***1"
    records = TreatmentRecords([row("97110", 30)])
    source = interchange(Bill(lines=(over,)), Bill(number="PCN2", lines=(over, GAIT))).encode()
    corrected = scrubbed(source, records, settings()).corrected()
    assert corrected is not None
    assert scrubbed(corrected, records, settings()).corrected() == corrected


def test_a_repeated_line_counts_for_no_unit_limit_of_the_day() -> None:
    first, more = "SV1*HC:97129:GP*50*UN*1***1", "SV1*HC:97130:GP*45*UN*1***1"
    outcome = run([Bill(lines=(first, more)), Bill(number="PCN2", lines=(first, more, EXERCISE))])
    assert "N306" not in str([found(claim) for claim in outcome.claims])


def test_another_drug_under_one_code_is_another_line() -> None:
    one, other = (f"SV1*HC:J3490*20*UN*1***1 | LIN**N4*{drug} | CTP****1*UN" for drug in ("00004196501", "63323024910"))
    assert found(run(Bill(lines=(one, other))).claims[0]) == []
    assert found(run(Bill(lines=(one, one))).claims[0]) == ["C404 reject"]
