"""One claim of a report, made of what came of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from scrubber.claims.amounts import dollars
from scrubber.findings.finding import ClaimElsewhere, Location
from scrubber.findings.finding import Evidence as FoundEvidence
from scrubber.findings.finding import Finding as Found
from scrubber.outcome import UNCHANGED, ClaimResult, LineState, Verdict, VisitState
from scrubber.reports.characters import readable
from scrubber.reports.schema import (
    Claim,
    ClaimInBrief,
    Denial,
    Evidence,
    FileFinding,
    Finding,
    Fix,
    Impact,
    LineIn,
    LineOut,
    NotChecked,
    OtherPayer,
    Payer,
    Related,
    Visit,
    VisitCode,
    Waived,
    Where,
)
from scrubber.tables.tableset import load_tables
from scrubber.visits.other_payers import OtherPayer as Other

RelatedOf = Callable[[int], Related]
"""What identifies a claim that a finding names, by its ordinal."""


def claim_entry(claim: ClaimResult, related: RelatedOf) -> Claim:
    """The claim in full."""
    return Claim(
        readable(claim.claim_id),
        claim.interchange,
        claim.group,
        readable(claim.transaction),
        claim.position,
        claim.disposition,  # type: ignore[arg-type]
        Payer(readable(claim.payer_id), readable(claim.filing), claim.profile),
        readable(claim.charge_in),
        readable(claim.charge_out),
        tuple(LineIn(*_line_parts(line)) for line in claim.lines_in),
        tuple(_line_out(line) for line in claim.lines_out),
        tuple(_line_out(line) for line in claim.lines_proposed),
        tuple(_visit(visit) for visit in claim.visits),
        finding_entries(claim, related),
        not_checked_entries(claim),
        other_payer_entries(claim),
    )


def brief_entry(claim: ClaimResult) -> ClaimInBrief:
    """The claim by its identity, with what was not checked: that must not read as passed."""
    return ClaimInBrief(
        readable(claim.claim_id),
        claim.interchange,
        claim.group,
        readable(claim.transaction),
        claim.position,
        claim.disposition,  # type: ignore[arg-type]
        not_checked_entries(claim),
    )


def identity(claim: ClaimResult) -> Related:
    """The claim as a finding of another one names it."""
    return Related(readable(claim.claim_id), claim.interchange, claim.group, claim.position)


def elsewhere_entry(claim: ClaimElsewhere) -> Related:
    """A claim of another file of the set as a finding names it."""
    return Related(readable(claim.claim_id), claim.interchange, claim.group, claim.position, file=readable(claim.file))


def is_untouched(claim: ClaimResult) -> bool:
    """Whether the claim goes out as it came and nothing was found in it."""
    return not claim.verdicts and claim.disposition == UNCHANGED


def finding_entries(claim: ClaimResult, related: RelatedOf) -> tuple[Finding, ...]:
    """The claim's findings in their order."""
    return tuple([_finding(verdict, related) for verdict in claim.verdicts])


def not_checked_entries(claim: ClaimResult) -> tuple[NotChecked, ...]:
    """Checks that could not run on the claim."""
    return tuple([NotChecked(each.rule, each.why) for each in claim.not_checked])


def other_payer_entries(claim: ClaimResult) -> tuple[OtherPayer, ...]:
    """The payers that the claim names beside the one it goes to."""
    return tuple([_other_payer(each) for each in claim.other_payers])


def file_finding_entry(verdict: Verdict, related: RelatedOf) -> FileFinding:
    """A finding outside the claims."""
    where = verdict.finding.where
    scope = (
        "transaction" if where.transaction is not None
        else "group" if where.group is not None
        else "interchange" if where.interchange is not None
        else "file"
    )  # fmt: skip
    plain = msgspec.structs.asdict(_finding(verdict, related))
    return FileFinding(**plain, scope=scope, interchange=where.interchange)


def _other_payer(other: Other) -> OtherPayer:
    sequence, payer_id, filing = (readable(text) for text in (other.sequence, other.payer_id, other.filing))
    return OtherPayer(sequence, payer_id, filing, other.profile, other.differs)


def _line_out(line: LineState) -> LineOut:
    return LineOut(*_line_parts(line), None if line.from_line is None else readable(line.from_line))


def _line_parts(line: LineState) -> tuple[str, str, tuple[str, ...], str, str, str | None, str | None]:
    modifiers = tuple([readable(each) for each in line.modifiers])
    control = None if line.control is None else readable(line.control)
    return (
        readable(line.line),
        readable(line.code),
        modifiers,
        readable(line.units),
        readable(line.charge),
        line.date,
        control,
    )


def _visit(visit: VisitState) -> Visit:
    codes = tuple(
        VisitCode(
            readable(code.code),
            code.timed,
            code.therapist_minutes,
            code.assistant_minutes,
            code.units_billed,
            code.units_supported,
            code.assistant_units,
        )
        for code in visit.codes
    )
    return Visit(
        visit.date, visit.discipline, visit.unit_rule, visit.signed, visit.timed_minutes, visit.units_supported, codes
    )


def _finding(verdict: Verdict, related: RelatedOf) -> Finding:
    found = verdict.finding
    waiver = verdict.waived
    fix = found.fix
    denial = load_tables().denial(found.rule)
    return Finding(
        found.rule,
        found.name,
        found.severity.word,
        verdict.fixed,
        None if waiver is None else Waived(waiver.reason, waiver.by, waiver.until.isoformat()),
        (*[related(ordinal) for ordinal in found.related], *map(elsewhere_entry, found.elsewhere)),
        _where(found.where),
        readable(found.message),
        readable(found.action),
        tuple([_evidence(each) for each in found.evidence]),
        None if fix is None else Fix(fix.level.word, fix.payment.word, readable(fix.title)),
        _impact(found),
        None if denial is None else Denial(denial.carc, denial.rarc, denial.status, denial.syntax),
    )


def _where(where: Location) -> Where:
    line = None if where.line is None else readable(where.line)
    control = None if where.control is None else readable(where.control)
    return Where(line, where.ordinal, control, where.element, where.segment, where.byte)


def _evidence(found: FoundEvidence) -> Evidence:
    return Evidence(readable(found.source), readable(found.states))


def _impact(found: Found) -> Impact | None:
    """Charges are exact; the Medicare estimate says what it rests on."""
    charge, estimate, at_risk = found.charge_effect, found.estimate, found.at_risk
    if charge is None and estimate is None and at_risk is None:
        return None
    return Impact(
        None if charge is None else dollars(charge),
        None if estimate is None else dollars(estimate),
        found.basis or None,
        None if at_risk is None else dollars(at_risk),
    )
