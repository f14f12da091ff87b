"""Lines of earlier files among others: what is passed over hides nothing, and what is replaced does not count."""

from datetime import date
from pathlib import Path

import pytest
from ledger.sent import check, enter, file_of, snapshot
from rules.specimen import TODAY, Bill, found, settings

from scrubber.outcome import Outcome
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.tables.ptp import read_ptp
from scrubber.tables.tableset import PAIR_TABLES, Tables
from scrubber.visits.records import TreatmentRecords

EXERCISE, MANUAL, MASSAGE = (
    "SV1*HC:97110:GP*40*UN*1***1",
    "SV1*HC:97140:GP*38*UN*1***1",
    "SV1*HC:97124:GP*30*UN*1***1",
)


def after(tmp_path: Path, sent: Bill, *now: Bill, **profile: object) -> Outcome:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    return check(ledger, file_of(*now), **profile)


def told(outcome: Outcome, rule: str) -> list[list[str]]:
    return [[each for each in found(claim) if each.startswith(rule)] for claim in outcome.claims]


def test_a_sent_line_that_medicare_never_pays_hides_no_pair_of_the_next(tmp_path: Path) -> None:
    sent = Bill(lines=("SV1*HC:97150:GP:GY*30*UN*1***1", MANUAL))
    assert told(after(tmp_path, sent, Bill(number="PCN9", lines=(MASSAGE,))), "N301") == [["N301 reject"]]


def test_a_line_of_the_code_that_was_sent_hides_no_pair_of_the_next(tmp_path: Path) -> None:
    again = MANUAL.replace("GP", "GP:76")
    outcome = after(tmp_path, Bill(lines=(MANUAL,)), Bill(number="PCN9", lines=(again, EXERCISE, MASSAGE)))
    sent = [
        v.finding
        for v in outcome.claims[0].verdicts
        if v.finding.rule == "N301" and "earlier file" in v.finding.message
    ]
    assert [each.where.ordinal for each in sent] == [3]


def test_a_pair_with_a_sent_line_behind_the_edition_marks_the_table(tmp_path: Path) -> None:
    outcome = after(tmp_path, Bill(lines=(MANUAL,)), Bill(number="PCN9", lines=(MASSAGE,)))
    assert "ncci-ptp-medicare" in outcome.stale


def test_a_pair_that_the_payer_keeps_with_a_sent_line(tmp_path: Path) -> None:
    kept = (("97530", "97112"), ("97530", "97140"), ("97110", "97530"))
    sent = Bill(lines=(MANUAL,), filing="CI")
    now = Bill(number="PCN9", lines=("SV1*HC:97530:GP*45*UN*1***1",), filing="CI")
    assert told(after(tmp_path, sent, now, extra_pairs=kept), "N302") == [["N302 reject"]]


@pytest.mark.parametrize(("sent", "expected"), [(EXERCISE, []), (MANUAL, ["N304 note"])])
def test_59_tells_a_line_apart_from_one_that_was_sent(tmp_path: Path, sent: str, expected: list[str]) -> None:
    on, ledger = date(2024, 8, 1), tmp_path / "sent.ledger"
    enter(ledger, file_of(Bill(lines=(sent,), on=on), control="000000100"))
    source = file_of(Bill(number="PCN9", lines=(EXERCISE.replace("GP", "GP:59"),), on=on))
    name, (path, _) = next(iter(PAIR_TABLES.items()))
    context = Context(settings(), TODAY, Tables([read_ptp(name, path, None)]), ledger=snapshot(ledger, source))
    assert told(scrub(source, TreatmentRecords(), context), "N304") == [expected]


def test_a_copy_in_the_file_of_a_claim_that_was_sent_is_said_once(tmp_path: Path) -> None:
    outcome = after(tmp_path, Bill(), Bill(), Bill())
    assert told(outcome, "C405") == [["C405 reject"], ["C405 reject"]]


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_replacement_and_a_void_of_what_was_sent_repeat_nothing(tmp_path: Path, frequency: str) -> None:
    again = Bill(frequency=frequency, head=("REF*F8*ICN20261",))
    outcome = after(tmp_path, Bill(), again)
    assert told(outcome, "C405") == told(outcome, "C404") == [[]]


@pytest.mark.parametrize(
    "before",
    [
        Bill(lines=(EXERCISE,)),
        Bill(number="PCN7", lines=(MASSAGE,), frequency="7", head=("REF*F8*ICN1",)),
    ],
    ids=["sent whole", "a replacement"],
)
def test_a_claim_that_is_passed_over_hides_no_repeated_line_of_the_next(tmp_path: Path, before: Bill) -> None:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(Bill(lines=(EXERCISE,)), Bill(number="PCN2", lines=(MANUAL,)), control="000000100"))
    later = Bill(number="PCN9", lines=(MANUAL, "SV1*HC:97112:GP*40*UN*1***1"))
    outcome = check(ledger, file_of(before, later))
    assert told(outcome, "C404")[1] == ["C404 reject"]


def test_a_line_that_says_it_is_another_hides_no_repeated_line_of_the_next(tmp_path: Path) -> None:
    lines = (EXERCISE.replace("GP", "GP:76"), "SV1*HC:97112:GP*40*UN*1***1", MANUAL)
    outcome = after(tmp_path, Bill(lines=(MANUAL,)), Bill(number="PCN9", lines=lines))
    (finding,) = [v.finding for v in outcome.claims[0].verdicts if v.finding.rule == "C404"]
    assert (finding.where.ordinal, finding.where.element, finding.related) == (3, "SV101", ())


def test_monitoring_that_this_file_replaces_is_billed_once(tmp_path: Path) -> None:
    monitoring = "SV1*HC:98980:GP*50*UN*1***1"
    corrected = Bill(lines=(EXERCISE,), frequency="7", head=("REF*F8*ICN20261",))
    moved = Bill(number="PCN9", lines=(monitoring.replace("*50*", "*55*"),))
    assert told(after(tmp_path, Bill(lines=(monitoring,)), moved, corrected), "C410") == [[], []]


def test_a_claim_that_was_sent_hides_no_used_number_of_the_next(tmp_path: Path) -> None:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(Bill(), Bill(number="PCN2"), control="000000100"))
    now = (Bill(), Bill(number="PCN2", lines=(MANUAL,)))
    assert told(check(ledger, file_of(*now)), "C405") == [["C405 reject"], ["C405 warn"]]


def test_a_line_that_this_file_replaces_is_not_repeated(tmp_path: Path) -> None:
    sent = Bill(lines=(EXERCISE, MANUAL))
    replacing = Bill(lines=(MASSAGE,), frequency="7", head=("REF*F8*ICN20261",))
    moved = Bill(number="PCN9", lines=(MANUAL, "SV1*HC:97112:GP*40*UN*1***1"))
    assert told(after(tmp_path, sent, replacing, moved), "C404") == [[], []]
