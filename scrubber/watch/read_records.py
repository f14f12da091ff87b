"""Treatment records for a job, parsed once as long as their files stay as they are.

Here nobody is asked to correct a row and to run again. A bad row holds the claims it could name, as with
--records-lenient. A file that cannot be read as a whole could speak for any claim, and so could a row that names
nobody: all claims of the job are held for either.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from scrubber.errors import RecordsError
from scrubber.settings.settings import Settings
from scrubber.visits.records import BadRow, RecordFile, TreatmentRecord, TreatmentRecords, rows_in
from scrubber.watch.listed_records import Stamp, inside, stamp_of
from scrubber.watch.names import shown

UNREADABLE = frozenset(
    {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
)
"""Errors that say something of this one file. Any other is the disk's, and trying again may help."""


class _Parsed(NamedTuple):
    """One file: whether it could be read, and what is in it."""

    readable: bool
    records: TreatmentRecords


class RecordsReader:
    """Reads records files, and remembers those of the last job."""

    def __init__(self) -> None:
        self._files: dict[Path, tuple[Stamp | None, _Parsed]] = {}
        self._paths: list[Path] = []
        self._all = TreatmentRecords()

    def read(self, paths: Sequence[Path]) -> tuple[TreatmentRecords, tuple[Path, ...]]:
        """The records in these files and folders, and the files that cannot be read. Raises OSError for the disk's."""
        before, self._files = self._files, {}
        for path in chain.from_iterable(map(inside, paths)):
            stamp = stamp_of(path)
            known = before.get(path)
            self._files[path] = known if known and stamp and known[0] == stamp else (stamp, _parse(path))
        same = [*self._files] == self._paths and all(self._files[path] is before[path] for path in self._files)
        if not same:
            self._paths = [*self._files]
            self._all = _joined([parsed.records for _, parsed in self._files.values()])
        return self._all, tuple(path for path, (_, parsed) in self._files.items() if not parsed.readable)


def holding(settings: Settings) -> Settings:
    """The settings, with U116 at its own severity whatever they say of it: records that cannot be read are no reason
    to let their claims pass, and the command line would stop."""
    ignore = tuple(code for code in settings.ignore if code != "U116")
    payers = tuple(
        replace(profile, severity={code: level for code, level in profile.severity.items() if code != "U116"})
        for profile in settings.payers
    )
    return replace(settings, select=(*settings.select, "U116"), ignore=ignore, payers=payers)


def _parse(path: Path) -> _Parsed:
    name = shown(os.fsencode(path.name))
    try:
        data = path.read_bytes()
    except OSError as error:
        if error.errno not in UNREADABLE:
            raise
        return _unreadable(name, f"{name}: cannot be read ({error.strerror}); expected a file of treatment records")
    try:
        rows: list[TreatmentRecord | BadRow] = list(rows_in(data, name, name))
    except RecordsError as error:
        return _unreadable(name, str(error))
    nameless = [row for row in rows if isinstance(row, BadRow) and not (row.claim_ids or row.member_ids)]
    file = RecordFile(name, hashlib.sha256(data).hexdigest())
    return _Parsed(True, TreatmentRecords(rows, [file], nameless[:1]))


def _unreadable(name: str, why: str) -> _Parsed:
    whole = BadRow(name, 0, "", why)
    return _Parsed(False, TreatmentRecords([whole], (), [whole]))


def _joined(parts: list[TreatmentRecords]) -> TreatmentRecords:
    if len(parts) == 1:
        return parts[0]
    rows: Iterable[TreatmentRecord | BadRow] = chain.from_iterable((*part.all(), *part.bad_rows) for part in parts)
    files = chain.from_iterable(part.files for part in parts)
    return TreatmentRecords(rows, files, chain.from_iterable(part.for_any_claim for part in parts))
