"""Known facts of the 2024 Q3 practitioner pairs: what stands, in which direction, and what only looks as if it did."""

from datetime import date

import pytest

from scrubber.tables.tableset import load_tables

IN_EDITION = date(2024, 7, 1)
LATER = date(2026, 3, 2)

NOT_COVERED = {"29126", "29131"}
BEGAN_LATER = {"98016", "98979", "98984", "98985", "98986"}

GROUP_PARTNERS = "97110 97112 97113 97116 97124 97140 97530 97533 97535 97537 97542 97760 97761 97763"
MODALITIES = "97012 97016 97018 97022 97024 97026 97028 97032 97033 97034 97035 97036 G0283"
BEFORE_RE_EVALUATION = f"{MODALITIES} 97124 97129 97533 97535 97537 97542 97760 97761"
PT_EVALUATIONS = ["97161", "97162", "97163"]
OT_EVALUATIONS = ["97165", "97166", "97167"]
EVALUATIONS = [*PT_EVALUATIONS, "97164", *OT_EVALUATIONS, "97168"]


def standing(table):
    """(column1, column2, indicator) triples of a compact table: 'A B C / D E = 1' is A, B, C each with D, E."""
    for line in table.strip().splitlines():
        pair, indicator = line.split("=")
        first, second = pair.split("/")
        yield from ((one, two, indicator.strip()) for one in first.split() for two in second.split())


STANDING = [
    *standing(
        f"""
        97150 / {GROUP_PARTNERS} = 1
        97140 / 97124 = 0
        97140 / 97750 95851 97018 = 1
        {BEFORE_RE_EVALUATION} / 97164 97168 = 1
        97597 / 97164 = 1
        G0283 / 97032 = 1
        {" ".join(EVALUATIONS)} / 95851 95852 97750 97755 97763 = 0
        97162 97163 / 97161 = 0
        97163 / 97162 = 0
        {" ".join(PT_EVALUATIONS)} / 97164 = 0
        97166 97167 / 97165 = 0
        97167 / 97166 = 0
        {" ".join(OT_EVALUATIONS)} / 97168 = 0
        97113 / 97110 = 1
        97113 / 97036 = 0
        97530 / 97537 97542 97750 = 1
        97530 / 95851 = 0
        98940 98941 98942 / 97112 97124 97140 = 1
        97161 97165 / 99202 99205 99211 99215 = 1
        97755 / 97110 97112 97140 97530 97535 = 1
        97760 97761 97763 / 97110 97112 97116 97124 97140 = 1
        98980 / 97750 = 0
        """
    ),
    *(
        (code, infusion, "0")
        for code in ("97110", "97140", "97530", "97161")
        for infusion in ("36591", "36592", "96523")
    ),
]

NOT_STANDING = [
    ("97530", "97116"),
    ("97530", "97110"),
    ("97530", "97112"),
    ("97110", "97140"),
    ("97112", "97140"),
    ("97110", "97112"),
    ("97110", "97116"),
    ("97140", "97530"),
    ("97530", "97535"),
    *((one, two) for one in ("97530", "97150") for two in (*PT_EVALUATIONS, *OT_EVALUATIONS)),
    *(("97140", evaluation) for evaluation in PT_EVALUATIONS),
    *(("97161", code) for code in ("97112", "97110", "97116", "97535")),
    *((code, "97164") for code in ("97110", "97112", "97113", "97116", "97140", "97150", "97530")),
    *((one, two) for one in PT_EVALUATIONS for two in OT_EVALUATIONS),
    *((one, two) for one in ("98940", "98941", "98942") for two in ("97110", "97530")),
    *((one, "97161") for one in ("99281", "99283", "99285")),
]


@pytest.fixture(scope="module")
def pairs():
    return load_tables().ptp("ncci-ptp-medicare")


@pytest.mark.parametrize(("column1", "column2", "indicator"), STANDING)
def test_it_stands_whichever_code_comes_first(pairs, column1, column2, indicator):
    for one, two in ((column1, column2), (column2, column1)):
        answer = pairs.pair(one, two, IN_EDITION)
        assert answer.edit is not None
        assert answer.edit[:3] == (column1, column2, indicator)
        assert (answer.unchecked, answer.stale) == ("", False)


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("codes", NOT_STANDING, ids="/".join)
def test_it_does_not_stand(pairs, codes, direction):
    assert pairs.pair(*codes[::direction], IN_EDITION) == (None, "", False)
    assert pairs.pair(*codes[::direction], LATER) == (None, "", True)


@pytest.mark.parametrize("first", ["95992", "92507", "92526", "98925"])
def test_pairs_in_either_order(pairs, first):
    other = {"98925": ["97140"]}.get(first, ["97110", "97112", "97530"])
    indicators = {pairs.pair(first, code, IN_EDITION).edit.indicator for code in other}

    assert indicators == ({"0"} if first == "98925" else {"1"})


@pytest.mark.parametrize("infusion", ["36591", "36592", "96523"])
def test_no_therapy_code_pays_beside_a_blood_draw_or_flush(pairs, infusion):
    """Every code of the edition but the few that CMS never paired with these."""
    asked = [code for code, entry in load_tables().therapy.items() if entry.in_force(IN_EDITION)]
    found = {code: pairs.pair(code, infusion, IN_EDITION).edit for code in asked}
    unpaired = {code for code, edit in found.items() if edit is None}

    assert {edit.indicator for edit in found.values() if edit is not None} == {"0"}
    assert unpaired - {"97799"} == {"97551", "G2250", "G2251", *NOT_COVERED}


def test_a_wound_code_stands_beside_the_re_evaluation_of_one_discipline_only(pairs):
    assert pairs.pair("97597", "97164", IN_EDITION).edit is not None
    assert pairs.pair("97597", "97168", IN_EDITION) == (None, "", False)


@pytest.mark.parametrize("ended", ["97532", "97762", "97127", "97001", "G0515"])
def test_an_ended_code_has_no_pair_left(pairs, ended):
    asked = set(load_tables().therapy) - NOT_COVERED - BEGAN_LATER

    assert {pairs.pair(ended, code, IN_EDITION) for code in asked} == {(None, "", False)}


def test_history_of_a_pair_that_was_withdrawn_twice(pairs):
    told = [(row.edit[:3], row.effective, row.deleted) for row in pairs.history("97116", "97530")]

    assert told == [
        (("97530", "97116", "9"), date(1996, 1, 1), date(1996, 1, 1)),
        (("97530", "97116", "1"), None, date(2019, 12, 31)),
        (("97530", "97116", "9"), date(2020, 10, 1), date(2020, 10, 1)),
    ]
