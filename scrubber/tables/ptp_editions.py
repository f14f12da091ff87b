"""One payer's pair table in all the editions at hand, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from scrubber.tables.data_file import Heading
from scrubber.tables.ptp import PairAnswer, PtpRow, PtpTable

_REMEMBERED = 16_384
"""Answers, some 4 MB: the same few pairs come back with every patient."""


class PtpEditions:
    """The editions of one pair table, newest first. Immutable.

    The newest knows best, also of days long past: CMS withdraws pairs back to their first day. An older one is asked
    where the newer cannot answer: for a code that it does not cover, or a day before it.
    """

    def __init__(self, name: str, editions: Sequence[PtpTable]) -> None:
        self.name = name
        self.editions = tuple(editions)
        self.pair = lru_cache(_REMEMBERED)(self._pair)

    @property
    def heading(self) -> Heading:
        """Of the newest edition."""
        return self.editions[0].heading

    def _pair(self, a: str, b: str, on: date) -> PairAnswer:
        """What holds for ``a`` and ``b``, in either order, on a date of service.

        Where no edition can answer, the reason is that of the newest.
        """
        newest = self.editions[0].pair(a, b, on)
        if not newest.unchecked:
            return newest
        for older in self.editions[1:]:
            answer = older.pair(a, b, on)
            if not answer.unchecked:
                return answer
        return newest

    def answering(self, a: str, b: str, on: date) -> PtpTable:
        """The edition that the answer comes from; the newest where none has one."""
        return next((each for each in self.editions if not each.pair(a, b, on).unchecked), self.editions[0])

    def knows_every_pair(self, on: date) -> bool:
        """Whether no row means no pair, for any two codes: the newest edition is complete and covers the day."""
        return self.editions[0].knows_every_pair(on)

    def history(self, a: str, b: str) -> tuple[PtpRow, ...]:
        """Every row of the two codes in either order, as the newest edition that has any states them."""
        return next((rows for each in self.editions if (rows := each.history(a, b))), ())


def in_use(editions: Sequence[PtpTable]) -> list[PtpTable]:
    """``editions`` (newest first) without those that never come to be asked: behind an edition that knows every pair of
    every day, one that covers the same pairs, or the whole of the same edition.
    """
    kept: list[PtpTable] = []
    for edition in editions:
        if edition.coverage is not None and any(_covers(newer, edition) for newer in kept):
            continue
        kept.append(edition)
        if edition.coverage is None and not edition.undated:
            break
    return kept


def _covers(newer: PtpTable, older: PtpTable) -> bool:
    whole = newer.coverage is None and newer.heading.edition == older.heading.edition
    return whole or newer.coverage == older.coverage
