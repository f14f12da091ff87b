"""What the worked examples say, word for word: place, severity, message, action, evidence, fix.

This is what billers read, so it is kept as text, a file for each rule in tests/rules/said/, and read line by line when
it changes. Beside them stands which facts hold in them (rules.known). After a change of wording:

    cd tests && ../.venv/bin/python -m rules.said
"""

from collections.abc import Iterator
from pathlib import Path

from rules import known
from rules.further_cases import Case, cases
from rules.specimen import scrubbed, settings
from rules.test_examples import FLAGGED, outcome_of

from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.outcome import Outcome
from scrubber.rules.rule import Rule
from scrubber.visits.records import TreatmentRecords

FOLDER = Path(__file__).parent / "said"
OFTEN = {"M211"}
"""Not checked in nearly every case, for want of an amount to date."""


def said(rule: Rule) -> str:
    """All that a rule finds in its examples."""
    parts = []
    for each, example in FLAGGED:
        if each is rule:
            outcome = outcome_of(rule, example)
            parts += [f"# {example.title}\n", *(f"{text}\n" for text in _found(rule, outcome))]
    return "\n".join(parts)


def _found(rule: Rule, outcome: Outcome) -> Iterator[str]:
    for verdict in (*outcome.findings, *(each for claim in outcome.claims for each in claim.verdicts)):
        if verdict.finding.rule == rule.code:
            yield "\n".join(_lines(verdict.finding, outcome))
    for claim in outcome.claims:
        for unchecked in claim.not_checked:
            if unchecked.rule == rule.code:
                yield f"not checked: {unchecked.why}"


def _lines(finding: Finding, outcome: Outcome) -> Iterator[str]:
    yield f"{finding.severity.word} at {_place(finding.where, outcome)}"
    yield f"  {finding.message}"
    yield f"  To do: {finding.action}"
    yield from (f"  Because of {_evidence(each)}" for each in finding.evidence)
    if finding.related:
        yield f"  With claims {_numbers(finding.related)}"
    if finding.charge_effect is not None:
        yield f"  Charge: {finding.charge_effect:+}"
    fix = finding.fix
    if fix is not None:
        signed = "signed" if fix.signed else "not signed"
        yield f"  Fix ({fix.level.name.lower()}, {fix.payment.name.lower()}, {signed}): {fix.title}"
        yield from (f"    because of {_evidence(each)}" for each in fix.evidence)
        yield from (f"    in claim {each.claim}: {each.edit.replacement or 'nothing'}" for each in fix.edits)


def _place(where: Location, outcome: Outcome) -> str:
    """The names of the place, and what stands there."""
    named = {name: getattr(where, name) for name in where.__struct_fields__}
    byte = named.pop("byte")
    found = "" if byte is None else outcome.source[byte:].split(b"~")[0].decode("latin-1").strip()
    if named.pop("segment") not in (None, outcome.source[:byte].count(b"~") + 1):
        found += " (in another segment than it says)"
    return ", ".join(f"{name} {value}" for name, value in named.items() if value is not None) + f": {found}"


def _evidence(evidence: Evidence) -> str:
    return f"{evidence.source}: {evidence.states}"


def _numbers(ordinals: tuple[int, ...]) -> str:
    return ", ".join(map(str, ordinals))


def said_further(case: Case) -> str:
    """All that is found in a case of several claims, lines or records."""
    outcome = scrubbed(case.source(), TreatmentRecords(case.rows), settings(**case.profile))
    parts = [f"# {case.title}\n"]
    for verdict in (*outcome.findings, *(each for claim in outcome.claims for each in claim.verdicts)):
        rule, became = verdict.finding.rule, " (fixed)" if verdict.fixed else ""
        parts.append("\n".join((f"{rule}{became}", *_lines(verdict.finding, outcome), "")))
    for claim in outcome.claims:
        told = dict.fromkeys(f"{each.rule}: {each.why}" for each in claim.not_checked if each.rule not in OFTEN)
        parts.append(
            "\n".join((f"claim {claim.ordinal} is {claim.disposition}", *(f"  not checked: {t}" for t in told), ""))
        )
    return "\n".join(parts)


def write() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    texts = {rule.code: said(rule) for rule, _ in FLAGGED}
    texts["further"] = "\n".join(map(said_further, cases()))
    texts["facts"] = known.text()
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name, text in texts.items():
        (FOLDER / f"{name}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    write()
