"""The discipline that the records give for a line, whatever its modifiers say."""

from datetime import timedelta
from typing import Any

import pytest
from rules.specimen import DAY, Bill, patient, row

from scrubber.visits.recorded import Recorded, recorded_discipline

CALLED_OT = "SV1*HC:97110:GO*80*UN*2***1"
PT_MANUAL = "SV1*HC:97140:GP*38*UN*1***1"
THIRTY, FIFTEEN = row("97110", 30), row("97140", 15)


def recorded(
    *rows: Any, lines: tuple[str, ...] = (CALLED_OT, PT_MANUAL), more: tuple[Bill, ...] = ()
) -> Recorded | None:
    """What the records give for the first line of the first claim."""
    found = patient([Bill(lines=lines), *more], rows)
    return recorded_discipline(found, found.claims[0], found.claims[0].lines[0])


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (FIFTEEN,),
        (row("", timed_total=30),),
        (row("97110", 30, service_date=DAY + timedelta(1)),),
        (THIRTY, row("97110", 30, "OT")),
        (row("97110", 30, claim_id="PCN2"),),
    ],
    ids=["nothing", "another code", "a total", "another day", "two disciplines", "another claim"],
)
def test_no_one_discipline_is_recorded(rows: tuple[Any, ...]) -> None:
    lines = (CALLED_OT, PT_MANUAL, f"{CALLED_OT} | DTP*472*D8*20260303")
    assert recorded(*rows, lines=lines, more=(Bill(number="PCN2", lines=("SV1*HC:97110:GP*80*UN*2***1",)),)) is None


def test_the_rows_of_the_code_and_of_the_discipline() -> None:
    other = row("97530", 15, "OT")
    found = recorded(other, FIFTEEN, THIRTY)
    assert found is not None
    assert found.discipline == "PT"
    assert found.rows == (FIFTEEN, THIRTY)
    assert found.named == (THIRTY,)
    assert [(each.source, each.states) for each in found.evidence] == [("record N1", "97110 as PT")]


def test_a_base_code_and_its_add_on_are_one() -> None:
    lines = ("SV1*HC:97130:GP*60*UN*1***1",)
    found = recorded(row("97129", 15, "OT"), lines=lines)
    assert found is not None
    assert (found.discipline, [each.code for each in found.named]) == ("OT", ["97129"])


def test_an_unsigned_row_is_evidence_that_says_so() -> None:
    found = recorded(row("97110", 30, signed=False), FIFTEEN)
    assert found is not None
    assert [each.source for each in found.evidence] == ["unsigned record N1"]


@pytest.mark.parametrize(
    ("rows", "of_row", "of_all"),
    [
        ((THIRTY, FIFTEEN), True, True),
        ((row("97110", 30, signed=False), FIFTEEN), False, False),
        ((row("97110", 30, "AIDE"), FIFTEEN), False, False),
        ((row("97110", 30, "STUDENT"), FIFTEEN), False, False),
        ((THIRTY, row("97140", 15, signed=False)), True, False),
        ((THIRTY, row("97140", 15, "AIDE")), True, False),
        ((THIRTY, FIFTEEN, row("97530", 15, "OT", signed=False)), True, True),
        ((THIRTY, FIFTEEN, FIFTEEN), True, False),
        ((THIRTY,), True, False),
    ],
)
def test_whether_the_discipline_is_signed(rows: tuple[Any, ...], *, of_row: bool, of_all: bool) -> None:
    found = recorded(*rows)
    assert found is not None
    assert (found.row_signed, found.signed) == (of_row, of_all)


def test_only_the_visit_of_its_day_payer_and_discipline_counts() -> None:
    unsigned = row("97140", 15, claim_id="PCN2", signed=False)
    secondary = Bill(number="PCN2", lines=(PT_MANUAL,), sequence="S", payer="60054", filing="CI")
    for other in (secondary, Bill(number="PCN2", lines=(f"{PT_MANUAL} | DTP*472*D8*20260303",))):
        found = recorded(THIRTY, FIFTEEN, unsigned, more=(other,))
        assert found is not None
        assert found.signed
    another = Bill(number="PCN2", lines=("SV1*HC:97112:GP*40*UN*1***1",))
    same = recorded(THIRTY, FIFTEEN, row("97112", 15, claim_id="PCN2", signed=False), more=(another,))
    assert same is not None
    assert not same.signed


def test_a_line_of_a_day_without_a_visit_is_signed_by_its_rows() -> None:
    """Claims with a line that repeats another claim's are in no visit."""
    first = "SV1*HC:97110:GP*80*UN*2***1"
    twice = Bill(number="PCN2", lines=(first, f"{CALLED_OT} | DTP*472*D8*20260303"))
    rows = [row("97110", 30, claim_id="PCN2", service_date=DAY + timedelta(1))]
    found = patient([Bill(lines=(first,)), twice], rows)
    of_line = recorded_discipline(found, found.claims[1], found.claims[1].lines[1])
    assert [each.date for each in found.visits] == [DAY]
    assert of_line is not None
    assert of_line.signed


def test_a_discipline_without_a_visit_of_its_own_is_signed_by_its_rows() -> None:
    found = recorded(THIRTY, lines=(CALLED_OT,))
    assert found is not None
    assert found.signed
