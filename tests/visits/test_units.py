"""Minutes to units, against worked examples of others and against a plain restatement of the rules."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors.facts import UNITS, UnitFact

from scrubber.tables.tableset import load_tables
from scrubber.visits.units import MAX_SPLITS, Split, admissible_splits, units_of, units_supported

RULES = ("cms", "ama", "wc")

# The chart of Pub 100-04 Ch.5 s.20.2 part C, as printed: from and to minutes of 1 to 8 units.
CHART = [(8, 22), (23, 37), (38, 52), (53, 67), (68, 82), (83, 97), (98, 112), (113, 127)]


def charted(minutes: int) -> int:
    """Units by the chart, read off and continued; shares nothing with the product."""
    units, first = 0, 8
    while minutes >= first:
        units, first = units + 1, first + 15
    return units


def plainly_admissible(rule: str, minutes: dict[str, int]) -> Iterator[Split]:
    """Every split that the rule admits, found by trying all of them."""
    whole = {code: each // 15 for code, each in minutes.items()}
    left = {code: each % 15 for code, each in minutes.items()}
    for bonus in product((0, 1), repeat=len(minutes)):
        extra = dict(zip(minutes, bonus, strict=True))
        with_one = [left[code] for code in minutes if extra[code]]
        without = [left[code] for code in minutes if not extra[code]]
        largest_first = not with_one or not without or min(with_one) >= max(without)
        split = {code: whole[code] + extra[code] for code in minutes}
        total, cap = sum(split.values()), charted(sum(minutes.values()))
        rounded = {code: charted(each) for code, each in minutes.items()}
        if rule == "cms":
            admitted = largest_first and total == cap
        elif rule == "ama":
            admitted = split == rounded
        else:
            below = all(split[code] <= rounded[code] for code in minutes)
            admitted = below and largest_first and total == min(cap, sum(rounded.values()))
        if admitted:
            yield split


def as_set(splits: list[Split]) -> set[tuple[tuple[str, int], ...]]:
    return {tuple(sorted(split.items())) for split in splits}


def pool_of(fact: UnitFact) -> dict[str, int]:
    """The minutes of the fact that are in the pool; each untimed code beside it is one unit of every answer."""
    therapy = load_tables().therapy
    untimed = {code for code in fact.minutes if not therapy[code].pooled}
    assert all(answer[code] == 1 for answer in fact.answers for code in untimed)
    return {code: minutes for code, minutes in fact.minutes.items() if code not in untimed}


@pytest.mark.parametrize("fact", UNITS, ids=lambda fact: fact.id)
def test_worked_examples(fact: UnitFact) -> None:
    pool = pool_of(fact)
    untimed = len(fact.minutes) - len(pool)
    assert units_supported(fact.rule, pool) == fact.units - untimed
    wanted = [{code: answer[code] for code in pool} for answer in fact.answers]
    assert as_set(admissible_splits(fact.rule, pool)) == as_set(wanted)


def test_the_facts_are_many_and_differ() -> None:
    assert len(UNITS) > 50
    assert len({fact.id for fact in UNITS}) == len(UNITS)
    assert all(fact.source and fact.certainty in ("verified", "remembered", "derived") for fact in UNITS)
    assert all(sum(answer.values()) == fact.units for fact in UNITS for answer in fact.answers)
    assert {fact.rule for fact in UNITS} == set(RULES)


@pytest.mark.parametrize(("first", "last"), CHART)
def test_the_printed_chart_at_its_borders(first: int, last: int) -> None:
    units = CHART.index((first, last)) + 1
    assert [units_of(minutes) for minutes in (first - 1, first, last, last + 1)] == [units - 1, units, units, units + 1]


def test_the_chart_goes_on() -> None:
    assert units_of(0) == 0
    assert [units_of(minutes) for minutes in range(24 * 60 + 1)] == [charted(m) for m in range(24 * 60 + 1)]


@pytest.mark.parametrize("rule", RULES)
def test_one_code_alone_is_the_chart_by_every_rule(rule: str) -> None:
    for minutes in range(200):
        pool = {"97110": minutes}
        assert units_supported(rule, pool) == charted(minutes)
        assert admissible_splits(rule, pool) == [{"97110": charted(minutes)}]


@pytest.mark.parametrize("rule", RULES)
def test_all_pairs_up_to_an_hour(rule: str) -> None:
    for one, other in product(range(61), repeat=2):
        pool = {"97110": one, "97140": other}
        splits = admissible_splits(rule, pool)
        assert len(as_set(splits)) == len(splits) > 0
        assert as_set(splits) == as_set(list(plainly_admissible(rule, pool))), pool
        assert {sum(split.values()) for split in splits} == {units_supported(rule, pool)}


def test_what_cms_admits_for_all_pairs_up_to_an_hour() -> None:
    for one, other in product(range(61), repeat=2):
        pool = {"97110": one, "97140": other}
        assert units_supported("cms", pool) == charted(one + other)
        for split in admissible_splits("cms", pool):
            extra = {code: split[code] - pool[code] // 15 for code in pool}
            assert set(extra.values()) <= {0, 1}
            best = max(pool[code] % 15 for code in pool)
            if sum(extra.values()) == 1:
                assert all(pool[code] % 15 == best for code in pool if extra[code])


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["97110", "97112", "97116", "97140", "97530", "97035"]), st.integers(0, 90)),
    st.sampled_from(RULES),
)
def test_any_pool(minutes: dict[str, int], rule: str) -> None:
    splits = admissible_splits(rule, minutes)
    assert as_set(splits) == as_set(list(plainly_admissible(rule, minutes)))
    assert all(list(split) == list(minutes) for split in splits)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["97110", "97112", "97116", "97140"]), st.integers(0, 90)))
def test_how_the_rules_compare(minutes: dict[str, int]) -> None:
    cms, ama, wc = (units_supported(rule, minutes) for rule in RULES)
    assert wc == min(cms, ama)
    assert cms >= sum(each // 15 for each in minutes.values())


def test_the_first_answer_prefers_the_order_of_the_file() -> None:
    assert admissible_splits("cms", {"97140": 20, "97110": 20})[0] == {"97140": 2, "97110": 1}
    assert admissible_splits("cms", {"97110": 20, "97140": 20})[0] == {"97110": 2, "97140": 1}


def test_many_ties_end() -> None:
    many = {f"9{n:04d}": 8 for n in range(40)}
    splits = admissible_splits("cms", many)
    assert len(splits) == MAX_SPLITS
    assert {sum(split.values()) for split in splits} == {charted(320)}


def test_no_minutes_are_no_units() -> None:
    for rule in RULES:
        assert units_supported(rule, {}) == 0
        assert admissible_splits(rule, {}) == [{}]


def test_another_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no unit rule is called ask"):
        units_supported("ask", {"97110": 30})
