"""Tokens of a free text of a claim: words, numbers and the few signs that the grammar of notes.py knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_MINUTE_WORDS = frozenset({"MIN", "MINS", "MINUTE", "MINUTES"})
_ROLES = frozenset({"PT", "PTA", "OT", "OTA", "SLP", "SLPA", "AIDE", "STUDENT"})


class Token(NamedTuple):
    """``kind``: code, number, minutes, role, word, sign (= or :), join (+ & AND), stop (ends a part) or mark.

    A stop has the text "," where its sentence goes on, else ";". A mark is any other character: what a number stands
    beside in a date, a fraction, a range or a telephone number.
    """

    kind: str
    text: str


_SIGNS = {
    **dict.fromkeys("\n\r;|", Token("stop", ";")),
    **{sign: Token("sign", sign) for sign in "=:"},
    **{sign: Token("join", sign) for sign in "+&"},
}
_POINTS = frozenset(".,/")
_BRACKETS = frozenset("()[]")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, upper case, blanks and brackets left out. Linear in the text, and total.

    Only ASCII letters and digits make codes, numbers and words that are known.
    """
    at = 0
    while at < len(text):
        character = text[at]
        if character.isalnum():
            end = at + 1
            while end < len(text) and text[end].isalnum():
                end += 1
            yield from _of_run(text[at:end])
            at = end
            continue
        if character in _SIGNS:
            yield _SIGNS[character]
        elif character in _POINTS:
            yield _of_point(text, at)
        elif not character.isspace() and character not in _BRACKETS:
            yield Token("mark", character)
        at += 1


def _of_run(run: str) -> Iterator[Token]:
    if not run.isascii():
        yield Token("word", "")
        return
    run = run.upper()
    unit = run.lstrip("0123456789")
    if unit in _MINUTE_WORDS:
        if unit != run:
            yield Token("number", run[: -len(unit)])
        yield Token("minutes", unit)
    elif _is_code(run):
        yield Token("code", run)
    elif not unit:
        yield Token("number", run)
    elif run in _ROLES:
        yield Token("role", run)
    else:
        yield Token("join" if run == "AND" else "word", run)


def _is_code(run: str) -> bool:
    """Five characters: digits, of which the first or the last may be a letter."""
    return run.isascii() and len(run) == 5 and run[1:4].isdigit() and (run[0].isdigit() or run[4].isdigit())


def _of_point(text: str, at: int) -> Token:
    """A full stop, comma or slash: the end of a part, or a mark within a number, a date or a fraction."""
    point, following = text[at], text[at + 1 : at + 2]
    if point == ".":
        return Token("mark", point) if following.isalnum() else Token("stop", ";")
    start = at + 1
    while point == "/" and text[start : start + 1] == " ":
        start += 1
    if _is_code(text[start : start + 5]) and not text[start + 5 : start + 6].isalnum():
        return Token("stop", ",")
    within = point == "/" or (following.isdigit() and text[at - 1 : at].isdigit())
    return Token("mark", point) if within else Token("stop", ",")
