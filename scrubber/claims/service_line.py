"""A service line (loop 2400): what was done, when, how often, for how much; and the edits it can be asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from scrubber.claims.amounts import cents, whole_units, written_like
from scrubber.claims.dates import period
from scrubber.claims.shape import LineShape
from scrubber.findings.finding import Location
from scrubber.x12.segment import Segment
from scrubber.x12.span import Edit, Span

MODIFIER_PLACES = 4
_EMPTY = Segment(0, [""], "")
NO_ELEMENTS = [""] * 7
"""What an SV1 that ends early is filled up with: eight elements of it are read, with its identifier."""
_QUALITY_DATA = re.compile("[0-9]{4}F|G[89][0-9]{3}|M1[0-9]{3}")


@lru_cache(maxsize=16384)
def procedure_of(text: str, component: str) -> tuple[str, str, tuple[str, ...]]:
    """Qualifier, code and filled modifiers of an SV101. Files repeat a few of them."""
    parts = text.split(component) if text else []
    modifiers = tuple(part for part in parts[2 : 2 + MODIFIER_PLACES] if part)
    return parts[0] if parts else "", parts[1] if len(parts) > 1 else "", modifiers


class ServiceLine:
    """One LX loop as read. Element numbers are those of SV1; ``ordinal`` counts 1..n within the claim.

    ``claim`` is the ordinal of the claim in the file. Modifiers are the filled ones of SV101-3 to SV101-6, in order.
    """

    __slots__ = (
        "charge", "claim", "code", "control", "date", "end", "first_segment", "is_hcpcs", "loops", "lx",
        "modifiers", "ordinal", "period", "pointers", "qualifier", "rendering_npi", "rendering_taxonomy",
        "segments", "start", "sv1", "unit", "units",
    )  # fmt: skip

    def __init__(
        self, claim: int, ordinal: int, segments: list[Segment], shape: LineShape, first: int, end: int
    ) -> None:
        """``segments`` are the whole claim's; ``first`` is the number of its CLM, ``end`` the byte behind the line."""
        self.claim = claim
        self.ordinal = ordinal
        self.segments = segments = segments[shape.first : shape.behind]
        self.loops = shape.loops
        self.first_segment = first + shape.first
        self.lx = segments[0]
        self.start = segments[0].at
        self.end = end
        self.sv1 = segments[shape.services[0]] if shape.services else _EMPTY
        self.control = ""
        for place in shape.controls:
            self.control = self.control or segments[place].value(2)
        self.period: tuple[date, date] | None = None
        self.date: date | None = None
        """The one day of service; None when it is unreadable or a span of several days."""
        for place in shape.dates:
            elements = segments[place].elements
            if self.period is None and len(elements) > 3:
                self.period = period(elements[2], elements[3])
        self.rendering_npi = ""
        self.rendering_taxonomy = ""
        for place in shape.rendering:
            self.rendering_npi = segments[place].value(9)
        for place in shape.taxonomies:
            self.rendering_taxonomy = segments[place].value(3)
        if self.period is not None and self.period[0] == self.period[1]:
            self.date = self.period[0]
        component = self.sv1.component
        _, procedure, self.charge, self.unit, self.units, _, _, pointers = (self.sv1.elements + NO_ELEMENTS)[:8]
        self.qualifier, self.code, self.modifiers = procedure_of(procedure, component)
        self.is_hcpcs = self.qualifier == "HC"
        """SV101-1 says that the code is a HCPCS or CPT code."""
        self.pointers = pointers.split(component) if pointers else []

    @property
    def cents(self) -> int | None:
        """SV102 in cents; None when it is no amount of at most two decimals."""
        return cents(self.charge)

    @property
    def whole_units(self) -> int | None:
        """SV104 as a positive whole number of UN units; None when it is anything else."""
        return whole_units(self.units) if self.unit == "UN" else None

    @property
    def is_quality_data(self) -> bool:
        """A code that only reports quality (category II, G8000 to G9999, M1000 to M1999), charged nothing or a cent."""
        return self.cents in (0, 1) and _QUALITY_DATA.fullmatch(self.code) is not None

    def notes(self, kind: str) -> list[str]:
        """Free text of the line: NTE02 of each NTE, or K301 of each K3."""
        element = 2 if kind == "NTE" else 1
        return [
            segment.value(element)
            for segment, loop in zip(self.segments, self.loops, strict=True)
            if segment.elements[0] == kind and loop == "2400"
        ]

    def has(self, *names: str) -> bool:
        """Whether the line carries a segment of one of these identifiers, or any segment of one of these loops."""
        return any(s.id in names or loop in names for s, loop in zip(self.segments, self.loops, strict=True))

    def location(self, element: str = "", part: int = 0) -> Location:
        """Where this line, or an element of its SV1 (``SV104``; LX01 as ``LX01``), stands.

        The segment number is that within the claim; the claim adds its own (``Claim.located``).
        """
        segment = self.lx if element.startswith("LX") or self.sv1 is _EMPTY else self.sv1
        byte = segment.at
        if element and segment.elements[0] == element[:-2]:
            byte = segment.span(int(element[-2:]), part).start
        name = f"{element}-{part}" if part else element or "LX"
        number = next(i for i, s in enumerate(self.segments) if s is segment)
        return Location(
            self.claim, self.lx.value(1), self.ordinal, self.control or None, name, self.first_segment + number, byte
        )

    def located(self, segment: Segment, element: int) -> Location:
        """Where an element of any segment of the line stands."""
        number = next(i for i, s in enumerate(self.segments) if s is segment)
        return Location(
            self.claim, self.lx.value(1), self.ordinal, self.control or None, f"{segment.id}{element:02d}",
            self.first_segment + number, segment.span(element).start,
        )  # fmt: skip

    def modifier_location(self, modifier: str) -> Location:
        """Where a modifier that the line carries stands; of a repeated one, the first."""
        return self.location("SV101", self.sv1.parts(1).index(modifier, 2) + 1)

    def set_units(self, units: int) -> Edit:
        """Edit SV104."""
        return Edit(self.sv1.span(4), str(units))

    def set_unit(self, unit: str) -> Edit:
        """Edit SV103."""
        return Edit(self.sv1.span(3), unit)

    def set_code(self, code: str) -> Edit:
        """Edit SV101-2, the code itself; its modifiers stay."""
        return Edit(self.sv1.span(1, 2), code)

    def set_charge(self, amount: int) -> Edit:
        """Edit SV102 to an amount of cents, written as the old one was."""
        return Edit(self.sv1.span(2), written_like(amount, self.charge))

    def add_modifier(self, modifier: str, after: str = "") -> Edit | None:
        """Edit that adds a modifier in the first place, or right behind ``after``. None when four are there already."""
        procedure = self.procedure_with(modifier, after)
        return None if procedure is None else self._set_procedure(procedure)

    def procedure_with(self, modifier: str, after: str = "") -> str | None:
        """SV101 with one more modifier; None when four are there already."""
        parts = self.sv1.parts(1)
        places = parts[2 : 2 + MODIFIER_PLACES]
        if len(self.modifiers) == MODIFIER_PLACES or len(parts) < 2:
            return None
        at = places.index(after) + 1 if after and after in places else 0
        places.insert(at, modifier)
        hole = next((i for i in range(at + 1, len(places)) if not places[i]), None)
        if hole is None and len(places) > MODIFIER_PLACES:  # the only empty place stands before: close ranks towards it
            hole = places.index("")
        if hole is not None:
            del places[hole]
        return self.sv1.component.join([*parts[:2], *places, *parts[2 + MODIFIER_PLACES :]])

    def set_modifiers(self, modifiers: Sequence[str]) -> Edit | None:
        """Edit that makes these the modifiers, in order, from the first place on. None when they are over four."""
        parts = self.sv1.parts(1)
        if len(modifiers) > MODIFIER_PLACES or len(parts) < 2:
            return None
        tail = parts[2 + MODIFIER_PLACES :]
        places = list(modifiers)
        if tail:  # what stands behind the fourth place must stay where it is
            places += [""] * (MODIFIER_PLACES - len(places))
        return self._set_procedure(self.sv1.component.join([*parts[:2], *places, *tail]))

    def drop_modifier(self, place: int) -> Edit:
        """Edit that removes the filled modifier at ``place`` (0 is the first) and closes ranks behind it."""
        parts = self.sv1.parts(1)
        places = parts[2 : 2 + MODIFIER_PLACES]
        filled = [i for i, text in enumerate(places) if text]
        del places[filled[place]]
        tail = parts[2 + MODIFIER_PLACES :]
        if tail:  # what stands behind the fourth place must stay where it is
            places.append("")
        return self._set_procedure(self.sv1.component.join([*parts[:2], *places, *tail]))

    def _set_procedure(self, new: str) -> Edit:
        """The smallest edit that turns SV101 into this."""
        old = self.sv1.value(1)
        head = _shared(old, new)
        tail = _shared(old[head:][::-1], new[head:][::-1])
        start = self.sv1.span(1).start
        return Edit(Span(start + head, start + len(old) - tail), new[head : len(new) - tail])


def _shared(one: str, other: str) -> int:
    """Length of the common beginning."""
    length = min(len(one), len(other))
    return next((i for i in range(length) if one[i] != other[i]), length)
