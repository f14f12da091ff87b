"""A finding: what is wrong, where, how we know, and what may be done about it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.x12.span import Edit


class Location(msgspec.Struct, frozen=True):
    """A place, by a stable address and by byte.

    ``claim`` is the claim's ordinal in the file (0 is the first), ``line`` is LX01 as read, ``ordinal`` counts
    service lines 1..n, ``control`` is REF*6R, ``element`` is the guide's name such as SV104. ``segment`` (1 is the
    first of the file) and ``byte`` (0 is the first) are those of the source. Findings of an envelope have no claim:
    they name the innermost part they are about by its ordinals (1 is the first): ``interchange``, ``group`` in it,
    ``transaction`` in that.
    """

    claim: int | None = None
    line: str | None = None
    ordinal: int | None = None
    control: str | None = None
    element: str | None = None
    segment: int | None = None
    byte: int | None = None
    interchange: int | None = None
    group: int | None = None
    transaction: int | None = None


class Evidence(msgspec.Struct, frozen=True):
    """One thing that speaks for a finding: ``source`` names the record, segment or table, ``states`` what it says."""

    source: str
    states: str


class ClaimEdit(msgspec.Struct, frozen=True):
    """An edit of one claim: ``claim`` is its ordinal in the file, offsets are those of the claim's present text."""

    claim: int
    edit: Edit


class Fix(msgspec.Struct, frozen=True):
    """What would put a finding right. A PERSON fix carries no edits, or edits that only show the proposal.

    ``signed``: signed records speak for the whole visit it belongs to, which a fix that raises payment must have.

    Raises ValueError for a SAFE fix that raises payment or has no evidence: the type refuses it.
    """

    title: str
    level: FixLevel
    payment: Payment
    edits: tuple[ClaimEdit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signed: bool = False

    def __post_init__(self) -> None:
        if self.level is FixLevel.SAFE and (self.payment is Payment.RAISES or not self.evidence):
            raise ValueError("a SAFE fix raises no payment and has evidence")


class ClaimElsewhere(msgspec.Struct, frozen=True):
    """A claim of another file of the set that is scrubbed: the file's name, CLM01, and its place (1 is the first)."""

    file: str
    claim_id: str
    interchange: int
    group: int
    position: int


class Finding(msgspec.Struct, frozen=True):
    """What a rule found. ``related`` holds the ordinals of other claims that it names, and mostly holds as well;
    ``elsewhere`` are those of them that are in other files, once a file's own findings have been taken apart.

    A REJECT holds what ``where`` names: a claim, or the innermost part of the envelope. ``charge_effect`` is in
    dollars, negative when following ``action`` lowers the charge.

    ``at_risk`` is the charge in dollars of the lines that a denial would take. ``estimate`` is in dollars too: what the
    fix moves of the Medicare estimate, or, where there is no fix, what the denial would take of it; ``basis`` says what
    it rests on. The rules leave these three to the engine.
    """

    rule: str
    name: str
    severity: Severity
    where: Location
    message: str
    action: str
    evidence: tuple[Evidence, ...] = ()
    fix: Fix | None = None
    related: tuple[int, ...] = ()
    charge_effect: Decimal | None = None
    at_risk: Decimal | None = None
    estimate: Decimal | None = None
    basis: str = ""
    elsewhere: tuple[ClaimElsewhere, ...] = ()


class NotChecked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A check that could not run for a claim (by ordinal), and why. Never a pass."""

    rule: str
    why: str
    claims: tuple[int, ...] = ()
