"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

from scrubber.watch.clock import Clock


class FakeClock(Clock):
    """``monotonic`` and ``now`` move only by ``forward``; ``set_wall`` sets the wall clock alone, back or forward."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.wall

    def wait(self, seconds: float, event: Event) -> bool:
        """Does not wait: moves on by that long, at once."""
        self.waits.append(seconds)
        self.forward(seconds)
        return event.is_set()

    def forward(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)

    def set_wall(self, moment: datetime) -> None:
        self.wall = moment
