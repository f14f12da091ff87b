"""What came of a file, with the parts of its claims kept outside of memory."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from scrubber.acknowledgments.claim_status import AnsweredClaim
from scrubber.claims.outline import File
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit
from scrubber.fixes.envelope import EnvelopeSettler
from scrubber.outcome import FileOutcome
from scrubber.outputs.claim_part import ClaimPart, Wanted
from scrubber.reports import report_json
from scrubber.reports.assemble import assemble_around
from scrubber.reports.by_rule import RuleTotals
from scrubber.reports.overview import CARDS, Overlook, Overview
from scrubber.reports.schema import Claim, Related, Report
from scrubber.reports.totals import Sums
from scrubber.scrub_patient import Context
from scrubber.write.spool import Spool

_ENCODE = msgspec.msgpack.Encoder().encode
_EDITS = msgspec.msgpack.Decoder(tuple[JournalEdit, ...])
_ANSWERED = msgspec.msgpack.Decoder(AnsweredClaim)


class Parts:
    """The parts of a file's claims: they come in any order, are added up, and go to spools that give them in order."""

    def __init__(self, file: File, wanted: Wanted) -> None:
        self._file = file
        self.sums = Sums()
        self.rules = RuleTotals()
        self.overlook = Overlook(with_reasons="html" in wanted.forms)
        self.json, self.xml, self.csv = Spool(), Spool(), Spool()
        self.held: dict[int, tuple[str, ...]] = {}
        """Held claims by ordinal, with the rules that hold them."""
        self.moving: list[JournalEdit] = []
        """Edits after which the file has more or fewer segments."""
        self._edits = Spool()
        self._answered = Spool()

    def add(self, part: ClaimPart) -> None:
        """One claim more."""
        ordinal, sketch = part.ordinal, part.sketch
        self.sums.add(sketch.disposition, part.charge_in, part.charge_out, part.lines_in, part.lines_out)
        handle = self.json.put(ordinal, report_json.BETWEEN + part.json) if part.json else 0
        self.overlook.add(sketch, ordinal, handle)
        if part.xml:
            self.xml.put(ordinal, part.xml)
        if part.csv:
            self.csv.put(ordinal, part.csv)
        for share in part.shares:
            self.rules.add(share)
        if sketch.disposition == HELD:
            self.held[ordinal] = part.held_by
        elif part.edits:
            self._edits.put(ordinal, _ENCODE(part.edits))
            self.moving += [edit for edit in part.edits if self._moves(ordinal, edit)]
        if part.answered is not None:
            self._answered.put(ordinal, _ENCODE(part.answered))

    def claim(self, number: int) -> Claim:
        """A claim that has something to show, by the number of its part."""
        return report_json.read_entry(self.json.read(number)[len(report_json.BETWEEN) :])

    def edits(self) -> Iterator[JournalEdit]:
        """The edits of all claims in the order of the source."""
        for data in self._edits.parts():
            yield from sorted(_EDITS.decode(data), key=_place)

    def answered(self) -> Callable[[int], AnsweredClaim]:
        """What is answered of a claim, by its ordinal."""
        if not len(self._answered):
            return lambda ordinal: _ANSWERED.decode(self._answered.read(ordinal))
        numbers = self._answered.numbers(len(self._file.claims))
        return lambda ordinal: _ANSWERED.decode(self._answered.read(numbers[ordinal]))

    def _moves(self, ordinal: int, edit: JournalEdit) -> bool:
        terminator = self._file.claims[ordinal].transaction.group.interchange.delimiters.segment
        removed = self._file.source.count(terminator.encode("latin-1"), edit.start, edit.end)
        return edit.after.count(terminator) != removed


class Journal:
    """Every edit of the source: those of the corrected file, then those of the held one, each in the order of the
    source. What follows from the claims' edits is given, the claims' own are read from the parts each time."""

    def __init__(self, parts: Parts, settler: EnvelopeSettler) -> None:
        self._parts = parts
        self._has_corrected = settler.keeps(CORRECTED)
        self._corrected = settler.edits(CORRECTED, parts.moving) if self._has_corrected else ()
        self._held = settler.edits(HELD) if settler.keeps(HELD) else ()

    def __iter__(self) -> Iterator[JournalEdit]:
        """The edits."""
        yield from self.of(CORRECTED)
        yield from self.of(HELD)

    def of(self, target: str) -> Iterator[JournalEdit]:
        """The edits of one output."""
        if target == HELD:
            yield from self._held
        elif self._has_corrected:
            derived = (edit for edit in self._corrected if edit.position is None)
            yield from heapq.merge(derived, self._parts.edits(), key=_place)


def _place(edit: JournalEdit) -> tuple[int, int]:
    return edit.start, edit.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubbedFile(FileOutcome):
    """What came of a file. ``claims`` counts them; ``related`` identifies those that a finding outside the claims
    names."""

    source_sha256: str
    claims: int
    parts: Parts
    journal: Journal
    related: Mapping[int, Related]

    def report(self, input_name: str, context: Context) -> Report:
        """The report without its claims: they are in the parts."""
        parts = self.parts
        return assemble_around(
            self, self.source_sha256, parts.sums, parts.rules, self.related.__getitem__, input_name, context
        )

    def overview(self, most: int = CARDS) -> Overview:
        """What page and screen show of the claims: of each kind the first ``most`` in full."""
        return self.parts.overlook.overview(self.parts.claim, most)
