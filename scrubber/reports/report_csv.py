"""report.csv: the worklist, one row a finding."""

from __future__ import annotations

import csv
import io
import re

from scrubber.reports.schema import Claim, Finding, Report

COLUMNS = (
    "interchange",
    "position",
    "claim_id",
    "line",
    "rule",
    "severity",
    "fixed",
    "waived",
    "charge",
    "message",
    "action",
)

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> bytes:
    """Findings as UTF-8 CSV with CRLF, a header first: those of the file (claim cells empty), then claim by claim.

    ``charge`` is what following the action does to the charge, in dollars. ``fixed`` and ``waived`` are yes or no. A
    text that a spreadsheet would take for a formula gets an apostrophe before it; a plain negative number does not.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding in report.findings:
        interchange = "" if finding.interchange is None else str(finding.interchange)
        writer.writerow([interchange, "", "", *_cells(finding)])
    for claim in report.claims:
        if isinstance(claim, Claim) and claim.findings:
            which = [str(claim.interchange), str(claim.position), _harmless(claim.claim_id)]
            writer.writerows([*which, *_cells(finding)] for finding in claim.findings)
    return out.getvalue().encode("utf-8")


def _cells(finding: Finding) -> list[str]:
    """The cells from ``line`` on."""
    charge = finding.impact.charge if finding.impact else None
    return [
        _harmless(finding.where.line or ""),
        finding.rule,
        finding.severity,
        "yes" if finding.fixed else "no",
        "yes" if finding.waived else "no",
        _harmless(charge or ""),
        _harmless(finding.message),
        _harmless(finding.action),
    ]


def _harmless(text: str) -> str:
    if text.startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
