"""What a process scrubs with: the records, tables and settings of a setup, loaded once."""

from __future__ import annotations

import os
from pathlib import Path

from scrubber.acknowledgments.acknowledge import CLAIMS, Asked
from scrubber.acknowledgments.answer import Moment
from scrubber.batch.setup import Setup
from scrubber.errors import LedgerError, RecordsError, ScrubberError
from scrubber.ledger.snapshot import Snapshot, read_ledger
from scrubber.outputs.claim_part import Wanted
from scrubber.scrub_patient import Context
from scrubber.settings.tables import tables_for
from scrubber.visits.records import TreatmentRecords, read_records


class Bench:
    """One setup in this process. Records are read when they are first asked for: parts of files do without them."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.settings = setup.settings
        self._tables = tables_for(setup.settings)
        self._records: TreatmentRecords | ScrubberError | None = None
        self._last: tuple[str, Context] | None = None

    @property
    def records(self) -> TreatmentRecords:
        """The treatment records. Raises RecordsError when they cannot be read or are not those of the start."""
        if self._records is None:
            try:
                self._records = self._read()
            except ScrubberError as error:  # the next file would find the same
                self._records = error
        if isinstance(self._records, ScrubberError):
            raise self._records
        return self._records

    def _read(self) -> TreatmentRecords:
        records = read_records(self.setup.records, lenient=self.setup.wanted.lenient)
        if tuple((file.name, file.sha256) for file in records.files) != self.setup.record_hashes:
            raise RecordsError("the treatment records have changed since the run began; run the same command again")
        return records

    def context(self, source_sha256: str) -> Context:
        """What the patients of an input are scrubbed with. Raises LedgerError when the ledger is not that of the start.

        ``source_sha256`` is the input's hash in hexadecimal: a ledger leaves out what that file itself sent.
        """
        if self._last is None or self._last[0] != source_sha256:
            ledger = self._ledger(self.setup.ledger, source_sha256) if self.setup.ledger else None
            context = Context(self.settings, self.setup.today, self._tables, ledger, judge=self.setup.wanted.judge)
            self._last = (source_sha256, context)
        return self._last[1]

    def _ledger(self, path: Path, source_sha256: str) -> Snapshot:
        ledger = read_ledger(path, source_sha256)
        if ledger.state != self.setup.ledger_state:
            raise LedgerError(f"{os.fspath(path)}: has changed since the run began; run the same command again")
        return ledger

    @property
    def claim_parts(self) -> Wanted:
        """Which parts of a claim its outputs want."""
        wanted = self.setup.wanted
        return Wanted(frozenset(wanted.reports), wanted.findings_only, CLAIMS in wanted.acks)

    @property
    def answers(self) -> Asked:
        """The acknowledgments that are wanted."""
        wanted = self.setup.wanted
        moment = Moment(self.setup.today, wanted.time) if wanted.time else Moment(self.setup.today)
        return Asked(wanted.acks, moment, self._tables)
