"""A claim's heading: who bills, who is covered, who was treated, who pays. Read from the hierarchy levels above it."""

from __future__ import annotations

import msgspec

from scrubber.claims.contents import Contents
from scrubber.claims.loops import loop_walk
from scrubber.claims.outline import Transaction
from scrubber.claims.spans import Level
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.segment import Segment

LEVEL_LOOPS = {"20": "2000A", "22": "2000B", "23": "2000C"}
FACTS = frozenset({"NM1", "PRV", "SBR", "DMG"})
"""Segments of a level that a heading is read from."""

MEDICARE_FILINGS = frozenset({"MB", "MA", "16"})
"""SBR09 of Medicare: Part B, Part A, and a Medicare Advantage plan (code list of the 005010X222A1 guide)."""
MEDICARE_ADVANTAGE_FILINGS = frozenset({"16"})
TRICARE_FILINGS = frozenset({"CH"})


class Provider(msgspec.Struct, frozen=True):
    """A provider by NPI and taxonomy code; empty text where the file gives none.

    ``qualifier`` is NM108, which says what kind of number ``npi`` is; ``byte`` is where that stands in the source.
    """

    npi: str = ""
    taxonomy: str = ""
    name: str = ""
    qualifier: str = ""
    byte: int | None = None


class Person(msgspec.Struct, frozen=True):
    """Subscriber or patient. ``names`` are last, first, middle and suffix as written; ``birth`` and ``sex`` from
    DMG."""

    id: str = ""
    names: tuple[str, ...] = ()
    birth: str = ""
    sex: str = ""


class Payer(msgspec.Struct, frozen=True):
    """The payer of this claim, by the identifier of NM109 in 2010BB."""

    id: str = ""
    name: str = ""


class Heading(msgspec.Struct, frozen=True):
    """What the levels above a claim say. ``texts`` are their bytes (latin-1), for the judge of conformance, and
    ``places`` say where each begins in the source: byte, and number of its first segment (1 is the first of the file).

    ``sequence`` is SBR01 (P, S, T), ``filing`` SBR09, ``insurance_type`` SBR05.
    """

    billing: Provider = Provider()
    subscriber: Person = Person()
    patient: Person = Person()
    payer: Payer = Payer()
    sequence: str = ""
    filing: str = ""
    insurance_type: str = ""
    texts: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()

    @property
    def is_medicare(self) -> bool:
        """The payer is Medicare, or a plan that stands in for it, by SBR09."""
        return self.filing in MEDICARE_FILINGS

    @property
    def is_traditional_medicare(self) -> bool:
        """The payer is Medicare itself, not a plan that stands in for it, by SBR09."""
        return self.is_medicare and self.filing not in MEDICARE_ADVANTAGE_FILINGS

    @property
    def is_tricare(self) -> bool:
        """The payer is TRICARE, by SBR09."""
        return self.filing in TRICARE_FILINGS

    @property
    def person(self) -> tuple[str, ...]:
        """Last and first name, birth date and sex of who was treated: the same under any subscriber and payer."""
        return (*(name.upper() for name in self.patient.names[:2]), self.patient.birth, self.patient.sex)

    @property
    def patient_key(self) -> tuple[str, ...] | None:
        """Billing NPI, subscriber id, patient name, birth date and sex; None when the subscriber has no id."""
        if not self.subscriber.id:
            return None
        return (
            self.billing.npi or self.billing.name,
            self.subscriber.id,
            *(name.upper() for name in self.patient.names),
            self.patient.birth,
            self.patient.sex,
        )


def segments_of(text: str, at: int, delimiters: Delimiters) -> list[Segment]:
    """The segments of a stretch of text that begins at offset ``at``. Empty ones are passed over."""
    element, component = delimiters.element, delimiters.component
    found: list[Segment] = []
    end = delimiters.segment
    if text.count(end) == text.count(end + "\n"):  # a line for each segment: no line end is left to be stripped
        end += "\n"
    step = len(end)
    for raw in text.split(end):
        if raw[:1] > " ":  # nothing stands before the segment: nearly all
            found.append(Segment(at, raw.split(element), component))
            at += len(raw) + step
            continue
        body = raw.lstrip("\r\n \t")
        at += len(raw)
        if body:
            found.append(Segment(at - len(body), body.split(element), component))
        at += step
    return found


LEVELS_KEPT = 25_000
"""Levels whose headings are remembered, about 1.3 kB each: those of a file of many claims, but not of any."""
NEIGHBOURS_KEPT = 1_000
"""What is remembered of a file of more. Its claims are read in the order they stand in, or nearly: the levels above the
next one are the last that were read."""


class HeadingReader:
    """Headings of one file. Each level is read once, however many claims stand below it, unless there are very many."""

    def __init__(self, source: Contents, most: int | None = None) -> None:
        self._source = source
        self._levels: dict[int, Heading] = {}
        self._heads: dict[int, str] = {}
        self._most = LEVELS_KEPT if most is None else most

    def read(self, level: Level | None, transaction: Transaction) -> Heading:
        """The heading of a claim that stands below ``level``; an empty one when it stands below none."""
        if level is None:
            return Heading(texts=(self._head(transaction),), places=((transaction.start, transaction.segment),))
        found = self._levels.get(level.start)
        if found is None:
            above = self.read(level.parent, transaction)
            if len(self._levels) >= self._most:
                self._levels.clear()
            found = self._levels[level.start] = self._level(level, above, transaction)
        return found

    def _head(self, transaction: Transaction) -> str:
        text = self._heads.get(transaction.start)
        if text is None:
            text = self._source[transaction.start : transaction.head_end].decode("latin-1")
            self._heads[transaction.start] = text
        return text

    def _level(self, level: Level, above: Heading, transaction: Transaction) -> Heading:
        delimiters = transaction.group.interchange.delimiters
        text = self._source[level.start : level.end].decode("latin-1")
        segments = segments_of(text, level.start, delimiters)
        facts: dict[str, Segment] = {}
        for segment, loop in zip(segments, loop_walk().of(segments, LEVEL_LOOPS.get(level.code, "2000B")), strict=True):
            name = segment.elements[0]
            if name in FACTS:
                facts.setdefault(f"{loop} {name}", segment)
        texts, places = (*above.texts, text), (*above.places, (level.start, level.segment))
        if level.code == "20":
            return Heading(billing=_provider(facts), texts=texts, places=places)
        if level.code == "23":
            patient = _person(facts, "2010CA")
            return msgspec.structs.replace(above, patient=patient, texts=texts, places=places)
        subscriber = _person(facts, "2010BA")
        payer, sbr = _filled(facts, "2010BB NM1"), _filled(facts, "2000B SBR")
        return msgspec.structs.replace(
            above,
            subscriber=subscriber,
            patient=subscriber,
            payer=Payer(payer[9], payer[3]),
            sequence=sbr[1],
            filing=sbr[9],
            insurance_type=sbr[5],
            texts=texts,
            places=places,
        )


NOTHING = [""] * 10
"""What a segment of a heading is filled up with, or stands for one that is missing: none is read beyond its ninth
element."""


def _filled(facts: dict[str, Segment], place: str) -> list[str]:
    """A segment's elements, the identifier first, and empty ones behind them."""
    segment = facts.get(place)
    return NOTHING if segment is None else segment.elements + NOTHING


def _provider(facts: dict[str, Segment]) -> Provider:
    taxonomy = _filled(facts, "2000A PRV")[3]
    name = facts.get("2010AA NM1")
    if name is None:
        return Provider(taxonomy=taxonomy)
    return Provider(name.value(9), taxonomy, name.value(3), name.value(8), name.span(9).start)


def _person(facts: dict[str, Segment], loop: str) -> Person:
    name, dmg = _filled(facts, f"{loop} NM1"), _filled(facts, f"{loop} DMG")
    names = () if name is NOTHING else (name[3], name[4], name[5], name[7])
    return Person(name[9], names, dmg[2], dmg[3])
