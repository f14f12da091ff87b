"""What else a claim says: providers, dates, places, numbers, diagnoses (C407, C409, C412, C417, C418, C420 to C425)."""

from dataclasses import replace
from datetime import date

import pytest
from rules.specimen import Bill, found, interchange, run, scrubbed, settings

from scrubber.findings.levels import FixLevel, Payment
from scrubber.outcome import ClaimResult
from scrubber.visits.records import TreatmentRecords

DN = "NM1*DN*1*FENWICK*AUGUST****XX*1999887742~\n"
EXERCISE = "SV1*HC:97110:GP*80*UN*2***1"
LINE_DN = " | NM1*DN*1*FENWICK*AGNES****XX*1999887742"


def claim_of(bill: Bill, *swaps: tuple[str, str], **profile: object) -> ClaimResult:
    """The claim of a file in which texts are swapped; the segment count is not looked at."""
    text = interchange(bill)
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (claim,) = scrubbed(text.encode("latin-1"), TreatmentRecords(), settings(**profile)).claims
    return claim


def told(rule: str, bill: Bill, *swaps: tuple[str, str], **profile: object) -> list[str]:
    return [each for each in found(claim_of(bill, *swaps, **profile)) if each.startswith(rule)]


def message(rule: str, claim: ClaimResult) -> str:
    return next(v.finding.message for v in claim.verdicts if v.finding.rule == rule)


@pytest.mark.parametrize(
    ("filing", "expected"), [("MB", True), ("MA", True), ("16", False), ("CH", False), ("CI", False)]
)
def test_who_wants_the_referring_provider(filing: str, expected: bool) -> None:
    assert bool(told("C407", Bill(filing=filing), (DN, ""))) is expected
    assert bool(told("C407", Bill(filing=filing), (DN, ""), referring_provider=True))


@pytest.mark.parametrize(
    "wrong",
    ["DN*1*FENWICK", "DN*1*FENWICK*A****XX", "DN*1*FENWICK*A****EI*12", "P3*1*FENWICK*A****XX*1999887742"],
)
def test_a_referring_provider_without_an_npi_is_none(wrong: str) -> None:
    assert told("C407", Bill(), (DN, f"NM1*{wrong}~\n")) == ["C407 reject"]


def test_every_line_needs_its_own_where_the_claim_has_none() -> None:
    both = Bill(lines=(EXERCISE + LINE_DN, "SV1*HC:97140:GP*40*UN*1***1" + LINE_DN))
    one = replace(both, lines=(both.lines[0], "SV1*HC:97140:GP*40*UN*1***1"))
    assert told("C407", both, (DN, "")) == []
    claim = claim_of(one, (DN, ""))
    assert "C407 reject" in found(claim)
    assert "for 97140:" in message("C407", claim)
    ordering = replace(both, lines=(EXERCISE + LINE_DN.replace("*DN*", "*DK*"),))
    assert told("C407", ordering, (DN, "")) == ["C407 reject"]


def test_what_is_no_therapy_needs_no_certification() -> None:
    visit = Bill(lines=("SV1*HC:99213*90*UN*1***1",), taxonomy="207Q00000X")
    assert told("C407", visit, (DN, "")) == []
    sometimes = Bill(lines=("SV1*HC:97597*90*UN*1***1",), taxonomy="207Q00000X")
    assert told("C407", sometimes, (DN, "")) == []
    assert told("C407", replace(sometimes, taxonomy="225100000X"), (DN, "")) == ["C407 reject"]
    assert told("C407", replace(sometimes, lines=("SV1*HC:97597:GP*90*UN*1***1",)), (DN, "")) == ["C407 reject"]


@pytest.mark.parametrize(
    ("line", "taxonomy", "expected"),
    [
        ("SV1*HC:97110:GP*80*UN*2***1", "225X00000X", True),
        ("SV1*HC:97110:GO*80*UN*2***1", "225X00000X", False),
        ("SV1*HC:97110:GN*80*UN*2***1", "225100000X", True),
        ("SV1*HC:92507:GN*80*UN*1***1", "235Z00000X", False),
        ("SV1*HC:97161*80*UN*1***1", "225X00000X", True),
        ("SV1*HC:97110*80*UN*2***1", "225X00000X", False),
        ("SV1*HC:97110:GO:GP*80*UN*2***1", "235Z00000X", False),
        ("SV1*HC:97110:GO*80*UN*2***1", "207Q00000X", False),
        ("SV1*HC:97110:GO*80*UN*2***1", "", False),
    ],
)
def test_taxonomy_against_discipline(line: str, taxonomy: str, expected: bool) -> None:
    assert bool(told("C409", Bill(lines=(line,), taxonomy=taxonomy, filing="CI"))) is expected


def test_one_finding_for_each_provider() -> None:
    by_another = " | NM1*82*1*VOSS*LENA****XX*1999887734 | PRV*PE*PXC*235Z00000X"
    lines = ("SV1*HC:97110:GO*80*UN*2***1", "SV1*HC:97140:GO*40*UN*1***1", "SV1*HC:97535:GO*40*UN*1***1" + by_another)
    claim = claim_of(Bill(lines=lines, filing="CI"))
    said = [v.finding for v in claim.verdicts if v.finding.rule == "C409"]
    assert [(each.where.element, each.where.ordinal) for each in said] == [("PRV03", None), ("PRV03", 3)]
    assert said[0].message.startswith("97110, 97140: billed as OT")


def test_a_line_of_two_disciplines_is_not_named_beside_one_that_is_wrong() -> None:
    lines = ("SV1*HC:97110:GO:GP*80*UN*2***1", "SV1*HC:97140:GO*40*UN*1***1")
    claim = claim_of(Bill(lines=lines, filing="CI", taxonomy="235Z00000X"))
    (said,) = [v.finding for v in claim.verdicts if v.finding.rule == "C409"]
    assert said.message.startswith("97140: billed as OT;")


def test_without_a_rendering_provider_the_billing_provider_tells() -> None:
    bill = Bill(lines=("SV1*HC:97110:GO*80*UN*2***1",), filing="CI")
    rendering = ("NM1*82*1*HOLLOW*PETRA****XX*1999887726~\nPRV*PE*PXC*225100000X~\n", "")
    claim = claim_of(bill, rendering, ("NM1*85*2*", "PRV*BI*PXC*225100000X~\nNM1*85*2*"))
    (where,) = [v.finding.where for v in claim.verdicts if v.finding.rule == "C409"]
    assert where.element == "CLM"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 23), ["C412 reject"]),
        (date(2026, 11, 22), []),
        (date(2025, 11, 22), []),
        (date(2025, 11, 21), ["C412 warn"]),
    ],
)
def test_dates_of_service_on_2026_11_22(on: date, expected: list[str]) -> None:
    assert told("C412", Bill(on=on)) == expected


def test_the_last_day_of_several_counts_for_the_future() -> None:
    line = "SV1*HC:98977:GP*50*UN*1***1 | DTP*472*RD8*20261110-20261123"
    assert told("C412", Bill(lines=(line,))) == ["C412 reject"]


def test_birth_and_discharge() -> None:
    assert told("C412", Bill(), ("DMG*D8*19500203", "DMG*D8*20260303")) == ["C412 reject"]
    assert told("C412", Bill(), ("DMG*D8*19500203", "DMG*D8*20260302")) == []
    assert told("C412", Bill(), ("DMG*D8*19500203", "DMG*D8*1950")) == []
    assert told("C412", Bill(head=("DTP*096*D8*20260301",))) == ["C412 reject"]
    assert told("C412", Bill(head=("DTP*096*D8*20260302",))) == []
    assert told("C412", Bill(head=("DTP*435*D8*20260301",))) == []


def test_a_late_claim_is_said_once_and_only_of_originals() -> None:
    late = Bill(lines=(EXERCISE, "SV1*HC:97140:GP*40*UN*1***1"), on=date(2025, 10, 1))
    claim = claim_of(late)
    assert found(claim).count("C412 warn") == 1
    assert "417 days ago" in message("C412", claim)
    again = replace(late, frequency="7", head=("REF*F8*ICN1",))
    assert told("C412", again) == []
    assert told("C412", replace(late, filing="CH")) == ["C412 warn"]
    assert told("C412", replace(late, filing="CI")) == []
    assert told("C412", replace(late, filing="CI"), filing_limit_days=416) == ["C412 warn"]
    assert told("C412", replace(late, filing="CI"), filing_limit_days=417) == []


def dates(claim: ClaimResult) -> list[tuple[int | None, str]]:
    return [(v.finding.where.ordinal, v.finding.message) for v in claim.verdicts if v.finding.rule == "C412"]


def test_each_line_with_a_readable_date_is_looked_at() -> None:
    lines = (f"{EXERCISE} | DTP*472*D8*2026", EXERCISE, "SV1*HC:97140:GP*40*UN*1***1 | DTP*472*D8*20261201")
    assert dates(claim_of(Bill(lines=lines))) == [
        (3, "97140: the date of service 2026-12-01 is after today, 2026-11-22.")
    ]


def test_the_date_of_service_is_pointed_at_among_other_dates() -> None:
    line = "SV1*HC:97110:GP*80*UN*2***1 | DTP*463*D8*20261001 | DTP*472*D8*20261123"
    (found,) = [v.finding.where for v in claim_of(Bill(lines=(line,))).verdicts if v.finding.rule == "C412"]
    assert found.element == "DTP03"
    assert found.byte == interchange(Bill(lines=(line,))).index("20261123")


def test_the_line_of_the_earliest_service_is_named_as_late() -> None:
    lines = (
        f"{EXERCISE} | DTP*472*D8*20251003",
        "SV1*HC:97140:GP*40*UN*1***1 | DTP*472*D8*2025",
        "SV1*HC:98977:GP*40*UN*1***1 | DTP*472*RD8*20251001-20251030",
        "SV1*HC:97112:GP*40*UN*1***1 | DTP*472*D8*20251001",
    )
    assert dates(claim_of(Bill(lines=lines))) == [
        (3, "98977: the date of service 2025-10-01 is 417 days ago, past this payer's limit of 365 days.")
    ]


@pytest.mark.parametrize(
    ("filing", "place", "expected"),
    [
        ("MB", "31", ["C417 reject"]),
        ("MB", "32", []),
        ("MB", "21", ["C417 warn"]),
        ("MB", "22", ["C417 warn"]),
        ("MB", "23", ["C417 warn"]),
        ("MB", "12", []),
        ("16", "31", ["C417 warn"]),
        ("16", "22", ["C417 warn"]),
        ("CH", "31", []),
        ("CI", "22", []),
    ],
)
def test_places_by_payer(filing: str, place: str, expected: list[str]) -> None:
    assert told("C417", Bill(filing=filing), ("***11:B:1", f"***{place}:B:1")) == expected


def test_places_of_a_profile_of_ones_own() -> None:
    at_school = ("***11:B:1", "***03:B:1")
    assert told("C417", Bill(filing="CI"), at_school, refused_places=("03",)) == ["C417 reject"]
    assert told("C417", Bill(filing="CI"), at_school, doubtful_places=("03",)) == ["C417 warn"]
    claim = claim_of(Bill(filing="CI"), at_school, refused_places=("03",))
    assert message("C417", claim) == "97110: this payer does not pay a practice for therapy at place 03."


def test_the_place_of_the_line_goes_first() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*2*11**1", "SV1*HC:97140:GP*40*UN*1***1")
    claim = claim_of(Bill(lines=lines), ("***11:B:1", "***31:B:1"))
    said = [v.finding.where for v in claim.verdicts if v.finding.rule == "C417"]
    assert [(each.ordinal, each.element) for each in said] == [(2, "SV101")]
    own = claim_of(Bill(lines=("SV1*HC:97110:GP*80*UN*2*31**1",)))
    (where,) = [v.finding.where for v in own.verdicts if v.finding.rule == "C417"]
    assert where.element == "SV105"


def test_a_physicians_visit_in_hospital_is_no_therapy() -> None:
    visit = Bill(lines=("SV1*HC:99213*90*UN*1***1",), taxonomy="207Q00000X")
    assert told("C417", visit, ("***11:B:1", "***22:B:1")) == []


@pytest.mark.parametrize(
    ("code", "modifiers", "place", "on", "filing", "expected"),
    [
        ("97110", "GP:95", "10", date(2026, 3, 2), "MB", ""),
        ("97110", "GP:95", "02", date(2026, 3, 2), "MB", ""),
        ("97110", "GP:95", "11", date(2026, 3, 2), "MB", "goes with place 02 or 10, not with 11"),
        ("97110", "GP:95", "11", date(2024, 1, 1), "MB", "goes with place 02 or 10, not with 11"),
        ("97110", "GP:95", "11", date(2023, 12, 31), "MB", ""),
        ("97110", "GP:95", "11", date(2026, 3, 2), "CI", ""),
        ("97110", "GP:GT", "10", date(2026, 3, 2), "MB", "does not take GT"),
        ("97110", "GP:GT", "10", date(2026, 3, 2), "CI", ""),
        ("97140", "GP", "10", date(2026, 3, 2), "CI", "97140: manual therapy cannot be furnished at a distance"),
        ("97035", "GP:95", "10", date(2026, 3, 2), "CI", "cannot be furnished at a distance"),
        ("97110", "GP", "02", date(2020, 3, 1), "MB", ""),
        ("97110", "GP", "02", date(2020, 2, 29), "MB", "takes telehealth from therapists from 2020-03-01"),
        ("97110", "GP", "02", date(2016, 12, 31), "CI", "place 02 is in use from 2017-01-01 on"),
        ("97110", "GP", "10", date(2021, 12, 31), "CI", "place 10 is in use from 2022-01-01 on"),
        ("97110", "GP", "10", date(2022, 1, 1), "CI", ""),
        ("97110", "GP:93", "02", date(2021, 12, 31), "CI", "modifier 93 is in use from 2022-01-01 on"),
        ("97110", "GP:95", "02", date(2016, 12, 31), "CI", "modifier 95 is in use from 2017-01-01 on"),
        ("97110", "GP:95", "10", date(2027, 12, 31), "MB", ""),
        (
            "97110",
            "GP:95",
            "10",
            date(2028, 1, 1),
            "MB",
            "takes telehealth from therapists from 2020-03-01 to 2027-12-31",
        ),
    ],
)
def test_telehealth(code: str, modifiers: str, place: str, on: date, filing: str, expected: str) -> None:
    bill = Bill(lines=(f"SV1*HC:{code}:{modifiers}*40*UN*1***1",), on=on, filing=filing)
    claim = claim_of(bill, *((("***11:B:1", f"***{place}:B:1"),) if place != "11" else ()))
    said = [v.finding for v in claim.verdicts if v.finding.rule == "C417"]
    assert len(said) == bool(expected)
    assert all(expected in each.message for each in said)
    assert "C417 reject" not in found(claim)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("RD8*20211231-20220102", "place 10 is in use from 2022-01-01 on"),
        ("RD8*20220101-20220102", ""),
        ("D8*2022", ""),
    ],
)
def test_telehealth_on_several_days_or_on_none_that_can_be_read(days: str, expected: str) -> None:
    bill = Bill(lines=(f"SV1*HC:97110:GP:95*40*UN*1***1 | DTP*472*{days}",), filing="CI")
    claim = claim_of(bill, ("***11:B:1", "***10:B:1"))
    said = [v.finding.message for v in claim.verdicts if v.finding.rule == "C417"]
    assert said == ([f"97110: {expected}."] if expected else [])


@pytest.mark.parametrize(("frequency", "expected"), [("1", []), ("7", ["C418 warn"]), ("8", ["C418 warn"])])
def test_frequencies_to_medicare(frequency: str, expected: list[str]) -> None:
    bill = Bill(frequency=frequency, head=("REF*F8*ICN1",))
    assert told("C418", bill) == expected
    for filing in ("16", "CH", "CI"):
        assert told("C418", replace(bill, filing=filing)) == []
    assert told("C418", replace(bill, filing="CI"), corrected_claims=False) == expected


@pytest.mark.parametrize(
    ("code", "modifier", "wanted", "expected"),
    [
        ("97110", "GP", "none", False),
        ("97110", "GP", "treatment", True),
        ("97161", "GP", "treatment", False),
        ("97168", "GO", "treatment", False),
        ("92523", "GN", "treatment", False),
        ("92507", "GN", "treatment", True),
        ("97161", "GP", "all", True),
        ("99213", "", "all", False),
    ],
)
def test_authorization(code: str, modifier: str, wanted: str, expected: bool) -> None:
    procedure = ":".join(each for each in ("HC", code, modifier) if each)
    bill = Bill(lines=(f"SV1*{procedure}*40*UN*1***1",), filing="CI", taxonomy="207Q00000X")
    assert bool(told("C420", bill, authorization=wanted)) is expected
    assert told("C420", replace(bill, head=("REF*G1*A1",)), authorization=wanted) == []
    assert bool(told("C420", replace(bill, head=("REF*9F*A1",)), authorization=wanted)) is expected


def test_authorization_by_line() -> None:
    lines = (EXERCISE + " | REF*G1*A1", "SV1*HC:97140:GP*40*UN*1***1")
    claim = claim_of(Bill(lines=lines, filing="CI"), authorization="treatment")
    numbered = replace(Bill(filing="CI"), lines=(EXERCISE + " | REF*6R*A1", EXERCISE + " | REF*F4*A1 | REF*X4*A2"))
    assert told("C420", numbered, authorization="treatment") == ["C420 reject"]
    assert message("C420", claim).startswith("The claim gives no authorization number for 97140, ")
    assert told("C420", Bill(lines=lines[:1], filing="CI"), authorization="treatment") == []


@pytest.mark.parametrize(
    ("diagnoses", "on", "expected"),
    [
        ("ABK:M545", date(2021, 10, 1), 1),
        ("ABK:M54.5", date(2026, 3, 2), 1),
        ("ABK:m545", date(2026, 3, 2), 1),
        ("ABK:M542*ABF:M545", date(2026, 3, 2), 1),
        ("ABK:M545*ABF:M5450", date(2026, 3, 2), 1),
        ("ABK:M545", date(2021, 9, 30), 0),
        ("ABK:M5450", date(2021, 10, 1), 0),
        ("ABK:M5459", date(2021, 9, 30), 1),
        ("ABK:M546", date(2026, 3, 2), 0),
        ("BK:7245", date(2026, 3, 2), 0),
        ("ABK:M5450*BF:M545", date(2026, 3, 2), 0),
        ("ABK:M5450*APR:M545", date(2026, 3, 2), 0),
    ],
)
def test_low_back_pain(diagnoses: str, on: date, expected: int) -> None:
    assert len(told("C422", Bill(on=on, filing="CI"), ("ABK:M5450", diagnoses))) == expected


def test_free_text_lists_no_diagnosis() -> None:
    assert told("C422", Bill(head=("NTE*ADD*ABK:M545",), filing="CI")) == []


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [("ABK:V892XXD", 1), ("ABK:W1830XD", 1), ("ABK:X58XXXD", 1), ("ABK:Y9301", 1), ("ABK:y9301", 1), ("ABK:Z4789", 0),
     ("ABK:S83511D*ABF:W1830XD", 0), ("ABK:U071", 0)],
)  # fmt: skip
def test_external_causes(diagnoses: str, expected: int) -> None:
    assert len(told("C423", Bill(), ("ABK:M5450", diagnoses))) == expected


@pytest.mark.parametrize(
    ("causes", "accident", "expected"),
    [
        ("AA:::NE", "20260115", ""),
        ("AA:::NE", "", "an automobile accident, and there is no date of it"),
        ("AA", "20260115", "the state is not named"),
        ("OA", "20260115", ""),
        ("OA", "", "another accident, and there is no date of it"),
        ("EM", "", ""),
        ("EM:AA::NE", "", "there is no date of it"),
        ("OA", "20260302", ""),
        ("OA", "20260303", "dated 2026-03-03, after the service of 2026-03-02"),
        ("", "", ""),
        ("EM:EM:OA", "", "another accident, and there is no date of it"),
        ("EM:OA:AA:NE", "", "another accident, and there is no date of it"),
        ("ZZ:AP", "", ""),
    ],
)
def test_accidents(causes: str, accident: str, expected: str) -> None:
    head = (f"DTP*439*D8*{accident}",) if accident else ()
    claim = claim_of(Bill(filing="AM", head=head), ("*Y*A*Y*Y", f"*Y*A*Y*Y**{causes}"))
    said = [v.finding.message for v in claim.verdicts if v.finding.rule == "C425"]
    assert len(said) == bool(expected)
    assert all(expected in each for each in said)


def test_a_rule_that_is_switched_off_says_nothing() -> None:
    plain = settings()
    assert plain.runs("C422")
    (claim,) = run(Bill(filing="CI", on=date(2021, 9, 1)), severity={"C422": "note"}).claims
    assert "C422 note" in found(claim)


def test_another_date_of_the_claim_is_not_that_of_the_accident() -> None:
    bill = Bill(filing="AM", head=("DTP*431*D8*20260115",))
    claim = claim_of(bill, ("*Y*A*Y*Y", "*Y*A*Y*Y**OA"))
    assert message("C425", claim) == "The claim is for another accident, and there is no date of it."


@pytest.mark.parametrize(("on", "expected"), [(date(2012, 9, 30), []), (date(2012, 10, 1), ["C407 reject"])])
def test_a_referring_provider_is_wanted_from_2012_10_on(on: date, expected: list[str]) -> None:
    assert told("C407", Bill(on=on), (DN, "")) == expected


@pytest.mark.parametrize("rule", ["C401", "C402", "C403", "C410", "C419", "C421"])
def test_a_code_of_another_code_set_is_not_judged(rule: str) -> None:
    """ER and IV are qualifiers of other code sets than HCPCS."""
    codes = ("97001", "97014", "97010", "20560", "97037", "98980", "98980:KX")
    ours, theirs = (tuple(f"SV1*{q}:{code}:GP*40*UN*1***1" for code in codes) for q in ("HC", "ER"))
    assert told(rule, Bill(lines=ours, filing="MB"))
    assert told(rule, Bill(lines=theirs, filing="MB")) == []


def test_a_code_on_no_day_that_can_be_read_is_in_force_or_not() -> None:
    assert told("C401", Bill(lines=("SV1*HC:97001:GP*110*UN*1***1 | DTP*472*D8*2026",))) == []


def test_monitoring_on_no_day_that_can_be_read_is_not_counted() -> None:
    lines = ("SV1*HC:98980:GP*50*UN*1***1 | DTP*472*D8*2026", "SV1*HC:98980:GP*50*UN*1***1")
    assert told("C410", Bill(lines=lines)) == []


def test_another_code_for_a_payer_of_which_no_fees_are_known_is_neutral() -> None:
    bill = Bill(lines=("SV1*HC:97014:GP*20*UN*1***1",), filing="CI")
    (fix,) = [
        v.finding.fix for v in claim_of(bill, replaced_codes={"97014": "G0283"}).verdicts if v.finding.rule == "C402"
    ]
    assert fix is not None
    assert (fix.payment, fix.level) == (Payment.NEUTRAL, FixLevel.UNSAFE)


def test_of_three_evaluations_the_last_is_named_and_the_others_are_the_evidence() -> None:
    first = Bill(lines=tuple(f"SV1*HC:{code}:GP*110*UN*1***1" for code in ("97161", "97162")))
    last = Bill(lines=("SV1*HC:97163:GP*110*UN*1***1",), number="PCN2")
    outcome = scrubbed(interchange(first, last).encode(), TreatmentRecords(), settings(pair_tables=()))
    (finding,) = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "C406"]
    assert (finding.where.claim, finding.where.ordinal, finding.related) == (1, 1, (0,))
    assert [(each.source, each.states) for each in finding.evidence] == [
        ("line 1 of claim 1 of the file", "97161"),
        ("line 2 of claim 1 of the file", "97162"),
    ]


@pytest.mark.parametrize(
    ("npi", "states", "fault"),
    [("1999887727", "1999887727", ', "1999887727", is not valid'), ("", "empty", " is missing")],
)
def test_the_npi_of_a_lines_provider(npi: str, states: str, fault: str) -> None:
    line = f"{EXERCISE} | NM1*82*1*VOSS*LENA****XX*{npi}"
    (finding,) = [v.finding for v in claim_of(Bill(lines=(line,))).verdicts if v.finding.rule == "C408"]
    assert (finding.where.ordinal, finding.where.element) == (1, "NM109")
    assert finding.message.startswith(f"The NPI of the rendering provider of the line{fault}")
    assert [(each.source, each.states) for each in finding.evidence] == [
        ("NM109 of the rendering provider of the line", states)
    ]


def test_a_line_of_today_is_not_of_the_future() -> None:
    assert told("C412", Bill(on=date(2026, 11, 22))) == []
    assert told("C412", Bill(on=date(2026, 11, 23))) == ["C412 reject"]


@pytest.mark.parametrize("other", ["DTP*439*D8*20260201", "DTP*431*D8*20260201", "DTP*454*D8*20260201"])
def test_only_the_discharge_is_a_discharge(other: str) -> None:
    assert told("C412", Bill(head=(other,))) == []


def test_a_code_is_in_force_from_its_first_day() -> None:
    assert told("C422", Bill(on=date(2021, 10, 1))) == []
    assert told("C422", Bill(on=date(2021, 9, 30))) == ["C422 warn"]


def test_a_note_is_no_diagnosis() -> None:
    assert told("C422", Bill(head=("NTE*ABK:M545*X", "NTE*ADD*ABK:M545"))) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SV1*HC:97110*80*UN*2***1", ["C407 reject"]),
        ("SV1*ER:97110*80*UN*2***1", []),
        ("SV1*HC:97602*80*UN*1***1", []),
        ("SV1*HC:97602:GP*80*UN*1***1", ["C407 reject"]),
    ],
)
def test_what_a_physician_gives_under_a_plan_of_care(line: str, expected: list[str]) -> None:
    assert told("C407", Bill(lines=(line,), taxonomy="207Q00000X"), (DN, "")) == expected


@pytest.mark.parametrize("taxonomy", ["235Z00000X", "207Q00000X"])
def test_a_line_of_two_disciplines_and_a_physician_contradict_no_taxonomy(taxonomy: str) -> None:
    modifiers = "GP:GO" if taxonomy.startswith("235") else "GP"
    assert told("C409", Bill(lines=(f"SV1*HC:97110:{modifiers}*80*UN*2***1",), taxonomy=taxonomy)) == []


def test_a_code_that_is_in_force_or_unknown_hides_none_that_is_not() -> None:
    lines = ("SV1*HC:99999*80*UN*1***1", EXERCISE, "SV1*HC:97532:GP*40*UN*1***1")
    assert told("C401", Bill(lines=lines)) == ["C401 reject"]


def test_a_code_that_is_no_therapy_hides_no_therapy_behind_it() -> None:
    assert told("C407", Bill(lines=("SV1*HC:99213*90*UN*1***1", EXERCISE)), (DN, "")) == ["C407 reject"]


def test_of_several_days_only_the_impossible_one_is_told() -> None:
    def lines(first: str) -> tuple[str, str]:
        return (f"{EXERCISE} | DTP*472*D8*{first}", "SV1*HC:97140:GP*40*UN*1***1 | DTP*472*D8*20261123")

    assert told("C412", Bill(lines=lines("20261122"))) == ["C412 reject"]
    assert told("C412", Bill(lines=lines("20251001"), filing="CI"), filing_limit_days=417) == ["C412 reject"]
    birth = ("DMG*D8*19500203", "DMG*D8*20251001")
    assert told("C412", Bill(lines=lines("20251001"), filing="CI"), birth) == ["C412 reject"]
