"""What came of the work: for one patient, and for the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from scrubber.claims.outline import InterchangeNumber
from scrubber.findings.finding import Finding, NotChecked
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit, replay
from scrubber.settings.waivers import Waiver
from scrubber.visits.other_payers import OtherPayer

UNCHANGED = "unchanged"


class LineState(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A service line as read or as written. Units and charge (dollars) as in SV104 and SV102; ``date`` is ISO 8601.

    Encoded, a line without ``from_line`` lacks the key, as a line as read does in reports.
    """

    line: str
    code: str
    modifiers: tuple[str, ...]
    units: str
    charge: str
    date: str | None
    control: str | None
    from_line: str | None = None


class CodeState(msgspec.Struct, frozen=True, gc=False):
    """Minutes and units of one code in a visit; None where they are not known."""

    code: str
    timed: bool
    therapist_minutes: int | None
    assistant_minutes: int | None
    units_billed: str
    units_supported: int | None
    assistant_units: int | None


class VisitState(msgspec.Struct, frozen=True, gc=False):
    """A visit as the rules saw it. Minutes are timed minutes of the pool."""

    date: str
    discipline: str
    unit_rule: str
    signed: bool
    timed_minutes: int | None
    units_supported: int | None
    codes: tuple[CodeState, ...]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """A finding with what became of it."""

    finding: Finding
    fixed: bool
    waived: Waiver | None = None


class ClaimResult(msgspec.Struct, frozen=True, gc=False):
    """One claim's result. ``disposition`` is unchanged, corrected or held; charges are CLM02 as text.

    ``held_by`` are the codes of the rules that hold it. ``edits`` are those of the corrected file. ``other_payers`` are
    those that it names beside the one it goes to.
    """

    ordinal: int
    claim_id: str
    interchange: int
    group: int
    transaction: str
    position: int
    disposition: str
    payer_id: str
    filing: str
    profile: str
    charge_in: str
    charge_out: str
    lines_in: tuple[LineState, ...]
    lines_out: tuple[LineState, ...]
    lines_proposed: tuple[LineState, ...]
    visits: tuple[VisitState, ...]
    verdicts: tuple[Verdict, ...]
    not_checked: tuple[NotChecked, ...]
    edits: tuple[JournalEdit, ...]
    held_by: tuple[str, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()


class PatientResult(msgspec.Struct, frozen=True, gc=False):
    """Everything that came of one patient. ``stale`` names tables that answered beyond their dates."""

    claims: tuple[ClaimResult, ...]
    unmatched: tuple[tuple[str, str], ...] = ()
    stale: tuple[str, ...] = ()
    waivers_used: tuple[Waiver, ...] = ()


class UnreadableRow(NamedTuple):
    """A row of treatment records that could not be read, by file name, line and column."""

    file: str
    line: int
    column: str
    message: str


class Outgoing(NamedTuple):
    """An interchange of which something is in the corrected file: its number, and its first byte and the byte after
    its last in the source."""

    number: InterchangeNumber
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """The source, and what came of the file besides its claims.

    ``interchanges`` are the control numbers of all, ``outgoing`` those of which something goes out. ``findings`` are
    those outside the claims.
    """

    source: bytes
    interchanges: tuple[str, ...]
    findings: tuple[Verdict, ...]
    stale: frozenset[str]
    unmatched: tuple[tuple[str, str], ...]
    unreadable: tuple[UnreadableRow, ...]
    not_checked: tuple[NotChecked, ...]
    has_corrected: bool
    has_held: bool
    outgoing: tuple[Outgoing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(FileOutcome):
    """What came of a file, whole and in memory: every edit of the source, and the result of every claim in file
    order."""

    journal: tuple[JournalEdit, ...]
    claims: tuple[ClaimResult, ...]

    def corrected(self) -> bytes | None:
        """The corrected file: every claim that goes out; None when none does."""
        return replay(self.source, self.journal, CORRECTED) if self.has_corrected else None

    def held(self) -> bytes | None:
        """The held file: every held claim and transaction; None when nothing is held."""
        return replay(self.source, self.journal, HELD) if self.has_held else None
