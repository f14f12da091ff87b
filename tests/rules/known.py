"""Which facts hold in the worked examples and the further cases, as one text: tests/rules/said/facts.txt.

A rule is asked only where its facts hold (``when``). A fact that holds too often costs time and changes no finding, so
this text alone shows it. It is written with the others (``python -m rules.said``) and read when it changes.
"""

from rules.further_cases import cases
from rules.specimen import TODAY, patients_of, records_of, settings, source_of, tables_of
from rules.test_examples import EXAMPLES, settings_of

from scrubber.rules.facts import fact
from scrubber.rules.facts.of_patient import Facts, facts_of
from scrubber.rules.facts.of_payer import Payers
from scrubber.rules.rule import RuleContext
from scrubber.settings.settings import Settings
from scrubber.tables.tableset import Tables, load_tables
from scrubber.visits.records import TreatmentRecords

NAMES = {bit: name.lower() for name, bit in vars(fact).items() if name.isupper() and name not in ("THERE", "EVERY")}


def names(facts: int) -> str:
    """Facts by name, in the order of their list."""
    assert facts & ~sum(NAMES) == fact.THERE, "no fact, or none that is always there"
    return " ".join(name for bit, name in NAMES.items() if facts & bit)


def known(source: bytes, records: TreatmentRecords, chosen: Settings, tables: Tables | None = None) -> list[Facts]:
    """What is known of each patient of a file."""
    context = RuleContext(chosen, tables or load_tables(), TODAY)
    return [facts_of(each, context, Payers(chosen), fact.EVERY) for each in patients_of(source, records, chosen)]


def text() -> str:
    """The titles of all examples and cases under the facts that hold in them."""
    alike: dict[str, list[str]] = {}
    for rule, example in EXAMPLES:
        of_example = known(source_of(example), records_of(example), settings_of(example), tables_of(example))
        for patient in of_example:
            alike.setdefault(_said(patient), []).append(f"  {rule.code} {example.title}")
    for case in cases():
        for patient in known(case.source(), TreatmentRecords(case.rows), settings(**case.profile)):
            alike.setdefault(_said(patient), []).append(f"  {case.title}")
    return "\n".join("\n".join((facts, *dict.fromkeys(titles), "")) for facts, titles in alike.items())


def _said(facts: Facts) -> str:
    of_claims = of_visits = fact.THERE
    for _, each in facts.claims:
        of_claims |= each
    for _, each in facts.visits:
        of_visits |= each
    parts = {
        "claim": dict.fromkeys(names(each) for _, each in facts.claims),
        "visit": dict.fromkeys(names(each & ~of_claims | fact.THERE) for _, each in facts.visits),
        "patient": [names(facts.patient & ~of_claims & ~of_visits | fact.THERE)],
    }
    told = [f"{name}: {' / '.join(each or 'nothing' for each in them)}" for name, them in parts.items() if any(them)]
    return "; ".join(told) or "nothing"
