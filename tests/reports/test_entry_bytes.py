"""The short way to a claim's entries says what the long way says, whatever its texts are."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scrubber.findings.finding import NotChecked
from scrubber.outcome import ClaimResult, CodeState, LineState, VisitState
from scrubber.reports import report_json, report_xml
from scrubber.reports.characters import for_xml
from scrubber.reports.claim_entry import claim_entry, identity
from scrubber.reports.entry_bytes import json_and_xml
from scrubber.visits.other_payers import OtherPayer

plain = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='&<>"\\'), max_size=6)
latin = st.text(st.characters(max_codepoint=255), max_size=6)
minutes = st.none() | st.integers(0, 90)


def claims(text: st.SearchStrategy[str]) -> st.SearchStrategy[ClaimResult]:
    maybe = st.none() | text
    modifiers = st.lists(text, max_size=4).map(tuple)
    lines = st.lists(st.builds(LineState, text, text, modifiers, text, text, maybe, maybe), max_size=3).map(tuple)
    written = st.lists(st.builds(LineState, text, text, modifiers, text, text, maybe, maybe, maybe), max_size=3)
    codes = st.lists(st.builds(CodeState, text, st.booleans(), minutes, minutes, text, minutes, minutes), max_size=3)
    visits = st.builds(VisitState, plain, plain, plain, st.booleans(), minutes, minutes, codes.map(tuple))

    def made(parts: Any) -> ClaimResult:
        read, out, proposed, seen, checks, others, texts, same = parts
        disposition = "unchanged" if same else "corrected"
        if same:
            out = tuple(LineState(*(getattr(each, n) for n in each.__struct_fields__[:-1]), each.line) for each in read)
        return ClaimResult(
            0, texts[0], 1, 2, texts[1], 3, disposition, texts[2], texts[3], "medicare", texts[4], texts[5], read,
            tuple(out), tuple(proposed), tuple(seen), (), checks, (), (), others,
        )  # fmt: skip

    checks = st.lists(st.builds(NotChecked, plain, plain), max_size=2).map(tuple)
    others = st.lists(st.builds(OtherPayer, text, text, text, plain, st.just(("pairs",))), max_size=1).map(tuple)
    texts = st.lists(text, min_size=6, max_size=6)
    return st.tuples(lines, written, written, st.lists(visits, max_size=2), checks, others, texts, st.booleans()).map(
        made
    )


@given(claims(plain) | claims(latin))
def test_both_ways_say_the_same(claim: ClaimResult) -> None:
    entry = claim_entry(claim, lambda _: identity(claim))
    expected = report_json.entry(entry), report_xml.entry(entry)
    assert json_and_xml(claim, (), lambda _: identity(claim), wants_xml=True) == expected


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("\u2028\ufffe\U0001f600"), max_size=20))
def test_text_is_escaped_as_lxml_escapes_it(text: str) -> None:
    out = io.BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as xml, xml.element("a", {"b": for_xml(text)}):
        xml.write(for_xml(text))
    written = f'<a b="{report_xml.in_attribute(text)}">{report_xml.in_content(text)}</a>'.encode()
    assert written == out.getvalue()
