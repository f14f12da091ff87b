"""report.xml: the content of report.json as XML.

The root is ``claim-scrub-report``, without a namespace. Names are the keys of report.json. What a key holds decides
its form:

- a number, a truth value (``true``, ``false``) or a short text: an attribute; null: no attribute
- prose (``message action states title why reason basis remark``): an element with the text; null: no element
- an object: an element with the object in it; null: no element
- a list: an element, empty when the list is, with one element for each item, named in ``ITEMS``: ``claims`` holds
  ``claim``, ``modifiers`` holds ``modifier``; an item that is a text is the text of its element

Attributes come first, then elements, both in the order of the keys. A character that XML forbids is written as its
control picture (U+2400 and on), or as U+FFFD where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from scrubber.reports.characters import for_xml
from scrubber.reports.schema import Claim, ClaimInBrief, Report

PROSE = frozenset({"message", "action", "states", "title", "why", "reason", "basis", "remark"})

ITEMS = {
    "interchanges": "control-number",
    "tables": "table",
    "findings": "finding",
    "claims": "claim",
    "lines_in": "line",
    "lines_out": "line",
    "lines_proposed": "line",
    "modifiers": "modifier",
    "visits": "visit",
    "codes": "code",
    "related": "claim",
    "evidence": "item",
    "not_checked": "check",
    "by_rule": "rule",
    "other_payers": "payer",
    "differs": "point",
    "unreadable_records": "record",
    "unmatched_records": "record",
}


def render(report: Report) -> bytes:
    """The report as UTF-8 XML with a declaration."""
    return b"".join(document(report, map(entry, report.claims)))


def document(report: Report, claims: Iterable[bytes]) -> Iterator[bytes]:
    """The document in pieces. ``claims`` are the elements of the claims; the report's own are not looked at."""
    before: list[str] = []
    attributes, inside = _divided(report)
    before.append(f"{_DECLARATION}<claim-scrub-report{attributes}>")
    for at, (key, value) in enumerate(inside):
        if key == "claims":
            yield f"{''.join(before)}<claims>".encode()
            yield from claims
            after = ["</claims>"]
            for later, content in inside[at + 1 :]:
                _element(after, later, content)
            yield f"{''.join(after)}</claim-scrub-report>\n".encode()
            return
        _element(before, key, value)


def entry(claim: Claim | ClaimInBrief) -> bytes:
    """One claim's element."""
    out: list[str] = []
    _object(out, ITEMS["claims"], claim)
    return "".join(out).encode()


def elements(key: str, items: tuple[msgspec.Struct, ...]) -> str:
    """A list of objects as the element that ``key`` names."""
    out: list[str] = []
    _element(out, key, items)
    return "".join(out)


_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"
_KEYS: dict[type[msgspec.Struct], tuple[tuple[str, str, bool], ...]] = {}
"""Field, key, and whether it is prose, of each type of the schema that was written."""


def _keys_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, bool], ...]:
    keys = _KEYS[kind] = tuple(
        (field, key, key in PROSE)
        for field, key in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    )
    return keys


def _divided(of: msgspec.Struct) -> tuple[str, list[tuple[str, Any]]]:
    """What is written as attributes, each with a space before it, and what is written as elements."""
    attributes = ""
    inside: list[tuple[str, Any]] = []
    kind = type(of)
    for field, key, is_prose in _KEYS.get(kind) or _keys_of(kind):
        value = getattr(of, field)
        if value is None:
            continue
        if is_prose or isinstance(value, (tuple, msgspec.Struct)):
            inside.append((key, value))
        elif isinstance(value, str):
            attributes += f' {key}="{in_attribute(value)}"'
        else:
            attributes += f' {key}="{_plain(value)}"'
    return attributes, inside


def _object(out: list[str], tag: str, of: msgspec.Struct) -> None:
    attributes, inside = _divided(of)
    out.append(f"<{tag}{attributes}>")
    for key, value in inside:
        _element(out, key, value)
    out.append(f"</{tag}>")


def _element(out: list[str], key: str, value: Any) -> None:
    if isinstance(value, tuple):
        out.append(f"<{key}>")
        for item in value:
            if isinstance(item, msgspec.Struct):
                _object(out, ITEMS[key], item)
            else:
                out.append(f"<{ITEMS[key]}>{in_content(str(item))}</{ITEMS[key]}>")
        out.append(f"</{key}>")
    elif isinstance(value, msgspec.Struct):
        _object(out, key, value)
    else:
        out.append(f"<{key}>{in_content(str(value))}</{key}>")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


_IN_CONTENT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = _IN_CONTENT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})
_NEEDS_CARE = re.compile(r"[^ !#-%'-;=?-~]")
"""Whatever is not an ASCII character that stands for itself in content and in attributes."""


def in_content(text: str) -> str:
    """The text as content of an element."""
    return for_xml(text).translate(_IN_CONTENT) if _NEEDS_CARE.search(text) else text


def in_attribute(text: str) -> str:
    """The text as the value of an attribute in double quotes."""
    return for_xml(text).translate(_IN_ATTRIBUTE) if _NEEDS_CARE.search(text) else text
