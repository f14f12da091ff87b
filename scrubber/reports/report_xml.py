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

import io
from typing import TYPE_CHECKING, Any

import msgspec

from scrubber.reports.characters import for_xml
from scrubber.reports.schema import Report

if TYPE_CHECKING:
    from lxml import etree

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
    from lxml import etree

    out = io.BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        _object(xml, "claim-scrub-report", report)
    return out.getvalue() + b"\n"


def _object(xml: etree._IncrementalFileWriter, tag: str, of: msgspec.Struct) -> None:
    attributes: dict[str, str] = {}
    inside: list[tuple[str, Any]] = []
    for field, key in zip(of.__struct_fields__, of.__struct_encode_fields__, strict=True):
        value = getattr(of, field)
        if value is None:
            continue
        if key in PROSE or isinstance(value, (tuple, msgspec.Struct)):
            inside.append((key, value))
        else:
            attributes[key] = _text(value)
    with xml.element(tag, attributes):
        for key, value in inside:
            if isinstance(value, tuple):
                _list(xml, key, value)
            elif isinstance(value, msgspec.Struct):
                _object(xml, key, value)
            else:
                _line(xml, key, value)


def _list(xml: etree._IncrementalFileWriter, key: str, items: tuple[Any, ...]) -> None:
    with xml.element(key):
        for item in items:
            if isinstance(item, msgspec.Struct):
                _object(xml, ITEMS[key], item)
            else:
                _line(xml, ITEMS[key], item)


def _line(xml: etree._IncrementalFileWriter, tag: str, value: object) -> None:
    with xml.element(tag):
        xml.write(_text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return for_xml(str(value))
