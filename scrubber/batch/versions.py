"""The versions and data that bytes depend on, beside settings and input."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

from scrubber.tables.data_file import DATA


@cache
def judge_version() -> str:
    """The version of pyx12, whose map of the guide claims are judged by."""
    return version("pyx12")


@cache
def shipped_tables() -> str:
    """SHA-256, in hexadecimal, of the tables that travel with the program."""
    digest = hashlib.sha256()
    for path in sorted(each for each in DATA.rglob("*") if each.is_file()):
        digest.update(path.relative_to(DATA).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
