"""The audit log: one line for each decision of the daemon, sealed, so that nobody can change it unseen.

Each line is a JSON object: ``n`` counts from 1, ``prev`` is the seal of the line before, and ``mac`` at its end is the
line's own seal, HMAC-SHA256 with a secret key over every byte before it. A line is chained inside the transaction that
makes the decision true, and written to the file afterwards; the state keeps it until the file has been synced.

Lines hold hashes, counts, rule codes and who asked. What is not listed in ``SHAPES`` is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from scrubber.errors import OutputError
from scrubber.watch import disk
from scrubber.watch.clock import Clock, stamp

HEAD = "audit_head"
"""The fact that holds number and seal of the newest line, as in "17 5f0c..."."""
KEY_NAME = "audit.key"
KEY_BYTES = 32
BEGINNING = "0" * 64
"""``prev`` of the first line."""
BATCH = 500
"""Lines that are written and synced together."""

DECISIONS = frozenset(
    {
        "started",
        "stopped",
        "taken",
        "sent",
        "part",
        "held",
        "duplicate",
        "failed",
        "used",
        "records-failed",
        "changed-after-taken",
        "rerun-asked",
        "intake-stopped",
        "intake-resumed",
        "log-begun",
    }
)

_JOB = re.compile(r"job-[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RULE = re.compile(r"[UMNCEGI]\d{3}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SEALED = re.compile(rb'(\{"n":([0-9]{1,18}),.*"prev":"([0-9a-f]{64})")(,"mac":"([0-9a-f]{64})"\})', re.DOTALL)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _fits(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _maps(key: re.Pattern[str], fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, Mapping)
        and all(isinstance(name, str) and key.fullmatch(name) and fits(inner) for name, inner in value.items())
    )


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


SHAPES: dict[str, Callable[[object], bool]] = {
    "kind": lambda value: value in ("claims", "records"),
    "sha256": _fits(_SHA256),
    "bytes": _is_count,
    "claims": _is_count,
    "claims_sent": _is_count,
    "claims_held": _is_count,
    "rules": _maps(_RULE, _is_count),
    "outputs": _maps(_WORD, _fits(_SHA256)),
    "of": _fits(_JOB),
    "errno": _fits(re.compile(r"E[A-Z0-9]{1,15}")),
    "folder": _fits(_WORD),
    "version": _fits(re.compile(r"[0-9.]{1,20}")),
    "by": _is_short_text,
}
"""What a line may say besides number, moment, decision and job. ``of`` is the earlier job of a duplicate or a rerun, or
the claims' job of a records file; ``by`` is who asked for a rerun."""


class Sealed(msgspec.Struct, frozen=True):
    """One line whose seal is right."""

    n: int
    prev: str
    mac: str


class AuditLog:
    """The log of one state. Use it in the thread of its connection."""

    def __init__(
        self, connection: sqlite3.Connection, key_path: Path, file_path: Path, clock: Clock | None = None
    ) -> None:
        """Read the key, or make it (0600) when no line was written yet.

        Raises OutputError when the key of a log that was begun is gone or damaged: without it nothing could be proved.
        """
        self.connection = connection
        self.file = file_path
        self._clock = clock or Clock()
        self._key = _key(key_path, begun=head_of(connection)[0] > 0)

    def decide(self, connection: sqlite3.Connection, decision: str, job: str | None = None, **facts: object) -> None:
        """Chain a line inside the caller's transaction: it is true, and will be written, when that commits.

        Raises ValueError for a decision or fact that is not listed: a defect of the caller.
        """
        if decision not in DECISIONS or (job is not None and not _JOB.fullmatch(job)):
            raise ValueError(f"{decision} is no decision of the audit log, or its job is no job id")
        for name, value in facts.items():
            if name not in SHAPES or not SHAPES[name](value):
                raise ValueError(f"the audit log takes no {name} of this shape")
        number, previous = head_of(connection)
        said = {"n": number + 1, "at": stamp(self._clock.now()), "decision": decision}
        about = {"job": job} if job is not None else {}
        line, mac = seal(self._key, {**said, **about, **facts, "prev": previous})
        connection.execute("INSERT INTO audit(seq, line) VALUES (?, ?)", (number + 1, line.decode()))
        connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (HEAD, f"{number + 1} {mac}"))

    def flush(self) -> None:
        """Write the lines that were committed to the file, sync it, and forget them.

        Begun again after a crash it completes exactly what is missing. Raises OSError, with every line kept in the
        state, when the file cannot be written.
        """
        while rows := self.connection.execute("SELECT seq, line FROM audit ORDER BY seq LIMIT ?", (BATCH,)).fetchall():
            data = b"".join(line.encode() + b"\n" for _, line in rows)
            made = not disk.is_there(self.file)
            offset, data = place_for(self.file, data)
            # Also what is there already is written again: after a failed fsync the page in memory may not be on disk.
            disk.write_end(self.file, offset, data)
            if made:
                disk.sync_folder(self.file.parent)
            self.connection.execute("DELETE FROM audit WHERE seq <= ?", (rows[-1][0],))


def seal(key: bytes, said: Mapping[str, object]) -> tuple[bytes, str]:
    """A line without its end of line, and its seal. ``said`` ends with ``prev``."""
    body = msgspec.json.encode(said)[:-1]
    mac = hmac.new(key, body, hashlib.sha256).hexdigest()
    return body + f',"mac":"{mac}"}}'.encode(), mac


def opened(key: bytes, line: bytes) -> Sealed | None:
    """The line's place in the chain, or None when its seal does not fit: not one byte of it may differ."""
    match = _SEALED.fullmatch(line)
    if match is None:
        return None
    body, n, prev, _, mac = match.groups()
    if not hmac.compare_digest(hmac.new(key, body, hashlib.sha256).hexdigest().encode(), mac):
        return None
    return Sealed(int(n), prev.decode(), mac.decode())


def head_of(connection: sqlite3.Connection) -> tuple[int, str]:
    """Number and seal of the newest line that was decided; 0 when there is none."""
    row = connection.execute("SELECT value FROM facts WHERE key = ?", (HEAD,)).fetchone()
    if row is None:
        return 0, BEGINNING
    number, _, mac = str(row[0]).partition(" ")
    return int(number), mac


def place_for(file: Path, data: bytes) -> tuple[int, bytes]:
    """Where in the file to write ``data``, and what to write there.

    The file may end with a first part of ``data``, of a write that was cut short: writing begins where that begins.
    Zero bytes at the end are blocks that a power failure left unwritten; they count as nothing. A half line that is not
    ours stays: it gets an end of line, and the proof will name it.
    """
    try:
        with file.open("rb") as stream:
            end = stream.seek(0, 2)
            while end:  # back over zero bytes
                begin = max(0, end - disk.CHUNK)
                stream.seek(begin)
                piece = stream.read(end - begin).rstrip(b"\0")
                end = begin + len(piece)
                if piece:
                    break
            stream.seek(max(0, end - len(data)))
            tail = stream.read(end - stream.tell())
    except FileNotFoundError:
        return 0, data
    begun = _begun(tail, data)
    if begun or not tail or tail.endswith(b"\n"):
        return end - begun, data
    return end, b"\n" + data


def _begun(tail: bytes, data: bytes) -> int:
    """How many bytes of ``data`` stand at the end of ``tail`` already."""
    opening = data[: data.index(b",")]  # {"n":17 and so on
    at = tail.find(opening)
    while at >= 0:
        if data.startswith(tail[at:]):
            return len(tail) - at
        at = tail.find(opening, at + 1)
    return next((size for size in range(len(opening) - 1, 0, -1) if tail.endswith(opening[:size])), 0)


def read_key(path: Path) -> bytes | None:
    """The key, or None when it is not there or is none. Raises OutputError when it cannot be read."""
    try:
        text = path.read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"{path}: the key of the audit log cannot be read ({error.strerror})") from None
    if not re.fullmatch(rb"[0-9a-f]{%d}" % (2 * KEY_BYTES), text):
        return None
    return bytes.fromhex(text.decode())


def make_key(path: Path) -> bytes:
    """A new key in a file that is not there yet, on disk. Raises OutputError."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        disk.write_new(path, [key.hex().encode() + b"\n"])
        disk.sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: the key of the audit log cannot be made ({error.strerror})") from None
    return key


def _key(path: Path, *, begun: bool) -> bytes:
    key = read_key(path)
    if key is not None:
        return key
    if begun:
        raise OutputError(
            f"{path}: the key of the audit log is gone or damaged. Put it back from a backup; if there is none, begin"
            " a new log with `scrubber watch audit-log begin --by NAME`"
        )
    if disk.is_there(path):  # cut short when it was made; nothing was ever sealed with it
        disk.remove(path)
    return make_key(path)
