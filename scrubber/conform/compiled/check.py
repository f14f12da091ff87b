"""One segment against its description, as exactly as pyx12, and with its traps stepped round as segment_check does."""

from __future__ import annotations

from collections.abc import Callable

from scrubber.conform import wording
from scrubber.conform.compiled.nodes import Composite, Element, Note, Segment
from scrubber.conform.compiled.values import DTP_TYPES, Wrong, wrongs
from scrubber.conform.guide_fault import GuideFault
from scrubber.x12.delimiters import Delimiters

DATE_FORMAT = "1250"
"""The data element that names the format of a date; the date itself is 1251."""
DATE_VALUE = "1251"
WHY = {"composite": "invalid composite", "control": "control character", "spaces": "trailing spaces", "": ""}


def segment_faults(node: Segment, elements: list[str], delimiters: Delimiters) -> list[GuideFault]:
    """Faults of a segment split at its element separators, all with segment index -1, in pyx12's order."""
    check = _Check(node, list(elements), delimiters)
    check.blank()
    check.repeated()
    check.overlong()
    check.ranges()
    check.too_many()
    check.values()
    check.notes()
    return check.found


class _Check:
    def __init__(self, node: Segment, elements: list[str], delimiters: Delimiters) -> None:
        self.node = node
        self.elements = elements
        self.component = delimiters.component
        self.repetition = delimiters.repetition
        self.found: list[GuideFault] = []

    def parts(self, value: str) -> list[str]:
        return value.split(self.component) if self.component else [value]

    def bare(self, value: str) -> str:
        """A value without the component separators that it ends in."""
        return value.rstrip(self.component) if self.component else value

    def add(self, number: int, component: int | None, code: str, message: str) -> None:
        self.found.append(GuideFault(self.node.id, number, component, code, -1, "element", message))

    def blank(self) -> None:
        filled = any(map(self.bare, self.elements[1:]))
        if filled and self.elements[-1]:
            return
        words = "ends in an empty element" if filled else "has no data"
        message = f"{wording.segment_words(self.node)} {words}"
        self.found.append(GuideFault(self.node.id, None, None, "8", -1, "segment", message))

    def repeated(self) -> None:
        """No element that the 837P uses may repeat."""
        separator = self.repetition
        # A letter or digit is no separator, whatever ISA11 says: files of older habits leave a U there.
        if not separator or separator.isalnum():
            return
        for number, value in enumerate(self.elements[1:], start=1):
            if separator in value:
                self.elements[number] = value.partition(separator)[0]
                where = wording.place(self.node.id, number)
                self.add(number, None, "12", f"{where} holds the repetition separator, and may stand only once")

    def overlong(self) -> None:
        for described, value in zip(self.node.elements, self.elements[1:], strict=False):
            if isinstance(described, Element) or described.usage == "N":
                continue
            parts = self.parts(value)
            allowed = len(described.children)
            if len(parts) > allowed:
                self.elements[described.number] = self.component.join(parts[:allowed])
                where = wording.place(self.node.id, described.number)
                message = f"{where} has {len(parts)} components; at most {allowed} are allowed"
                self.add(described.number, allowed + 1, "13", message)

    def ranges(self) -> None:
        elements = self.elements
        if self.node.id != "DTP" or len(elements) < 4 or elements[2] != "RD8" or elements[3].count("-") < 2:
            return
        elements[3] = "-".join(elements[3].split("-")[:2])
        self.add(3, None, "8", f"{wording.place('DTP', 3)} has more than two dates")

    def too_many(self) -> None:
        allowed = len(self.node.elements)
        if len(self.elements) - 1 > allowed:
            message = f"{self.node.id} has more elements than the {allowed} of the guide"
            self.add(allowed + 1, None, "3", message)

    def values(self) -> None:
        formats: tuple[str, ...] = ()
        for described in self.node.elements:
            absent = described.number >= len(self.elements)
            value = "" if absent else self.elements[described.number]
            if isinstance(described, Composite):
                self.composite(described, value)
                continue
            if described.data_ele == DATE_FORMAT and not absent:
                formats += described.valid_codes
            if self.node.id == "DTP" and described.number == 3:
                self.simple(described, value, self.dtp_formats())
            else:
                self.simple(described, value, formats if described.data_ele == DATE_VALUE else ())

    def dtp_formats(self) -> tuple[str, ...]:
        named = self.bare(self.elements[2]) if len(self.elements) > 2 else ""
        return (named,) if named in DTP_TYPES else ()

    def simple(self, described: Element, value: str, formats: tuple[str, ...]) -> None:
        if self.component and self.component in value:
            self.say(described, Wrong("6", "composite"))
        elif value:
            for wrong in wrongs(described, value, formats):
                self.say(described, wrong)
        elif described.required:
            self.say(described, Wrong("1"))

    def composite(self, described: Composite, value: str) -> None:
        empty = not self.bare(value)
        if empty and described.usage != "R":
            return
        if empty or described.usage == "N":
            code = "1" if empty else "I10"
            where = wording.place(self.node.id, described.number)
            self.add(described.number, None, code, wording.element_message(code, where, None, ""))
            return
        parts = self.parts(value)
        for number, child in enumerate(described.children):
            part = parts[number] if number < len(parts) else ""
            if part:
                for wrong in wrongs(child, part):
                    self.say(child, wrong)
            elif child.required:
                self.say(child, Wrong("1"))

    def say(self, described: Element, wrong: Wrong) -> None:
        code = "I10" if wrong.code == "10" else wrong.code
        where = wording.place(self.node.id, described.number, described.component)
        message = wording.element_message(code, where, described, WHY[wrong.why])
        self.add(described.number, described.component, code, message)

    def notes(self) -> None:
        for note in self.node.notes:
            if not satisfied(note, self.filled):
                words = wording.relation(self.node.id, [note.kind, *note.elements])
                self.add(note.elements[0], None, "10" if note.kind == "E" else "2", words)

    def filled(self, number: int) -> bool:
        return number < len(self.elements) and bool(self.bare(self.elements[number]))


def satisfied(note: Note, filled: Callable[[int], bool]) -> bool:
    """Whether the elements of a syntax note are filled as it wants."""
    given = [filled(number) for number in note.elements]
    if note.kind == "P":
        return all(given) or not any(given)
    if note.kind == "R":
        return any(given)
    if note.kind == "E":
        return sum(given) <= 1
    if note.kind == "C":
        return not given[0] or all(given)
    return not given[0] or any(given[1:])
