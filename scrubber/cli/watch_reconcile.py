"""`scrubber watch reconcile`: proves the sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.watch.reconcile import Reconciliation, Sum

MOST = 100
"""Gaps that are listed; --json has all."""


@click.command("reconcile")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.option("--quick", is_flag=True, help="Compare sizes instead of hashes: no file is read.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Originals archived before this day were moved away and are not looked for.",
)
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.pass_context
def command(ctx: click.Context, as_json: bool, quick: bool, since: datetime | None, settings: Path | None) -> None:
    """Prove that every input is in exactly one known place, and every claim sent or held.

    State, folders and audit log are held against each other. It may run while the daemon does.

    Exit codes: 0 everything adds up, 1 there is a gap, 2 something cannot be read.
    """
    import msgspec

    from scrubber.cli.inputs import settings_for
    from scrubber.watch.reconcile import reconcile

    found = reconcile(settings_for(None, settings or ctx.obj).watch, quick=quick, since=since.date() if since else None)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        for line in screen(found):
            click.echo(line)
    ctx.exit(1 if found.gaps else 0)


def screen(found: Reconciliation) -> Iterator[str]:
    """The proof as lines."""
    from scrubber.findings.wording import counted

    yield from _sum("claims files", found.claims_files)
    yield from _sum("records files", found.records_files)
    claims = found.claims
    yield f"{claims['in']} claims came in = {claims['sent']} sent + {claims['held']} held"
    originals, outputs = found.originals, found.outputs
    how = "size" if found.quick else "hash"
    yield f"originals, by {how}: {originals['archived']} in the archive, {originals['failed']} in failed"
    if originals["taken out of failed"] or originals["not looked for"]:
        yield f"  {originals['taken out of failed']} taken out of failed, {originals['not looked for']} before --since"
    yield (
        f"outputs, by {how}: {outputs['there']} there, {outputs['fetched']} fetched,"
        f" {outputs['not published yet']} not published yet"
    )
    for gap in found.gaps[:MOST]:
        yield f"GAP: {gap}"
    if len(found.gaps) > MOST:
        yield f"and {len(found.gaps) - MOST} more (--json lists all)"
    yield counted(len(found.gaps), "gap") if found.gaps else "Everything adds up."


def _sum(what: str, sum_: Sum) -> Iterator[str]:
    parts = [f"{count} {word}" for word, count in sum_.ended.items()]
    yield f"{sum_.total} {what} = " + " + ".join([*parts, f"{sum_.in_hand} in hand", f"{sum_.waiting} waiting"])
