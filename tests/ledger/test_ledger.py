"""The ledger itself: what goes in, what comes out, and what nothing can do to it."""

from __future__ import annotations

import pickle
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from ledger.sent import SENT_ON, check, enter, file_of, sha256, snapshot
from rules.specimen import DAY, TODAY, Bill, patient, row, settings

from scrubber.claims.claim import Claim
from scrubber.errors import LedgerError, UnreadableInputError
from scrubber.ledger.add import Added, Delivery, add
from scrubber.ledger.remove import remove_before, remove_claim, remove_file
from scrubber.ledger.show import show
from scrubber.ledger.snapshot import read_ledger
from scrubber.ledger.store import writing
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.tables.tableset import load_tables
from scrubber.visits.records import TreatmentRecords

BILL = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1"))
PT_SLP = ("GP", "GN")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sent.ledger"


def claim_of(bill: Bill) -> Claim:
    return patient(bill).claims[0]


def codes(path: Path, bill: Bill = BILL, on: date = DAY, source: bytes = b"") -> list[str]:
    return [line.code for line in snapshot(path, source).lines_of(claim_of(bill), on)]


class TestAdding:
    def test_lines_are_there_by_patient_payer_and_day(self, path: Path) -> None:
        assert enter(path, file_of(BILL)) == Added(entered=1, claims=1, lines=2)
        assert codes(path) == ["97110", "97140"]
        assert codes(path, on=DAY + timedelta(days=1)) == []
        assert codes(path, replace(BILL, member="2FH5TF6NL84")) == []
        assert codes(path, replace(BILL, payer="00999")) == []
        assert codes(path, replace(BILL, sequence="S")) == []
        (line, _) = snapshot(path).lines_of(claim_of(BILL), DAY)
        assert (line.modifiers, line.units, line.cents, line.sent_on) == (("GP",), 2, 8000, SENT_ON)

    def test_adding_again_changes_nothing(self, path: Path) -> None:
        enter(path, file_of(BILL))
        before = path.read_bytes()
        assert enter(path, file_of(BILL)) == Added(known=1)
        assert path.read_bytes() == before

    def test_a_source_that_was_made_again_takes_the_place_of_the_first(self, path: Path) -> None:
        first, second = file_of(BILL), file_of(BILL, replace(BILL, number="PCN2", on=DAY + timedelta(days=1)))
        source = sha256(b"the input")
        add(path, [Delivery(first, source)], SENT_ON)
        assert add(path, [Delivery(second, source)], SENT_ON) == Added(entered=1, replaced=1, claims=2, lines=4)
        assert codes(path) == ["97110", "97140"]

    def test_a_claim_without_a_member_number_is_passed_over(self, path: Path) -> None:
        assert enter(path, file_of(replace(BILL, member=""))) == Added(entered=1)

    def test_a_replacement_takes_the_place_of_what_it_names_and_a_void_takes_it_out(self, path: Path) -> None:
        enter(path, file_of(BILL))
        newer = replace(BILL, frequency="7", head=("REF*F8*ICN20261",), lines=("SV1*HC:97530:GP*90*UN*1***1",))
        enter(path, file_of(newer))
        assert codes(path) == ["97530"]
        enter(path, file_of(replace(newer, frequency="8")))
        assert codes(path) == []
        remove_file(path, sha256(file_of(replace(newer, frequency="8"))))
        assert codes(path) == ["97530"]

    def test_what_is_no_interchange_enters_nothing_at_all(self, path: Path) -> None:
        enter(path)
        with pytest.raises(UnreadableInputError, match="no 837P transaction"):
            add(path, [Delivery(file_of(BILL), sha256(b"")), Delivery(b"nothing", sha256(b"none"))], SENT_ON)
        assert show(path).deliveries == ()

    def test_it_is_its_owners_alone_and_says_nothing_of_a_person(self, path: Path) -> None:
        enter(path, file_of(BILL))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        told = path.read_bytes()
        for secret in (b"QUIMBLE", b"IVO", BILL.member.encode(), b"PCN1", b"19500203", BILL.rendering.encode()):
            assert secret not in told

    def test_two_ledgers_hash_alike_people_differently(self, tmp_path: Path) -> None:
        names = []
        for name in ("one", "other"):
            enter(tmp_path / name, file_of(BILL))
            (line, _) = snapshot(tmp_path / name).lines_of(claim_of(BILL), DAY)
            names.append((line.claim, line.payer, line.renderer, line.likeness))
        assert not set(names[0]) & set(names[1])


class TestSnapshot:
    def test_the_source_itself_and_what_was_made_of_it_are_ignored(self, path: Path) -> None:
        source, corrected, again = b"the input", file_of(BILL), file_of(replace(BILL, number="PCN7"))
        add(path, [Delivery(corrected, sha256(source))], SENT_ON)
        add(path, [Delivery(again, sha256(corrected))], SENT_ON)
        assert codes(path, source=source) == []
        assert codes(path, source=corrected) == []
        assert codes(path, source=again) == []
        assert len(codes(path, source=b"another input")) == 4
        assert (snapshot(path, source).deliveries, snapshot(path, source).ignored) == (2, 2)

    def test_it_goes_on_to_see_what_it_saw(self, path: Path) -> None:
        enter(path, file_of(BILL))
        seen = snapshot(path)
        enter(path, file_of(replace(BILL, number="PCN2")))
        replacement = replace(BILL, frequency="7", head=("REF*F8*ICN20261",))
        enter(path, file_of(replacement))
        assert [line.code for line in seen.lines_of(claim_of(BILL), DAY)] == ["97110", "97140"]
        copy = pickle.loads(pickle.dumps(seen))  # noqa: S301 - our own
        assert copy.state == seen.state != snapshot(path).state
        assert copy.lines_of(claim_of(BILL), DAY) == seen.lines_of(claim_of(BILL), DAY)

    def test_what_was_taken_out_meanwhile_stops_the_job(self, path: Path) -> None:
        enter(path, file_of(BILL), file_of(replace(BILL, number="PCN2")))
        seen = snapshot(path)
        remove_claim(path, "PCN2")
        with pytest.raises(LedgerError, match="start again"):
            seen.lines_of(claim_of(BILL), DAY)
        with pytest.raises(LedgerError, match="start again"):
            pickle.loads(pickle.dumps(seen))  # noqa: S301

    def test_scrub_does_not_write_it(self, path: Path) -> None:
        enter(path, file_of(BILL))
        before, touched = path.read_bytes(), path.stat().st_mtime_ns
        path.chmod(0o400)
        check(path, file_of(replace(BILL, number="PCN9"), control="000000202"))
        assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, touched)
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_scrubbing_what_was_entered_changes_nothing(self, path: Path) -> None:
        source = file_of(replace(BILL, lines=("SV1*HC:97110:GP*120*UN*3***1",)))
        rows = (row("97110", 30),)
        enter(path)
        first = check(path, source, rows)
        corrected = first.corrected()
        assert corrected is not None
        assert corrected != source
        add(path, [Delivery(corrected, sha256(source))], SENT_ON)
        assert check(path, source, rows).corrected() == corrected
        assert check(path, corrected, rows).corrected() == corrected
        assert not check(path, corrected, rows).has_held

    def test_with_workers_the_outcome_is_the_same(self, path: Path) -> None:
        enter(path, file_of(BILL))
        bills = [replace(BILL, number=f"P{n}", member=m) for n, m in enumerate(("1EG4TE5MK73", "2FH5TF6NL84"))]
        source = file_of(*bills, control="000000202")
        context = Context(settings(), TODAY, ledger=read_ledger(path, sha256(source)))
        alone = scrub(source, TreatmentRecords(()), context)
        with ProcessPoolExecutor(2) as workers:
            assert scrub(source, TreatmentRecords(()), context, workers) == alone
        assert alone.has_held


class TestYearToDate:
    fees = load_tables().fee_schedule("fee-schedule-medicare")

    def of(self, path: Path, year: int = 2026, modifiers: tuple[str, ...] = PT_SLP) -> tuple[Decimal, int, int]:
        found = snapshot(path).year_to_date(claim_of(BILL), year, modifiers, self.fees)
        return Decimal(found.cents) / 100, found.lines, found.unpriced

    def test_amounts_are_reduced_by_day_and_by_the_assistants_rate(self, path: Path) -> None:
        enter(path, file_of(BILL))
        # 97110 has the higher practice expense: 29.06 + 22.21 + 21.21 (97140 with half of it).
        assert self.of(path) == (Decimal("72.48"), 2, 0)
        enter(
            path,
            file_of(
                replace(BILL, number="PCN2", on=DAY + timedelta(days=1), lines=("SV1*HC:97110:GP:CQ*40*UN*1***1",))
            ),
        )
        assert self.of(path) == (Decimal("72.48") + Decimal("24.70"), 3, 0)

    def test_other_years_disciplines_and_payers_do_not_count(self, path: Path) -> None:
        enter(path, file_of(BILL), file_of(replace(BILL, filing="16", payer="87654")))
        assert self.of(path, 2025) == (0, 0, 0)
        assert self.of(path, modifiers=("GO",)) == (0, 0, 0)
        assert self.of(path) == (Decimal("72.48"), 2, 0)

    def test_what_has_no_amount_is_counted_as_such(self, path: Path) -> None:
        enter(path, file_of(replace(BILL, lines=("SV1*HC:98986:GP*40*UN*1***1", "SV1*HC:97110:GP*40*UN*1.5***1"))))
        assert self.of(path) == (0, 0, 2)


class TestTakingOut:
    def test_claims_before_a_day(self, path: Path) -> None:
        enter(path, file_of(BILL), file_of(replace(BILL, number="PCN2", on=DAY + timedelta(days=9))))
        assert remove_before(path, DAY + timedelta(days=1)) == 1
        assert codes(path) == []
        assert len(show(path).deliveries) == 1

    def test_a_claim_that_was_rejected(self, path: Path) -> None:
        enter(path, file_of(BILL))
        assert remove_claim(path, "PCN8") == 0
        assert remove_claim(path, "PCN1") == 1
        assert check(path, file_of(BILL, control="000000202")).claims[0].disposition == "unchanged"

    def test_a_delivery_that_never_went_by_its_source_or_itself(self, path: Path) -> None:
        add(path, [Delivery(file_of(BILL), sha256(b"the input"))], SENT_ON)
        assert remove_file(path, sha256(b"another")) == 0
        assert remove_file(path, sha256(b"the input")) == 1
        add(path, [Delivery(file_of(BILL), sha256(b"the input"))], SENT_ON)
        assert remove_file(path, sha256(file_of(BILL))) == 1
        assert show(path).deliveries == ()

    def test_the_state_is_that_of_what_is_left(self, path: Path) -> None:
        enter(path, file_of(BILL))
        state = show(path).state
        enter(path, file_of(replace(BILL, number="PCN2")))
        assert show(path).state != state
        remove_claim(path, "PCN2")
        assert show(path).state == state


class TestBadFiles:
    def test_none_is_there(self, path: Path) -> None:
        for use in (snapshot, show):
            with pytest.raises(LedgerError, match=r"there is no ledger; `scrubber ledger add"):
                use(path)

    def test_another_file(self, path: Path) -> None:
        path.write_bytes(b"ISA*00*" + b"x" * 5000)
        for use in (snapshot, show, enter):
            with pytest.raises(LedgerError, match="is no ledger"):
                use(path)
        assert path.read_bytes().startswith(b"ISA")

    def test_another_database(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE mine (it INTEGER)")
        for use in (snapshot, show, enter):
            with pytest.raises(LedgerError, match="is no ledger; name the file"):
                use(path)

    def test_another_layout(self, path: Path) -> None:
        enter(path)
        with closing(sqlite3.connect(path)) as later:
            later.execute("PRAGMA user_version = 9")
        with pytest.raises(LedgerError, match="has layout 9, this version reads 1"):
            snapshot(path)

    def test_a_damaged_one(self, path: Path) -> None:
        enter(path, *(file_of(replace(BILL, number=f"P{n}", on=DAY + timedelta(days=n))) for n in range(60)))
        data = bytearray(path.read_bytes())
        for page in range(2, len(data) // 4096):
            data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
        path.write_bytes(data)
        with pytest.raises(LedgerError, match="damaged"):
            show(path)
        with pytest.raises(LedgerError, match="damaged"):
            check(path, file_of(BILL, control="000000202"))

    def test_a_folder_is_made_unless_a_file_stands_there(self, tmp_path: Path) -> None:
        assert enter(tmp_path / "new" / "sent.ledger").known == 0
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(LedgerError, match="cannot be made"):
            enter(tmp_path / "file" / "sent.ledger")

    def test_a_change_that_fails_leaves_all_as_it_was(self, path: Path) -> None:
        enter(path, file_of(BILL))
        before = show(path)
        with pytest.raises(LedgerError), writing(path) as connection:  # noqa: PT012 - the change is it
            connection.execute("DELETE FROM line")
            connection.execute("DELETE FROM no_such_table")
        assert show(path) == before


def _enter_many(path: str, first: int) -> int:
    return sum(
        enter(Path(path), file_of(replace(BILL, number=f"N{n}", on=DAY + timedelta(days=n)))).entered
        for n in range(first, first + 12)
    )


def test_two_writers_wait_for_each_other(path: Path) -> None:
    """Each begins with no ledger there; half of what they enter is the same."""
    with ProcessPoolExecutor(2) as writers:
        entered = list(writers.map(_enter_many, [str(path)] * 2, [0, 6]))
    assert sum(entered) == 18
    facts = show(path)
    assert len(facts.deliveries) == len({one.source_sha256 for one in facts.deliveries}) == 18
    assert re.fullmatch(r"[0-9a-f]{64}", facts.state)


_KILLED = """
import os, signal, sys
from pathlib import Path
from scrubber.ledger.store import writing

with writing(Path(sys.argv[1])) as connection:
    connection.execute("PRAGMA cache_size = 1")  # pages go to disk before the change is done
    for number in range(3000):
        connection.execute("INSERT INTO about VALUES (?, ?)", (f"junk {number}", b"x" * 500))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_change_that_was_broken_off_is_said_and_taken_back(path: Path) -> None:
    enter(path, file_of(BILL))
    before = show(path)
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(LedgerError, match=r"a change was broken off; `scrubber ledger show"):
        snapshot(path)
    assert show(path) == before
    assert codes(path) == ["97110", "97140"]
