"""Damaged files: refused with a message or scrubbed to the end, and no claim is lost on the way."""

from __future__ import annotations

import counting
from hypothesis import given
from hypothesis import strategies as st
from properties.damage import damaged
from properties.effort import examples
from properties.scrubbing import context, found, report_of
from properties.treated import Case, Chance, cases

from scrubber.errors import ScrubberError
from scrubber.outcome import Outcome
from scrubber.scrub import scrub


@st.composite
def damaged_cases(draw: st.DrawFn) -> tuple[Case, bytes]:
    """A case and its bytes after some damage."""
    case = draw(cases())
    return case, damaged(Chance(lambda below: draw(st.integers(0, below - 1))), case.source)


def check(case: Case, source: bytes) -> Outcome | None:
    """Scrub damaged bytes; None when they are refused. Anything but a ScrubberError fails the test."""
    try:
        outcome = scrub(source, case.records(), context())
    except ScrubberError:
        return None
    report_of(outcome)
    corrected, held = outcome.corrected(), outcome.held()
    assert corrected is not None or held is not None
    # The tests' reader takes the first ISA at its word. Where damage of ISA leads it to other claims than the product
    # reads, only the marks of claims are counted.
    if [claim.id for claim in counting.claims(source)] == [claim.claim_id for claim in outcome.claims]:
        assert counting.partitions(source, corrected, held)
    for claim in case.batch.claims:
        mark = f"{claim.number}".encode()
        assert (corrected or b"").count(mark) + (held or b"").count(mark) >= source.count(mark)
    if not found(outcome):
        assert corrected == source
        assert held is None
    return outcome


@examples(500)
@given(made=damaged_cases())
def test_damaged_files_are_refused_or_scrubbed_without_loss(made: tuple[Case, bytes]) -> None:
    check(*made)
