"""`scrubber watch`: the watched folder. Without a subcommand it runs the daemon."""

from __future__ import annotations

import signal
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.watch.daemon import Daemon

SUBCOMMANDS = {
    "status": "what waits, what is in hand, what was done",
    "reconcile": "prove that every input is in exactly one known place",
    "rerun": "do a finished job again",
    "audit-log": "prove that no line of the audit log was changed or removed",
}
"""Subcommands and their short help; each is in a module of its own, imported when it is called."""


ENDING = (signal.SIGTERM, signal.SIGINT)
"""Signals that ask the daemon to end after the file in hand."""


class _Watch(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module = import_module(f"scrubber.cli.watch_{cmd_name.replace('-', '_')}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.group("watch", cls=_Watch, invoke_without_command=True)
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.option("--once", is_flag=True, help="Take what is ripe or becomes so, and end (for cron).")
@click.option("--fix", type=click.Choice(["none", "safe", "unsafe"]), help="Which fixes are applied (default safe).")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help='The date that "today" means.')
@click.pass_context
def command(ctx: click.Context, settings: Path | None, once: bool, fix: str | None, today: datetime | None) -> None:
    """Watch a folder: scrub what arrives, once, and leave it in exactly one known place.

    Folders and times are set in [watch] of scrubber.toml. SIGTERM and Ctrl-C end it after the file in hand.

    With --once the exit code is 0 when everything went out or was a duplicate, 1 when something is held, failed or
    left waiting, 2 when the work could not be done. Without it: 0 when it was asked to end, 2 when it cannot begin.
    """
    ctx.obj = settings
    if ctx.invoked_subcommand is None:
        ctx.exit(_run(settings, fix, today.date() if today else None, once=once))


def _run(given: Path | None, fix: str | None, today: date | None, *, once: bool) -> int:
    from scrubber import log
    from scrubber.cli.inputs import settings_for
    from scrubber.settings.command_line import with_command_line
    from scrubber.watch.daemon import Daemon

    settings = with_command_line(settings_for(None, given), fix=fix)
    log.set_up()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    daemon = Daemon(settings, today=today, serve=not once)
    Thread(target=_stop_on_signal, args=(daemon,), name="signals", daemon=True).start()
    try:
        if once:
            return daemon.run_once()
        daemon.run()
    finally:
        daemon.close()
    return 0


def _stop_on_signal(daemon: Daemon) -> None:
    """Wait for signals in a thread of their own: a handler in the daemon's thread could meet a lock that it holds."""
    while True:
        signal.sigwait(ENDING)
        daemon.stop()
