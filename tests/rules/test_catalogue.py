"""The catalogue is complete, its codes and names are right, and every rule can explain itself."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

import scrubber.rules
from scrubber.cli.main import main
from scrubber.rules.catalogue import BY_CODE, RULES
from scrubber.rules.explain import FAMILIES, page, summary
from scrubber.rules.retired import RETIRED
from scrubber.rules.rule import Engine, Rule

HEADINGS = ["Why it matters", "Evidence and fix", "What it cannot check", "References"]
FOLDERS = {
    "U": "units",
    "M": "modifiers",
    "N": "ncci",
    "C": "coverage",
    "E": "envelope",
    "G": "guide",
    "I": "internal",
}


def rules_in_files() -> Iterator[tuple[str, Rule]]:
    """Every Rule that a file of a family's folder makes, alone or in a tuple, with the module; imported ones are not
    made there."""
    for family in pkgutil.iter_modules(scrubber.rules.__path__):
        if not family.ispkg:
            continue
        package = importlib.import_module(f"scrubber.rules.{family.name}")
        for file in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(file.name)
            for name, thing in vars(module).items():
                for made in thing if isinstance(thing, tuple) else (thing,):
                    if isinstance(made, Rule) and f"import {name}" not in inspect.getsource(module):
                        yield file.name, made


MADE = list(rules_in_files())


def code(rule: Rule) -> str:
    return rule.code


def invoke(*args: str) -> str:
    result = CliRunner().invoke(main, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_rule_that_a_file_makes_is_in_the_catalogue_once() -> None:
    assert len(MADE) > 20
    assert sorted(rule.code for _, rule in MADE) == sorted(rule.code for rule in RULES)
    assert {id(rule) for _, rule in MADE} == {id(rule) for rule in RULES}


def test_every_rule_file_is_in_the_folder_of_its_family() -> None:
    for module, rule in MADE:
        assert module.split(".")[2] == FOLDERS[rule.code[0]]
    assert FOLDERS.keys() == FAMILIES.keys()


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES) == len(BY_CODE)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_family_is_listed_together_and_in_order() -> None:
    order = list(FAMILIES)
    codes = [rule.code for rule in RULES]
    assert codes == sorted(codes, key=lambda each: (order.index(each[0]), each))


@pytest.mark.parametrize("rule", RULES, ids=code)
def test_code_and_name_are_well_formed(rule: Rule) -> None:
    assert re.fullmatch(rf"[{''.join(FAMILIES)}]\d{{3}}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)


@pytest.mark.parametrize("rule", RULES, ids=code)
def test_the_file_is_named_after_the_rule(rule: Rule) -> None:
    module = next(module for module, made in MADE if made is rule)
    if rule.scope is not Engine:
        assert module.rsplit(".", 1)[1] == rule.name.replace("-", "_")


@pytest.mark.parametrize("rule", RULES, ids=code)
def test_the_text_says_what_why_and_from_where(rule: Rule) -> None:
    text = inspect.cleandoc(rule.text)
    first, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    assert summary(rule).endswith(".")
    assert first.strip()
    assert [section.split("\n", 1)[0] for section in sections] == HEADINGS
    for section in sections:
        assert section.split("\n", 1)[1].strip(), section
    assert re.search(r"^- \S", sections[-1], flags=re.MULTILINE)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.check], ids=code)
def test_a_rule_that_checks_has_both_kinds_of_example(rule: Rule) -> None:
    assert {example.flagged for example in rule.examples} == {True, False}
    titles = [example.title for example in rule.examples]
    assert len(set(titles)) == len(titles)
    assert not any(example.fixed for example in rule.examples if not example.flagged)


def test_only_the_engine_raises_findings_without_a_check() -> None:
    assert {rule.code for rule in RULES if rule.check is None} == {rule.code for rule in RULES if rule.scope is Engine}
    assert not any(rule.examples for rule in RULES if rule.check is None)


def test_no_living_code_is_retired() -> None:
    assert not RETIRED.keys() & BY_CODE.keys()
    assert all(reason.strip() for reason in RETIRED.values())


def test_the_list_as_json_agrees() -> None:
    listed = json.loads(invoke("rules", "--format", "json"))
    assert [(row["code"], row["name"], row["severity"], row["fix"], row["since"]) for row in listed] == [
        (rule.code, rule.name, rule.severity.word, rule.has_fix, rule.since) for rule in RULES
    ]
    assert [row["effective"] for row in listed] == [
        rule.effective.isoformat() if rule.effective else None for rule in RULES
    ]
    assert [row["summary"] for row in listed] == [summary(rule) for rule in RULES]


def test_the_list_as_text_has_a_line_for_each() -> None:
    lines = invoke("rules").splitlines()
    assert [line.split()[0] for line in lines[: len(RULES)]] == [rule.code for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=code)
def test_every_rule_explains_itself_by_code_and_by_name(rule: Rule) -> None:
    said = invoke("explain", rule.code)
    assert said == page(rule) == invoke("explain", rule.name) == invoke("explain", rule.code.lower())
    assert said.startswith(f"# {rule.code} {rule.name}\n")
    for heading in HEADINGS:
        assert said.count(f"## {heading}\n") == 1
    for example in rule.examples:
        assert said.count(f"### {example.title}\n") == 1
