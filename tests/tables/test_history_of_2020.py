"""Pairs that CMS put in force, withdrew, put back and withdrew in 2020: the answer depends on day, edition and payer.

Sources beside the rows: the 2024 Q3 table (deletion dates, indicator 9), and APTA's news of 2020-01-16, 2020-01-24 and
2020-09-02.
"""

from datetime import date

import pytest

from scrubber.errors import TableError
from scrubber.tables.describe import PairState, describe_pair
from scrubber.tables.ptp_history import PATHS, read_history
from scrubber.tables.tableset import load_tables

MEDICARE = "ncci-ptp-medicare"
JANUARY, FEBRUARY, OCTOBER = date(2020, 1, 1), date(2020, 2, 1), date(2020, 10, 1)
LAST_OF_2019 = date(2019, 12, 31)


def indicator(codes, on, name=MEDICARE):
    edit, why, _ = load_tables().ptp(name).pair(*codes, on)
    assert not why
    return edit and edit.indicator


@pytest.mark.parametrize(
    ("edition", "evaluation", "activity", "gait", "manual"),
    [
        # 97161/97140, 97530/97161, 97530/97116, 97140/97530 on 2020-02-01, as each edition had it
        ("2020Q1", "1", "0", "1", "1"),
        ("2020Q2", None, None, None, None),
        ("2020Q4", None, None, None, None),
        ("2024Q3", None, None, None, None),
    ],
)
def test_february_2020_by_edition(edition, evaluation, activity, gait, manual):
    found = [
        indicator(codes, FEBRUARY, f"{MEDICARE}@{edition}")
        for codes in (("97161", "97140"), ("97530", "97161"), ("97530", "97116"), ("97530", "97140"))
    ]
    assert found == [evaluation, activity, gait, manual]


@pytest.mark.parametrize(
    ("edition", "found"), [("2020Q3", [None] * 4), ("2020Q4", ["1", None, "1", None]), ("2021Q1", [None] * 4)]
)
def test_october_2020_by_edition(edition, found):
    pairs = (("97161", "97140"), ("97530", "97161"), ("97530", "97116"), ("97530", "97140"))
    assert [indicator(codes, OCTOBER, f"{MEDICARE}@{edition}") for codes in pairs] == found


@pytest.mark.parametrize(
    ("on", "found"),
    [(LAST_OF_2019, ["1", "1", None]), (JANUARY, [None] * 3), (OCTOBER, [None] * 3), (date(2024, 6, 30), [None] * 3)],
)
def test_by_day_as_known_today(on, found):
    """Gait training and activities were pairs to the last day of 2019; the evaluation never was."""
    assert [indicator(codes, on) for codes in (("97116", "97530"), ("97140", "97530"), ("97161", "97140"))] == found


@pytest.mark.parametrize("on", [date(2019, 12, 30), date(2019, 1, 1)])
def test_before_the_last_day_of_2019_nothing_is_known(on):
    assert "it answers from 2024-07-01 on" in load_tables().ptp(MEDICARE).pair("97530", "97116", on).unchecked


@pytest.mark.parametrize("codes", [("97150", "97110"), ("97530", "97535"), ("99283", "97161"), ("97110", "97112")])
def test_pairs_that_are_not_entered_stay_unchecked(codes):
    assert load_tables().ptp(MEDICARE).pair(*codes, FEBRUARY).unchecked


def test_a_day_after_an_edition_is_stale_for_who_keeps_to_it():
    """A payer that keeps to January 2020 still denies the pair in 2021; the report says that the edition is old."""
    edit, why, stale = load_tables().ptp(f"{MEDICARE}@2020Q1").pair("97161", "97140", date(2021, 5, 3))

    assert (edit.indicator, why, stale) == ("1", "", True)
    told = {(table.name, table.edition) for table in load_tables().info({f"{MEDICARE}@2020Q1"}) if table.stale}
    assert told == {(MEDICARE, "2020Q1")}


def test_another_payer_has_no_table_of_medicare():
    with pytest.raises(TableError, match='no pair table "ncci-ptp-medicaid'):
        load_tables().ptp("ncci-ptp-medicaid@2020Q1")


@pytest.mark.parametrize(
    ("edition", "told"), [("2019Q4", "There is no edition"), ("January", "is no edition; expected")]
)
def test_an_edition_that_is_not_there_is_refused(edition, told):
    with pytest.raises(TableError, match=told):
        load_tables().ptp(f"{MEDICARE}@{edition}")


def test_the_newest_statement_agrees_with_the_table_that_travels_with_the_program():
    """Row by row: the history says of 2024 Q3 what the 2024 Q3 table says."""
    shipped = next(each for each in load_tables().pair_editions(MEDICARE) if each.heading.edition == "2024Q3")
    newest = read_history(MEDICARE, PATHS[MEDICARE])[0]
    pairs = {tuple(sorted(pair)) for pair in newest.coverage.pairs}

    assert len(pairs) == 31
    for one, two in pairs:
        assert newest.history(one, two) == shipped.history(one, two), (one, two)


def test_show_tells_what_each_edition_said():
    (facts,) = describe_pair("97140", "97530", FEBRUARY)

    assert (facts.state, facts.edition, facts.stale) == (PairState.NO_PAIR, "2021Q1", False)
    assert [(said.first, said.last, said.state) for said in facts.said] == [
        ("2020Q1", "2020Q1", PairState.NEEDS_MODIFIER),
        ("2020Q2", "2021Q1", PairState.NO_PAIR),
    ]
    (facts,) = describe_pair("97140", "97530", FEBRUARY, edition="2020Q1")
    assert (facts.state, facts.edition, facts.edit.column2) == (PairState.NEEDS_MODIFIER, "2020Q1", "97530")


def test_a_damaged_history_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "history.csv"
    text = PATHS[MEDICARE].read_text(encoding="utf-8")
    path.write_text(text.replace("2020Q1,2020Q1", "2020Q1,soon", 1), encoding="utf-8")
    with pytest.raises(TableError, match=r'line \d+: not a row of history \("soon" is no edition'):
        read_history(MEDICARE, path)
