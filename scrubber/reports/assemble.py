"""From an outcome to the report that every format renders."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from scrubber import outcome
from scrubber.claims.amounts import dollars, number
from scrubber.findings.finding import ClaimElsewhere, Location
from scrubber.findings.finding import Evidence as FoundEvidence
from scrubber.findings.finding import Finding as Found
from scrubber.outcome import ClaimResult, LineState, Outcome, Verdict
from scrubber.reports.by_rule import totals_by_rule
from scrubber.reports.characters import readable
from scrubber.reports.schema import (
    Claim,
    Denial,
    Evidence,
    FileFinding,
    Finding,
    Fix,
    Impact,
    Input,
    Ledger,
    LineIn,
    LineOut,
    NotChecked,
    OtherPayer,
    Payer,
    Related,
    Report,
    Table,
    Totals,
    UnmatchedRecord,
    UnreadableRecord,
    Visit,
    VisitCode,
    Waived,
    Where,
)
from scrubber.scrub_patient import Context
from scrubber.tables.tableset import load_tables
from scrubber.version import __version__
from scrubber.visits.other_payers import OtherPayer as Other
from scrubber.write.journal_file import sha256


def assemble(result: Outcome, input_name: str, context: Context) -> Report:
    """The report of one file, in file order. Pure: the same outcome gives the same report."""
    claims = tuple(_claim(each, result) for each in result.claims)
    return Report(
        scrubber=__version__,
        today=context.today.isoformat(),
        input=Input(
            readable(input_name),
            sha256(result.source),
            len(result.source),
            tuple(readable(control) for control in result.interchanges),
        ),
        tables=tuple(_tables(result, context)),
        totals=_totals(result),
        findings=tuple(_file_finding(verdict, result) for verdict in result.findings),
        claims=claims,
        unreadable_records=tuple(UnreadableRecord(*row) for row in result.unreadable),
        unmatched_records=tuple(UnmatchedRecord(note, why) for note, why in result.unmatched),
        not_checked=tuple(NotChecked(each.rule, each.why) for each in result.not_checked),
        by_rule=tuple(totals_by_rule(result)),
        ledger=_ledger(context),
    )


def _ledger(context: Context) -> Ledger | None:
    found = context.ledger
    return None if found is None else Ledger(found.state, found.deliveries, found.ignored)


def _tables(result: Outcome, context: Context) -> list[Table]:
    return [
        Table(t.name, t.edition, _iso(t.from_), _iso(t.to), t.rows, t.complete, t.stale, t.remark)
        for t in (context.tables or load_tables()).info(result.stale)
    ]


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _totals(result: Outcome) -> Totals:
    """Dollars of CLM02. A charge that is no number counts as nothing; a finding says so."""
    count = dict.fromkeys(("unchanged", "corrected", "held"), 0)
    charge_in = charge_out = charge_held = lowered = raised = Decimal(0)
    for claim in result.claims:
        count[claim.disposition] += 1
        before = number(claim.charge_in) or Decimal(0)
        charge_in += before
        if claim.disposition == "held":
            charge_held += before
            continue
        after = number(claim.charge_out) or Decimal(0)
        charge_out += after
        lowered += max(before - after, Decimal(0))
        raised += max(after - before, Decimal(0))
    return Totals(
        len(result.claims),
        count["unchanged"],
        count["corrected"],
        count["held"],
        sum(len(claim.lines_in) for claim in result.claims),
        sum(len(claim.lines_out) for claim in result.claims),
        *(dollars(amount) for amount in (charge_in, charge_out, charge_held, lowered, raised)),
    )


def _claim(claim: ClaimResult, result: Outcome) -> Claim:
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
        tuple(_line_in(line) for line in claim.lines_in),
        tuple(_line_out(line) for line in claim.lines_out),
        tuple(_line_out(line) for line in claim.lines_proposed),
        tuple(_visit(visit) for visit in claim.visits),
        tuple(_finding(verdict, result) for verdict in claim.verdicts),
        tuple(NotChecked(each.rule, each.why) for each in claim.not_checked),
        tuple(_other_payer(each) for each in claim.other_payers),
    )


def _other_payer(other: Other) -> OtherPayer:
    sequence, payer_id, filing = (readable(text) for text in (other.sequence, other.payer_id, other.filing))
    return OtherPayer(sequence, payer_id, filing, other.profile, other.differs)


def _line_in(line: LineState) -> LineIn:
    return LineIn(*_line_parts(line))


def _line_out(line: LineState) -> LineOut:
    return LineOut(*_line_parts(line), None if line.from_line is None else readable(line.from_line))


def _line_parts(line: LineState) -> tuple[str, str, tuple[str, ...], str, str, str | None, str | None]:
    modifiers = tuple(readable(each) for each in line.modifiers)
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


def _visit(visit: outcome.VisitState) -> Visit:
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


def _finding(verdict: Verdict, result: Outcome) -> Finding:
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
        (*(_related(result.claims[ordinal]) for ordinal in found.related), *map(_elsewhere, found.elsewhere)),
        _where(found.where),
        readable(found.message),
        readable(found.action),
        tuple(_evidence(each) for each in found.evidence),
        None if fix is None else Fix(fix.level.word, fix.payment.word, readable(fix.title)),
        _impact(found),
        None if denial is None else Denial(denial.carc, denial.rarc, denial.status, denial.syntax),
    )


def _file_finding(verdict: Verdict, result: Outcome) -> FileFinding:
    where = verdict.finding.where
    scope = (
        "transaction" if where.transaction is not None
        else "group" if where.group is not None
        else "interchange" if where.interchange is not None
        else "file"
    )  # fmt: skip
    plain = msgspec.structs.asdict(_finding(verdict, result))
    return FileFinding(**plain, scope=scope, interchange=where.interchange)


def _related(claim: ClaimResult) -> Related:
    return Related(readable(claim.claim_id), claim.interchange, claim.group, claim.position)


def _elsewhere(claim: ClaimElsewhere) -> Related:
    return Related(readable(claim.claim_id), claim.interchange, claim.group, claim.position, file=readable(claim.file))


def _where(where: Location) -> Where:
    line = None if where.line is None else readable(where.line)
    control = None if where.control is None else readable(where.control)
    return Where(line, where.ordinal, control, where.element, where.segment, where.byte)


def _evidence(found: FoundEvidence) -> Evidence:
    return Evidence(readable(found.source), readable(found.states))


def _impact(found: Found) -> Impact | None:
    """Charges are exact; the Medicare estimate says what it rests on."""
    amounts = (found.charge_effect, found.estimate, found.at_risk)
    if amounts == (None, None, None):
        return None
    charge, estimate, at_risk = (None if amount is None else dollars(amount) for amount in amounts)
    return Impact(charge, estimate, found.basis or None, at_risk)
