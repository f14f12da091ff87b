"""Fixes are applied round after round until nothing is left to apply, and each is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from fixes.gathered import billed, reported, row, scrubbed, works_of
from properties.clinic import Line, Person
from properties.scrubbing import context

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit, Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.fixes.settle import settle
from scrubber.rules import run
from scrubber.rules.rule import Rule, RuleContext, rule
from scrubber.tables.tableset import load_tables

OVER = Line("97110", units="3", charge="120.00")


def rules() -> RuleContext:
    return RuleContext(context().settings, load_tables(), date(2026, 11, 22))


def test_what_one_fix_makes_possible_is_done_in_the_next_round() -> None:
    """CQ is put behind GP, which is not there before the first round."""
    claim = billed("A1", Line("97110", (), units="3", charge="120.00"))
    (work,) = works_of(claim, rows=(row("A1", "97110", 30, "PTA"),))
    settled = settle(work, rules())
    assert settled.stable
    (line,) = settled.patient.claims[0].lines
    assert (line.modifiers, line.units, line.charge) == (("GP", "CQ"), "2", "80.00")
    assert settled.patient.claims[0].charge == "80.00"
    assert settled.remaining == set()
    assert {finding.rule for finding in settled.found.values()} == {"M201", "M204", "U101"}
    (before,) = settled.original.claims[0].lines
    assert (before.modifiers, before.units) == ((), "3")


def test_findings_are_located_in_the_source() -> None:
    claim = billed("A1", Line("97110", ("GP", "GP")), Line("97112", ("GP",), units="3", charge="120.00"))
    (work,) = works_of(claim, rows=(row("A1", "97110", 15), row("A1", "97112", 30)))
    settled = settle(work, rules())
    source = work.claims[0]
    for finding in settled.found.values():
        assert finding.where.byte is not None
        there = source.text[finding.where.byte - source.start :]
        assert there.startswith({"M210": "GP:GP", "U101": "3*"}[finding.rule])


def test_a_finding_of_two_rounds_is_told_once() -> None:
    """What the first line loses moves the second; CQ is still missing there when GP has been put."""
    claim = billed("A1", Line("97110", ("GP", "GP")), Line("97112", ()))
    (work,) = works_of(claim, rows=(row("A1", "97110", 15), row("A1", "97112", 15, "PTA")))
    settled = settle(work, rules())
    assert sorted(finding.rule for finding in settled.found.values()) == ["M201", "M204", "M210"]
    assert [line.modifiers for line in settled.patient.claims[0].lines] == [("GP",), ("GP", "CQ")]


def test_nothing_to_fix_is_one_round() -> None:
    (work,) = works_of(billed("A1", Line("97110")), rows=(row("A1", "97110", 15),))
    settled = settle(work, rules())
    assert settled.stable
    assert settled.patient is settled.original
    assert settled.causes == []
    assert settled.found == {}


def test_a_copy_stays_a_copy_when_the_first_is_corrected() -> None:
    """Else the two would differ after the first round, and be taken for two claims of one visit."""
    claims = reported(billed("A1", OVER), billed("A1", OVER), rows=(row("A1", "97110", 30),))
    assert [claim.disposition for claim in claims] == ["corrected", "held"]
    assert [claim.charge_out for claim in claims] == ["80.00", "0.00"]
    assert [[found.rule for found in claim.findings] for claim in claims] == [["U101"], ["C405"]]


def test_a_code_without_minutes_keeps_no_unit_in_the_proposal() -> None:
    """97035 is not in the record: the answer that fits takes it off, which is for a person."""
    claim = billed("A1", Line("97035", units="3", charge="60.00"), Line("97110"))
    (result,) = reported(claim, rows=(row("A1", "97110", 22),), choice="unsafe")
    assert result.disposition == "held"
    (found,) = [each for each in result.findings if each.rule == "U101"]
    assert "97035" in found.action
    assert found.fix is not None
    assert found.fix.level == "person"


def test_a_unit_never_moves_to_the_add_on_by_itself() -> None:
    """97129 is billed three times and 97130 once; 45 minutes are one and two. 97130 costs more: charge would rise."""
    claim = billed("A1", Line("97129", units="3", charge="30.00"), Line("97130", units="1", charge="90.00"))
    for choice in ("safe", "unsafe", "raises"):
        (result,) = reported(claim, rows=(row("A1", "97129", 45),), choice=choice)
        assert result.disposition == "held"
        (found,) = [each for each in result.findings if each.rule == "U101"]
        assert found.fix is not None
        assert (found.fix.level, found.fix.payment) == ("person", "raises")
        assert found.impact is not None
        assert found.impact.charge is not None
        assert Decimal(found.impact.charge) > 0


def test_a_doubled_record_is_told_of_the_claim_that_it_names() -> None:
    claims = (billed("A1", Line("97110")), billed("A2", Line("97112")))
    double = row("A2", "97112", 15)
    first, second = reported(*claims, rows=(row("A1", "97110", 15), double, double))
    assert first.findings == ()
    assert [(found.rule, found.severity) for found in second.findings] == [("U116", "warn")]


def always_something() -> Rule:
    """A rule whose fix it does not like either."""

    @rule(code="M210", name="repeated-modifier", scope=Claim, severity=Severity.REJECT, since="0.1.0", examples=())
    def turns(claim: Claim, context: RuleContext) -> Iterator[Finding]:
        line = claim.lines[0]
        evidence = (Evidence("the line", "itself"),)
        edit = line.set_modifiers(["GO" if "GP" in line.modifiers else "GP"])
        assert edit is not None
        fix = Fix("Turn", FixLevel.SAFE, Payment.NEUTRAL, (ClaimEdit(claim.ordinal, edit),), evidence)
        yield turns.finding(line.location("SV104"), "It turns.", "Stop it.", evidence=evidence, fix=fix)

    return turns


def failing() -> Rule:
    """A rule with a defect that only one claim shows."""

    @rule(code="M210", name="repeated-modifier", scope=Claim, severity=Severity.REJECT, since="0.1.0", examples=())
    def fails(claim: Claim, context: RuleContext) -> Iterator[Finding]:
        if claim.id == "A1":
            raise KeyError(claim.id)
        yield from ()

    return fails


def test_fixes_that_never_come_to_rest_hold_the_claim_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RULES", (always_something(),))
    outcome = scrubbed(billed("A1", Line("97110")))
    assert outcome.corrected() is None
    held = outcome.held()
    assert held is not None
    assert b"*UN*1*" in held
    (claim,) = outcome.claims
    assert "I003" in claim.held_by
    assert [verdict.fixed for verdict in claim.verdicts] == [False] * len(claim.verdicts)


def test_a_rule_that_fails_holds_its_patient_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RULES", (failing(),))
    claims = reported(
        billed("A1", Line("97110")), billed("A2", Line("97112")), billed("B1", Line("97110"), person=Person(2))
    )
    assert [claim.disposition for claim in claims] == ["held", "held", "unchanged"]
    (found,) = claims[0].findings
    assert found.rule == "I001"
    assert "KeyError" in found.message
    assert "A1" not in found.message
