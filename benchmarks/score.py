"""Compares the truth of a generated file with the report of a scrubber: found, missed, put right, false alarms."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.faults import KINDS, Truth

_Claim = tuple[str, int]


class Tally(NamedTuple):
    """One kind of fault: how many were made, found (the rule named on that claim), missed; of those found, how many on
    the line that was broken; of those to be corrected in a claim that goes out, how many came out right."""

    kind: str
    rule: str
    made: int
    found: int
    on_line: int
    due: int
    right: int

    @property
    def missed(self) -> int:
        """Faults that no finding names."""
        return self.made - self.found


@dataclass
class Score:
    """``false_alarms`` counts, by rule, the claims with a reject finding that the truth does not name for them;
    ``dispositions`` counts claims by (expected, reported) where those differ."""

    tallies: list[Tally] = field(default_factory=list)
    false_alarms: Counter[str] = field(default_factory=Counter)
    dispositions: Counter[tuple[str, str]] = field(default_factory=Counter)
    claims: int = 0


def read_truth(path: Path) -> list[Truth]:
    """The faults of a truth file."""
    with path.open(encoding="ascii") as file:
        return [Truth(**json.loads(line)) for line in file]


def score(truth: Iterable[Truth], report: dict[str, Any]) -> Score:
    """Judge a report (``claim-scrub-report/1``, as parsed JSON) by the truth."""
    result = Score()
    claims: dict[_Claim, dict[str, Any]] = {}
    seen: Counter[str] = Counter()
    for claim in report["claims"]:
        seen[claim["claim_id"]] += 1
        claims[claim["claim_id"], seen[claim["claim_id"]]] = claim
    result.claims = len(claims)
    named: defaultdict[_Claim, set[str]] = defaultdict(set)
    expected: dict[_Claim, str] = {}
    kinds: defaultdict[str, list[Truth]] = defaultdict(list)
    transactions: set[str] = set()
    for fault in truth:
        kinds[fault.fault].append(fault)
        if fault.claim is None:
            transactions.add(fault.rule)
        else:
            named[fault.claim, fault.occurrence].add(fault.rule)
            expected[fault.claim, fault.occurrence] = fault.disposition or "unchanged"
    for kind in KINDS:
        if made := kinds.get(kind):
            result.tallies.append(_tally(kind, made, claims, report))
    for key, claim in claims.items():
        result.false_alarms.update(_rejects(claim["findings"]) - named[key] - transactions)
        due = expected.get(key, "unchanged")
        if claim["disposition"] != due:
            result.dispositions[due, claim["disposition"]] += 1
    result.false_alarms.update(_rejects(report["findings"]) - transactions)
    return result


def _rejects(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["rule"] for finding in findings if finding["severity"] == "reject"}


def _tally(kind: str, made: list[Truth], claims: dict[_Claim, dict[str, Any]], report: dict[str, Any]) -> Tally:
    rule = KINDS[kind].rule
    if made[0].claim is None:
        # A finding of a transaction may stand at the top of the report or with a claim of that transaction.
        top = sum(finding["rule"] == rule for finding in report["findings"])
        below = {c["transaction"] for c in claims.values() if any(f["rule"] == rule for f in c["findings"])}
        found = min(len(made), max(top, len(below)))
        return Tally(kind, rule, len(made), found, found, 0, 0)
    found = on_line = due = right = 0
    for fault in made:
        claim = claims.get((str(fault.claim), fault.occurrence), {"findings": [], "lines_out": []})
        places = [(finding["where"] or {}).get("line") for finding in claim["findings"] if finding["rule"] == rule]
        found += bool(places)
        on_line += bool(places) and (fault.line is None or str(fault.line) in places)
        if fault.right is not None and fault.disposition == "corrected":
            due += 1
            right += _came_out(fault, claim["lines_out"])
    return Tally(kind, rule, len(made), found, on_line, due, right)


def _came_out(fault: Truth, lines: list[dict[str, Any]]) -> bool:
    elements = (fault.right or "").split("*")
    _, code, *modifiers = elements[1].split(":")
    for line in lines:
        if line["control"] == fault.control:
            same_money = Decimal(line["charge"]) == Decimal(elements[2])
            return same_money and [line["code"], line["modifiers"], line["units"]] == [code, modifiers, elements[4]]
    return False


def print_score(result: Score) -> None:
    """Print the truth table: one row for each kind of fault, then false alarms and dispositions."""
    if result.tallies:
        print(f"  {'fault':<20}{'rule':<6}{'made':>6}{'found':>7}{'missed':>8}{'on line':>9}{'to fix':>8}{'right':>7}")
    for tally in result.tallies:
        print(
            f"  {tally.kind:<20}{tally.rule:<6}{tally.made:>6}{tally.found:>7}{tally.missed:>8}"
            f"{tally.on_line:>9}{tally.due:>8}{tally.right:>7}"
        )
    alarms = ", ".join(f"{rule} {count}" for rule, count in sorted(result.false_alarms.items()))
    print(f"  false alarms: {alarms or 'none'} ({result.claims:,} claims)")
    others = ", ".join(f"{count} {due} came out {came}" for (due, came), count in sorted(result.dispositions.items()))
    print(f"  dispositions: {others or 'all as expected'}")
