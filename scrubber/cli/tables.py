"""`scrubber tables list|show`."""

from __future__ import annotations

from datetime import date, datetime

import click


@click.group("tables")
def command() -> None:
    """Reference tables: what is loaded, and one entry as of a date."""


@command.command("list")
def list_tables() -> None:
    """Tables with edition, dates, rows and completeness."""
    from scrubber.tables.tableset import load_tables

    for info in load_tables().info():
        whole = "complete" if info.complete else "incomplete"
        dates = f"{info.from_ or '...'} to {info.to or '...'}"
        click.echo(f"{info.name:<22} {info.edition:<12} {dates:<26} {info.rows:>6} rows, {whole}")


@command.command("show")
@click.argument("codes", nargs=-1, required=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of service (default: today).")
def show(codes: tuple[str, ...], on: datetime | None) -> None:
    """What the tables say of one code, or of two codes together, on a date of service."""
    from scrubber.cli.inputs import settings_for
    from scrubber.settings.today import today_in

    day = on.date() if on else today_in(settings_for(None, None), None)
    if len(codes) == 1:
        _show_code(codes[0].upper(), day)
        _show_limits(codes[0].upper(), day)
    elif len(codes) == 2:
        _show_pair(codes[0].upper(), codes[1].upper(), day)
    else:
        raise click.UsageError("give one code, or two codes")


def _show_code(code: str, day: date) -> None:
    from scrubber.tables.describe import describe_code

    facts = describe_code(code, day)
    click.echo(f"{code} on {day} (therapy codes, edition {facts.edition}{', stale' if facts.stale else ''})")
    entry = facts.therapy
    if entry is None:
        click.echo("  Not in the therapy code table: rules on units and modifiers do not check it.")
        return
    timed = (
        f"timed, {entry.minutes_per_unit} minutes a unit"
        if entry.timed
        else f"not timed, one unit a {entry.unit_basis}"
    )
    click.echo(f"  {entry.label}; {timed}; {entry.therapy_status.replace('_', ' ')} therapy")
    click.echo(
        f"  discipline modifiers {' '.join(entry.disciplines) or 'none'};"
        f" CQ/CO {'may apply' if entry.assistant else 'never'}"
    )
    if not facts.in_force:
        click.echo(f"  NOT in force on this day ({entry.effective_from or '...'} to {entry.effective_to or '...'})")
    if facts.base:
        click.echo(f"  add-on of {facts.base}")
    if facts.add_ons:
        click.echo(f"  base code of {', '.join(facts.add_ons)}")
    if facts.twin:
        click.echo(f"  the same service as {facts.twin}")
    if entry.note:
        click.echo(f"  {entry.note}")


def _show_limits(code: str, day: date) -> None:
    from scrubber.tables.describe import describe_limits

    for facts in describe_limits(code, day):
        where = f"{facts.table}, edition {facts.edition}{', stale' if facts.stale else ''}"
        if facts.limit is None:
            click.echo(f"  no unit limit: {facts.why or where}")
        else:
            whole = "line" if facts.limit.by_line else "day"
            indicator = f"adjudication indicator {facts.limit.adjudication}"
            click.echo(f"  at most {facts.limit.units} units a {whole}, {indicator} ({where})")


def _show_pair(one: str, two: str, day: date) -> None:
    from scrubber.tables.describe import describe_pair

    for facts in describe_pair(one, two, day):
        stale = ", stale" if facts.stale else ""
        click.echo(f"{one} with {two} on {day} ({facts.table}, edition {facts.edition}{stale}): {facts.state.value}")
        if facts.edit:
            click.echo(
                f"  {facts.edit.column1} is paid, {facts.edit.column2} is denied; indicator {facts.edit.indicator}"
            )
        if facts.why:
            click.echo(f"  {facts.why}")
        for row in facts.history:
            state = "withdrawn" if row.withdrawn else "in force" if row.in_force else "not in force"
            dates = f"{row.effective or 'unknown'} to {row.deleted or 'open'}"
            click.echo(f"  {row.column1} / {row.column2}  {dates}  indicator {row.indicator}  {state}: {row.rationale}")
