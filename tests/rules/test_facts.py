"""Which facts a claim, a visit and a patient have, exactly: none sees what is known too often, which costs time.

Worked examples are in tests/rules/said/facts.txt; here is what stands between them.
"""

from datetime import date, timedelta
from typing import Any, cast

import pytest
from msgspec.structs import replace
from rules.known import known, names
from rules.specimen import DAY, TODAY, Bill, clock, interchange, patient, row, settings

from scrubber.ledger.snapshot import Snapshot
from scrubber.rules.facts import fact
from scrubber.rules.facts.of_patient import Facts, facts_of
from scrubber.rules.facts.of_payer import Payers
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import load_tables
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

PAIRS, LIMITS = "ncci-ptp-medicare", "ncci-mue-medicare"
EXERCISE, MANUAL = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*40*UN*1***1"
PLACE, RENDERING = "***11:B:1*Y*A*Y*Y", "NM1*82*1*HOLLOW*PETRA****XX*1999887726~\nPRV*PE*PXC*225100000X~\n"
KX = "SV1*HC:97110:GP:KX*80*UN*2***1"
REFERRING = "NM1*DN*1*FENWICK*AUGUST****XX*1999887742~\n"
BILLING = "NM1*85*2*CEDAR HOLLOW REHAB*****XX*1999887718~\n"
OF_LINE = " | NM1*82*1*VOSS*LENA****XX*1999887742"
WRONG_NPI = "1999887727"


def facts(
    *bills: Bill, swaps: tuple[tuple[str, str], ...] = (), rows: tuple[TreatmentRecord, ...] = (), **profile: Any
) -> Facts:
    text = interchange(*bills)
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (only,) = known(text.encode("latin-1"), TreatmentRecords(rows), settings(**profile))
    return only


def of_claim(bill: Bill, *swaps: tuple[str, str], **profile: Any) -> str:
    ((_, found),) = facts(bill, swaps=swaps, **profile).claims
    return names(found)


@pytest.mark.parametrize(
    ("sv101", "expected"),
    [
        ("HC:97110:GP", ""),
        ("ER:97110:GP", "not_in_table"),
        ("HC:99999:GP", "not_in_table"),
        ("HC:97110", "no_discipline"),
        ("HC:97110:59", "no_discipline distinct_service ncci_modifier"),
        ("HC:97110:GP:GO", "several_disciplines"),
        ("HC:97110:GN", "against_table other_taxonomy"),
        ("HC:92507:GP", "against_table once"),
        ("HC:97161:GO", "against_table evaluation_or_device evaluation dated_code once other_taxonomy"),
        ("HC:97110:GP:CQ", "assistant_modifier"),
        ("HC:97110:GP:CO", "assistant_modifier unpaired_assistant"),
        ("HC:97110:CQ:GP", "assistant_modifier disordered"),
        ("HC:97110:GP:KX:59", "disordered kx distinct_service ncci_modifier"),
        ("HC:97110:GP:76:KX", "disordered kx"),
        ("HC:97110:GP:KX:76", "kx"),
        ("HC:97110:GP:KX:KX", "repeated_modifier kx"),
        ("HC:97110:GP:59:XE", "both_distinct distinct_service ncci_modifier"),
        ("HC:97110:GP:XE:XP", "distinct_service ncci_modifier"),
        ("HC:97110:GP:LT", "ncci_modifier"),
        ("HC:97110:GP:25", "ncci_modifier evaluation_modifier"),
        ("HC:97110:GP:52", "reduced"),
        ("HC:97110:GP:95", "remote_modifier"),
        ("HC:97110:GP:GA", "liability"),
        ("HC:97110:GP:ZZ", "unknown_modifier"),
        ("HC:97110:GP:KX:ZZ", "kx unknown_modifier"),
        ("HC:97110:GP:kx", "unknown_modifier"),
        ("HC:97110:GP:KX1", "unknown_modifier"),
        ("HC:97110:GP:K", "unknown_modifier"),
        ("HC:97110:GP:K-", "unknown_modifier"),
        ("HC:97161:GP", "evaluation_or_device evaluation dated_code once"),
        ("HC:97010:GP", "bundled once"),
        ("HC:20560:GP", "needling dated_code once"),
        ("HC:97150:GP", "once"),
        ("HC:97545:GP", "own_clock once"),
        ("HC:97546:GP", "add_on own_clock"),
        ("HC:97130:GP", "add_on dated_code"),
    ],
)
def test_what_a_code_and_its_modifiers_say(sv101: str, expected: str) -> None:
    assert of_claim(Bill(lines=(f"SV1*{sv101}*80*UN*1***1",))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SV1*HC:97110:GP*80*MJ*30***1", "in_minutes"),
        ("SV1*HC:97110:GP*80*UN*0***1", "bad_units"),
        ("SV1*HC:97150:GP*80*UN*2***1", "once several_of_one"),
        ("SV1*HC:97110:GP*80*UN*2*02**1", "odd_place"),
        ("SV1*HC:97110:GP*80*UN*2*10**1", "odd_place"),
        ("SV1*HC:97110:GP*80*UN*2*11**1", ""),
        ("SV1*HC:97110:GP*0*UN*2***1", "no_charge"),
        ("SV1*HC:97110:GP*x*UN*2***1", "bad_amount no_charge"),
        ("SV1*HC:97110:GP*80*UN*2***1:2", "bad_pointer"),
        ("SV1*HC:97110:GP*80*UN*2***1:1", "bad_pointer"),
        ("SV1*HC:97110:GP*80*UN*2***:1", ""),
        ("SV1*HC:97110:GP*80*UN*2***0", "bad_pointer"),
        ("SV1*HC:97110:GP*80*UN*2***", "bad_pointer"),
        ("SV1*HC:97110:GP*80*UN*2", "bad_pointer"),
        (f"{EXERCISE} | DTP*472*D8*2026", "no_day"),
        (f"{EXERCISE} | DTP*472*RD8*20260302-20260303", "no_day"),
        (f"{EXERCISE} | DTP*472*D8*{TODAY:%Y%m%d}", ""),
        (f"{EXERCISE} | DTP*472*D8*{TODAY + timedelta(1):%Y%m%d}", "bad_date"),
        (f"{EXERCISE}{OF_LINE}", ""),
        (f"{EXERCISE}{OF_LINE} | PRV*PE*PXC*225X00000X", "other_taxonomy"),
        (f"{EXERCISE}{OF_LINE} | PRV*PE*PXC*2252A2200X", "odd_taxonomy"),
        (f"{EXERCISE} | NM1*82*1*VOSS*LENA****XX*{WRONG_NPI}", "bad_npi"),
        (f"{EXERCISE} | PRV*PE*PXC*207Q00000X", "practitioner"),
        (f"{EXERCISE} | PRV*PE*PXC", ""),
    ],
)
def test_what_a_line_says_beside_it(line: str, expected: str) -> None:
    assert of_claim(Bill(lines=(line,))) == expected


def test_a_line_with_kx_and_another_number() -> None:
    assert of_claim(Bill(lines=(KX,)), ("LX*1~", "LX*2~")) == "kx misnumbered"


def test_a_place_of_service_past_the_end_of_a_line_is_none() -> None:
    assert of_claim(Bill(lines=("SV1*HC:97110:GP*80*UN*2",)), refused_places=("12",)) == "bad_pointer"
    assert of_claim(Bill(lines=("SV1*HC:97110:GP*80*UN*2*12",)), refused_places=("12",)) == "bad_pointer odd_place"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((EXERCISE, EXERCISE), ""),
        ((EXERCISE, MANUAL.replace("GP", "GO")), "other_taxonomy other_record"),
        ((EXERCISE, "SV1*HC:97140:GP*0*UN*1***1"), "no_charge"),
        (("SV1*HC:97150:GP*30*UN*1***1",) * 2, "two_evaluations once several_of_one"),
        (("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97150:GP*30*UN*1***1 | DTP*472*D8*20260303"), "once"),
        (("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97022:GP*30*UN*1***1"), "once"),
        (
            ("SV1*HC:97161:GP*30*UN*1***1", "SV1*HC:97162:GP*30*UN*1***1"),
            "evaluation_or_device evaluation two_evaluations dated_code once several_of_one",
        ),
        ((EXERCISE, f"{MANUAL} | NM1*82*1*VOSS*LENA****XX*{WRONG_NPI}"), "bad_npi"),
        ((EXERCISE, f"{MANUAL} | DTP*472*D8*{TODAY + timedelta(1):%Y%m%d}"), "bad_date"),
        ((f"{EXERCISE} | DTP*472*D8*2026", MANUAL), "no_day"),
        ((f"{KX} | DTP*472*D8*2026",), "kx no_day"),
        ((KX, f"{MANUAL} | NM1*82*1*VOSS*LENA****XX*{WRONG_NPI} | PRV*PE*PXC*207Q00000X"), "kx bad_npi practitioner"),
    ],
)
def test_what_lines_say_together(lines: tuple[str, ...], expected: str) -> None:
    assert of_claim(Bill(lines=lines)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PLACE, "***11:B:7*Y*A*Y*Y", "correction"),
        (PLACE, "***11:B:8*Y*A*Y*Y", "correction"),
        (PLACE, "***11:B:6*Y*A*Y*Y", ""),
        (PLACE, "***11:B", ""),
        (PLACE, "***02:B:1", "odd_place"),
        (PLACE, "***10:B:1", "odd_place"),
        (PLACE, "", ""),
        (PLACE, "**", ""),
        (PLACE, f"{PLACE}*", ""),
        (PLACE, f"{PLACE}**AA", "accident"),
        (PLACE, f"{PLACE}**", ""),
        (PLACE, f"{PLACE}***02", ""),
        ("CLM*PCN1*80*", "CLM*PCN1*81*", "bad_amount"),
        ("CLM*PCN1*80*", "CLM*PCN1*0*", "bad_amount no_charge"),
        ("SV1*HC:97110", "SV2*HC:97110", "not_in_table no_discipline bad_units bad_amount bad_pointer"),
        ("LX*1~", "LX*2~", "misnumbered"),
        ("LX*1~", "LX~", "misnumbered"),
        ("LX*1~", "LX*1*1~", ""),
        ("ABK:M5450", "ABK:M545", "divided_diagnosis"),
        ("ABK:M5450", "ABK:m54.5", "divided_diagnosis"),
        ("ABK:M5450", "ABK:M4806*ABF:V120", "external_cause"),
        ("ABK:M5450", "ABK:M4806*ABF:W010", "external_cause"),
        ("ABK:M5450", "M5450", "bad_pointer"),
        ("HI*ABK:M5450~\n", "DTP*096*TM*1130~\nHI*ABK:M5450~\n", "bad_date"),
        ("HI*ABK:M5450~\n", "DTP*435*D8*20260301~\nHI*ABK:M5450~\n", ""),
        ("HI*ABK:M5450~\n", "DTP~\nHI*ABK:M5450~\n", ""),
        (REFERRING, "", "no_referring"),
        (REFERRING, REFERRING.replace("DN", "P3"), "no_referring"),
        (REFERRING, REFERRING.replace("XX*1999887742", "EI*1999887742"), "no_referring"),
        (REFERRING, REFERRING.replace("*1999887742", "*"), "bad_npi no_referring"),
        (REFERRING, REFERRING.replace("*1999887742", ""), "bad_npi no_referring"),
        (REFERRING, REFERRING.replace("****XX*1999887742", ""), "no_referring"),
        (REFERRING, REFERRING.replace("1999887742", WRONG_NPI), "bad_npi"),
        (REFERRING, REFERRING.replace("XX*1999887742", "XX*1999887742*X"), ""),
        (REFERRING, f"{REFERRING}NM1*DN*1*FENWICK*AUGUST****XX*~\n", "bad_npi"),
        (REFERRING, REFERRING.replace("DN", "77"), "no_referring"),
        (RENDERING, f"{RENDERING}NM1*DN*1*FENWICK*AUGUST****XX*{WRONG_NPI}~\n", "bad_npi"),
        (BILLING, BILLING.replace("1999887718", WRONG_NPI), "bad_npi"),
        (BILLING, BILLING.replace("XX*1999887718", f"EI*{WRONG_NPI}"), ""),
        (RENDERING, RENDERING.replace("225100000X", "225X00000X"), "other_taxonomy"),
        (RENDERING, RENDERING.replace("225100000X", "207Q00000X"), "practitioner"),
        (RENDERING, RENDERING.replace("225100000X", "111N00000X"), "odd_taxonomy"),
        (RENDERING, RENDERING.replace("*225100000X", ""), ""),
        (RENDERING, "NM1*82*1*HOLLOW*PETRA~\nPRV*PE*PXC*207Q00000X~\n", "practitioner"),
    ],
)
def test_what_stands_before_the_lines(old: str, new: str, expected: str) -> None:
    assert of_claim(Bill(), (old, new)) == expected


@pytest.mark.parametrize(
    ("rendering", "taxonomy", "expected"),
    [("", "225X00000X", "other_taxonomy"), (RENDERING, "225X00000X", ""), ("", "2252A2200X", "odd_taxonomy")],
)
def test_the_billing_provider_renders_where_no_other_is_named(rendering: str, taxonomy: str, expected: str) -> None:
    of_billing = f"HL*1**20*1~\nPRV*BI*PXC*{taxonomy}~\n"
    assert of_claim(Bill(), ("HL*1**20*1~\n", of_billing), (RENDERING, rendering)) == expected


@pytest.mark.parametrize(
    ("on", "old", "new", "expected"),
    [
        (DAY, "HL*1**20*1~\n", "HL*1**20*1~\nPRV*BI*PXC*2252A2200X~\n", "bad_npi odd_taxonomy"),
        (DAY, "HI*ABK", "DTP*096*TM*1130~\nHI*ABK", "bad_date bad_npi"),
        (DAY, "LX*1~", "LX*2~", "bad_npi misnumbered"),
        (date(2021, 9, 30), "HI*ABK", "HI*ABK", "bad_npi divided_diagnosis"),
    ],
)
def test_a_wrong_npi_of_the_billing_provider_and_something_else(on: date, old: str, new: str, expected: str) -> None:
    wrong = (BILLING, BILLING.replace("1999887718", WRONG_NPI))
    assert of_claim(Bill(on=on), wrong, (old, new), filing_limit_days=None) == expected


def test_the_referring_provider_of_a_line_is_none_of_the_claim() -> None:
    bill = Bill(lines=(f"{EXERCISE} | {REFERRING}".strip("~\n"),))
    assert of_claim(bill, (f"HI*ABK:M5450~\n{REFERRING}", "HI*ABK:M5450~\n")) == "no_referring"


def test_who_wants_no_referring_provider_misses_none() -> None:
    assert of_claim(Bill(), (REFERRING, ""), referring_provider=False) == ""


@pytest.mark.parametrize(
    ("on", "diagnosis", "expected"),
    [
        (date(2021, 9, 30), "M5450", "divided_diagnosis"),
        (date(2021, 10, 1), "M5450", ""),
        (date(2021, 9, 30), "M4806", ""),
    ],
)
def test_a_diagnosis_of_which_the_day_decides(on: date, diagnosis: str, expected: str) -> None:
    assert of_claim(Bill(on=on), ("M5450", diagnosis), filing_limit_days=None) == expected


@pytest.mark.parametrize(
    ("born", "limit", "expected"),
    [
        ("20260302", None, ""),
        ("20260303", None, "bad_date"),
        ("", None, ""),
        ("20260303", 3650, "bad_date"),
        ("", 3650, ""),
    ],
)
def test_a_service_before_birth(born: str, limit: int | None, expected: str) -> None:
    assert of_claim(Bill(), ("DMG*D8*19500203", f"DMG*D8*{born}"), filing_limit_days=limit) == expected


@pytest.mark.parametrize(("days", "expected"), [(30, ""), (31, "bad_date")])
def test_the_last_day_to_file(days: int, expected: str) -> None:
    assert of_claim(Bill(on=TODAY - timedelta(days)), filing_limit_days=30) == expected


def test_without_lines_nothing_is_said_of_them() -> None:
    lines = "LX*1~\nSV1*HC:97110:GP*80*UN*2***1~\nDTP*472*D8*20260302~\n"
    assert of_claim(Bill(), (lines, "")) == "bad_amount"
    assert of_claim(Bill(on=date(2021, 9, 30)), (lines.replace("20260302", "20210930"), "")) == "bad_amount"


@pytest.mark.parametrize(("lines", "expected"), [(50, ""), (51, "too_many_lines")])
def test_the_most_lines(lines: int, expected: str) -> None:
    assert of_claim(Bill(lines=(EXERCISE,) * lines)) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"refused_places": ("11",)}, "odd_place"),
        ({"doubtful_places": ("11",)}, "odd_place"),
        ({"refused_places": ("12",), "doubtful_places": ("13",)}, ""),
        ({"replaced_codes": {"97110": "97112"}}, "replaced_code"),
        ({"replaced_codes": {"97112": "97110"}}, ""),
        ({"authorization": "all"}, "authorization"),
        ({"authorization": "none"}, ""),
        ({"filing_limit_days": 30}, "bad_date"),
        ({"filing_limit_days": None}, ""),
    ],
)
def test_what_a_payer_asks_for(profile: dict[str, Any], expected: str) -> None:
    assert of_claim(Bill(), **profile) == expected


@pytest.mark.parametrize(("discipline", "expected"), [("PT", ""), ("OT", "other_record")])
def test_a_record_of_a_discipline(discipline: str, expected: str) -> None:
    ((_, found),) = facts(Bill(), rows=(row("97110", 30, discipline=discipline),)).claims
    assert names(found) == expected


def test_a_payer_without_a_profile_of_its_own_has_the_default_one() -> None:
    plain = settings()
    payers = tuple(replace(each, authorization="all" if each.name == "default" else "none") for each in plain.payers)
    assert Payers(replace(plain, payers=payers)).of("00123", "ZZ").facts == fact.AUTHORIZATION
    assert Payers(plain).of("00123", "ZZ").facts == 0


def test_a_payer_is_matched_by_its_id_as_well() -> None:
    plain = settings(authorization="none")
    own = replace(plain.payers[0], name="own", match_payer_id=("00123",), match_filing=(), authorization="all")
    chosen = replace(plain, payers=(own, *plain.payers))
    payers = Payers(chosen)
    assert payers.of("00123", "MB").facts == fact.AUTHORIZATION
    assert payers.of("00124", "MB").facts == 0
    assert payers.of("00123", "MB") is payers.of("00123", "MB")
    (only,) = known(interchange(Bill()).encode("latin-1"), TreatmentRecords(), chosen)
    assert only.patient & fact.AUTHORIZATION


EXERCISE_1, EXERCISE_4 = "SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP*160*UN*4***1"
WHIRLPOOL = "SV1*HC:97022:GP*40*UN*1***1"
BY_ASSISTANT = row("97110", 15, "PTA")
WITH_CLOCK = row("97110", 15, **clock("9:00-9:15"))


@pytest.mark.parametrize(
    ("lines", "rows", "expected"),
    [
        ((EXERCISE_4,), (row("97110", 15), row("97140", 15)), "units_above unbilled_minutes clock"),
        (
            (EXERCISE, MANUAL),
            (row("97110", 15), row("97140", 25), row("97530", 10)),
            "units_misplaced unbilled_minutes clock",
        ),
        ((EXERCISE_4,), (row("", timed_total=30),), "units_above total_only record_silent clock"),
        ((WHIRLPOOL,), (row("97022", 15),), ""),
        ((WHIRLPOOL,), (row("97022", 15), row("97110", 15)), "unbilled_minutes clock"),
        ((EXERCISE_1,), (WITH_CLOCK,), "clock"),
        ((EXERCISE_1,), (BY_ASSISTANT,), "clock assistant_minutes assistant_share"),
        (
            (EXERCISE_1,),
            (BY_ASSISTANT, row("", timed_total=30)),
            "clock totals_disagree assistant_minutes assistant_share",
        ),
        ((EXERCISE_1,), (row("97110", 15, "PTA", mode="group"),), "minutes_disagree assistant_minutes assistant_share"),
        (
            (EXERCISE_1,),
            (row("97110", None, "PTA"), row("", timed_total=15)),
            "total_only clock assistant_minutes assistant_share",
        ),
        (
            (EXERCISE_1,),
            (row("97140", 15, signed=False),),
            "units_misplaced unbilled_minutes record_silent clock",
        ),
        ((EXERCISE_1,), (row("97140", 15),), "units_misplaced unbilled_minutes unmentioned clock"),
        ((EXERCISE_1,), (row("97110", 15), row("97110", 15)), "clock doubtful_record"),
        (
            (EXERCISE_1,),
            (row("97110", 15, together=None), row("97110", 15, "PTA", together=None)),
            "units_below clock assistant_minutes",
        ),
        (("SV1*HC:97545:GP*40*UN*1***1",), (row("97545", 15),), "clock"),
    ],
)
def test_what_a_visit_says(lines: tuple[str, ...], rows: tuple[TreatmentRecord, ...], expected: str) -> None:
    found = facts(Bill(lines=lines), rows=rows, threshold_modifier=False)
    assert of_visits(found) == [expected]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"minutes_per_unit": {"97150": 10}}, "own_clock clock"),
        ({"timed_units_per_day": 3}, "day_limit"),
        ({"threshold_modifier": True}, "threshold"),
    ],
)
def test_what_a_profile_says_of_a_visit(profile: dict[str, Any], expected: str) -> None:
    found = facts(Bill(lines=(WHIRLPOOL,)), rows=(row("97022", 15),), **{"threshold_modifier": False, **profile})
    assert of_visits(found) == [expected]


def test_minutes_of_an_assistant_and_none_of_another_claim() -> None:
    bills = (Bill(lines=(EXERCISE_1,)), Bill(lines=(MANUAL,), number="PCN2"))
    (visit,) = of_visits(facts(*bills, rows=(BY_ASSISTANT,), threshold_modifier=False))
    assert visit == ("units_unknown record_silent no_minutes clock assistant_minutes assistant_share several_claims")


def test_a_clock_of_the_payers_and_units_above() -> None:
    profile = {"threshold_modifier": False, "minutes_per_unit": {"97150": 10}}
    assert of_visits(facts(Bill(lines=(EXERCISE_4,)), rows=(row("97110", 15),), **profile)) == [
        "own_clock units_above clock"
    ]


@pytest.mark.parametrize("column", ["ambiguous", "bad_rows"])
def test_a_row_that_nobody_can_place_is_doubtful(column: str) -> None:
    doubted = patient((Bill(), Bill()))
    doubted.work = replace(doubted.work, **{column: ((row("97110"), (0,)),)})
    found = facts_of(doubted, RuleContext(settings(), load_tables(), TODAY), Payers(settings()), 0)
    assert found.patient & fact.DOUBTFUL_RECORD
    assert found.patient & fact.REPEATED


@pytest.mark.parametrize(("taxonomy", "expected"), [("207Q00000X", True), ("225100000X", False)])
def test_an_assistant_with_a_practitioner(taxonomy: str, expected: bool) -> None:
    for minutes, expects in ((BY_ASSISTANT, expected), (row("97110", 15), False)):
        ((_, found),) = facts(Bill(lines=(EXERCISE_1,), taxonomy=taxonomy), rows=(minutes,)).visits
        assert bool(found & fact.ASSISTED_PRACTITIONER) is expects


def test_a_visit_has_the_facts_of_all_claims_and_its_own() -> None:
    later = DAY + timedelta(7)
    found = facts(Bill(lines=(KX,)), Bill(lines=(EXERCISE_4,), number="PCN2", on=later), rows=(row("97110", 30),))
    assert [names(known) for _, known in found.claims] == ["kx", ""]
    assert [bool(known & fact.KX) for _, known in found.visits] == [True, True]
    assert [bool(known & fact.NO_MINUTES) for _, known in found.visits] == [False, True]
    assert found.patient & fact.SEVERAL_CLAIMS
    assert found.patient & fact.NO_MINUTES


def of_visits(found: Facts) -> list[str]:
    """What visits say beside the claims."""
    of_claims = 0
    for _, each in found.claims:
        of_claims |= each
    return [names(each & ~of_claims | fact.THERE) for _, each in found.visits]


@pytest.mark.parametrize(
    ("pairs", "expected"), [((), ""), ((("97110", "97140"),), "extra_pair"), ((("97110", "97530"),), "extra_pair")]
)
def test_pairs_of_a_payer(pairs: tuple[tuple[str, str], ...], expected: str) -> None:
    bill = Bill(lines=("SV1*HC:97022:GP*40*UN*1***1",))
    assert own(bill, rows=(row("97022", 15),), threshold_modifier=False, extra_pairs=pairs) == expected


def own(*bills: Bill, **given: Any) -> str:
    """What a patient says beside the claims and visits."""
    found = facts(*bills, **given)
    beside = found.patient
    for _, each in (*found.claims, *found.visits):
        beside &= ~each
    return names(beside | fact.THERE)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (Bill(number="PCN2", on=DAY + timedelta(7)), ""),
        (Bill(), "repeated"),
        (Bill(number="PCN2"), "repeated"),
        (Bill(lines=(WHIRLPOOL,), number="PCN2"), ""),
    ],
)
def test_a_second_claim(second: Bill, expected: str) -> None:
    assert own(Bill(), second) == expected


def test_a_repeated_line_and_a_limit_that_is_not_known() -> None:
    pairs = (("97110", "97140"),)
    assert own(Bill(lines=(EXERCISE, EXERCISE))) == "repeated"
    assert own(Bill(), extra_pairs=pairs, unit_limit_tables=()) == "extra_pair limit"


def test_pairs_and_limits_are_looked_up_only_for_who_asks() -> None:
    """A table that is asked beyond its edition is named as stale."""
    long_ago = Bill(lines=(EXERCISE, MANUAL, "SV1*HC:97150:GP*300*UN*10***1"), on=TODAY + timedelta(4000))
    for asked, told in (
        (fact.KX, set()),
        (fact.PAIR_NEVER, {PAIRS}),
        (fact.LIMIT, {LIMITS}),
        (fact.EVERY, {PAIRS, LIMITS}),
    ):
        chosen = settings(pair_tables=(PAIRS,), unit_limit_tables=(LIMITS,))
        context = RuleContext(chosen, load_tables(), TODAY)
        found = facts_of(patient(long_ago), context, Payers(chosen), asked).patient
        assert context.stale == told
        assert bool(found & fact.LIMIT) is (LIMITS in told)


def test_a_ledger_is_known() -> None:
    pairs = (("97110", "97140"),)
    chosen = settings(extra_pairs=pairs)
    context = RuleContext(chosen, load_tables(), TODAY, ledger=cast("Snapshot", object()))
    found = facts_of(patient((Bill(), Bill()), extra_pairs=pairs), context, Payers(chosen), 0)
    for each in (fact.LEDGER, fact.REPEATED, fact.EXTRA_PAIR):
        assert found.patient & each
    assert not found.claims[0][1] & fact.LEDGER
