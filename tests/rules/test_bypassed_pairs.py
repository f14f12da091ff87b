"""N303 and N304 beyond the examples of the rules."""

from datetime import date

import pytest
from rules.specimen import Bill, clock, found, interchange, row, run, scrubbed, settings, unchecked

from scrubber.tables.ptp import read_ptp
from scrubber.tables.tableset import PAIR_TABLES, Tables
from scrubber.visits.records import TreatmentRecords

GROUP, EXERCISE = "SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP:59*40*UN*1***1"
IN_EDITION = date(2024, 8, 1)


def said(claim, *rules):
    return [each for each in found(claim) if each[:4] in rules]


def test_overlapping_times_over_two_claims_are_told_and_hold_nothing():
    bills = [Bill(lines=(GROUP,)), Bill(number="PCN2", lines=(EXERCISE,))]
    rows = [
        row("97150", mode="group", **clock("10:00-10:40")),
        row("97110", claim_id="PCN2", note_id="N2", **clock("10:39-10:54")),
    ]
    outcome = run(bills, rows)

    assert [said(claim, "N302", "N303") for claim in outcome.claims] == [[], ["N303 warn"]]
    assert {claim.disposition for claim in outcome.claims} == {"unchanged"}


@pytest.mark.parametrize(
    "lines",
    [
        (GROUP, EXERCISE.replace(":59", "")),  # no modifier: N302 speaks
        ("SV1*HC:97112:GP*40*UN*1***1", EXERCISE),  # no pair
        ("SV1*HC:97140:GP*30*UN*1***1", "SV1*HC:97124:GP:59*40*UN*1***1"),  # indicator 0: N301 speaks
    ],
    ids=["no modifier", "no pair", "never payable"],
)
def test_only_a_pair_that_a_modifier_bypasses_is_looked_at(lines):
    codes = [line.split("*")[1].split(":")[1] for line in lines]
    (claim,) = run(Bill(lines=lines), [row(code, **clock("10:00-10:30")) for code in codes]).claims

    assert said(claim, "N303") == []
    assert "N303" not in unchecked(claim)


def test_a_pair_of_the_payer_is_looked_at_as_well():
    bill = Bill(lines=("SV1*HC:97530:GP*45*UN*1***1", "SV1*HC:97140:GP:59*38*UN*1***1"), filing="CI")
    rows = [row("97530", **clock("10:00-10:15")), row("97140", **clock("10:10-10:25"))]
    (claim,) = run(bill, rows, extra_pairs=(("97530", "97140"),)).claims

    assert said(claim, "N302", "N303") == ["N303 warn"]


def whole_table(lines, on=IN_EDITION, **profile):
    name, (path, _) = next(iter(PAIR_TABLES.items()))
    tables = Tables([read_ptp(name, path, None)])
    source = interchange(Bill(lines=lines, on=on)).encode()
    (claim,) = scrubbed(source, TreatmentRecords(), settings(**profile), tables).claims
    return said(claim, "N304"), unchecked(claim).get("N304", "")


@pytest.mark.parametrize("modifier", ["59", "XE", "XS", "XP", "XU"])
def test_each_modifier_for_a_distinct_service_is_noted(modifier):
    assert whole_table((EXERCISE.replace("59", modifier),)) == (["N304 note"], "")


@pytest.mark.parametrize(("modifiers", "element"), [("59", "SV101-3"), ("GP:XS", "SV101-4"), ("GP:KX:XU", "SV101-5")])
def test_the_modifier_itself_is_named(modifiers, element):
    name, (path, _) = next(iter(PAIR_TABLES.items()))
    bill = Bill(lines=(f"SV1*HC:97110:{modifiers}*40*UN*1***1",), on=IN_EDITION)
    (claim,) = scrubbed(
        interchange(bill).encode(), TreatmentRecords(), tables=Tables([read_ptp(name, path, None)])
    ).claims

    assert [v.finding.where.element for v in claim.verdicts if v.finding.rule == "N304"] == [element]


@pytest.mark.parametrize(
    "lines",
    [
        (EXERCISE, "SV1*HC:97110:GP*40*UN*1***1"),  # tells two lines of one code apart
        (GROUP, EXERCISE),
        (EXERCISE.replace("59", "KX"),),
    ],
    ids=["same code twice", "a pair", "another modifier"],
)
def test_a_modifier_that_somebody_asked_for_is_left_alone(lines):
    assert whole_table(lines) == ([], "")


def test_a_pair_of_the_payer_concerns_the_line():
    lines = ("SV1*HC:97530:GP*45*UN*1***1", "SV1*HC:97140:GP:59*38*UN*1***1")

    assert whole_table(lines) == (["N304 note"], "")
    assert whole_table(lines, extra_pairs=(("97530", "97140"),)) == ([], "")


@pytest.mark.parametrize("on", [date(2024, 6, 30), date(2024, 10, 1)])
def test_a_day_that_the_edition_does_not_cover_is_not_checked(on):
    assert whole_table((EXERCISE,), on) == ([], f"ncci-ptp-medicare 2024Q3 does not know every pair for {on}")


def test_the_table_that_travels_with_the_program_is_not_complete():
    (claim,) = run(Bill(lines=(EXERCISE,), on=IN_EDITION)).claims
    (commercial,) = run(Bill(lines=(EXERCISE,), filing="CI")).claims

    assert unchecked(claim)["N304"] == "ncci-ptp-medicare 2024Q3 does not know every pair for 2024-08-01"
    assert unchecked(commercial)["N304"].startswith("no NCCI table")
