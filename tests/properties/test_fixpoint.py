"""Scrubbing the corrected file again, with the same records, changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples
from properties.scrubbing import CHOICES, context, run
from properties.treated import Case, cases

from scrubber.scrub import scrub


@examples(240)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_the_corrected_file_comes_out_as_it_went_in(case: Case, choice: str) -> None:
    corrected = run(case, choice).corrected()
    if corrected is None:
        return
    again = scrub(corrected, case.records(), context(choice))
    assert again.corrected() == corrected
    assert again.held() is None
