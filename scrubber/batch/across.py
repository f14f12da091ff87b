"""Scrub several files as one input: patients, pools, pairs, limits and duplicates go through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

from scrubber.batch.spool import Spool
from scrubber.claims.contents import ContentsOf, Origin, origin_of, read_file
from scrubber.claims.outline import File
from scrubber.envelope import Envelope
from scrubber.errors import ScrubberError, UnreadableInputError, WorkerError
from scrubber.outcome import FileOutcome, PatientResult
from scrubber.outputs.claim_part import PatientPart
from scrubber.scrub import Beside, idle_waivers, opened, unreadable_rows
from scrubber.scrub_part import Scrubbed
from scrubber.scrub_patient import Context
from scrubber.settings.waivers import Waiver
from scrubber.visits.gather import GatheringOfSet
from scrubber.visits.inputs import Input, suffixed_controls
from scrubber.visits.part import ordinals_in, parts_of
from scrubber.visits.records import TreatmentRecords


class Member(NamedTuple):
    """A file of the set: where it is, and what findings of other files call it."""

    path: Path
    name: str


R = TypeVar("R", PatientResult, PatientPart)
Taken = TypeVar("Taken", PatientResult, PatientPart, contravariant=True)
F = TypeVar("F", bound=FileOutcome)
Made = TypeVar("Made", bound=FileOutcome, covariant=True)


class Finished(NamedTuple, Generic[F]):
    """A file of the set by its number, the first is 0, with what came of it: an outcome, or why there is none."""

    number: int
    outcome: F | None
    error: Exception | None = None


Scrub = Callable[[Iterable[bytes]], Iterable[Scrubbed[R]]]
"""Has parts of the work done somewhere, in order."""


class Settle(Protocol[Taken, Made]):
    """Makes the outcome of one file of what came of its patients."""

    def __call__(
        self, file: File, envelope: Envelope, results: Iterable[Taken], context: Context, beside: Beside
    ) -> Made:
        """The outcome; claims count from 0 in the file."""


Told = Callable[[int, int], None]
"""Told how many patients are done and how many there are."""


def scrub_across(
    members: Sequence[Member],
    records: TreatmentRecords,
    context: Context,
    scrub: Scrub[R],
    settle: Settle[R, F],
    told: Told,
) -> Iterator[Finished[F]]:
    """Scrub the files as one input and give what came of each, in their order; one file is held in memory at a time.

    The order of the files is that of their claims. A file that cannot be read fails alone, as if it were not there. A
    part of the work that fails fails the files that have claims in it. What is about no claim of any file (records that
    name nobody, rows that cannot be read, idle waivers) is told once, with the first file that has an outcome.
    """
    indexed = _Indexed(members, context)
    gathering = GatheringOfSet(indexed.inputs(), records)
    used: set[Waiver] = set()
    failed: dict[int, Exception] = {}
    waiting: Spool[R] = Spool(len(gathering.inputs))
    with waiting as spool:
        done = 0
        for order, part in _done(scrub, parts_of(gathering)):
            if part.error is not None:
                failed.update((gathering.input_of(ordinal), part.error) for ordinal in ordinals_in(part.part))
            for number, patient in enumerate(part.results):
                for share in patient:
                    used.update(share.result.waivers_used)
                    spool.add(share.file, (order << 32) + number, share.result)
                done += 1
                told(done, len(gathering))
        beside = Beside(
            gathering.unmatched,
            tuple(idle_waivers(used, context)),
            unreadable_rows(records),
        )
        numbers = iter(range(len(gathering.inputs)))
        for number, member in enumerate(members):
            if number in indexed.errors:
                yield Finished(number, None, indexed.errors[number])
                continue
            its_number = next(numbers)
            if its_number in failed:
                yield Finished(number, None, failed[its_number])
                continue
            try:
                file, envelope = _as_indexed(member, gathering.inputs[its_number].origin, context)
                found = settle(file, envelope, spool.of(its_number), context, beside)
            except ScrubberError as error:
                yield Finished(number, None, error)
                continue
            beside = Beside()
            yield Finished(number, found)


def _done(scrub: Scrub[R], parts: Iterable[bytes]) -> Iterator[tuple[int, Scrubbed[R]]]:
    """What came of each part, with its number. What workers failed is done again alone, when all others are done: it
    may have been another part that took them down."""
    again: list[tuple[int, bytes]] = []
    for number, part in enumerate(scrub(parts)):
        if isinstance(part.error, WorkerError):
            again.append((number, part.part))
        else:
            yield number, part
    for number, alone in again:
        for part in scrub((alone,)):
            yield number, part


class _Indexed:
    """The files of a set as they are indexed, one after the other; ``errors`` are of those that cannot be."""

    def __init__(self, members: Sequence[Member], context: Context) -> None:
        self._members = members
        self._context = context
        self.errors: dict[int, Exception] = {}

    def inputs(self) -> Iterator[Input]:
        first = 0
        for number, member in enumerate(self._members):
            try:
                indexed = self._input(member, first)
            except ScrubberError as error:
                self.errors[number] = error
                continue
            first += len(indexed.claims)
            yield indexed

    def _input(self, member: Member, first: int) -> Input:
        source = read_file(member.path, self._context.settings.max_bytes)
        origin = origin_of(member.path, source)
        try:
            file, envelope = opened(source, self._context)
        except UnreadableInputError as error:
            raise UnreadableInputError(f"{member.path}: {error}") from None
        controls = suffixed_controls(file)
        name = member.name if len(self._members) > 1 else ""
        return Input(
            source, file.claims, envelope.held, controls, origin, first=first, name=name, kept=ContentsOf(origin)
        )


def _as_indexed(member: Member, origin: Origin | None, context: Context) -> tuple[File, Envelope]:
    """The file once more, as it was when its patients were gathered."""
    source = read_file(member.path, context.settings.max_bytes)
    if origin_of(member.path, source) != origin:
        raise UnreadableInputError(
            f"{member.path}: has changed while it was scrubbed; leave inputs alone, and start again"
        )
    return opened(source, context)
