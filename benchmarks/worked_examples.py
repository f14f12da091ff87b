"""The fixed table of visits that the generator bills from: minutes by code and role, and the lines that follow.

Every row was worked out by hand: units pooled over the visit for Medicare and those who count like it (CMS Pub 100-04,
chapter 5, section 20.2), the midpoint of each code alone for commercial payers, CQ and CO (CY2022 PFS), code pairs.
Nothing here computes units, so that the table can disagree with a program that does.

A row reads: what was done, ``code role minutes`` in the order of treatment; what is billed, ``code:modifiers units``;
and for a tie the other split or splits that are as right, ``code units``. Codes that a split does not name get none.
"""

from typing import NamedTuple


class Service(NamedTuple):
    """A stretch of treatment: ``minutes`` whole minutes of ``code`` by one clinician of ``role``."""

    code: str
    role: str
    minutes: int


class Billed(NamedTuple):
    """A service line as it should be billed."""

    code: str
    modifiers: tuple[str, ...]
    units: int


class Example(NamedTuple):
    """One visit of the table. ``splits`` are all right answers, units by code, the billed one first."""

    name: str
    discipline: str
    rule: str
    services: tuple[Service, ...]
    lines: tuple[Billed, ...]
    splits: tuple[dict[str, int], ...]

    @property
    def evaluation(self) -> bool:
        """Whether the visit holds an evaluation, which a course of treatment begins with."""
        return any(line.code in EVALUATIONS for line in self.lines)

    @property
    def fits_line_notes(self) -> bool:
        """Whether notes on the lines can carry every minute: each code that was done has one line of its own."""
        return sorted(line.code for line in self.lines) == sorted({service.code for service in self.services})


EVALUATIONS = frozenset({"97161", "97162", "97163", "97164", "97165", "97166", "97168", "92523", "92610"})
GROUPS = frozenset({"97150", "92508"})

# Timed codes of 15 minutes, and the most units a day that Medicare pays of each (CMS practitioner MUE, 2024 Q3).
UNIT_LIMITS = {
    "97035": 2,
    "97110": 6,
    "97112": 4,
    "97113": 6,
    "97116": 4,
    "97124": 4,
    "97129": 1,
    "97130": 7,
    "97140": 6,
    "97530": 6,
    "97535": 8,
    "97542": 8,
    "97760": 6,
}


def _row(name: str, discipline: str, rule: str, done: str, billed: str, ties: tuple[str, ...] = ()) -> Example:
    services = tuple(
        Service(code, role, int(minutes)) for code, role, minutes in (part.split() for part in done.split(","))
    )
    lines: list[Billed] = []
    for part in billed.split(","):
        procedure, units = part.split()
        code, *modifiers = procedure.split(":")
        lines.append(Billed(code, tuple(modifiers), int(units)))
    own: dict[str, int] = {}
    for line in lines:
        if line.code in UNIT_LIMITS:
            own[line.code] = own.get(line.code, 0) + line.units
    others = [{code: int(units) for code, units in (part.split() for part in tie.split(","))} for tie in ties]
    return Example(name, discipline, rule, services, tuple(lines), (own, *others))


EXAMPLES = (
    # One code: 8-22 minutes 1 unit, 23-37 2, 38-52 3, 53-67 4.
    _row("8 minutes", "PT", "cms", "97110 PT 8", "97110:GP 1"),
    _row("22 minutes", "PT", "cms", "97140 PT 22", "97140:GP 1"),
    _row("30 minutes", "PT", "cms", "97110 PT 30", "97110:GP 2"),
    _row("38 minutes", "PT", "cms", "97110 PT 38", "97110:GP 3"),
    _row("45 minutes in the pool", "PT", "cms", "97113 PT 45", "97113:GP 3"),
    _row("53 minutes", "PT", "cms", "97530 PT 53", "97530:GP 4"),
    _row("wheelchair, 37 minutes", "PT", "cms", "97542 PT 37", "97542:GP 2"),
    # Several codes in one pool. 47: three units, the third to the longer leftover (9 against 8).
    _row("24 and 23", "PT", "cms", "97112 PT 24, 97110 PT 23", "97112:GP 2, 97110:GP 1"),
    # 40: three units, leftovers of 5 and 5.
    _row("20 and 20", "PT", "cms", "97112 PT 20, 97110 PT 20", "97112:GP 2, 97110:GP 1", ("97112 1, 97110 2",)),
    # 40: three units; 7 minutes win the third over a leftover of 3.
    _row("33 and 7", "PT", "cms", "97110 PT 33, 97140 PT 7", "97110:GP 2, 97140:GP 1"),
    # 49: three units; the shortest service goes unbilled.
    _row(
        "18, 13, 10 and 8",
        "PT",
        "cms",
        "97110 PT 18, 97140 PT 13, 97116 PT 10, 97035 PT 8",
        "97110:GP 1, 97140:GP 1, 97116:GP 1",
    ),
    # 21: one unit, any of the three.
    _row("7, 7 and 7", "PT", "cms", "97112 PT 7, 97110 PT 7, 97140 PT 7", "97112:GP 1", ("97110 1", "97140 1")),
    # 21: one unit, the longest.
    _row("5, 6 and 10", "PT", "cms", "97035 PT 5, 97140 PT 6, 97110 PT 10", "97110:GP 1"),
    _row("7 and 5", "PT", "cms", "97110 PT 7, 97140 PT 5", "97110:GP 1"),
    _row("15 and 8", "PT", "cms", "97110 PT 15, 97140 PT 8", "97110:GP 1, 97140:GP 1"),
    _row("30 and 20", "PT", "cms", "97110 PT 30, 97140 PT 20", "97110:GP 2, 97140:GP 1"),
    _row("three of 16", "PT", "cms", "97116 PT 16, 97110 PT 16, 97530 PT 16", "97116:GP 1, 97110:GP 1, 97530:GP 1"),
    # 31: two units; after 97140's whole quarter, 8 minutes are left of either.
    _row("23 and 8", "PT", "cms", "97140 PT 23, 97035 PT 8", "97140:GP 1, 97035:GP 1", ("97140 2",)),
    # 45: three units; massage is paid where manual therapy is not billed.
    _row("massage and exercise", "PT", "cms", "97124 PT 15, 97110 PT 30", "97124:GP 1, 97110:GP 2"),
    # Untimed codes are one unit each, and their minutes stay out of the pool.
    _row(
        "evaluation and a tie",
        "PT",
        "cms",
        "97161 PT 30, 97110 PT 20, 97530 PT 20, G0283 PT 10",
        "97161:GP 1, 97110:GP 2, 97530:GP 1, G0283:GP 1",
        ("97110 1, 97530 2",),
    ),
    _row("evaluation and 15", "PT", "cms", "97162 PT 40, 97110 PT 15", "97162:GP 1, 97110:GP 1"),
    _row("evaluation alone", "PT", "cms", "97163 PT 45", "97163:GP 1"),
    _row("re-evaluation and 30", "PT", "cms", "97164 PT 20, 97110 PT 30", "97164:GP 1, 97110:GP 2"),
    _row("stimulation and 25", "PT", "cms", "G0283 PT 15, 97110 PT 25", "G0283:GP 1, 97110:GP 2"),
    # Pairs of indicator 1: 97150 and 97012 are column 1, the modifier stands on column 2.
    _row("group and 23", "PT", "cms", "97150 PT 35, 97110 PT 23", "97150:GP 1, 97110:GP:59 2"),
    _row(
        "group, 15 and 16",
        "PT",
        "cms",
        "97150 PT 30, 97112 PT 15, 97530 PT 16",
        "97150:GP 1, 97112:GP:59 1, 97530:GP:59 1",
    ),
    _row("traction and 25", "PT", "cms", "97012 PT 15, 97140 PT 25", "97012:GP 1, 97140:GP:59 2"),
    # The assistant furnished the whole visit: CQ on every line.
    _row("assistant, 30", "PT", "cms", "97530 PTA 30", "97530:GP:CQ 2"),
    _row("assistant, 38 and 15", "PT", "cms", "97110 PTA 38, 97140 PTA 15", "97110:GP:CQ 3, 97140:GP:CQ 1"),
    _row("assistant, 24 and 23", "PT", "cms", "97110 PTA 24, 97112 PTA 23", "97110:GP:CQ 2, 97112:GP:CQ 1"),
    _row("assistant, stimulation", "PT", "cms", "G0283 PTA 15, 97110 PTA 30", "G0283:GP:CQ 1, 97110:GP:CQ 2"),
    _row("assistant, group", "PT", "cms", "97150 PTA 40, 97110 PTA 15", "97150:GP:CQ 1, 97110:GP:CQ:59 1"),
    # 29: two units; each line is wholly one clinician's.
    _row("assistant 19, therapist 10", "PT", "cms", "97110 PTA 19, 97140 PT 10", "97110:GP:CQ 1, 97140:GP 1"),
    _row("therapist evaluates", "PT", "cms", "97162 PT 30, 97110 PTA 15", "97162:GP 1, 97110:GP:CQ 1"),
    _row("stimulation by assistant", "PT", "cms", "G0283 PTA 15, 97110 PT 15", "G0283:GP:CQ 1, 97110:GP 1"),
    # The therapist alone reaches 8 minutes of the last unit: no CQ, whatever the assistant did.
    _row("therapist 8, assistant 7", "PT", "cms", "97110 PT 8, 97110 PTA 7", "97110:GP 1"),
    _row("therapist 10, assistant 10", "PT", "cms", "97110 PT 10, 97110 PTA 10", "97110:GP 1"),
    _row("therapist 25, assistant 5", "PT", "cms", "97110 PT 25, 97110 PTA 5", "97110:GP 2"),
    # Neither alone reaches 8 and the assistant is above a tenth: CQ.
    _row("therapist 5, assistant 10", "PT", "cms", "97110 PT 5, 97110 PTA 10", "97110:GP:CQ 1"),
    # A whole quarter hour each of one code: two lines.
    _row(
        "one unit each",
        "PT",
        "cms",
        "97140 PT 15, 97110 PT 15, 97110 PTA 15",
        "97140:GP 1, 97110:GP 1, 97110:GP:CQ 1",
    ),
    # Occupational therapy.
    _row("OT evaluation", "OT", "cms", "97165 OT 30, 97535 OT 20", "97165:GO 1, 97535:GO 1"),
    _row("OT evaluation and 8", "OT", "cms", "97166 OT 45, 97110 OT 8", "97166:GO 1, 97110:GO 1"),
    _row("OT re-evaluation", "OT", "cms", "97168 OT 20, 97530 OT 30", "97168:GO 1, 97530:GO 2"),
    _row("OT, 30 and 23", "OT", "cms", "97530 OT 30, 97535 OT 23", "97530:GO 2, 97535:GO 2"),
    # 38: three units, the third to 7 minutes over 1.
    _row("OT, 22 and 16", "OT", "cms", "97110 OT 22, 97140 OT 16", "97110:GO 2, 97140:GO 1"),
    _row("OT orthotic", "OT", "cms", "97760 OT 30", "97760:GO 2"),
    _row("OT group and 23", "OT", "cms", "97150 OT 30, 97535 OT 23", "97150:GO 1, 97535:GO:59 2"),
    # A base code and its add-on are one service: the first unit is the base's.
    _row("OT cognition, 30", "OT", "cms", "97129 OT 15, 97130 OT 15", "97129:GO 1, 97130:GO 1"),
    _row("OT assistant, 38 and 15", "OT", "cms", "97535 OTA 38, 97530 OTA 15", "97535:GO:CO 3, 97530:GO:CO 1"),
    _row("OT assistant, 30", "OT", "cms", "97110 OTA 30", "97110:GO:CO 2"),
    _row("OT 9, assistant 6", "OT", "cms", "97530 OT 9, 97530 OTA 6", "97530:GO 1"),
    # Speech and language: mostly untimed.
    _row("speech, 45", "SLP", "cms", "92507 SLP 45", "92507:GN 1"),
    _row("speech evaluation", "SLP", "cms", "92523 SLP 60", "92523:GN 1"),
    _row("swallowing evaluation", "SLP", "cms", "92610 SLP 40", "92610:GN 1"),
    _row("swallowing, 30", "SLP", "cms", "92526 SLP 30", "92526:GN 1"),
    _row("speech and swallowing", "SLP", "cms", "92507 SLP 30, 92526 SLP 25", "92507:GN 1, 92526:GN 1"),
    _row("speech group", "SLP", "cms", "92508 SLP 40", "92508:GN 1"),
    _row("cognition, 31", "SLP", "cms", "97129 SLP 15, 97130 SLP 16", "97129:GN 1, 97130:GN 1"),
    # Commercial: each code alone, leftovers of different codes are never put together.
    _row("midpoint, 30", "PT", "ama", "97110 PT 30", "97110:GP 2"),
    _row("midpoint, 24 and 23", "PT", "ama", "97112 PT 24, 97110 PT 23", "97112:GP 2, 97110:GP 2"),
    _row("midpoint, 33 and 7", "PT", "ama", "97110 PT 33, 97140 PT 7", "97110:GP 2"),
    _row("midpoint, 8 and 8", "PT", "ama", "97110 PT 8, 97140 PT 8", "97110:GP 1, 97140:GP 1"),
    _row(
        "midpoint, three of 22",
        "PT",
        "ama",
        "97110 PT 22, 97112 PT 22, 97530 PT 22",
        "97110:GP 1, 97112:GP 1, 97530:GP 1",
    ),
    _row("midpoint, evaluation", "PT", "ama", "97161 PT 30, 97110 PT 23", "97161:GP 1, 97110:GP 2"),
    _row("midpoint, stimulation", "PT", "ama", "97014 PT 15, 97110 PT 38", "97014:GP 1, 97110:GP 3"),
    _row("midpoint, group", "PT", "ama", "97150 PT 30, 97110 PT 15", "97150:GP 1, 97110:GP:59 1"),
    _row("midpoint, assistant", "PT", "ama", "97110 PTA 30", "97110:GP 2"),
    _row("OT midpoint, 23 and 8", "OT", "ama", "97530 OT 23, 97535 OT 8", "97530:GO 2, 97535:GO 1"),
    _row("OT midpoint, evaluation", "OT", "ama", "97165 OT 45, 97535 OT 15", "97165:GO 1, 97535:GO 1"),
    _row("commercial speech", "SLP", "ama", "92507 SLP 45", "92507:GN 1"),
    _row("commercial speech evaluation", "SLP", "ama", "92523 SLP 60", "92523:GN 1"),
)
