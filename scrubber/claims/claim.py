"""A claim: parsed from its own text when somebody asks, used, and dropped."""

from __future__ import annotations

from datetime import date

import msgspec

from scrubber.claims.amounts import cents
from scrubber.claims.heading import Heading, segments_of
from scrubber.claims.service_line import ServiceLine
from scrubber.claims.shape import Shape, shape_of
from scrubber.findings.finding import Location
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.segment import Segment
from scrubber.x12.span import Edit, Span

VOID, REPLACEMENT = "8", "7"


class ClaimSource(msgspec.Struct, frozen=True):
    """Everything that is needed to read one claim away from its file: its text, its place and its heading.

    ``start`` is the byte of its CLM in the source, ``segment`` that segment's number (1 is the first of the file).
    ``interchange``, ``group`` and ``position`` count from 1; ``held_by_envelope`` says that an envelope fault holds it.
    ``file`` names the file where several are scrubbed as one set; the ordinal then counts through all of them.
    """

    ordinal: int
    interchange: int
    group: int
    transaction: str
    position: int
    start: int
    segment: int
    text: str
    delimiters: Delimiters
    heading: Heading
    held_by_envelope: bool = False
    file: str = ""

    @property
    def first_of_file(self) -> int:
        """Ordinal of the first claim of its file."""
        return self.ordinal - self.position + 1

    def place_from(self, reader: ClaimSource) -> str:
        """The claim as messages name it where another one's findings are read."""
        return f"claim {self.position} of {'the file' if self.file == reader.file else self.file}"


class Claim:
    """One CLM loop. Amounts, codes and numbers are as read; ``lines`` are its service lines in order.

    ``frequency`` is CLM05-3: 1 original, 7 replacement, 8 void.
    """

    __slots__ = (
        "_segments", "charge", "clm", "diagnoses", "frequency", "heading", "id", "line_segments_from", "lines", "loops",
        "ordinal", "original_reference", "rendering_npi", "rendering_taxonomy", "source", "text",
    )  # fmt: skip

    def __init__(self, source: ClaimSource, text: str | None = None) -> None:
        self.source = source
        self.ordinal = source.ordinal
        self.heading: Heading = source.heading
        self.text = source.text if text is None else text
        segments = segments_of(self.text, source.start, source.delimiters)
        shape = shape_of(segments)
        self._segments = segments
        self.loops = shape.loops
        self.clm = segments[0]
        self.id = self.clm.value(1)
        self.charge = self.clm.value(2)
        """CLM02 as read."""
        self.frequency = self.clm.value(5, 3)
        self.line_segments_from = shape.head
        starts = [segments[each.first].at for each in shape.lines]
        ends = [*starts[1:], source.start + len(self.text)]
        self.lines = [
            ServiceLine(self.ordinal, n, segments, each, source.segment, end)
            for n, (each, end) in enumerate(zip(shape.lines, ends, strict=False), 1)
        ]
        self.rendering_npi = ""
        self.rendering_taxonomy = ""
        self.original_reference = ""
        self.diagnoses: list[str] = []
        self._read_head(shape)

    def _read_head(self, shape: Shape) -> None:
        segments = self._segments
        for place in shape.rendering:
            self.rendering_npi = segments[place].value(9)
        for place in shape.taxonomies:
            self.rendering_taxonomy = segments[place].value(3)
        for place in shape.originals:
            self.original_reference = segments[place].value(2)
        for place in shape.diagnoses:
            segment = segments[place]
            if segment.value(1, 1) in ("ABK", "BK"):
                self.diagnoses = [element.split(segment.component)[1] for element in segment.elements[1:]
                                  if segment.component in element]  # fmt: skip

    @property
    def segments(self) -> list[Segment]:
        """All segments of the claim, in order."""
        return self._segments

    def head(self) -> list[tuple[Segment, str]]:
        """Segments before the first service line, each with its loop."""
        return list(zip(self._segments[: self.line_segments_from], self.loops, strict=False))

    def notes_of(self, kind: str) -> list[str]:
        """Free text of the claim: NTE02 of each NTE, or K301 of each K3, before the first service line."""
        element = 2 if kind == "NTE" else 1
        return [s.value(element) for s, loop in self.head() if s.elements[0] == kind and loop == "2300"]

    @property
    def cents(self) -> int | None:
        """CLM02 in cents; None when it is no amount of at most two decimals."""
        return cents(self.charge)

    @property
    def is_void(self) -> bool:
        """Frequency 8: never edited, in no pool."""
        return self.frequency == VOID

    def rendering(self, line: ServiceLine) -> str:
        """NPI of who rendered the line: the line's own, else the claim's, else the billing provider's."""
        return line.rendering_npi or self.rendering_npi or self.heading.billing.npi

    def taxonomy(self, line: ServiceLine) -> str:
        """Taxonomy code of who rendered the line, from the same place as its NPI."""
        if line.rendering_npi:
            return line.rendering_taxonomy
        return self.rendering_taxonomy if self.rendering_npi else self.heading.billing.taxonomy

    def service_date(self) -> date | None:
        """The earliest day of service on the claim."""
        days = [line.period[0] for line in self.lines if line.period]
        return min(days) if days else None

    def admits_money_edits(self, new_total: int | None = None) -> bool:
        """Whether SV102, SV104, CLM02 or the number of lines may be edited at all.

        No where another payer has adjudicated or repriced (2320 AMT or CAS, any 2430 or HCP, CN1), where the patient
        has paid more than ``new_total`` cents (AMT*F5), on a void, or where an amount has no exact cents.
        """
        if self.is_void or self.cents is None or any(line.cents is None for line in self.lines):
            return False
        for segment, loop in zip(self._segments, self.loops, strict=True):
            name = segment.elements[0]
            if loop == "2430" or name in ("HCP", "CN1") or (loop == "2320" and name in ("AMT", "CAS")):
                return False
            if name == "AMT" and loop == "2300" and segment.value(1) == "F5" and new_total is not None:
                paid = cents(segment.value(2))
                if paid is None or paid > new_total:
                    return False
        return True

    def admits_change(self, cents: int) -> bool:
        """Whether they may be edited so that the claim's charge changes by these cents."""
        return self.cents is not None and self.admits_money_edits(self.cents + cents)

    def location(self, element: str = "CLM") -> Location:
        """Where the claim, or an element of its CLM (``CLM02``), stands."""
        byte = self.clm.at if element == "CLM" else self.clm.span(int(element[3:5])).start
        return Location(claim=self.ordinal, element=element, segment=self.source.segment, byte=byte)

    def located(self, segment: Segment, element: int) -> Location:
        """Where an element of a segment before the first service line stands."""
        number = next(i for i, s in enumerate(self._segments) if s is segment)
        return Location(
            claim=self.ordinal,
            element=f"{segment.id}{element:02d}",
            segment=self.source.segment + number,
            byte=segment.span(element).start,
        )

    def set_charge(self, text: str) -> Edit:
        """Edit CLM02."""
        return Edit(self.clm.span(2), text)

    def drop_line(self, line: ServiceLine) -> Edit:
        """Edit that removes the whole loop of a service line."""
        return Edit(Span(line.start, line.end), "")
