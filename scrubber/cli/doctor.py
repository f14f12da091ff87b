"""`scrubber doctor`: is everything there that the daemon needs?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.watch.probe_folder import Check


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Every check, as JSON.")
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.pass_context
def command(ctx: click.Context, as_json: bool, settings: Path | None) -> None:
    """Examine what the watched folder needs: folders, disks, state, clock, records, tables, settings.

    Writes, syncs, renames and removes probe files; run it as the daemon's user. Nothing is left behind.

    Exit codes: 0 nothing fails (there may be warnings), 1 something does.
    """
    import msgspec

    found = []
    for check in _checks(settings):
        found.append(check)
        if not as_json:
            _show(check)
    if as_json:
        rows = [check._asdict() for check in found]
        click.echo(msgspec.json.format(msgspec.json.encode({"schema": "scrubber-doctor/1", "checks": rows}), indent=2))
    ctx.exit(1 if any(check.level == "fail" for check in found) else 0)


def _checks(given: Path | None) -> Iterator[Check]:
    from scrubber.cli.inputs import settings_for
    from scrubber.errors import SettingsError
    from scrubber.watch.clock import Clock
    from scrubber.watch.doctor import examine
    from scrubber.watch.probe_folder import Check

    try:
        settings = settings_for(None, given)
    except SettingsError as error:
        yield Check("fail", "settings", str(error), "Put it right; nothing else can be examined before.")
        return
    if settings.file is None:
        yield Check(
            "warn", "settings", "no settings file was found", "Name one with --settings: folders are set there."
        )
    else:
        yield Check("ok", "settings", f"{settings.file} can be read")
    yield from examine(settings, Clock())


def _show(check: Check) -> None:
    click.echo(f"{check.level:<4}  {check.what}: {check.said}")
    if check.todo:
        click.echo(f"      {check.todo}")
