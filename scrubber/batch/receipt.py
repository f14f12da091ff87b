"""The receipt of a run: what went in, what came out, and by what. Without times, so that the same work gives the same.

It is written before the first file is begun, as the list of what is to be done, and again when the run ends, however it
ends; after a kill the next run writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from scrubber.batch.done import Done
from scrubber.batch.fingerprint import settings_hash
from scrubber.batch.plan import Plan
from scrubber.batch.setup import Setup
from scrubber.batch.versions import judge_version
from scrubber.errors import OutputError
from scrubber.settings.tables import tables_for
from scrubber.tables.tableset import TableInfo
from scrubber.version import __version__
from scrubber.write.files import write_all

NAME = "batch-receipt.json"
SCHEMA = "claim-scrub-batch/1"
RUNNING, FINISHED, INTERRUPTED = "running", "finished", "interrupted"


class RecordsRead(msgspec.Struct, frozen=True):
    """A file of treatment records: its base name, and its SHA-256 in hexadecimal."""

    name: str
    sha256: str


class SetupUsed(msgspec.Struct, frozen=True):
    """By what files were scrubbed. ``settings`` names the settings file, None where there is none.

    ``settings_sha256`` is the hash of what it says, comments aside.
    """

    settings: str | None
    settings_sha256: str
    today: str
    records: tuple[RecordsRead, ...]
    tables: tuple[TableInfo, ...]
    ledger_state: str | None
    fingerprint: str


class Options(msgspec.Struct, frozen=True):
    """What the command line wanted of each file."""

    reports: tuple[str, ...]
    acks: tuple[str, ...]
    judge: str
    report_detail: str
    records_lenient: bool
    time: str | None


class Output(msgspec.Struct, frozen=True):
    """One output: its name in the folder, its size, and its SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


class FileEntry(msgspec.Struct, frozen=True):
    """One input: ``path`` leads to it from the receipt's folder. ``exit_code`` None: it is not done.

    ``setup`` is the place of its setup in the receipt's list, from 0.
    """

    path: str
    setup: int
    exit_code: int | None
    error: str | None
    sha256: str | None
    bytes: int | None
    claims: int
    unchanged: int
    corrected: int
    held: int
    outputs: dict[str, Output]


class Counts(msgspec.Struct, frozen=True):
    """Files by what became of them, and claims. ``with_held`` files have claims that are held (exit code 1)."""

    files: int
    clean: int
    with_held: int
    failed: int
    not_done: int
    bytes: int
    claims: int
    unchanged: int
    corrected: int
    held: int


class Receipt(msgspec.Struct, frozen=True):
    """See docs/batch.md, key by key. ``exit_code`` is the highest of all files, None while the run goes on."""

    schema: str
    scrubber: str
    pyx12: str
    state: str
    exit_code: int | None
    options: Options
    setups: tuple[SetupUsed, ...]
    counts: Counts
    files: tuple[FileEntry, ...]


def make_receipt(plan: Plan, done: dict[str, Done], state: str) -> Receipt:
    """The receipt of a plan, of which this is done, by path."""
    entries = tuple(_entry(task.path, task.setup, done.get(task.path)) for task in plan.tasks)
    counts = _counts(entries)
    codes = [entry.exit_code for entry in entries if entry.exit_code is not None]
    if counts.not_done:
        codes.append(2)
    wanted = plan.setups[0].wanted
    return Receipt(
        SCHEMA,
        __version__,
        judge_version(),
        state,
        None if state == RUNNING else max(codes),
        Options(
            wanted.reports,
            wanted.acks,
            wanted.judge,
            "findings" if wanted.findings_only else "full",
            wanted.lenient,
            wanted.time,
        ),
        tuple(_used(setup) for setup in plan.setups),
        counts,
        entries,
    )


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Put it in the place of the one before, whole. Raises OutputError when it cannot be written."""
    text = msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n"
    write_all(folder, {NAME: [text]})


def read_receipt(folder: Path) -> Receipt | None:
    """The receipt of an earlier run in the folder; None where there is none. Raises OutputError for another thing."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Receipt)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise OutputError(
            f"{folder / NAME}: is no receipt of a run of this version; choose another folder with --out"
        ) from None


def _used(setup: Setup) -> SetupUsed:
    return SetupUsed(
        Path(setup.settings.file).name if setup.settings.file else None,
        settings_hash(setup.settings),
        setup.today.isoformat(),
        tuple(RecordsRead(*each) for each in setup.record_hashes),
        tuple(tables_for(setup.settings).info()),
        setup.ledger_state,
        setup.fingerprint,
    )


def _entry(path: str, setup: int, done: Done | None) -> FileEntry:
    if done is None:
        return FileEntry(path, setup, None, None, None, None, 0, 0, 0, 0, {})
    return FileEntry(
        path,
        setup,
        done.exit_code,
        done.error,
        done.sha256,
        done.bytes,
        done.claims,
        done.unchanged,
        done.corrected,
        done.held,
        {output.kind: Output(output.name, output.bytes, output.sha256) for output in done.outputs},
    )


def _counts(entries: Iterable[FileEntry]) -> Counts:
    every = list(entries)

    def of(code: int | None) -> int:
        return sum(1 for entry in every if entry.exit_code == code)

    return Counts(
        len(every),
        of(0),
        of(1),
        of(2),
        of(None),
        sum(entry.bytes or 0 for entry in every),
        sum(entry.claims for entry in every),
        sum(entry.unchanged for entry in every),
        sum(entry.corrected for entry in every),
        sum(entry.held for entry in every),
    )
