"""A claim's entries in report.json and report.xml, made of what came of it the short way where that says the same."""

from __future__ import annotations

import msgspec

from scrubber.outcome import ClaimResult, LineState, VisitState
from scrubber.reports import report_json, report_xml
from scrubber.reports.claim_entry import RelatedOf, claim_entry, other_payer_entries
from scrubber.reports.schema import Finding, OtherPayer, Payer


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """The keys of a claim in the report, around what was found as it stands: right where all of it is ASCII."""

    claim_id: str
    interchange: int
    group: int
    transaction: str
    position: int
    disposition: str
    payer: Payer
    charge_in: str
    charge_out: str
    lines_in: tuple[LineState, ...]
    lines_out: tuple[LineState, ...]
    lines_proposed: tuple[LineState, ...]
    visits: tuple[VisitState, ...]
    findings: tuple[Finding, ...]
    not_checked: tuple[object, ...]
    other_payers: tuple[OtherPayer, ...]


_ENCODE = msgspec.json.Encoder().encode
_FROM_LINE = b',"from_line":'


def json_and_xml(
    claim: ClaimResult, findings: tuple[Finding, ...], related: RelatedOf, *, wants_xml: bool
) -> tuple[bytes, bytes]:
    """The claim's entry in report.json, and in report.xml where that is wanted, else empty.

    Nearly all claims are plain ASCII, which reads as it stands: what was found is then encoded without being copied
    into the report's types first, for a fifth of the time. The others take the long way.
    """
    others = other_payer_entries(claim) if claim.other_payers else ()
    payer = Payer(claim.payer_id, claim.filing, claim.profile)
    json = _ENCODE(
        _Entry(
            claim.claim_id, claim.interchange, claim.group, claim.transaction, claim.position, claim.disposition, payer,
            claim.charge_in, claim.charge_out, claim.lines_in, claim.lines_out, claim.lines_proposed, claim.visits,
            findings, claim.not_checked, others,
        )
    )  # fmt: skip
    written = len(claim.lines_out) + len(claim.lines_proposed)
    if not json.isascii() or json.count(_FROM_LINE) != written:  # a new line says that it comes from no other
        entry = claim_entry(claim, related)
        return report_json.entry(entry), report_xml.entry(entry) if wants_xml else b""
    if not wants_xml:
        return json, b""
    # Whatever XML writes otherwise than it is has one of these in JSON: a backslash is before each that is no & < >.
    if b"\\" in json or b"&" in json or b"<" in json or b">" in json:
        return json, report_xml.entry(claim_entry(claim, related))
    return json, _plain_xml(claim, findings, others).encode("ascii")


def _plain_xml(claim: ClaimResult, findings: tuple[Finding, ...], others: tuple[OtherPayer, ...]) -> str:
    """The element of a claim whose texts need no care, in the order of the schema."""
    found = report_xml.elements("findings", findings) if findings else "<findings></findings>"
    payers = report_xml.elements("other_payers", others) if others else "<other_payers></other_payers>"
    checks = [f'<check rule="{each.rule}"><why>{each.why}</why></check>' for each in claim.not_checked]
    return (
        f'<claim claim_id="{claim.claim_id}" interchange="{claim.interchange}" group="{claim.group}"'
        f' transaction="{claim.transaction}" position="{claim.position}" disposition="{claim.disposition}"'
        f' charge_in="{claim.charge_in}" charge_out="{claim.charge_out}"><payer id="{claim.payer_id}"'
        f' filing="{claim.filing}" profile="{claim.profile}"></payer>'
        f"<lines_in>{_lines(claim.lines_in)}</lines_in><lines_out>{_lines(claim.lines_out)}</lines_out>"
        f"<lines_proposed>{_lines(claim.lines_proposed)}</lines_proposed>"
        f"<visits>{''.join([_visit(visit) for visit in claim.visits])}</visits>{found}"
        f"<not_checked>{''.join(checks)}</not_checked>{payers}</claim>"
    )


def _lines(lines: tuple[LineState, ...]) -> str:
    out = ""
    for line in lines:
        modifiers = "</modifier><modifier>".join(line.modifiers)
        date = "" if line.date is None else f' date="{line.date}"'
        control = "" if line.control is None else f' control="{line.control}"'
        source = "" if line.from_line is None else f' from_line="{line.from_line}"'
        out += (
            f'<line line="{line.line}" code="{line.code}" units="{line.units}" charge="{line.charge}"{date}{control}'
            f"{source}><modifiers>{f'<modifier>{modifiers}</modifier>' if line.modifiers else ''}</modifiers></line>"
        )
    return out


def _visit(visit: VisitState) -> str:
    codes = ""
    for code in visit.codes:
        therapist = _number("therapist_minutes", code.therapist_minutes)
        assistant = _number("assistant_minutes", code.assistant_minutes)
        codes += (
            f'<code code="{code.code}" timed="{"true" if code.timed else "false"}"{therapist}{assistant}'
            f' units_billed="{code.units_billed}"{_number("units_supported", code.units_supported)}'
            f"{_number('assistant_units', code.assistant_units)}></code>"
        )
    return (
        f'<visit date="{visit.date}" discipline="{visit.discipline}" unit_rule="{visit.unit_rule}"'
        f' signed="{"true" if visit.signed else "false"}"{_number("timed_minutes", visit.timed_minutes)}'
        f"{_number('units_supported', visit.units_supported)}><codes>{codes}</codes></visit>"
    )


def _number(key: str, value: int | None) -> str:
    return "" if value is None else f' {key}="{value}"'
