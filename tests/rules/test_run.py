"""Of which claims, visits and patients a rule is asked, by its precondition; and how often that is worked out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from rules.specimen import DAY, TODAY, Bill, patient, settings

from scrubber.claims.claim import Claim
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules import run
from scrubber.rules.facts import fact
from scrubber.rules.facts.of_payer import Payers
from scrubber.rules.rule import Check, Engine, Example, Rule, RuleContext, raised_by_engine, rule
from scrubber.rules.run import check_patient
from scrubber.settings.settings import Settings
from scrubber.tables.tableset import load_tables
from scrubber.visits.patient import Patient
from scrubber.visits.visit import Visit

KX, PLAIN = "SV1*HC:97110:GP:KX*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1"


def of_scope(scope: type, when: int, asked: list[str], **given: Any) -> Rule:
    """A rule that notes of whom it is asked."""

    def check(subject: Any, _: RuleContext) -> Iterator[Finding | NotChecked]:
        asked.append(subject.id if scope is Claim else str(subject.date) if scope is Visit else "patient")
        yield NotChecked("U999", "", ())

    return declared(scope=scope, when=when, **given)(check)


def declared(**given: Any) -> Callable[[Check], Rule]:
    plain = {"code": "U999", "name": "z", "scope": Claim, "severity": Severity.NOTE, "since": "1.0.0", "examples": ()}
    return rule(**{**plain, **given})


def asked_of(monkeypatch: pytest.MonkeyPatch, scope: type, when: int, *bills: Bill, **given: Any) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(run, "RULES", (of_scope(scope, when, asked, **given),))
    check_patient(patient(bills), RuleContext(settings(), load_tables(), TODAY))
    return asked


TWO = (Bill(lines=(PLAIN,)), Bill(lines=(KX,), number="PCN2", on=DAY + timedelta(1)))


@pytest.mark.parametrize(
    ("scope", "when", "expected"),
    [
        (Claim, fact.THERE, ["PCN1", "PCN2"]),
        (Claim, fact.KX, ["PCN2"]),
        (Claim, fact.KX | fact.LIABILITY, ["PCN2"]),
        (Claim, fact.LIABILITY, []),
        (Claim, fact.SEVERAL_CLAIMS, []),
        (Visit, fact.KX, ["2026-03-02", "2026-03-03"]),
        (Visit, fact.REPEATED, []),
        (Patient, fact.KX, ["patient"]),
        (Patient, fact.LIABILITY, []),
    ],
)
def test_a_rule_is_asked_where_one_of_its_facts_holds(
    monkeypatch: pytest.MonkeyPatch, scope: type, when: int, expected: list[str]
) -> None:
    assert asked_of(monkeypatch, scope, when, *TWO) == expected


def test_a_rule_of_a_visit_is_asked_of_the_visit_that_has_its_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    untimed = Bill(lines=("SV1*HC:97022:GP*40*UN*1***1",), number="PCN2", on=DAY + timedelta(1))
    assert asked_of(monkeypatch, Visit, fact.NO_MINUTES, Bill(), untimed) == ["2026-03-02"]


@pytest.mark.parametrize(
    ("given", "expected"), [({}, ["PCN1"]), ({"voids": True}, ["PCN1", "PCN2"]), ({"code": "G999"}, ["PCN1", "PCN2"])]
)
def test_of_a_void_only_who_says_so_is_asked(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], expected: list[str]
) -> None:
    void = Bill(number="PCN2", frequency="8", on=DAY + timedelta(1))
    assert asked_of(monkeypatch, Claim, fact.THERE, Bill(), void, **given) == expected
    assert asked_of(monkeypatch, Claim, fact.LIABILITY, Bill(), void, **given) == []


def test_without_preconditions_every_rule_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(run, "RULES", (of_scope(Claim, fact.LIABILITY, asked),))
    check_patient(patient(TWO), RuleContext(settings(), load_tables(), TODAY), preconditions=False)
    assert asked == ["PCN1", "PCN2"]


def test_what_settings_call_for_is_worked_out_once_and_not_kept_beyond_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    made: list[Settings] = []

    def payers(chosen: Settings) -> Payers:
        made.append(chosen)
        return Payers(chosen)

    monkeypatch.setattr(run, "Payers", payers)
    monkeypatch.setattr(run, "RULES", (of_scope(Claim, fact.AUTHORIZATION, asked),))
    without, wanted = settings(), settings(authorization="all")
    for chosen in (without, without, wanted, wanted, without):
        check_patient(patient(Bill()), RuleContext(chosen, load_tables(), TODAY))
    assert asked == ["PCN1", "PCN1"]
    assert [id(each) for each in made] == [id(without), id(wanted), id(without)]
    monkeypatch.setattr(run, "RULES", (of_scope(Claim, fact.THERE, asked),))
    check_patient(patient(Bill()), RuleContext(without, load_tables(), TODAY))
    assert len(asked) == 3


def test_pairs_are_looked_up_where_a_rule_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Bill(lines=("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97124:GP*30*UN*1***1"))
    assert asked_of(monkeypatch, Patient, fact.PAIR_NEVER, pair) == ["patient"]
    assert asked_of(monkeypatch, Patient, fact.PAIR_NEVER, Bill()) == []


def failing(subject: object, context: RuleContext) -> Iterator[Finding]:
    raise ValueError


def test_a_rule_that_fails_holds_all_claims_of_the_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RULES", (declared(scope=Patient)(failing),))
    (failed,), _ = check_patient(patient(TWO), RuleContext(settings(), load_tables(), TODAY))
    assert (failed.rule, failed.where.claim, failed.related) == ("I001", 0, (1,))
    assert failed.message == "Rule U999 failed (ValueError); the claims of this patient are held."


@pytest.mark.parametrize(("code", "expected"), [("U999", Severity.NOTE), ("G999", Severity.REJECT)])
def test_a_profile_changes_the_severity_of_its_own_families(
    monkeypatch: pytest.MonkeyPatch, code: str, expected: Severity
) -> None:
    def check(claim: Claim, _: RuleContext) -> Iterator[Finding]:
        yield made.finding(claim.location(), "message", "action")

    made = declared(code=code, severity=Severity.REJECT)(check)
    monkeypatch.setattr(run, "RULES", (made,))
    chosen = settings(severity={code: "note"})
    (found,), _ = check_patient(patient(Bill(), severity={code: "note"}), RuleContext(chosen, load_tables(), TODAY))
    assert (found.rule, found.name, found.severity) == (code, "z", expected)


def test_a_rule_is_as_it_was_declared() -> None:
    given: dict[str, Any] = {
        "code": "U998",
        "name": "y",
        "scope": Visit,
        "severity": Severity.WARN,
        "since": "1.0.0",
        "examples": (Example("An example", fixed=""),),
        "effective": DAY,
        "holds_related": False,
        "voids": True,
        "when": fact.KX,
    }
    made = rule(**given)(failing)
    assert {name: getattr(made, name) for name in given} == given
    assert (made.text, made.check, made.has_fix) == ("", failing, True)
    assert not declared()(failing).has_fix
    assert rule(**given)(len).text == len.__doc__
    where = patient(Bill()).claims[0].location()
    full = made.finding(where, "message", "action", related=(1,), severity=Severity.NOTE, charge_effect=Decimal(1))
    assert (full.name, full.severity, full.related, full.charge_effect) == ("y", Severity.NOTE, (1,), Decimal(1))
    bare = made.finding(where, "message", "action")
    assert (bare.severity, bare.evidence, bare.fix, bare.related, bare.charge_effect) == (
        Severity.WARN,
        (),
        None,
        (),
        None,
    )
    assert made.not_checked("why", 0, 2) == NotChecked("U998", "why", (0, 2))
    of_engine = raised_by_engine("I999", "x", Severity.REJECT, "1.1.0", "text")
    assert of_engine == Rule("I999", "x", Engine, Severity.REJECT, "1.1.0", "text")
