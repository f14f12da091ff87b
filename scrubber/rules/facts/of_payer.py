"""What the profiles of a payer ask for, whatever the date of service."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.rules.facts import fact
from scrubber.settings.profile import Profile
from scrubber.settings.settings import Settings

MOST_REMEMBERED = 4096
"""Payers of one set of settings that are remembered; a file names a few dozen."""


class PayerFacts(NamedTuple):
    """Of all profiles that a claim to a payer can be checked by on some date.

    ``facts`` hold for each claim. ``places`` are refused or doubtful, ``replaced`` codes have another in their place;
    ``filing_days`` is the shortest limit.
    """

    facts: int
    wants_referring: bool
    filing_days: int | None
    places: frozenset[str]
    replaced: frozenset[str]


class Payers:
    """Facts by payer id and filing indicator, of one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.of = lru_cache(MOST_REMEMBERED)(self._of)

    def _of(self, payer_id: str, filing: str) -> PayerFacts:
        """The facts of a payer."""
        return _of_all(list(_profiles(self._settings, payer_id, filing)))


def _profiles(settings: Settings, payer_id: str, filing: str) -> Iterator[Profile]:
    """Every profile that ``Settings.profile_for`` may answer with, and perhaps some more."""
    for profile in settings.payers:
        if payer_id in profile.match_payer_id or filing in profile.match_filing or profile.name == "default":
            yield profile


def _of_all(profiles: list[Profile]) -> PayerFacts:
    days = [each.filing_limit_days for each in profiles if each.filing_limit_days is not None]
    authorization = any(each.authorization != "none" for each in profiles)
    return PayerFacts(
        fact.AUTHORIZATION if authorization else 0,
        any(each.referring_provider for each in profiles),
        min(days, default=None),
        frozenset(place for each in profiles for place in (*each.refused_places, *each.doubtful_places)),
        frozenset(code for each in profiles for code in each.replaced_codes),
    )
