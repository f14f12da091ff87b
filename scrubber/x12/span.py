"""Places in one immutable byte buffer, and edits of them."""

from typing import NamedTuple


class Span(NamedTuple):
    """Half open range of byte offsets in the source: start is in it, end is not."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace the bytes of a span. An insertion has an empty span, a deletion an empty replacement.

    The replacement is text in which each character is one byte (latin-1), as everywhere inside a claim.
    """

    span: Span
    replacement: str
