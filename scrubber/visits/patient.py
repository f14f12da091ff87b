"""The unit of work: one patient under one billing provider, with the claims and treatment records that are theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence
from scrubber.settings.profile import Profile
from scrubber.settings.settings import Settings
from scrubber.tables.tableset import load_tables
from scrubber.tables.therapy_codes import TherapyCode, family_base
from scrubber.visits.disagreements import disagreements
from scrubber.visits.discipline import DISCIPLINE_OF, Told, discipline_of_taxonomy
from scrubber.visits.joining import Joined, join
from scrubber.visits.minutes import CLINICIANS, count_rows
from scrubber.visits.noted import add_noted_minutes
from scrubber.visits.one_on_one import Overlap, combined, read_clock
from scrubber.visits.records import BadRow, TreatmentRecord
from scrubber.visits.standing import payer_key, repeated, repeated_lines, replaced
from scrubber.visits.totals import totals_disagreement
from scrubber.visits.visit import BilledLine, Visit, pooled_by

MEDICARE_LIKE = "cms"
NO_COPIES: Mapping[int, int] = MappingProxyType({})

Repeats = Mapping[tuple[int, int], tuple[int, int]]
NO_REPEATS: Repeats = MappingProxyType({})


class PatientWork(msgspec.Struct, frozen=True):
    """Self-contained and picklable: everything that is needed to scrub one patient.

    ``rows`` name one of the claims or the member. ``ambiguous`` are rows that fit claims of several patients, with the
    ordinals of those here; ``bad_rows`` likewise. ``same_number`` gives, by ordinal, claims of other patients under the
    same billing provider that have the same CLM01.
    ``suffixed_controls`` are line control numbers of the whole file that end in a hyphen and digits behind another one
    of it: a divided line must not be given one of them. ``elsewhere`` are rows of this patient that overlap with rows
    of the same clinician for another one.
    """

    claims: tuple[ClaimSource, ...]
    rows: tuple[TreatmentRecord, ...] = ()
    ambiguous: tuple[tuple[TreatmentRecord, tuple[int, ...]], ...] = ()
    bad_rows: tuple[tuple[BadRow, tuple[int, ...]], ...] = ()
    same_number: tuple[tuple[int, tuple[int, ...]], ...] = ()
    suffixed_controls: frozenset[str] = frozenset()
    elsewhere: tuple[Overlap, ...] = ()


@dataclass(eq=False)
class Patient:
    """The work as read: claims in file order, their visits, and what the joining of records found."""

    work: PatientWork
    settings: Settings
    claims: list[Claim]
    copies: dict[int, int]
    """Later copies of a claim: ordinal of the copy, ordinal of the first."""
    counted: list[Claim]
    """Claims that are in pools: no voids, no replaced originals, no copies."""
    joined: Joined
    visits: list[Visit] = field(default_factory=list)
    told: dict[tuple[int, int], Told] = field(default_factory=dict)
    """Discipline of a line, by claim ordinal and line ordinal; therapy lines with one day of service only."""
    repeats: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Lines that repeat an earlier one, and that one; each by claim ordinal and line ordinal."""

    def profile(self, claim: Claim, on: date | None = None) -> Profile:
        """The payer profile of a claim on a day of service (its earliest, unless given)."""
        heading = claim.heading
        return self.settings.profile_for(heading.payer.id, heading.filing, on or claim.service_date() or date.min)

    def repeats_other_claim(self, claim: Claim, line: ServiceLine) -> bool:
        """The line repeats one of an earlier claim."""
        original = self.repeats.get((claim.ordinal, line.ordinal))
        return original is not None and original[0] != claim.ordinal

    @cached_property
    def repeating(self) -> set[int]:
        """Ordinals of claims with a line that repeats one of an earlier claim. They are held alone for that (C404), and
        like copies they stand outside every pool.
        """
        return {claim for (claim, _), (first, _) in self.repeats.items() if claim != first}

    def visit_of(self, claim: Claim, line: ServiceLine) -> Visit | None:
        """The visit that a line is part of; None for lines outside every pool."""
        return self._visit_of.get((claim.ordinal, line.ordinal))

    @cached_property
    def _visit_of(self) -> dict[tuple[int, int], Visit]:
        return {(b.claim.ordinal, b.line.ordinal): visit for visit in self.visits for b in visit.lines}

    @cached_property
    def rows_on(self) -> dict[date, list[TreatmentRecord]]:
        """The joined rows by day, each once, whichever claims they speak for."""
        found: dict[date, list[TreatmentRecord]] = {}
        for row in {id(row): row for rows in self.joined.rows.values() for row in rows}.values():
            found.setdefault(row.service_date, []).append(row)
        return found

    @cached_property
    def visits_on(self) -> dict[date, list[Visit]]:
        """The visits by day."""
        found: dict[date, list[Visit]] = {}
        for visit in self.visits:
            found.setdefault(visit.date, []).append(visit)
        return found

    @cached_property
    def claim_of(self) -> dict[int, Claim]:
        """The claims by their ordinal in the file."""
        return {claim.ordinal: claim for claim in self.claims}

    @cached_property
    def visits_of(self) -> dict[int, list[Visit]]:
        """The visits that each claim takes part in, by its ordinal. Not to be asked before the visits are complete."""
        found: dict[int, list[Visit]] = {}
        for visit in self.visits:
            for claim in visit.claims:
                found.setdefault(claim.ordinal, []).append(visit)
        return found

    @cached_property
    def days(self) -> list[PayerDay]:
        """All HCPCS lines by payer and day, whatever their discipline: what pairs and day limits look at.

        Codes that only report quality are left out: nothing is paid for them. So are lines that repeat one of an
        earlier claim, which is there with the same modifiers.
        """
        days: dict[tuple[tuple[str, str], date], list[BilledCode]] = {}
        repeats = self.repeats
        for claim in self.counted:
            payer = payer_key(claim)
            ordinal = claim.ordinal
            for line in claim.lines:
                day = line.date
                if day is None or not line.is_hcpcs or not line.code or line.is_quality_data:
                    continue
                if not repeats or not self.repeats_other_claim(claim, line):
                    told = self.told.get((ordinal, line.ordinal))
                    days.setdefault((payer, day), []).append(BilledCode(claim, line, told.discipline if told else ""))
        return [PayerDay(self.profile(lines[0].claim, day), day, lines) for (_, day), lines in days.items()]


class PayerDay(NamedTuple):
    """What one patient was billed for on one day, to one payer."""

    profile: Profile
    day: date
    lines: list[BilledCode]


@dataclass(slots=True, eq=False)
class BilledCode:
    """Any HCPCS line of a day: its claim, itself, and the discipline where there is one."""

    claim: Claim
    line: ServiceLine
    discipline: str


def read_patient(
    work: PatientWork,
    claims: list[Claim],
    settings: Settings,
    known_copies: Mapping[int, int] = NO_COPIES,
    known_repeats: Repeats = NO_REPEATS,
) -> Patient:
    """Lay the claims of one patient out per visit. ``claims`` are the work's claims as parsed, in file order.

    ``known_copies`` and ``known_repeats`` are those of an earlier round: what was sent twice stays a copy, and a line
    that repeats another claim's goes on to do so, when the first is corrected.
    """
    gone = replaced(claims)
    copies: dict[int, int] = {}
    if len(claims) > 1:  # most patients have one claim, which is nobody's copy
        copies = {**repeated([claim for claim in claims if claim.ordinal not in gone]), **known_copies}
    counted = [c for c in claims if not c.is_void and c.ordinal not in gone and c.ordinal not in copies]
    patient = Patient(work, settings, claims, copies, counted, join(work.rows, counted, claims))
    patient.repeats = repeated_lines(counted)
    if known_repeats:
        there = {(claim.ordinal, line.ordinal) for claim in counted for line in claim.lines}
        patient.repeats |= {
            line: first for line, first in known_repeats.items() if line[0] != first[0] and {line, first} <= there
        }
    patient.visits = _visits(patient)
    return patient


def _visits(patient: Patient) -> list[Visit]:
    entry_of = load_tables().therapy.get
    visits: dict[tuple[object, ...], Visit] = {}
    repeating = patient.repeating
    for claim in patient.counted:
        ordinal = claim.ordinal
        rows = patient.joined.rows.get(ordinal, ())
        payer = payer_key(claim)
        for line in claim.lines:
            entry = entry_of(line.code) if line.is_hcpcs else None
            if entry is None:
                continue
            day = line.date
            if day is None:
                continue
            told = _told(claim, line, entry, rows)
            if not told.discipline and entry.therapy_status != "always":
                continue
            patient.told[ordinal, line.ordinal] = told
            if ordinal in repeating:
                continue
            key = (payer, day, told.discipline)
            visit = visits.get(key)
            if visit is None:
                visit = visits[key] = Visit(day, told.discipline, patient.profile(claim, day), [])
            visit.lines.append(BilledLine(claim, line, entry, told))
    found = list(visits.values())
    if not found:
        return found
    doubtful = _doubtful(patient)
    for visit in found:
        _count_minutes(visit, patient, doubtful)
    if len(found) > 1:
        _combine_clocks(found)
    return found


def _combine_clocks(visits: Sequence[Visit]) -> None:
    """PT and OT of one payer and day: whether their timed minutes are more than the time that they cover together."""
    by_day: dict[tuple[object, ...], dict[str, Visit]] = {}
    for visit in visits:
        if visit.clock.stretches:
            by_day.setdefault((*payer_key(visit.lines[0].claim), visit.date), {})[visit.discipline] = visit
    for of_day in by_day.values():
        pair = [of_day[discipline] for discipline in ("PT", "OT") if discipline in of_day]
        if len(pair) < 2:
            continue
        one, other = pair
        claims = tuple(dict.fromkeys(claim.ordinal for visit in pair for claim in visit.claims))
        found = combined(one.clock.stretches, other.clock.stretches, claims)
        if found:
            for visit in pair:
                visit.clock.combined = found
                visit.unsigned_because.append("the timed minutes of PT and OT are more than the time they cover")


@lru_cache(maxsize=4096)
def _told_by(modifiers: tuple[str, ...]) -> Told | None:
    """The discipline that the modifiers of a line say, if they say one."""
    found = {DISCIPLINE_OF[m] for m in modifiers if m in DISCIPLINE_OF}
    return Told(found.pop(), "modifier") if len(found) == 1 else None


def _told(claim: Claim, line: ServiceLine, entry: TherapyCode, rows: Sequence[TreatmentRecord]) -> Told:
    """Discipline of a line: by its modifier, by its code, by a record of its code, by the renderer's taxonomy, by the
    day."""
    by_modifier = _told_by(line.modifiers)
    if by_modifier is not None:
        return by_modifier
    if entry.discipline:
        return Told(DISCIPLINE_OF[entry.discipline], "code")
    same_day = [row for row in rows if row.service_date == line.date]
    by_record = {row.discipline for row in same_day if row.code and family_base(row.code) == family_base(line.code)}
    if len(by_record) == 1:
        return Told(by_record.pop(), "record")
    by_taxonomy = discipline_of_taxonomy(claim.taxonomy(line))
    if by_taxonomy:
        return Told(by_taxonomy, "taxonomy")
    if entry.therapy_status == "always":
        around = {row.discipline for row in same_day} or {
            DISCIPLINE_OF[m] for other in claim.lines if other.date == line.date for m in other.modifiers
            if m in DISCIPLINE_OF
        }  # fmt: skip
        if len(around) == 1:
            return Told(around.pop(), "visit")
    return Told("", "")


def _rows_of(visit: Visit, patient: Patient) -> list[TreatmentRecord]:
    """The rows of the visit's claims, day and discipline, each once. Claims that have none are ``uncovered``."""
    day, discipline = visit.date, visit.discipline
    joined = patient.joined.rows
    found: list[TreatmentRecord] = []
    for claim in visit.claims:
        rows = joined.get(claim.ordinal, ())
        mine = [row for row in rows if row.service_date == day and row.discipline == discipline]
        if mine:
            found += mine
        else:
            visit.uncovered.append(claim)
    return found if len(visit.claims) == 1 else list({id(row): row for row in found}.values())


def _count_minutes(visit: Visit, patient: Patient, doubtful: Collection[int]) -> None:
    rows = _rows_of(visit, patient)
    therapy = load_tables().therapy
    others_count = visit.profile.unit_rule != MEDICARE_LIKE
    count = count_rows(
        rows,
        others_count=others_count,
        pooled=lambda code: code in therapy and pooled_by(visit.profile, therapy[code]),
    )
    visit.grouped, visit.partly_grouped = frozenset(count.grouped), frozenset(count.partly_grouped)
    visit.recorded = frozenset(count.by_code)
    # Families in the order of the billed lines: ties are broken by file order.
    billed = [family_base(each.line.code) for each in visit.lines]
    visit.minutes = {code: count.by_code[code] for code in (*billed, *count.by_code) if code in count.by_code}
    visit.timed_total = count.timed_total
    visit.treatment_total = count.treatment_total
    visit.total_evidence = tuple(count.total_evidence)
    visit.treatment_evidence = tuple(count.treatment_evidence)
    visit.from_records = bool(rows)
    visit.copied_rows = count.dropped
    visit.assumed_joint = count.assumed_joint
    signed = dict.fromkeys([row.note_id for row in rows if row.signed])
    if signed:
        states = f"signed {visit.discipline} treatment on {visit.date}"
        visit.record_evidence = tuple([Evidence(f"record {note}", states) for note in signed])
    visit.unsigned_because = count.unsigned_because
    visit.unmentioned = _unmentioned(visit, rows)
    visit.disagreements = disagreements(visit)
    visit.totals = totals_disagreement(visit)
    counted = rows
    if count.dropped:
        dropped = {id(row) for row in count.dropped}
        counted = [row for row in rows if id(row) not in dropped]
    if rows:
        visit.clock = read_clock(
            counted if others_count else [row for row in counted if row.role in CLINICIANS], patient.work.elsewhere
        )
    _tell_unsigned(visit, doubtful)
    _add_noted(visit)


def _add_noted(visit: Visit) -> None:
    """Minutes noted in claims that no record speaks for, and the lines of which nothing gives minutes."""
    if visit.uncovered:
        # The minutes are asked for first: which codes are in the pool is settled before notes add any.
        only_total = not visit.timed_minutes() and visit.timed_total is not None
        for claim in visit.uncovered:
            if only_total:  # what the claim's own notes add to a total of the records is not known
                visit.without_minutes += [billed for billed in visit.timed_lines() if billed.claim is claim]
            else:
                add_noted_minutes(visit, claim)
    if visit.timed_total is None:
        unmeasured = [code for code, found in visit.minutes.items() if found.unmeasured]
        if unmeasured:
            visit.without_minutes += [b for b in visit.timed_lines() if family_base(b.line.code) in unmeasured]


def _unmentioned(visit: Visit, rows: Iterable[TreatmentRecord]) -> tuple[BilledLine, ...]:
    """Timed lines that no row names. None where a claim has no record, or where the records give timed totals alone."""
    if visit.uncovered:
        return ()
    for row in rows:
        if row.signed and row.code:
            break
    else:
        return ()
    recorded = visit.recorded
    found = tuple([billed for billed in visit.clocked_lines() if family_base(billed.line.code) not in recorded])
    if found and visit.timed_total is not None:
        therapy = load_tables().therapy
        if not any(code in therapy and visit.pooled(therapy[code]) for code in recorded):
            return ()
    return found


def _doubtful(patient: Patient) -> frozenset[int]:
    """Ordinals of claims that an ambiguous or an unreadable row could mean."""
    work = patient.work
    if not (patient.joined.ambiguous or work.ambiguous or work.bad_rows):
        return frozenset()
    ambiguous = {o for _, claims in (*patient.joined.ambiguous, *work.ambiguous) for o in claims}
    return frozenset(ambiguous.union(*(claims for _, claims in work.bad_rows)))


def _tell_unsigned(visit: Visit, doubtful: Collection[int]) -> None:
    reasons = visit.unsigned_because
    if not visit.from_records:
        reasons.append("no treatment record speaks for it")
        return
    if visit.uncovered:
        reasons.append("a claim of the visit has no treatment record")
    silent = [b.line.code for b in visit.timed_lines() if not visit.records_of(b)]
    if silent:
        reasons.append(f"the records give no minutes of {', '.join(dict.fromkeys(silent))}")
    if visit.unmentioned:
        unnamed = dict.fromkeys(b.line.code for b in visit.unmentioned if b.line.code not in silent)
        if unnamed:
            reasons.append(f"the records do not mention {', '.join(unnamed)}")
    for disagreement in visit.disagreements:
        what = f"minutes of {disagreement.code}" if disagreement.code else "timed minutes in all"
        reasons.append(f"record and claim give different {what}")
    if visit.totals:
        reasons.append("the documented totals do not fit the timed minutes")
    if visit.clock.overlaps:
        reasons.append("recorded stretches of it overlap")
    if visit.clock.elsewhere:
        reasons.append("its clinician has another patient at the same time")
    if visit.grouped or visit.partly_grouped:
        in_groups = sorted(visit.grouped | visit.partly_grouped)
        reasons.append(f"the records give {', '.join(in_groups)} as group treatment")
    if doubtful and any(claim.ordinal in doubtful for claim in visit.claims):
        reasons.append("a treatment record of it is ambiguous")
