"""The program `scrubber`: finds the command, and turns what goes wrong into words and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from scrubber.errors import ScrubberError, place_of
from scrubber.version import __version__

COMMANDS = {
    "scrub": "check and correct 837P files",
    "batch": "the same over many files, on all cores; goes on where it was interrupted",
    "explain": "what a rule checks, why, its source, its fix",
    "rules": "the catalogue of rules",
    "tables": "reference tables: what is loaded, import CMS files, look one entry up",
    "watch": "the watched folder: scrub what arrives, and lose nothing",
    "doctor": "examine what the watched folder needs, and say what to do",
    "settings": "effective settings, and where each value came from",
    "ledger": "what was sent, for checks across files: add, show, purge",
    "audit": "prove from the edit journal that the output is the source plus its edits",
}
"""Commands and their short help: listed without importing them, so that help and explain start fast."""

CANNOT = 2


class Commands(click.Group):
    """Imports a command's module when it is called, and lets no traceback through."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"scrubber.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"scrubber.cli.{cmd_name} has no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            ctx.fail(f"there is no command {name!r}.{hint} The commands are {', '.join(COMMANDS)}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ScrubberError as error:
            click.echo(f"scrubber: {error}", err=True)
            ctx.exit(CANNOT)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and nothing was written
            where = place_of(error)
            click.echo(
                f"scrubber: the program failed ({where}); the file in hand was not written. Please report it.", err=True
            )
            ctx.exit(CANNOT)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="scrubber")
def main() -> None:
    """Check and correct outgoing 837P therapy claims, losslessly.

    Exit codes: 0 every claim goes out, 1 a claim is held, 2 the job could not be done.
    """


if __name__ == "__main__":
    sys.exit(main())
