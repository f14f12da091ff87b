"""Every worked example of every rule: what it shows is what the scrubber does."""

from decimal import Decimal
from functools import cache

import counting
import pytest
from rules.specimen import records_of, scrubbed, settings, source_of, sv1, tables_of

from scrubber.findings.finding import Location
from scrubber.findings.levels import Severity
from scrubber.outcome import ClaimResult, Outcome, Verdict
from scrubber.rules.catalogue import RULES
from scrubber.rules.rule import Example, Rule
from scrubber.settings.settings import Settings

EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
FLAGGED = [(rule, example) for rule, example in EXAMPLES if example.flagged]
NOT_FLAGGED = [(rule, example) for rule, example in EXAMPLES if not example.flagged]
FIXED = [(rule, example) for rule, example in FLAGGED if example.fixed is not None]
OPEN = [(rule, example) for rule, example in FLAGGED if example.fixed is None]

# Why another rule has to reject what this one lets pass. An entry that is not needed fails.
REJECTED_BY_ANOTHER = {
    ("U116", "A copy of the claim is no second claim: the copy is held for itself"): {"C405"},
}

# What is wrong is the place itself (E501 to E510, C405, N304), or that there is nothing (U106, U109 without a record).
EVIDENT = {"E501", "E503", "E504", "E506", "E510", "C405", "N304", "U106", "U109"}


def told(pair: tuple[Rule, Example]) -> str:
    rule, example = pair
    return f"{rule.code}-{example.title}"


@cache
def outcome_of(rule: Rule, example: Example) -> Outcome:
    return scrubbed(source_of(example), records_of(example), settings_of(example), tables_of(example))


def settings_of(example: Example) -> Settings:
    raises = {"apply_raises": True} if example.level == "unsafe" else {}
    return settings(example.level, **raises, **{key.replace("-", "_"): value for key, value in example.profile})


def verdicts(outcome: Outcome) -> list[Verdict]:
    return [*outcome.findings, *(verdict for claim in outcome.claims for verdict in claim.verdicts)]


def of_rule(rule: Rule, outcome: Outcome) -> list[Verdict]:
    return [verdict for verdict in verdicts(outcome) if verdict.finding.rule == rule.code]


def named(where: Location, outcome: Outcome) -> list[ClaimResult]:
    """The claims that a finding names, by itself or with the part of the envelope that they stand in."""
    if where.claim is not None:
        return [claim for claim in outcome.claims if claim.ordinal == where.claim]
    return [
        claim
        for claim in outcome.claims
        if where.interchange == claim.interchange
        and where.group in (None, claim.group)
        # The one professional transaction of a specimen's group is its first.
        and where.transaction in (None, 1)
    ]


@pytest.mark.parametrize("pair", FLAGGED, ids=told)
def test_what_is_flagged_is_found(pair: tuple[Rule, Example]) -> None:
    rule, _ = pair
    assert of_rule(rule, outcome_of(*pair))


@pytest.mark.parametrize("pair", NOT_FLAGGED, ids=told)
def test_what_is_not_flagged_is_not_found(pair: tuple[Rule, Example]) -> None:
    rule, example = pair
    outcome = outcome_of(rule, example)
    assert not of_rule(rule, outcome)
    rejected = {v.finding.rule for v in verdicts(outcome) if v.finding.severity is Severity.REJECT}
    assert rejected == REJECTED_BY_ANOTHER.get((rule.code, example.title), set())


@pytest.mark.parametrize("pair", FIXED, ids=told)
def test_what_is_fixed_goes_out_corrected(pair: tuple[Rule, Example]) -> None:
    rule, example = pair
    outcome = outcome_of(rule, example)
    assert sv1(outcome) == (example.fixed or "").split("\n")
    assert not outcome.has_held
    corrected = outcome.corrected()
    assert corrected is not None
    changes = corrected != outcome.source
    assert [verdict.fixed for verdict in of_rule(rule, outcome)] == [changes]
    # What stays found is no reason to hold: a reject that is not fixed would have held the claim.
    assert changes or all(v.finding.severity is not Severity.REJECT for v in of_rule(rule, outcome))
    assert counting.conforms(corrected)
    assert not counting.faults(corrected)


@pytest.mark.parametrize("pair", FIXED, ids=told)
def test_what_is_fixed_stays_as_it_is(pair: tuple[Rule, Example]) -> None:
    _, example = pair
    corrected = outcome_of(*pair).corrected()
    assert corrected is not None
    again = scrubbed(corrected, records_of(example), settings_of(example), tables_of(example))
    assert again.journal == ()
    assert again.corrected() == corrected


@pytest.mark.parametrize("pair", OPEN, ids=told)
def test_what_is_not_fixed_holds_when_it_is_a_reject_and_changes_nothing(pair: tuple[Rule, Example]) -> None:
    rule, _ = pair
    outcome = outcome_of(*pair)
    assert not any(verdict.fixed for verdict in of_rule(rule, outcome))
    rejects = [v.finding for v in of_rule(rule, outcome) if v.finding.severity is Severity.REJECT]
    dispositions = {claim.ordinal: claim.disposition for finding in rejects for claim in named(finding.where, outcome)}
    assert set(dispositions.values()) <= {"held"}
    # With a reject something is in the held file, be it a transaction that has no professional claim.
    assert outcome.has_held == bool(rejects)
    if not rejects:
        assert outcome.corrected() == outcome.source
    assert counting.partitions(outcome.source, outcome.corrected(), outcome.held())


def test_no_exception_is_idle() -> None:
    examples = {(rule.code, example.title) for rule, example in EXAMPLES}
    assert REJECTED_BY_ANOTHER.keys() <= examples


@pytest.mark.parametrize("pair", FLAGGED, ids=told)
def test_every_finding_says_what_is_wrong_and_what_to_do(pair: tuple[Rule, Example]) -> None:
    rule, _ = pair
    for verdict in of_rule(rule, outcome_of(*pair)):
        finding = verdict.finding
        texts = [finding.message, finding.action, *([finding.fix.title] if finding.fix else [])]
        shown = (*finding.evidence, *(finding.fix.evidence if finding.fix else ()))
        texts += [text for each in shown for text in (each.source, each.states)]
        assert all(isinstance(text, str) and text.strip() for text in texts)
        assert "None" not in " ".join(texts)


@pytest.mark.parametrize("pair", FLAGGED, ids=told)
def test_every_finding_has_evidence(pair: tuple[Rule, Example]) -> None:
    rule, _ = pair
    if rule.code not in EVIDENT:
        assert all(verdict.finding.evidence for verdict in of_rule(rule, outcome_of(*pair)))


@pytest.mark.parametrize("pair", FIXED, ids=told)
def test_what_a_fix_does_to_the_charges_is_what_it_says(pair: tuple[Rule, Example]) -> None:
    outcome = outcome_of(*pair)
    fixed = [verdict.finding for verdict in verdicts(outcome) if verdict.fixed]
    assert charges(outcome.corrected()) - charges(outcome.source) == sum(each.charge_effect or 0 for each in fixed)


def charges(text: bytes | None) -> Decimal:
    """The charges of all service lines of a file."""
    segments = (each for claim in counting.claims(text) for each in claim.named("SV1"))
    return sum((Decimal(each.split("*")[2]) for each in segments), Decimal(0))
