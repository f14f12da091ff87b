"""One payer's fee schedule in all the editions at hand, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.tables.data_file import Heading
from scrubber.tables.fee_schedule import FeeAnswer, FeeSchedule


class FeeEditions:
    """The editions of one fee schedule, newest first. Immutable.

    Each speaks for its days. A day is asked of the newest edition that had begun, and of an older one where that one
    has no amount.
    """

    def __init__(self, name: str, editions: Sequence[FeeSchedule]) -> None:
        self.name = name
        self.editions = tuple(editions)

    @property
    def heading(self) -> Heading:
        """Of the newest edition."""
        return self.editions[0].heading

    @property
    def row_count(self) -> int:
        """Of the newest edition."""
        return self.editions[0].row_count

    def fee(self, code: str, on: date) -> FeeAnswer:
        """The fee of ``code`` on a date of service, stale where no edition covers the day.

        An edition that covers the day goes before a newer one that has ended.
        """
        begun = [each for each in self.editions if each.heading.first_day is None or each.heading.first_day <= on]
        answers = [each.fee(code, on) for each in begun or self.editions[-1:]]
        found = [answer for answer in answers if answer.fee is not None]
        return next((answer for answer in found if not answer.stale), (found or answers)[0])
