"""report.csv: the worklist, one row a finding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from scrubber.reports.schema import Claim, ClaimInBrief, Finding, Report

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
    return b"".join(document(report, map(entry, report.claims)))


def document(report: Report, claims: Iterable[bytes]) -> Iterator[bytes]:
    """The document in pieces. ``claims`` are the rows of the claims; the report's own are not looked at."""
    file = ((("" if f.interchange is None else str(f.interchange)), "", "", *_cells(f)) for f in report.findings)
    yield _written((COLUMNS, *file))
    yield from claims


def entry(claim: Claim | ClaimInBrief) -> bytes:
    """The rows of one claim, empty where nothing was found in it."""
    if isinstance(claim, ClaimInBrief) or not claim.findings:
        return b""
    return rows(claim.interchange, claim.position, claim.claim_id, claim.findings)


def rows(interchange: int, position: int, claim_id: str, findings: Iterable[Finding]) -> bytes:
    """The rows of a claim's findings."""
    which = (str(interchange), str(position), _harmless(claim_id))
    return _written((*which, *_cells(finding)) for finding in findings)


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
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
