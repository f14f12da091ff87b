"""What a clinic bills and what it recorded, as plain data, and the bytes of the 837P file that says so.

Segments are written with ``*``, ``:`` and ``~`` and translated to the delimiters of their interchange. All names and
numbers are invented; NPIs pass the check digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple


class Ending(NamedTuple):
    """Delimiters and line end of one interchange. ``behind`` follows every terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    behind: str = "\n"


ENDINGS = (
    Ending(),
    Ending(behind="\r\n"),
    Ending(behind=""),
    Ending(terminator="\n", behind=""),
    Ending("|", ">", "!", "'", "\r\n"),
    Ending("\x1d", "\x1e", "\x1c", "\x1f", ""),
    Ending(behind="  \n"),
)


class Line(NamedTuple):
    """A service line. ``units`` and ``charge`` as written; ``control`` empty for none; ``extra`` behind the control.

    ``until`` is the last day of a span of days; ``trailing`` are empty elements at the end of SV1.
    """

    code: str
    modifiers: tuple[str, ...] = ("GP",)
    units: str = "1"
    charge: str = "40.00"
    day: date = date(2026, 3, 2)
    control: str = ""
    note: str = ""
    extra: tuple[str, ...] = ()
    until: date | None = None
    trailing: str = ""

    def segments(self, number: int) -> Iterator[str]:
        """LX to the last segment of the loop."""
        procedure = ":".join(("HC", self.code, *self.modifiers))
        yield f"LX*{number}"
        yield f"SV1*{procedure}*{self.charge}*UN*{self.units}***1{self.trailing}"
        if self.until is None:
            yield f"DTP*472*D8*{self.day:%Y%m%d}"
        else:
            yield f"DTP*472*RD8*{self.day:%Y%m%d}-{self.until:%Y%m%d}"
        if self.control:
            yield f"REF*6R*{self.control}"
        if self.note:
            yield f"NTE*ADD*{self.note}"
        yield from self.extra


class Person(NamedTuple):
    """A patient and the insured. ``dependent``: the patient is a child of the subscriber and has no id of its own."""

    number: int
    provider: int = 0
    dependent: bool = False
    filing: str = "MB"
    sequence: str = "P"
    shared_member: int | None = None

    @property
    def member(self) -> str:
        """NM109 of the subscriber; siblings share it."""
        return f"6TT0AA{self.number if self.shared_member is None else self.shared_member:04d}"

    def subscriber(self) -> list[str]:
        """SBR to the payer."""
        last, payer = SURNAMES[self.number % len(SURNAMES)], PAYERS[self.filing]
        own = () if self.dependent else ("N3*4 QUARRY LANE", "N4*DUBUQUE*IA*520010000", self._birth())
        relation = "" if self.dependent else "18"
        return [
            f"SBR*{self.sequence}*{relation}*******{self.filing}",
            f"NM1*IL*1*{last}*MERRITT****MI*{self.member}",
            *own,
            f"NM1*PR*2*{payer[0]}*****PI*{payer[1]}",
        ]

    def patient(self) -> list[str]:
        """PAT to the birth date, for a dependent."""
        last = SURNAMES[self.number % len(SURNAMES)]
        return [
            "PAT*19",
            f"NM1*QC*1*{last}*CHILD{self.number}",
            "N3*4 QUARRY LANE",
            "N4*DUBUQUE*IA*520010000",
            self._birth(),
        ]

    def _birth(self) -> str:
        return f"DMG*D8*19{50 + self.number % 40}0{1 + self.number % 9}12*{'FM'[self.number % 2]}"


SURNAMES = ("ASHDOWN", "BRINDLE", "CASWELL", "DORRIN", "ELSWICK", "FARROW", "GALTREY", "HOLLIN")
PAYERS = {
    "MB": ("MEDICARE PART B", "00123"),
    "CH": ("TRICARE EAST", "TREST"),
    "16": ("EVENTIDE ADVANTAGE", "87654"),
    "CI": ("HOLLOWAY MUTUAL", "60999"),
    "ZZ": ("UNKNOWN PLAN", "77001"),
}
PROVIDERS = (("LARKSPUR REHAB CLINIC", "1999887718"), ("MILLBROOK THERAPY", "1999887734"))
RENDERING = ("1999887726", "1999887742")


class Claim(NamedTuple):
    """A claim. ``total`` is CLM02 as written; ``place`` its transaction (0 is the first of the file)."""

    number: str
    person: Person
    lines: tuple[Line, ...]
    total: str
    place: int = 0
    frequency: str = "1"
    original: str = ""
    rendering: str = RENDERING[0]
    taxonomy: str = "225100000X"
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    line_numbers_from: int = 1
    apart: int = 0
    """Claims of one patient in one transaction stand under one level, unless this number differs."""

    def segments(self) -> Iterator[str]:
        """CLM to the last segment of its last line."""
        yield f"CLM*{self.number}*{self.total}***11:B:{self.frequency}*Y*A*Y*Y"
        yield from self.head
        if self.original:
            yield f"REF*F8*{self.original}"
        yield "HI*ABK:M25561"
        yield "NM1*DN*1*FENWICK*AUGUST****XX*1999887742"
        yield f"NM1*82*1*TEALE*ROWAN****XX*{self.rendering}"
        yield f"PRV*PE*PXC*{self.taxonomy}"
        yield from self.tail
        for number, line in enumerate(self.lines, self.line_numbers_from):
            yield from line.segments(number)


class Faults(NamedTuple):
    """What is wrong with a transaction's or an interchange's envelope; nothing by default."""

    segments: int = 0
    transactions: int = 0
    groups: int = 0
    level_step: int = 1
    childless: str = ""
    """A subscriber without claims: ``alone`` under a first billing provider, or a ``sibling`` under each."""
    trailer: str = ""
    """SE, GE or IEA: its control number is another one."""


class Envelope(NamedTuple):
    """One transaction and what encloses it: ``interchange`` and ``group`` are ordinals in the file, 0 for the first.

    ``kind`` is the version; one that is no 837P has no claims to speak of.
    """

    interchange: int
    group: int
    ending: Ending
    faults: Faults = Faults()
    kind: str = "005010X222A1"


class Batch(NamedTuple):
    """A whole file: one Envelope a transaction, and the claims with the transaction that each stands in."""

    claims: tuple[Claim, ...]
    envelopes: tuple[Envelope, ...] = (Envelope(0, 0, Ending()),)
    before: bytes = b""
    behind: bytes = b""

    def source(self) -> bytes:
        """The bytes of the file."""
        parts = [self.before]
        ordinals = sorted({envelope.interchange for envelope in self.envelopes})
        parts += [self._interchange(ordinal) for ordinal in ordinals]
        return b"".join((*parts, self.behind))

    def _interchange(self, ordinal: int) -> bytes:
        mine = [(n, envelope) for n, envelope in enumerate(self.envelopes) if envelope.interchange == ordinal]
        ending, faults = mine[0][1].ending, mine[0][1].faults
        control = f"{ordinal + 101:09d}"
        segments = [
            f"ISA*00*          *00*          *ZZ*LARK01         *ZZ*PRAIRIE1       *261012*0930*^*00501*{control}*0*T*:"
        ]
        groups = sorted({envelope.group for _, envelope in mine})
        for group in groups:
            inside = [(n, envelope) for n, envelope in mine if envelope.group == group]
            version = inside[0][1].kind
            number = str(1000 + 10 * ordinal + group)
            segments.append(f"GS*HC*LARK01*PRAIRIE1*20261012*0930*{number}*X*{version}")
            for place, (n, envelope) in enumerate(inside, 1):
                segments += self._transaction(n, envelope, f"{place:04d}")
            number = "9999" if faults.trailer == "GE" else number
            segments.append(f"GE*{len(inside) + faults.transactions}*{number}")
        control = "000000099" if faults.trailer == "IEA" else control
        segments.append(f"IEA*{len(groups) + faults.groups}*{control}")
        own = str.maketrans({"*": ending.element, ":": ending.component, "^": ending.repetition})
        end = ending.terminator + ending.behind
        return "".join(segment.translate(own) + end for segment in segments).encode("latin-1")

    def _transaction(self, place: int, envelope: Envelope, control: str) -> list[str]:
        faults = envelope.faults
        segments = [
            f"ST*837*{control}*{envelope.kind}",
            f"BHT*0019*00*BATCH{place:02d}*20261012*0930*CH",
            "NM1*41*2*LARKSPUR REHAB CLINIC*****46*LARK01",
            "PER*IC*BILLING OFFICE*TE*5635550142",
            "NM1*40*2*PRAIRIE CLEARING*****46*PRAIRIE1",
            *_levels([claim for claim in self.claims if claim.place == place], faults),
        ]
        control = "0077" if faults.trailer == "SE" else control
        count = sum(map(bool, segments)) + 1  # empty segments do not count
        return [*segments, f"SE*{count + faults.segments}*{control}"]


def _levels(claims: list[Claim], faults: Faults) -> Iterator[str]:
    """The hierarchy of one transaction, each level where its first claim stands."""
    number = 0

    def level(parent: int, code: str, child: int) -> str:
        nonlocal number
        number += 1
        named = str(parent * faults.level_step) if parent else ""
        return f"HL*{number * faults.level_step}*{named}*{code}*{child}"

    if faults.childless == "alone" or not claims:
        yield level(0, "20", 1)
        yield from _provider(0)
        yield level(number, "22", 0)
        yield from Person(9000).subscriber()
    for provider in dict.fromkeys(claim.person.provider for claim in claims):
        yield level(0, "20", 1)
        top = number
        yield from _provider(provider)
        own = [claim for claim in claims if claim.person.provider == provider]
        for members in _families(own):
            yield level(top, "22", int(members[0].person.dependent))
            yield from members[0].person.subscriber()
            upper = number
            for person in dict.fromkeys(claim.person for claim in members):
                if person.dependent:
                    yield level(upper, "23", 0)
                    yield from person.patient()
                for claim in members:
                    if claim.person == person:
                        yield from claim.segments()
        if faults.childless == "sibling":
            yield level(top, "22", 0)
            yield from Person(9001 + provider).subscriber()


def _families(claims: list[Claim]) -> list[list[Claim]]:
    """The claims by the subscriber level that they stand under: children of one subscriber share it."""
    found: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        person = claim.person
        own = person.filing if person.dependent else person.number
        key = (person.member, person.sequence, person.dependent, own, claim.apart)
        found.setdefault(key, []).append(claim)
    return list(found.values())


def _provider(number: int) -> list[str]:
    name, npi = PROVIDERS[number]
    return [
        "PRV*BI*PXC*261QR0400X",
        f"NM1*85*2*{name}*****XX*{npi}",
        "N3*300 FOUNDRY STREET",
        "N4*DUBUQUE*IA*520014501",
        "REF*EI*421234567",
    ]
