"""C406, C411, C413, C414 and C415 beyond their examples."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest
from rules.specimen import (
    DAY,
    OTHER_MEMBER,
    TODAY,
    Bill,
    found,
    interchange,
    patients,
    row,
    run,
    scrubbed,
    settings,
    unchecked,
)

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding
from scrubber.rules.coverage.diagnosis_not_in_force import _why
from scrubber.rules.coverage.repeated_claim import is_sent_again, repeated_claim
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import load_tables
from scrubber.visits.patient import read_patient
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


@pytest.mark.parametrize(
    ("base", "add_on", "served"),
    [
        ("RD8*20260301-20260303", "D8*20260302", True),
        ("RD8*20260301-20260303", "D8*20260301", True),
        ("RD8*20260301-20260303", "D8*20260303", True),
        ("RD8*20260301-20260303", "D8*20260304", False),
        ("RD8*20260301-20260303", "D8*20260228", False),
        ("D8*20260302", "RD8*20260301-20260303", True),
        ("D8*20260301", "RD8*20260301-20260303", True),
        ("D8*20260303", "RD8*20260301-20260303", True),
        ("D8*20260304", "RD8*20260301-20260303", False),
        ("D8*20260228", "RD8*20260301-20260303", False),
        ("RD8*20260303-20260305", "RD8*20260301-20260303", True),
        ("RD8*20260304-20260305", "RD8*20260301-20260303", False),
    ],
)
def test_base_and_add_on_of_several_days_have_one_in_common(base: str, add_on: str, served: bool) -> None:
    lines = (f"SV1*HC:97129:GP*50*UN*1***1 | DTP*472*{base}", f"SV1*HC:97130:GP*45*UN*1***1 | DTP*472*{add_on}")
    assert ("C415" in str(rules(Bill(lines=lines)))) is not served


def test_an_add_on_of_several_days_needs_the_base_of_its_own_payer() -> None:
    add_on = Bill(lines=("SV1*HC:97130:GP*45*UN*1***1 | DTP*472*RD8*20260301-20260303",))
    base = Bill(number="PCN2", lines=("SV1*HC:97129:GP*50*UN*1***1",))
    assert "C415" not in str(rules([base, add_on]))
    assert "C415" in str(rules([replace(base, payer="60054"), add_on]))


def test_a_base_that_is_no_hcpcs_code_is_none() -> None:
    lines = ("SV1*ER:97129:GP*50*UN*1***1", "SV1*HC:97130:GP*45*UN*1***1")
    assert "C415 reject" in rules(Bill(lines=lines))[0]


def test_a_base_by_another_provider_is_named_as_evidence() -> None:
    lines = (f"SV1*HC:97129:GP*50*UN*1***1 | {OTHER}", "SV1*HC:97130:GP*45*UN*1***1")
    (claim,) = run(Bill(lines=lines), [row("97129", 30)]).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "C415"]
    assert "by this provider" in finding.message
    assert finding.evidence[-1].states == "97129 by another provider"


def findings_of(rule: str, text: str) -> list[Finding]:
    outcome = scrubbed(text.encode("latin-1"), TreatmentRecords(()), settings())
    return [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == rule]


def test_an_assistant_by_the_taxonomy_of_the_billing_provider() -> None:
    """Where nobody is named as rendering, the billing provider is."""
    unnamed = interchange(Bill(lines=(PT_EVALUATION,))).replace(
        "HL*1**20*1~\n", "HL*1**20*1~\nPRV*BI*PXC*225200000X~\n"
    )
    rendering = "NM1*82*1*HOLLOW*PETRA****XX*1999887726~\nPRV*PE*PXC*225100000X~\n"
    assert findings_of("C416", unnamed) == []
    (finding,) = findings_of("C416", unnamed.replace(rendering, ""))
    assert finding.where.element == "CLM"
    assert "a physical therapist assistant by its taxonomy code 225200000X" in finding.message
    said_by_line = unnamed.replace(rendering, "").replace("DTP*472*D8*20260302~\n", f"DTP*472*D8*20260302~\n{OTHER}~\n")
    assert findings_of("C416", said_by_line) == []


def test_an_assistant_who_renders_one_line() -> None:
    line = f"{PT_EVALUATION} | {OTHER} | PRV*PE*PXC*224Z00000X"
    (finding,) = findings_of("C416", interchange(Bill(lines=(line,))))
    assert (finding.where.ordinal, finding.where.element) == (1, "PRV03")
    assert "an occupational therapy assistant by its taxonomy code 224Z00000X" in finding.message
    assert [each.states for each in finding.evidence] == ["224Z00000X"]


def test_who_repeats_what() -> None:
    exercise, manual = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"
    text = interchange(Bill(lines=(exercise,)), Bill(number="PCN2", lines=(exercise, manual)))
    (finding,) = findings_of("C404", text)
    assert (finding.related, finding.where.claim, finding.where.ordinal) == ((0,), 1, 1)
    assert "97110 repeats a line of claim 1 of the file" in finding.message
    assert [(each.source, each.states) for each in finding.evidence] == [("line 1 of claim 1 of the file", "97110 GP")]
    (finding,) = findings_of("C404", interchange(Bill(lines=(exercise, "SV1*HC:97110*80*UN*2***1", exercise))))
    assert (finding.related, finding.where.claim, finding.where.ordinal) == ((), 0, 3)
    assert "97110 repeats an earlier line of the claim" in finding.message
    assert [(each.source, each.states) for each in finding.evidence] == [("line 1", "97110 GP")]
    (finding,) = findings_of("C404", interchange(Bill(lines=("SV1*HC:97110*80*UN*2***1",) * 2)))
    assert [each.states for each in finding.evidence] == ["97110"]


def test_which_claims_a_repeated_one_names() -> None:
    other = Bill(number="PCN3", lines=("SV1*HC:97140:GP*38*UN*1***1",))
    bills = [Bill(frequency="7", head=("REF*F8*1",)), Bill(number="PCN3"), Bill(number="PCN4"), other]
    copy, number = findings_of("C405", interchange(*bills))
    assert (copy.where.claim, copy.related, copy.severity.word) == (2, (1,), "reject")
    assert [each.source for each in copy.evidence] == ["claim 2 of the file"]
    assert (number.where.claim, number.related, number.severity.word) == (3, (1,), "warn")
    theirs = [Bill(member=OTHER_MEMBER), Bill(member=OTHER_MEMBER, on=DAY.replace(day=3))]
    assert [(each.where.claim, set(each.related)) for each in findings_of("C405", interchange(Bill(), *theirs))] == [
        (1, {0}),
        (2, {0, 1}),
    ]


@pytest.mark.parametrize(("pointers", "said"), [("1:2", "2"), ("", "empty")])
def test_what_is_wrong_with_a_pointer(pointers: str, said: str) -> None:
    (finding,) = findings_of("C411", interchange(Bill(lines=(f"SV1*HC:97161:GP*110*UN*1***{pointers}",))))
    assert finding.message.startswith("97161 points to ")
    assert [(each.source, each.states) for each in finding.evidence] == [
        ("SV107 of service line 1", pointers or "empty"),
        ("HI of the claim", "diagnoses listed: 1"),
    ]
    assert said in finding.message or not pointers


def test_a_diagnosis_pointed_to_twice() -> None:
    (finding,) = findings_of("C411", interchange(Bill(lines=("SV1*HC:97161:GP*110*UN*1***1:1",))))
    assert finding.message == "97161 points to diagnosis 1 twice."


@pytest.mark.parametrize(("charge", "said"), [("0.00", "0.00"), ("", "empty")])
def test_where_a_charge_is_missing(charge: str, said: str) -> None:
    (finding,) = findings_of("C414", interchange(Bill(lines=(f"SV1*HC:97161:GP*{charge}*UN*1***1",))))
    assert finding.message.startswith("97161 is billed without a charge")
    assert [(each.source, each.states) for each in finding.evidence] == [("SV102 of service line 1", said)]


@pytest.mark.parametrize(("charge", "said"), [("0", "0"), ("0.00", "0.00"), ("", "empty")])
def test_a_claim_without_lines_and_without_a_charge(charge: str, said: str) -> None:
    text = interchange(Bill(lines=())).replace("CLM*PCN1*0*", f"CLM*PCN1*{charge}*")
    (finding,) = findings_of("C414", text)
    assert (finding.where.element, finding.message) == ("CLM02", "The claim has no charge.")
    assert [(each.source, each.states) for each in finding.evidence] == [("CLM02", said)]


def test_a_claim_without_lines_that_has_a_charge() -> None:
    assert findings_of("C414", interchange(Bill(lines=())).replace("CLM*PCN1*0*", "CLM*PCN1*80*")) == []


def test_a_line_without_a_service_hides_no_wrong_pointer_of_the_next() -> None:
    lines = ("REF*6R*A", "SV1*HC:97161:GP*110*UN*1***9")
    assert [each.where.ordinal for each in findings_of("C411", interchange(Bill(lines=lines)))] == [2]


def test_a_void_has_the_number_of_the_claim_that_it_voids() -> None:
    assert findings_of("C405", interchange(Bill(), Bill(frequency="8", head=("REF*F8*1",)))) == []


def test_only_a_claim_that_an_earlier_file_sent_is_held_for_itself() -> None:
    copy, number = findings_of("C405", interchange(Bill(), Bill(), Bill(on=DAY.replace(day=3))))
    sent = msgspec.structs.replace(copy, related=())
    assert [is_sent_again(each) for each in (sent, copy, number, msgspec.structs.replace(number, related=()))] == [
        True,
        False,
        False,
        False,
    ]
    assert not is_sent_again(msgspec.structs.replace(sent, rule="C404"))


@pytest.mark.parametrize(
    ("code", "day", "told"),
    [
        ("M5450", date(2021, 9, 30), "before 2021-10-01"),
        ("M5450", date(2021, 10, 1), ""),
        ("M545", date(2021, 9, 30), ""),
        ("M545", date(2021, 10, 1), "from 2021-10-01 on"),
    ],
)
def test_the_day_on_which_a_diagnosis_was_divided(code: str, day: date, told: str) -> None:
    why, _ = _why(code, day, day)
    assert why.endswith(told)
    assert bool(why) == bool(told)


@pytest.mark.parametrize(("position", "where"), [(2, "the file"), (1, "another file")])
def test_where_a_claim_number_was_used_before(position: int, where: str) -> None:
    """The second claim is the second of its file, or the first of the next one."""
    _, gathering = patients((Bill(), Bill(on=date(2026, 3, 9))))
    (work,) = gathering
    first, second = work.claims
    work = msgspec.structs.replace(work, claims=(first, msgspec.structs.replace(second, position=position)))
    both = read_patient(work, [Claim(each) for each in work.claims], settings())
    found = repeated_claim.check(both, RuleContext(settings(), load_tables(), TODAY))
    assert [each.message for each in found if isinstance(each, Finding)] == [
        f"The claim number (CLM01) is used by an earlier claim of {where} as well."
    ]
