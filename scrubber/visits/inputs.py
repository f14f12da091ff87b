"""An input as gathering sees it: where its claims are, and where their bytes can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scrubber.claims.claim import ClaimSource
from scrubber.claims.contents import Contents, Origin
from scrubber.claims.heading import LEVELS_KEPT, NEIGHBOURS_KEPT, Heading, HeadingReader
from scrubber.claims.outline import File
from scrubber.claims.spans import ClaimSpan

CONTROL_KEPT = 27
"""Characters of a line control number (REF*6R) that stay when its line is divided: 30 are allowed, and the suffix needs
its room."""


class Input:
    """One file of those that are scrubbed together.

    ``first`` is the ordinal of its first claim among the claims of all, ``name`` what messages about claims of other
    files call it (empty where it is the only one). ``origin`` says where others can read it; None where its bytes are
    in this process alone. ``held`` are ordinals in the file. ``suffixed_controls`` as in PatientWork. ``kept`` are the
    contents to go on with when the file has been gathered; None: nothing is let go of.
    """

    __slots__ = (
        "_kept",
        "_most",
        "_reader",
        "claims",
        "contents",
        "first",
        "held",
        "name",
        "origin",
        "suffixed_controls",
    )

    def __init__(
        self,
        contents: Contents,
        claims: Sequence[ClaimSpan],
        held: frozenset[int],
        suffixed_controls: frozenset[str],
        origin: Origin | None = None,
        *,
        first: int = 0,
        name: str = "",
        kept: Contents | None = None,
    ) -> None:
        self.contents = contents
        self.claims = claims
        self.held = held
        self.suffixed_controls = suffixed_controls
        self.origin = origin
        self.first = first
        self.name = name
        self._kept = kept
        # Of a file with more levels than are remembered, only the last ones are asked for again.
        self._most = LEVELS_KEPT if len(claims) <= LEVELS_KEPT else NEIGHBOURS_KEPT
        self._reader = HeadingReader(contents, self._most)

    def heading(self, span: ClaimSpan) -> Heading:
        """Who bills, who is covered, who was treated, who pays."""
        return self._reader.read(span.level, span.transaction)

    def release(self) -> None:
        """Let go of contents and headings where they can be read again."""
        if self._kept is not None:
            self.contents = self._kept
            self._reader = HeadingReader(self.contents, self._most)

    def claim(self, span: ClaimSpan) -> ClaimSource:
        """The claim with its text, its place and its heading."""
        return claim_source(
            span,
            self.contents,
            self.heading(span),
            self.first + span.ordinal,
            self.name,
            held=span.ordinal in self.held,
        )


def claim_source(
    span: ClaimSpan, contents: Contents, heading: Heading, ordinal: int, file: str, *, held: bool
) -> ClaimSource:
    """Read one claim: the only place where its bytes become text."""
    transaction = span.transaction
    group = transaction.group
    return ClaimSource(
        ordinal,
        group.interchange.ordinal + 1,
        group.ordinal + 1,
        transaction.control,
        span.position,
        span.start,
        span.segment,
        contents[span.start : span.end].decode("latin-1"),
        group.interchange.delimiters,
        heading,
        held,
        file,
    )


def suffixed_controls(file: File) -> frozenset[str]:
    """Line control numbers (REF*6R) of the file that another one of it could become when its line is divided."""
    suffixed = set(_controls(file, "-[0-9]+"))
    if not suffixed:
        return frozenset()
    wanted = {control.rpartition("-")[0] for control in suffixed}
    kept = wanted.intersection(control[:CONTROL_KEPT] for control in _controls(file, ""))
    return frozenset(control for control in suffixed if control.rpartition("-")[0] in kept)


def _controls(file: File, ending: str) -> Iterator[str]:
    for interchange in file.interchanges:
        element, end = (re.escape(each) for each in (interchange.delimiters.element, interchange.delimiters.segment))
        pattern = rf"REF{element}6R{element}([^{element}{end}]*{ending})(?=[{element}{end}])".encode("latin-1")
        for number in re.compile(pattern).finditer(file.source, interchange.start, interchange.end):
            yield number[1].decode("latin-1")
