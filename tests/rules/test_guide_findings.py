"""Faults against the guide as findings: their places, what they hold, and when another finding tells of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from rules.specimen import INSTITUTIONAL, TODAY, Bill, found, interchange, run, scrubbed, settings, unchecked

from scrubber.claims.claim import Claim
from scrubber.cli.main import main
from scrubber.conform.guide_fault import GuideFault
from scrubber.conform.wording import loop_label
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix, Location
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.outcome import Outcome
from scrubber.rules import run as run_rules
from scrubber.rules.catalogue import BY_CODE
from scrubber.rules.guide import faults
from scrubber.rules.guide.faults import GUIDE_RULES, rule_of_element, rule_of_segment
from scrubber.rules.guide.findings import Told, remaining, runs, sentence
from scrubber.rules.rule import RuleContext, rule
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.visits.records import TreatmentRecords
from scrubber.x12.span import Edit

NONE = TreatmentRecords(())


def outcome_of(text: str, conformance: str = "full") -> Outcome:
    chosen = msgspec.structs.replace(settings(), conformance=conformance)
    return scrubbed(text.encode("latin-1"), NONE, chosen)


def told(outcome: Outcome, claim: int = 0) -> list[str]:
    return [each for each in found(outcome.claims[claim]) if each[0] == "G"]


def test_the_digits_are_the_codes_of_the_999() -> None:
    for code in "12345678":
        assert rule_of_segment(code).code == f"G60{code}"
    for code in (*range(1, 11), 12, 13):
        assert rule_of_element(str(code)).code == f"G6{code + 10}"
    assert rule_of_element("I10").code == "G624"


def test_codes_that_this_guide_does_not_use_have_a_rule_all_the_same() -> None:
    """No judge says 6, 7 or 11: a segment of another set is unknown (1), one out of order unexpected (2)."""
    assert [rule_of_segment("6").code, rule_of_segment("7").code, rule_of_element("11").code] == [
        "G606",
        "G607",
        "G621",
    ]
    assert rule_of_segment("").code == "G608"
    assert rule_of_element("I12").code == "G621"
    assert len({rule.code for rule in GUIDE_RULES}) == len(GUIDE_RULES) == 22


@pytest.mark.parametrize(("abouts", "codes"), [(faults._SEGMENTS, "IK304"), (faults._ELEMENTS, "IK403")])
def test_a_page_says_what_its_table_gives(abouts: tuple[faults._About, ...], codes: str) -> None:
    for about in abouts:
        made = faults._rule(about, codes)
        assert made == BY_CODE[about.code]
        assert (made.name, made.severity) == (about.name, Severity.REJECT)
        for text in (about.what, about.why, about.action, about.limit, f"Codes {codes} of the 999"):
            assert text in made.text


@pytest.mark.parametrize(
    ("old", "new", "code", "element", "at", "line"),
    [
        ("*Y*A*Y*Y", "*Y*X*Y*Y", "G617", "CLM07", "X*Y*Y", None),
        ("PRV*PE*PXC*", "PRV*PE*PXQ*", "G617", "PRV02", "PXQ*225", None),
        ("DTP*472*D8*20260302", "DTP*472*D8*20260302*X", "G613", "DTP04", "X~\nSE", "1"),
        ("11:B:1", "11:B:1:7", "G623", "CLM05-4", "7*Y*A", None),
        ("DTP*472*D8*20260302~\n", "DTP*472*D8*20260302~\nZZ*1~\n", "G601", "ZZ", "ZZ*1", "1"),
        ("N3*12 MILL LANE", "N3*12 MILL\xe9", "G616", "N301", "12 MILL\xe9", None),
        ("LX*1~", "LX*1*X~", "G613", "LX02", "X~\nSV1", "1"),
    ],
)
def test_a_fault_has_its_segment_byte_and_line(
    old: str, new: str, code: str, element: str, at: str, line: str | None
) -> None:
    text = interchange(Bill())
    assert old in text
    text = text.replace(old, new, 1)
    (verdict,) = [each for each in outcome_of(text).claims[0].verdicts if each.finding.rule[0] == "G"]
    where = verdict.finding.where
    assert (verdict.finding.rule, where.element, where.line) == (code, element, line)
    assert text[where.byte :].startswith(at)
    assert where.segment == text[: where.byte].count("~") + 1
    assert "loop" in verdict.finding.evidence[0].source
    assert f"{element} " in f"{verdict.finding.evidence[0].states} "
    assert verdict.finding.message.endswith(".")
    assert verdict.finding.action


def test_nothing_of_the_claim_is_quoted() -> None:
    text = interchange(Bill()).replace("*Y*A*Y*Y", "*Y*SECRET*Y*Y")
    for verdict in outcome_of(text).claims[0].verdicts:
        assert "SECRET" not in json.dumps(msgspec.to_builtins(verdict.finding))


def test_a_fault_of_a_shared_heading_is_found_at_every_claim_below_it() -> None:
    text = interchange(Bill(), Bill(number="PCN2"), Bill(number="PCN3", member="2FH5TF6NL84"))
    outcome = outcome_of(text.replace("NM1*85*2*", "NM1*85*7*"))
    places = {
        (each.finding.where.byte, each.finding.where.segment)
        for claim in outcome.claims
        for each in claim.verdicts
        if each.finding.rule[0] == "G"
    }
    assert [told(outcome, number) for number in range(3)] == [["G617 reject"]] * 3
    assert len(places) == 1
    assert {claim.disposition for claim in outcome.claims} == {"held"}


def test_another_claims_fault_is_not_found_here() -> None:
    text = interchange(Bill(), Bill(number="PCN2", member="2FH5TF6NL84"))
    at = text.index("CLM*PCN2")
    outcome = outcome_of(text[:at] + text[at:].replace("*Y*A*Y*Y", "*Y*X*Y*Y"))
    assert told(outcome, 0) == []
    assert told(outcome, 1) == ["G617 reject"]
    assert outcome.claims[0].disposition == "unchanged"


def test_segments_without_a_place_in_a_row_are_told_once() -> None:
    text = interchange(Bill()).replace("HI*ABK", "NM1*ZZ*1*X~\nN3*1 A STREET~\nN4*OMAHA*NE*681010001~\nHI*ABK")
    outcome = outcome_of(text.replace("SE*26", "SE*29"))
    (verdict,) = [each for each in outcome.claims[0].verdicts if each.finding.rule[0] == "G"]
    assert "the 2 segments behind it cannot be placed either" in verdict.finding.message


def test_runs_are_cut_where_a_segment_has_its_place() -> None:
    nowhere = GuideFault("NM1", None, None, "2", 0, "segment", "no place")
    other = GuideFault("N4", 1, None, "1", 0, "element", "missing")
    assert runs([nowhere, nowhere, other, nowhere, nowhere], [3, 4, 4, 6, 7]) == [[0, 1], [2], [3, 4]]


def test_segments_without_a_place_at_one_place_are_one_run() -> None:
    nowhere = GuideFault("NM1", None, None, "2", 0, "segment", "no place")
    assert runs([nowhere] * 4, [3, 3, 4, 6]) == [[0, 1, 2], [3]]
    assert sentence(nowhere, loop_label("")) == "no place."


def test_a_fault_of_a_line_has_its_control_number() -> None:
    text = interchange(Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | REF*6R*C77",)))
    verdicts = outcome_of(text.replace("D8*20260302", "D8*20260302*X")).claims[0].verdicts
    assert [each.finding.where.control for each in verdicts if each.finding.rule == "G613"] == ["C77"]


@pytest.mark.parametrize(("code", "near"), [("C411", True), ("E501", True), ("M215", False), ("U111", False)])
def test_what_is_said_of_a_whole_element_tells_of_its_components_by_some_rules_only(code: str, near: bool) -> None:
    said = BY_CODE[code].finding(Location(element="SV101", byte=4), "Wrong.", "Right it.")
    assert Told(said, remains=True, names=(("SV101-3", 13),), wider=(("SV101", 4),)).is_told_by(said) is near


def test_what_a_fix_cures_is_counted() -> None:
    fault = GuideFault("REF", 2, None, "5", 4, "element", "too long")
    assert remaining([fault, fault], [fault]) == [True, False]
    assert remaining([fault, fault], [fault], lines_added=True) == [True, True]


def test_a_fault_that_a_fix_cures_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule about the units whose fix also rights CLM07."""

    @rule(code="M210", name="repeated-modifier", scope=Claim, severity=Severity.REJECT, since="0.1.0", examples=())
    def rights(claim: Claim, context: RuleContext) -> Iterator[Finding]:
        if claim.clm.value(7) == "X":
            evidence = (Evidence("the claim", "itself"),)
            edits = (ClaimEdit(claim.ordinal, Edit(claim.clm.span(7), "A")),)
            fix = Fix("Right it", FixLevel.SAFE, Payment.NEUTRAL, edits, evidence)
            yield rights.finding(claim.lines[0].location("SV104"), "Wrong.", "Right it.", evidence=evidence, fix=fix)

    monkeypatch.setattr(run_rules, "RULES", (rights,))
    text = interchange(Bill()).replace("*Y*A*Y*Y", "*Y*X*Y*Y").encode("latin-1")
    mended, kept = (scrubbed(text, NONE, settings(fix)).claims[0] for fix in ("safe", "none"))
    assert found(mended) == ["M210 fixed", "G617 fixed"]
    assert mended.disposition == "corrected"
    assert found(kept) == ["M210 reject", "G617 reject"]
    assert set(kept.held_by) == {"M210", "G617"}


@pytest.mark.parametrize(
    ("line", "code"), [("SV1*HC:97110:GP*80*UN****1", "U111"), ("SV1*HC:97110:GP*80*UN*2***13", "C411")]
)
def test_a_fault_that_a_finding_holds_the_claim_for_is_told_once(line: str, code: str) -> None:
    outcome = run(Bill(lines=(line,)))
    assert f"{code} reject" in found(outcome.claims[0])
    assert told(outcome) == []


def test_a_warning_about_the_same_element_does_not_hide_a_fault() -> None:
    """A modifier of one character is a fault of the guide, whatever a profile makes of M215; it is told once."""
    bill = Bill(lines=("SV1*HC:97110:GP:5*80*UN*2***1",))
    assert told(run(bill)) == []
    outcome = run(bill, severity={"M215": "warn"})
    assert "M215 warn" in found(outcome.claims[0])
    assert told(outcome) == ["G614 reject"]
    assert outcome.claims[0].disposition == "held"


def test_numbers_of_lines_are_told_by_their_own_rule() -> None:
    text = interchange(Bill()).replace("LX*1~", "LX*4~")
    outcome = outcome_of(text)
    assert [each for each in found(outcome.claims[0]) if each[0] in "EG"] == ["E505 fixed"]


def test_a_claim_that_its_header_misreads_is_not_judged() -> None:
    outcome = outcome_of(interchange(Bill()).replace("*P*:~", "*P*>~"))
    assert told(outcome) == []
    assert "component separator" in unchecked(outcome.claims[0])["G"]


def test_a_void_is_judged() -> None:
    bill = Bill(frequency="8", head=("REF*F8*ICN1",), filing="CI")
    outcome = outcome_of(interchange(bill).replace("*Y*A*Y*Y", "*Y*X*Y*Y"))
    assert told(outcome) == ["G617 reject"]


@pytest.mark.parametrize("conformance", ["changed", "off"])
def test_what_is_not_judged_is_said(conformance: str) -> None:
    outcome = outcome_of(interchange(Bill()).replace("*Y*A*Y*Y", "*Y*X*Y*Y"), conformance)
    assert told(outcome) == []
    (said,) = outcome.not_checked
    assert said.rule == "G"
    assert conformance in said.why
    assert outcome_of(interchange(Bill())).not_checked == ()


@pytest.mark.parametrize("damage", [("*Y*A*Y*Y", "*Y*X*Y*Y"), ("HI*ABK:M5450~\n", "ZZ*1~\n"), ("PER*IC*", "PER*ZZ*")])
def test_pyx12_as_the_judge_finds_the_same(damage: tuple[str, str]) -> None:
    source = interchange(Bill()).replace(*damage).encode("latin-1")
    compiled, pyx12 = (scrub(source, NONE, Context(settings(), TODAY, judge=judge)) for judge in ("compiled", "pyx12"))
    assert compiled == pyx12
    assert told(compiled)


# What is of no claim.


def test_a_level_without_claims_holds_its_transaction() -> None:
    text = interchange(Bill())
    bare = "HL*3*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*WREN*JUDD****MI*1EG4TE5MK74~\nNM1*PR*2*MEDICARE*****XX*123~\n"
    made = text.replace("SE*26", bare + "SE*30")
    outcome = outcome_of(made)
    assert [verdict.finding.rule for verdict in outcome.findings] == ["G617"]
    (finding,) = (verdict.finding for verdict in outcome.findings)
    assert (finding.where.transaction, finding.where.element) == (1, "NM108")
    assert finding.where.segment == made[: made.index("NM1*PR*2*MEDICARE*")].count("~") + 1
    assert outcome.claims[0].disposition == "held"
    assert outcome_of(made.replace("*XX*123~", "*PI*123~")).claims[0].disposition == "unchanged"


def test_more_than_a_hundred_claims_of_one_patient_are_too_many() -> None:
    claims = [Bill(number=f"P{number}", on=TODAY.replace(month=1 + number % 9)) for number in range(101)]
    outcome = outcome_of(interchange(*claims))
    assert "G604" in {verdict.finding.rule for verdict in outcome.findings}
    assert {claim.disposition for claim in outcome.claims} == {"held"}
    assert "G604" not in {v.finding.rule for v in outcome_of(interchange(*claims[:100])).findings}


def test_a_level_without_claims_behind_a_transaction_of_another_kind() -> None:
    bare = "HL*3*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*WREN*JUDD****MI*1EG4TE5MK74~\nNM1*PR*2*MEDICARE*****XX*123~\n"
    text = interchange(Bill()).replace("SE*26", bare + "SE*30").replace("GE*1*", "GE*2*")
    found = [each.finding for each in outcome_of(text.replace("ST*837*0001", INSTITUTIONAL + "ST*837*0001")).findings]
    assert [(each.rule, each.where.transaction) for each in found if each.rule[0] == "G"] == [("G617", 2)]


# Overlays.


def test_an_overlay_holds_what_the_payer_does_not_take(tmp_path: Path) -> None:
    made = settings(overlay="medicare-part-b")
    text = interchange(Bill()).replace("****MI*", "****II*").encode("latin-1")
    (verdict,) = [v for v in scrubbed(text, NONE, made).claims[0].verdicts if v.finding.rule[0] == "G"]
    assert (verdict.finding.rule, verdict.finding.where.element) == ("G617", "NM108")
    assert told(scrubbed(text, NONE, settings())) == []
    assert told(scrubbed(interchange(Bill()).encode("latin-1"), NONE, made)) == []


def test_a_segment_that_the_payer_does_not_take_is_told_as_such(tmp_path: Path) -> None:
    overlay = tmp_path / "own.xml"
    overlay.write_text(NOT_USED, encoding="utf-8")
    text = (
        interchange(Bill(head=("K3*A NOTE", "NTE*ADD*A NOTE"))).replace("HI*ABK", "N3*1 OAK~\nHI*ABK").encode("latin-1")
    )
    plain = [v.finding for v in scrubbed(text, NONE, settings()).claims[0].verdicts if v.finding.rule[0] == "G"]
    narrowed = scrubbed(text, NONE, settings(overlay=str(overlay))).claims[0].verdicts
    found = [v.finding for v in narrowed if v.finding.rule[0] == "G"]
    assert [each.where.element for each in plain] == ["N3"]
    assert [(each.rule, each.where.element) for each in found] == [("G602", "K3"), ("G602", "NTE"), ("G602", "N3")]
    assert [" is not used by this payer" in each.message for each in found] == [True, True, False]
    assert [each.action for each in found[:2]] == ["Leave the segment out for this payer."] * 2
    assert [each.where.element in each.message for each in found[:2] if each.where.element] == [True, True]
    assert found[2].message == plain[0].message
    assert "cannot be placed" not in "".join(each.message for each in found)


NOT_USED = """\
<overlay name="own" guide="005010X222A1" payer="Example">
  <segment in="2300" segment="K3" usage="not-used" source="an example"/>
  <segment in="2300" segment="NTE" usage="not-used" source="an example"/>
</overlay>
"""


def scrub_with(tmp_path: Path, overlay: str, file: str = "claims.837") -> tuple[int, str]:
    (tmp_path / "scrubber.toml").write_text(f'[payers.medicare-part-b]\noverlay = "{overlay}"\n', encoding="utf-8")
    (tmp_path / file).write_text(interchange(replace(Bill(), lines=("SV1*HC:97110:GP*80*UN*2***1",))), encoding="ascii")
    result = CliRunner().invoke(main, ["scrub", str(tmp_path / file), "--today", str(TODAY)], catch_exceptions=False)
    return result.exit_code, result.output


OWN = """\
<overlay name="own" guide="005010X222A1" payer="Example">
  <element in="2300" segment="CLM" number="{number}" source="an example">
    <codes>C</codes>
  </element>
</overlay>
"""


def test_an_overlay_of_ones_own_stands_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text(OWN.format(number=7), encoding="utf-8")
    assert scrub_with(tmp_path, "own.xml")[0] == 1
    report = json.loads((tmp_path / "scrubbed" / "claims.report.json").read_bytes())
    assert "G617" in {each["rule"] for each in report["claims"][0]["findings"]}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (OWN.format(number=77), "line 2"),
        ("<overlay>", "line 1"),
        (None, "own.xml"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><overlay>&b;</overlay>', "own.xml"),
    ],
)
def test_an_overlay_that_does_not_fit_is_exit_2(tmp_path: Path, content: str | None, word: str) -> None:
    if content is not None:
        (tmp_path / "own.xml").write_text(content, encoding="utf-8")
    code, said = scrub_with(tmp_path, "own.xml")
    assert code == 2
    assert "payers.medicare-part-b.overlay" in said
    assert word in said
    assert not (tmp_path / "scrubbed").exists()


def test_an_unknown_overlay_is_exit_2_and_the_known_ones_are_named(tmp_path: Path) -> None:
    code, said = scrub_with(tmp_path, "medicare")
    assert code == 2
    assert "medicare-part-b" in said
