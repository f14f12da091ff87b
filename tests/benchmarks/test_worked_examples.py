"""The hand-written table against the rules in a few lines of arithmetic."""

from collections import Counter
from itertools import combinations

import pytest

from benchmarks.worked_examples import EXAMPLES, UNIT_LIMITS, Example

ADD_ONS = {"97130": "97129"}
# In force since before 2024-07-01 (CMS practitioner table of 2024 Q3): column 1, column 2.
NEED_MODIFIER = {("97150", code) for code in ("97110", "97112", "97116", "97124", "97140", "97530", "97535")} | {
    ("97012", "97140")
}
NEVER_TOGETHER = [{"97140", "97124"}, {"97161", "97164"}, {"97113", "97036"}, {"92526", "G0283"}]
ASSISTANTS = {"PTA": "CQ", "OTA": "CO"}

every = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
pooled = pytest.mark.parametrize("example", [e for e in EXAMPLES if e.rule == "cms"], ids=lambda example: example.name)


def minutes_by_code(example: Example) -> Counter[str]:
    """Minutes of the timed codes, an add-on's under its base code: the two are one service."""
    minutes: Counter[str] = Counter()
    for code, _, spent in example.services:
        if code in UNIT_LIMITS:
            minutes[ADD_ONS.get(code, code)] += spent
    return minutes


def units_by_code(split: dict[str, int]) -> frozenset[tuple[str, int]]:
    units: Counter[str] = Counter()
    for code, count in split.items():
        units[ADD_ONS.get(code, code)] += count
    return frozenset((code, count) for code, count in units.items() if count)


def cms_splits(minutes: Counter[str]) -> set[frozenset[tuple[str, int]]]:
    """Whole quarter hours first, the units left to the largest leftovers: every way in which that can be done."""
    total = sum(minutes.values())
    units = 0 if total < 8 else (total + 7) // 15
    extra = units - sum(spent // 15 for spent in minutes.values())
    splits = set()
    for chosen in combinations(sorted(minutes), extra):
        leftovers = [minutes[code] % 15 for code in chosen]
        others = [minutes[code] % 15 for code in minutes if code not in chosen]
        if min(leftovers, default=99) >= max(others, default=0) and all(leftovers):
            splits.add(units_by_code({code: minutes[code] // 15 + (code in chosen) for code in minutes}))
    return splits


@every
def test_units_follow_from_minutes(example: Example) -> None:
    minutes = minutes_by_code(example)
    splits = [units_by_code(split) for split in example.splits]
    assert len(splits) == len(set(splits))
    if example.rule == "cms":
        assert set(splits) == cms_splits(minutes)
    else:
        assert splits == [units_by_code({c: (m + 7) // 15 if m >= 8 else 0 for c, m in minutes.items()})]


@every
def test_first_split_is_what_the_lines_bill(example: Example) -> None:
    billed: Counter[str] = Counter()
    for code, _, units in example.lines:
        assert units >= 1
        billed[code] += units
    assert {code: units for code, units in billed.items() if code in UNIT_LIMITS} == example.splits[0]
    assert all(billed[code] <= limit for code, limit in UNIT_LIMITS.items())


@every
def test_untimed_codes_are_billed_once_and_were_done(example: Example) -> None:
    untimed = [line for line in example.lines if line.code not in UNIT_LIMITS]
    assert all(line.units == 1 for line in untimed)
    assert sorted(line.code for line in untimed) == sorted(
        s.code for s in example.services if s.code not in UNIT_LIMITS
    )


@every
def test_discipline_modifier_comes_first(example: Example) -> None:
    assert {line.modifiers[0] for line in example.lines} == {{"PT": "GP", "OT": "GO", "SLP": "GN"}[example.discipline]}
    assert {s.role for s in example.services} <= {example.discipline, f"{example.discipline}A"}


@pooled
def test_assistant_modifier_marks_the_assistants_units(example: Example) -> None:
    """Whole quarter hours of each; then eight minutes of the therapist keep the last unit, else a tenth decides."""
    for code in {line.code for line in example.lines}:
        therapist = sum(s.minutes for s in example.services if s.code == code and s.role not in ASSISTANTS)
        assistant = sum(s.minutes for s in example.services if s.code == code and s.role in ASSISTANTS)
        units = sum(line.units for line in example.lines if line.code == code)
        if code in UNIT_LIMITS:
            own, theirs = therapist // 15, assistant // 15
            left = units - own - theirs
            assert left in (0, 1), "two units left have a rule of their own"
            if left and therapist % 15 < 8 and assistant % 15 > (therapist % 15 + assistant % 15) / 10:
                theirs += 1
        else:
            theirs = int(assistant > (therapist + assistant) / 10)
        marked = [line for line in example.lines if line.code == code and {"CQ", "CO"} & set(line.modifiers)]
        assert sum(line.units for line in marked) == theirs
        for line in marked:
            assert line.modifiers[1] == {"PT": "CQ", "OT": "CO"}[example.discipline]


@every
def test_distinct_service_modifier_stands_on_column_two_of_each_pair(example: Example) -> None:
    codes = [line.code for line in example.lines]
    due = {two for one in codes for two in codes if (one, two) in NEED_MODIFIER}
    assert {line.code for line in example.lines if "59" in line.modifiers} == due
    assert not any(pair <= set(codes) for pair in NEVER_TOGETHER)


def test_table_holds_every_kind_of_visit() -> None:
    """What the benchmark is about must not fall out of the table unseen."""
    names = {example.name for example in EXAMPLES}
    assert len(names) == len(EXAMPLES)
    assert {(e.discipline, e.rule) for e in EXAMPLES} == {(d, r) for d in ("PT", "OT", "SLP") for r in ("cms", "ama")}
    assert any(len(e.splits) > 1 for e in EXAMPLES)
    assert any(len(e.lines) > len({line.code for line in e.lines}) for e in EXAMPLES)
    assert any(not e.fits_line_notes for e in EXAMPLES)
    assert {s.role for e in EXAMPLES for s in e.services} == {"PT", "PTA", "OT", "OTA", "SLP"}
