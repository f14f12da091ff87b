"""One input on its way: what is known of it, and the states that it goes through."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Name = bytes
"""A file name as the file system has it."""

Kind = Literal["claims", "records"]
Outcome = Literal["sent", "part", "held", "duplicate", "failed", "used"]
"""Where a finished input ended. ``part``: some claims went out, the rest is held. ``used`` is for records files."""


class JobState(StrEnum):
    """Each has one next step that can be done again after a restart, whatever had been done of it."""

    SEEN = "seen"
    """In the inbox; ``reason`` says what it waits for."""
    STABLE = "stable"
    """Unchanged and complete; it will be renamed into the private folder."""
    CLAIMED = "claimed"
    """In the private folder. With ``sha256`` set, our own copy of it is on disk."""
    SCRUBBED = "scrubbed"
    """Every output is on disk under a temporary name; nothing can be seen yet."""
    COMMITTED = "committed"
    """It will go out. From here there is only forward."""
    PUBLISHED = "published"
    """Every output has its name. A duplicate comes here at once: it has none."""
    ARCHIVED = "archived"
    """Done: the original is in the archive."""
    FAILING = "failing"
    """It could not be done; the original will be moved to failed."""
    FAILED = "failed"
    """Done: the original is in failed, with the reason beside it."""


DONE = frozenset({JobState.ARCHIVED, JobState.FAILED})


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the state. Names are bytes as the file system has them; moments are UTC text (``clock.stamp``).

    ``bytes`` is the size. ``source`` is the path that the copy is made from when that is not the private folder: the
    archived original of a rerun, or a records file of ``[records] paths``. ``for_job`` of a records file is the job of
    its claims. ``marker`` is the name of the .done file that goes with it. ``reason`` is what a seen input waits for,
    what last kept one in hand from going on, and the state that a failing one failed in. ``why`` and ``what_to_do`` say
    why it fails, ``ta1`` is the note code of the TA1 to write then. ``archive_name`` is "DATE/NAME" in the archive,
    ``failed_name`` the name in failed.
    ``rules`` counts the findings by rule code, ``interchanges`` holds (key, sha256) of those that go out. ``kept``: the
    taken file of a job that is done is still in the private folder. ``records_unread``: records that the claims came
    with, or that are listed in the settings, could not be read.
    """

    id: str
    kind: Kind
    name: Name
    state: JobState
    outcome: Outcome | None = None
    reason: str | None = None
    why: str | None = None
    what_to_do: str | None = None
    ta1: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    device: int | None = None
    inode: int | None = None
    mtime_ns: int | None = None
    source: Name | None = None
    marker: Name | None = None
    seen_at: str | None = None
    stable_at: str | None = None
    claimed_at: str | None = None
    committed_at: str | None = None
    done_at: str | None = None
    attempts: int = 0
    for_job: str | None = None
    duplicate_of: str | None = None
    rerun_of: str | None = None
    rerun_by: str | None = None
    rerun_reason: str | None = None
    claims: int | None = None
    claims_sent: int | None = None
    claims_held: int | None = None
    archive_name: Name | None = None
    failed_name: Name | None = None
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    interchanges: tuple[tuple[str, str], ...] = ()
    kept: bool = False
    records_unread: bool = False

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_rerun(self) -> bool:
        return self.rerun_of is not None


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a job writes. ``folder`` is the key of a folder: outbox, held or reports."""

    job: str
    kind: str
    folder: str
    temporary: Name
    name: Name
    sha256: str
    bytes: int
    published: bool = False


class RerunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked to do a finished job again; ``records`` are the paths of records files to do it with."""

    id: int
    job: str
    by: str
    reason: str | None
    asked_at: str
    taken_job: str | None = None
    records: tuple[bytes, ...] = ()
