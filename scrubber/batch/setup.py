"""What a worker is told before its first task: by which settings files are scrubbed, and what is written of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from scrubber.conform.judge import Judge
from scrubber.settings.settings import Settings


class Wanted(msgspec.Struct, frozen=True):
    """What is written of each file, of the command line; the bytes depend on all of it.

    ``reports`` and ``acks`` are kinds of outputs, ``time`` is that of acknowledgments as HHMM.
    """

    reports: tuple[str, ...]
    acks: tuple[str, ...] = ()
    judge: Judge = "compiled"
    findings_only: bool = False
    lenient: bool = False
    time: str | None = None


class Setup(msgspec.Struct, frozen=True):
    """All that the output of a file depends on beside its own bytes. Small: tables and records go by their places.

    ``record_hashes`` and ``ledger_state`` are those that the run began with: a worker that finds others refuses.
    ``fingerprint`` is the hash of everything here and of the versions, in hexadecimal.
    """

    settings: Settings
    wanted: Wanted
    today: date
    records: tuple[Path, ...]
    record_hashes: tuple[tuple[str, str], ...]
    ledger: Path | None
    ledger_state: str | None
    fingerprint: str
