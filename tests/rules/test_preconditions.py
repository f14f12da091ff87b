"""Preconditions only save time: with and without them every rule says the same, in the same order, word for word."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledger.sent import enter, file_of, snapshot
from properties.damage import damaged
from properties.treated import Chance, seeded
from rules.specimen import TODAY, Bill, interchange, records_of, scrubbed, settings, source_of, tables_of
from rules.test_examples import settings_of
from rules.test_faults import FOLDER as FAULTS
from rules.test_faults import tables as faults_tables

from benchmarks.generate import Options, generate
from scrubber.errors import ScrubberError
from scrubber.findings.finding import Finding, NotChecked
from scrubber.fixes import settle
from scrubber.rules.catalogue import BY_CODE, RULES
from scrubber.rules.coverage.evaluations_conflict import evaluations_conflict
from scrubber.rules.coverage.repeated_claim import repeated_claim
from scrubber.rules.coverage.repeated_line import repeated_line
from scrubber.rules.facts import fact
from scrubber.rules.modifiers.missing_discipline_modifier import missing_discipline_modifier
from scrubber.rules.ncci.pair_needs_modifier import pair_needs_modifier
from scrubber.rules.ncci.pair_never_payable import pair_never_payable
from scrubber.rules.ncci.units_above_day_limit import units_above_day_limit
from scrubber.rules.rule import Rule, RuleContext
from scrubber.rules.run import check_patient
from scrubber.rules.units.unit_above_one_for_first_step import unit_above_one_for_first_step
from scrubber.rules.units.untimed_units_above_one import untimed_units_above_one
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.settings.load import load_settings
from scrubber.visits.patient import Patient
from scrubber.visits.records import TreatmentRecords, read_records

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/in.837"))

STRICT: dict[str, Any] = {
    "discipline_modifiers": True,
    "assistant_modifiers": True,
    "threshold_modifier": True,
    "modifier_order": True,
    "extra_pairs": (("97110", "97140"),),
    "timed_units_per_day": 2,
    "minutes_per_unit": {"97110": 10, "97140": 15},
    "referring_provider": True,
    "authorization": "all",
    "filing_limit_days": 30,
    "corrected_claims": False,
    "refused_places": ("11",),
    "doubtful_places": ("12",),
    "replaced_codes": {"97110": "97112"},
    "pair_tables": ("ncci-ptp-medicare",),
    "unit_limit_tables": ("ncci-mue-medicare",),
    "missing_record": "reject",
}
"""A payer that asks for everything that a profile can ask for."""

LAX: dict[str, Any] = {
    "discipline_modifiers": False,
    "assistant_modifiers": False,
    "threshold_modifier": False,
    "pair_tables": (),
    "unit_limit_tables": (),
    "unit_rule": "ask",
}

ODD = (
    *("GP", "GO", "GN", "CQ", "CO", "59", "XE", "KX", "25", "52", "GA", "GY", "GZ", "GX", "95", "ZZ", "gp", "76", "LT"),
    *(
        "97110",
        "97140",
        "97530",
        "97161",
        "97165",
        "97150",
        "G0283",
        "97010",
        "97014",
        "92507",
        "98977",
        "98981",
        "98980",
    ),
    *(
        "97129",
        "97130",
        "20560",
        "97169",
        "1101F",
        "97532",
        "99999",
        "97545",
        "97546",
        "0",
        "1",
        "2",
        "4",
        "9",
        "1.5",
        "-1",
    ),
    *("20260302", "20190101", "20280101", "20260229", "20260301-20260304", "RD8", "99991231", "18000101"),
    *("MJ", "UN", "HC", "ZZ", "XX", "1999887726", "1999887727", "225X00000X", "2252A2200X", "111N00000X", "207Q00000X"),
    *("ABK:M545", "ABK:V120", "ABK:M5450", "ABF:M54.5", "11:B:7", "22:B:1", "02:B:1", "11:B:8", "AA", "", "80", "0.00"),
    *("80.005", "472", "439", "096", "G1", "F8", "DN", "82", "1:2", "3", "10", "02"),
)
"""Texts that elements are made of, right ones and wrong ones."""
PARTS = ["ASSISTANT_MODIFIER", "EVALUATION", "ONCE", "PRACTITIONER", "ASSISTANT_MINUTES"]
"""Facts that no rule names: others are made of them."""
_TOUCHED = frozenset({"CLM", "SV1", "DTP", "REF", "HI", "NM1", "PRV", "LX", "SBR", "DMG"})


class Compared:
    """Stands before ``check_patient``: asks it twice, with and without preconditions, and counts the verdicts."""

    def __init__(self) -> None:
        self.patients = 0
        self.rules: set[str] = set()

    def __call__(self, patient: Patient, context: RuleContext) -> tuple[list[Finding], list[NotChecked]]:
        every = RuleContext(context.settings, context.tables, context.today, ledger=context.ledger)
        expected = check_patient(patient, every, preconditions=False)
        mine = RuleContext(context.settings, context.tables, context.today, ledger=context.ledger)
        found = check_patient(patient, mine)
        assert found == expected
        assert mine.stale == every.stale
        self.patients += 1
        self.rules.update(each.rule for verdicts in found for each in verdicts)
        return check_patient(patient, context)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Compared]:
    compared = Compared()
    monkeypatch.setattr(settle, "check_patient", compared)
    yield compared
    assert compared.patients


def test_nothing_differs_in_the_examples_of_the_rules(compared: Compared) -> None:
    for rule in RULES:
        for example in rule.examples:
            source, records = source_of(example), records_of(example)
            scrubbed(source, records, settings_of(example), tables_of(example))
            scrubbed(source, records, settings(fix="unsafe", apply_raises=True, **STRICT))
            scrubbed(source, TreatmentRecords([]), settings(**LAX))
    assert compared.rules >= {rule.code for rule in RULES if rule.when != fact.THERE and rule.check}


def test_nothing_differs_in_whole_files(compared: Compared) -> None:
    chosen = load_settings(FAULTS / "scrubber.toml", known_rules=BY_CODE)
    records = read_records([FAULTS / "records.csv"])
    scrub((FAULTS / "faults.837").read_bytes(), records, Context(chosen, TODAY, faults_tables()))
    for case in CASES:
        toml = case / "scrubber.toml"
        chosen = load_settings(toml if toml.is_file() else None, known_rules=BY_CODE)
        try:
            records = read_records(sorted(case.glob("records.*")))
        except ScrubberError:
            continue
        for each in (chosen, settings(**STRICT)):
            scrub((case / "in.837").read_bytes(), records, Context(each, TODAY))


@pytest.mark.parametrize("profile", [{}, STRICT, LAX], ids=["built-in", "strict", "lax"])
def test_nothing_differs_in_broken_claims(compared: Compared, tmp_path: Path, profile: dict[str, Any]) -> None:
    claims, records = tmp_path / "claims.837", tmp_path / "records.csv"
    generate(Options(1000, 7, error_rate=1.0, visits=3), claims, records)
    scrub(claims.read_bytes(), read_records([records]), Context(settings(**profile), TODAY))
    assert compared.patients >= 1000


@pytest.mark.parametrize("profile", [{}, STRICT, LAX], ids=["built-in", "strict", "lax"])
def test_nothing_differs_in_whatever_comes(compared: Compared, profile: dict[str, Any]) -> None:
    chosen = settings(fix="unsafe", **profile)
    for seed in range(60):
        case = seeded(seed)
        for source in (case.source, damaged(Chance(random.Random(seed).randrange), case.source)):
            try:
                scrubbed(source, case.records(), chosen)
            except ScrubberError:
                continue


@pytest.mark.parametrize("profile", [{}, STRICT, LAX], ids=["built-in", "strict", "lax"])
def test_nothing_differs_where_any_element_is_another(compared: Compared, profile: dict[str, Any]) -> None:
    chosen = settings(fix="unsafe", **profile)
    for seed in range(120):
        case = seeded(seed, faults=False, odd=False)
        scrubbed(_altered(case.source, random.Random(seed)), case.records(), chosen)


def _altered(source: bytes, dice: random.Random) -> bytes:
    """The file with some elements and components replaced, added or dropped."""
    segments = source.decode("latin-1").split("~")
    for number, segment in enumerate(segments):
        elements = segment.lstrip().split("*")
        if elements[0] not in _TOUCHED or dice.random() > 0.15:
            continue
        element = dice.randrange(1, len(elements) + 2)
        elements += [""] * (element - len(elements) + 1)
        parts = elements[element].split(":")
        place = dice.randrange(len(parts) + 1)
        parts[place : place + dice.randrange(2)] = [dice.choice(ODD)] if dice.random() < 0.8 else []
        elements[element] = ":".join(parts)
        segments[number] = "\n" + "*".join(elements)
    return "~".join(segments).encode("latin-1")


def test_nothing_differs_where_earlier_files_are_known(compared: Compared, tmp_path: Path) -> None:
    ledger = tmp_path / "sent.ledger"
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97530:GP*80*UN*2***1", "SV1*HC:98977:GP*50*UN*1***1")
    enter(ledger, file_of(Bill(lines=lines), control="000000100"))
    for profile in ({}, STRICT, LAX):
        for sent in (Bill(lines=lines), Bill(number="PCN2", lines=("SV1*HC:97140:GP*40*UN*4***1", *lines[1:]))):
            source = file_of(sent)
            scrub(source, TreatmentRecords([]), Context(settings(**profile), TODAY, ledger=snapshot(ledger, source)))
    assert compared.rules >= {repeated_line.code, repeated_claim.code, pair_never_payable.code}


@pytest.mark.parametrize(
    ("sent", "now", "rule"),
    [
        ("SV1*HC:97163:GP*110*UN*1***1", "SV1*HC:97161:GP*110*UN*1***1", pair_never_payable),
        ("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1", pair_needs_modifier),
        ("SV1*HC:97112:GP*120*UN*3***1", "SV1*HC:97112:GP:76*80*UN*2***1", units_above_day_limit),
    ],
)
def test_what_an_earlier_file_sent_is_enough_to_be_asked(
    compared: Compared, tmp_path: Path, sent: str, now: str, rule: Rule
) -> None:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(Bill(lines=(sent,)), control="000000100"))
    source = file_of(Bill(lines=(now,), number="PCN2"))
    scrub(source, TreatmentRecords([]), Context(settings(), TODAY, ledger=snapshot(ledger, source)))
    assert rule.code in compared.rules


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97150:GP:59*30*UN*1***1", untimed_units_above_one),
        ("SV1*HC:97129:GO*40*UN*1***1", "SV1*HC:97129:GO:59*40*UN*1***1", unit_above_one_for_first_step),
        ("SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:97162:GP*120*UN*1***1", evaluations_conflict),
    ],
)
def test_two_claims_of_a_day_are_enough_to_be_asked(compared: Compared, one: str, other: str, rule: Rule) -> None:
    source = interchange(Bill(lines=(one,)), Bill(lines=(other,), number="PCN2")).encode("latin-1")
    scrubbed(source, TreatmentRecords([]))
    assert rule.code in compared.rules


def test_where_the_facts_cannot_be_known_every_rule_looks_for_itself(compared: Compared) -> None:
    # Today less such a limit is before the first day of the calendar.
    source = interchange(Bill(lines=("SV1*HC:97110*80*UN*2***1",))).encode("latin-1")
    outcome = scrub(source, TreatmentRecords([]), Context(settings(filing_limit_days=3_000_000), TODAY))
    (claim,) = outcome.claims
    assert missing_discipline_modifier.code in {verdict.finding.rule for verdict in claim.verdicts}


def test_every_fact_is_one_bit_of_its_own_and_named_by_a_rule() -> None:
    bits = {name: value for name, value in vars(fact).items() if name.isupper() and name != "EVERY"}
    assert all(value.bit_count() == 1 for value in bits.values())
    assert len(set(bits.values())) == len(bits)
    named = 0
    for rule in RULES:
        named |= rule.when
    assert [name for name, value in bits.items() if not value & named] == PARTS
