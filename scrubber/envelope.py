"""What is wrong with the envelopes of a file, and what that holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from scrubber.claims.outline import File, Group, Interchange, Transaction
from scrubber.errors import UnreadableInputError
from scrubber.findings.finding import Location
from scrubber.findings.levels import Severity
from scrubber.outcome import Verdict
from scrubber.rules.envelope.not_an_837p import kind_of
from scrubber.rules.guide.outside_claims import faults_outside_claims
from scrubber.rules.rule import RuleContext
from scrubber.rules.run import check_file
from scrubber.scrub_patient import Context
from scrubber.tables.tableset import load_tables

Part = Interchange | Group | Transaction


@dataclass(frozen=True, slots=True)
class Envelope:
    """Findings of the file's envelopes; the parts that they hold whole, with the rule; transactions whose levels are
    numbered again.

    ``held`` are the ordinals of all claims in held parts.
    """

    verdicts: tuple[Verdict, ...]
    whole: tuple[tuple[Part, str], ...]
    renumber: tuple[Transaction, ...]
    held: frozenset[int]


def refuse_unreadable(file: File) -> None:
    """Raise UnreadableInputError when there is nothing that can be scrubbed.

    That is: no ISA, a last interchange without IEA (E507), or no 005010X222 transaction at all.
    """
    if not file.source or file.source.isspace():  # strip would copy it
        raise UnreadableInputError("the file is empty; expected an X12 interchange that begins with ISA")
    if not file.interchanges:
        raise UnreadableInputError("no ISA segment from byte 0 on; expected an X12 interchange that begins with ISA")
    last = file.interchanges[-1]
    if last.trailer is None and not _has_trailer(file.source, last):
        raise UnreadableInputError(
            f"E507: the interchange that begins at byte {last.start} has no IEA; the file is incomplete or still being"
            " written: wait for the rest, or have it written again"
        )
    transactions = file.transactions()
    if not transactions and last.fault:
        raise UnreadableInputError(f"byte {last.start}: {last.fault}; have the billing system write the file again")
    if not any(transaction.is_professional for transaction in transactions):
        what = ", ".join(dict.fromkeys(kind_of(transaction) for transaction in transactions)) or "no transaction"
        place = f"segment {transactions[0].segment}: " if transactions else ""
        raise UnreadableInputError(
            f"{place}no 837 professional claim (005010X222) in the file, but {what}; send it by the way meant for it"
        )


def _has_trailer(source: bytes, last: Interchange) -> bool:
    """Whether an interchange whose delimiters cannot be told has an IEA all the same."""
    return bool(last.fault) and source.find(b"IEA" + source[last.start + 3 : last.start + 4], last.start) >= 0


def check_envelope(file: File, context: Context) -> Envelope:
    """Run the file rules and say what their rejects hold."""
    fixing = context.settings.fix != "none"
    verdicts = []
    whole: list[tuple[Part, str]] = []
    renumber = []
    tables = context.tables or load_tables()
    rules = RuleContext(context.settings, tables, context.today, sent_before=context.sent_before)
    findings = check_file(file, rules)
    if context.settings.conformance == "full":
        findings += faults_outside_claims(file)
    for finding in findings:
        fixed = fixing and finding.fix is not None
        verdicts.append(Verdict(finding, fixed))
        part = _part(file, finding.where)
        if fixed and finding.rule == "E504" and isinstance(part, Transaction):
            renumber.append(part)
        elif finding.severity is Severity.REJECT and part is not None:
            whole.append((part, finding.rule))
    parts = sorted({id(part): part for part, _ in whole}.values(), key=lambda part: part.start)
    held = frozenset(ordinal for part in parts for ordinal in _ordinals(part))
    inside = _Inside(parts)
    verdicts = [_as_held(verdict, file, inside) for verdict in verdicts]
    return Envelope(tuple(verdicts), tuple(whole), tuple(renumber), held)


class _Inside:
    """Tells whether a byte of the source is in one of the parts, which are sorted by their first byte."""

    def __init__(self, parts: list[Part]) -> None:
        self._starts = [part.start for part in parts]
        # Parts may stand in one another: how far those that begin up to here reach.
        self._reach = list(accumulate((part.end for part in parts), max))

    def has(self, byte: int) -> bool:
        number = bisect_right(self._starts, byte)
        return number > 0 and byte < self._reach[number - 1]


def _as_held(verdict: Verdict, file: File, whole: _Inside) -> Verdict:
    """What is held whole goes to the held file as it is: nothing in it is put right."""
    part = _part(file, verdict.finding.where)
    if verdict.fixed and part is not None and whole.has(part.start):
        return Verdict(verdict.finding, fixed=False)
    return verdict


def _part(file: File, where: Location) -> Part | None:
    if where.interchange is None:
        return None
    interchange = file.interchanges[where.interchange - 1]
    if where.group is None:
        return interchange
    group = interchange.groups[where.group - 1]
    return group if where.transaction is None else group.transactions[where.transaction - 1]


def _ordinals(part: Part) -> Iterator[int]:
    """Ordinals of the claims in a part."""
    groups = part.groups if isinstance(part, Interchange) else [part] if isinstance(part, Group) else []
    transactions = [t for g in groups for t in g.transactions] if groups else [part]
    return (ordinal for t in transactions if isinstance(t, Transaction) for ordinal in t.claims.ordinals())
