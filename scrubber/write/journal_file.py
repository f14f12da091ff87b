"""The edit journal as JSON Lines: the source, every edit, the outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from scrubber.errors import ScrubberError
from scrubber.findings.finding import Evidence
from scrubber.findings.journal import JournalEdit

SCHEMA = "claim-scrub-journal/1"
BESIDE: Mapping[str, str] = MappingProxyType({})
"""No output is elsewhere than in the journal's folder."""
LONGEST_BEFORE = 200
"""A deletion of more bytes is told by length and hash: the source has them."""


def sha256(data: bytes) -> str:
    """Hash in hexadecimal, as reports and journals give it."""
    return hashlib.sha256(data).hexdigest()


def journal_lines(
    source_name: str,
    source_path: str | None,
    source: bytes,
    edits: Iterable[JournalEdit],
    outputs: dict[str, tuple[str, bytes]],
    paths: Mapping[str, str] = BESIDE,
) -> Iterator[bytes]:
    """The journal's lines. ``outputs`` gives name and bytes of each target that was written.

    ``source_path`` is the source's path from the journal's folder, None where it has none (standard input). ``paths``
    gives those of outputs that are not in that folder.
    """
    yield msgspec.json.encode(
        {
            "schema": SCHEMA,
            "source": {"name": source_name, "path": source_path, "bytes": len(source), "sha256": sha256(source)},
        }
    )
    for number, edit in enumerate(edits, 1):
        entry: dict[str, Any] = {"edit": number, "target": edit.target, "span": [edit.start, edit.end]}
        before = source[edit.start : edit.end]
        if len(before) > LONGEST_BEFORE and not edit.after:
            entry["before_bytes"] = len(before)
            entry["before_sha256"] = sha256(before)
        else:
            entry["before"] = before.decode("latin-1")
        entry |= {"after": edit.after, "rule": edit.rule}
        if edit.caused_by:
            entry["caused_by"] = list(edit.caused_by)
        entry["reason"] = edit.reason
        if edit.position is not None:
            entry["position"] = edit.position
        entry["evidence"] = [{"source": each.source, "states": each.states} for each in edit.evidence]
        yield msgspec.json.encode(entry)
    yield msgspec.json.encode(
        {
            "outputs": {
                target: {
                    "name": name,
                    **({"path": paths[target]} if target in paths else {}),
                    "bytes": len(data),
                    "sha256": sha256(data),
                }
                for target, (name, data) in outputs.items()
            }
        }
    )


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
        raise ScrubberError("line 1 of the journal does not name its source; the journal is damaged") from None


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
