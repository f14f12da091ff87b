"""Payer overlays: what a companion guide narrows, laid over pyx12's own 837P map as it is installed.

The result is a folder of maps as pyx12 reads it through ``map_path``. It is made at run time and never shipped: the
map's text is X12's.
"""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.errors import TableError
from scrubber.x12.maps import maps_folder
from scrubber.x12.xml_file import read_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

MAP_FILE = "837.5010.X222.A1.xml"
BESIDE = ("maps.xml", "codes.xml", "dataele.xml", "x12.control.00501.xml", "x12.control.00401.xml")
"""Files that pyx12 wants in a folder of maps, beside the map itself."""
USAGE = {"required": "R", "not-used": "N"}


def overlay_names() -> tuple[str, ...]:
    """Names of the overlays that travel with the program."""
    return tuple(sorted(path.stem for path in (maps_folder() / "overlays").glob("*.xml")))


def overlay_file(name: str) -> Path:
    """The file of an overlay: one of ours by its name, else a path. Raises TableError when there is none."""
    own = maps_folder() / "overlays" / f"{name}.xml"
    if own.is_file():
        return own
    if Path(name).suffix == ".xml":
        return Path(name)
    raise TableError(f'There is no overlay "{name}". Known: {", ".join(overlay_names())}; or give the path of a file.')


def lay(overlay: Path, folder: Path) -> None:
    """Write the maps that the overlay makes of the installed ones into an empty ``folder``.

    Raises TableError, with file and line, for an overlay that cannot be read, has not the form of overlay.rng, names
    no node of the map, or widens what the guide allows.
    """
    entries = read_xml(overlay, maps_folder() / "overlay.rng").getroot()
    with as_file(files("pyx12").joinpath("map")) as installed:
        tree = read_xml(installed / MAP_FILE)
        guide = _Guide(tree.getroot(), overlay)
        for entry in entries:
            guide.narrow(entry)
        for name in BESIDE:
            shutil.copyfile(installed / name, folder / name)
    tree.write(str(folder / MAP_FILE), encoding="utf-8", xml_declaration=True)


@cache
def effective_map(overlay: str) -> Path:
    """The folder of maps that an overlay makes, by its name or path: laid once in each process, and removed at its end.

    Overlays of the same content share one. Raises TableError as ``lay`` does.
    """
    file = overlay_file(overlay)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise TableError(f"{file}: cannot be read ({error.strerror})") from None
    return _laid(hashlib.sha256(content).hexdigest(), file)


def _laid(sha256: str, file: Path) -> Path:
    folder = _folders.get(sha256)
    if folder is None:
        made = Path(tempfile.mkdtemp(prefix="scrubber-map-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        lay(file, made)
        folder = _folders[sha256] = made
    return folder


_folders: dict[str, Path] = {}


class _Guide:
    """The map that is being narrowed."""

    def __init__(self, root: _Element, overlay: Path) -> None:
        self.root = root
        self.overlay = overlay

    def narrow(self, entry: _Element) -> None:
        """Lay one entry over every node that it names."""
        if entry.tag == "loop":
            # pyx12 looks at the usage of a loop when it is missing, and at that of its first segment when it is there.
            for node in self._loops(entry, entry.get("id", ""), entry.get("under")):
                self._usage(entry, node)
                self._usage(entry, node.find("segment"))
            return
        segments = list(self._segments(entry))
        if entry.tag == "segment":
            for node in segments:
                self._usage(entry, node)
                self._most(entry, node)
            return
        for segment in segments:
            node = self._element(entry, segment)
            self._usage(entry, node)
            self._codes(entry, node)
            self._pattern(entry, node)

    def _loops(self, entry: _Element, loop: str, under: str | None = None) -> list[_Element]:
        around = self.root.iter("loop") if under is None else self._loops(entry, under)
        places = [self.root] if under is None else list(around)
        found = [node for place in places for node in place.iter("loop") if node.get("xid") == loop]
        if not found:
            raise self._fault(entry, f"the guide has no loop {loop}{f' under {under}' if under else ''}")
        return found

    def _segments(self, entry: _Element) -> Iterator[_Element]:
        """The segments of the name in every loop of the id, those of the code in their first element only."""
        loop, name, when = entry.get("in", ""), entry.get("segment"), entry.get("when")
        found = False
        for around in self._loops(entry, loop):
            for node in around.findall("segment"):
                if node.get("xid") != name:
                    continue
                if when is None or when in (code.text for code in node.iterfind("element[1]/valid_codes/code")):
                    found = True
                    yield node
        if not found:
            kind = f" with {when} in its first element" if when else ""
            raise self._fault(entry, f"loop {loop} of the guide has no {name}{kind}")

    def _element(self, entry: _Element, segment: _Element) -> _Element:
        number, part = int(entry.get("number", "0")), entry.get("part")
        described = [node for node in segment if node.tag in ("element", "composite")]
        if number > len(described):
            raise self._fault(entry, f"{segment.get('xid')} of the guide has no element {number}")
        node = described[number - 1]
        if part is None:
            return node
        components = node.findall("element") if node.tag == "composite" else []
        if int(part) > len(components):
            raise self._fault(entry, f"{segment.get('xid')}{number:02d} of the guide has no part {part}")
        return components[int(part) - 1]

    def _usage(self, entry: _Element, node: _Element | None) -> None:
        wanted = entry.get("usage")
        if wanted is None or node is None:
            return
        usage = node.find("usage")
        if usage is None:
            raise self._fault(entry, "the guide gives it no usage")
        if usage.text not in ("S", USAGE[wanted]) and not (entry.tag == "loop" and node.tag == "segment"):
            said = "not used" if usage.text == "N" else "required"
            raise self._fault(entry, f"the guide has it {said}: an overlay narrows and cannot make it {wanted}")
        usage.text = USAGE[wanted]

    def _most(self, entry: _Element, node: _Element) -> None:
        most = entry.get("most")
        if most is None:
            return
        limit = node.find("max_use")
        if limit is None or ((limit.text or "").isdecimal() and int(most) > int(limit.text or "")):
            raise self._fault(entry, "the guide allows fewer: an overlay narrows")
        limit.text = most

    def _codes(self, entry: _Element, node: _Element) -> None:
        wanted = (entry.findtext("codes") or "").split()
        if not wanted:
            return
        known = node.find("valid_codes")
        if known is None:
            raise self._fault(entry, "the guide lists no codes for it; give a pattern")
        listed = {code.text: code for code in known.iterfind("code")}
        for code in wanted:
            if listed and code not in listed:
                raise self._fault(entry, f"the guide does not take {code} here: an overlay narrows")
        for text, described in listed.items():
            if text not in wanted:
                known.remove(described)

    def _pattern(self, entry: _Element, node: _Element) -> None:
        pattern = entry.findtext("pattern")
        if pattern is None:
            return
        try:
            re.compile(pattern)
        except re.error as error:
            raise self._fault(entry, f"the pattern is no regular expression ({error})") from None
        described = node.find("regex")
        if described is not None:
            raise self._fault(entry, "the guide has a pattern for it already")
        described = node.makeelement("regex", {}, None)
        described.text = f"^(?:{pattern})$"
        node.append(described)

    def _fault(self, entry: _Element, why: str) -> TableError:
        return TableError(f"{self.overlay}, line {entry.sourceline}: {why}")
