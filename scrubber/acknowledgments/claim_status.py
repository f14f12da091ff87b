"""The 277CA (005010X214): which claims were taken and which were refused, claim by claim and line by line.

References: the segments as in the 005010X214 map of the installed pyx12; status categories A1, A2, A3, A7 and A8 and
the status codes of the X12 claim status list. The pairing of rule and status is in ``tables/data/finding_codes.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

import msgspec

from scrubber.acknowledgments.answer import EARLIEST, Answer, Moment, answering, group_elements, received
from scrubber.claims.heading import HeadingReader, Provider, segments_of
from scrubber.claims.outline import File, Group, Transaction
from scrubber.claims.spans import ClaimSpan, Level
from scrubber.findings.finding import Finding
from scrubber.findings.journal import HELD
from scrubber.findings.levels import Severity
from scrubber.outcome import ClaimResult, LineState, Verdict
from scrubber.tables.tableset import Tables
from scrubber.x12.segment import Segment

VERSION = "005010X214"
RECEIVED = ("A1", "19")
ACCEPTED = ("A2", "20")
AGAINST_THE_GUIDE = ("A3", "21")
"""Returned, information missing or invalid: for faults against the guide and of envelopes."""
OTHERWISE = ("A7", "732")
"""Refused, not consistent with billing guidelines: for a rule that has no status of its own."""
TAKEN, REFUSED = "WQ", "U"
UNNAMED = "UNKNOWN"
LONGEST_NAMES = (60, 35, 25, 10)
"""Characters of last, first and middle name, and suffix."""
LONGEST_NAME, LONGEST_ID, LONGEST_NUMBER, LONGEST_CODE, LONGEST_UNITS, LONGEST_AMOUNT = 60, 80, 50, 48, 15, 15
MOST_STATUSES = 3
"""Status codes that one STC has room for."""

Status = tuple[str, ...]
"""A category and one to three codes in it."""


class AnsweredLine(msgspec.Struct, frozen=True, gc=False):
    """A service line of a refused claim as read, with the rules that refuse it, in their order."""

    line: LineState
    rules: tuple[str, ...]


class AnsweredClaim(msgspec.Struct, frozen=True, gc=False):
    """As much of a claim as the answer says. ``days`` are the first and the last of its lines (ISO 8601), None where
    none can be read; ``rules`` those that refuse it, in their order."""

    claim_id: str
    interchange: int
    group: int
    held: bool
    charge: str
    days: tuple[str, str] | None
    rules: tuple[str, ...] = ()
    lines: tuple[AnsweredLine, ...] = ()


def answered(claim: ClaimResult) -> AnsweredClaim:
    """What is answered about a claim."""
    days = sorted(day for line in claim.lines_in if line.date for day in line.date.split("/"))
    held = claim.disposition == HELD
    rejects = [verdict.finding for verdict in claim.verdicts if _rejects(verdict)] if held else []
    named: dict[int, list[str]] = {}
    for finding in rejects:
        ordinal = finding.where.ordinal
        if ordinal and ordinal <= len(claim.lines_in):
            named.setdefault(ordinal, []).append(finding.rule)
    return AnsweredClaim(
        claim.claim_id,
        claim.interchange,
        claim.group,
        held,
        claim.charge_in,
        (days[0], days[-1]) if days else None,
        tuple(finding.rule for finding in rejects),
        tuple(AnsweredLine(claim.lines_in[ordinal - 1], tuple(rules)) for ordinal, rules in sorted(named.items())),
    )


def claim_acknowledgment(
    file: File,
    source_sha256: str,
    claims: Callable[[int], AnsweredClaim],
    envelope: Sequence[Verdict],
    tables: Tables,
    moment: Moment,
) -> bytes:
    """One interchange for each received one that has claims, in order; empty bytes when there is no claim.

    ``claims`` gives each claim by its ordinal; ``envelope`` the findings of the file's envelopes. A held claim is
    refused with the status of each finding that holds it, every other one is taken.
    """
    writer = _Writer(file, claims, envelope, tables)
    answers = []
    for interchange in file.interchanges:
        groups = [group for group in interchange.groups if any(t.claims for t in group.transactions)]
        if groups:
            to = received(file.source, interchange)
            answer = answering(source_sha256, interchange, to, moment, "277CA")
            for group in groups:
                writer.group(answer, group)
            answers.append(answer.close())
    return b"".join(answers)


class _Total:
    """Claims and dollars, taken and refused."""

    def __init__(self, claims: Iterable[AnsweredClaim]) -> None:
        self.count = {True: 0, False: 0}
        self.amount = {True: Decimal(0), False: Decimal(0)}
        for claim in claims:
            self.count[not claim.held] += 1
            self.amount[not claim.held] += _dollars(claim.charge)

    @property
    def all(self) -> str:
        return _text(self.amount[True] + self.amount[False])

    def write(self, answer: Answer, taken: str, refused: str) -> None:
        if self.count[True]:
            answer.segment("QTY", taken, str(self.count[True]))
        if self.count[False]:
            answer.segment("QTY", refused, str(self.count[False]))
        if self.count[True]:
            answer.segment("AMT", "YU", _text(self.amount[True]))
        if self.count[False]:
            answer.segment("AMT", "YY", _text(self.amount[False]))


class _Writer:
    def __init__(
        self, file: File, claims: Callable[[int], AnsweredClaim], envelope: Sequence[Verdict], tables: Tables
    ) -> None:
        self.file = file
        self.claims = claims
        self.tables = tables
        self.headings = HeadingReader(file.source)
        self.envelope = [verdict.finding for verdict in envelope if _rejects(verdict)]

    def group(self, answer: Answer, group: Group) -> None:
        answer.open_group("HN", group_elements(self.file.source, group), VERSION)
        for transaction in group.transactions:
            if transaction.claims:
                self.transaction(answer, transaction)
        answer.close_group()

    def transaction(self, answer: Answer, transaction: Transaction) -> None:
        """One 277 for one received transaction set; levels are counted as they are written."""
        heads = self._heads(transaction)
        batch = heads["BHT"].value(3) or transaction.control
        day, time = answer.moment.text, answer.moment.time
        answer.open_set("277", VERSION)
        answer.segment("BHT", "0085", "08", f"{answer.control}{transaction.ordinal + 1:04d}", day, time, "TH")
        answer.segment("HL", "1", "", "20", "1")
        self._name(answer, "AY", heads["40"], organization=True)
        answer.segment("TRN", "1", f"{answer.control}{transaction.ordinal + 1:04d}")
        answer.segment("DTP", "050", "D8", day)
        answer.segment("DTP", "009", "D8", day)
        answer.segment("HL", "2", "1", "21", "1")
        self._name(answer, "41", heads["41"])
        answer.segment("TRN", "2", _number(answer, batch))
        every = _Total(self.claims(span.ordinal) for span in transaction.claims)
        answer.segment("STC", answer.composite(*RECEIVED, "40"), day, TAKEN, every.all)
        every.write(answer, "90", "AA")
        number = 2
        for _, spans in groupby(transaction.claims, key=lambda span: _billing(span.level)):
            number = self._provider(answer, list(spans), number)
        answer.close_set()

    def _provider(self, answer: Answer, spans: list[ClaimSpan], number: int) -> int:
        own = number = number + 1
        total = _Total(self.claims(span.ordinal) for span in spans)
        answer.segment("HL", str(own), "2", "19", "1")
        billing = self.headings.read(spans[0].level, spans[0].transaction).billing
        self._billing_name(answer, billing)
        answer.segment("TRN", "1", "0")
        answer.segment("STC", answer.composite(*RECEIVED, "85"), "", TAKEN, total.all)
        total.write(answer, "QA", "QC")
        for _, patient in groupby(spans, key=lambda span: span.level.start if span.level else -1):
            number += 1
            self._patient(answer, list(patient), number, own)
        return number

    def _billing_name(self, answer: Answer, billing: Provider) -> None:
        qualifier = billing.qualifier if billing.qualifier in ("FI", "SV", "XX") else "XX"
        name, npi = answer.echo(billing.name, LONGEST_NAME), _identifier(answer, billing.npi)
        answer.segment("NM1", "85", "2", name or UNNAMED, "", "", "", "", qualifier, npi)

    def _patient(self, answer: Answer, spans: list[ClaimSpan], number: int, parent: int) -> None:
        heading = self.headings.read(spans[0].level, spans[0].transaction)
        names = zip(heading.patient.names or ("",) * 4, LONGEST_NAMES, strict=True)
        last, first, middle, suffix = (answer.echo(name, most) for name, most in names)
        member = _identifier(answer, heading.patient.id or heading.subscriber.id)
        answer.segment("HL", str(number), str(parent), "PT")
        answer.segment("NM1", "QC", "1", last or UNNAMED, first, middle, "", suffix, "MI", member)
        for span in spans:
            self._claim(answer, self.claims(span.ordinal))

    def _claim(self, answer: Answer, claim: AnsweredClaim) -> None:
        day = answer.moment.text
        answer.segment("TRN", "2", _number(answer, claim.claim_id))
        statuses = self._statuses(claim) if claim.held else [ACCEPTED]
        for status in statuses:
            first, *others = _composites(answer, status)
            action = REFUSED if claim.held else TAKEN
            charge = _text(_dollars(claim.charge))
            answer.segment("STC", first, day, action, charge, "", "", "", "", "", *others)
        _dates(answer, *(claim.days or (EARLIEST, day)))
        for line in claim.lines:
            self._line(answer, line.line, line.rules, day)

    def _statuses(self, claim: AnsweredClaim) -> list[Status]:
        """Statuses of whatever holds the claim, each once; one at least."""
        found = [self._status(rule) for rule in claim.rules]
        if not found:
            found = [self._status(finding.rule) for finding in self.envelope if self._holds(finding, claim)]
        return list(dict.fromkeys(found)) or [OTHERWISE]

    def _holds(self, finding: Finding, claim: AnsweredClaim) -> bool:
        where = finding.where
        return where.interchange in (None, claim.interchange) and where.group in (None, claim.group)

    def _status(self, rule: str) -> Status:
        denial = self.tables.denial(rule)
        if denial is None or denial.status is None or denial.status.startswith("A2"):
            return AGAINST_THE_GUIDE if rule[0] in "GE" else OTHERWISE
        category, _, codes = denial.status.partition(":")
        return (category, *codes.split("+")[:MOST_STATUSES])

    def _line(self, answer: Answer, line: LineState, rules: Sequence[str], day: str) -> None:
        """2220D of a line that findings name."""
        if not line.code:
            return
        modifiers = (answer.echo(each, 2) for each in line.modifiers[:4])
        code = answer.composite("HC", answer.echo(line.code, LONGEST_CODE), *(m for m in modifiers if len(m) == 2))
        units = line.units if _is_number(line.units) and len(line.units) <= LONGEST_UNITS else ""
        answer.segment("SVC", code, _text(_dollars(line.charge)), "", "", "", "", units)
        first, *others = _composites(answer, self._merged(rules))
        answer.segment("STC", first, day, REFUSED, "", "", "", "", "", "", *others)
        if line.control:
            answer.segment("REF", "FJ", _number(answer, line.control))
        _line_date(answer, line)

    def _merged(self, rules: Sequence[str]) -> Status:
        """One status for a line, which has room for one STC: the first category, with its codes of all rules."""
        statuses = [self._status(rule) for rule in rules]
        category = statuses[0][0]
        codes = dict.fromkeys(code for status in statuses if status[0] == category for code in status[1:])
        return (category, *list(codes)[:MOST_STATUSES])

    def _heads(self, transaction: Transaction) -> dict[str, Segment]:
        """BHT, and the names of submitter (41) and receiver (40), empty segments where they are not there."""
        delimiters = transaction.group.interchange.delimiters
        text = self.file.source[transaction.start : transaction.head_end].decode("latin-1")
        heads = {key: Segment(0, [""], delimiters.component) for key in ("BHT", "40", "41")}
        for segment in segments_of(text, transaction.start, delimiters):
            if segment.id == "BHT":
                heads["BHT"] = segment
            elif segment.id == "NM1" and segment.value(1) in ("40", "41"):
                heads[segment.value(1)] = segment
        return heads

    def _name(self, answer: Answer, entity: str, name: Segment, *, organization: bool = False) -> None:
        person = name.value(2) == "1" and not organization
        last, first, middle = (
            answer.echo(name.value(n), most) for n, most in zip((3, 4, 5), LONGEST_NAMES, strict=False)
        )
        given = (first, middle) if person else ("", "")
        identifier = _identifier(answer, name.value(9))
        answer.segment("NM1", entity, "1" if person else "2", last or UNNAMED, *given, "", "", "46", identifier)


def _billing(level: Level | None) -> int:
    """The byte of the billing level above, -1 where there is none."""
    while level is not None and level.code != "20" and level.parent is not None:
        level = level.parent
    return level.start if level is not None else -1


def _rejects(verdict: Verdict) -> bool:
    return verdict.finding.severity is Severity.REJECT and not verdict.fixed and verdict.waived is None


def _composites(answer: Answer, status: Status) -> Iterator[str]:
    category, *codes = status
    return (answer.composite(category, code) for code in codes)


def _dates(answer: Answer, first: str, last: str) -> None:
    start, end = first.replace("-", ""), last.replace("-", "")
    if start == end:
        answer.segment("DTP", "472", "D8", start)
    else:
        answer.segment("DTP", "472", "RD8", f"{start}-{end}")


def _line_date(answer: Answer, line: LineState) -> None:
    if line.date:
        first, _, last = line.date.partition("/")
        _dates(answer, first, last or first)


def _number(answer: Answer, text: str) -> str:
    """A number that traces a batch, a claim or a line."""
    return answer.echo(text, LONGEST_NUMBER) or UNNAMED


def _identifier(answer: Answer, text: str) -> str:
    """NM109, which has two characters at least."""
    found = answer.echo(text, LONGEST_ID)
    return found.ljust(2, "?") if found else UNNAMED


def _is_number(text: str) -> bool:
    """As X12 writes numbers: no exponent, no plus."""
    return re.fullmatch(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)", text) is not None


def _dollars(text: str) -> Decimal:
    """An amount as read; zero for one that is none, or that no element has room for."""
    return Decimal(text) if _is_number(text) and len(text) <= LONGEST_AMOUNT else Decimal(0)


def _text(amount: Decimal) -> str:
    """An amount as X12 writes it: no exponent, no zeros behind that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
