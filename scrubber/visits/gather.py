"""Gather the claims of a file, or of several, by patient, each with the treatment records that may speak for it."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.contents import Origin
from scrubber.claims.heading import Heading
from scrubber.claims.outline import ClaimSpan, File
from scrubber.visits.inputs import Input, suffixed_controls
from scrubber.visits.joining import fitting, treated_on
from scrubber.visits.one_on_one import Overlap, is_one_on_one
from scrubber.visits.patient import PatientWork
from scrubber.visits.record_rows import real_date
from scrubber.visits.records import BadRow, TreatmentRecord, TreatmentRecords
from scrubber.visits.two_patients import Occupied, at_the_same_time

KEY_BYTES = 16
_NO_CLAIM = -1


class Unmatched(NamedTuple):
    """A treatment record that no claim of the input fits, and why."""

    note_id: str
    why: str


class PatientSpans(NamedTuple):
    """What one patient is given, its claims by ordinal alone; the rest as in PatientWork."""

    claims: tuple[int, ...]
    rows: tuple[TreatmentRecord, ...]
    ambiguous: tuple[tuple[TreatmentRecord, tuple[int, ...]], ...]
    bad_rows: tuple[tuple[BadRow, tuple[int, ...]], ...]
    same_number: tuple[tuple[int, tuple[int, ...]], ...]
    elsewhere: tuple[Overlap, ...]


class _Known(NamedTuple):
    """What is remembered of a patient: billing NPI, ids of subscriber and patient, and a hash of who was treated."""

    billing: str
    members: tuple[str, ...]
    person: bytes


class _Owners:
    """Patients by a claim number or a member id. Nearly all have one."""

    def __init__(self) -> None:
        self._one: dict[str, int] = {}
        self._several: dict[str, set[int]] = {}

    def add(self, name: str, patient: int) -> None:
        first = self._one.setdefault(name, patient)
        if first != patient:
            self._several.setdefault(name, {first}).add(patient)

    def of(self, name: str) -> set[int]:
        """The patients of that name, none for one that nobody has."""
        if name in self._several:
            return self._several[name]
        return {self._one[name]} if name in self._one else set()


class GatheringOfSet:
    """The patients of several files, in the order of their first claims, and the records that found no patient.

    Claims are known by their ordinals in the whole set. Of each claim its numbers are kept, of each patient a hash of
    what makes it one: contents are read again, span by span, when they are wanted.
    """

    def __init__(self, inputs: Iterable[Input], records: TreatmentRecords) -> None:
        self.inputs: list[Input] = []
        self._firsts: list[int] = []
        self._records = records
        self._first = array("Q")
        """The first claim of each patient; each claim knows the patient's next one."""
        self._next = array("q")
        self._known: list[_Known] = []
        self._by_number, self._by_member = _Owners(), _Owners()
        self._same_number: dict[int, list[int]] = {}
        """By ordinal, for claims whose number others under the same billing provider have: all of those."""
        self._find_patients(inputs)
        self._rows: dict[int, list[TreatmentRecord]] = defaultdict(list)
        self._ambiguous: dict[int, list[tuple[TreatmentRecord, tuple[int, ...]]]] = defaultdict(list)
        self._bad: dict[int, list[tuple[BadRow, tuple[int, ...]]]] = defaultdict(list)
        self.suffixed_controls = frozenset[str]().union(*(each.suffixed_controls for each in inputs))
        self.unmatched: list[Unmatched] = []
        self.unplaced_bad_rows: list[BadRow] = []
        self._owner: dict[TreatmentRecord, int] = {}
        self._place_shared_rows()
        self._place_bad_rows()
        self._elsewhere: dict[int, list[Overlap]] = defaultdict(list)
        self._find_clinicians_with_two_patients()

    def __len__(self) -> int:
        """How many patients there are."""
        return len(self._first)

    def __iter__(self) -> Iterator[PatientWork]:
        """The work of each patient, made when its turn comes."""
        return map(self.work, self.patients())

    def patients(self) -> Iterator[PatientSpans]:
        """What each patient is given, made when its turn comes."""
        for patient in range(len(self)):
            claims = tuple(self._claims_of(patient))
            yield PatientSpans(
                claims,
                tuple(self._rows_of(patient, claims)),
                tuple(self._ambiguous.get(patient, ())),
                tuple(self._bad.get(patient, ())),
                tuple(self._shared_numbers(claims)),
                tuple(self._elsewhere.get(patient, ())),
            )

    def work(self, patient: PatientSpans) -> PatientWork:
        """The patient's work with the claims read."""
        claims, rows, ambiguous, bad_rows, same_number, elsewhere = patient
        sources = tuple(map(self.source, claims))
        return PatientWork(sources, rows, ambiguous, bad_rows, same_number, self.suffixed_controls, elsewhere)

    def input_of(self, ordinal: int) -> int:
        """The number of the file that a claim is in; the first is 0."""
        return bisect_right(self._firsts, ordinal) - 1

    def span(self, ordinal: int) -> ClaimSpan:
        """Where a claim is in its file."""
        file = self.inputs[self.input_of(ordinal)]
        return file.claims[ordinal - file.first]

    def source(self, ordinal: int) -> ClaimSource:
        """The claim with its text and heading."""
        file = self.inputs[self.input_of(ordinal)]
        return file.claim(file.claims[ordinal - file.first])

    def _find_patients(self, inputs: Iterable[Input]) -> None:
        """Number the patients, chain their claims, and note who has which number and member id.

        Each input is let go of before the next one is asked for.
        """
        numbers: dict[bytes, int] = {}
        last = array("Q")
        with_number: dict[bytes, int] = {}
        sharing: dict[bytes, list[int]] = {}
        for file in inputs:
            self.inputs.append(file)
            self._firsts.append(file.first)
            for span in file.claims:
                ordinal = file.first + span.ordinal
                heading = file.heading(span)
                key = heading.patient_key
                found = None if key is None else numbers.setdefault(_hashed(key), len(self._first))
                patient = len(self._first) if found is None else found
                if patient == len(self._first):
                    self._first.append(ordinal)
                    last.append(ordinal)
                    self._known.append(_known(heading))
                else:
                    self._next[last[patient]] = ordinal
                    last[patient] = ordinal
                self._next.append(_NO_CLAIM)
                self._by_number.add(span.claim_id, patient)
                for member in _members(heading):
                    self._by_member.add(member, patient)
                number = _hashed((heading.billing.npi, span.claim_id))
                earliest = with_number.setdefault(number, ordinal)
                if earliest != ordinal:
                    sharing.setdefault(number, [earliest]).append(ordinal)
            file.release()
        self._same_number = {ordinal: ordinals for ordinals in sharing.values() for ordinal in ordinals}

    def _claims_of(self, patient: int) -> Iterator[int]:
        """Ordinals of the patient's claims."""
        ordinal = self._first[patient]
        while ordinal != _NO_CLAIM:
            yield ordinal
            ordinal = self._next[ordinal]

    def _read(self, patient: int) -> list[Claim]:
        return [Claim(self.source(ordinal)) for ordinal in self._claims_of(patient)]

    def _rows_of(self, patient: int, claims: tuple[int, ...]) -> Iterator[TreatmentRecord]:
        for number in dict.fromkeys(self.span(ordinal).claim_id for ordinal in claims):
            if number and len(self._by_number.of(number)) == 1:
                yield from self._records.for_claim(number)
        for member in self._known[patient].members:
            if len(self._by_member.of(member)) == 1:
                yield from self._records.for_member(member)
        yield from self._rows.get(patient, ())

    def _shared_numbers(self, claims: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
        mine = set(claims)
        for ordinal in claims:
            others = tuple(each for each in self._same_number.get(ordinal, ()) if each not in mine)
            if others:
                yield ordinal, others

    def _place_shared_rows(self) -> None:
        """Rows whose number or member several patients share, and rows that name nobody in the input."""
        for number in self._records.claim_ids():
            patients = self._by_number.of(number)
            if not patients:
                self.unmatched += [
                    Unmatched(row.note_id, "no claim with this id") for row in self._records.for_claim(number)
                ]
            elif len(patients) > 1:
                self._place(self._records.for_claim(number), patients)
        for member in self._records.member_ids():
            patients = self._by_member.of(member)
            if not patients:
                self.unmatched += [
                    Unmatched(row.note_id, "no claim of this member") for row in self._records.for_member(member)
                ]
            elif len(patients) > 1:
                self._place(self._records.for_member(member), patients)

    def _place(self, rows: list[TreatmentRecord], patients: set[int]) -> None:
        claims = {
            claim.ordinal: (patient, claim)
            for patient in patients
            for claim in self._read(patient)
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
            patient = self._patient_of(row) if is_one_on_one(row) else None
            if patient is None or row.start is None or row.stop is None:
                continue
            known = self._known[patient]
            clinician = (known.billing, row.clinician_id, row.service_date)
            of_clinician[clinician].append(Occupied(row.start, row.stop, number, known.person))
        for stretches in of_clinician.values():
            for one, other in at_the_same_time(stretches):
                row, another = self._records.numbered(one.row), self._records.numbered(other.row)
                patient, others = self._patient_of(row), self._patient_of(another)
                if patient is not None and others is not None:
                    self._elsewhere[patient].append(Overlap(row, another, self._spoken_for(another, others)))

    def _spoken_for(self, row: TreatmentRecord, patient: int) -> tuple[int, ...]:
        """Ordinals of the patient's claims that a row speaks for."""
        if row.claim_id:
            return self._numbered(patient, {row.claim_id})
        return tuple(claim.ordinal for claim in fitting(row, self._read(patient)))

    def _numbered(self, patient: int, numbers: set[str]) -> tuple[int, ...]:
        """Ordinals of the patient's claims that have one of the numbers."""
        return tuple(ordinal for ordinal in self._claims_of(patient) if self.span(ordinal).claim_id in numbers)

    def _patient_of(self, row: TreatmentRecord) -> int | None:
        """Whose row it is; None where that is nobody, or not sure."""
        patients = self._by_number.of(row.claim_id) if row.claim_id else self._by_member.of(row.member_id)
        if not patients:
            return None
        if len(patients) > 1:
            return self._owner.get(row)
        (patient,) = patients
        return patient if not row.member_id or row.member_id in self._known[patient].members else None

    def _place_bad_rows(self) -> None:
        for bad in self._records.bad_rows:
            named = self._could_name(bad)
            for patient, claims in named.items():
                self._bad[patient].append((bad, claims))
            if not named:
                self.unplaced_bad_rows.append(bad)
        for bad in self._records.for_any_claim:
            for patient in range(len(self)):
                self._bad[patient].append((bad, tuple(self._claims_of(patient))))

    def _could_name(self, bad: BadRow) -> dict[int, tuple[int, ...]]:
        """Claims by patient that an unreadable row could mean: by its number, else those of its member and day.

        Where its cells may have moved, every cell that could be the number or the member is tried.
        """
        numbers = {bad.claim_id, *bad.claim_ids} - {""}
        found: dict[int, tuple[int, ...]] = {}
        for patient in {patient for number in numbers for patient in self._by_number.of(number)}:
            found[patient] = self._numbered(patient, numbers)
        names_another = bad.claim_id != "" and bad.column not in ("", "claim_id")
        if found or names_another:
            return found
        day = date.fromisoformat(bad.service_date) if real_date(bad.service_date) else None
        members = {bad.member_id, *bad.member_ids}
        for patient in {patient for member in members for patient in self._by_member.of(member)}:
            claims = self._read(patient)
            mine = tuple(claim.ordinal for claim in claims if day is None or treated_on(claim, day))
            if mine:
                found[patient] = mine
        return found


class Gathering(GatheringOfSet):
    """The patients of one file."""

    def __init__(
        self, file: File, records: TreatmentRecords, held: frozenset[int], origin: Origin | None = None
    ) -> None:
        only = Input(file.source, file.claims, held, suffixed_controls(file), origin)
        super().__init__([only], records)


def _hashed(key: tuple[str, ...]) -> bytes:
    return hashlib.blake2b(repr(key).encode("latin-1", "backslashreplace"), digest_size=KEY_BYTES).digest()


def _known(heading: Heading) -> _Known:
    return _Known(heading.billing.npi, _members(heading), _hashed(heading.person))


def _members(heading: Heading) -> tuple[str, ...]:
    """The ids that rows can name who is covered or was treated by."""
    return tuple(member for member in dict.fromkeys((heading.subscriber.id, heading.patient.id)) if member)
