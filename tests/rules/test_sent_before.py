"""E509 across files: what somebody remembers of earlier files is asked, once for each interchange."""

import hashlib

import pytest
from rules.specimen import CONTROL, TODAY, Bill, interchange, settings

from scrubber.claims.outline import InterchangeNumber
from scrubber.outcome import Outcome
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.visits.records import TreatmentRecords

ONE = interchange(Bill())
TWO = interchange(Bill(number="PCN2", member="2FH5TF6NL84")).replace(CONTROL, "000000102")
NUMBER = InterchangeNumber("SUBMITTER", "RECEIVER", CONTROL)


def scrubbed(text: str, sent: dict[InterchangeNumber, list[str]]) -> Outcome:
    context = Context(settings(), TODAY, sent_before=lambda number: sent.get(number, []))
    return scrub(text.encode(), TreatmentRecords(), context)


def sha256(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def said(outcome: Outcome) -> list[str]:
    return [verdict.finding.message for verdict in outcome.findings if verdict.finding.rule == "E509"]


def test_nothing_sent_nothing_found() -> None:
    outcome = scrubbed(ONE + TWO, {})
    assert said(outcome) == []
    assert [each.number.control for each in outcome.outgoing] == [CONTROL, "000000102"]


@pytest.mark.parametrize("around", ["", "\n", "\r\n\r\n"])
def test_the_same_bytes_are_known_whatever_stands_around_them(around: str) -> None:
    outcome = scrubbed(around + ONE + around + TWO, {NUMBER: ["0" * 64, sha256(ONE)]})
    assert said(outcome) == ["Interchange 1 was sent before, with these very bytes."]
    assert [claim.disposition for claim in outcome.claims] == ["held", "unchanged"]
    assert [each.number.control for each in outcome.outgoing] == ["000000102"]
    start, end = outcome.outgoing[0][1:]
    assert outcome.source[start:end].strip() == TWO.strip().encode()


def test_other_bytes_under_the_number_are_told_apart_from_the_same() -> None:
    (message,) = said(scrubbed(ONE, {NUMBER: [sha256(TWO)]}))
    assert message.endswith("has the control number of an interchange that was sent before, and other contents.")


def test_each_interchange_is_told_by_its_number_with_what_is_the_same() -> None:
    bare = ONE.replace(ONE[ONE.index("GS*") : ONE.index("ST*")], "").replace(CONTROL, "000000100")  # cannot be read
    numbers = {NUMBER: [sha256(ONE)], NUMBER._replace(control="000000102"): ["0" * 64]}
    found = [v.finding for v in scrubbed(bare + ONE + TWO, numbers).findings if v.finding.rule == "E509"]
    assert [each.message for each in found] == [
        "Interchange 2 was sent before, with these very bytes.",
        "Interchange 3 has the control number of an interchange that was sent before, and other contents.",
    ]
    assert [each.states for finding in found for each in finding.evidence] == [
        "the same bytes from ISA to IEA",
        "the same ISA06, ISA08 and ISA13",
    ]


def test_a_copy_in_the_file_of_what_was_sent_is_held_as_well() -> None:
    outcome = scrubbed(ONE + ONE, {NUMBER: [sha256(ONE)]})
    assert len(said(outcome)) == 2
    assert outcome.corrected() is None


def test_the_file_itself_speaks_first() -> None:
    other = ONE.replace("PCN1", "PCN3")
    first, second = said(scrubbed(ONE + other, {NUMBER: [sha256(ONE)]}))
    assert first == "Interchange 1 was sent before, with these very bytes."
    assert second == "Interchange 2 has the control number of interchange 1 and other contents."


def test_blanks_that_fill_up_an_id_do_not_matter() -> None:
    padded = ONE.replace("*000000101*", "*000000101 *")
    assert len(said(scrubbed(padded, {NUMBER: [sha256(ONE)]}))) == 1


def test_without_memory_nothing_is_asked() -> None:
    context = Context(settings(), TODAY)
    outcome = scrub(ONE.encode(), TreatmentRecords(), context)
    assert (context.sent_before, said(outcome)) == (None, [])
