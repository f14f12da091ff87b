"""What the daemon may correct where nobody looks: UNSAFE fixes only for payers whose profile says so."""

from __future__ import annotations

from msgspec.structs import replace

from scrubber.errors import SettingsError
from scrubber.settings.settings import Settings


def capped(settings: Settings) -> Settings:
    """The settings for the daemon. With ``fix`` "unsafe", UNSAFE fixes apply only to claims whose payer profile has
    apply-raises, SAFE ones to all.

    Raises SettingsError when no profile has it: "unsafe" would then promise what never happens.
    """
    if settings.fix != "unsafe":
        return settings
    if not any(profile.apply_raises for profile in settings.payers):
        raise SettingsError(
            f'{settings.file or "settings"}: fix: "unsafe" is refused in the watched folder while no payer profile has '
            'apply-raises = true. Set it in [payers.NAME] of each payer that it is meant for, or use fix = "safe".'
        )
    return replace(settings, unsafe_by_profile=True)
