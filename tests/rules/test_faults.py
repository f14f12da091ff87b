"""The file of all faults: every rule of the catalogue once, and each is found, with nothing beside it."""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import counting
import pytest
from rules.specimen import TODAY

from scrubber.errors import UnreadableInputError
from scrubber.outcome import Outcome, Verdict
from scrubber.rules.catalogue import BY_CODE
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.settings.load import load_settings
from scrubber.tables.data_file import Heading
from scrubber.tables.mue import BY_LINE, MueTable, UnitLimit
from scrubber.tables.ptp import read_ptp
from scrubber.tables.tableset import PAIR_TABLES, Tables
from scrubber.visits.records import TreatmentRecords, read_records

FOLDER = Path(__file__).parents[2] / "fixtures" / "faults"
TEXT = (FOLDER / "faults.toml").read_text(encoding="utf-8")
TRUTH = tomllib.loads(TEXT)
FAULTS: list[dict[str, Any]] = TRUTH["fault"]
IN_THE_FILE = [fault for fault in FAULTS if "file" not in fault]


def tables() -> Tables:
    """Two tables that none ships: pairs that are complete, and limits that each line is held against."""
    ((_, (path, _)),) = PAIR_TABLES.items()
    limits = {"97110": UnitLimit("97110", 2, BY_LINE, None, "")}
    heading = Heading("example", None, None, True, "", "")
    return Tables([read_ptp("whole-ncci", path, None), MueTable("by-the-line", heading, limits)])


@cache
def outcome() -> Outcome:
    settings = load_settings(FOLDER / "scrubber.toml", known_rules=BY_CODE)
    records = read_records([FOLDER / "records.csv"])
    return scrub((FOLDER / "faults.837").read_bytes(), records, Context(settings, TODAY, tables()))


def told(verdict: Verdict) -> str:
    """A finding as faults.toml writes it."""
    where = verdict.finding.where
    return f"{verdict.finding.rule} {where.ordinal or 0} {'fixed' if verdict.fixed else 'open'}"


def of_claims() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in outcome().claims:
        found.setdefault(claim.claim_id, []).extend(map(told, claim.verdicts))
    return found


def wanted() -> dict[str, list[str]]:
    """What each claim that is named must have, of all its faults."""
    found: dict[str, list[str]] = {}
    for fault in IN_THE_FILE:
        if "claim" in fault:
            own = f"{fault['rule']} {fault['line']} {fault['state']}"
            found.setdefault(fault["claim"], []).extend([own, *fault.get("also", ())])
    for beside in TRUTH["beside"]:
        found.setdefault(beside["claim"], []).extend(beside["findings"])
    return found


def test_every_rule_of_the_catalogue_is_there_once() -> None:
    listed = Counter(fault["rule"] for fault in FAULTS) + Counter(each["rule"] for each in TRUTH["elsewhere"])
    assert listed == Counter(BY_CODE.keys())


def test_what_no_file_brings_about_is_tested_elsewhere() -> None:
    root = Path(__file__).parents[2]
    for each in TRUTH["elsewhere"]:
        assert each["rule"] in (root / each["test"]).read_text(encoding="utf-8")


def test_every_fault_names_its_source() -> None:
    comments = re.findall(r"^# .*\n\[\[fault\]\]", TEXT, flags=re.MULTILINE)
    assert len(comments) == len(FAULTS)
    assert all("Source: " in comment for comment in comments[: len(IN_THE_FILE)])


@pytest.mark.parametrize("fault", [f for f in IN_THE_FILE if "claim" in f], ids=lambda fault: fault["rule"])
def test_a_fault_of_a_claim_is_found(fault: dict[str, Any]) -> None:
    assert f"{fault['rule']} {fault['line']} {fault['state']}" in of_claims()[fault["claim"]]


@pytest.mark.parametrize("fault", [f for f in IN_THE_FILE if "claim" not in f], ids=lambda fault: fault["rule"])
def test_a_fault_of_the_file_is_found(fault: dict[str, Any]) -> None:
    assert f"{fault['rule']} 0 {fault['state']}" in map(told, outcome().findings)


def test_nothing_else_is_found() -> None:
    expected = wanted()
    for number, found in of_claims().items():
        assert sorted(found) == sorted(expected.get(number, [])), number
    of_file = sorted(f"{fault['rule']} 0 {fault['state']}" for fault in IN_THE_FILE if "claim" not in fault)
    assert sorted(map(told, outcome().findings)) == of_file
    assert outcome().unmatched == ()


def test_a_file_that_has_not_ended_is_refused() -> None:
    (refused,) = [fault for fault in FAULTS if fault.get("file")]
    settings = load_settings(None, known_rules=BY_CODE)
    with pytest.raises(UnreadableInputError):
        scrub((FOLDER / refused["file"]).read_bytes(), TreatmentRecords(), Context(settings, TODAY))


def test_no_claim_is_lost() -> None:
    made = outcome()
    assert counting.partitions(made.source, made.corrected(), made.held())
