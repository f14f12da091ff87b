"""Where the record of a visit and the claim itself give different minutes."""

from typing import Any

import pytest
from rules.specimen import Bill, patient, row

from scrubber.visits.disagreements import disagreements
from scrubber.visits.visit import Disagreement

EXERCISE, MANUAL = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"
HARDENING = "SV1*HC:97545:GP*180*UN*1***1"
TWICE = (EXERCISE, EXERCISE.replace("GP", "GP:59"))
THIRTY, FIFTEEN = row("97110", 30), row("97140", 15)


def noting(line: str, text: str) -> str:
    return f"{line} | NTE*ADD*{text}"


def told(found: tuple[Disagreement, ...]) -> list[tuple[str, int, int, str]]:
    return [(each.code, each.recorded, each.noted, each.source) for each in found]


def differing(lines: tuple[str, ...], *rows: Any, head: tuple[str, ...] = ()) -> list[tuple[str, int, int, str]]:
    """Code, minutes of the record, minutes of the claim, and where they stand."""
    (visit,) = patient(Bill(lines=lines, head=head), rows).visits
    return told(visit.disagreements)


@pytest.mark.parametrize(
    ("lines", "rows", "found"),
    [
        ((EXERCISE,), (THIRTY,), []),
        ((noting(EXERCISE, "97110 30 MIN"),), (THIRTY,), []),
        ((noting(EXERCISE, "97110 31 MIN"),), (THIRTY,), [("97110", 30, 31, "line note")]),
        ((noting(EXERCISE, "97110 29 MIN"),), (THIRTY,), [("97110", 30, 29, "line note")]),
        ((noting(EXERCISE, "97110 29 MIN"),), (), []),
        ((noting(EXERCISE, "97110 29 MIN"), MANUAL), (FIFTEEN,), []),
        ((noting(EXERCISE, "97110 29 MIN"),), (row("97110", mode="untimed"),), []),
        # Behind a code that agrees.
        (
            (noting(EXERCISE, "97110 30 MIN"), noting(MANUAL, "97140 16 MIN")),
            (THIRTY, FIFTEEN),
            [("97140", 15, 16, "line note")],
        ),
        (
            (noting(EXERCISE, "97110 29 MIN"), noting(MANUAL, "97140 16 MIN")),
            (FIFTEEN,),
            [("97140", 15, 16, "line note")],
        ),
        # Two lines of a code: the notes together, or each the whole; one of them alone is a part.
        ((noting(TWICE[0], "97110 20 MIN"), noting(TWICE[1], "97110 10 MIN")), (THIRTY,), []),
        ((noting(TWICE[0], "97110 30 MIN"), noting(TWICE[1], "97110 30 MIN")), (THIRTY,), []),
        (
            (noting(TWICE[0], "97110 20 MIN"), noting(TWICE[1], "97110 20 MIN")),
            (THIRTY,),
            [("97110", 30, 40, "line note")],
        ),
        ((noting(TWICE[0], "97110 20 MIN"), TWICE[1]), (THIRTY,), []),
        ((noting(TWICE[0], "97110 31 MIN"), TWICE[1]), (THIRTY,), [("97110", 30, 31, "line note")]),
    ],
)
def test_minutes_by_code(lines: tuple[str, ...], rows: tuple[Any, ...], found: list[tuple[str, int, int, str]]) -> None:
    assert differing(lines, *rows) == found


def test_a_note_of_the_claim_gives_the_whole_code() -> None:
    assert differing(TWICE, THIRTY, head=("NTE*ADD*97110 30 MIN",)) == []
    assert differing(TWICE, THIRTY, head=("NTE*ADD*97110 20 MIN",)) == [("97110", 30, 20, "claim note")]


def test_timed_minutes_in_all() -> None:
    head = ("NTE*ADD*TOTAL TIMED 45",)
    assert differing((EXERCISE, MANUAL), THIRTY, FIFTEEN, head=head) == []
    assert differing((EXERCISE,), THIRTY, head=head) == [("", 30, 45, "claim note")]
    assert differing((EXERCISE,), THIRTY, row("", timed_total=45), head=head) == []
    assert differing((EXERCISE,), row("", timed_total=44), head=head) == [("", 44, 45, "claim note")]
    # Whether minutes on another clock are in the total is not known, and without timed lines there is none.
    assert differing((EXERCISE, HARDENING), THIRTY, row("97545", 120), head=head) == []
    assert differing(("SV1*HC:97161:GP*110*UN*1***1",), row("97161", 30), THIRTY, head=head) == []


def test_claims_that_no_record_speaks_for_are_not_compared() -> None:
    noted = Bill(number="PCN2", lines=(noting(TWICE[1], "97110 20 MIN"),))
    bills = [Bill(lines=(noting(EXERCISE, "97110 29 MIN"),)), noted]
    (visit,) = patient(bills, [THIRTY]).visits
    assert [claim.id for claim in visit.uncovered] == ["PCN2"]
    assert told(visit.disagreements) == [("97110", 30, 29, "line note")]
    (visit,) = patient([Bill(), noted], [THIRTY]).visits
    assert visit.disagreements == ()


def test_a_visit_without_notes_has_nothing_to_compare() -> None:
    (visit,) = patient(Bill(), [THIRTY]).visits
    assert disagreements(visit) == ()
