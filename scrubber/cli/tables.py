"""`scrubber tables list|show|import`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scrubber.findings.wording import counted

if TYPE_CHECKING:
    from scrubber.tables.describe import PairFacts
    from scrubber.tables.tableset import TableInfo, Tables

WHOLE = {"ptp": 2_000_000, "mue": 10_000, "rvu": 10_000}
"""Rows that the tables of Medicare have had at least since 2022; an import with fewer is said to be small."""

_SETTINGS = click.option(
    "--settings", "given", type=click.Path(path_type=Path), help="Settings file; otherwise the nearest upwards."
)


@click.group("tables")
def command() -> None:
    """Reference tables: what is loaded, import CMS files, look an entry up as of a date."""


@command.command("list")
@_SETTINGS
def list_tables(given: Path | None) -> None:
    """Tables with edition, dates, rows, completeness, and where they live."""
    from scrubber.cli.inputs import settings_for
    from scrubber.tables.describe import list_tables as listed
    from scrubber.tables.folder import find_imported, tables_folder
    from scrubber.tables.tableset import load_tables

    folder = tables_folder(settings_for(None, given).tables_folder)
    for line in _columns([_cells(info) for info in listed(load_tables(find_imported(folder)))]):
        click.echo(line)
    click.echo(f"\nImported tables live in {folder}{'' if folder.is_dir() else ' (not there yet)'}.")


def _cells(info: TableInfo) -> tuple[str, ...]:
    whole = "complete" if info.complete else "incomplete"
    dates = f"{info.from_ or '...'} to {info.to or '...'}"
    place = "comes with the scrubber" if info.place is None else info.place
    # Of an imported table the remark is news; of one that comes with the scrubber it is in docs/tables.md.
    note = f" ({info.remark})" if info.place and info.remark else ""
    return info.name, info.edition, dates, f"{info.rows:,} rows", whole, place + note


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[-1] = 0
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", default="", metavar="NAME", help="Name of the table, for other payers than Medicare.")
@click.option("--edition", default="", metavar="2026Q3", help="The quarter, where the file's name does not say it.")
@click.option("--replace", is_flag=True, help="Put the edition in the place of one with other rows.")
@click.option("--quiet", is_flag=True, help="No progress.")
@_SETTINGS
def import_files(
    files: tuple[Path, ...], name: str, edition: str, replace: bool, quiet: bool, given: Path | None
) -> None:
    """Import the quarterly files of CMS as they are downloaded.

    FILES are practitioner pair edits (PTP, all four parts), practitioner unit limits (MUE) and relative values
    (PPRRVU), as .zip, .txt, .csv or .xlsx. They are all imported, or nothing changes.
    """
    from scrubber.cli.inputs import settings_for
    from scrubber.cli.progress import bytes_progress
    from scrubber.tables.folder import tables_folder
    from scrubber.tables.imports.bring_in import Choice, bring_in

    folder = tables_folder(settings_for(None, given).tables_folder)
    with bytes_progress("import", quiet=quiet) as tell:
        brought = bring_in(files, folder, Choice(name, edition, replace), tell)
    for each in brought:
        facts = each.edition.facts
        what = f"{facts.name} {facts.edition}: {facts.rows:,} rows"
        days = f"for dates of service from {facts.first_day} to {facts.last_day}"
        click.echo(f"{what}, {days}" if each.new else f"{what}, there already: nothing changed")
        if facts.undated and each.new:
            click.echo(
                f"  {facts.undated:,} rows do not say when they began: they are known from {facts.published} on, and"
                " not checked for earlier days"
            )
        if each.new and facts.rows < WHOLE[facts.kind] and not name:
            click.echo(
                f"  That is few: a whole quarter has over {WHOLE[facts.kind]:,}. What has no row counts as no entry; if"
                f" this is part of a table, remove {each.edition.path}."
            )
    click.echo(f"Tables live in {folder}.")


@command.command("show")
@click.argument("codes", nargs=-1, required=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of service (default: today).")
@click.option("--edition", default="", metavar="2020Q1", help="As was known when that edition was out.")
@_SETTINGS
def show(codes: tuple[str, ...], on: datetime | None, edition: str, given: Path | None) -> None:
    """What the tables say of one code, or of two codes together, on a date of service."""
    from scrubber.cli.inputs import settings_for
    from scrubber.settings.tables import tables_for
    from scrubber.settings.today import today_in

    settings = settings_for(None, given)
    tables = tables_for(settings)
    day = on.date() if on else today_in(settings, None)
    if len(codes) == 1:
        _show_code(codes[0].upper(), day, tables)
        _show_limits(codes[0].upper(), day, tables, edition)
        _show_fees(codes[0].upper(), day, tables)
    elif len(codes) == 2:
        _show_pair(codes[0].upper(), codes[1].upper(), day, tables, edition)
    else:
        raise click.UsageError("give one code, or two codes")


def _show_code(code: str, day: date, tables: Tables) -> None:
    from scrubber.tables.describe import describe_code

    facts = describe_code(code, day, tables)
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


def _show_limits(code: str, day: date, tables: Tables, edition: str) -> None:
    from scrubber.tables.describe import describe_limits

    for facts in describe_limits(code, day, tables, edition):
        where = f"{facts.table}, edition {facts.edition}{', stale' if facts.stale else ''}"
        if facts.limit is None:
            click.echo(f"  no unit limit: {facts.why or where}")
        else:
            whole = "line" if facts.limit.by_line else "day"
            indicator = f"adjudication indicator {facts.limit.adjudication}"
            click.echo(f"  at most {counted(facts.limit.units, 'unit')} a {whole}, {indicator} ({where})")


def _show_fees(code: str, day: date, tables: Tables) -> None:
    """National amounts of a unit by each fee table: whole, and with the reduction for several procedures."""
    for name in tables.names("rvu"):
        fee, unchecked, stale = tables.fee_schedule(name).fee(code, day)
        if fee is None:
            click.echo(f"  no amount: {unchecked}")
            continue
        row = fee.row
        reduced = f", ${fee.reduced / 100:.2f} reduced for several procedures" if fee.reducible else ""
        values = f"work {row.work}, practice expense {row.pe}, malpractice {row.mp}, factor {fee.factor}"
        click.echo(f"  ${fee.whole / 100:.2f} a unit{reduced}; status {row.status}; {values}")
        click.echo(f"  (national, non-facility, {fee.year}{', stale' if stale else ''}: {name})")


def _show_pair(one: str, two: str, day: date, tables: Tables, edition: str) -> None:
    from scrubber.tables.describe import describe_pair

    for facts in describe_pair(one, two, day, tables, edition):
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
            if facts.why and not row.withdrawn and (row.deleted is None or day <= row.deleted):
                state = "not known to have begun"
            dates = f"{row.effective or 'unknown'} to {row.deleted or 'open'}"
            click.echo(f"  {row.column1} / {row.column2}  {dates}  indicator {row.indicator}  {state}: {row.rationale}")
        click.echo(f"  source: {facts.source}")
        _show_changes(facts)


def _show_changes(facts: PairFacts) -> None:
    """What each edition said of the day, where they do not agree."""
    if len(facts.said) < 2:
        return
    click.echo("  The editions do not agree on this day:")
    for said in facts.said:
        editions = said.first if said.first == said.last else f"{said.first} to {said.last}"
        denied = f" ({said.edit.column2} denied, indicator {said.edit.indicator})" if said.edit else ""
        click.echo(f"    {editions:<18} {said.state.value}{denied}")
    click.echo(
        "  The newest one counts; a claim that a payer decided while an older one was out was decided by that one."
    )
