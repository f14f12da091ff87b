"""Names of outputs: derived from the input's own, never longer than a file system takes, never one that is taken."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

LONGEST = 255
"""Bytes in a file name, on every file system that matters here."""

REFUSED_NAME = frozenset({errno.EILSEQ, errno.ENAMETOOLONG, errno.EINVAL})
"""What a file system says to a name that it cannot hold. Those of other systems take no ":", and only valid UTF-8."""
PLAIN = 80
"""Bytes of the stem that are left in a plain name."""
_ODD = re.compile(rb"[^A-Za-z0-9._-]")

WHY = b".why.json"
TA1 = b".ta1"


def stem_of(name: bytes) -> bytes:
    """The name without its last suffix."""
    return os.path.splitext(name)[0]


def suffix_of(name: bytes) -> bytes:
    """The last suffix of the name, with its dot; empty when it has none."""
    return os.path.splitext(name)[1]


def temporary(job: str, kind: str) -> str:
    """The name that an output of a job has until it is published."""
    return f".scrubber-{job}-{kind}.tmp"


def shown(name: bytes) -> str:
    """A name as text that is valid UTF-8, for reports and messages; what is none stands as an escape."""
    return name.decode("utf-8", "backslashreplace")


def candidates(stem: bytes, suffix: bytes, digest: str, room: int = 0) -> Iterator[bytes]:
    """The names to try, without end: as it is, with "-" and eight hex digits of ``digest`` (the input's sha256) before
    the suffix, and with "-2", "-3" behind those. ``room`` bytes are left for what is put behind the name."""
    longest = LONGEST - room
    if len(stem) + len(suffix) <= longest:
        yield stem + suffix
    tag = b"-" + digest[:8].encode()
    count = 1
    while True:
        end = tag + (b"-%d" % count if count > 1 else b"")
        yield _cut(stem, longest - len(end) - len(suffix[: longest // 2])) + end + suffix[: longest // 2]
        count += 1


def free_name(
    folder: Path, stem: bytes, suffix: bytes, digest: str, behind: tuple[bytes, ...] = (), *, plain: bool = False
) -> bytes:
    """The first candidate that nothing in ``folder`` has, also not with one of the endings ``behind`` it.

    A plain one where the folder's file system refuses the name, or has refused it before (``plain``). Raises OSError
    when the folder cannot be looked into.
    """
    room = max((len(end) for end in behind), default=0)
    if plain:
        names = candidates(_ODD.sub(b"_", stem)[:PLAIN], _ODD.sub(b"_", suffix)[:PLAIN], digest, room)
        next(names)  # always with the digest: some names without anything odd are refused too
    else:
        names = candidates(stem, suffix, digest, room)
    try:
        return next(name for name in names if not any(_there(folder, name + end) for end in (b"", *behind)))
    except OSError as error:
        if plain or error.errno not in REFUSED_NAME:
            raise
        return free_name(folder, stem, suffix, digest, behind, plain=True)


def is_refusal(error: OSError) -> bool:
    """Whether a rename of a file that is there failed for its new name. Some mounts say that no such file exists."""
    return error.errno in REFUSED_NAME or isinstance(error, FileNotFoundError)


def _there(folder: Path, name: bytes) -> bool:
    try:
        os.lstat(os.path.join(os.fsencode(folder), name))
    except FileNotFoundError:
        return False
    return True


def _cut(stem: bytes, length: int) -> bytes:
    """The first ``length`` bytes, without the half of a character where the stem is UTF-8."""
    if len(stem) <= length:
        return stem
    try:
        stem.decode()
    except UnicodeDecodeError:
        return stem[:length]
    return stem[:length].decode("utf-8", "ignore").encode()
