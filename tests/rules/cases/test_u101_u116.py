"""U101 with U116: a row that cannot be read holds what it could name, and signs nothing there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rules.specimen import MEMBER, OTHER_MEMBER, Bill, found, interchange, row, scrubbed, settings

from scrubber.outcome import Outcome
from scrubber.visits.record_rows import BadRow
from scrubber.visits.records import TreatmentRecords, read_records

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
HEADER = "note_id,claim_id,member_id,service_date,discipline,code,minutes,role,signed"


def lenient(tmp_path: Path, bills: list[Bill], *rows: str) -> Outcome:
    """Scrub with rows of a CSV file, of which some cannot be read."""
    path = tmp_path / "records.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return scrubbed(interchange(*bills).encode(), read_records([path], lenient=True), settings())


def held(outcome: Outcome) -> list[bool]:
    return [claim.disposition == "held" for claim in outcome.claims]


def bad(**columns: Any) -> BadRow:
    return BadRow("records.csv", 3, "minutes", "column minutes must be whole minutes", "N2", **columns)


def test_a_bad_row_of_the_claim_holds_it_and_nothing_is_lowered() -> None:
    records = TreatmentRecords([row("97110", 30), bad(claim_id="PCN1", claim_ids=("PCN1",))])
    outcome = scrubbed(interchange(OVER).encode(), records)
    assert set(found(outcome.claims[0])) == {"U101 reject", "U116 reject"}
    assert outcome.corrected() is None
    assert not outcome.claims[0].visits[0].signed


def test_two_bad_rows_are_two_findings(tmp_path: Path) -> None:
    rows = (
        "N1,PCN1,,2026-03-02,PT,97110,30,PT,yes",
        "N1,PCN1,,2026-03-02,PT,97110,ten,PT,yes",
        "N1,PCN1,,2026-03-02,PT,97110,5,PTO,yes",
    )
    outcome = lenient(tmp_path, [Bill()], *rows)
    assert [f for f in found(outcome.claims[0]) if f == "U116 reject"] == ["U116 reject"] * 2


@pytest.mark.parametrize(
    ("second", "cells", "holds"),
    [
        (Bill(number="PCN2", on=date(2026, 3, 3)), "N1,PCN1,,2026-03-02", [True, False]),
        (Bill(number="PCN2", on=date(2026, 3, 3)), f"N1,,{MEMBER},2026-03-02", [True, False]),
        (Bill(number="PCN2", on=date(2026, 3, 3)), f"N1,,{MEMBER},2026-03-32", [True, True]),
        (Bill(number="PCN2", member=OTHER_MEMBER), f"N1,,{OTHER_MEMBER},2026-03-02", [False, True]),
        (Bill(number="PCN2", member=OTHER_MEMBER), f"N1,PCN9,{MEMBER},2026-03-02", [False, False]),
        (Bill(number="PCN2", member=OTHER_MEMBER), "N1,PCN9,,2026-03-02", [False, False]),
        (Bill(member=OTHER_MEMBER), "N1,PCN1,,2026-03-02", [True, True]),
    ],
)
def test_what_an_unreadable_row_could_name(tmp_path: Path, second: Bill, cells: str, holds: list[bool]) -> None:
    outcome = lenient(tmp_path, [Bill(), second], f"{cells},PT,97110,ten,PT,yes")
    assert held(outcome) == holds
    assert len(outcome.unreadable) == 1


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        ("N1, seen twice,PCN1,,2026-03-02,PT,97110,30,PT,yes", [True, False]),
        (f"N1, seen twice,,{MEMBER},2026-03-02,PT,97110,30,PT,yes", [True, False]),
        ("PCN1,,2026-03-02,PT,97110,30,PT,yes", [True, False]),
    ],
    ids=["a comma too many before the number", "before the member", "the note is missing"],
)
def test_cells_in_the_wrong_places(tmp_path: Path, cells: str, holds: list[bool]) -> None:
    outcome = lenient(tmp_path, [Bill(), Bill(number="PCN2", member=OTHER_MEMBER)], cells)
    assert held(outcome) == holds


def test_a_void_is_not_held_for_a_row() -> None:
    records = TreatmentRecords([bad(claim_id="PCN1", claim_ids=("PCN1",))])
    outcome = scrubbed(interchange(Bill(frequency="8", head=("REF*F8*ICN1",))).encode(), records)
    assert outcome.corrected() == outcome.source


def test_a_row_of_two_patients_signs_neither_visit() -> None:
    bills = [OVER, Bill(lines=OVER.lines, member=OTHER_MEMBER)]
    rows = [row("97110", 20), row("97110", 10, note_id="N2", claim_id="PCN1", member_id=MEMBER)]
    outcome = scrubbed(interchange(*bills).encode(), TreatmentRecords(rows))
    assert held(outcome) == [True, True]
    assert all(claim.edits == () for claim in outcome.claims)
    assert all("U116 reject" in found(claim) for claim in outcome.claims)
