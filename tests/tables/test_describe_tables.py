"""What `scrubber tables` prints, as data."""

from datetime import date

import pytest

from scrubber.errors import TableError
from scrubber.tables.describe import RATIONALES, PairState, describe_code, describe_pair, list_tables
from scrubber.tables.ptp import RATIONALES as STORED
from scrubber.tables.tableset import load_tables

IN_EDITION = date(2024, 8, 1)


def test_the_list_is_every_table():
    assert list_tables() == load_tables().info()


def test_a_code_of_the_table():
    facts = describe_code(" g0283 ", date(2026, 3, 2))

    assert facts.code == "G0283"
    assert facts.therapy is load_tables().therapy["G0283"]
    assert (facts.in_force, facts.twin, facts.base, facts.add_ons) == (True, "97014", "", ())
    assert (facts.edition, facts.stale) == ("2026", False)
    assert "CMS" in facts.source


def test_base_and_add_on_name_each_other():
    assert describe_code("97129", IN_EDITION).add_ons == ("97130",)
    assert describe_code("97130", IN_EDITION).base == "97129"


def test_an_ended_code_and_a_day_after_the_table():
    assert describe_code("97001", date(2016, 12, 31)).in_force is True
    assert describe_code("97001", date(2017, 1, 1)).in_force is False
    assert describe_code("97110", date(2027, 1, 1)).stale


def test_a_code_that_is_not_there():
    facts = describe_code("20610", IN_EDITION)

    assert (facts.therapy, facts.in_force, facts.base, facts.twin) == (None, None, "", "")


@pytest.mark.parametrize("text", ["", "9711", "971100", "97 10", "97é10", "97110/97140"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(TableError, match="is no code: expected five"):
        describe_code(text, IN_EDITION)
    with pytest.raises(TableError, match="is no code: expected five"):
        describe_pair("97110", text, IN_EDITION)


@pytest.mark.parametrize(
    ("one", "two", "on", "state", "stale"),
    [
        ("97124", "97140", IN_EDITION, PairState.NEVER_PAYABLE, False),
        ("97110", "97150", IN_EDITION, PairState.NEEDS_MODIFIER, False),
        ("97110", "97150", date(2026, 3, 2), PairState.NEEDS_MODIFIER, True),
        ("97110", "97112", IN_EDITION, PairState.NO_PAIR, False),
        ("97530", "97116", date(2026, 3, 2), PairState.NO_PAIR, True),
        ("97110", "97150", date(2024, 6, 30), PairState.NOT_CHECKED, False),
        ("97110", "20610", IN_EDITION, PairState.NOT_CHECKED, False),
    ],
)
def test_the_state_of_a_pair(one, two, on, state, stale):
    (facts,) = describe_pair(one, two, on)

    assert (facts.state, facts.stale) == (state, stale)
    assert bool(facts.why) == (state is PairState.NOT_CHECKED)
    assert (facts.edit is None) == (state in {PairState.NO_PAIR, PairState.NOT_CHECKED})
    assert (facts.table, facts.edition, facts.from_, facts.to, facts.on) == (
        "ncci-ptp-medicare",
        "2024Q3",
        date(2024, 7, 1),
        date(2024, 9, 30),
        on,
    )


def test_history_shows_withdrawn_and_ended_rows_and_which_one_holds():
    (facts,) = describe_pair("97530", "97116", IN_EDITION)
    told = [(row.column1, row.indicator, row.deleted, row.withdrawn, row.in_force) for row in facts.history]

    assert told == [
        ("97530", "9", date(1996, 1, 1), True, False),
        ("97530", "1", date(2019, 12, 31), False, False),
        ("97530", "9", date(2020, 10, 1), True, False),
    ]
    (facts,) = describe_pair("97110", "97150", IN_EDITION)
    assert [row.in_force for row in facts.history if row.deleted is None] == [True]
    (facts,) = describe_pair("97110", "97150", date(2024, 6, 30))
    assert not any(row.in_force for row in facts.history)


def test_every_reason_in_the_tables_has_words():
    pairs = load_tables().ptp("ncci-ptp-medicare")
    codes = list(load_tables().therapy)
    reasons = {row.edit.rationale for one in codes for two in codes for row in pairs.history(one, two)}

    assert reasons <= set(RATIONALES)
    assert len(reasons) > 3
    assert set(RATIONALES) == set(STORED)
