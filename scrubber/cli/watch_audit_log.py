"""`scrubber watch audit-log verify|begin`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.settings.settings import Watch
    from scrubber.watch.audit_proof import Head

MOST = 50
"""Faults that are listed."""
_SETTINGS = click.option(
    "--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards."
)


@click.group("audit-log")
def command() -> None:
    """The audit log: prove it, or begin a new one."""


@command.command("verify")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_SETTINGS
@click.option("--first", type=click.IntRange(1), default=1, help="Number of the first line that has to be there.")
@click.option("--last", type=click.IntRange(1), help="Number of the last one, for files that do not reach the newest.")
@click.option("--key", type=click.Path(path_type=Path), help="The key, where the state is not; give --last with it.")
@click.pass_context
def verify(
    ctx: click.Context, files: tuple[Path, ...], settings: Path | None, first: int, last: int | None, key: Path | None
) -> None:
    """Find any line that was changed, removed, moved or cut off, and name it.

    FILES are the log and its rotated parts, the oldest first; without them those beside the state are taken. The end is
    held against what the state remembers.

    Exit codes: 0 every line is as it was written, 1 one is not, 2 something cannot be read.
    """
    from scrubber.errors import OutputError
    from scrubber.reports.wording import counted
    from scrubber.watch.audit_log import KEY_NAME, read_key
    from scrubber.watch.audit_proof import files_of, prove

    watch = _watch(ctx, settings)
    head = None if key else _head(watch)
    key_file = key or watch.state.with_name(KEY_NAME)
    secret = read_key(key_file)
    if secret is None:
        raise OutputError(f"{key_file}: there is no key of an audit log; name it with --key")
    parts = list(files) or files_of(watch.audit_file)
    found = prove(secret, parts, first=first, last=last, head=head)
    click.echo(
        f"{counted(found.lines, 'line')} in {counted(len(parts), 'file')}, numbers {found.first} to {found.last}"
        + (f", {found.waiting} of them not written yet" if found.waiting else "")
    )
    for fault in found.faults[:MOST]:
        click.echo(f"FAULT: {fault}")
    if len(found.faults) > MOST:
        click.echo(f"and {len(found.faults) - MOST} more")
    click.echo(counted(len(found.faults), "fault") if found.faults else "Every line is as it was written.")
    ctx.exit(1 if found.faults else 0)


@command.command("begin")
@_SETTINGS
@click.option("--by", required=True, help="Who begins it; it is the first thing that the new log says.")
@click.pass_context
def begin(ctx: click.Context, settings: Path | None, by: str) -> None:
    """Begin a new log with a new key, because the old key is lost. The daemon must not be running.

    The old log and what is left of its key are kept beside the new ones, under names that begin with "old.".
    """
    from scrubber.watch.begin_audit_log import begin as begin_new

    kept = begin_new(_watch(ctx, settings), by)
    click.echo("A new audit log was begun." + "".join(f"\nkept: {path}" for path in kept))


def _watch(ctx: click.Context, settings: Path | None) -> Watch:
    from scrubber.cli.inputs import settings_for

    return settings_for(None, settings or ctx.obj).watch


def _head(watch: Watch) -> Head:
    from scrubber.watch.audit_proof import head_in
    from scrubber.watch.state import State

    state = State(watch.state, read_only=True)
    try:
        return head_in(state)
    finally:
        state.close()
