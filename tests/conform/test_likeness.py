"""Patterns of whole segments: they let pass nothing that the look at each element would not have let pass."""

from __future__ import annotations

import re
from random import Random

import pytest
from conform.map_specimens import specimens

from scrubber.conform.compiled.guide import CompiledGuide, compiled_guide
from scrubber.conform.compiled.likeness import MOST_COUNTED, MOST_PATTERNS, WORTH
from scrubber.conform.compiled.nodes import Segment
from scrubber.conform.compiled.run import MOST_LIKE, CleanRun
from scrubber.conform.compiled.tables import SegmentTables
from scrubber.x12.delimiters import Delimiters

USUAL = Delimiters("*", ":", "^", "~")
PUT_IN = ["*", ":", "^", "~", "", " ", "-", ".", "0", "9", "A", "Z", "\n", "\r", "\t", "\xe9", "**", "::", "*:", "D8",
          "RD8", "20260229", "20260431", "20251301", "1.005", "-", "1234567890"]  # fmt: skip


def samples(guide: CompiledGuide) -> list[tuple[Segment, list[str]]]:
    """Every segment of the map, whole and shortened, that the quick check accepts."""
    tables = SegmentTables(guide, USUAL)
    found = []
    for specimen in specimens(guide):
        elements = "*".join(specimen.segments[specimen.at]).split("*")
        for length in range(2, len(elements) + 1):
            short = elements[:length]
            holes = [[*short[:n], "", *short[n + 1 :]] for n in range(1, length - 1)]
            found += [(specimen.node, each) for each in (short, *holes) if tables.table(specimen.node).accept(each)]
    return found


def test_a_pattern_matches_its_own_sample_and_with_line_ends_before_it() -> None:
    guide = compiled_guide()
    tables = SegmentTables(guide, USUAL)
    made = samples(guide)
    assert len({node.number for node, _ in made}) > 200
    for node, elements in made:
        matches = re.compile(tables.likeness._source(node, elements)).fullmatch
        assert matches("*".join(elements)), elements
        assert matches("\r\n" + "*".join(elements))


def test_what_a_pattern_matches_is_accepted_element_by_element_and_of_the_same_kind() -> None:
    guide = compiled_guide()
    tables = SegmentTables(guide, USUAL)
    chosen = Random(11)
    matched = changed = 0
    for node, elements in samples(guide):
        matches = re.compile(tables.likeness._source(node, elements)).fullmatch
        text = "*".join(elements)
        for _ in range(40):
            damaged = text
            for _ in range(chosen.randint(1, 2)):
                at = chosen.randrange(len(damaged) + 1)
                damaged = damaged[:at] + chosen.choice(PUT_IN) + damaged[at + chosen.choice((0, 0, 1, 1, 2, 8)) :]
            if not matches(damaged):
                continue
            parts = damaged.lstrip("\r\n").split("*")
            assert tables.table(node).accept(parts), (text, damaged)
            assert guide.kind(parts, ":") == guide.kind(elements, ":"), (text, damaged)
            matched += 1
            changed += damaged != text
    assert changed > 1_000, matched


def test_a_pattern_is_made_when_it_is_worth_it_and_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    import scrubber.conform.compiled.likeness as module

    assert (MOST_PATTERNS, MOST_COUNTED, WORTH, MOST_LIKE) == (512, 2_048, 12, 6)
    guide = compiled_guide()
    made = samples(guide)
    likeness = SegmentTables(guide, USUAL).likeness
    node, elements = made[0]
    assert [likeness.of(node, elements) is None for _ in range(WORTH)] == [True] * (WORTH - 1) + [False]
    monkeypatch.setattr(module, "MOST_PATTERNS", 5)
    monkeypatch.setattr(module, "MOST_COUNTED", 20)
    for _ in range(WORTH):
        for node, elements in made[:200]:
            likeness.of(node, elements)
            assert len(likeness._patterns) <= 5
            assert len(likeness._counted) <= 20


@pytest.mark.parametrize("swap", ["0:^~", "*-^~", ".:^~", "A:^~", "**^~"])
def test_separators_that_stand_in_values_have_no_patterns(swap: str) -> None:
    guide = compiled_guide()
    likeness = SegmentTables(guide, Delimiters(*swap)).likeness
    node, elements = samples(guide)[0]
    assert all(likeness.of(node, elements) is None for _ in range(2 * WORTH))


def test_new_values_take_one_match_each(heading: str, claim: str) -> None:
    run = CleanRun(compiled_guide(), USUAL)
    for number in range(200):
        texts = f"ST*837*0001*005010X222A1~{heading}{claim}".replace("PCN7", f"PCN{number}").split("~")[:-1]
        before = run.missed
        assert run.run(run.start, texts) is not None
    assert run.missed == before
    assert run.alike > 100
