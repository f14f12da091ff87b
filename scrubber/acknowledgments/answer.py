"""The interchange that answers a received one: sender and receiver change places, numbers follow from the source."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import NamedTuple

from scrubber.claims.outline import Group, Interchange
from scrubber.x12.delimiters import Delimiters

ISA_LENGTHS = (0, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
"""Characters of ISA01 to ISA16."""
REPETITION = "^"
_UNFIT = re.compile(r"[^A-Za-z0-9 !\"&'()*+,\-./:;?=%@\[\]_{}\\|<>~#$]")
"""What is in no character set of X12."""
EARLIEST = "19000101"
"""Begins the period that stands where a day of service is due and the claim has none that can be read. It ends with the
day of the answer: nothing else is known, and the guide (005010X214, 2200D) takes no claim without a date."""


class Moment(NamedTuple):
    """When an acknowledgment is made: a date, and a time of day as HHMM. Midnight unless the caller knows better, so
    that the same input gives the same bytes."""

    day: date
    time: str = "0000"

    @property
    def text(self) -> str:
        """The date as CCYYMMDD."""
        return f"{self.day:%Y%m%d}"


class Received(NamedTuple):
    """The envelope of a received interchange as its ISA says it. ``elements`` are ISA00 to ISA16, latin-1, padded."""

    elements: tuple[str, ...]
    delimiters: Delimiters

    @property
    def wants_ta1(self) -> bool:
        """ISA14: an acknowledgment of the interchange itself is asked for."""
        return self.elements[14] == "1"


def received(source: bytes, interchange: Interchange) -> Received:
    """The ISA of an interchange. One that is short reads as far as it goes, the rest blank."""
    delimiters = interchange.delimiters
    text = source[interchange.start : interchange.start + 120].decode("latin-1").partition(delimiters.segment)[0]
    elements = text.split(delimiters.element)[:17]
    elements += [""] * (17 - len(elements))
    return Received(
        tuple(each.ljust(width)[:width] for each, width in zip(elements, ISA_LENGTHS, strict=True)), delimiters
    )


def group_elements(source: bytes, group: Group) -> list[str]:
    """GS00 to GS08 of a received group, blank where it is short."""
    delimiters = group.interchange.delimiters
    end = source.find(delimiters.segment.encode("latin-1"), group.start)
    text = source[group.start : end if end >= 0 else group.start + 200].decode("latin-1")
    elements = text.split(delimiters.element)
    return (elements + [""] * 9)[:9]


class Answer:
    """Segments of one answering interchange, written as they come; counts and numbers are kept here.

    ``control`` is its own control number, ``to`` the interchange that it answers.
    """

    def __init__(self, to: Received, control: str, moment: Moment) -> None:
        self.delimiters = to.delimiters
        end = to.delimiters.segment
        self._end = end if end in "\r\n" else end + "\n"
        self.moment = moment
        self._to = to
        self._parts: list[str] = []
        self.control = control
        self._groups = 0
        self._sets = 0
        self._group_control = ""
        self._set_control = ""
        self._set_start = 0
        isa = to.elements
        repetition = to.delimiters.repetition or REPETITION
        self.segment(
            "ISA", "00", " " * 10, "00", " " * 10, isa[7], isa[8], isa[5], isa[6], f"{moment.day:%y%m%d}", moment.time,
            repetition, "00501", self.control, "0", isa[15], to.delimiters.component, trim=False,
        )  # fmt: skip

    def segment(self, *elements: str, trim: bool = True) -> None:
        """Write one segment; empty elements at its end are left away."""
        last = len(elements)
        while trim and last > 1 and not elements[last - 1]:
            last -= 1
        self._parts.append(self.delimiters.element.join(elements[:last]) + self._end)

    def echo(self, text: str, most: int) -> str:
        """A text of the received file as an answer may repeat it: at most so many characters, and "?" for what no
        element of an answer may hold, separators among it."""
        fit = _UNFIT.sub("?", text)
        for separator in self.delimiters:
            fit = fit.replace(separator, "?") if separator else fit
        return fit[:most].rstrip(" ")

    def composite(self, *parts: str) -> str:
        """Components joined; empty ones at the end are left away."""
        return self.delimiters.component.join(parts).rstrip(self.delimiters.component)

    def open_group(self, functional_id: str, answered: list[str], version: str) -> None:
        """GS, with application sender and receiver of the answered group in each other's place."""
        self._groups += 1
        self._sets = 0
        self._group_control = str(self._groups)
        to, sender = (self.echo(each, 15) for each in (answered[3], answered[2]))
        self.segment(
            "GS", functional_id, to.ljust(2, "?"), sender.ljust(2, "?"), self.moment.text, self.moment.time,
            self._group_control, "X", version,
        )  # fmt: skip

    def open_set(self, set_id: str, version: str) -> None:
        """ST."""
        self._sets += 1
        self._set_control = f"{self._sets:04d}"
        self._set_start = len(self._parts)
        self.segment("ST", set_id, self._set_control, version)

    def close_set(self) -> None:
        """SE with its count."""
        self.segment("SE", str(len(self._parts) - self._set_start + 1), self._set_control)

    def close_group(self) -> None:
        """GE with its count."""
        self.segment("GE", str(self._sets), self._group_control)

    def close(self) -> bytes:
        """IEA, and the whole interchange."""
        self.segment("IEA", str(self._groups), self.control)
        return "".join(self._parts).encode("latin-1")


def answering(source_sha256: str, interchange: Interchange, to: Received, moment: Moment, kind: str) -> Answer:
    """An answer to an interchange of a file. ``kind`` (999, 277CA) tells two answers to one apart by their numbers."""
    return Answer(to, control_number(f"{kind} {source_sha256} {interchange.ordinal}".encode()), moment)


def control_number(content: bytes) -> str:
    """Nine digits that follow from what is answered, never all of them zero."""
    digest = hashlib.sha256(content).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 999_999_999 + 1:09d}"


def control_as_read(to: Received) -> tuple[str, str, str]:
    """ISA13, ISA09 and ISA10 of what is answered, for TA101 to TA103. A TA1 repeats them as they are."""
    return to.elements[13].strip(), to.elements[9].strip(), to.elements[10].strip()
