"""What became of one input file: a line of the run's journal, and an entry of its receipt."""

from __future__ import annotations

import msgspec


class Written(msgspec.Struct, frozen=True):
    """One output: its kind, its name in the folder, its size, and its SHA-256 in hexadecimal."""

    kind: str
    name: str
    bytes: int
    sha256: str


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one input. ``path`` leads to it from the output folder.

    ``exit_code`` is that of `scrub` for this file alone; with 2 nothing of it was written and ``error`` says why.
    ``fingerprint`` is that of the setup it was scrubbed with. ``sha256`` and ``bytes`` are the input's, None where it
    could not be read.
    """

    path: str
    exit_code: int
    fingerprint: str
    sha256: str | None = None
    bytes: int | None = None
    claims: int = 0
    unchanged: int = 0
    corrected: int = 0
    held: int = 0
    outputs: tuple[Written, ...] = ()
    error: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What a task gives back. ``again``: it failed for a reason that may be gone later, such as memory or disk.

    ``before``: an earlier run had done it, and all of it still agrees.
    """

    done: Done
    again: bool = False
    before: bool = False
