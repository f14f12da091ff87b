"""What the daemon and its worker process say to each other.

A request goes to the worker pickled: it may hold names that are no UTF-8, and the daemon made it. An answer comes back
as MessagePack that is checked against the types here: the worker has read strangers' files.
"""

from __future__ import annotations

import struct
from datetime import date

import msgspec

from scrubber.settings.settings import Settings
from scrubber.watch.listed_records import Stamps

LENGTH = struct.Struct(">Q")
"""Before each message: how many bytes it has."""


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker goes by while it lives. ``state`` is the path of the daemon's state."""

    settings: Settings
    state: str
    megabytes: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one output goes: its folder's path, the name to write it under, and the name that it will be given."""

    folder: str
    temporary: str
    name: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Scrub the file at ``source``, which the daemon owns.

    ``input_name`` is what reports call it, valid UTF-8. ``records`` are the paths of records files that came with it.
    ``places`` are by kind of output: corrected, held, each report format, journal. ``archive_path`` is where the source
    will be when somebody asks the journal for it. ``rerun``: it may have been sent before. ``today`` None is the clock.
    ``listed`` is how the files of ``[records] paths`` were when they were found quiet: if one is otherwise when it has
    been read, the answer is DiskTrouble EAGAIN.
    Paths and names are as ``os.fsdecode`` gives them.
    """

    job: str
    source: str
    input_name: str
    records: tuple[str, ...]
    places: dict[str, Place]
    archive_path: str
    rerun: bool = False
    today: date | None = None
    listed: Stamps | None = None


class Enter(msgspec.Struct, frozen=True, kw_only=True):
    """Enter the file at ``corrected``, which goes out now, into the ledger of the settings.

    ``source_sha256`` (hex) is the hash of the input that it was made from. ``today`` None is the clock.
    """

    corrected: str
    source_sha256: str
    today: date | None = None


class Written(msgspec.Struct, frozen=True):
    """One output, on disk under its temporary name: hex sha256, and the size in bytes."""

    kind: str
    sha256: str
    bytes: int


class Result(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The file is scrubbed and every output is on disk.

    ``rules`` counts the findings by rule code. ``interchanges`` are (key, sha256) of those of which something goes out.
    ``unreadable_records`` are the paths of records files that could not be read; the claims are held for them.
    """

    written: tuple[Written, ...]
    claims: int
    claims_sent: int
    claims_held: int
    rules: dict[str, int]
    interchanges: tuple[tuple[str, str], ...] = ()
    unreadable_records: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True, tag=True):
    """A result as it travels; ``unreadable_records`` stand here as bytes, since not every path is UTF-8."""

    result: Result
    unreadable_records: tuple[bytes, ...] = ()


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has loaded what it needs, and waits for its first request."""


class Entered(msgspec.Struct, frozen=True, tag=True):
    """The file is in the ledger, now or since an earlier attempt."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The file cannot be scrubbed, and will not be by trying again. ``why`` names the place and what to do."""

    why: str


class DiskTrouble(msgspec.Struct, frozen=True, tag=True):
    """The operating system refused to read or write; none of the outputs is there. ``folder`` is the kind of folder:
    outbox, held, reports, archive (the source), records, state or ledger."""

    errno: int
    folder: str


class Died(msgspec.Struct, frozen=True, tag=True):
    """The worker came to its end over this file; none of the outputs is there."""

    how: str


Answer = Result | Entered | Refused | DiskTrouble | Died
OnWire = Done | Ready | Entered | Refused | DiskTrouble | Died
