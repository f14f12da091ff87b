"""What the ledger lets the rules see: duplicates, pairs, unit limits and bases of earlier files."""

from dataclasses import replace
from pathlib import Path

import pytest
from ledger.sent import check, enter, file_of, snapshot
from rules.specimen import TODAY, Bill, found, patient, row, settings, unchecked

from scrubber.outcome import ClaimResult
from scrubber.rules.modifiers.spent import spent
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import load_tables

EXERCISE = Bill(lines=("SV1*HC:97110:GP*40*UN*1***1",))
RECORD = (row("97110", 15),)


def only(path: Path, bill: Bill, *rows: object, **profile: object) -> ClaimResult:
    (claim,) = check(path, file_of(bill, control="000000202"), rows, **profile).claims  # type: ignore[arg-type]
    return claim


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "sent.ledger"
    enter(path, file_of(EXERCISE))
    return path


def test_a_claim_that_was_sent_is_held(ledger: Path) -> None:
    claim = only(ledger, EXERCISE, *RECORD)
    assert found(claim) == ["C405 reject"]
    assert claim.held_by == ("C405",)
    (evidence,) = claim.verdicts[0].finding.evidence
    assert evidence.source == "ledger, entered on 2026-03-05"


@pytest.mark.parametrize(
    "other",
    [
        replace(EXERCISE, member="2FH5TF6NL84"),
        replace(EXERCISE, payer="00999", number="PCN9"),
        replace(EXERCISE, sequence="S", number="PCN9"),
        replace(EXERCISE, on=EXERCISE.on.replace(day=3), number="PCN9"),
        replace(EXERCISE, frequency="7", head=("REF*F8*ICN20261",)),
    ],
    ids=["patient", "payer", "secondary", "day", "replacement"],
)
def test_another_claim_is_not_held(ledger: Path, other: Bill) -> None:
    claim = only(ledger, other)
    assert not [code for code in found(claim) if code.startswith(("C404", "C405"))]


def test_a_number_that_was_used_is_a_warning(ledger: Path) -> None:
    claim = only(ledger, replace(EXERCISE, on=EXERCISE.on.replace(day=9)))
    assert "C405 warn" in found(claim)


def test_a_line_that_was_sent_is_held_in_another_claim(ledger: Path) -> None:
    lines = ("SV1*HC:97110:GP*45*UN*1***1", "SV1*HC:97140:GP*38*UN*1***1")
    claim = only(ledger, Bill(lines=lines, number="PCN9"), row("97110", 15, claim_id="PCN9"),
                 row("97140", 15, claim_id="PCN9"))  # fmt: skip
    assert found(claim) == ["C404 reject"]
    assert claim.verdicts[0].finding.where.ordinal == 1


def test_76_says_that_it_was_done_again(ledger: Path) -> None:
    claim = only(ledger, Bill(lines=("SV1*HC:97110:GP:76*40*UN*1***1",), number="PCN9"))
    assert not [code for code in found(claim) if code.startswith("C404")]


def test_a_pair_with_a_line_that_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "sent.ledger"
    enter(path, file_of(replace(EXERCISE, lines=("SV1*HC:97140:GP*38*UN*1***1",))))
    massage = Bill(lines=("SV1*HC:97124:GP*30*UN*1***1",), number="PCN9")
    claim = only(path, massage)
    assert "N301 reject" in found(claim)
    assert "N301 reject" not in found(only(path, replace(massage, on=massage.on.replace(day=3))))


def test_a_pair_that_needs_a_modifier_counts_it_on_either_line_for_medicare(tmp_path: Path) -> None:
    path, bare, with_59 = tmp_path / "bare.ledger", "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97140:GP:59*38*UN*1***1"
    enter(path, file_of(replace(EXERCISE, lines=(bare,))))
    test = Bill(lines=("SV1*HC:97750:GP*50*UN*1***1",), number="PCN9")
    assert "N302 reject" in found(only(path, test))
    assert "N302 reject" not in found(only(path, replace(test, lines=("SV1*HC:97750:GP:59*50*UN*1***1",))))
    other = tmp_path / "with.ledger"
    enter(other, file_of(replace(EXERCISE, lines=(with_59,))))
    assert "N302 reject" not in found(only(other, test))
    # 97140 is column 1: for a payer that counts the modifier on column 2 it does not help there.
    assert "N302 reject" in found(only(other, test, pair_modifier="column-2"))


def test_units_of_the_day_count_with_what_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "sent.ledger"
    enter(path, file_of(replace(EXERCISE, lines=("SV1*HC:97112:GP*120*UN*3***1",))))
    line = "SV1*HC:97112:GP:59*{}*UN*{}***1"
    above = only(path, Bill(lines=(line.format(80, 2),), number="PCN9"))
    (n306,) = [v.finding for v in above.verdicts if v.finding.rule == "N306"]
    assert (
        n306.message
        == "97112 is billed 5 units on 2026-03-02, 3 of them sent with earlier files; the limit of a day is 4."
    )
    assert "N306 reject" not in found(only(path, Bill(lines=(line.format(40, 1),), number="PCN9")))


def test_the_base_of_an_add_on_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "sent.ledger"
    add_on = Bill(lines=("SV1*HC:97130:GP*40*UN*1***1",), number="PCN9")
    enter(path)
    assert "C415 reject" in found(only(path, add_on))
    enter(path, file_of(replace(EXERCISE, lines=("SV1*HC:97129:GP*40*UN*1***1",))))
    assert "C415 reject" not in found(only(path, add_on))
    assert "C415 reject" in found(only(path, replace(add_on, rendering="1999887742")))


def test_a_claim_that_was_sent_does_not_hold_the_others_of_its_visit(ledger: Path) -> None:
    more = Bill(lines=("SV1*HC:97140:GP*38*UN*1***1",), number="PCN9")
    rows = (row("97110", 15), row("97140", 15, claim_id="PCN9"))
    again, new = check(ledger, file_of(EXERCISE, more, control="000000202"), rows).claims
    assert (again.disposition, new.disposition) == ("held", "unchanged")


def test_monitoring_is_checked_once_there_is_a_ledger(ledger: Path) -> None:
    device = Bill(lines=("SV1*HC:98977:GP*50*UN*1***1",), number="PCN9")
    assert "C410" not in unchecked(only(ledger, device))


def test_what_another_claim_of_the_file_replaces_is_not_counted_towards_the_threshold(ledger: Path) -> None:
    """One unit of 97110 was sent, 29.06 of 2026. Its replacement stands behind a claim of an earlier day."""
    first = replace(EXERCISE, number="PCN9", on=EXERCISE.on.replace(day=1))
    context = RuleContext(settings(), load_tables(), TODAY, ledger=snapshot(ledger))
    for frequency, before in (("1", 2906), ("7", 0)):
        second = replace(
            EXERCISE, frequency=frequency, head=("REF*F8*ICN20261",), lines=("SV1*HC:97140:GP*38*UN*1***1",)
        )
        found_on = list(spent(patient((first, second)), context))
        assert [each.estimate - each.billed for each in found_on] == [before, before]
