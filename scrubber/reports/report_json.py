"""report.json: the whole report for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scrubber.reports.schema import Claim, ClaimInBrief, Report

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Claim)
BETWEEN = b",\n"
"""What stands between two entries of a list."""


def render(report: Report) -> bytes:
    """The report as UTF-8 JSON, keys in the schema's order.

    One key a line, and one line for each entry of a list: a report of many claims can be searched and compared line by
    line, and is a third of the size that full indentation makes it.
    """
    return b"".join(document(report, (BETWEEN + entry(claim) for claim in report.claims)))


def entry(claim: Claim | ClaimInBrief) -> bytes:
    """One claim's line, without what stands between lines."""
    return _ENCODER.encode(claim)


def read_entry(data: bytes) -> Claim:
    """A claim in full from its line."""
    return _DECODER.decode(data)


def document(report: Report, claims: Iterable[bytes]) -> Iterator[bytes]:
    """The document in pieces. ``claims`` are the lines of the claims, each with BETWEEN before it, however they are
    divided; the report's own are not looked at."""
    yield b"{\n"
    between = b""
    for name in Report.__struct_encode_fields__:
        yield between + _ENCODER.encode(name) + b": "
        between = BETWEEN
        value = getattr(report, name)
        if name == "claims":
            yield from _listed(claims)
        elif isinstance(value, tuple):
            yield from _listed(BETWEEN + _ENCODER.encode(each) for each in value)
        else:
            yield _ENCODER.encode(value)
    yield b"\n}\n"


def _listed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A list of which the first comma is not written."""
    empty = True
    for line in lines:
        yield b"[" + line[1:] if empty else line
        empty = False
    yield b"[]" if empty else b"\n]"
