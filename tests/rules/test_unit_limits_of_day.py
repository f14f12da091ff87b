"""N305 and N306 beyond the examples of the rules: across claims, disciplines and payers, and what is not checked."""

from datetime import date

import pytest
from click.testing import CliRunner
from rules.specimen import OTHER_MEMBER, Bill, found, interchange, patient, row, run, scrubbed, settings, unchecked

from scrubber.cli.main import main
from scrubber.rules.ncci.units_above_day_limit import units_above_day_limit
from scrubber.rules.rule import RuleContext
from scrubber.tables.data_file import Heading
from scrubber.tables.mue import MueTable, UnitLimit
from scrubber.tables.tableset import Tables, load_tables
from scrubber.visits.records import TreatmentRecords

THREE_GP = "SV1*HC:97112:GP*120*UN*3***1"
TWO_GO = "SV1*HC:97112:GO*80*UN*2***1"
OT = "225X00000X"
BEFORE = date(2024, 6, 28)


def limits(claim):
    return [said for said in found(claim) if said[:4] in ("N305", "N306")]


def of(bills, **columns):
    return [limits(claim) for claim in run(bills, **columns).claims]


def test_claims_and_disciplines_of_one_payer_count_together():
    bills = [Bill(lines=(THREE_GP,)), Bill(number="PCN2", lines=(TWO_GO,), taxonomy=OT)]
    outcome = run(bills)

    assert [limits(claim) for claim in outcome.claims] == [[], ["N306 reject"]]
    assert [claim.disposition for claim in outcome.claims] == ["held", "held"]
    finding = next(v.finding for v in outcome.claims[1].verdicts if v.finding.rule == "N306")
    assert finding.related == (0,)
    assert finding.message == "97112 is billed 5 units on 2026-03-02; the limit of a day is 4."


@pytest.mark.parametrize(
    "second",
    [
        Bill(number="PCN2", lines=(TWO_GO,), taxonomy=OT, member=OTHER_MEMBER),
        Bill(number="PCN2", lines=(TWO_GO,), taxonomy=OT, on=date(2026, 3, 3)),
        Bill(number="PCN2", lines=(TWO_GO,), taxonomy=OT, sequence="S"),
        Bill(number="PCN2", lines=(TWO_GO,), taxonomy=OT, frequency="8", head=("REF*F8*ICN20261",)),
        Bill(number="PCN2", lines=("SV1*HC:97113:GO*80*UN*2***1",), taxonomy=OT),
    ],
    ids=["another patient", "another day", "another payer in line", "a void", "another code"],
)
def test_what_does_not_count_together(second):
    assert of([Bill(lines=(THREE_GP,)), second]) == [[], []]


def test_minutes_as_units_are_no_units():
    assert of(Bill(lines=("SV1*HC:97112:GP*120*MJ*75***1",))) == [[]]


def test_a_line_without_whole_units_counts_none():
    assert of(Bill(lines=("SV1*HC:97112:GP*160*UN*4***1", "SV1*HC:97112:GP:76*60*UN*1.5***1"))) == [[]]


def test_a_code_that_a_complete_table_does_not_list_has_no_limit():
    tables = Tables([MueTable("ncci-mue-medicare", Heading("own", None, None, True, "", ""), {})])
    (claim,) = scrubbed(interchange(Bill(lines=(THREE_GP,))).encode(), TreatmentRecords(), settings(), tables).claims

    assert limits(claim) == []
    assert not {"N305", "N306"} & unchecked(claim).keys()


def test_units_that_a_fix_takes_away_are_no_reason_to_hold():
    outcome = run(Bill(lines=("SV1*HC:97112:GP*200*UN*5***1",)), [row("97112", 60)])

    (claim,) = outcome.claims
    assert sorted(found(claim)) == ["N306 fixed", "U101 fixed"]
    assert claim.disposition == "corrected"


def test_a_day_before_the_table_is_not_checked():
    (claim,) = run(Bill(lines=("SV1*HC:97112:GP*200*UN*5***1",), on=BEFORE)).claims

    assert limits(claim) == []
    assert "answers from 2024-07-01 on" in unchecked(claim)["N305"]
    assert unchecked(claim)["N306"] == unchecked(claim)["N305"]


def test_a_payer_without_a_table_and_a_code_without_a_limit_are_not_checked():
    (commercial,) = run(Bill(lines=(THREE_GP,), filing="CI")).claims
    (foreign,) = run(Bill(lines=("SV1*HC:99213*90*UN*1***1", THREE_GP))).claims

    assert unchecked(commercial)["N306"] == "no table of unit limits of payer profile commercial for 2026-03-02"
    assert unchecked(foreign)["N306"] == "ncci-mue-medicare (2024Q3, 2026) has no limit of 99213"
    assert "N306" not in unchecked(run(Bill(lines=(THREE_GP,))).claims[0])


def test_a_code_that_only_reports_quality_is_exempt():
    lines = (THREE_GP, "SV1*HC:G8978:GP*0.01*UN*1***1", "SV1*HC:1125F*0*UN*1***1")
    (claim,) = run(Bill(lines=lines)).claims

    assert not {"N301", "N302", "N305", "N306"} & unchecked(claim).keys()
    billed = patient(Bill(lines=(*lines, "SV1*HC:G8978:GP*5*UN*1***1"))).days[0].lines
    assert [(each.line.code, each.line.charge) for each in billed] == [("97112", "120"), ("G8978", "5")]


@pytest.mark.parametrize(
    ("adjudication", "expected"), [(1, ["N305 reject"]), (2, ["N306 reject"]), (3, ["N306 reject"])]
)
def test_the_indicator_decides_which_rule_speaks(adjudication, expected):
    limit = UnitLimit("97112", 2, adjudication, None, "")
    tables = Tables([MueTable("ncci-mue-medicare", Heading("own", None, None, True, "", ""), {"97112": limit})])
    bill = Bill(lines=(THREE_GP, "SV1*HC:97112:GP:76*40*UN*1***1"))
    (claim,) = scrubbed(interchange(bill).encode(), TreatmentRecords(), settings(), tables).claims

    assert limits(claim) == expected


def test_a_later_day_marks_the_table_as_stale():
    chosen = settings()
    stale = []
    for on in (date(2026, 3, 31), date(2026, 4, 1)):
        context = RuleContext(chosen, load_tables(), on)
        assert list(units_above_day_limit.check(patient(Bill(lines=(THREE_GP,), on=on)), context)) == []
        stale.append(context.stale)
    assert stale == [set(), {"ncci-mue-medicare"}]


def test_a_profile_with_a_table_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "scrubber.toml").write_text('[payers.acme]\nunit-limit-tables = ["ncci-mue"]\n', encoding="utf-8")
    claims = tmp_path / "claims.837"
    claims.write_text(interchange(Bill()), encoding="utf-8")
    result = CliRunner().invoke(main, ["scrub", str(claims), "--out", str(tmp_path / "out")])

    assert result.exit_code == 2
    assert 'payers.acme.unit-limit-tables: There is no table of unit limits "ncci-mue"' in result.output


def test_a_limit_of_a_line_is_looked_at_behind_others_and_behind_what_is_not_known():
    limits_by_code = {code: UnitLimit(code, 2, kind, None, "") for code, kind in (("97112", 3), ("97110", 1))}
    tables = Tables([MueTable("ncci-mue-medicare", Heading("own", None, None, False, "", ""), limits_by_code)])
    lines = ("SV1*HC:97140:GP*40*UN*1***1", "SV1*HC:97112:GP*40*UN*1***1", "SV1*HC:97110:GP*120*UN*3***1")
    (claim,) = scrubbed(interchange(Bill(lines=lines)).encode(), TreatmentRecords(), settings(), tables).claims

    assert limits(claim) == ["N305 reject"]
    assert unchecked(claim)["N305"] == "ncci-mue-medicare (own) has no limit of 97140"


def test_a_code_within_its_limit_hides_no_other_above_it():
    assert of(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97112:GP*200*UN*5***1"))) == [["N306 reject"]]
    assert of(Bill(lines=("SV1*HC:99213*90*UN*1***1", "SV1*HC:97112:GP*200*UN*5***1"))) == [["N306 reject"]]


def test_a_code_that_is_never_paid_has_no_limit_to_exceed():
    (claim,) = run(Bill(lines=("SV1*HC:97010*20*UN*3***1",))).claims
    assert limits(claim) == []
    assert not {"N305", "N306"} & unchecked(claim).keys()


def test_what_is_not_known_of_a_day_or_payer_hides_no_excess_behind_it():
    above = "SV1*HC:97112:GP*200*UN*5***1"
    assert of(Bill(lines=("SV1*HC:99213*90*UN*1***1", f"{above} | DTP*472*D8*20260303"))) == [["N306 reject"]]
    assert of([Bill(lines=(THREE_GP,), filing="CI", payer="60054"), Bill(number="PCN2", lines=(above,))]) == [
        [],
        ["N306 reject"],
    ]


def test_what_is_not_known_of_a_day_hides_no_line_above_its_limit_on_the_next():
    by_line = {"97112": UnitLimit("97112", 2, 1, None, "")}
    tables = Tables([MueTable("ncci-mue-medicare", Heading("own", None, None, False, "", ""), by_line)])
    bill = Bill(lines=("SV1*HC:99213*90*UN*1***1", f"{THREE_GP} | DTP*472*D8*20260303"))
    (claim,) = scrubbed(interchange(bill).encode(), TreatmentRecords(), settings(), tables).claims
    assert limits(claim) == ["N305 reject"]


def test_a_line_without_whole_units_counts_none_beside_a_code_above_its_limit():
    lines = ("SV1*HC:97112:GP*160*UN*4***1", "SV1*HC:97112:GP:76*60*UN*1.5***1", "SV1*HC:97161:GP*110*UN*2***1")
    assert of(Bill(lines=lines)) == [["N306 reject"]]
