"""Tokens of a free text: what each piece of it is, before any grammar."""

import pytest

from scrubber.visits.note_tokens import Token, tokens


@pytest.mark.parametrize(
    ("text", "kind", "read"),
    [
        ("97110", "code", "97110"),
        ("g0283", "code", "G0283"),
        ("0552t", "code", "0552T"),
        ("A9711B", "word", "A9711B"),
        ("9A110", "word", "9A110"),
        ("G028T", "word", "G028T"),
        ("971100", "number", "971100"),
        ("9711", "number", "9711"),
        ("7", "number", "7"),
        ("Minutes", "minutes", "MINUTES"),
        ("mins", "minutes", "MINS"),
        ("MINIMAL", "word", "MINIMAL"),
        ("slpa", "role", "SLPA"),
        ("and", "join", "AND"),
        ("+", "join", "+"),
        ("&", "join", "&"),
        ("=", "sign", "="),
        (":", "sign", ":"),
        (";", "stop", ";"),
        ("|", "stop", ";"),
        ("\n", "stop", ";"),
        ("\r", "stop", ";"),
        (".", "stop", ";"),
        (",", "stop", ","),
        ("/", "mark", "/"),
        ("-", "mark", "-"),
        ("'", "mark", "'"),
        ("\u00e9t\u00e9", "word", ""),
        ("\u00b2", "word", ""),
    ],
)
def test_what_a_piece_is(text: str, kind: str, read: str) -> None:
    assert list(tokens(text)) == [Token(kind, read)]


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "(", ")", "[", "]"])
def test_blanks_and_brackets_are_left_out(blank: str) -> None:
    assert [each.text for each in tokens(f"{blank}97110{blank}23{blank}")] == ["97110", "23"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("23min", "number minutes"),
        ("PAIN 7/10", "word number mark number"),
        ("2,5", "number mark number"),
        ("12,500", "number mark number"),
        ("2, 5", "number stop number"),
        ("2,X", "number stop word"),
        ("X,5", "word stop number"),
        (",5", "stop number"),
        ("2.5", "number mark number"),
        ("a.m. 5", "word mark word stop number"),
        ("5. X", "number stop word"),
        ("5/97110", "number stop code"),
        ("5 /  97110", "number stop code"),
        ("5/971101", "number mark number"),
        ("5/97110 X", "number stop code word"),
        ("5/97110a", "number mark word"),
        ("5/97110a X", "number mark word word"),
        ("2,97110", "number stop code"),
        ("2, 97110", "number stop code"),
        ("2.97110", "number mark code"),
    ],
)
def test_a_point_ends_a_part_or_stands_within_a_number(text: str, kinds: str) -> None:
    assert " ".join(each.kind for each in tokens(text)) == kinds


def test_what_is_glued_together_comes_apart() -> None:
    assert [each.text for each in tokens("123min/2.5")] == ["123", "MIN", "/", "2", ".", "5"]


@pytest.mark.parametrize(("text", "goes_on"), [("5, X", True), ("5 / 97110", True), ("5. X", False), ("5; X", False)])
def test_a_sentence_goes_on_behind_a_comma(text: str, goes_on: bool) -> None:
    assert [each.text for each in tokens(text) if each.kind == "stop"] == ["," if goes_on else ";"]
