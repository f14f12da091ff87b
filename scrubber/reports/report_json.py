"""report.json: the whole report for programs."""

from __future__ import annotations

import msgspec

from scrubber.reports.schema import Report


def render(report: Report) -> bytes:
    """The report as UTF-8 JSON, keys in the schema's order, indented by one space, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
