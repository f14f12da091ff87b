"""What a file's characters become in a report: text for programs, something visible for people."""

from __future__ import annotations

import re

_XML_FORBIDS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Besides control characters: line separators and the marks that turn the direction of what follows them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def readable(text: str) -> str:
    """Text of a claim (one character a byte) as a report shows it: read as UTF-8 where it is valid, else as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text.encode("utf-8", "replace").decode("utf-8")  # a file name may hold lone surrogates


def for_xml(text: str) -> str:
    """The text with each character that XML forbids replaced by a picture of it, or by U+FFFD."""
    return _XML_FORBIDS.sub(_picture, text)


def visible(text: str) -> str:
    """The text on one line, with nothing in it that a terminal or a browser would act upon instead of showing."""
    return _UNSEEN.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x20:
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else "\ufffd"
