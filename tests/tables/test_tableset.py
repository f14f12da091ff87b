"""Tables are read when first asked, once a process, and say which edition answered."""

import json
import pickle
import subprocess
import sys
from datetime import date

import pytest

from scrubber.errors import TableError
from scrubber.tables.denials import Denial
from scrubber.tables.mue import MueTable
from scrubber.tables.tableset import TableInfo, Tables, load_tables

OPENED = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from scrubber.tables.mue import MueTable
from scrubber.tables.tableset import TableInfo, Tables, load_tables
import scrubber.tables.describe
tables = load_tables()
def seen():
    files = sorted({path.rpartition("/")[2] for path in opened if "/tables/data/" in path})
    opened.clear()
    return files
told = [seen()]
for ask in (lambda: tables.therapy, lambda: tables.ptp("ncci-ptp-medicare"), lambda: tables.denial("U101"),
            lambda: tables.unit_limits("ncci-mue-medicare"), lambda: tables.ncci_modifiers,
            lambda: tables.modifiers, lambda: tables.info()):
    ask()
    told.append(seen())
print(json.dumps(told))
"""


def test_each_table_is_read_when_it_is_asked_and_once():
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)

    *asked, listing = json.loads(done.stdout)
    assert asked == [
        [],
        ["therapy_codes.csv"],
        ["ncci_ptp_covered_codes.csv", "ncci_ptp_history.csv", "ncci_ptp_therapy.csv"],
        ["finding_codes.csv"],
        ["ncci_mue_therapy.csv"],
        ["ncci_modifiers.csv"],
        ["modifiers.csv"],
    ]
    assert not set(listing) & {name for names in asked for name in names}


def test_one_set_a_process_and_a_pickle_finds_it():
    tables = load_tables()

    assert load_tables() is tables
    assert tables.ptp("ncci-ptp-medicare") is tables.ptp("ncci-ptp-medicare")
    assert pickle.loads(pickle.dumps(tables)) is tables  # noqa: S301 - made one line above


@pytest.mark.parametrize("name", ["ncci-ptp-medicar", "ncci-ptp", "NCCI-PTP-Medicare", "ncci_ptp_medicare"])
def test_an_unknown_table_name_gets_a_suggestion(name):
    with pytest.raises(TableError, match='Did you mean "ncci-ptp-medicare"') as raised:
        load_tables().ptp(name)
    assert f'"{name}"' in str(raised.value)


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(TableError, match=r'There is no pair table "xyz"\. Known: ncci-ptp-medicare\.'):
        load_tables().ptp("xyz")


def test_an_unknown_table_of_unit_limits_gets_a_suggestion():
    with pytest.raises(TableError, match=r'no table of unit limits "ncci-mue"\. Did you mean "ncci-mue-medicare"'):
        load_tables().unit_limits("ncci-mue")


def test_own_tables_stand_in_and_travel_with_a_pickle():
    own = load_tables().unit_limits("ncci-mue-medicare").editions[0]
    mine = MueTable("ncci-mue-medicare", own.heading, {"97110": own.limits["97112"]})
    tables = pickle.loads(pickle.dumps(Tables([mine])))  # noqa: S301 - made here

    assert [each.limits for each in tables.unit_limits("ncci-mue-medicare").editions] == [mine.limits]
    assert tables.ptp("ncci-ptp-medicare").editions[0].row_count == 2814
    assert load_tables().unit_limits("ncci-mue-medicare").editions == (own,)


def test_info_is_every_edition_that_answers():
    told = [(table.name, table.edition) for table in load_tables().info()]

    assert told[:4] == [
        ("therapy-codes", "2026"),
        ("ncci-ptp-medicare", "2024Q3"),
        ("ncci-ptp-medicare", "2021Q1"),  # the history of 2020, as it stood when it was over
        ("ncci-mue-medicare", "2024Q3, 2026"),
    ]
    assert {"fee-schedule-medicare", "ncci-modifiers", "modifiers", "finding-codes"} <= {name for name, _ in told}
    assert len(set(told)) == len(told)


def test_info_says_what_a_table_covers():
    info = load_tables().info()[1]

    assert info == TableInfo(
        name="ncci-ptp-medicare",
        edition="2024Q3",
        from_=date(2024, 7, 1),
        to=date(2024, 9, 30),
        rows=2814,
        complete=False,
        remark=(
            "What it does not cover is not checked: import the CMS practitioner PTP edits of their quarter to have all"
            " of it."
        ),
        renewal="the CMS practitioner PTP edits of their quarter",
    )


def test_a_stale_table_says_what_to_import():
    stale = [table for table in load_tables().info({"ncci-ptp-medicare"}) if table.stale]

    assert [table.name for table in stale] == ["ncci-ptp-medicare"]
    assert stale[0].remark == (
        "Edition 2024Q3 answered for dates of service after 2024-09-30:"
        " import the CMS practitioner PTP edits of their quarter."
    )


def test_therapy_codes_are_stale_after_their_year():
    tables = load_tables()

    assert not tables.therapy_stale(date(2026, 12, 31))
    assert not tables.therapy_stale(date(2015, 1, 1))
    assert tables.therapy_stale(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("rule", "denial"),
    [
        ("U101", Denial("151", "N435", "A7:258", None)),
        ("U102", Denial(None, None, "A2:258", None)),
        ("C404", Denial("18", None, "A7:54", None)),
        ("U111", Denial("16", "M53", "A7:476", "6")),
        ("N301", Denial("236", "M15", "A7:732+454", None)),
        ("M201", Denial("16", "N822", "A7:453", None)),
    ],
)
def test_denials(rule, denial):
    assert load_tables().denial(rule) == denial


@pytest.mark.parametrize("rule", ["I001", "U116", "X999", ""])
def test_a_rule_without_a_denial_has_none(rule):
    assert load_tables().denial(rule) is None


def test_ncci_modifiers():
    modifiers = load_tables().ncci_modifiers

    assert {"59", "XE", "XS", "XP", "XU", "25", "91", "LT", "RT", "E1", "FA", "TA", "LC"} <= modifiers
    assert not {"GP", "GO", "GN", "CQ", "CO", "KX", "76", "22", "50", "52"} & modifiers
    assert len(modifiers) == 44


def test_known_modifiers():
    tables = load_tables()

    assert {"GP", "GO", "GN", "CQ", "CO", "KX", "59", "XE", "76", "96", "GA", "GT", "LT", "U1"} <= tables.modifiers
    assert tables.ncci_modifiers <= tables.modifiers
    assert not {"ZQ", "00", "GP ", ""} & tables.modifiers
