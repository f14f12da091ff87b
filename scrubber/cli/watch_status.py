"""`scrubber watch status`: how the watched folder stands."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scrubber.watch.status import Failed, Ignored, Input, Status

WIDTH = 80
NAME = 28
"""Columns for a name; a longer one loses its middle."""
MOST = 40
"""Inputs that are listed, the oldest first; --json has all."""


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.pass_context
def command(ctx: click.Context, as_json: bool, settings: Path | None) -> None:
    """What waits and why, what is in hand, what was done, and what needs a person.

    Exit codes: 0 all is well, 1 something needs a person, 2 the state cannot be read.
    """
    import msgspec

    from scrubber.cli.inputs import settings_for
    from scrubber.watch.clock import Clock
    from scrubber.watch.status import status_of

    found = status_of(settings_for(None, settings or ctx.obj).watch, Clock())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        for line in screen(found):
            click.echo(line)
    ctx.exit(1 if found.problems else 0)


def screen(status: Status) -> Iterator[str]:
    """The status as lines of at most 80 columns."""
    yield from _opening(status)
    if status.problems:
        yield "\nNeeds a person"
        for problem in status.problems:
            yield from _wrapped(problem, "  ")
    yield from _done(status)
    yield from _inputs("In hand", status.in_hand)
    yield from _inputs("Waiting in the inbox", status.waiting)
    yield from _inputs("Left alone in the inbox", status.ignored)
    yield from _failed(status.failed_lately)
    if status.reruns:
        yield "\nReruns asked for"
        for each in status.reruns:
            yield from _wrapped(f"{each.job} by {_printable(each.by)}, {_minute(each.asked_at)}", "  ")


def _opening(status: Status) -> Iterator[str]:
    if status.started_at is None:
        yield "The daemon has not run here yet."
    elif status.running:
        yield f"The daemon is running (version {status.version}), since {_minute(status.started_at)}."
    else:
        yield f"The daemon is not running. It last started at {_minute(status.started_at)}."
    if status.last_scan:
        yield f"The last scan ended at {_minute(status.last_scan)}."
    yield f"{len(status.waiting)} waiting, {len(status.in_hand)} in hand, {len(status.ignored)} left alone."


def _done(status: Status) -> Iterator[str]:
    if status.files or status.records:
        yield "\nDone"
    if status.files:
        yield from _wrapped("claims files: " + _counts(status.files), "  ")
        yield from _wrapped(f"claims: sent {status.claims['sent']}, held {status.claims['held']}", "  ")
    if status.records:
        yield from _wrapped("records files: " + _counts(status.records), "  ")


def _counts(counts: dict[str, int]) -> str:
    order = ("sent", "part", "held", "used", "duplicate", "failed")
    return ", ".join(f"{word} {counts[word]}" for word in order if word in counts)


def _inputs(title: str, inputs: Sequence[Input | Ignored]) -> Iterator[str]:
    from scrubber.watch.status import age_text

    if not inputs:
        return
    yield f"\n{title}"
    for each in inputs[:MOST]:
        state = getattr(each, "state", "")
        said = [
            "STUCK" if each.stuck else "",
            state if state != "seen" else "",
            "records" if getattr(each, "kind", "") == "records" else "",
            each.reason,
        ]
        yield from _row(age_text(each.seconds), each.name, "; ".join(word for word in said if word))
    if len(inputs) > MOST:
        yield f"  and {len(inputs) - MOST} more (--json lists all)"


def _failed(failed: Iterable[Failed]) -> Iterator[str]:
    failed = tuple(failed)
    if failed:
        yield "\nFailed in the last 24 hours"
    for each in failed[:MOST]:
        yield from _wrapped(f"{_minute(each.at)}  {_short(each.name, NAME)}  {each.job}", "  ")
        yield from _wrapped(f"{_printable(each.why)}. {_printable(each.what_to_do)}", "    ")
    if len(failed) > MOST:
        yield f"  and {len(failed) - MOST} more (--json lists all)"


def _row(age: str, name: str, text: str) -> Iterator[str]:
    first = f"  {age:<6}  {_short(name, NAME):<{NAME}}  "
    lines = textwrap.wrap(_printable(text), WIDTH - len(first)) or [""]
    yield (first + lines[0]).rstrip()
    for line in lines[1:]:
        yield " " * len(first) + line


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _short(name: str, width: int) -> str:
    name = _printable(name)
    if len(name) <= width:
        return name
    end = width // 2
    return name[: width - end - 2] + ".." + name[-end:]


def _printable(text: str) -> str:
    """Nothing in a name may move the cursor or colour the screen."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _minute(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"
