"""What the therapy code table says of time, discipline, families and dates."""

from datetime import date, timedelta

import pytest

from scrubber.errors import TableError
from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import ADD_ON_BASES, PATH, TWINS, family_base, read_therapy_codes

THERAPY = load_tables().therapy


@pytest.mark.parametrize(
    "code", ["97110", "97112", "97140", "97530", "97035", "97750", "97760", "97129", "97130", "90912"]
)
def test_fifteen_minute_codes_join_the_pool(code):
    assert THERAPY[code].pooled


@pytest.mark.parametrize(
    "code", ["97150", "97014", "97161", "97545", "97550", "97551", "98980", "92627", "96125", "92507"]
)
def test_own_clock_and_untimed_codes_stay_out_of_it(code):
    assert not THERAPY[code].pooled


def test_minutes_of_a_unit():
    minutes = {code: THERAPY[code].minutes_per_unit for code in ("97110", "97545", "97546", "97550", "98979", "97150")}

    assert minutes == {"97110": 15, "97545": 120, "97546": 60, "97550": 30, "98979": 10, "97150": None}


def test_only_codes_of_one_discipline_name_it():
    named = {code: entry.discipline for code, entry in THERAPY.items() if entry.discipline}

    assert named == {
        **dict.fromkeys(["97161", "97162", "97163", "97164"], "GP"),
        **dict.fromkeys(["97165", "97166", "97167", "97168"], "GO"),
        **dict.fromkeys(["92521", "92522", "92523", "92524", "92597", "92607"], "GN"),
    }
    assert all(THERAPY[code].disciplines == (modifier,) for code, modifier in named.items())


def test_a_code_that_lists_one_discipline_alone_need_not_name_it():
    assert THERAPY["92507"].disciplines == ("GN",)
    assert THERAPY["92507"].discipline == ""


def test_disciplines_come_with_the_usual_one_first():
    assert THERAPY["97110"].disciplines == ("GP", "GO")
    assert THERAPY["92526"].disciplines == ("GN", "GO")
    assert THERAPY["97001"].disciplines == ()


def test_assistants():
    able = {code: THERAPY[code].assistant for code in ("97110", "97150", "98975", "97161", "98977", "92507")}

    assert able == {"97110": True, "97150": True, "98975": True, "97161": False, "98977": False, "92507": False}


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("97001", date(2016, 12, 31)),
        ("97532", date(2017, 12, 31)),
        ("97762", date(2017, 12, 31)),
        ("97127", date(2019, 12, 31)),
        ("G0515", date(2019, 12, 31)),
    ],
)
def test_an_ended_code_is_found_and_its_last_day_counts(code, last):
    entry = THERAPY[code]

    assert entry.in_force(last)
    assert not entry.in_force(last + timedelta(days=1))


@pytest.mark.parametrize(
    ("code", "first"), [("98979", date(2026, 1, 1)), ("97550", date(2024, 1, 1)), ("97161", date(2017, 1, 1))]
)
def test_a_new_code_begins_on_its_first_day(code, first):
    entry = THERAPY[code]

    assert entry.in_force(first)
    assert not entry.in_force(first - timedelta(days=1))


def test_a_code_without_dates_is_always_in_force():
    assert THERAPY["97110"].in_force(date(2000, 1, 1))
    assert THERAPY["97110"].in_force(date(2099, 1, 1))


def test_families():
    assert dict(ADD_ON_BASES) == {
        "97130": "97129",
        "90913": "90912",
        "97546": "97545",
        "97551": "97550",
        "96113": "96112",
        "92608": "92607",
        "92627": "92626",
        "98981": "98980",
        "97598": "97597",
        "92618": "92605",
    }
    assert all(family_base(add_on) == family_base(base) == base for add_on, base in ADD_ON_BASES.items())
    assert {*ADD_ON_BASES, *ADD_ON_BASES.values()} <= set(THERAPY)


def test_twins_are_one_family():
    assert dict(TWINS) == {"97014": "G0283", "G0283": "97014"}
    assert family_base("97014") == family_base("G0283") == "G0283"


def test_any_other_code_is_its_own_family():
    assert [family_base(code) for code in ("97110", "99999", "")] == ["97110", "99999", ""]


def test_nobody_can_change_the_table():
    with pytest.raises(TypeError):
        THERAPY["97110"] = THERAPY["97112"]
    with pytest.raises(AttributeError):
        THERAPY["97110"].timed = False


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("97012,mechanical traction,N", "97012,mechanical traction,X", "'X'"),
        ("97032,attended e-stim,Y,15", "97032,attended e-stim,Y,many", "many"),
        ("97032,attended e-stim,Y,15", "97032,attended e-stim,Y,", "disagree"),
        ("2016-12-31", "2016-13-31", "line"),
        ("97012,mechanical", "97010,mechanical", "97010 is listed twice"),
    ],
)
def test_a_damaged_row_is_an_error_with_its_line(before, after, told, tmp_path):
    whole = PATH.read_text(encoding="utf-8")
    assert before in whole
    path = tmp_path / "codes.csv"
    path.write_text(whole.replace(before, after), encoding="utf-8")

    with pytest.raises(TableError, match=r"codes\.csv, line \d+: ") as raised:
        read_therapy_codes(path)
    assert told in str(raised.value)
