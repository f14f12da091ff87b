"""report.json as types: a ``Report`` encodes with msgspec to exactly the document of schema ``claim-scrub-report/1``.

The order of the fields is the order of the keys. Every text is real text (``characters.readable`` makes it from
latin-1), amounts and billed units are strings as read, minutes and supported units whole numbers, dates ISO 8601;
``None`` is "unknown". No structure refers back to another, so the collector need not watch them (``gc=False``).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

SCHEMA = "claim-scrub-report/1"

Disposition: TypeAlias = Literal["unchanged", "corrected", "held"]


class Input(msgspec.Struct, frozen=True, gc=False):
    """The file that was read. ``bytes`` is its size, ``interchanges`` holds ISA13 of each in file order."""

    name: str
    sha256: str
    bytes: int
    interchanges: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """A reference table that was asked. ``remark`` says what to import where it is ``stale``."""

    name: str
    edition: str
    from_: str | None
    to: str | None
    rows: int
    complete: bool
    stale: bool
    remark: str | None = None


class Totals(msgspec.Struct, frozen=True, gc=False):
    """Counts, and dollars with two decimals. charge_in = charge_out + charge_held + lowered - raised."""

    claims: int
    unchanged: int
    corrected: int
    held: int
    lines_in: int
    lines_out: int
    charge_in: str
    charge_out: str
    charge_held: str
    lowered: str
    raised: str


class RuleTotal(msgspec.Struct, frozen=True, gc=False):
    """One rule over the whole file: counts of findings, and dollars with two decimals.

    ``charge`` adds up what the actions do to charges. ``at_risk`` counts a line once, however many findings name it.
    ``medicare_estimate`` adds up the ``estimated`` findings that have one; None where none has.
    """

    rule: str
    name: str
    findings: int
    fixed: int
    open: int
    charge: str
    at_risk: str
    medicare_estimate: str | None
    estimated: int
    basis: str | None


class Ledger(msgspec.Struct, frozen=True, gc=False):
    """The history that was checked against: the hash of its ``state``, how many ``deliveries`` it held, and how many of
    them were ``ignored`` because they are of this input, or of a file made from it."""

    state: str
    deliveries: int
    ignored: int


class Payer(msgspec.Struct, frozen=True, gc=False):
    """2010BB NM109, SBR09, and the profile that they chose."""

    id: str
    filing: str
    profile: str


class OtherPayer(msgspec.Struct, frozen=True, gc=False):
    """A payer that the claim names beside the one it goes to: SBR01 of 2320, 2330B NM109, SBR09, and the profile that
    they chose. ``differs`` says what that profile treats in another way, of what is on the claim."""

    sequence: str
    id: str
    filing: str
    profile: str
    differs: tuple[str, ...]


class LineIn(msgspec.Struct, frozen=True, gc=False):
    """A service line as read: LX01, SV101, SV104 as ``units``, SV102 as ``charge``, DTP*472 and REF*6R."""

    line: str
    code: str
    modifiers: tuple[str, ...]
    units: str
    charge: str
    date: str | None
    control: str | None


class LineOut(LineIn, frozen=True, gc=False):
    """A service line as written or proposed. ``from_line`` is LX01 of the line it comes from."""

    from_line: str | None


class VisitCode(msgspec.Struct, frozen=True, gc=False):
    """Minutes and units of one code in a visit. Minutes are None where the record gives only a total."""

    code: str
    timed: bool
    therapist_minutes: int | None
    assistant_minutes: int | None
    units_billed: str
    units_supported: int | None
    assistant_units: int | None


class Visit(msgspec.Struct, frozen=True, gc=False):
    """One patient, payer, day and discipline: what the lines of the claim were rebuilt from."""

    date: str
    discipline: str
    unit_rule: str
    signed: bool
    timed_minutes: int | None
    units_supported: int | None
    codes: tuple[VisitCode, ...]


class Where(msgspec.Struct, frozen=True, gc=False):
    """A place in the source. ``line`` is LX01 as read, ``ordinal`` counts lines 1..n, ``control`` is REF*6R."""

    line: str | None = None
    ordinal: int | None = None
    control: str | None = None
    element: str | None = None
    segment: int | None = None
    byte: int | None = None


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One thing that speaks for a finding."""

    source: str
    states: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """``level`` is safe, unsafe or person; ``payment`` is lowers, neutral or raises."""

    level: str
    payment: str
    title: str


class Impact(msgspec.Struct, frozen=True, gc=False):
    """Dollars with two decimals, negative when less would be asked or paid; ``basis`` says what the estimate rests on.

    ``at_risk`` is the exact charge of the lines that a denial would take, never negative.
    """

    charge: str | None
    medicare_estimate: str | None = None
    basis: str | None = None
    at_risk: str | None = None


class Denial(msgspec.Struct, frozen=True, gc=False):
    """What a payer would answer: CARC, RARC, 277CA category and status, 999 syntax code."""

    carc: str | None
    rarc: str | None
    status: str | None
    syntax: str | None


class Waived(msgspec.Struct, frozen=True, gc=False):
    """Who let a finding pass, why, and until which date."""

    reason: str
    by: str
    until: str


class Related(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Another claim that a finding names, by what identifies it in the file.

    ``file`` is there where that is another file of the set that was scrubbed.
    """

    claim_id: str
    interchange: int
    group: int
    position: int
    file: str | None = None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a rule found in a claim. ``severity`` is reject, warn or note."""

    rule: str
    name: str
    severity: str
    fixed: bool
    waived: Waived | None
    related: tuple[Related, ...]
    where: Where
    message: str
    action: str
    evidence: tuple[Evidence, ...]
    fix: Fix | None
    impact: Impact | None
    denial: Denial | None


class FileFinding(Finding, frozen=True, gc=False):
    """What a rule found outside the claims. ``scope`` is file, interchange, group, transaction or table."""

    scope: str = "file"
    interchange: int | None = None


class NotChecked(msgspec.Struct, frozen=True, gc=False):
    """A check that could not run, and why. Never a pass."""

    rule: str
    why: str


class ClaimIdentity(msgspec.Struct, frozen=True, gc=False):
    """Which claim. ``interchange``, ``group`` and ``position`` identify it: CLM01 and ST02 (``transaction``) can
    repeat."""

    claim_id: str
    interchange: int
    group: int
    transaction: str
    position: int
    disposition: Disposition


class ClaimInBrief(ClaimIdentity, frozen=True, gc=False):
    """An unchanged claim without findings where the report lists such claims by identity only."""

    not_checked: tuple[NotChecked, ...] = ()


class Claim(ClaimIdentity, frozen=True, gc=False):
    """One claim of the input. Held: ``lines_out`` is empty, ``charge_out`` "0.00", a proposal in ``lines_proposed``."""

    payer: Payer
    charge_in: str
    charge_out: str
    lines_in: tuple[LineIn, ...]
    lines_out: tuple[LineOut, ...]
    lines_proposed: tuple[LineOut, ...]
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    other_payers: tuple[OtherPayer, ...] = ()


class UnreadableRecord(msgspec.Struct, frozen=True, gc=False):
    """A row of the treatment records that makes no sense. ``line`` is its row number in ``file``."""

    file: str
    line: int
    column: str
    why: str
    note_id: str | None = None


class UnmatchedRecord(msgspec.Struct, frozen=True, gc=False):
    """A treatment record that belongs to no claim of the file."""

    note_id: str
    why: str


class Report(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything that was found and done in one file. ``not_checked`` at the end is what did not run for the whole
    file."""

    schema: str = SCHEMA
    scrubber: str
    today: str
    input: Input
    tables: tuple[Table, ...]
    totals: Totals
    findings: tuple[FileFinding, ...]
    claims: tuple[Claim | ClaimInBrief, ...]
    unreadable_records: tuple[UnreadableRecord, ...] = ()
    unmatched_records: tuple[UnmatchedRecord, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    by_rule: tuple[RuleTotal, ...] = ()
    ledger: Ledger | None = None
