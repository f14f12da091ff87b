"""What is known of an imported edition of a table without opening it further."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from scrubber.tables.data_file import Heading

Kind = Literal["ptp", "mue", "rvu"]
"""Code pairs, unit limits, relative values."""


class Facts(msgspec.Struct, frozen=True):
    """What an edition says of itself; all but ``rows``, ``undated`` and ``digest`` is known before it is written.

    ``sources`` are the SHA-256 of the files that it was read from, sorted. ``digest`` is the SHA-256 of its rows in
    order: two editions of one digest hold the same. ``undated`` counts pairs without an effective date.
    """

    kind: Kind
    name: str
    edition: str
    first_day: date | None
    last_day: date | None
    published: date | None
    complete: bool
    source: str
    renewal: str
    sources: tuple[str, ...] = ()
    rows: int = 0
    undated: int = 0
    digest: str = ""

    @property
    def heading(self) -> Heading:
        """The same in the terms of the tables that travel with the program."""
        return Heading(
            self.edition, self.first_day, self.last_day, self.complete, self.source, self.renewal, self.published
        )


class Edition(msgspec.Struct, frozen=True):
    """A stored edition, by path and digest: whoever holds one can open it in another process and gets the same rows."""

    path: str
    facts: Facts
