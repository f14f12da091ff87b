"""The XML says what the JSON says, and is well formed whatever a claim holds."""

import json

from lxml import etree
from reports.in_brief import findings_only

from scrubber.reports import report_json, report_xml

TRUTH = {"true": True, "false": False}
LISTS = set(report_xml.ITEMS)


def as_json(element, like):
    """The object that an element stands for, with the types that ``like`` (the JSON object) has."""
    made = {}
    for key, expected in like.items():
        child = element.find(key)
        if isinstance(expected, list):
            assert child is not None, key
            assert len(child) == len(expected), key
            made[key] = [
                as_json(item, one) if isinstance(one, dict) else item.text or ""
                for item, one in zip(child, expected, strict=True)
            ]
        elif isinstance(expected, dict):
            made[key] = as_json(child, expected)
        elif key in report_xml.PROSE:
            made[key] = None if child is None else child.text or ""
        else:
            value = element.get(key)
            made[key] = value if value is None or isinstance(expected, str) else typed(value)
    assert set(element.keys()) | {child.tag for child in element} <= set(like)
    return made


def typed(value):
    return TRUTH[value] if value in TRUTH else int(value)


def test_it_holds_all_that_the_json_holds(demo):
    expected = json.loads(report_json.render(demo))
    root = etree.fromstring(report_xml.render(demo))
    assert root.tag == "claim-scrub-report"
    assert as_json(root, expected) == expected


def test_claims_by_identity_are_there_too(demo):
    expected = json.loads(report_json.render(findings_only(demo)))
    assert as_json(etree.fromstring(report_xml.render(findings_only(demo))), expected) == expected


def test_every_item_of_a_list_has_the_documented_name(demo):
    root = etree.fromstring(report_xml.render(demo))
    for name, item in report_xml.ITEMS.items():
        lists = [element for element in root.iter(name) if not element.attrib]
        assert lists, name
        assert {child.tag for element in lists for child in element} <= {item}


def test_what_xml_forbids_is_shown_instead_of_breaking_the_file(build):
    found = build["finding"]("G611", "element", "bad \x00\x1b\x0b\ufffe and\ttab", "a\ud800b")
    claim = build["claim"](1, "held", [], [found], claim_id="A\x07B")
    root = etree.fromstring(report_xml.render(build["report"]([claim])))
    assert root.find("claims/claim").get("claim_id") == "A\u2407B"
    assert root.findtext(".//message") == "bad \u2400\u241b\u240b\ufffd and\ttab"
    assert root.findtext(".//action") == "a\ufffdb"


def test_markup_in_a_claim_is_text(build):
    evil = '"><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;<b>\r\n'
    claim = build["claim"](1, "held", [], [build["finding"]("G611", "element", evil)], claim_id=evil)
    root = etree.fromstring(report_xml.render(build["report"]([claim])))
    assert root.find("claims/claim").get("claim_id") == evil
    assert root.findtext(".//message") == evil
    assert root.find(".//b") is None


def test_it_is_utf_8_and_says_so(build):
    claim = build["claim"](1, "unchanged", [], claim_id="Ünïcode-日本")
    raw = report_xml.render(build["report"]([claim]))
    assert raw.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert "Ünïcode-日本".encode() in raw
