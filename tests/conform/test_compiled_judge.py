"""Judging one claim by the compiled guide: the verdicts of pyx12's own walk, fault for fault and word for word."""

import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conform.test_judge_differential import MUTATIONS
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.conform.compiled.guide import compiled_guide
from scrubber.conform.compiled.judge import judge
from scrubber.conform.compiled.run import LONGEST_SEEN, MOST_PLACES, MOST_SEEN, CleanRun
from scrubber.conform.judge import faults_of_claim, judge_claim
from scrubber.x12.delimiters import Delimiters

ROOT = Path(__file__).parents[2]
PIECES = ["*", ":", "~", "^", " ", "-", "\r\n", "\t", "~~", "**", "::", "LX*1", "HL", "ISA", "SE*1~", "RD8", "\xe9",
          "\x00", "97110", "1", "", "", "REF*6R*A~", "NTE*ADD*X~", "~ ~"]  # fmt: skip


def in_parts(heading: str) -> tuple[str, ...]:
    """A heading as Heading.texts has it: what precedes the levels, then each level."""
    first, *levels = heading.split("~HL*")
    return (first + "~", *(f"HL*{level}~".replace("~~", "~") for level in levels))


@pytest.mark.parametrize("whose", ["heading", "dependent_heading"])
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_it_says_what_the_walk_of_pyx12_says(
    mutation: str, whose: str, claim: str, separators: Delimiters, request: pytest.FixtureRequest
) -> None:
    heading = request.getfixturevalue(whose)
    mutated = MUTATIONS[mutation](claim)
    expected = judge_claim(heading, mutated, separators)
    assert judge((heading,), mutated, separators) == expected
    assert judge(in_parts(heading), mutated, separators) == expected


def test_it_says_the_same_of_a_thousand_damaged_claims(
    heading: str, dependent_heading: str, claim: str, separators: Delimiters
) -> None:
    chosen = random.Random(5)
    faulty = 0
    for _ in range(1000):
        texts = [chosen.choice((heading, dependent_heading)), claim]
        for _ in range(chosen.randint(1, 3)):
            which = chosen.random() > 0.2
            text = texts[which]
            start = chosen.randrange(len(text))
            texts[which] = text[:start] + chosen.choice(PIECES) + text[start + chosen.choice((0, 0, 1, 2, 5, 20)) :]
        expected = judge_claim(*texts, separators)
        assert judge(texts[:1], texts[1], separators) == expected, texts
        faulty += bool(expected)
    assert faulty > 800


@pytest.mark.parametrize("swap", ["|>!'", "*:^\n", "*:U~", "|:^~", "*<^~"])
def test_other_delimiters(heading: str, claim: str, swap: str) -> None:
    to = str.maketrans("*:^~", swap)
    other = Delimiters(*swap)
    for mutation in MUTATIONS.values():
        mutated = mutation(claim).translate(to)
        assert judge((heading.translate(to),), mutated, other) == judge_claim(heading.translate(to), mutated, other)


@pytest.mark.parametrize("end", ["~\n", "~\r\n", "~\r", "~\n\n"])
def test_line_ends_do_not_matter(heading: str, claim: str, separators: Delimiters, end: str) -> None:
    assert judge((heading.replace("~", end),), claim.replace("~", end), separators) == []


def test_what_claims_share_is_judged_with_each(heading: str, claim: str, separators: Delimiters) -> None:
    parts = in_parts(heading.replace("NM1*85*2", "NM1*85*9"))
    first = judge(parts, claim, separators)
    other = judge((*parts[:-1], parts[-1].replace("IVO", "IDA")), claim.replace("PCN7", "PCN8"), separators)
    assert [fault[:5] for fault in first] == [("NM1", 2, None, "7", -1)]
    assert other == first


def test_a_place_behind_a_faulty_segment_is_the_same(heading: str, claim: str, separators: Delimiters) -> None:
    """After the exact walk of a heading the quick run of the claim goes on where that came to."""
    bad = heading.replace("DMG*D8*19500203*M~", "DMG*D8*19500203*Q~ZZZ*1~")
    for mutation in MUTATIONS.values():
        assert judge(in_parts(bad), mutation(claim), separators) == judge_claim(bad, mutation(claim), separators)


def test_lines_claims_and_repeats_are_counted(
    heading: str, claim: str, long: Callable[[int], str], separators: Delimiters
) -> None:
    for lines in (1, 50, 51, 60):
        expected = judge_claim(heading, long(lines), separators)
        assert judge((heading,), long(lines), separators) == expected
        assert len(expected) == max(0, lines - 50)
    for count in (100, 101):
        expected = judge_claim(heading, claim * count, separators)
        assert judge((heading,), claim * count, separators) == expected
        assert len(expected) == count - 100
    for count in (3, 10, 11):
        notes = claim.replace("HI*ABK", "PWK*B4*AA~" * count + "HI*ABK")
        assert judge((heading,), notes, separators) == judge_claim(heading, notes, separators)


def test_a_thousand_subscribers_lead_to_few_places(heading: str, claim: str, separators: Delimiters) -> None:
    """What has no limit is not counted on: else every claim of a file would stand somewhere new."""
    run = CleanRun(compiled_guide(), separators)
    head, level, claims = run.run(run.start, ["ST*837*0001*005010X222A1"]), heading.split("~HL*2*1")[0], claim
    assert head is not None
    at = run.run(head, level.split("~"))
    seen = 0
    for number in range(1000):
        texts = ("HL*2*1" + heading.split("~HL*2*1")[1] + claims.replace("PCN7", f"PCN{number}")).split("~")[:-1]
        assert at is not None
        at = run.run(at, texts)
        if number == 9:
            seen = len(run._places)
    assert at is not None
    assert len(run._places) == seen < 100
    assert run.hits() > 0.9


def test_what_is_remembered_is_bounded(
    heading: str, claim: str, separators: Delimiters, monkeypatch: pytest.MonkeyPatch
) -> None:
    import scrubber.conform.compiled.run as module

    assert (MOST_SEEN, MOST_PLACES, LONGEST_SEEN) == (16_384, 8_192, 200)
    monkeypatch.setattr(module, "MOST_SEEN", 50)
    monkeypatch.setattr(module, "MOST_PLACES", 30)
    run = CleanRun(compiled_guide(), separators)
    texts = f"ST*837*0001*005010X222A1~{heading}{claim}".split("~")[:-1]
    for number in range(100):
        changed = [text.replace("MINUTES 30", f"SEEN {number}") for text in texts]
        assert run.run(run.start, changed) is not None
        assert run.remembered <= 50
        assert len(run._places) <= 30
    remembered = run.remembered
    assert run.run(run.start, [text.replace("MINUTES 30", "MINUTES " * 9 + "X" * 200) for text in texts]) is None
    assert all(len(text) <= LONGEST_SEEN for text in run._seen)
    assert run.remembered <= max(remembered, 50)


def test_a_second_look_is_a_look_up(heading: str, claim: str, separators: Delimiters) -> None:
    run = CleanRun(compiled_guide(), separators)
    texts = f"ST*837*0001*005010X222A1~{heading}{claim}".split("~")[:-1]
    assert run.run(run.start, texts) is run.run(run.start, texts)
    assert (run.looked, run.missed) == (2 * len(texts), len(set(texts)))


def test_what_is_seen_below_a_subscriber_is_seen_below_a_patient_too(
    heading: str, dependent_heading: str, claim: str, separators: Delimiters
) -> None:
    run = CleanRun(compiled_guide(), separators)
    both = [f"ST*837*0001*005010X222A1~{above}{claim}".split("~")[:-1] for above in (heading, dependent_heading)]
    assert all(run.run(run.start, texts) for texts in both)
    missed = run.missed
    assert all(run.run(run.start, texts) for texts in both)
    assert run.missed == missed


def test_neither_pyx12_is_imported_nor_anything_before_the_first_claim(heading: str, claim: str) -> None:
    program = f"""
import sys
from scrubber.conform.compiled.judge import judge
from scrubber.x12.delimiters import Delimiters
assert not {{"pyx12", "lxml"}} & set(sys.modules)
assert judge(({heading!r},), {claim!r}, Delimiters("*", ":", "^", "~")) == []
assert "pyx12" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_faults_are_picklable(heading: str, claim: str, separators: Delimiters) -> None:
    found = judge((heading,), claim.replace("*UN*2", "*UN*abc"), separators)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
    assert found


def test_either_judge_is_asked_in_the_same_way(heading: str, claim: str, separators: Delimiters) -> None:
    for text in (claim, claim.replace("*UN*2", "*UN*abc")):
        compiled = faults_of_claim(in_parts(heading), text, separators)
        assert compiled == faults_of_claim(in_parts(heading), text, separators, by="pyx12")
        assert bool(compiled) == (text != claim)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_text_makes_it_raise(data: st.DataObject, heading: str, claim: str, separators: Delimiters) -> None:
    texts = [heading, claim]
    for _ in range(data.draw(st.integers(1, 4))):
        which = data.draw(st.sampled_from((0, 1)))
        start = data.draw(st.integers(0, len(texts[which])))
        end = data.draw(st.integers(start, min(len(texts[which]), start + 40)))
        texts[which] = texts[which][:start] + data.draw(st.sampled_from(PIECES)) + texts[which][end:]
    first = judge(texts[:1], texts[1], separators)
    assert judge(texts[:1], texts[1], separators) == first == judge_claim(*texts, separators)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(max_codepoint=255), max_size=200), component=st.sampled_from([":", "", "::", "A"]))
def test_no_bytes_and_no_separator_make_it_raise(text: str, component: str, heading: str) -> None:
    delimiters = Delimiters("*", component, "^", "~")
    for fault in judge((text, text), text, delimiters) + judge((heading,), text, delimiters):
        assert fault.message
