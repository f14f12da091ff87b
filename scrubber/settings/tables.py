"""The reference tables that a job goes by."""

from __future__ import annotations

from scrubber.settings.settings import Settings
from scrubber.tables.folder import find_imported, tables_folder
from scrubber.tables.tableset import Tables, load_tables


def tables_for(settings: Settings) -> Tables:
    """The tables that travel with the program, and those that were imported into the settings' folder."""
    return load_tables(find_imported(tables_folder(settings.tables_folder)))
