"""What commands read before they work: settings, and the input's bytes."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import click

from scrubber.claims.contents import read_file
from scrubber.errors import SettingsError, TableError, UnreadableInputError
from scrubber.rules.catalogue import BY_CODE
from scrubber.settings.load import load_settings
from scrubber.settings.profile import NO_FEE_TABLE
from scrubber.settings.search import find_settings
from scrubber.settings.settings import Settings
from scrubber.settings.tables import tables_for

STDIN = Path("-")


def settings_for(file: Path | None, given: Path | None, waivers: Path | None = None) -> Settings:
    """The settings for an input: the file given, else the nearest upwards from the input (from here for stdin)."""
    start = Path.cwd() if file is None or file == STDIN else file
    settings = load_settings(given or find_settings(start), known_rules=BY_CODE, waivers=waivers)
    _check_tables(settings)
    _check_overlays(settings)
    return settings


def _check_tables(settings: Settings) -> None:
    """Raise SettingsError for a table that is not there, before any work is done."""
    tables = tables_for(settings)
    for profile in settings.payers:
        for key, names, find in (
            ("pair-tables", profile.pair_tables, tables.ptp),
            ("unit-limit-tables", profile.unit_limit_tables, tables.unit_limits),
            ("fee-table", () if profile.fee_table == NO_FEE_TABLE else (profile.fee_table,), tables.fee_schedule),
        ):
            for name in names:
                try:
                    find(name)
                except TableError as error:
                    raise SettingsError(f"{settings.file}: payers.{profile.name}.{key}: {error}") from None


def _check_overlays(settings: Settings) -> None:
    """Raise SettingsError for an overlay that is not there, is none, or does not fit the guide."""
    for profile in settings.payers:
        if profile.overlay:
            from scrubber.conform.overlay import effective_map

            try:
                effective_map(profile.overlay)
            except TableError as error:
                raise SettingsError(f"{settings.file}: payers.{profile.name}.overlay: {error}") from None


def read_input(file: Path, most_bytes: int) -> bytes:
    """The input's bytes. Raises UnreadableInputError when it cannot be read or is larger than ``most_bytes``."""
    if file != STDIN:
        return read_file(file, most_bytes)
    try:
        data = sys.stdin.buffer.read(most_bytes + 1)
    except OSError as error:
        raise UnreadableInputError(f"{file}: cannot be read ({error.strerror}); expected an 837P file") from None
    if len(data) > most_bytes:
        raise UnreadableInputError(f"{file}: more than max-bytes ({most_bytes}); divide the input")
    return data


def listed(option: str, kind: str, text: str, known: Collection[str]) -> tuple[str, ...]:
    """The names of a comma-separated list, each once; "none" is an empty one. Raises UsageError for an unknown name."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if names == ("none",):
        return ()
    for name in names:
        if name not in known:
            raise click.UsageError(f"{option}: there is no {kind} {name!r}; the {kind}s are {', '.join(known)}")
    return names
