"""The files that the properties are tried on: enough of them are edited, divided and odd."""

from __future__ import annotations

from collections import Counter

import counting
from properties.clinic import ENDINGS
from properties.scrubbing import run
from properties.treated import Case, seeded, units_of_visit

SEEDS = 300


def kinds_of(case: Case) -> set[str]:
    """What happens to a case, in words."""
    outcome = run(case)
    dispositions = {claim.disposition for claim in outcome.claims}
    kinds = {verdict.finding.rule for claim in outcome.claims for verdict in claim.verdicts if verdict.fixed}
    kinds |= {verdict.finding.rule for verdict in outcome.findings}
    kinds |= {f"held by {rule}" for claim in outcome.claims for rule in claim.held_by}
    kinds |= {repr(envelope.ending) for envelope in case.batch.envelopes}
    if "corrected" in dispositions:
        kinds.add("edited")
    if "held" in dispositions and len(dispositions) > 1:
        kinds.add("part held")
    if max(case.claims_of_visits) > 1:
        kinds.add("several claims of a visit")
    if len(counting.interchanges(case.source)) > 1:
        kinds.add("several interchanges")
    return kinds


def test_enough_is_edited_divided_and_odd() -> None:
    counted = Counter(kind for seed in range(SEEDS) for kind in kinds_of(seeded(seed)))
    share = {kind: count / SEEDS for kind, count in counted.items()}
    print({kind: f"{part:.0%}" for kind, part in sorted(share.items()) if not kind.startswith("Ending")})  # noqa: T201
    assert share["edited"] >= 0.30
    assert share["part held"] >= 0.20
    assert share["several claims of a visit"] >= 0.10
    assert share["M205"] >= 0.05  # a line is divided
    assert share["several interchanges"] >= 0.10
    for ending in ENDINGS:
        assert share[repr(ending)] >= 0.05
    for rule in ("U101", "M201", "M204", "M210", "E502", "E504", "E505"):
        assert share[rule] >= 0.01, f"{rule} is seldom applied"
    for rule in ("U101", "U116", "M201", "M204", "N301", "N302", "C405", "E501", "I004"):
        assert share[f"held by {rule}"] >= 0.01, f"{rule} seldom holds a claim"
    assert not share.get("held by I001")
    assert not share.get("held by I003")


def test_a_seed_makes_the_same_file_everywhere() -> None:
    assert seeded(7) == seeded(7)
    assert seeded(7).source != seeded(8).source


def test_units_as_the_manual_has_them() -> None:
    assert units_of_visit({"97112": 24, "97110": 23}) == {"97112": 2, "97110": 1}
    assert units_of_visit({"97110": 33, "97140": 7}) == {"97110": 2, "97140": 1}
    assert units_of_visit({"97110": 18, "97112": 13, "97140": 10, "97035": 8}) == {
        "97110": 1, "97112": 1, "97140": 1, "97035": 0,
    }  # fmt: skip
    assert units_of_visit({"97110": 7}) == {"97110": 0}
