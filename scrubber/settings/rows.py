"""The effective settings as plain rows, for a person who asks why."""

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.settings.load import TOP_KEYS, WATCH_KEYS, profile_labels
from scrubber.settings.profile import PROFILE_KEYS
from scrubber.settings.settings import Settings


class SettingRow(NamedTuple):
    """One value: its key as written in the file, the value as TOML would have it ("none": not set), and its origin."""

    key: str
    value: str
    origin: str


def setting_rows(settings: Settings) -> list[SettingRow]:
    """Every effective value: the top of the file, the number of waivers, [watch], then each profile as it is asked."""
    values: list[tuple[str, object]] = [(key, getattr(settings, field)) for key, field in TOP_KEYS.items()]
    values.append(("waivers", len(settings.waivers)))
    values.extend((key, getattr(settings.watch, field)) for key, field in WATCH_KEYS.items())
    for label, profile in zip(profile_labels(settings.payers), settings.payers, strict=True):
        values.extend((f"{label}.{key}", getattr(profile, field)) for key, field in PROFILE_KEYS.items())
    return [SettingRow(key, _written(value), settings.origins.get(key, "default")) for key, value in values]


def _written(value: object) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:_}" if isinstance(value, int) else f"{value:g}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        pairs = ", ".join(f"{_written(key)} = {_written(inner)}" for key, inner in sorted(value.items()))
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, frozenset):
        value = tuple(sorted(value))
    if isinstance(value, tuple):
        return f"[{', '.join(_written(inner) for inner in value)}]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
