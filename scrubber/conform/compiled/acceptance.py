"""The quick check of one segment: look-ups and small patterns that let nothing pass that has a fault.

What they do not accept need not be wrong: the exact check decides then. So they may be stricter than the guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.conform.compiled.check import DATE_FORMAT, DATE_VALUE
from scrubber.conform.compiled.nodes import Composite, Element, Note, Segment
from scrubber.conform.compiled.values import wrongs
from scrubber.x12.delimiters import Delimiters

Accept = Callable[[str], object]

EXTENDED = r"""A-Z0-9!"&'()*+,\-./:;?= a-z%~@\[\]_{}\\|<>^`#$"""
"""The extended character set of 005010, as a regular expression's class."""
DAY = "(?:0[1-9]|1[0-9]|2[0-8])"
DATE = f"(?:19|20)[0-9][0-9](?:(?:0[1-9]|1[0-2]){DAY}|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
"""CCYYMMDD of two centuries, without the 29th of February."""
TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
MOST_KNOWN = 1024
"""Values of composites that are remembered for each composite of a segment."""
MOST_CODES = 60
"""Codes that a pattern tries one after another; of a longer list it has those of its sample only."""


def nothing(_: str) -> object:
    """Accepts no value: the exact check decides."""
    return None


class Acceptance:
    """Makes the quick checks of one interchange's delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._component = delimiters.component
        repetition = delimiters.repetition
        barred = {delimiters.element, self._component, delimiters.segment, "" if repetition.isalnum() else repetition}
        fit = [chr(code) for code in range(32, 127) if re.fullmatch(f"[{EXTENDED}]", chr(code))]
        self._text = "".join(re.escape(each) for each in fit if each not in barred)
        self._patterns: dict[tuple[object, ...], Accept] = {}

    def of_segment(self, node: Segment) -> tuple[Accept, ...]:
        """For each element, the identifier first, what accepts its text; empty text where it may be empty."""
        accepts: list[Accept] = [frozenset((node.id,)).__contains__]
        formats: tuple[str, ...] = ()
        for described in node.elements:
            if isinstance(described, Composite):
                accepts.append(self._composite(described))
                continue
            if described.data_ele == DATE_FORMAT:
                formats += described.valid_codes
            if node.id == "DTP" and described.number == 3:
                accepts.append(self._dated(described, ("D8", "RD8")))
            elif described.data_ele == DATE_VALUE and formats:
                accepts.append(self._dated(described, formats))
            else:
                accepts.append(self._element(described))
        return tuple(accepts)

    def _element(self, element: Element) -> Accept:
        if element.usage == "N":
            return frozenset(("",)).__contains__
        empty = not element.required
        if element.codes is not None:
            right = {code for code in element.codes if self._is_plain(code) and not any(wrongs(element, code))}
            return frozenset(right | {""} if empty else right).__contains__
        if element.rec is not None:
            return nothing
        return self._pattern(element.data_type, element.min_len, element.max_len, empty=empty)

    def _is_plain(self, value: str) -> bool:
        return bool(value) and re.fullmatch(f"[{self._text}]+", value) is not None

    def _pattern(self, data_type: str, least: int, most: int, *, empty: bool) -> Accept:
        place = (data_type, least, most, empty)
        found = self._patterns.get(place)
        if found is None:
            form = self._form(data_type, least, most)
            found = re.compile(f"(?:{form})?" if empty else form).fullmatch if form else nothing
            self._patterns[place] = found
        return found

    def _form(self, data_type: str, least: int, most: int) -> str:
        if data_type in ("AN", "ID"):
            return f"[{self._text}]{{{max(least, 1)},{most}}}(?<! )"
        if data_type == "R":
            whole = f"-?[0-9]{{{max(least, 1)},{most}}}"
            return whole if least > 2 or most < 4 else rf"{whole}|-?[0-9]{{1,{most - 2}}}\.[0-9]{{1,2}}"
        if data_type[:1] == "N":
            return f"-?[0-9]{{{max(least, 1)},{most}}}"
        if data_type in ("DT", "D8") and least <= 8 <= most:
            return DATE
        if data_type == "TM" and least <= 4 <= most:
            return TIME
        return ""

    def _dated(self, element: Element, formats: tuple[str, ...]) -> Accept:
        """A date in the format that another element names; which of these it is, the caller compares."""
        form = self._dated_form(element, formats)
        return re.compile(form if element.required else f"{form}?").fullmatch if form else nothing

    def _dated_form(self, element: Element, formats: tuple[str, ...]) -> str:
        if element.codes is not None or element.rec is not None or element.usage == "N":
            return ""
        forms = {"D8": DATE, "RD8": f"{DATE}-{DATE}"}
        lengths = {"D8": 8, "RD8": 17}
        usable = [each for each in formats if each in forms and element.min_len <= lengths[each] <= element.max_len]
        if element.data_type != "AN" or not usable or not all(map(self._is_plain, "0123456789-")):
            return ""
        return f"(?:{'|'.join(forms[each] for each in usable)})"

    def forms(self, node: Segment) -> tuple[str, ...]:
        """For each element, the identifier first, a regular expression of filled texts that are accepted there.

        Empty text where there is none. Dates of DTP03 depend on DTP02, and are left out.
        """
        found = [""]
        formats: tuple[str, ...] = ()
        for described in node.elements:
            if isinstance(described, Composite):
                found.append(self._composite_form(described))
                continue
            if described.data_ele == DATE_FORMAT:
                formats += described.valid_codes
            if node.id == "DTP" and described.number == 3:
                found.append("")
            elif described.data_ele == DATE_VALUE and formats:
                found.append(self._dated_form(described, formats))
            else:
                found.append(self._element_form(described))
        return tuple(found)

    def _element_form(self, element: Element) -> str:
        if element.usage == "N" or (element.rec is not None and element.codes is None):
            return ""
        if element.codes is None:
            form = self._form(element.data_type, element.min_len, element.max_len)
            return f"(?:{form})" if form else ""
        if len(element.codes) > MOST_CODES:
            return ""
        right = sorted(code for code in element.codes if self._is_plain(code) and not any(wrongs(element, code)))
        return f"(?:{'|'.join(map(re.escape, right))})" if right else ""

    def _composite_form(self, described: Composite) -> str:
        """Component by component, as KnownComposite accepts them; those behind one without a form are left out."""
        if described.usage == "N" or not self._component:
            return ""
        least = max((number for number, child in enumerate(described.children, 1) if child.required), default=0)
        separator = re.escape(self._component)
        whole = ""
        closing = ""
        for number, child in enumerate(described.children, 1):
            form = self._element_form(child)
            if not form and child.usage != "N":
                if number <= least:
                    return ""
                break
            lead = separator if number > 1 else ""
            if number > max(least, 1):
                lead = "(?:" + lead
                closing += ")?"
            whole += lead + (form if child.required or not form else f"{form}?")
        return f"{whole}{closing}(?<!{separator})"

    def _composite(self, described: Composite) -> Accept:
        if described.usage == "N":
            return frozenset(("",)).__contains__
        if not self._component:
            return nothing
        accepts = tuple(self._element(child) for child in described.children)
        least = max((number for number, child in enumerate(described.children, 1) if child.required), default=0)
        return KnownComposite(self._component, accepts, least, required=described.required).accepts


class KnownComposite:
    """Accepts the values of a composite; those that it has accepted are remembered, up to a bound."""

    __slots__ = ("_accepts", "_component", "_known", "_least")

    def __init__(self, component: str, accepts: tuple[Accept, ...], least: int, *, required: bool) -> None:
        self._component = component
        self._accepts = accepts
        self._least = least
        self._known: set[str] = set() if required else {""}

    def accepts(self, value: str) -> bool:
        """Whether every component is accepted and none that is required is missing."""
        if value in self._known:
            return True
        parts = value.split(self._component)
        if not parts[-1] or not self._least <= len(parts) <= len(self._accepts):
            return False
        for accept, part in zip(self._accepts, parts, strict=False):
            if not accept(part):
                return False
        if len(self._known) < MOST_KNOWN:
            self._known.add(value)
        return True


def open_notes(node: Segment) -> tuple[Note, ...]:
    """The syntax notes that an accepted segment may still break: not those which its required elements satisfy."""

    def settled(number: int) -> bool | None:
        described = node.elements[number - 1] if number <= len(node.elements) else None
        if described is None or described.usage == "N":
            return False
        return True if described.required else None

    return tuple(note for note in node.notes if not _settled(note, [settled(each) for each in note.elements]))


def first_that_matters(note: Note) -> int:
    """A segment that ends before this element satisfies the note."""
    if note.kind == "R":
        return 0
    if note.kind == "E":
        return sorted(note.elements)[1]
    return min(note.elements) if note.kind == "P" else note.elements[0]


def _settled(note: Note, given: list[bool | None]) -> bool:
    if note.kind == "P":
        return all(given) or not any(each is not False for each in given)
    if note.kind == "R":
        return any(given)
    if note.kind == "E":
        return sum(each is not False for each in given) <= 1
    if note.kind == "C":
        return given[0] is False or all(given[1:])
    return given[0] is False or any(given[1:])
