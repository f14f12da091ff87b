"""Whole files of a clinic, made by chance: visits as they happened, what was recorded of them, and what was billed.

One recipe serves two kinds of chance: Hypothesis, which shrinks towards the first choice of every list, and a seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec
from hypothesis import strategies as st
from properties.clinic import ENDINGS, Batch, Claim, Envelope, Faults, Line, Person

from scrubber.visits.records import TreatmentRecord, TreatmentRecords

T = TypeVar("T")

TIMED = ("97110", "97112", "97530", "97116", "97140", "97535")
TIMED_APART = ("97124", "97129", "97113", "97032", "97035")
UNTIMED = ("97161", "97150", "G0283", "97010")
SHARES = (15, 10, 20, 5, 30, 8, 7, 1)
WHOLE_UNITS = (15, 30, 23, 38, 45, 24, 16, 22, 53, 20, 31, 40, 27)
MINUTES = (*WHOLE_UNITS, *WHOLE_UNITS, 14, 10, 8, 7, 1, 0)
PRICES = (4000, 3850, 4137, 2879, 10001, 3)
DAYS = (*(date(2026, 3, day) for day in range(2, 12)), date(2025, 11, 24), date(2019, 12, 30))
DISCIPLINES = ("PT", "PT", "PT", "OT")
MODIFIERS = {"PT": ("GP", "CQ"), "OT": ("GO", "CO")}
ROLES = {"PT": ("PT", "PTA"), "OT": ("OT", "OTA")}
TAXONOMIES = {"PT": "225100000X", "OT": "225X00000X"}

RECORDED = ("unsigned", "partly signed", "partial", "total", "none", "aide", "twice")
COB = (
    "SBR*S*18*******CI",
    "AMT*D*20",
    "OI***Y***Y",
    "NM1*IL*1*ASHDOWN*MERRITT****MI*HM5521",
    "N3*14 QUARRY LANE",
    "N4*DUBUQUE*IA*520010000",
    "NM1*PR*2*HOLLOWAY MUTUAL*****PI*60999",
)


class Chance:
    """Choices. ``number`` gives an integer from 0 to one below its argument; 0 is the plainest.

    Where ``wrong`` is False, nothing that a rule would find is chosen; where ``odd`` is False, nothing that the guide
    does not know, such as an empty segment.
    """

    def __init__(self, number: Callable[[int], int], *, wrong: bool = True, odd: bool = True) -> None:
        self.number = number
        self.wrong = wrong
        self.odd = odd

    def one(self, options: Sequence[T]) -> T:
        """One of them; the first is the plainest."""
        return options[self.number(len(options))]

    def often(self, of: int) -> bool:
        """True in all but one of so many cases."""
        return self.number(of) != of - 1

    def seldom(self, of: int) -> bool:
        """True in one of so many cases."""
        return self.number(of) == of - 1

    def fault(self, options: Sequence[T]) -> T:
        """One of them; where nothing may be wrong, the first."""
        return self.one(options) if self.wrong else options[0]

    def oddity(self, options: Sequence[T]) -> T:
        """One of them; where nothing may be odd, the first."""
        return self.one(options) if self.odd else options[0]


class Case(NamedTuple):
    """A file and the treatment records that belong to it. ``claims_of_visits``: how many claims bill each visit."""

    batch: Batch
    rows: tuple[TreatmentRecord, ...]
    claims_of_visits: tuple[int, ...]

    @property
    def source(self) -> bytes:
        """The bytes of the file."""
        return self.batch.source()

    def records(self) -> TreatmentRecords:
        """The records as the product holds them."""
        return TreatmentRecords(self.rows)


class Done(NamedTuple):
    """One service of a visit: minutes of the therapist and of the assistant."""

    code: str
    therapist: int
    assistant: int = 0

    @property
    def minutes(self) -> int:
        """Both together."""
        return self.therapist + self.assistant


@st.composite
def cases(draw: st.DrawFn, *, faults: bool = True, wrong: bool = True, copies: bool = True) -> Case:
    """Files with their records. Without ``faults`` every envelope is right, without ``wrong`` everything is."""
    chance = Chance(lambda below: draw(st.integers(0, below - 1)), wrong=wrong)
    return make_case(chance, faults=faults and wrong, copies=copies and wrong)


def seeded(seed: int, *, faults: bool = True, odd: bool = True) -> Case:
    """The case of a seed: the same on every machine."""
    return make_case(Chance(random.Random(seed).randrange, odd=odd), faults=faults)


def make_case(chance: Chance, *, faults: bool, copies: bool = True) -> Case:
    """One to five visits of up to four persons, billed in one to three transactions."""
    envelopes = tuple(_envelopes(chance, faults=faults))
    people = _people(chance)
    claims: list[Claim] = []
    rows: list[TreatmentRecord] = []
    shares = []
    for number in range(1 + chance.number(5)):
        visit = _Visit(chance, number, chance.one(people), len(envelopes))
        claims += visit.claims()
        rows += visit.rows()
        shares.append(visit.shares)
    if copies:
        claims += _again(chance, claims)
    before = chance.one((b"",) * 8 + (b"\r\n", b"sent by the clinic\n")) if faults else b""
    behind = chance.one((b"",) * 8 + (b"\r\n\r\n", b"\x1a", b"end of batch\n")) if faults else b""
    return Case(Batch(tuple(claims), envelopes, before, behind), tuple(rows), tuple(shares))


def _envelopes(chance: Chance, *, faults: bool) -> Iterator[Envelope]:
    interchange = group = 0
    ending = chance.one(ENDINGS)
    for place in range(chance.one((1, 1, 2, 3))):
        if place:
            step = chance.number(3)
            if step == 1:
                group += 1
            elif step == 2:
                interchange, group = interchange + 1, 0
                ending = chance.one(ENDINGS)
        yield Envelope(interchange, group, ending, _faults(chance) if faults else Faults())


def _faults(chance: Chance) -> Faults:
    if chance.often(2):
        return Faults()
    return Faults(
        segments=chance.one((0, 0, 0, 1, -3)),
        transactions=chance.one((0, 0, 0, 0, 1)),
        groups=chance.one((0, 0, 0, 0, 2)),
        level_step=chance.one((1, 1, 1, 2, 5)),
        childless=chance.one(("", "", "", "", "alone", "sibling")),
        trailer=chance.one(("",) * 17 + ("SE", "GE", "IEA")),
    )


def _people(chance: Chance) -> list[Person]:
    people: list[Person] = []
    for number in range(1 + chance.number(4)):
        provider, dependent = int(chance.seldom(5)), chance.seldom(4)
        filing = chance.one(("MB", "MB", "MB", "CH", "CH", "16", "CI", "ZZ"))
        shared = number - 1 if number and dependent and chance.seldom(2) else None
        if shared is not None and people[shared].dependent:  # brothers and sisters are insured alike
            provider, filing = people[shared].provider, people[shared].filing
        people.append(Person(number, provider, dependent, filing, chance.one(("P", "P", "P", "P", "S")), shared))
    return people


def _again(chance: Chance, claims: list[Claim]) -> list[Claim]:
    """A copy, a replacement or a void of one of the claims, now and then."""
    kind = chance.one(("none",) * 12 + ("copy", "replacement", "void", "number"))
    if kind == "none":
        return []
    old = chance.one(claims)
    place = chance.one([claim.place for claim in claims])
    match kind:
        case "copy":
            return [old._replace(place=place, apart=chance.number(2))]
        case "replacement":
            return [old._replace(number=f"{old.number}R", frequency="7", original=old.number, place=place)]
        case "void":
            return [old._replace(number=f"{old.number}V", frequency="8", original=old.number, place=place)]
    return [old._replace(person=old.person._replace(number=old.person.number + 50), place=place)]


class _Visit:
    """One visit: what was done, how it was billed, how it was recorded."""

    def __init__(self, chance: Chance, number: int, person: Person, places: int) -> None:
        self.chance = chance
        self.number = number
        self.person = person
        self.day = chance.one(DAYS) if chance.wrong else DAYS[number]
        self.discipline = chance.one(DISCIPLINES)
        self.done = self._done()
        self.shares = min(len(self.done), chance.one((1,) * 8 + (2, 3)))
        self.places = [chance.number(places) for _ in range(self.shares)]
        self.noted = chance.fault((False,) * 11 + (True,))

    def _done(self) -> list[Done]:
        chance = self.chance
        codes: list[str] = []
        for _ in range(chance.one((1, 1, 2, 2, 3, 4))):
            pool = chance.fault((TIMED,) * 10 + (TIMED_APART, TIMED_APART, UNTIMED))
            codes.append(chance.one([code for code in pool if code not in codes]))
        by = chance.one(("therapist",) * 4 + ("assistant", "assistant") + ("both",) * 3 * chance.wrong)
        return [self._service(code, by) for code in codes]

    def _service(self, code: str, by: str) -> Done:
        minutes = self.chance.one(MINUTES if self.chance.wrong else WHOLE_UNITS)
        if by == "therapist" or (code in UNTIMED and by == "both"):
            return Done(code, minutes)
        if by == "assistant":
            return Done(code, 0, minutes)
        return Done(code, minutes, self.chance.one(SHARES))

    def claims(self) -> Iterator[Claim]:
        """The claims that bill it, each with its share of the lines."""
        lines = list(self._lines())
        for share in range(self.shares):
            own = tuple(lines[share :: self.shares])
            if own:
                yield self._claim(f"V{self.number}C{share}", own, self.places[share])

    def _claim(self, number: str, lines: tuple[Line, ...], place: int) -> Claim:
        chance = self.chance
        cents = sum(round(Decimal(line.charge) * 100) for line in lines) + chance.fault((0,) * 24 + (500,))
        head: tuple[str, ...] = ()
        tail: tuple[str, ...] = ()
        if chance.seldom(15):
            if chance.often(2):
                tail = COB
            else:
                paid = (f"SVD*60999*20*HC:{lines[0].code}**1", "DTP*573*D8*20260320")
                lines = (lines[0]._replace(extra=paid), *lines[1:])
        elif chance.seldom(15):
            head = (f"AMT*F5*{cents // 100 - 1}",)
        tail += chance.oddity(((),) * 12 + (("",), ("K3*\xd6FFNUNG",), ("", "")))
        return Claim(
            number,
            self.person,
            lines,
            _dollars(cents, chance),
            place,
            taxonomy=TAXONOMIES[self.discipline],
            head=head,
            tail=tail,
            line_numbers_from=chance.fault((1,) * 15 + (2,)),
            apart=chance.one((0, 0, 0, 1)),
        )

    def _lines(self) -> Iterator[Line]:
        """The billed lines: right for most visits, else wrong in one or more of the ways that rules look for."""
        chance = self.chance
        units = units_of_visit({done.code: done.minutes for done in self.done if done.code not in UNTIMED})
        wrong = chance.fault(("",) * 7 + ("over", "over", "under", "bare", "twice", "unassisted", "unassisted"))
        for place, done in enumerate(self.done):
            count = units.get(done.code, 1)
            if wrong == "over" and (place == 0 or chance.seldom(4)):
                count += 1
            elif wrong == "under" and count > 1:
                count -= 1
            if count == 0 and len(self.done) > 1 and place and chance.often(3):
                continue
            price = chance.one(PRICES)
            yield from self._of_service(done, place, max(count, 1), price, wrong)

    def _of_service(self, done: Done, place: int, count: int, price: int, wrong: str) -> Iterator[Line]:
        chance = self.chance
        modifiers = list(self._modifiers(done, wrong))
        control = f"{self.number}L{place}" if chance.often(6) else ""
        note = f"{done.code} {done.minutes} MIN" if self.noted else ""
        until = chance.fault((None,) * 150 + (self.day, self.day + timedelta(2)))
        trailing = chance.oddity(("",) * 12 + ("*", "***"))
        units, charge = f"{count}{chance.one(('',) * 15 + ('.0',))}", _dollars(count * price, chance)
        line = Line(done.code, tuple(modifiers), units, charge, self.day, control, note, (), until, trailing)
        if count > 1 and chance.fault((False,) * 7 + (True,)):
            first = 1 + chance.number(count - 1)
            yield line._replace(units=str(first), charge=_dollars(first * price, chance))
            rest = count - first
            other = (*modifiers, "76") if chance.often(6) else tuple(modifiers)
            yield line._replace(units=str(rest), charge=_dollars(rest * price, chance), modifiers=other, control="")
        else:
            yield line

    def _modifiers(self, done: Done, wrong: str) -> Iterator[str]:
        discipline, assistant = MODIFIERS[self.discipline]
        if wrong != "bare" or self.chance.seldom(3):
            yield discipline
            if wrong == "twice" and self.chance.often(2):
                yield discipline
        if done.assistant and not done.therapist and wrong != "unassisted":
            yield assistant
        extra = self.chance.fault(("",) * 15 + ("59", "KX", "76"))
        if extra:
            yield extra

    def rows(self) -> Iterator[TreatmentRecord]:
        """What was recorded: mostly signed and whole."""
        chance = self.chance
        kind = chance.fault(("signed",) * 14 + RECORDED)
        if kind == "none" or self.noted:
            return
        unnamed = chance.fault((False,) * 3 + (True,))
        by_member = self.shares == 1 and chance.fault((False,) * 5 + (True,))
        for place, done in enumerate(self.done):
            if kind == "partial" and place == 0:
                continue
            signed = kind != "unsigned" and not (kind == "partly signed" and place == 0)
            for row in self._rows_of(done, place, signed=signed, aide=kind == "aide" and place == 0):
                if by_member:
                    row = msgspec.structs.replace(row, claim_id="")
                elif unnamed:
                    row = msgspec.structs.replace(row, member_id="")
                if kind == "total":
                    row = msgspec.structs.replace(row, code="", minutes=None, role="", timed_total=done.minutes)
                yield row
                if kind == "twice" and place == 0:
                    yield row

    def _rows_of(self, done: Done, place: int, *, signed: bool, aide: bool) -> Iterator[TreatmentRecord]:
        chance = self.chance
        therapist, assistant = ROLES[self.discipline]
        together = chance.one((False,) * 7 + (None,))
        clock = chance.fault((None,) * 6 + (480 + 60 * place,))
        joint = chance.fault((False,) * 12 + (True,))
        for role, minutes in ((therapist, done.therapist), (assistant, done.assistant)):
            if minutes or (role == therapist and not done.assistant):
                yield TreatmentRecord(
                    note_id=f"N-{self.number}",
                    claim_id=f"V{self.number}C{place % self.shares}",
                    member_id=self.person.member,
                    line_control="",
                    service_date=self.day,
                    discipline=self.discipline,
                    code=done.code,
                    minutes=minutes,
                    start=clock,
                    stop=None if clock is None else clock + max(minutes, 1),
                    role="AIDE" if aide else role,
                    together=True if joint and role == assistant else together,
                    mode="individual",
                    clinician_id="",
                    rendering_npi="",
                    signed=signed,
                    timed_total=None,
                    treatment_total=None,
                    pt_slp_to_date="",
                    ot_to_date="",
                    source_file="records.csv",
                    line=10 * self.number + place + 2,
                )


def units_of_visit(minutes: dict[str, int]) -> dict[str, int]:
    """Units by code by the 8-minute rule: whole quarter hours, then the largest leftovers, first come first."""
    total = sum(minutes.values())
    left = 0 if total < 8 else (total + 7) // 15
    units = {code: each // 15 for code, each in minutes.items()}
    left -= sum(units.values())
    for code in sorted(minutes, key=lambda code: -(minutes[code] % 15))[: max(left, 0)]:
        units[code] += 1
    return units


def _dollars(cents: int, chance: Chance) -> str:
    """An amount as this or that system writes it."""
    text = f"{cents // 100}.{cents % 100:02d}"
    short = chance.one((False, False, False, True))
    return text.rstrip("0").rstrip(".") if short and "." in text else text
