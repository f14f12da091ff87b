"""The schema of report.xml, docs/report.rng, made of the types of the report."""  # noqa: INP001 - beside what it writes

from __future__ import annotations

from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import msgspec
from lxml import etree

from scrubber.reports.report_xml import ITEMS, PROSE
from scrubber.reports.schema import SCHEMA, Report

PATH = Path(__file__).parent / "report.rng"
NAMESPACE = "http://relaxng.org/ns/structure/1.0"
DATATYPES = "http://www.w3.org/2001/XMLSchema-datatypes"
ROOT = "claim-scrub-report"


def schema() -> str:
    """The RELAX NG grammar of report.xml."""
    grammar = etree.Element("grammar", nsmap={None: NAMESPACE}, datatypeLibrary=DATATYPES)
    grammar.append(etree.Comment(f" The form of report.xml, {SCHEMA}. Written by `make docs` from the types. "))
    start = etree.SubElement(grammar, "start")
    _object(start, ROOT, Report)
    structs: dict[str, type] = {}
    _collect(Report, structs)
    for name, struct in structs.items():
        define = etree.SubElement(grammar, "define", name=name)
        _fields(define, struct)
    etree.indent(grammar, "  ")
    text = etree.tostring(grammar, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _collect(struct: type, found: dict[str, type]) -> None:
    if struct.__name__ in found:
        return
    found[struct.__name__] = struct
    for field in msgspec.structs.fields(struct):
        for kind in _kinds(field.type):
            for each in _kinds(get_args(kind)[0]) if get_origin(kind) is tuple else (kind,):
                if _is_struct(each):
                    _collect(each, found)


def _kinds(kind: Any) -> list[Any]:
    """The alternatives of a type, without None."""
    alternatives = (kind,) if get_origin(kind) in (None, tuple, Literal) else get_args(kind)
    return [each for each in alternatives if each is not NoneType]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _fields(into: Any, struct: type) -> None:
    """Attributes first, then elements, both in the order of the keys: as the renderer writes them."""
    elements = []
    for field in msgspec.structs.fields(struct):
        kinds = _kinds(field.type)
        may_be_none = NoneType in get_args(field.type)
        if field.encode_name in PROSE or get_origin(kinds[0]) is tuple or _is_struct(kinds[0]):
            elements.append((field.encode_name, kinds[0], may_be_none))
            continue
        place = etree.SubElement(into, "optional") if may_be_none else into
        _value(etree.SubElement(place, "attribute", name=field.encode_name), kinds[0])
    for key, kind, may_be_none in elements:
        place = etree.SubElement(into, "optional") if may_be_none else into
        _element(place, key, kind)


def _element(into: Any, key: str, kind: Any) -> None:
    if _is_struct(kind):
        _object(into, key, kind)
        return
    element = etree.SubElement(into, "element", name=key)
    if get_origin(kind) is not tuple:
        etree.SubElement(element, "text")
        return
    items = etree.SubElement(element, "zeroOrMore")
    wanted = _kinds(get_args(kind)[0])
    place = etree.SubElement(items, "choice") if len(wanted) > 1 else items
    for each in wanted:
        if _is_struct(each):
            _object(place, ITEMS[key], each)
        else:
            etree.SubElement(etree.SubElement(place, "element", name=ITEMS[key]), "text")


def _object(into: Any, tag: str, struct: type) -> None:
    etree.SubElement(etree.SubElement(into, "element", name=tag), "ref", name=struct.__name__)


def _value(attribute: Any, kind: Any) -> None:
    if get_origin(kind) is Literal:
        _choice(attribute, get_args(kind))
    elif kind is bool:
        _choice(attribute, ("true", "false"))
    elif kind is int:
        etree.SubElement(attribute, "data", type="integer")
    else:
        etree.SubElement(attribute, "text")


def _choice(attribute: Any, values: tuple[str, ...]) -> None:
    choice = etree.SubElement(attribute, "choice")
    for value in values:
        etree.SubElement(choice, "value").text = value
