"""Hashes of what a setup says, by which a later run knows that it would write the same bytes."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from scrubber.batch.setup import Setup, Wanted
from scrubber.batch.versions import judge_version, shipped_tables
from scrubber.conform.overlay import effective_map
from scrubber.ledger.snapshot import read_ledger
from scrubber.settings.settings import Settings
from scrubber.settings.tables import tables_for
from scrubber.version import __version__
from scrubber.visits.records import record_files

_NO_SOURCE = "0" * 64
_NOT_IN_OUTPUT = ("watch", "origins", "file", "records_paths", "tables_folder")
"""Settings that say where something is; what is there is hashed by itself."""


def settings_hash(settings: Settings) -> str:
    """SHA-256, in hexadecimal, of what the settings and waivers say, overlays included. Comments do not count."""
    said = {name: getattr(settings, name) for name in settings.__struct_fields__ if name not in _NOT_IN_OUTPUT}
    overlays = [_file_hash(effective_map(profile.overlay)) for profile in settings.payers if profile.overlay]
    return _hash([said, overlays])


def setup_for(settings: Settings, wanted: Wanted, today: date, ledger: Path | None) -> Setup:
    """The setup of files that are scrubbed with these settings. Raises ScrubberError where records or ledger are not
    there.
    """
    records = settings.records_files()
    hashes = tuple((file.name, file.sha256) for file in record_files(records))
    state = read_ledger(ledger, _NO_SOURCE).state if ledger else None
    setup = Setup(settings, wanted, today, records, hashes, ledger, state, "")
    return msgspec.structs.replace(setup, fingerprint=fingerprint_of(setup))


def fingerprint_of(setup: Setup) -> str:
    """SHA-256, in hexadecimal, of everything but the input that output depends on: ``--today`` is part of it."""
    imported = [(each.facts.name, each.facts.edition, each.facts.digest) for each in _imported(setup.settings)]
    return _hash(
        [
            __version__,
            judge_version(),
            shipped_tables(),
            imported,
            settings_hash(setup.settings),
            setup.wanted,
            setup.today,
            setup.record_hashes,
            setup.ledger_state,
        ]
    )


def _imported(settings: Settings) -> list[Any]:
    return list(tables_for(settings).imported.editions)


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hash(what: object) -> str:
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic", enc_hook=str)).hexdigest()
