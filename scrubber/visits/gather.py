"""Gather the claims of a file, or of several, by patient, each with the treatment records that may speak for it."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.contents import Origin
from scrubber.claims.heading import Heading
from scrubber.claims.outline import File
from scrubber.claims.spans import ClaimSpan
from scrubber.visits.inputs import Input, suffixed_controls
from scrubber.visits.joining import fitting, treated_on
from scrubber.visits.one_on_one import Overlap, is_one_on_one
from scrubber.visits.owners import Owners
from scrubber.visits.packed_runs import Numbers
from scrubber.visits.patient import PatientWork
from scrubber.visits.record_rows import real_date
from scrubber.visits.records import BadRow, TreatmentRecord, TreatmentRecords
from scrubber.visits.two_patients import Occupied, at_the_same_time

KEY_BYTES = 16
_NO_CLAIM = -1
_START, _STOP, _MINUTE = 53, 42, (1 << 11) - 1
"""A stretch as one number: start and stop in minutes of the day stand from these bits on, the row's number below."""


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
        self._billing = Numbers[str]()
        """Billing NPIs."""
        self._billing_of = array("I")
        """That of each claim."""
        self._people = bytearray()
        """A hash of who was treated, by patient."""
        self._members = array("Q")
        """The ids of subscriber and patient of each patient, as a place among all member ids, and how many they are."""
        self._by_number, self._by_member = Owners(), Owners()
        """Of the claim numbers the place is the claim's ordinal."""
        self._same_number: dict[int, list[int]] = {}
        """By ordinal, for claims whose number others have: all of those under the same billing provider."""
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
        billing, by_member = self._billing, self._by_member
        for file in inputs:
            self.inputs.append(file)
            self._firsts.append(file.first)
            for ordinal, span in enumerate(file.claims, file.first):
                heading = file.heading(span)
                key = heading.patient_key
                patient = len(self._first) if key is None else numbers.setdefault(_hashed(key), len(self._first))
                members = _members(heading)
                if patient == len(self._first):
                    self._first.append(ordinal)
                    last.append(ordinal)
                    self._people += _hashed(heading.person)
                    self._members.append(len(by_member) << 2 | len(members))
                    known: tuple[str, ...] = ()
                else:
                    self._next[last[patient]] = ordinal
                    last[patient] = ordinal
                    known = self._members_of(patient)
                self._next.append(_NO_CLAIM)
                self._billing_of.append(billing[heading.billing.npi])
                self._by_number.add(span.claim_id, patient)
                for member in members:
                    if member not in known:
                        by_member.add(member, patient)
            file.release()
        numbers.clear()
        self._by_number.close()
        by_member.close()
        for alike in self._by_number.shared():
            self._share_number(alike)

    def _share_number(self, ordinals: list[int]) -> None:
        """Note claims of one number, as far as they are under the same billing provider."""
        under: dict[int, list[int]] = {}
        for ordinal in ordinals:
            under.setdefault(self._billing_of[ordinal], []).append(ordinal)
        for sharing in under.values():
            self._same_number.update(dict.fromkeys(sharing, sharing))

    def _members_of(self, patient: int) -> tuple[str, ...]:
        """Ids that rows can name the patient by, as its first claim gives them."""
        packed = self._members[patient]
        first = packed >> 2
        return tuple(map(self._by_member.name, range(first, first + (packed & 3))))

    def _claims_of(self, patient: int) -> Iterator[int]:
        """Ordinals of the patient's claims."""
        ordinal = self._first[patient]
        while ordinal != _NO_CLAIM:
            yield ordinal
            ordinal = self._next[ordinal]

    def _read(self, patient: int) -> list[Claim]:
        return [Claim(self.source(ordinal)) for ordinal in self._claims_of(patient)]

    def _rows_of(self, patient: int, claims: tuple[int, ...]) -> Iterator[TreatmentRecord]:
        for number in dict.fromkeys(map(self._by_number.name, claims)):
            if number and len(self._by_number.of(number)) == 1:
                yield from self._records.for_claim(number)
        for member in self._members_of(patient):
            if self._records.name_member(member) and len(self._by_member.of(member)) == 1:
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
        clinicians = Numbers[str]()
        of_day: dict[date, tuple[array[int], array[int]]] = {}
        for claim_id, member_id, day, stretches in self._records.stretches(is_one_on_one):
            patients = self._named(claim_id, member_id)
            patient = self._only(patients, member_id)
            under, packed = of_day.setdefault(day, (array("Q"), array("Q")))
            for clinician_id, start, stop, number in stretches:
                if len(patients) > 1:
                    patient = self._owner.get(self._records.numbered(number))
                if patient is not None:
                    under.append(self._billing_of[self._first[patient]] << 32 | clinicians[clinician_id])
                    packed.append(start << _START | stop << _STOP | number)
        found = [overlapping for columns in of_day.values() for overlapping in _overlapping(*columns)]
        for _, overlapping in sorted(found):  # clinicians as their first rows come
            self._find_two_patients([self._occupied(each) for each in overlapping])

    def _find_two_patients(self, stretches: list[Occupied]) -> None:
        """Find overlaps of two patients in stretches of one clinician and day."""
        for one, other in at_the_same_time(stretches):
            row, another = self._records.numbered(one.row), self._records.numbered(other.row)
            others = self._spoken_for(another, self._patient_of(another))
            self._elsewhere[self._patient_of(row)].append(Overlap(row, another, others))

    def _occupied(self, packed: int) -> Occupied:
        number = _row_number(packed)
        patient = self._patient_of(self._records.numbered(number))
        person = bytes(self._people[patient * KEY_BYTES : (patient + 1) * KEY_BYTES])
        return Occupied(packed >> _START, packed >> _STOP & _MINUTE, number, person)

    def _spoken_for(self, row: TreatmentRecord, patient: int) -> tuple[int, ...]:
        """Ordinals of the patient's claims that a row speaks for."""
        if row.claim_id:
            return self._numbered(patient, {row.claim_id})
        return tuple(claim.ordinal for claim in fitting(row, self._read(patient)))

    def _numbered(self, patient: int, numbers: set[str]) -> tuple[int, ...]:
        """Ordinals of the patient's claims that have one of the numbers."""
        return tuple(ordinal for ordinal in self._claims_of(patient) if self._by_number.name(ordinal) in numbers)

    def _patient_of(self, row: TreatmentRecord) -> int:
        """Whose row it is, of those that are somebody's for sure."""
        patients = self._named(row.claim_id, row.member_id)
        if len(patients) > 1:
            return self._owner[row]
        (only,) = patients
        return only

    def _named(self, claim_id: str, member_id: str) -> set[int]:
        """The patients that a row could mean by its number, or by its member where it has none."""
        return self._by_number.of(claim_id) if claim_id else self._by_member.of(member_id)

    def _only(self, patients: set[int], member_id: str) -> int | None:
        """The one patient there is, where it has the member id that a row gives."""
        if len(patients) != 1:
            return None
        (patient,) = patients
        return patient if not member_id or member_id in self._members_of(patient) else None

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
    return hashlib.blake2b(repr(key).encode(), digest_size=KEY_BYTES).digest()


def _row_number(packed: int) -> int:
    return packed & ((1 << _STOP) - 1)


def _overlapping(clinicians: array[int], packed: array[int]) -> Iterator[tuple[int, list[int]]]:
    """Those stretches of each clinician that overlap with another one, in order of start and stop: mostly none.

    With the number of the first row of the clinician.
    """
    for _, stretches in groupby(sorted(zip(clinicians, packed, strict=True)), itemgetter(0)):
        together: list[list[int]] = []
        reach = 0
        for _, each in stretches:
            if each >> _START >= reach:
                together.append([])
            together[-1].append(each)
            reach = max(reach, each >> _STOP & _MINUTE)
        found = [each for several in together if len(several) > 1 for each in several]
        if found:
            yield min(_row_number(each) for several in together for each in several), found


def _members(heading: Heading) -> tuple[str, ...]:
    """The ids that rows can name who is covered or was treated by."""
    return tuple(member for member in dict.fromkeys((heading.subscriber.id, heading.patient.id)) if member)
