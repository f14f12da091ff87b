"""M205 divides a line: what the new line takes with it, and the numbers it is given."""

import pytest
from rules.specimen import Bill, found, row, run

from scrubber.outcome import Outcome

HALF = (row("97110", 15), row("97110", 15, "PTA"))
"""Of two units one is the assistant's."""
LINE = "SV1*HC:97110:GP*80*UN*2***1"


def divided(*lines: str, head: tuple[str, ...] = ()) -> Outcome:
    return run(Bill(lines=lines, head=head), HALF)


def new_lines(outcome: Outcome, name: str) -> list[str]:
    corrected = outcome.corrected() or b""
    return [text for text in corrected.decode("latin-1").split("~\n") if text.startswith(name)]


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("NTE*ADD*PATIENT TIRED", True),
        ("NTE*ADD*97110 30 MIN", False),
        ("NTE*ADD*30 MIN", False),
        ("K3*97110 30 MIN", False),
        ("K3*SOMETHING ELSE", True),
    ],
)
def test_a_note_goes_with_it_unless_it_gives_minutes_of_the_whole_line(note: str, kept: bool) -> None:
    outcome = divided(f"{LINE} | {note}")
    assert "M205 fixed" in found(outcome.claims[0])
    assert new_lines(outcome, note.split("*")[0]) == [note] * (2 if kept else 1)


def test_the_segments_of_the_new_line_in_order() -> None:
    outcome = divided(f"{LINE} | DTP*472*D8*20260302 | REF*6R*L1 | REF*G1*A1 | NTE*ADD*TIRED")
    corrected = (outcome.corrected() or b"").decode("latin-1").split("~\n")
    at = corrected.index("LX*2")
    assert corrected[at : at + 6] == [
        "LX*2",
        "SV1*HC:97110:GP:CQ*40*UN*1***1",
        "DTP*472*D8*20260302",
        "REF*6R*L1-2",
        "REF*G1*A1",
        "NTE*ADD*TIRED",
    ]
    assert new_lines(outcome, "SV1")[0] == "SV1*HC:97110:GP*40*UN*1***1"


def test_what_stands_behind_a_note_of_minutes_goes_with_it() -> None:
    outcome = divided(f"{LINE} | K3*97110 30 MIN | NTE*ADD*PATIENT TIRED")
    assert new_lines(outcome, "NTE") == ["NTE*ADD*PATIENT TIRED"] * 2
    assert new_lines(outcome, "K3") == ["K3*97110 30 MIN"]


def test_only_notes_are_read_for_minutes() -> None:
    outcome = divided(f"{LINE} | REF*G1*30 MIN")
    assert new_lines(outcome, "REF*G1") == ["REF*G1*30 MIN"] * 2


def test_a_number_that_is_taken_is_passed_over() -> None:
    other = "SV1*HC:97140:GP*38*UN*1***1"
    outcome = run(
        Bill(lines=(f"{LINE} | REF*6R*L1", f"{other} | REF*6R*L1-2", f"{other.replace('GP', 'GP:59')} | REF*6R*L1-3")),
        (*HALF, row("97140", 30)),
    )
    assert new_lines(outcome, "REF*6R") == ["REF*6R*L1", "REF*6R*L1-4", "REF*6R*L1-2", "REF*6R*L1-3"]


def test_the_next_number_that_is_free() -> None:
    outcome = run(
        Bill(lines=(f"{LINE} | REF*6R*L1", "SV1*HC:97140:GP*38*UN*1***1 | REF*6R*L1-2")), (*HALF, row("97140", 15))
    )
    assert new_lines(outcome, "REF*6R") == ["REF*6R*L1", "REF*6R*L1-3", "REF*6R*L1-2"]


def test_lines_whose_numbers_begin_alike_are_given_different_ones() -> None:
    """27 characters are kept, and here they are the same."""
    alike = "C" * 27
    lines = tuple(f"SV1*HC:{code}:GP*80*UN*2***1 | REF*6R*{alike}{n}" for n, code in enumerate(("97110", "97112")))
    rows = (*HALF, row("97112", 15), row("97112", 15, "PTA"))
    outcome = run(Bill(lines=lines), rows)
    assert [text[7:] for text in new_lines(outcome, "REF*6R")] == [f"{alike}0", f"{alike}-2", f"{alike}1", f"{alike}-3"]


@pytest.mark.parametrize(("line", "fixed"), [(" | PS1*PURCHASED*10", False), (" | QTY*PT*2", False), ("", True)])
def test_what_speaks_of_the_whole_line_leaves_it_to_a_person(line: str, fixed: bool) -> None:
    (claim,) = divided(f"{LINE}{line}").claims
    assert found(claim)[0] == ("M205 fixed" if fixed else "M205 reject")


@pytest.mark.parametrize(("paid", "level"), [("80", "SAFE"), ("80.01", "PERSON"), ("SOME", "PERSON")])
def test_a_patient_who_paid_more_than_the_claim_leaves_it_to_a_person(paid: str, level: str) -> None:
    (claim,) = divided(LINE, head=(f"AMT*F5*{paid}",)).claims
    (finding,) = [v.finding for v in claim.verdicts if v.finding.rule == "M205"]
    assert finding.fix is not None
    assert finding.fix.level.name == level
