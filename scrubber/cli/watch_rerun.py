"""`scrubber watch rerun`: ask for a finished job to be done again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("rerun")
@click.argument("wanted", metavar="ID|NAME")
@click.option("--by", required=True, help="Who asks; it is kept with the job and in the audit log.")
@click.option("--reason", help="Why; it is kept with the job.")
@click.option(
    "--records",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Treatment records to do it with, in place of those that came with it; repeatable.",
)
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.pass_context
def command(
    ctx: click.Context, wanted: str, by: str, reason: str | None, records: tuple[Path, ...], settings: Path | None
) -> None:
    """Do a finished job again, from its archived original: by its job id, or by the name of its input.

    This is the only way in which the same bytes go out twice. The daemon does it next; when none is running, the next
    one does. Without --records it takes the treatment records that came with the same bytes the last time, if any did.
    """
    from scrubber.cli.inputs import settings_for
    from scrubber.watch.clock import Clock, stamp
    from scrubber.watch.locks import is_running
    from scrubber.watch.rerun import ask

    watch = settings_for(None, settings or ctx.obj).watch
    job = ask(watch, wanted, by=by, reason=reason, at=stamp(Clock().now()), records=records)
    when = "The daemon does it next." if is_running(watch.state) else "No daemon is running: the next one does it."
    click.echo(f"{job.id} will be done again. {when}")
