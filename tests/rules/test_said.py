"""What the worked examples say is the text that was read and committed."""

import pytest
from rules import known
from rules.further_cases import Case, cases
from rules.said import FOLDER, said, said_further
from rules.test_examples import FLAGGED

from scrubber.rules.rule import Rule

RULES = {rule.code: rule for rule, _ in FLAGGED}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_what_the_examples_say_is_what_was_read(rule: Rule) -> None:
    assert said(rule) == (FOLDER / f"{rule.code}.txt").read_text("utf-8")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.title)
def test_what_further_cases_say_is_what_was_read(case: Case) -> None:
    assert said_further(case) in (FOLDER / "further.txt").read_text("utf-8")


def test_the_facts_of_examples_and_cases_are_those_that_were_read() -> None:
    assert known.text() == (FOLDER / "facts.txt").read_text("utf-8")


def test_no_text_is_idle() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*RULES, "further", "facts"}
