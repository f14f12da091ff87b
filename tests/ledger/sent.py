"""Files that were sent, and a ledger that knows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rules.specimen import TODAY, Bill, interchange, settings, sound

from scrubber.ledger.add import Added, Delivery, add
from scrubber.ledger.snapshot import Snapshot, read_ledger
from scrubber.outcome import Outcome
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.visits.records import TreatmentRecord, TreatmentRecords

SENT_ON = date(2026, 3, 5)


def file_of(*bills: Bill, control: str = "000000101") -> bytes:
    """An 837P file; files of other days have another interchange control number."""
    return interchange(*bills).replace("000000101", control).encode("latin-1")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def enter(path: Path, *files: bytes, on: date = SENT_ON) -> Added:
    """Enter files as they are."""
    return add(path, [Delivery(data, sha256(data)) for data in files], on)


def check(
    path: Path, source: bytes, rows: Iterable[TreatmentRecord] = (), fix: str = "safe", **profile: object
) -> Outcome:
    """Scrub a file against a ledger."""
    context = Context(settings(fix, **profile), TODAY, ledger=snapshot(path, source))
    return sound(scrub(source, TreatmentRecords(rows), context))


def snapshot(path: Path, source: bytes = b"") -> Snapshot:
    """The ledger as a job on this source sees it."""
    return read_ledger(path, sha256(source))
