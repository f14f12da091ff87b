"""The output is the input and its journal, and nothing else."""

from __future__ import annotations

from functools import partial

import counting
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples
from properties.scrubbing import CHOICES, check_whole, context, found, run
from properties.treated import Case, cases

from scrubber.errors import UnreadableInputError
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.scrub import scrub
from scrubber.visits.records import TreatmentRecords
from scrubber.write.content import Content
from scrubber.write.journal_file import Source, Written, journal_lines, read_journal, sha256


@examples(120)
@given(case=cases(wrong=False))
def test_without_findings_the_output_is_the_input(case: Case) -> None:
    outcome = run(case)
    assert not found(outcome)
    assert outcome.corrected() == case.source
    assert outcome.held() is None
    assert outcome.journal == ()


@examples(160)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_nothing_changes_where_nothing_was_found(case: Case, choice: str) -> None:
    outcome = run(case, choice)
    if not found(outcome):
        assert outcome.corrected() == case.source
        assert outcome.held() is None


@examples(300)
@given(source=st.binary(max_size=400) | st.binary(max_size=40).map(lambda junk: b"ISA*00*" + junk))
def test_bytes_that_are_no_claims_are_refused(source: bytes) -> None:
    try:
        outcome = scrub(source, TreatmentRecords(), context())
    except UnreadableInputError:
        return
    assert outcome.corrected() == source


@examples(160)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_the_journal_read_back_makes_both_outputs(case: Case, choice: str) -> None:
    """Spliced here by hand: the product's own splice is not asked."""
    outcome = run(case, choice)
    outputs = {}
    for target, data in ((CORRECTED, outcome.corrected()), (HELD, outcome.held())):
        if data is not None:
            outputs[target] = (f"claims.{target}.837", data)
    written = {target: Written(name, None, Content(partial(iter, [data]))) for target, (name, data) in outputs.items()}
    origin = Source("claims.837", None, len(case.source), sha256(case.source))
    journal = b"".join(journal_lines(origin, case.source, outcome.journal, written))
    read = read_journal(journal, case.source)
    assert read.edits == outcome.journal
    for target, (_, data) in outputs.items():
        made = case.source
        for edit in reversed([edit for edit in read.edits if edit.target == target]):
            made = made[: edit.start] + edit.after.encode("latin-1") + made[edit.end :]
        assert made == data


@examples(160)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_every_claim_goes_one_way_and_only_corrected_ones_change(case: Case, choice: str) -> None:
    outcome = run(case, choice)
    check_whole(case.source, outcome)
    corrected = counting.claims(outcome.corrected())
    source = [claim for claim, result in zip(counting.claims(case.source), outcome.claims, strict=True)
              if result.disposition != "held"]  # fmt: skip
    dispositions = [result.disposition for result in outcome.claims if result.disposition != "held"]
    for before, after, disposition in zip(source, corrected, dispositions, strict=True):
        assert (before.own == after.own) == (disposition == "unchanged")
