"""From an outcome to the report that every format renders."""

from __future__ import annotations

import msgspec

from scrubber.outcome import FileOutcome, Outcome
from scrubber.reports.by_rule import RuleTotals, rule_shares
from scrubber.reports.characters import readable
from scrubber.reports.claim_entry import RelatedOf, claim_entry, file_finding_entry, identity
from scrubber.reports.schema import (
    Input,
    Ledger,
    NotChecked,
    Related,
    Report,
    Table,
    UnmatchedRecord,
    UnreadableRecord,
)
from scrubber.reports.totals import Sums
from scrubber.scrub_patient import Context
from scrubber.tables.tableset import load_tables
from scrubber.version import __version__
from scrubber.write.journal_file import sha256


def assemble(result: Outcome, input_name: str, context: Context) -> Report:
    """The report of one file with all its claims, in file order. Pure: the same outcome gives the same report."""

    def related(ordinal: int) -> Related:
        return identity(result.claims[ordinal])

    sums, rules = Sums(), RuleTotals()
    for claim in result.claims:
        sums.add(claim.disposition, claim.charge_in, claim.charge_out, len(claim.lines_in), len(claim.lines_out))
        for share in rule_shares(claim.verdicts):
            rules.add(share)
    for share in rule_shares(result.findings):
        rules.add(share)
    report = assemble_around(result, sha256(result.source), sums, rules, related, input_name, context)
    return msgspec.structs.replace(report, claims=tuple(claim_entry(each, related) for each in result.claims))


def assemble_around(
    result: FileOutcome,
    source_sha256: str,
    sums: Sums,
    rules: RuleTotals,
    related: RelatedOf,
    input_name: str,
    context: Context,
) -> Report:
    """The report without its claims. ``sums`` are of all claims, ``rules`` of all findings."""
    return Report(
        scrubber=__version__,
        today=context.today.isoformat(),
        input=Input(
            readable(input_name),
            source_sha256,
            len(result.source),
            tuple(readable(control) for control in result.interchanges),
        ),
        tables=tuple(_tables(result, context)),
        totals=sums.totals(),
        findings=tuple(file_finding_entry(verdict, related) for verdict in result.findings),
        claims=(),
        unreadable_records=tuple(UnreadableRecord(*row) for row in result.unreadable),
        unmatched_records=tuple(UnmatchedRecord(note, why) for note, why in result.unmatched),
        not_checked=tuple(NotChecked(each.rule, each.why) for each in result.not_checked),
        by_rule=tuple(rules.totals()),
        ledger=_ledger(context),
    )


def _ledger(context: Context) -> Ledger | None:
    found = context.ledger
    return None if found is None else Ledger(found.state, found.deliveries, found.ignored)


def _tables(result: FileOutcome, context: Context) -> list[Table]:
    return [
        Table(t.name, t.edition, _iso(t.from_), _iso(t.to), t.rows, t.complete, t.stale, t.remark)
        for t in (context.tables or load_tables()).info(result.stale)
    ]


def _iso(day: object) -> str | None:
    return None if day is None else str(day)
