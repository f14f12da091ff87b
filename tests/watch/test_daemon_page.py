"""docs/daemon.md speaks of every metric, alarm, log event, state and outcome that there is, and of no other."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from scrubber.log import ALARMS, EVENTS, STATES
from scrubber.watch.metrics import OUTCOMES, Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "daemon.md").read_text(encoding="utf-8")


def section(title):
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text):
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_metric_is_in_the_table_and_no_other():
    families = text_string_to_metric_families(Metrics().text().decode())
    there = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    told = {name.partition("{")[0] for name in first_cells(section("Metrics and alarms"))}
    assert {name for name in told if name.startswith("scrubber_")} == {
        name for name in there if name.startswith("scrubber_")
    }


def test_rules_for_alarms_name_metrics_that_exist():
    told = {name.partition("{")[0] for name in first_cells(section("Metrics and alarms"))}
    used = set(re.findall(r"scrubber_[a-z_]+", section("Metrics and alarms").partition("```yaml")[2]))
    assert used <= told


def test_every_kind_of_alarm_is_explained():
    told = first_cells(section("Metrics and alarms").partition("kind of alarm")[2].partition("\n\n")[0])
    assert told == set(ALARMS)


def test_states_and_outcomes_are_explained():
    told = first_cells(section("How a file goes through"))
    assert told == set(STATES) | set(OUTCOMES["claims"])


def test_events_that_are_explained_exist():
    assert first_cells(section("Logs")) <= EVENTS


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#]+)", PAGE))
def test_links_lead_somewhere(path):
    assert (ROOT / "docs" / path).exists()


def test_the_contents_lead_to_sections():
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    slugs = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"^- \[[^]]+\]\(#([^)]+)\)$", PAGE, re.MULTILINE)) == slugs
