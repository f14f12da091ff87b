"""A visit: what one discipline billed and did for one patient and payer on one day, across the claims of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence
from scrubber.settings.profile import Profile
from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import TherapyCode, family_base
from scrubber.visits.discipline import ASSISTANT_MODIFIERS, Told
from scrubber.visits.minutes import CodeMinutes
from scrubber.visits.one_on_one import NO_CLOCK, Clock
from scrubber.visits.own_clock import OwnClock, own_clock
from scrubber.visits.records import TreatmentRecord

UNIT_MINUTES = 15


def pooled_by(profile: Profile, therapy: TherapyCode) -> bool:
    """Whether a code is in the 15-minute pool by the table, or because this payer times it so."""
    own = profile.minutes_per_unit.get(therapy.code)
    return own == UNIT_MINUTES if own is not None else therapy.pooled


@dataclass(slots=True, eq=False)
class BilledLine:
    """A service line of a visit with its claim, its entry in the therapy code table, and its discipline."""

    claim: Claim
    line: ServiceLine
    therapy: TherapyCode
    told: Told

    @property
    def units(self) -> int:
        """Billed units; 0 where SV104 is no positive whole number of UN units."""
        return self.line.whole_units or 0

    @property
    def by_assistant(self) -> bool:
        """The line carries CQ or CO."""
        return bool(ASSISTANT_MODIFIERS.intersection(self.line.modifiers))


class Disagreement(NamedTuple):
    """The record and the claim itself give different minutes of one code, or in all where ``code`` is empty.

    ``source`` is where in the claim the other minutes stand: line note, claim note, K3 note, SV104 in minutes (MJ).
    """

    billed: BilledLine
    code: str
    recorded: int
    noted: int
    source: str


class TotalsDisagreement(NamedTuple):
    """Documented totals of a day that do not fit: the timed total is not the sum of the timed minutes, or the treatment
    total is below it. Minutes; None where nothing gives them.
    """

    timed_total: int | None
    summed: int | None
    treatment_total: int | None

    @property
    def sum_differs(self) -> bool:
        """The documented timed total is not the sum of the minutes by code."""
        return self.timed_total is not None and self.summed is not None and self.timed_total != self.summed

    @property
    def treatment_below(self) -> bool:
        """The documented treatment total is below the timed total, or below the sum where no total is documented."""
        timed = self.summed if self.timed_total is None else self.timed_total
        return self.treatment_total is not None and timed is not None and self.treatment_total < timed


@dataclass(eq=False)
class Visit:
    """The pool of one patient, payer (with SBR01), day and discipline.

    ``minutes`` are by code family, in the order of the billed lines and then of the records. ``timed_total`` is a
    documented total that stands alone, in minutes. ``uncovered`` are claims that no record speaks for.
    ``unsigned_because`` is empty exactly when signed records speak for every timed code of the pool.
    """

    date: date
    discipline: str
    profile: Profile
    lines: list[BilledLine]
    minutes: dict[str, CodeMinutes] = field(default_factory=dict)
    timed_total: int | None = None
    from_records: bool = False
    uncovered: list[Claim] = field(default_factory=list)
    unsigned_because: list[str] = field(default_factory=list)
    without_minutes: list[BilledLine] = field(default_factory=list)
    """Timed lines of which nothing gives minutes: no record row, and in an uncovered claim no note either."""
    copied_rows: list[TreatmentRecord] = field(default_factory=list)
    """Record rows that repeat another one exactly and were counted once."""
    assumed_joint: list[TreatmentRecord] = field(default_factory=list)
    """Joint record rows without clock times that were taken as the same time as a therapist's row."""
    record_evidence: tuple[Evidence, ...] = ()
    """One entry for each signed record of this discipline, whatever it speaks of."""
    total_evidence: tuple[Evidence, ...] = ()
    """What ``timed_total`` was read from."""
    recorded: frozenset[str] = frozenset()
    """Families that a record row names, whoever furnished them and whether or not the row gives minutes."""
    grouped: frozenset[str] = frozenset()
    """Families of 15-minute codes that the records know as group treatment alone: they are not in the pool."""
    partly_grouped: frozenset[str] = frozenset()
    """Families of 15-minute codes with group and individual rows: only the individual ones count."""
    treatment_total: int | None = None
    """Documented minutes of treatment in all, timed and untimed."""
    treatment_evidence: tuple[Evidence, ...] = ()
    """What ``treatment_total`` was read from."""
    totals: TotalsDisagreement | None = None
    clock: Clock = NO_CLOCK
    unmentioned: tuple[BilledLine, ...] = ()
    """Timed lines that the records of the visit do not name, though they name others."""
    disagreements: tuple[Disagreement, ...] = ()

    # What is worked out of the fields is remembered: rules ask for it again and again. Lines are all there before
    # anything is asked; ``grouped`` is set before the pool is, and whoever adds minutes calls ``minutes_added``.
    _claims: list[Claim] | None = field(default=None, init=False, repr=False)
    _pooled: dict[str, bool] = field(default_factory=dict, init=False, repr=False)
    _timed_lines: list[BilledLine] | None = field(default=None, init=False, repr=False)
    _clocked_lines: list[BilledLine] | None = field(default=None, init=False, repr=False)
    _billed_units: dict[str, int] | None = field(default=None, init=False, repr=False)
    _timed_minutes: dict[str, int] | None = field(default=None, init=False, repr=False)
    _pool_codes: set[str] | None = field(default=None, init=False, repr=False)

    @property
    def claims(self) -> list[Claim]:
        """The claims of the pool, in file order. Not to be changed."""
        if self._claims is None:
            self._claims = list({billed.claim.ordinal: billed.claim for billed in self.lines}.values())
        return self._claims

    @property
    def signed(self) -> bool:
        """Signed treatment records speak for every timed code of the pool."""
        return self.from_records and not self.unsigned_because

    def family(self, base: str) -> CodeMinutes:
        """The minutes of a code family, made when they are asked for first."""
        return self.minutes.setdefault(base, CodeMinutes(base))

    def pooled(self, therapy: TherapyCode) -> bool:
        """Whether a code counts in the 15-minute pool, by the table or because this payer times it so.

        What the records know as group treatment does not, whatever its code.
        """
        code = therapy.code
        if code not in self._pooled:
            self._pooled[code] = family_base(code) not in self.grouped and pooled_by(self.profile, therapy)
        return self._pooled[code]

    def own_clock(self, therapy: TherapyCode) -> OwnClock | None:
        """The clock of a timed code that is not in the pool; None for pooled, untimed and bundled codes."""
        if family_base(therapy.code) in self.grouped or self.pooled(therapy):
            return None
        return own_clock(therapy, self.profile.minutes_per_unit)

    def timed_lines(self) -> list[BilledLine]:
        """Lines of codes that are in the 15-minute pool. Not to be changed, as all lists and maps that follow."""
        if self._timed_lines is None:
            self._timed_lines = [billed for billed in self.lines if self.pooled(billed.therapy)]
        return self._timed_lines

    def clocked_lines(self) -> list[BilledLine]:
        """Lines whose units are counted by the minutes of the day: those of the pool, and those on their own clock."""
        if self._clocked_lines is None:
            timed = self.timed_lines()
            self._clocked_lines = (
                timed
                if len(timed) == len(self.lines)
                else [billed for billed in self.lines if self.pooled(billed.therapy) or self._on_own_clock(billed)]
            )
        return self._clocked_lines

    def _on_own_clock(self, billed: BilledLine) -> bool:
        clock = self.own_clock(billed.therapy)
        return clock is not None and not clock.monthly

    def billed_units(self) -> dict[str, int]:
        """Units billed by code family, for the timed lines."""
        if self._billed_units is None:
            units: dict[str, int] = {}
            for billed in self.timed_lines():
                base = family_base(billed.line.code)
                units[base] = units.get(base, 0) + billed.units
            self._billed_units = units
        return self._billed_units

    def timed_minutes(self) -> dict[str, int]:
        """Counted minutes by code family, for families of the 15-minute pool; empty when only a total is known, or when
        the minutes of one of them are not.
        """
        if self._timed_minutes is None:
            self._timed_minutes = self._minutes_by_code()
        return self._timed_minutes

    def _minutes_by_code(self) -> dict[str, int]:
        pool = self.pool_codes
        minutes: dict[str, int] = {}
        for code, found in self.minutes.items():
            if code in pool:
                if found.unmeasured:
                    return {}
                minutes[code] = found.therapist + found.assistant
        return minutes

    def minutes_added(self) -> None:
        """Forget what was worked out of ``minutes``, which have changed."""
        self._timed_minutes = None

    @property
    def pool_codes(self) -> set[str]:
        """Families that are in the pool: billed there, or recorded and timed in 15 minutes by the table.

        Not to be asked before the records are counted; noted minutes are those of billed families.
        """
        if self._pool_codes is None:
            therapy = load_tables().therapy
            found = {family_base(each.line.code) for each in self.timed_lines()}
            for code in self.minutes:
                if code not in found and code in therapy and self.pooled(therapy[code]):
                    found.add(code)
            self._pool_codes = found
        return self._pool_codes

    @property
    def unit_minutes(self) -> int | None:
        """Timed minutes that count: by code where known, else the documented total; None when nothing is known."""
        by_code = self.timed_minutes()
        if by_code:
            return sum(by_code.values())
        return self.timed_total

    def records_of(self, billed: BilledLine) -> tuple[Evidence, ...]:
        """What the records say of the code of a line."""
        found = self.minutes.get(family_base(billed.line.code))
        return tuple(found.evidence) if found else ()

    def record_signed(self, billed: BilledLine) -> bool:
        """Every record row of the line's code is signed."""
        evidence = self.records_of(billed)
        return bool(evidence) and all(each.source.startswith("record ") for each in evidence)

    def evidence(self) -> tuple[Evidence, ...]:
        """Everything the minutes of the pool were read from."""
        return tuple(each for code, found in self.minutes.items() if code in self.pool_codes for each in found.evidence)
