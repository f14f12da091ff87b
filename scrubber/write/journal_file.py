"""The edit journal as JSON Lines: the source, every edit, the outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from scrubber.errors import ScrubberError
from scrubber.findings.finding import Evidence
from scrubber.findings.journal import JournalEdit
from scrubber.write.content import Content

SCHEMA = "claim-scrub-journal/1"
LONGEST_BEFORE = 200
"""A deletion of more bytes is told by length and hash: the source has them."""


def sha256(data: bytes) -> str:
    """Hash in hexadecimal, as reports and journals give it."""
    return hashlib.sha256(data).hexdigest()


class Source(NamedTuple):
    """The input as the journal names it: its path from the journal's folder (None where it has none, such as standard
    input), size in bytes and SHA-256."""

    name: str
    path: str | None
    bytes: int
    sha256: str


class Written(NamedTuple):
    """An output as the journal names it: ``path`` is that from the journal's folder, None where it is in it."""

    name: str
    path: str | None
    content: Content


class _Edit(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of the journal, in the order of its keys."""

    edit: int
    target: str
    span: tuple[int, int]
    before_bytes: int | UnsetType = UNSET
    before_sha256: str | UnsetType = UNSET
    before: str | UnsetType = UNSET
    after: str | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    caused_by: tuple[str, ...] = ()
    reason: str | UnsetType = UNSET
    position: int | None = None
    evidence: tuple[Evidence, ...] | UnsetType = UNSET


_ENCODE = msgspec.json.Encoder().encode


def journal_lines(
    source: Source, of: bytes, edits: Iterable[JournalEdit], outputs: Mapping[str, Written]
) -> Iterator[bytes]:
    """The journal's lines, each with its line feed. ``of`` is the source itself, ``outputs`` each target that was
    written; their contents are looked at last."""
    yield _ENCODE({"schema": SCHEMA, "source": source._asdict()}) + b"\n"
    for number, edit in enumerate(edits, 1):
        before = of[edit.start : edit.end]
        long = len(before) > LONGEST_BEFORE and not edit.after
        yield (
            _ENCODE(
                _Edit(
                    number,
                    edit.target,
                    (edit.start, edit.end),
                    len(before) if long else UNSET,
                    sha256(before) if long else UNSET,
                    UNSET if long else before.decode("latin-1"),
                    edit.after,
                    edit.rule,
                    edit.caused_by,
                    edit.reason,
                    edit.position,
                    edit.evidence,
                )
            )
            + b"\n"
        )
    yield _ENCODE({"outputs": {target: _output(written) for target, written in outputs.items()}}) + b"\n"


def _output(written: Written) -> dict[str, Any]:
    path = {} if written.path is None else {"path": written.path}
    content = written.content
    return {"name": written.name, **path, "bytes": content.size, "sha256": content.sha256}


class ReadJournal(msgspec.Struct, frozen=True):
    """A journal as read back: what it says of the source and of the outputs, and its edits."""

    source: dict[str, Any]
    edits: tuple[JournalEdit, ...]
    outputs: dict[str, dict[str, Any]]


def read_head(data: bytes) -> dict[str, Any]:
    """Name, size and hash of the source, from the journal's first line. Raises ScrubberError when that is none."""
    try:
        head = msgspec.json.decode(data.split(b"\n", 1)[0], type=dict[str, Any])
        source = head["source"]
        return {
            "name": str(source["name"]),
            "path": source.get("path"),
            "bytes": int(source["bytes"]),
            "sha256": str(source["sha256"]),
        }
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        raise ScrubberError(
            "line 1 of the journal does not name its source; this is no journal, or a damaged one"
        ) from None


def read_outputs(data: bytes) -> dict[str, dict[str, Any]]:
    """Name, path, size and SHA-256 of each output by target, from the journal's last line.

    Raises ScrubberError when it is none.
    """
    last = data.rstrip(b"\n").rpartition(b"\n")[2]
    try:
        return _outputs(msgspec.json.decode(last, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ScrubberError("the last line of the journal is no JSON object; the journal is damaged") from None


def _outputs(tail: dict[str, Any]) -> dict[str, dict[str, Any]]:
    try:
        return {
            str(target): {
                "name": str(told["name"]),
                "path": told.get("path"),
                "bytes": told.get("bytes"),
                "sha256": told["sha256"],
            }
            for target, told in tail["outputs"].items()
        }
    except (AttributeError, KeyError, TypeError):
        raise ScrubberError("the last line of the journal does not name its outputs; the journal is damaged") from None


def read_journal(data: bytes, source: bytes) -> ReadJournal:
    """Read a journal against its source. Raises ScrubberError naming the line that cannot be read or does not agree."""
    lines = [line for line in data.split(b"\n") if line]
    if len(lines) < 2:
        raise ScrubberError("the journal has fewer than two lines; its first names the source, its last the outputs")
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(msgspec.json.decode(line, type=dict[str, Any]))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ScrubberError(f"line {number} of the journal is no JSON object; the journal is damaged") from None
    head, *edits, tail = entries
    if head.get("schema") != SCHEMA or "outputs" not in tail:
        raise ScrubberError(f"the journal does not begin with schema {SCHEMA} or does not end with its outputs")
    try:
        read = tuple(_edit(entry, number, source) for number, entry in enumerate(edits, 2))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ScrubberError("an edit of the journal lacks its span, text or rule; the journal is damaged") from None
    outputs = _outputs(tail)
    if not outputs or not {edit.target for edit in read} <= outputs.keys():
        raise ScrubberError("the last line of the journal lacks an output that was written; the journal is damaged")
    return ReadJournal(read_head(data), read, outputs)


def _edit(entry: dict[str, Any], number: int, source: bytes) -> JournalEdit:
    start, end = entry["span"]
    there = source[start:end]
    if "before" in entry:
        agrees = entry["before"].encode("latin-1") == there
    else:
        agrees = entry["before_bytes"] == len(there) and entry["before_sha256"] == sha256(there)
    if not agrees:
        raise ScrubberError(f"line {number} of the journal: bytes {start} to {end} of the source are not what it edits")
    entry["after"].encode("latin-1")  # one character is one byte
    return JournalEdit(
        entry["target"],
        start,
        end,
        entry["after"],
        entry["rule"],
        tuple(entry.get("caused_by", ())),
        entry["reason"],
        tuple(Evidence(each["source"], each["states"]) for each in entry["evidence"]),
        entry.get("position"),
    )
