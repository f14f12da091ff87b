"""Golden inputs scrubbed once, and pyx12 as the reader of what is answered."""

import hashlib
import io
import json
import logging
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import pyx12.params
import pyx12.x12n_document

from scrubber.acknowledgments.answer import Moment
from scrubber.acknowledgments.claim_status import AnsweredClaim, answered, claim_acknowledgment
from scrubber.claims.index import index
from scrubber.claims.outline import File
from scrubber.outcome import Outcome
from scrubber.rules.catalogue import BY_CODE
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.settings.load import load_settings
from scrubber.tables.tableset import load_tables
from scrubber.visits.records import read_records

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "claims.837"
TODAY = Moment(date(2026, 11, 22))


class Scrubbed(NamedTuple):
    """A file with what came of it."""

    file: File
    sha256: str
    outcome: Outcome

    @property
    def sent(self) -> frozenset[int]:
        return frozenset(claim.ordinal for claim in self.outcome.claims if claim.disposition != "held")

    def claim_answer(self, moment: Moment = TODAY) -> bytes:
        findings = self.outcome.findings
        return claim_acknowledgment(self.file, self.sha256, self.answered, findings, load_tables(), moment)

    def answered(self, ordinal: int) -> AnsweredClaim:
        """What is answered of a claim."""
        return answered(self.outcome.claims[ordinal])


def scrubbed(source: bytes, settings: Path | None = None) -> Scrubbed:
    context = Context(load_settings(settings, known_rules=BY_CODE), TODAY.day)
    return Scrubbed(index(source), hashlib.sha256(source).hexdigest(), scrub(source, read_records([]), context))


@cache
def golden(case: str) -> Scrubbed:
    settings = GOLDEN / case / "scrubber.toml"
    return scrubbed((GOLDEN / case / "in.837").read_bytes(), settings if settings.exists() else None)


def pyx12_faults(answer: bytes) -> list[str]:
    """What pyx12's own map of the answer finds; empty when it conforms."""
    logger = logging.getLogger("pyx12")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    found = io.StringIO()
    text = io.StringIO(answer.decode("latin-1"))
    valid = pyx12.x12n_document.x12n_document(pyx12.params.params(), text, io.StringIO(), None, fd_json=found)
    faults = list(_errors(json.loads(found.getvalue())))
    return faults or ([] if valid else ["not valid"])


def _errors(part: object) -> list[str]:
    if isinstance(part, list):
        return [fault for each in part for fault in _errors(each)]
    if not isinstance(part, dict):
        return []
    own = [f"{part.get('seg_id') or part.get('ele_ref_num')}: {error}" for error in part.get("errors", ())]
    return own + [fault for each in part.values() for fault in _errors(each)]


def interchanges(answer: bytes) -> list[str]:
    """An answer, interchange by interchange; each segment of one begins on a line of its own."""
    return re.split(r"(?m)^(?=ISA)", answer.decode("latin-1"))[1:]


def rows(answer: bytes) -> list[list[str]]:
    """The segments of an answer as lists of elements, each interchange read by its own delimiters."""
    found = []
    for text in interchanges(answer):
        element, terminator = text[3], text[105]
        found += [each.strip().split(element) for each in text.split(terminator) if each.strip()]
    return found


@pytest.fixture
def demo() -> Scrubbed:
    return scrubbed(DEMO.read_bytes())
