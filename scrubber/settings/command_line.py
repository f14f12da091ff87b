"""What the command line says goes before what the settings file says."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import fields, replace

from scrubber.settings.document import Document
from scrubber.settings.keys import TopKeys
from scrubber.settings.kinds import check_kind
from scrubber.settings.load import TOP_KEYS, check_timezone
from scrubber.settings.settings import Settings

COMMAND_LINE = "command line"

_DOCUMENT = Document(Path(COMMAND_LINE), {}, {})
_OPTIONS = ("fix", "conformance", "timezone", "max_bytes")


def with_command_line(
    settings: Settings, *, records_paths: Iterable[str | Path] = (), **overrides: str | int | None
) -> Settings:
    """The settings with the given fields replaced, and "command line" as their origin.

    ``overrides`` may hold ``fix``, ``conformance``, ``timezone`` and ``max_bytes``; None means that the option was not
    given. ``records_paths``, if any, replace those of the file and are taken as typed, without wildcards. Raises
    SettingsError for a value that the file could not hold either, TypeError for another name.
    """
    kinds = {field.name: field.type for field in fields(TopKeys)}
    values: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    for name, value in values.items():
        if name not in _OPTIONS:
            raise TypeError(f"{name} is no setting of the command line; those are {', '.join(_OPTIONS)}")
        check_kind(_DOCUMENT, (name.replace("_", "-"),), value, kinds[name])
    if "timezone" in values:
        check_timezone(_DOCUMENT, values["timezone"])
    if paths := tuple(Path(path) for path in records_paths):
        values["records_paths"] = paths
    origins = {key: COMMAND_LINE for key, field in TOP_KEYS.items() if field in values}
    return replace(settings, **values, origins={**settings.origins, **origins})
