"""The date of today, as a job goes by it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scrubber.settings.settings import Settings


def today_in(settings: Settings, given: date | None) -> date:
    """The date that "today" means: as given, else the clock in the settings' time zone."""
    if given is not None:
        return given
    zone = ZoneInfo(settings.timezone) if settings.timezone else None
    return datetime.now(zone).date() if zone else datetime.now().astimezone().date()
