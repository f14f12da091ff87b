"""Minutes of one visit by code and role, counted from treatment records or from notes in the claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from scrubber.findings.finding import Evidence
from scrubber.findings.wording import counted
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.records import TreatmentRecord

THERAPISTS = frozenset({"PT", "OT", "SLP", "CF", "PHYSICIAN", "NPP", "DC"})
ASSISTANTS = frozenset({"PTA", "OTA"})
CLINICIANS = THERAPISTS | ASSISTANTS
UNCOUNTED = frozenset({"AIDE", "STUDENT"})


@dataclass(slots=True, eq=False)
class CodeMinutes:
    """Minutes of one code (a base code and its add-on are one), apart by role, with where they were read."""

    code: str
    therapist: int = 0
    assistant: int = 0
    joint_known: bool = True
    """False where a record has no word on joint treatment: assistant modifiers are then no more than probable."""
    unmeasured: set[str] = field(default_factory=set)
    """Who has a row without minutes, as group and untimed services may: therapist, assistant."""
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Therapist and assistant minutes together."""
        return self.therapist + self.assistant

    @property
    def sides(self) -> set[str]:
        """Who furnished it at all, for minutes that are written down or not: therapist, assistant."""
        counted = {"therapist"} if self.therapist else set()
        return self.unmeasured | counted | ({"assistant"} if self.assistant else set())

    def add(self, role: str, minutes: int) -> None:
        """Add minutes of a role; a role that is no assistant's counts as the therapist's."""
        if role in ASSISTANTS:
            self.assistant += minutes
        else:
            self.therapist += minutes


@dataclass(slots=True, eq=False)
class MinuteCount:
    """What the rows of one visit add up to, and what keeps them from being signed evidence."""

    by_code: dict[str, CodeMinutes] = field(default_factory=dict)
    """Of every family that a row names, whether or not any of its minutes count."""
    timed_total: int | None = None
    unsigned_because: list[str] = field(default_factory=list)
    dropped: list[TreatmentRecord] = field(default_factory=list)
    """Rows that repeat another one exactly and are counted once."""
    assumed_joint: list[TreatmentRecord] = field(default_factory=list)
    """Joint rows without clock times that are taken as the same time as a therapist's row."""
    treatment_total: int | None = None
    total_evidence: list[Evidence] = field(default_factory=list)
    treatment_evidence: list[Evidence] = field(default_factory=list)
    grouped: set[str] = field(default_factory=set)
    """Families of pooled codes that are recorded as group treatment alone."""
    partly_grouped: set[str] = field(default_factory=set)
    """Families of pooled codes with group and individual rows; only the individual ones are counted."""

    def of(self, code: str) -> CodeMinutes:
        """The minutes of a code's family, made when they are asked for first."""
        base = family_base(code)
        found = self.by_code.get(base)
        if found is None:
            found = self.by_code[base] = CodeMinutes(base)
        return found


def count_rows(rows: Sequence[TreatmentRecord], *, others_count: bool, pooled: Callable[[str], bool]) -> MinuteCount:
    """Sum the rows of one visit. ``others_count``: SLPA and OTHER count as the therapist (not for Medicare).
    ``pooled`` says whether a code is in the 15-minute pool: only one-on-one time is.

    Joint time counts once, by the clock, and as the therapist's (42 CFR 410.59, 410.60 as CMS explains them: minutes
    that assistant and therapist furnish together are the therapist's).
    """
    count = MinuteCount()
    kept = _without_copies(rows, count)
    for row in kept:
        if not row.signed:
            count.unsigned_because.append("a record is not signed")
            break
    if count.dropped:
        count.unsigned_because.append("a record row is there twice")
    coded = []
    for row in kept:
        if row.code:
            coded.append(row)
            continue
        if row.timed_total is not None:
            count.timed_total = (count.timed_total or 0) + row.timed_total
            count.total_evidence.append(_evidence(row, f"{counted(row.timed_total, 'timed minute')} in all"))
        if row.treatment_total is not None:
            count.treatment_total = (count.treatment_total or 0) + row.treatment_total
            count.treatment_evidence.append(
                _evidence(row, f"{counted(row.treatment_total, 'minute')} of treatment in all")
            )
    in_groups = {id(row) for row in coded if row.mode == "group" and pooled(row.code)}
    alone = {family_base(row.code) for row in coded if id(row) not in in_groups} if in_groups else set()
    for row in coded:
        if id(row) in in_groups:
            base = family_base(row.code)
            (count.partly_grouped if base in alone else count.grouped).add(base)
            if base in alone:
                continue
        if row.role in UNCOUNTED:
            count.of(row.code)
            who = "an aide" if row.role == "AIDE" else "a student"
            count.unsigned_because.append(f"minutes of {row.code} by {who} do not count")
            continue
        if not others_count and row.role not in CLINICIANS:
            count.of(row.code)
            count.unsigned_because.append(f"minutes of {row.code} by role {row.role} do not count here")
            continue
        written = row.minutes if row.minutes is not None else minutes_of(row)
        minutes = written
        role = row.role
        if row.together and role in ASSISTANTS:
            covered = _covered(row, coded, count)
            minutes, role = max(0, minutes - covered), "PT"
        found = count.of(row.code)
        found.add(role, minutes)
        found.evidence.append(evidence_of(row, written))
        if row.minutes is None and clock_of(row) is None:
            found.unmeasured.add("assistant" if role in ASSISTANTS else "therapist")
            if pooled(row.code) and id(row) not in in_groups:
                count.unsigned_because.append(f"the records give no minutes of {row.code}")
        if row.together is None and row.role in ASSISTANTS:
            found.joint_known = False
    return count


def minutes_of(row: TreatmentRecord) -> int:
    """One-on-one minutes of a row: as written, else from its clock times, else 0."""
    if row.minutes is not None:
        return row.minutes
    clock = clock_of(row)
    return clock[1] - clock[0] if clock else 0


def clock_of(row: TreatmentRecord) -> tuple[int, int] | None:
    """Start and stop of a row in minutes of the day; None when it does not give both."""
    if row.start is None or row.stop is None:
        return None
    return row.start, row.stop


def evidence_of(row: TreatmentRecord, minutes: int) -> Evidence:
    """A row as evidence: which record, and what it says."""
    how = " in a group" if row.mode == "group" else ""
    if row.minutes is None and clock_of(row) is None:
        return _evidence(row, f"{row.code}{how} by {row.role}")
    return _evidence(row, f"{counted(minutes, 'minute')} of {row.code}{how} by {row.role}")


def _evidence(row: TreatmentRecord, states: str) -> Evidence:
    return Evidence(f"{'record' if row.signed else 'unsigned record'} {row.note_id}", states)


def _without_copies(rows: Sequence[TreatmentRecord], count: MinuteCount) -> Sequence[TreatmentRecord]:
    if len({(row.note_id, row.code, row.role, row.minutes) for row in rows}) == len(rows):
        return rows
    seen: set[tuple[object, ...]] = set()
    kept = []
    for row in rows:
        key = _content(row)
        if key in seen:
            count.dropped.append(row)
        else:
            seen.add(key)
            kept.append(row)
    return kept


def _content(row: TreatmentRecord) -> tuple[object, ...]:
    """Everything a row says, without where in its file it stands."""
    return tuple(getattr(row, name) for name in row.__struct_fields__ if name not in ("source_file", "line"))


def _covered(row: TreatmentRecord, rows: Iterable[TreatmentRecord], count: MinuteCount) -> int:
    """Minutes of a joint assistant row that a therapist's row of the visit already has."""
    mine = minutes_of(row)
    by_clock = 0
    for other in rows:
        if other.role not in THERAPISTS or family_base(other.code) != family_base(row.code):
            continue
        mine_clock, other_clock = clock_of(row), clock_of(other)
        if mine_clock and other_clock:
            by_clock += max(0, min(mine_clock[1], other_clock[1]) - max(mine_clock[0], other_clock[0]))
        elif other.note_id == row.note_id and minutes_of(other) == mine:
            count.unsigned_because.append(f"joint minutes of {row.code} have no clock times; taken as the same time")
            count.assumed_joint.append(row)
            return mine
    return min(mine, by_clock)
