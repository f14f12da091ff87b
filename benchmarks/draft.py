"""A claim while it is being made: what was done, what is billed, and the segments that say so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from benchmarks.identities import Identities, npi
from benchmarks.worked_examples import Service

TAXONOMIES = {"PT": "225100000X", "OT": "225X00000X", "SLP": "235Z00000X"}
BILLING_NPI = npi(199_999_998)
PAYERS = {
    "MB": ("MEDICARE CONTRACTOR", "00123"),
    "16": ("EVENTIDE ADVANTAGE", "87654"),
    "CH": ("TRICARE REGION", "99727"),
    "CI": ("NORTHLEAF MUTUAL", "60554"),
}
_TOWNS = (
    ("SPRINGFIELD", "IL", "62701"),
    ("MADISON", "WI", "53703"),
    ("DAYTON", "OH", "45402"),
    ("SALEM", "OR", "97301"),
)
_STREETS = ("ELM ST", "OAK AVE", "MILL RD", "LAKE DR", "HILL LN", "PARK PL")
_DIAGNOSES = {
    "PT": ("M5450", "M25561", "M25512", "R2689", "M6281", "M542"),
    "OT": ("M25532", "R278", "M79641", "G5601", "M6281"),
    "SLP": ("R4701", "R1312", "F800", "R471", "R498"),
}


@dataclass(slots=True)
class Line:
    """A service line. ``unit_cents`` is the price of a unit; ``priced`` the units that SV102 pays for."""

    code: str
    modifiers: list[str]
    units: int
    priced: int
    unit_cents: int
    visit: int
    day: date
    minutes: int
    number: int = 0

    @property
    def cents(self) -> int:
        """SV102 in cents."""
        return self.unit_cents * self.priced

    def sv1(self, pointer: str) -> str:
        """The SV1 segment without its terminator."""
        procedure = ":".join(("HC", self.code, *self.modifiers))
        return f"SV1*{procedure}*{dollars(self.cents)}*UN*{self.units}***{pointer}"


@dataclass(slots=True)
class Visit:
    """One day of treatment as it happened; ``begins`` in minutes of the day."""

    day: date
    begins: int
    services: list[Service]
    name: str


@dataclass(slots=True)
class Draft:
    """One claim, its identity by number, its patient's by ``person``. ``filing`` is SBR09; ``off_by_cents`` unbalances
    CLM02."""

    number: int
    discipline: str
    filing: str
    dependent: bool
    visits: list[Visit]
    lines: list[Line]
    person: int
    off_by_cents: int = 0

    @property
    def pointer(self) -> str:
        """SV107."""
        return "1:2" if self.number % 3 == 0 else "1"


def dollars(cents: int) -> str:
    """Cents as an amount with two decimals."""
    return f"{cents // 100}.{cents % 100:02d}"


def cents_of(amount: str) -> int:
    """Amount as read, in cents. Raises decimal.InvalidOperation when it is no number."""
    return int(Decimal(amount) * 100)


def levels(draft: Draft, who: Identities, hl: int) -> list[str]:
    """2000B and, for a dependent, 2000C up to the claim. The subscriber's HL01 is ``hl``, the billing provider's 1."""
    n = draft.person
    last, first, born = who.last_name(n), who.first_name(n), who.born(n)
    sex = "FM"[n % 2]
    town, state, zip_code = _TOWNS[n % len(_TOWNS)]
    address = [f"N3*{n + 1} {_STREETS[n % len(_STREETS)]}", f"N4*{town}*{state}*{zip_code}"]
    member = who.member_id(n, draft.filing)
    payer, payer_id = PAYERS[draft.filing]
    payer_name = f"NM1*PR*2*{payer}*****PI*{payer_id}"
    birth = f"DMG*D8*{born:%Y%m%d}*{sex}"
    if not draft.dependent:
        return [
            f"HL*{hl}*1*22*0",
            f"SBR*P*18*******{draft.filing}",
            f"NM1*IL*1*{last}*{first}****MI*{member}",
            *address,
            birth,
            payer_name,
        ]
    parent = "PELLE" if sex == "F" else "TILDA"
    return [
        f"HL*{hl}*1*22*1",
        f"SBR*P********{draft.filing}",
        f"NM1*IL*1*{last}*{parent}****MI*{member}",
        payer_name,
        f"HL*{hl + 1}*{hl}*23*0",
        "PAT*19",
        f"NM1*QC*1*{last}*{first}",
        *address,
        birth,
    ]


def claim_segments(draft: Draft, who: Identities, *, notes: bool) -> list[str]:
    """CLM to the last line. With ``notes``, each line carries its minutes in NTE*ADD."""
    n = draft.number
    claim_id = who.claim_id(n)
    diagnoses = _DIAGNOSES[draft.discipline]
    one, two = diagnoses[n % len(diagnoses)], diagnoses[(n + 1) % len(diagnoses)]
    pointer = draft.pointer
    charge = sum(line.cents for line in draft.lines) + draft.off_by_cents
    segments = [
        f"CLM*{claim_id}*{dollars(charge)}***11:B:1*Y*A*Y*Y",
        f"HI*ABK:{one}*ABF:{two}" if pointer != "1" else f"HI*ABK:{one}",
    ]
    if draft.filing == "MB":
        name, number = who.referring(n)
        segments.append(f"NM1*DN*1*{name}*RENE****XX*{number}")
    name, number, _ = who.clinician(n, draft.discipline)
    segments += [f"NM1*82*1*{name}*KIM****XX*{number}", f"PRV*PE*PXC*{TAXONOMIES[draft.discipline]}"]
    for place, line in enumerate(draft.lines, 1):
        line.number = place
        segments += [
            f"LX*{place}",
            line.sv1(pointer),
            f"DTP*472*D8*{line.day:%Y%m%d}",
            f"REF*6R*{claim_id}L{place}",
        ]
        if notes:
            segments.append(f"NTE*ADD*MINUTES {line.minutes}")
    return segments
