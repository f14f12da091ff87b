"""`scrubber settings [FILE]`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("settings")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--settings", "given", type=click.Path(path_type=Path), help="Settings file; otherwise the nearest upwards."
)
def command(file: Path | None, given: Path | None) -> None:
    """Effective settings, and where each value came from.

    FILE is the input they would be used for, or a settings file (.toml); without it the present folder counts.
    """
    from scrubber.cli.inputs import settings_for
    from scrubber.settings.rows import setting_rows

    if file is not None and file.suffix == ".toml":
        file, given = None, given or file
    settings = settings_for(file, given)
    rows = setting_rows(settings)
    width = max(len(row.key) for row in rows)
    click.echo(f"# {settings.file or 'no settings file: every value is the default'}")
    for row in rows:
        click.echo(f"{row.key:<{width}} = {row.value}  # {row.origin}")
