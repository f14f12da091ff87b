"""What one claim adds to each output, made where its patient was scrubbed: then nothing else of it has to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from scrubber.acknowledgments.claim_status import AnsweredClaim, answered
from scrubber.findings.journal import JournalEdit
from scrubber.outcome import ClaimResult, PatientResult
from scrubber.reports import report_csv, report_json, report_xml
from scrubber.reports.by_rule import RuleShare, rule_shares
from scrubber.reports.characters import readable
from scrubber.reports.claim_entry import RelatedOf, brief_entry, finding_entries, identity, is_untouched
from scrubber.reports.entry_bytes import json_and_xml
from scrubber.reports.overview import Sketch, sketched
from scrubber.reports.schema import Related
from scrubber.settings.waivers import Waiver

NOBODY: Mapping[int, Related] = MappingProxyType({})


class Wanted(NamedTuple):
    """Which parts of a claim are made: the report formats, whether unchanged claims without findings are told by
    identity only, and whether a 277CA will be made."""

    forms: frozenset[str] = frozenset()
    findings_only: bool = False
    answers: bool = False


class ClaimPart(msgspec.Struct, frozen=True, gc=False):
    """What one claim adds. ``json``, ``xml`` and ``csv`` are its bytes in those reports, empty where it has none.

    ``json`` is there for every claim that has something to show, whatever is wanted: page and screen are made of it.
    """

    ordinal: int
    sketch: Sketch
    charge_in: str
    charge_out: str
    lines_in: int
    lines_out: int
    json: bytes
    xml: bytes
    csv: bytes
    shares: tuple[RuleShare, ...] = ()
    held_by: tuple[str, ...] = ()
    edits: tuple[JournalEdit, ...] = ()
    answered: AnsweredClaim | None = None


class PatientPart(msgspec.Struct, frozen=True, gc=False):
    """What one patient adds, claim by claim; the rest is as in PatientResult."""

    claims: tuple[ClaimPart, ...]
    unmatched: tuple[tuple[str, str], ...] = ()
    stale: tuple[str, ...] = ()
    waivers_used: tuple[Waiver, ...] = ()


def patient_part(result: PatientResult, wanted: Wanted, others: Mapping[int, Related] = NOBODY) -> PatientPart:
    """The parts of a patient's claims. ``others`` identify claims of other patients that its findings may name, by
    their ordinals in the file."""
    related = _Named(result.claims, others)
    return PatientPart(
        tuple([_part(claim, wanted, related) for claim in result.claims]),
        result.unmatched,
        result.stale,
        result.waivers_used,
    )


class _Named:
    """What identifies the claims that a patient's findings name; looked up only where one names any."""

    def __init__(self, claims: tuple[ClaimResult, ...], others: Mapping[int, Related]) -> None:
        self._claims = claims
        self._others = others
        self._found: dict[int, Related] = {}

    def __call__(self, ordinal: int) -> Related:
        if not self._found:
            own = {each.ordinal: identity(each) for each in self._claims}
            self._found = {**self._others, **own}
        return self._found[ordinal]


def _part(claim: ClaimResult, wanted: Wanted, related: RelatedOf) -> ClaimPart:
    forms = wanted.forms
    findings = finding_entries(claim, related) if claim.verdicts else ()
    untouched = is_untouched(claim)
    json = xml = csv = b""
    if untouched and wanted.findings_only:
        entry = brief_entry(claim)
        json = report_json.entry(entry) if "json" in forms else b""
        xml = report_xml.entry(entry) if "xml" in forms else b""
    elif not untouched or "json" in forms or "xml" in forms:
        json, xml = json_and_xml(claim, findings, related, wants_xml="xml" in forms)
    claim_id = readable(claim.claim_id)
    if findings and "csv" in forms:
        csv = report_csv.rows(claim.interchange, claim.position, claim_id, findings)
    return ClaimPart(
        claim.ordinal,
        sketched(
            claim.interchange,
            claim.group,
            claim.position,
            claim_id,
            claim.disposition,
            findings,
            claim.not_checked,
        ),
        claim.charge_in,
        claim.charge_out,
        len(claim.lines_in),
        len(claim.lines_out),
        json,
        xml,
        csv,
        rule_shares(claim.verdicts) if findings else (),
        claim.held_by,
        claim.edits,
        answered(claim) if wanted.answers else None,
    )
