"""What `scrubber explain` shows of a rule is the page that was read and committed."""

from dataclasses import replace
from pathlib import Path

import pytest

from scrubber.rules.catalogue import RULES
from scrubber.rules.explain import page, summary
from scrubber.rules.rule import Example, Rule

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_is_the_committed_one(rule: Rule) -> None:
    notice, _, text = (FOLDER / f"{rule.code}.md").read_text("utf-8").partition("\n\n")
    assert notice.startswith("<!--")
    assert page(rule) == text
    first = text.split("\n\n")[2]
    assert summary(rule) == " ".join(first.split())


@pytest.mark.parametrize(("lines", "shown"), [(4, ["4"]), (5, ["4", "... 5 lines in all"])])
def test_of_a_long_example_four_lines_are_shown(lines: int, shown: list[str]) -> None:
    example = Example("An example", lines="\n".join(map(str, range(1, lines + 1))), flagged=False)
    text = page(replace(RULES[0], examples=(example,)))
    assert text.endswith("\n".join(["1", "2", "3", *shown, "```", "", "Not flagged.", ""]))


@pytest.mark.parametrize(("indicator", "at_most"), [(1, "a line"), (2, "a day"), (3, "a day")])
def test_a_limit_is_of_a_line_or_of_a_day(indicator: int, at_most: str) -> None:
    example = Example("An example", unit_limits=(("97110", 4, indicator),))
    assert f"The payer's table: 97110 at most 4 {at_most}." in page(replace(RULES[0], examples=(example,)))
