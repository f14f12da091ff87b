"""The report formats by name."""

from __future__ import annotations

from collections.abc import Callable

from scrubber.reports import report_csv, report_html, report_json, report_xml
from scrubber.reports.schema import Report

FORMATS: dict[str, Callable[[Report], bytes]] = {
    "json": report_json.render,
    "html": report_html.render,
    "csv": report_csv.render,
    "xml": report_xml.render,
}
