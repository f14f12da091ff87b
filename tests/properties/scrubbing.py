"""The product run over a case, and what the properties read off an outcome."""

from __future__ import annotations

from datetime import date
from functools import cache

import counting
import msgspec
from properties.treated import Case

from scrubber.outcome import Outcome
from scrubber.reports.assemble import assemble
from scrubber.reports.schema import Report
from scrubber.rules.catalogue import BY_CODE
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.settings.load import load_settings
from scrubber.settings.waivers import Waiver

TODAY = date(2026, 11, 22)
CHOICES = ("safe", "none", "unsafe", "raises", "ama", "wc", "demoted", "waived", "conforming")


@cache
def context(choice: str = "safe") -> Context:
    """The settings of a choice: a fix level; payers that count otherwise, apply raises or demote; or waivers.

    Files are odd here on purpose. Only "conforming" holds whatever departs from the guide: elsewhere little would be
    left to correct.
    """
    settings = load_settings(None, known_rules=BY_CODE)
    if choice != "conforming":
        settings = msgspec.structs.replace(settings, conformance="changed")
    if choice in ("none", "unsafe", "raises"):
        settings = msgspec.structs.replace(settings, fix="none" if choice == "none" else "unsafe")
    changes: dict[str, dict[str, object]] = {
        "raises": {"apply_raises": True},
        "ama": {"unit_rule": "ama"},
        "wc": {"unit_rule": "wc"},
        "demoted": {"demote": frozenset({"U101", "M201"})},
    }
    if choice in changes:
        payers = tuple(msgspec.structs.replace(payer, **changes[choice]) for payer in settings.payers)
        settings = msgspec.structs.replace(settings, payers=payers)
    if choice == "waived":
        waived = [Waiver(rule, "V0C0", "agreed", "T. Rehn", TODAY) for rule in ("U101", "N302", "M201")]
        settings = msgspec.structs.replace(settings, waivers=tuple(waived))
    return Context(settings, TODAY)


def run(case: Case, choice: str = "safe") -> Outcome:
    """The case scrubbed in this process."""
    return scrub(case.source, case.records(), context(choice))


def report_of(outcome: Outcome, choice: str = "safe") -> Report:
    """The report of an outcome."""
    return assemble(outcome, "claims.837", context(choice))


def found(outcome: Outcome) -> bool:
    """Anything at all was found."""
    return bool(outcome.findings) or any(claim.verdicts for claim in outcome.claims)


def holds_envelope(outcome: Outcome) -> bool:
    """A part of the envelope is held whole: its own faults then go to the held file with it."""
    return any(verdict.finding.severity.word == "reject" and not verdict.fixed for verdict in outcome.findings)


def check_whole(case_source: bytes, outcome: Outcome) -> None:
    """Every claim is in exactly one output, held ones byte for byte, and both outputs count what they have."""
    corrected, held = outcome.corrected(), outcome.held()
    assert counting.partitions(case_source, corrected, held)
    assert corrected is not None or held is not None
