"""One payer's unit limits in all the editions at hand, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from scrubber.tables.data_file import Heading
from scrubber.tables.mue import LimitAnswer, MueTable

_REMEMBERED = 16_384
"""Answers, some 4 MB: the same few codes come back with every patient."""


class MueEditions:
    """The editions of one table of unit limits, newest first. Immutable.

    Limits have no dates of their own: an edition speaks for its days. A day is asked of the newest edition that had
    begun, and of an older one where that one does not list the code.
    """

    def __init__(self, name: str, editions: Sequence[MueTable]) -> None:
        self.name = name
        self.editions = tuple(editions)
        self.limit = lru_cache(_REMEMBERED)(self._limit)

    @property
    def heading(self) -> Heading:
        """Of the newest edition."""
        return self.editions[0].heading

    def _limit(self, code: str, on: date) -> LimitAnswer:
        """The limit of ``code`` on a date of service; ``edition`` of the limit says where it is from."""
        answers = [each.limit(code, on) for each in self._begun(on)]
        return next((answer for answer in answers if not answer.unchecked), answers[0])

    def answering(self, code: str, on: date) -> MueTable:
        """The edition that the answer comes from; where none has one, that which gives the reason."""
        begun = self._begun(on)
        return next((each for each in begun if not each.limit(code, on).unchecked), begun[0])

    def _begun(self, on: date) -> list[MueTable]:
        """Editions that had begun by a day, newest first; the oldest where none had, to say so."""
        begun = [each for each in self.editions if each.heading.first_day is None or each.heading.first_day <= on]
        return begun or [self.editions[-1]]
