"""Apply edits to bytes: the one way in which output differs from input."""

from collections.abc import Iterable

from scrubber.errors import EditConflictError
from scrubber.x12.span import Edit


def splice(source: bytes, edits: Iterable[Edit]) -> bytes:
    """The source with each edit's span replaced; all other bytes are the source's own.

    Edits may come in any order; several insertions at one place keep theirs.

    Raises EditConflictError when two spans overlap or one reaches outside the source.
    """
    pieces: list[bytes] = []
    at = 0
    view = memoryview(source)
    for (start, end), replacement in sorted(edits, key=lambda edit: edit.span):
        if start < at or end < start or end > len(source):
            raise EditConflictError(f"edits overlap or leave the source at byte {start}")
        pieces.append(view[at:start])  # type: ignore[arg-type]
        pieces.append(replacement.encode("latin-1"))
        at = end
    pieces.append(view[at:])  # type: ignore[arg-type]
    return b"".join(pieces)
