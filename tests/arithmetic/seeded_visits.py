"""Invented visits, the same on every machine, and whether this run goes through all of them."""

import os
import random
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

WHOLE = os.environ.get("SCRUBBER_EXHAUSTIVE") == "1"
SAMPLE = 3_000
RULES = ("cms", "ama", "wc")
CODES = ("97110", "97112", "97140", "97530", "97116")
DATES = (date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date(2026, 3, 2))
SEED = 20261122


class VisitMinutes(NamedTuple):
    """Minutes by code, of the therapist and of the assistant, on one date of service."""

    on: date
    minutes: dict[str, tuple[int, int]]

    @property
    def together(self) -> dict[str, int]:
        return {code: therapist + assistant for code, (therapist, assistant) in self.minutes.items()}


def seeded_visits(count: int) -> Iterator[VisitMinutes]:
    """The same visits on every machine, the shorter run's first among the longer run's: one to five codes, both roles.

    A third are short (a pool of leftovers), and a role often has no minutes, as in a clinic.
    """
    chance = random.Random(SEED)
    for _ in range(count):
        most = chance.choice((14, 30, 62))
        codes = chance.sample(CODES, chance.randint(1, 5))
        minutes = {
            code: (chance.choice((0, chance.randint(0, most))), chance.choice((0, chance.randint(0, most))))
            for code in codes
        }
        yield VisitMinutes(chance.choice(DATES), minutes)
