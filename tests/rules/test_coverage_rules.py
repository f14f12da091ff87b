"""C406, C411, C413, C414 and C415 beyond their examples."""

from dataclasses import replace

import pytest
from rules.specimen import Bill, found, interchange, row, run, scrubbed, settings, unchecked

from scrubber.visits.records import TreatmentRecords

PT_EVALUATION, PT_AGAIN = "SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97164:GP*75*UN*1***1"
OTHER = "NM1*82*1*VOSS*LENA****XX*1999887734"


def rules(bills: Bill | list[Bill], **profile: object) -> list[list[str]]:
    return [found(claim) for claim in run(bills, **profile).claims]


def test_evaluations_of_two_claims_hold_both() -> None:
    outcome = run([Bill(lines=(PT_EVALUATION,)), Bill(number="PCN2", lines=(PT_AGAIN,))], pair_tables=())
    assert [found(claim) for claim in outcome.claims] == [["I004 reject"], ["C406 reject"]]


def test_three_evaluations_are_one_finding() -> None:
    (claim,) = run(Bill(lines=(PT_EVALUATION, PT_AGAIN, "SV1*HC:97163:GP*110*UN*1***1"))).claims
    assert found(claim).count("C406 reject") == 1
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "C406"]
    assert "97161 and 97164 and 97163" in finding.message


def test_evaluations_of_two_days_are_none_of_it() -> None:
    assert "C406" not in str(rules(Bill(lines=(PT_EVALUATION, f"{PT_AGAIN} | DTP*472*D8*20260303"))))


def test_one_evaluation_repeated_to_the_letter_is_c404() -> None:
    assert "C406" not in str(rules(Bill(lines=(PT_EVALUATION, PT_EVALUATION))))


@pytest.mark.parametrize(
    ("pointers", "listed", "faulty"),
    [
        ("1", 1, False), ("01", 1, False), ("1:2:3:4", 4, False), ("12", 12, False), ("4:3:2:1", 12, False),
        ("2", 1, True), ("0", 1, True), ("13", 12, True), ("1:1", 1, True), ("1:2:1", 2, True), ("-1", 1, True),
        ("1.0", 1, True), ("A", 1, True), ("", 1, True), ("²", 2, True),
    ],
)  # fmt: skip
def test_pointers(pointers: str, listed: int, faulty: bool) -> None:
    others = "".join(f"*ABF:M54{n:02d}" for n in range(1, listed))
    text = interchange(Bill(lines=(f"SV1*HC:97161:GP*110*UN*1***{pointers}",))).replace(
        "ABK:M5450", f"ABK:M5450{others}"
    )
    (claim,) = scrubbed(text.encode("latin-1"), TreatmentRecords(()), settings()).claims
    assert ("C411 reject" in found(claim)) == faulty


def test_a_claim_without_diagnoses_has_nothing_to_point_to() -> None:
    text = interchange(Bill(lines=(PT_EVALUATION,))).replace("HI*ABK:M5450~\n", "").replace("SE*26*", "SE*25*")
    (claim,) = scrubbed(text.encode(), TreatmentRecords(()), settings()).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "C411"]
    assert "the claim lists none" in finding.message


def test_of_a_void_only_its_frequency_and_reference_are_judged() -> None:
    faulty = Bill(lines=("SV1*HC:97161:GO:GP:5Z*0*UN*0***9",), frequency="8", taxonomy="225200000X")
    assert rules(faulty) == [["C413 reject", "C418 warn"]]
    assert rules(replace(faulty, filing="CH")) == [["C413 reject"]]


@pytest.mark.parametrize("frequency", ["1", "6", "7", "8"])
@pytest.mark.parametrize("head", [(), ("REF*F8*ICN20261",)])
def test_who_has_to_name_the_original(frequency: str, head: tuple[str, ...]) -> None:
    (claim,) = run(Bill(lines=(PT_EVALUATION,), frequency=frequency, head=head)).claims
    assert ("C413 reject" in found(claim)) == (frequency in "78" and not head)


@pytest.mark.parametrize("charge", ["0", "0.00", "0.0", ".00", ""])
def test_no_charge(charge: str) -> None:
    line = f"SV1*HC:97161:GP*{charge}*UN*1***1"
    assert "C414 reject" in rules(Bill(lines=(line,)))[0]


@pytest.mark.parametrize("charge", ["0.01", "12O", "110"])
def test_a_charge_or_something_that_another_rule_reads(charge: str) -> None:
    assert "C414" not in str(rules(Bill(lines=(f"SV1*HC:97161:GP*{charge}*UN*1***1",))))


def test_a_total_that_its_lines_contradict_is_e501() -> None:
    text = interchange(Bill(lines=(PT_EVALUATION,))).replace("*110***11:B", "*0***11:B")
    (claim,) = scrubbed(text.encode(), TreatmentRecords(()), settings()).claims
    assert found(claim) == ["E501 reject"]


@pytest.mark.parametrize(("code", "charge"), [("G8427", "0"), ("G9717", "0.01"), ("1101F", "0.00"), ("4270F", "0.01")])
def test_quality_data_is_exempt_from_charge_units_modifiers_and_pairs(code: str, charge: str) -> None:
    line = f"SV1*HC:{code}:8P:8P*{charge}*UN*0***1"
    (claim,) = run(Bill(lines=(PT_EVALUATION, line))).claims
    assert found(claim) == []
    assert not {"U", "M", "N301", "N302"} & unchecked(claim).keys()


def test_a_quality_code_with_a_fee_is_a_service_like_another() -> None:
    assert "M210 fixed" in rules(Bill(lines=("SV1*HC:G8427:GP:GP*25*UN*1***1",)))[0]


def test_a_claim_of_quality_data_alone_needs_no_charge() -> None:
    assert rules(Bill(lines=("SV1*HC:G8427*0*UN*1***1",))) == [[]]


@pytest.mark.parametrize(
    ("add_on", "base"),
    [
        ("90913", "90912"), ("92608", "92607"), ("92627", "92626"), ("96113", "96112"), ("97130", "97129"),
        ("97546", "97545"), ("97551", "97550"), ("97598", "97597"), ("98981", "98980"),
    ],
)  # fmt: skip
def test_each_add_on_needs_its_base(add_on: str, base: str) -> None:
    modifier = "GN" if add_on.startswith("926") else "GP"
    alone = f"SV1*HC:{add_on}:{modifier}*45*UN*1***1"
    assert "C415 reject" in rules(Bill(lines=(alone,)))[0]
    assert "C415" not in str(rules(Bill(lines=(f"SV1*HC:{base}:{modifier}*50*UN*1***1", alone))))


def test_a_base_in_another_claim_of_the_day_serves() -> None:
    bills = [Bill(lines=("SV1*HC:97129:GP*50*UN*1***1",)), Bill(number="PCN2", lines=("SV1*HC:97130:GP*45*UN*1***1",))]
    assert "C415" not in str(rules(bills))
    bills[0] = Bill(lines=bills[0].lines, payer="60054")
    assert "C415" in str(rules(bills))


def test_a_base_of_another_day_does_not_serve() -> None:
    lines = ("SV1*HC:97129:GP*50*UN*1***1 | DTP*472*D8*20260303", "SV1*HC:97130:GP*45*UN*1***1")
    assert "C415 reject" in rules(Bill(lines=lines))[0]


def test_a_span_serves_for_the_days_in_it() -> None:
    lines = ("SV1*HC:98980:GP*50*UN*1***1 | DTP*472*RD8*20260201-20260302", "SV1*HC:98981:GP*45*UN*1***1")
    assert "C415" not in str(rules(Bill(lines=lines)))


def test_a_base_by_another_provider_is_named_as_evidence() -> None:
    lines = (f"SV1*HC:97129:GP*50*UN*1***1 | {OTHER}", "SV1*HC:97130:GP*45*UN*1***1")
    (claim,) = run(Bill(lines=lines), [row("97129", 30)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "C415"]
    assert "by this provider" in finding.message
    assert finding.evidence[-1].states == "97129 by another provider"
