"""`scrubber audit JOURNAL`: proves that source and journal make the outputs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import click

from scrubber.findings.wording import counted


@click.command("audit")
@click.argument("journal", type=click.Path(path_type=Path))
@click.option(
    "--source", type=click.Path(path_type=Path), help="The input; otherwise found by the journal's name and hash."
)
@click.option("--corrected", type=click.Path(path_type=Path), help="The corrected file; otherwise beside the journal.")
@click.option("--held", type=click.Path(path_type=Path), help="The held file; otherwise beside the journal.")
def command(journal: Path, source: Path | None, corrected: Path | None, held: Path | None) -> None:
    """Replay an edit journal against its source, and prove the corrected and the held file from it.

    Exit codes: 0 proved, 1 an output is not what the journal makes, 2 a file is missing or cannot be read.
    """
    from scrubber.errors import EditConflictError, ScrubberError
    from scrubber.findings.journal import replay
    from scrubber.write.journal_file import read_head, read_journal, sha256

    data = _read(journal, "name the journal that `scrub` wrote")
    try:
        head = read_head(data)
    except ScrubberError as error:
        raise ScrubberError(f"{journal}: {error}") from None
    source_file = source or _find(journal, head)
    source_bytes = _read(source_file)
    if sha256(source_bytes) != head["sha256"]:
        raise ScrubberError(f"{source_file}: is not the source of this journal (its hash differs)")
    read = read_journal(data, source_bytes)
    given = {"corrected": corrected, "held": held}
    failed = False
    for target, told in read.outputs.items():
        file = given.get(target) or _find_output(journal, told)
        there = _read(file)
        try:
            made = replay(source_bytes, read.edits, target)
        except EditConflictError as error:
            raise ScrubberError(f"{journal}: {error}") from None
        proved = made == there and sha256(there) == told["sha256"]
        failed |= not proved
        count = sum(1 for edit in read.edits if edit.target == target)
        verdict = "is the source and its edits" if proved else "is NOT what the journal makes of the source"
        click.echo(f"{click.format_filename(file.name)}: {verdict} ({counted(count, 'edit')}, {len(there)} bytes)")
    click.get_current_context().exit(1 if failed else 0)


def _read(file: Path, todo: str = "name it with --source, --corrected or --held") -> bytes:
    from scrubber.errors import UnreadableInputError

    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableInputError(f"{file}: cannot be read ({error.strerror}); {todo}") from None


def _find(journal: Path, head: dict[str, Any]) -> Path:
    """The source where the journal says it was, beside the journal, one folder up, or here; told by its hash."""
    name = str(head["name"])
    said = journal.parent / str(head["path"] or name)
    return _of_hash((said, journal.parent / name, journal.parent.parent / name, Path(name)), head) or said


def _find_output(journal: Path, told: dict[str, Any]) -> Path:
    """An output where the journal says it is, which is beside the journal unless there is a path."""
    said = journal.parent / str(told["path"] or told["name"])
    return (_of_hash((said,), told) or said) if told["path"] else said


def _of_hash(files: tuple[Path, ...], told: dict[str, Any]) -> Path | None:
    """The first of the files that has the hash, else whatever has it in the folder of the first.

    A name that was taken, or that is no UTF-8, is not the one that the journal was written with.
    """
    from scrubber.write.journal_file import sha256

    found = chain(filter(Path.is_file, files), _of_size(files[0].parent, told["bytes"]))
    return next((file for file in found if sha256(_read(file)) == told["sha256"]), None)


def _of_size(folder: Path, size: object) -> Iterator[Path]:
    with contextlib.suppress(OSError):  # no such folder, or one that may not be looked into
        yield from sorted(each for each in folder.iterdir() if each.is_file() and each.stat().st_size == size)
