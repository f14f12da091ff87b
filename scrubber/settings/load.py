"""A settings file -> the effective settings, with the origin of each value."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from scrubber.settings.document import NO_DOCUMENT, Document, dotted, read_document
from scrubber.settings.keys import RecordsKeys, TablesKeys, TopKeys, WatchKeys
from scrubber.settings.kinds import read_table
from scrubber.settings.lines import Place
from scrubber.settings.payers import Sourced, read_payers
from scrubber.settings.profile import PROFILE_KEYS, Profile
from scrubber.settings.rule_codes import check_rule_or_family, refuse_protected
from scrubber.settings.settings import Settings, Watch
from scrubber.settings.suggestion import suggest
from scrubber.settings.waivers import WAIVERS_NAME, Waiver, load_waivers

TOP_KEYS: dict[str, str] = {
    "select": "select",
    "ignore": "ignore",
    "fix": "fix",
    "conformance": "conformance",
    "timezone": "timezone",
    "max-bytes": "max_bytes",
    "records.paths": "records_paths",
    "tables.folder": "tables_folder",
}
"""Each key above the profiles as written, and the field of Settings that holds it."""

WATCH_KEYS: dict[str, str] = {f"watch.{field.replace('_', '-')}": field for field in Watch.__struct_fields__}
"""Each key of [watch] as written, and the field of Watch that holds it."""

_IN_TABLES = ("records_paths", "tables_folder")
"""Fields of Settings whose keys stand in tables of their own."""

_FOLDERS = ("inbox", "outbox", "held", "reports", "archive", "failed")


def load_settings(path: Path | None, *, known_rules: Collection[str], waivers: Path | None = None) -> Settings:
    """The settings of ``path`` (a scrubber.toml, or a pyproject.toml with [tool.scrubber]), or all defaults for None.

    ``known_rules`` holds the code of every rule. ``waivers`` is the waivers file; without it waivers.toml beside the
    settings file is taken where there is one. Raises SettingsError, naming file, line and key, for a file that cannot
    be read, an unknown key, profile, rule or time zone, and a value of the wrong kind.
    """
    document = read_document(path) if path else NO_DOCUMENT
    top = read_table(document, (), document.table, TopKeys)
    _check_selection(document, top, known_rules)
    if top.timezone is not None:
        check_timezone(document, top.timezone)
    records = read_table(document, ("records",), top.records or {}, RecordsKeys)
    tables = read_table(document, ("tables",), top.tables or {}, TablesKeys)
    watch = read_table(document, ("watch",), top.watch or {}, WatchKeys)
    profiles = read_payers(document, top.payers or {}, known_rules)
    given = {
        **{
            field: getattr(top, field) for field in TOP_KEYS.values() if field not in ("records_paths", "tables_folder")
        },
        "records_paths": records.paths,
        "tables_folder": path.absolute().parent / tables.folder if path and tables.folder else None,
    }
    waived, waivers_origin = _waivers(path, waivers, known_rules)
    return Settings(
        payers=tuple(profile for profile, _ in profiles),
        watch=_watch(document, watch, path),
        waivers=waived,
        origins={
            **{key: _origin(document, key, given[field]) for key, field in TOP_KEYS.items()},
            **{key: _origin(document, key, getattr(watch, field)) for key, field in WATCH_KEYS.items()},
            "waivers": waivers_origin,
            **_profile_origins(profiles),
        },
        file=str(path.absolute()) if path else None,
        **{field: value for field, value in given.items() if value is not None},
    )


def profile_labels(payers: tuple[Profile, ...]) -> list[str]:
    """A name for each profile that no other has: a built-in one can stand behind the one that modifies it."""
    names = [profile.name for profile in payers]
    return [
        dotted(("payers", name)) + (" (built in)" if name in names[:index] else "") for index, name in enumerate(names)
    ]


def check_timezone(document: Document, name: str) -> None:
    """Raises SettingsError unless this machine knows a time zone of that name."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        hint = suggest(name, available_timezones(), 'Take one such as "America/Chicago".')
        raise document.error(("timezone",), f'unknown time zone "{name}".{hint}') from error


def _check_selection(document: Document, top: TopKeys, known_rules: Collection[str]) -> None:
    for index, word in enumerate(top.select or ()):
        check_rule_or_family(document, ("select",), word, known_rules, ("select", index))
    for index, word in enumerate(top.ignore or ()):
        at: Place = ("ignore", index)
        if word != "I":  # no family to be selected, but a plainer answer than "unknown"
            check_rule_or_family(document, ("ignore",), word, known_rules, at)
        refuse_protected(document, ("ignore",), word, "ignored", at)


def _watch(document: Document, keys: WatchKeys, path: Path | None) -> Watch:
    values: dict[str, Any] = {}
    for field in WATCH_KEYS.values():
        value = getattr(keys, field)
        if value is None:
            value = getattr(Watch(), field)
        if isinstance(value, str | Path) and path:
            value = path.absolute().parent / value
        values[field] = Path(value) if isinstance(value, str) else value
    taken: dict[str, str] = {}
    for name in sorted(_FOLDERS, key=lambda folder: getattr(keys, folder) is not None):
        folder = os.path.normpath(values[name])
        if folder in taken:
            raise document.error(
                ("watch", name), f"is the same folder as watch.{taken[folder]}. Every folder has one use."
            )
        taken[folder] = name
    return Watch(**values)


def _waivers(path: Path | None, waivers: Path | None, known_rules: Collection[str]) -> tuple[tuple[Waiver, ...], str]:
    if waivers is not None:
        return load_waivers(waivers, known_rules=known_rules), "command line"
    if path is None:
        return (), "default"
    beside = path.parent / WAIVERS_NAME
    if not os.path.lexists(beside):
        return (), "default"
    return load_waivers(beside, known_rules=known_rules), WAIVERS_NAME


def _origin(document: Document, key: str, value: object) -> str:
    return "default" if value is None else document.origin(tuple(key.split(".")))


def _profile_origins(profiles: tuple[Sourced, ...]) -> Mapping[str, str]:
    labels = profile_labels(tuple(profile for profile, _ in profiles))
    return {
        f"{label}.{key}": origins[key]
        for label, (_, origins) in zip(labels, profiles, strict=True)
        for key in PROFILE_KEYS
    }
