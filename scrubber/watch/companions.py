"""Which names in the inbox are inputs, and which files go together: claims, their records, their .done file.

Everything is told from names, which are bytes. ``claims.837`` goes with ``claims.csv`` and with ``claims.records.csv``.
"""

from __future__ import annotations

from scrubber.watch.names import stem_of, suffix_of

RECORDS_SUFFIXES = frozenset({b".csv", b".jsonl", b".ndjson"})
UNFINISHED_SUFFIXES = frozenset({b".part", b".filepart", b".partial", b".tmp", b".crdownload"})
DONE = b".done"


def is_input(name: bytes) -> bool:
    """Whether the name is one to take. Not so: names that programs use while they write, and .done files.

    rsync and most SFTP servers write under a name with a leading dot.
    """
    suffix = suffix_of(name).lower()
    return not (name.startswith(b".") or name.endswith(b"~") or suffix == DONE or suffix in UNFINISHED_SUFFIXES)


def is_records(name: bytes) -> bool:
    """Whether an input is a file of treatment records; every other input is one of claims."""
    return suffix_of(name).lower() in RECORDS_SUFFIXES


def claims_stem(name: bytes) -> bytes:
    """What the names of a claims file and its records have in common."""
    return stem_of(name)


def records_stems(name: bytes) -> tuple[bytes, ...]:
    """The stems of claims files that a records file can belong to."""
    stem = stem_of(name)
    return (stem, stem_of(stem)) if suffix_of(stem).lower() == b".records" else (stem,)


def done_names(name: bytes) -> tuple[bytes, bytes]:
    """The names that a .done file of this claims file can have: claims.837.done, claims.done."""
    return name + DONE, stem_of(name) + DONE
