"""A claim's entries in report.json and report.xml, made of what came of it the short way where that says the same."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from scrubber.outcome import UNCHANGED, ClaimResult, CodeState, LineState, VisitState
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
    if not json.isascii() or _has_line_from_nowhere(claim):
        entry = claim_entry(claim, related)
        return report_json.entry(entry), report_xml.entry(entry) if wants_xml else b""
    if not wants_xml:
        return json, b""
    # Whatever XML writes otherwise than it is has one of these in JSON: a backslash is before each that is no & < >.
    if b"\\" in json or b"&" in json or b"<" in json or b">" in json:
        return json, report_xml.entry(claim_entry(claim, related))
    return json, _plain_xml(claim, findings, others).encode("ascii")


def _has_line_from_nowhere(claim: ClaimResult) -> bool:
    """Whether a line that goes out comes from none that was read: report.json says so with a null."""
    for line in claim.lines_out:
        if line.from_line is None:
            return True
    return any(line.from_line is None for line in claim.lines_proposed)


def _plain_xml(claim: ClaimResult, findings: tuple[Finding, ...], others: tuple[OtherPayer, ...]) -> str:
    """The element of a claim whose texts need no care, in the order of the schema.

    Written out rather than by the fields of the types: most of what a whole file costs to report is spent here.
    """
    found = report_xml.elements("findings", findings) if findings else "<findings></findings>"
    payers = report_xml.elements("other_payers", others) if others else "<other_payers></other_payers>"
    checks = [f'<check rule="{each.rule}"><why>{each.why}</why></check>' for each in claim.not_checked]
    visits = [_visit(visit) for visit in claim.visits]
    return (
        f'<claim claim_id="{claim.claim_id}" interchange="{claim.interchange}" group="{claim.group}"'
        f' transaction="{claim.transaction}" position="{claim.position}" disposition="{claim.disposition}"'
        f' charge_in="{claim.charge_in}" charge_out="{claim.charge_out}"><payer id="{claim.payer_id}"'
        f' filing="{claim.filing}" profile="{claim.profile}"></payer>{_lines(claim)}'
        f"<visits>{''.join(visits)}</visits>{found}<not_checked>{''.join(checks)}</not_checked>{payers}</claim>"
    )


def _lines(claim: ClaimResult) -> str:
    """The lines as read, as written and as proposed. Those of an unchanged claim are written as they were read."""
    read, written = claim.lines_in, claim.lines_out
    proposed = [_written(line) for line in claim.lines_proposed]
    before: list[str] = []
    after: list[str] = []
    if claim.disposition != UNCHANGED or len(read) != len(written):
        before += [f"<line{_start(line)}{_modifiers(line.modifiers)}" for line in read]
        return _listed(before, map(_written, written), proposed)
    for was, line in zip(read, written, strict=True):
        start, end = _start(was), _modifiers(was.modifiers)
        before.append(f"<line{start}{end}")
        after.append(f'<line{start} from_line="{line.from_line}"{end}')
    return _listed(before, after, proposed)


def _listed(before: Iterable[str], after: Iterable[str], proposed: Iterable[str]) -> str:
    return (
        f"<lines_in>{''.join(before)}</lines_in><lines_out>{''.join(after)}</lines_out>"
        f"<lines_proposed>{''.join(proposed)}</lines_proposed>"
    )


def _written(line: LineState) -> str:
    return f'<line{_start(line)} from_line="{line.from_line}"{_modifiers(line.modifiers)}'


def _start(line: LineState) -> str:
    date = "" if line.date is None else f' date="{line.date}"'
    control = "" if line.control is None else f' control="{line.control}"'
    return f' line="{line.line}" code="{line.code}" units="{line.units}" charge="{line.charge}"{date}{control}'


@lru_cache(maxsize=1024)
def _modifiers(modifiers: tuple[str, ...]) -> str:
    """The inside and the end of a line's element. A biller uses few sets of modifiers: remembered."""
    if not modifiers:
        return "><modifiers></modifiers></line>"
    return f"><modifiers><modifier>{'</modifier><modifier>'.join(modifiers)}</modifier></modifiers></line>"


def _visit(visit: VisitState) -> str:
    minutes = "" if visit.timed_minutes is None else f' timed_minutes="{visit.timed_minutes}"'
    supported = "" if visit.units_supported is None else f' units_supported="{visit.units_supported}"'
    return (
        f'<visit date="{visit.date}" discipline="{visit.discipline}" unit_rule="{visit.unit_rule}"'
        f' signed="{"true" if visit.signed else "false"}"{minutes}{supported}>'
        f"<codes>{''.join(map(_code, visit.codes))}</codes></visit>"
    )


@lru_cache(maxsize=4096)
def _code(code: CodeState) -> str:
    """A code's element; most visits have the same few codes with the same minutes: remembered."""
    therapist = "" if code.therapist_minutes is None else f' therapist_minutes="{code.therapist_minutes}"'
    assistant = "" if code.assistant_minutes is None else f' assistant_minutes="{code.assistant_minutes}"'
    supported = "" if code.units_supported is None else f' units_supported="{code.units_supported}"'
    units = "" if code.assistant_units is None else f' assistant_units="{code.assistant_units}"'
    return (
        f'<code code="{code.code}" timed="{"true" if code.timed else "false"}"{therapist}{assistant}'
        f' units_billed="{code.units_billed}"{supported}{units}></code>'
    )
