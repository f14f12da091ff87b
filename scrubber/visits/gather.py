"""Gather the claims of a file by patient, each with the treatment records that may speak for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.heading import Heading, HeadingReader
from scrubber.claims.outline import ClaimSpan, File
from scrubber.visits.joining import fitting, treated_on
from scrubber.visits.one_on_one import Overlap, is_one_on_one
from scrubber.visits.patient import PatientWork
from scrubber.visits.record_rows import real_date
from scrubber.visits.records import BadRow, TreatmentRecord, TreatmentRecords
from scrubber.visits.two_patients import Occupied, at_the_same_time

Key = tuple[str, ...] | int


class Unmatched(NamedTuple):
    """A treatment record that no claim of the file fits, and why."""

    note_id: str
    why: str


class Gathering:
    """The patients of one file, in the order of their first claims, and the records that found no patient."""

    def __init__(self, file: File, records: TreatmentRecords, held: frozenset[int]) -> None:
        self._file = file
        self._records = records
        self._held = held
        self._reader = HeadingReader(file.source)
        self._patients: dict[Key, list[ClaimSpan]] = {}
        by_number: dict[str, set[Key]] = defaultdict(set)
        by_member: dict[str, set[Key]] = defaultdict(set)
        self._same_number: dict[tuple[str, str], list[int]] = defaultdict(list)
        for span in file.claims:
            heading = self._reader.read(span.level, span.transaction)
            key: Key = heading.patient_key or span.ordinal
            self._patients.setdefault(key, []).append(span)
            by_number[span.claim_id].add(key)
            for member in {heading.subscriber.id, heading.patient.id} - {""}:
                by_member[member].add(key)
            self._same_number[heading.billing.npi, span.claim_id].append(span.ordinal)
        self._by_number, self._by_member = by_number, by_member
        self._rows: dict[Key, list[TreatmentRecord]] = defaultdict(list)
        self._ambiguous: dict[Key, list[tuple[TreatmentRecord, tuple[int, ...]]]] = defaultdict(list)
        self._bad: dict[Key, list[tuple[BadRow, tuple[int, ...]]]] = defaultdict(list)
        self._suffixed_controls = _suffixed_controls(file)
        self.unmatched: list[Unmatched] = []
        self.unplaced_bad_rows: list[BadRow] = []
        self._owner: dict[TreatmentRecord, Key] = {}
        self._place_shared_rows()
        self._place_bad_rows()
        self._elsewhere: dict[Key, list[Overlap]] = defaultdict(list)
        self._find_clinicians_with_two_patients()

    def __len__(self) -> int:
        """How many patients there are."""
        return len(self._patients)

    def __iter__(self) -> Iterator[PatientWork]:
        """The work of each patient, made when its turn comes."""
        for key, spans in self._patients.items():
            sources = tuple(self._source(span) for span in spans)
            yield PatientWork(
                sources,
                tuple(self._rows_of(key, sources)),
                tuple(self._ambiguous.get(key, ())),
                tuple(self._bad.get(key, ())),
                tuple(self._shared_numbers(spans)),
                self._suffixed_controls,
                tuple(self._elsewhere.get(key, ())),
            )

    def _source(self, span: ClaimSpan) -> ClaimSource:
        transaction = span.transaction
        group = transaction.group
        return ClaimSource(
            span.ordinal,
            group.interchange.ordinal + 1,
            group.ordinal + 1,
            transaction.control,
            span.position,
            span.start,
            span.segment,
            self._file.source[span.start : span.end].decode("latin-1"),
            group.interchange.delimiters,
            self._heading(span),
            span.ordinal in self._held,
        )

    def _heading(self, span: ClaimSpan) -> Heading:
        return self._reader.read(span.level, span.transaction)

    def _rows_of(self, key: Key, sources: tuple[ClaimSource, ...]) -> Iterator[TreatmentRecord]:
        numbers = dict.fromkeys(span.claim_id for span in self._patients[key])
        for number in numbers:
            if number and len(self._by_number[number]) == 1:
                yield from self._records.for_claim(number)
        heading = sources[0].heading
        for member in dict.fromkeys((heading.subscriber.id, heading.patient.id)):
            if member and len(self._by_member[member]) == 1:
                yield from self._records.for_member(member)
        yield from self._rows.get(key, ())

    def _shared_numbers(self, spans: list[ClaimSpan]) -> Iterator[tuple[int, tuple[int, ...]]]:
        mine = {span.ordinal for span in spans}
        for span in spans:
            same = self._same_number[self._heading(span).billing.npi, span.claim_id]
            others = tuple(ordinal for ordinal in same if ordinal not in mine)
            if others:
                yield span.ordinal, others

    def _place_shared_rows(self) -> None:
        """Rows whose number or member several patients share, and rows that name nobody in the file."""
        for number in self._records.claim_ids():
            keys = self._by_number.get(number, set())
            if not keys:
                self.unmatched += [
                    Unmatched(row.note_id, "no claim with this id") for row in self._records.for_claim(number)
                ]
            elif len(keys) > 1:
                self._place(self._records.for_claim(number), keys)
        for member in self._records.member_ids():
            keys = self._by_member.get(member, set())
            if not keys:
                self.unmatched += [
                    Unmatched(row.note_id, "no claim of this member") for row in self._records.for_member(member)
                ]
            elif len(keys) > 1:
                self._place(self._records.for_member(member), keys)

    def _place(self, rows: list[TreatmentRecord], keys: set[Key]) -> None:
        claims = {
            claim.ordinal: (key, claim)
            for key in keys
            for claim in (Claim(self._source(span)) for span in self._patients[key])
            if not claim.is_void
        }
        every = [claim for _, claim in sorted(claims.values(), key=lambda each: each[1].ordinal)]
        for row in rows:
            found = fitting(row, every)
            owners = {claims[claim.ordinal][0] for claim in found}
            if not owners:
                self.unmatched.append(Unmatched(row.note_id, "no claim of its number and member has its date"))
            elif len(owners) == 1:
                owner = owners.pop()
                self._rows[owner].append(row)
                self._owner[row] = owner
            else:
                for owner in owners:
                    mine = tuple(claim.ordinal for claim in found if claims[claim.ordinal][0] == owner)
                    self._ambiguous[owner].append((row, mine))

    def _find_clinicians_with_two_patients(self) -> None:
        """Signed one-on-one rows that overlap with rows of the same clinician of a billing provider for somebody else.

        The same person can be two patients here, under two subscribers: it is the same one by name, birth and sex.
        """
        of_clinician: dict[tuple[str, str, date], list[Occupied]] = defaultdict(list)
        for number, row in self._records.clocked():
            key = self._patient_of(row) if is_one_on_one(row) else None
            if key is None or row.start is None or row.stop is None:
                continue
            heading = self._heading(self._patients[key][0])
            clinician = (heading.billing.npi, row.clinician_id, row.service_date)
            of_clinician[clinician].append(Occupied(row.start, row.stop, number, heading.person))
        for stretches in of_clinician.values():
            for one, other in at_the_same_time(stretches):
                row, another = self._records.numbered(one.row), self._records.numbered(other.row)
                key, others = self._patient_of(row), self._patient_of(another)
                if key is not None and others is not None:
                    self._elsewhere[key].append(Overlap(row, another, self._claims_of(another, others)))

    def _claims_of(self, row: TreatmentRecord, key: Key) -> tuple[int, ...]:
        """Ordinals of the patient's claims that a row speaks for."""
        if row.claim_id:
            return tuple(span.ordinal for span in self._patients[key] if span.claim_id == row.claim_id)
        claims = [Claim(self._source(span)) for span in self._patients[key]]
        return tuple(claim.ordinal for claim in fitting(row, claims))

    def _patient_of(self, row: TreatmentRecord) -> Key | None:
        """Whose row it is; None where that is nobody, or not sure."""
        keys = self._by_number.get(row.claim_id) if row.claim_id else self._by_member.get(row.member_id)
        if not keys:
            return None
        if len(keys) > 1:
            return self._owner.get(row)
        (key,) = keys
        heading = self._heading(self._patients[key][0])
        return key if row.member_id in ("", heading.subscriber.id, heading.patient.id) else None

    def _place_bad_rows(self) -> None:
        for bad in self._records.bad_rows:
            named = self._could_name(bad)
            for key, claims in named.items():
                self._bad[key].append((bad, claims))
            if not named:
                self.unplaced_bad_rows.append(bad)
        for bad in self._records.for_any_claim:
            for key, spans in self._patients.items():
                self._bad[key].append((bad, tuple(span.ordinal for span in spans)))

    def _could_name(self, bad: BadRow) -> dict[Key, tuple[int, ...]]:
        """Claims by patient that an unreadable row could mean: by its number, else those of its member and day.

        Where its cells may have moved, every cell that could be the number or the member is tried.
        """
        numbers = {bad.claim_id, *bad.claim_ids} - {""}
        found: dict[Key, tuple[int, ...]] = {}
        for key in {key for number in numbers for key in self._by_number.get(number, ())}:
            found[key] = tuple(span.ordinal for span in self._patients[key] if span.claim_id in numbers)
        names_another = bad.claim_id != "" and bad.column not in ("", "claim_id")
        if found or names_another:
            return found
        day = date.fromisoformat(bad.service_date) if real_date(bad.service_date) else None
        for key in {key for member in {bad.member_id, *bad.member_ids} for key in self._by_member.get(member, ())}:
            claims = map(Claim, map(self._source, self._patients[key]))
            mine = tuple(claim.ordinal for claim in claims if day is None or treated_on(claim, day))
            if mine:
                found[key] = mine
        return found


def _suffixed_controls(file: File) -> frozenset[str]:
    """Line control numbers (REF*6R) of the file that end in a hyphen and digits."""
    found: set[str] = set()
    for interchange in file.interchanges:
        element, end = (re.escape(each) for each in (interchange.delimiters.element, interchange.delimiters.segment))
        pattern = rf"REF{element}6R{element}([^{element}{end}]*-[0-9]+)(?=[{element}{end}])".encode("latin-1")
        numbers = re.findall(pattern, file.source[interchange.start : interchange.end])
        found.update(number.decode("latin-1") for number in numbers)
    return frozenset(found)
