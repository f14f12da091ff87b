"""What `scrubber explain` shows of a rule is the page that was read and committed."""

from pathlib import Path

import pytest

from scrubber.rules.catalogue import RULES
from scrubber.rules.explain import page, summary
from scrubber.rules.rule import Rule

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_is_the_committed_one(rule: Rule) -> None:
    notice, _, text = (FOLDER / f"{rule.code}.md").read_text("utf-8").partition("\n\n")
    assert notice.startswith("<!--")
    assert page(rule) == text
    first = text.split("\n\n")[2]
    assert summary(rule) == " ".join(first.split())
