"""Where the daemon's folders are, and the two private ones inside them."""

from __future__ import annotations

import os
from pathlib import Path

from scrubber.errors import OutputError
from scrubber.settings.settings import Watch
from scrubber.watch import disk

TAKEN = ".scrubber-taken"
COPIES = ".scrubber-copies"
PUBLIC = ("inbox", "outbox", "held", "reports", "archive", "failed")
"""The folders of ``[watch]``, by the key that names them."""


class Folders:
    """The folders of one daemon. ``taken`` lies in the inbox and ``copies`` in the archive, so that a rename from one
    to the other never leaves its file system."""

    def __init__(self, watch: Watch) -> None:
        self.inbox = watch.inbox
        self.outbox = watch.outbox
        self.held = watch.held
        self.reports = watch.reports
        self.archive = watch.archive
        self.failed = watch.failed
        self.taken = watch.inbox / TAKEN
        self.copies = watch.archive / COPIES
        self.state = watch.state

    def of(self, key: str) -> Path:
        """The folder that a key of ``[watch]`` names."""
        if key not in PUBLIC:
            raise KeyError(key)
        folder: Path = getattr(self, key)
        return folder

    def make(self) -> None:
        """Make the folders that are not there (0700). Raises OutputError where that cannot be done."""
        for folder in (*(self.of(key) for key in PUBLIC), self.taken, self.copies, self.state.parent):
            try:
                disk.make_folder(folder)
            except OSError as error:
                raise OutputError(
                    f"{folder}: the folder cannot be made ({error.strerror}); make it, or name another in [watch]"
                ) from None

    def taken_file(self, job: str) -> Path:
        """Where an input of the inbox stands once it is taken."""
        return self.taken / job

    def copy_file(self, job: str, kind: str, name: bytes) -> Path:
        """Our own copy of an input. Records keep their name, in a folder of their own: reports speak of it."""
        return self.copies / job / os.fsdecode(name) if kind == "records" else self.copies / job


def path_in(folder: Path, name: bytes) -> Path:
    """The path of a name as the file system has it, also when it is no UTF-8."""
    return folder / os.fsdecode(name)
