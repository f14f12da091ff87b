"""Time, in one place: the daemon waits and judges by the monotonic clock, and writes down the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Event


class Clock:
    """The machine's clocks. Tests put one of their own in its place."""

    def monotonic(self) -> float:
        """Seconds since some moment; never set back or forward."""
        return time.monotonic()

    def now(self) -> datetime:
        """The wall clock, in UTC: only ever written down, never used to judge a file."""
        return datetime.now(UTC)

    def wait(self, seconds: float, event: Event) -> bool:
        """Wait until ``event`` is set or ``seconds`` have passed; returns whether it is set."""
        return event.wait(max(seconds, 0))


def stamp(moment: datetime) -> str:
    """A moment as it stands in the state and in why.json: UTC, to the microsecond, in order when sorted as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
