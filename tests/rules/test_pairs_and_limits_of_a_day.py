"""Whether a day has to be looked at for pairs of codes and unit limits at all."""

from datetime import date
from typing import Any

import pytest
from rules.specimen import DAY, Bill, patient, settings

from scrubber.rules.facts import fact
from scrubber.rules.ncci.limits_of_day import may_exceed
from scrubber.rules.ncci.pairs_of_day import pair_facts
from scrubber.rules.rule import RuleContext
from scrubber.tables.data_file import Heading
from scrubber.tables.ptp import PtpTable, read_ptp
from scrubber.tables.tableset import PAIR_TABLES, Tables, load_tables
from scrubber.visits.patient import PayerDay

PAIRS, LIMITS = "ncci-ptp-medicare", "ncci-mue-medicare"
IN_EDITION, BEFORE = date(2024, 8, 1), date(2024, 6, 28)


def day_of(*lines: str, on: date = DAY, **profile: Any) -> tuple[PayerDay, RuleContext]:
    bill = Bill(lines=tuple(f"SV1*HC:{line}***1" for line in lines), on=on)
    (day,) = patient(bill, **profile).days
    return day, RuleContext(settings(**profile), load_tables(), on)


@pytest.mark.parametrize(
    ("lines", "on", "facts", "stale"),
    [
        (("97110:GP*40*UN*1", "97112:GP*40*UN*1"), IN_EDITION, 0, set()),
        (("97110:GP*40*UN*1", "97112:GP*40*UN*1"), DAY, 0, {PAIRS}),
        (("97110:GP*40*UN*1", "97110:GP:59*40*UN*1"), DAY, 0, set()),
        (("97110:GP*40*UN*1", "97150:GP:GY*40*UN*1"), DAY, 0, set()),
        (("97110:GP*40*UN*1", "97150:GP*40*UN*1"), IN_EDITION, fact.PAIR_MODIFIER, set()),
        (("97140:GP*40*UN*1", "97124:GP*40*UN*1"), IN_EDITION, fact.PAIR_NEVER, set()),
        (("97110:GP*40*UN*1", "97112:GP*40*UN*1"), BEFORE, fact.PAIR_UNKNOWN, set()),
        (("97110:GP*40*UN*1", "A4556*9*UN*1"), IN_EDITION, fact.PAIR_UNKNOWN, set()),
        (
            ("97140:GP*40*UN*1", "97124:GP*40*UN*1", "97150:GP*40*UN*1", "97110:GP*40*UN*1", "A4556*9*UN*1"),
            DAY,
            fact.PAIR_NEVER | fact.PAIR_MODIFIER | fact.PAIR_UNKNOWN,
            {PAIRS},
        ),
    ],
)
def test_the_pairs_of_a_day(lines: tuple[str, ...], on: date, facts: int, stale: set[str]) -> None:
    day, context = day_of(*lines, on=on)
    assert pair_facts(day, context) == facts
    assert context.stale == stale


def test_without_a_table_no_pair_is_known() -> None:
    assert pair_facts(*day_of("97110:GP*40*UN*1", "97112:GP*40*UN*1", pair_tables=())) == fact.PAIR_UNKNOWN
    assert pair_facts(*day_of("97110:GP*40*UN*1", pair_tables=())) == 0


@pytest.mark.parametrize(
    ("lines", "on", "exceeded", "stale"),
    [
        (("97112:GP*160*UN*4",), DAY, False, set()),
        (("97112:GP*200*UN*5",), DAY, True, set()),
        (("97112:GP*120*UN*3", "97112:GP:59*80*UN*2"), DAY, True, set()),
        (("97112:GP*200*UN*5", "97110:GP*40*UN*1"), DAY, True, set()),
        (("97112:GP*40*MJ*75",), DAY, False, set()),
        (("97112:GP*160*UN*4", "97112:GP:59*60*UN*1.5"), DAY, False, set()),
        (("97010:GP*20*UN*1",), DAY, False, set()),
        (("99213*90*UN*1",), DAY, True, set()),
        (("97112:GP*40*UN*1",), BEFORE, True, set()),
        (("97112:GP*40*UN*1",), date(2026, 4, 1), False, {LIMITS}),
    ],
)
def test_the_limits_of_a_day(lines: tuple[str, ...], on: date, exceeded: bool, stale: set[str]) -> None:
    day, context = day_of(*lines, on=on)
    assert may_exceed(day, context) is exceeded
    assert context.stale == stale


def test_without_a_table_no_limit_is_known() -> None:
    assert may_exceed(*day_of("97112:GP*40*UN*1", unit_limit_tables=()))


def test_two_tables_tell_of_the_pairs_of_either() -> None:
    path, _ = PAIR_TABLES[PAIRS]
    other = PtpTable("other", Heading("own", None, None, True, "", ""), {}, None, row_count=0, undated=False)
    day, context = day_of("97110:GP*40*UN*1", "97150:GP*40*UN*1", on=IN_EDITION, pair_tables=(PAIRS, "other"))
    context = RuleContext(context.settings, Tables([read_ptp(PAIRS, path, None), other]), IN_EDITION)
    assert pair_facts(day, context) == fact.PAIR_MODIFIER
