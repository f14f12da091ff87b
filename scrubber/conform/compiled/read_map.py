"""Read the effective map: that of the installed pyx12, or one that an overlay was laid over, from its XML.

pyx12 itself is not imported: its loader takes 0.16 s with the import, this one a third of that. What the attributes
mean is as in pyx12's map_if package.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber.conform.compiled.nodes import UNLIMITED, Composite, Element, Key, Loop, Note, Segment, qualifier
from scrubber.errors import TableError
from scrubber.x12.xml_file import read_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

MAP_FILE = "837.5010.X222.A1.xml"
NOTE_KINDS = "PRCLE"


class Kind(NamedTuple):
    """A data element of the dictionary: its type and its length in characters."""

    data_type: str
    min_len: int
    max_len: int


def installed_maps() -> Path:
    """The folder of maps of the installed pyx12, found without importing it.

    Raises TableError when pyx12 is not installed.
    """
    found = importlib.util.find_spec("pyx12")
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise TableError("pyx12 is not installed, whose map of the 837P is judged by; install pyx12 4")
    return Path(places[0]) / "map"


class MapReader:
    """Reads maps of one folder. Files that it lacks are those of the installed pyx12: an overlay replaces only the map.

    Raises TableError with file and line for what is no map.
    """

    def __init__(self, map_path: Path | None = None) -> None:
        if map_path is not None and not (map_path / MAP_FILE).is_file():
            raise TableError(f"{map_path}: no {MAP_FILE} in this folder; lay the overlay again")
        self._folder = map_path
        self._installed = installed_maps()
        self._kinds = {
            element.get("ele_num", ""): Kind(
                element.get("data_type", ""), int(element.get("min_len", "0")), int(element.get("max_len", "0"))
            )
            for element in self._tree("dataele.xml").iter("data_ele")
        }
        self._lists = {
            codes.findtext("id", ""): frozenset(code.text or "" for code in codes.iterfind("version/code"))
            for codes in self._tree("codes.xml").iter("codeset")
        }
        self._file = Path()
        self._slots: dict[str, int] = {}
        self._numbered = 0

    def read(self, name: str) -> Loop:
        """The root of one map, with slots and numbers given and all loops linked."""
        tree = self._tree(name)
        self._slots = {}
        self._numbered = 0
        root = Loop(tree.get("xid", ""), "R", 0, 1, None)
        root.path = "/"
        self._fill(root, tree)
        for loop in root.loops():
            inside = loop.path + "/"
            loop.below = frozenset(slot for path, slot in self._slots.items() if path.startswith(inside))
        return root

    def _tree(self, name: str) -> _Element:
        own = self._folder / name if self._folder else None
        self._file = own if own and own.is_file() else self._installed / name
        return read_xml(self._file).getroot()

    def _fill(self, loop: Loop, described: _Element) -> None:
        """Read the children of a loop. Of several at one position inner loops are looked at first, as pyx12 does."""
        children: list[Loop | Segment] = []
        for each in described.iterfind("loop"):
            fields = _fields(each)
            child = Loop(
                each.get("xid", ""),
                self._usage(each, fields),
                self._int(each, fields, "pos"),
                self._limit(each, fields, "repeat"),
                loop,
            )
            children.append(child)
            child.path = ("" if loop.parent is None else loop.path) + "/" + child.id
            child.slot = self._slot(child.path)
            self._fill(child, each)
        children += [self._segment(each, loop) for each in described.iterfind("segment")]
        children.sort(key=lambda child: child.pos)
        loop.children = tuple(children)
        if children and isinstance(children[0], Segment):
            children[0].opens = True
        crowded = {one.pos for one, other in pairwise(children) if one.pos == other.pos}
        for each_child in children:
            if isinstance(each_child, Segment):
                each_child.path = self._path(each_child, loop, crowded=each_child.pos in crowded)
                each_child.slot = self._slot(each_child.path)
                each_child.number = self._numbered
                self._numbered += 1

    def _path(self, segment: Segment, loop: Loop, *, crowded: bool) -> str:
        """What pyx12 counts occurrences under: segments of one path share a count."""
        path = ("" if loop.parent is None else loop.path) + "/" + segment.id
        told_by = qualifier(segment.id, segment.elements) if crowded and loop.parent is not None else None
        return f"{path}[{told_by.valid_codes[0]}]" if told_by else path

    def _slot(self, path: str) -> int:
        return self._slots.setdefault(path, len(self._slots))

    def _segment(self, described: _Element, loop: Loop) -> Segment:
        fields = _fields(described)
        segment = Segment(
            described.get("xid", ""),
            self._usage(described, fields),
            self._int(described, fields, "pos"),
            self._limit(described, fields, "max_use"),
            loop,
        )
        places: dict[int, _Element] = {}
        for tag in ("element", "composite"):
            for each in described.iterfind(tag):
                places[self._int(each, _fields(each), "seq")] = each
        if sorted(places) != list(range(1, len(places) + 1)):
            raise self._error(described, f"the elements of {segment.id} are not numbered 1, 2, 3")
        segment.elements = tuple(self._element_or_composite(places[number], number) for number in sorted(places))
        segment.notes = tuple(self._notes(described))
        segment.key = _key(segment)
        return segment

    def _element_or_composite(self, described: _Element, number: int) -> Element | Composite:
        if described.tag == "element":
            return self._element(described, number, None, "")
        usage = self._usage(described, _fields(described))
        parts = described.findall("element")
        numbers = [self._int(each, _fields(each), "seq") for each in parts]
        if numbers != list(range(1, len(parts) + 1)):
            raise self._error(described, "the components of a composite are not numbered 1, 2, 3")
        children = [self._element(each, number, part, usage) for part, each in enumerate(parts, start=1)]
        return Composite(number, usage, tuple(children))

    def _element(self, described: _Element, number: int, component: int | None, around: str) -> Element:
        fields = _fields(described)
        data_ele = described.get("data_ele") or fields.get("data_ele", "")
        kind = self._kinds.get(data_ele)
        if kind is None:
            raise self._error(described, f"data element {data_ele} is not in dataele.xml")
        listed = described.find("valid_codes")
        external = None if listed is None else listed.get("external")
        own = () if listed is None else tuple(code.text or "" for code in listed.iterfind("code"))
        if "" in own:
            raise self._error(described, "an empty code")
        if external is not None and external not in self._lists:
            raise self._error(described, f"the code list {external} is not in codes.xml")
        codes = frozenset(own) | self._lists.get(external or "", frozenset()) if own or external is not None else None
        return Element(
            number, component, self._usage(described, fields), *kind, own, external, codes,
            self._pattern(described, fields.get("regex", "")), data_ele, component == 1 and around != "R",
        )  # fmt: skip

    def _pattern(self, described: _Element, text: str) -> re.Pattern[str] | None:
        try:
            return re.compile(text, re.DOTALL) if text else None
        except re.error as error:
            raise self._error(described, f"no regular expression: {error}") from error

    def _notes(self, described: _Element) -> Iterator[Note]:
        for each in described.iterfind("syntax"):
            text = each.text or ""
            if text[:1] and text[0] in NOTE_KINDS:
                numbers = tuple(int(text[at : at + 2]) for at in range(1, len(text) - 1, 2))
                if len(numbers) < 2:
                    raise self._error(each, "a syntax note is about two elements at least")
                yield Note(text[0], numbers)

    def _usage(self, described: _Element, fields: dict[str, str]) -> str:
        usage = described.get("usage") or fields.get("usage", "")
        if usage not in ("R", "S", "N"):
            raise self._error(described, f"usage of {described.get('xid')} is {usage!r}; R, S or N is expected")
        return usage

    def _int(self, described: _Element, fields: dict[str, str], name: str) -> int:
        text = described.get(name) or fields.get(name, "")
        if not text.isdecimal():
            raise self._error(described, f"{name} of {described.get('xid')} is {text!r}; a number is expected")
        return int(text)

    def _limit(self, described: _Element, fields: dict[str, str], name: str) -> int:
        text = described.get(name) or fields.get(name, "")
        if text in ("", ">1"):
            return UNLIMITED
        return self._int(described, fields, name)

    def _error(self, described: _Element, what: str) -> TableError:
        return TableError(f"{self._file}, line {described.sourceline}: {what}")


def _fields(described: _Element) -> dict[str, str]:
    """The texts of the children, the first of each name."""
    fields: dict[str, str] = {}
    for child in described:
        fields.setdefault(child.tag, child.text or "")
    return fields


def _key(segment: Segment) -> Key | None:
    """What pyx12's is_match looks at besides the identifier."""
    elements = segment.elements
    first = elements[0] if elements else None
    if isinstance(first, Element) and first.data_type == "ID" and first.usage == "R" and first.valid_codes:
        return Key(1, 0, frozenset(first.valid_codes))
    second = elements[1] if segment.id == "ENT" and len(elements) > 1 else None
    if isinstance(second, Element) and second.data_type == "ID" and second.valid_codes:
        return Key(2, 0, frozenset(second.valid_codes))
    if isinstance(first, Composite) and first.children:
        inner = first.children[0]
        if inner.valid_codes and (inner.data_type == "ID" or (segment.id == "CTX" and inner.data_type == "AN")):
            return Key(1, 1, frozenset(inner.valid_codes))
    third = elements[2] if segment.id == "HL" and len(elements) > 2 else None
    if isinstance(third, Element) and third.valid_codes:
        return Key(3, 0, frozenset(third.valid_codes))
    return None
