"""Both outputs are valid in their envelopes, whatever was taken out of them."""

from __future__ import annotations

import counting
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples
from properties.scrubbing import CHOICES, holds_envelope, run
from properties.treated import Case, cases


@examples(300)
@given(case=cases(), choice=st.sampled_from([choice for choice in CHOICES if choice != "none"]))
def test_counts_control_numbers_and_levels_are_right_in_both(case: Case, choice: str) -> None:
    outcome = run(case, choice)
    corrected, held = outcome.corrected(), outcome.held()
    assert corrected is None or counting.faults(corrected) == []
    if held is not None and not holds_envelope(outcome):
        assert counting.faults(held) == []


@examples(120)
@given(case=cases(faults=False))
def test_with_fixes_off_right_envelopes_stay_right(case: Case) -> None:
    outcome = run(case, "none")
    for output in (outcome.corrected(), outcome.held()):
        assert output is None or counting.faults(output) == []


@examples(120)
@given(case=cases(), choice=st.sampled_from(CHOICES))
def test_corrected_keeps_its_control_numbers_and_held_has_its_own(case: Case, choice: str) -> None:
    outcome = run(case, choice)
    known = [_control(each) for each in counting.interchanges(case.source)]
    corrected = [_control(each) for each in counting.interchanges(outcome.corrected() or b"")]
    held = [_control(each) for each in counting.interchanges(outcome.held() or b"")]
    assert [number for number in known if number in corrected] == corrected
    assert not set(held).intersection(known)
    assert len(set(held)) == len(held)


def _control(interchange: counting.Interchange) -> bytes:
    return interchange.segments[0].value(13)
