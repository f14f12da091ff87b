"""The nouns of a benchmark: a generated file, and what the stages took on it."""

from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """A generated file with its records and truth. ``claims`` counts copies too."""

    name: str
    claims: int
    segments: int
    bytes: int
    path: Path
    records: Path
    truth: Path


class Taken(NamedTuple):
    """Wall-clock and processor seconds, peak resident bytes, and what the stage says of itself."""

    seconds: float
    processor: float
    peak: int
    note: str = ""


class Measured(NamedTuple):
    """What each stage took on one file; ``floor`` is always there."""

    sample: Sample
    taken: dict[str, Taken]

    def times_floor(self, stage: str) -> float:
        """How many times the floor a stage took."""
        return self.taken[stage].seconds / self.taken["floor"].seconds
