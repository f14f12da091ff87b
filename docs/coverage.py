"""The page docs/rules/coverage.md: for each rule its sources, its tests and what it cannot check."""  # noqa: INP001

from __future__ import annotations

import inspect
import re
import tomllib
from functools import cache
from pathlib import Path

from scrubber.rules.catalogue import RULES
from scrubber.rules.explain import FAMILIES
from scrubber.rules.rule import Rule

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "fixtures" / "golden"
FAULTS = ROOT / "fixtures" / "faults" / "faults.toml"
ABOUT = """\
# Coverage

What each rule rests on, what tests it, and what it cannot see. *Examples* are the worked ones on the rule's page, which
run as tests: flagged and not flagged. *Cases* are other test modules that name it: alone, with other rules, or in what
holds for any file. *Golden* are whole files whose result was written by hand and names it. *Faults* says
whether the file of all faults (`fixtures/faults`) has it.
"""

ROOMS = ("rules", "arithmetic", "fixes", "ledger", "malformed", "money", "properties")
"""Folders of tests that are about what rules find; elsewhere a code is only an example."""


def coverage_page() -> str:
    """The whole page as Markdown."""
    text = ABOUT
    for letter, title in FAMILIES.items():
        rules = [rule for rule in RULES if rule.code.startswith(letter)]
        if rules:
            text += f"\n## {title} ({letter})\n"
            text += "".join(_entry(rule) for rule in rules)
    return text


def section(rule: Rule, heading: str) -> str:
    """The text of one section of a rule's docstring; empty where it has none."""
    found = re.search(rf"^## {heading}\n\n(.*?)(?=^## |\Z)", inspect.cleandoc(rule.text), re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else ""


def _entry(rule: Rule) -> str:
    flagged = sum(example.flagged for example in rule.examples)
    examples = (
        f"{flagged} flagged, {len(rule.examples) - flagged} not" if rule.examples else "none: raised by the engine"
    )
    facts = [
        f"- Severity: {rule.severity.word}" + (f", dates of service from {rule.effective}" if rule.effective else ""),
        f"- Examples: {examples}",
        f"- Cases: {_listed(modules_that_name(rule.code))}",
        f"- Golden: {_listed(golden_cases_of(rule.code))}",
        f"- Faults: {'yes' if rule.code in faults() else 'no'}",
        "- Sources:",
        *(
            f"  {line}" if line.startswith(("-", " ")) else f"    {line}"
            for line in section(rule, "References").split("\n")
        ),
        f"- Cannot check: {' '.join(section(rule, 'What it cannot check').split())}",
    ]
    return f"\n### [{rule.code}]({rule.code}.md) {rule.name}\n\n" + "\n".join(facts) + "\n"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) if names else "none"


def modules_that_name(code: str) -> list[str]:
    """Test modules with the rule's code in their name or text, by their path below tests."""
    return [name for name, text in _test_modules() if re.search(rf"\b{code}\b", text, re.IGNORECASE)]


@cache
def _test_modules() -> list[tuple[str, str]]:
    paths = sorted(path for room in ROOMS for path in (ROOT / "tests" / room).rglob("test_*.py"))
    return [
        # test_u101_m204.py is about both: underscores are no word boundary.
        (
            path.relative_to(ROOT / "tests").as_posix(),
            f"{path.stem.replace('_', ' ')}\n{path.read_text(encoding='utf-8')}",
        )
        for path in paths
    ]


def golden_cases_of(code: str) -> list[str]:
    """Golden cases whose expectation names the rule in a finding or among what was not checked."""
    return [name for name, codes in _golden() if code in codes]


@cache
def _golden() -> list[tuple[str, frozenset[str]]]:
    found = []
    for path in sorted(GOLDEN.glob("*/expected.toml")):
        expected = tomllib.loads(path.read_text(encoding="utf-8"))
        told = [*expected.get("file_findings", ())]
        for claim in expected["claims"]:
            told += [*claim.get("findings", ()), *claim.get("not_checked", ())]
        found.append((path.parent.name, frozenset(re.findall(r"[UMNCEGI]\d{3}", " ".join(told)))))
    return found


@cache
def faults() -> frozenset[str]:
    """Codes that the file of all faults has."""
    if not FAULTS.is_file():
        return frozenset()
    return frozenset(fault["rule"] for fault in tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"])
