"""`scrubber ledger add|show|purge`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.ledger.add import Delivery

_LEDGER = click.option("--ledger", "path", required=True, type=click.Path(path_type=Path), help="The ledger's file.")


@click.group("ledger")
def command() -> None:
    """What was sent, for checks across files: `scrub --ledger` reads it and never writes it."""


@command.command("add")
@_LEDGER
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help='The date that "today" means.')
def add_files(path: Path, files: tuple[Path, ...], today: datetime | None) -> None:
    """Enter files after they were delivered; without any, make an empty ledger.

    FILE is the journal of a scrubbed file (STEM.journal.jsonl), whose corrected file is found beside it and checked
    against the journal's hash; or an 837P file that went out as it is. What is entered already changes nothing.
    """
    from scrubber.ledger.add import add

    added = add(path, [each for file in files for each in _delivery(file)], _day(today))
    click.echo(
        f"{_counted(added.entered, 'delivery', 'deliveries')} entered with {_counted(added.claims, 'claim')}"
        f" and {_counted(added.lines, 'line')}; {added.known} known already, {added.replaced} replaced"
    )


@command.command("show")
@_LEDGER
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def show_ledger(path: Path, form: str) -> None:
    """What the ledger holds, in numbers, and that it is sound."""
    from scrubber.ledger.show import show

    facts = show(path)
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(facts), indent=2).decode())
        return
    for one in facts.deliveries:
        days = "no services" if one.first_day is None else f"{one.first_day} to {one.last_day}"
        click.echo(
            f"{one.number:>6}  entered {one.sent_on}  {_counted(one.claims, 'claim'):>14}"
            f"  {_counted(one.lines, 'line'):>14}  {days}  source {one.source_sha256[:16]}"
        )
    claims = sum(one.claims for one in facts.deliveries)
    click.echo(
        f"{_counted(len(facts.deliveries), 'delivery', 'deliveries')}, {_counted(claims, 'claim')},"
        f" {facts.bytes:,} bytes, state {facts.state}"
    )


@command.command("purge")
@_LEDGER
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Claims whose services all ended before this day.")
@click.option("--claim", help="The claim of this number (CLM01): it was rejected, and is sent again.")
@click.option(
    "--file", type=click.Path(path_type=Path), help="What this journal, source or corrected file added: it never went."
)
def purge(path: Path, before: datetime | None, claim: str | None, file: Path | None) -> None:
    """Take entries out: one of --before, --claim and --file."""
    from scrubber.ledger.remove import remove_before, remove_claim, remove_file

    if sum(each is not None for each in (before, claim, file)) != 1:
        raise click.UsageError("give one of --before, --claim and --file")
    if before is not None:
        told = _counted(remove_before(path, before.date()), "claim")
    elif claim is not None:
        told = _counted(remove_claim(path, claim), "claim")
    else:
        told = _counted(remove_file(path, _hash_of(file or Path())), "delivery", "deliveries")
    click.echo(f"{told} taken out")


def _delivery(file: Path) -> list[Delivery]:
    """What a journal or a file says went out; nothing for a journal whose claims were all held."""
    from scrubber.errors import LedgerError
    from scrubber.ledger.add import Delivery
    from scrubber.write.journal_file import read_head, read_outputs, sha256

    data = _read(file)
    if not _is_journal(data):
        return [Delivery(data, sha256(data), str(file))]
    told = read_outputs(data).get("corrected")
    if told is None:
        return []
    corrected = file.parent / told["name"]
    sent = _read(corrected)
    if sha256(sent) != told["sha256"]:
        raise LedgerError(f"{corrected}: is not the file that {file.name} speaks of (its hash differs)")
    return [Delivery(sent, read_head(data)["sha256"], str(corrected))]


def _hash_of(file: Path) -> str:
    """Of the source that a journal names, or of a file itself."""
    from scrubber.write.journal_file import read_head, sha256

    data = _read(file)
    return str(read_head(data)["sha256"]) if _is_journal(data) else sha256(data)


def _is_journal(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{"


def _read(file: Path) -> bytes:
    from scrubber.errors import UnreadableInputError

    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableInputError(
            f"{file}: cannot be read ({error.strerror}); expected a journal, or an 837P file that went out"
        ) from None


def _day(today: datetime | None) -> date:
    from scrubber.cli.inputs import settings_for
    from scrubber.settings.today import today_in

    return today_in(settings_for(None, None), today.date() if today else None)


def _counted(count: int, noun: str, several: str = "") -> str:
    return f"{count:,} {noun if count == 1 else several or f'{noun}s'}"
