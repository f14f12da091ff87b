"""M202, M203 and M207: the discipline's modifier, and the assistant's beside it."""

import pytest
from rules.specimen import Bill, found, row, run, sv1

OT, SLP = "225X00000X", "235Z00000X"


def bill(code_and_modifiers: str, **columns: str) -> Bill:
    return Bill(lines=(f"SV1*HC:{code_and_modifiers}*40*UN*1***1",), **columns)


def modifiers(outcome) -> list[str]:
    return [segment.split("*")[1].split(":", 2)[2] for segment in sv1(outcome)]


@pytest.mark.parametrize("there", ["GP:GO", "GO:GP", "GN:GO:GP", "KX:GO:59:GP"])
def test_the_signed_record_decides_between_two(there: str) -> None:
    outcome = run(bill(f"97530:{there}"), [row("97530", 15)])
    assert found(outcome.claims[0]) == ["M202 fixed"]
    kept = [m for m in there.split(":") if m not in ("GO", "GN")]
    assert modifiers(outcome) == [":".join(kept)]


def test_a_record_of_two_disciplines_decides_nothing() -> None:
    outcome = run(bill("97530:GP:GO"), [row("97530", 15), row("97530", 15, "OT", note_id="N2")])
    assert found(outcome.claims[0])[0] == "M202 reject"
    assert outcome.corrected() is None


def test_a_record_against_the_code_decides_nothing() -> None:
    outcome = run(bill("97161:GP:GO"), [row("97161", 40, "OT")])
    assert "M202 reject" in found(outcome.claims[0])


def test_a_students_row_is_no_signed_record_of_the_discipline() -> None:
    outcome = run(bill("97530:GP:GO"), [row("97530", 15, "STUDENT", discipline="PT")])
    assert "M202 reject" in found(outcome.claims[0])


def test_the_wrong_one_moves_the_line_into_the_right_visit() -> None:
    """Under GP the units have no record; under GO they have, and there are too many of them."""
    outcome = run(Bill(lines=("SV1*HC:97530:GP*80*UN*2***1",), taxonomy=OT), [row("97530", 15, "OT")])
    assert {"M203 fixed", "U101 fixed"} <= set(found(outcome.claims[0]))
    assert sv1(outcome) == ["SV1*HC:97530:GO*40*UN*1***1"]


def test_another_row_of_that_discipline_that_is_not_signed_leaves_it_to_a_person() -> None:
    rows = [row("97530", 15, "OT"), row("97110", 15, "OT", signed=False)]
    outcome = run(bill("97530:GP", taxonomy=OT), rows)
    assert "M203 reject" in found(outcome.claims[0])


def test_a_record_that_the_table_does_not_expect_is_for_a_person() -> None:
    outcome = run(bill("97110:GP"), [row("97110", 15, "SLP")])
    assert "M203 reject" in found(outcome.claims[0])


def test_the_record_agrees_and_the_table_does_not() -> None:
    outcome = run(bill("97110:GN", taxonomy=SLP), [row("97110", 15, "SLP")])
    assert found(outcome.claims[0]) == ["M203 warn"]
    assert outcome.corrected() == outcome.source


@pytest.mark.parametrize("code", ["97161", "97164"])
@pytest.mark.parametrize("modifier", ["GO", "GN"])
def test_an_evaluation_of_physical_therapy_under_another(code: str, modifier: str) -> None:
    assert "M203 reject" in found(run(bill(f"{code}:{modifier}")).claims[0])


@pytest.mark.parametrize("filing", ["MB", "CI", "WC"])
def test_wrong_is_wrong_for_every_payer(filing: str) -> None:
    assert "M203 reject" in found(run(bill("97165:GP", filing=filing)).claims[0])


def test_cq_without_gp_becomes_a_pair_when_m201_gives_it_one() -> None:
    outcome = run(bill("97110:CQ"), [row("97110", 15, "PTA")])
    assert set(found(outcome.claims[0])) == {"M201 fixed", "M207 fixed"}
    assert modifiers(outcome) == ["GP:CQ"]


def test_a_crossed_pair_follows_the_record_in_both() -> None:
    """The record says occupational therapy: GP and CQ are both wrong, one after the other."""
    outcome = run(bill("97530:GP:CQ", taxonomy=OT), [row("97530", 15, "OTA")])
    assert {"M203 fixed", "M207 fixed"} <= set(found(outcome.claims[0]))
    assert modifiers(outcome) == ["GO:CO"]


def test_an_unsigned_record_proposes_and_a_person_decides() -> None:
    (claim,) = run(bill("97530:GO:CQ", taxonomy=OT), [row("97530", 15, "OTA", signed=False)]).claims
    assert "M207 reject" in found(claim)
    assert [line.modifiers for line in claim.lines_proposed] == [("GO", "CO")]


def test_taking_it_off_needs_more_than_unsafe() -> None:
    line, rows = bill("92507:GN:CQ", taxonomy=SLP), [row("92507", 40, "SLP")]
    assert modifiers(run(line, rows, "unsafe", apply_raises=True)) == ["GN"]
    assert run(line, rows, "unsafe").corrected() is None
    unsigned = [row("92507", 40, "SLP", signed=False)]
    assert run(line, unsigned, "unsafe", apply_raises=True).corrected() is None


def test_two_disciplines_and_cq_are_one_fault_at_a_time() -> None:
    outcome = run(bill("97530:GP:GO:CQ", taxonomy=OT), [row("97530", 15, "OTA")])
    assert modifiers(outcome) == ["GO:CO"]
    assert {"M202 fixed", "M207 fixed"} <= set(found(outcome.claims[0]))


def test_four_places_are_taken() -> None:
    outcome = run(bill("97110:CQ:59:KX:76"), [row("97110", 15, "PTA")])
    assert outcome.corrected() is None
    assert {"M201 reject", "M207 reject"} <= set(found(outcome.claims[0]))


def test_a_code_that_the_table_does_not_have_is_not_checked() -> None:
    (claim,) = run(bill("99213:GP:GO:CQ")).claims
    assert found(claim) == []
    assert "M" in {each.rule for each in claim.not_checked}
