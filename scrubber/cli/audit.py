"""`scrubber audit JOURNAL`: proves that source and journal make the outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


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

    data = _read(journal)
    head = read_head(data)
    source_file = source or _find(journal, head)
    source_bytes = _read(source_file)
    if sha256(source_bytes) != head["sha256"]:
        raise ScrubberError(f"{source_file}: is not the source of this journal (its hash differs)")
    read = read_journal(data, source_bytes)
    given = {"corrected": corrected, "held": held}
    failed = False
    for target, told in read.outputs.items():
        file = given.get(target) or journal.parent / str(told["name"])
        there = _read(file)
        try:
            made = replay(source_bytes, read.edits, target)
        except EditConflictError as error:
            raise ScrubberError(f"{journal}: {error}") from None
        proved = made == there and sha256(there) == told["sha256"]
        failed |= not proved
        count = sum(1 for edit in read.edits if edit.target == target)
        verdict = "is the source and its edits" if proved else "is NOT what the journal makes of the source"
        click.echo(f"{file.name}: {verdict} ({count} edits, {len(there)} bytes)")
    click.get_current_context().exit(1 if failed else 0)


def _read(file: Path) -> bytes:
    from scrubber.errors import UnreadableInputError

    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableInputError(
            f"{file}: cannot be read ({error.strerror}); name it with --source, --corrected or --held"
        ) from None


def _find(journal: Path, head: dict[str, Any]) -> Path:
    """The source where the journal says it was, beside the journal, one folder up, or here; told by its hash."""
    from scrubber.write.journal_file import sha256

    name = str(head["name"])
    said = journal.parent / str(head["path"] or name)
    for file in (said, journal.parent / name, journal.parent.parent / name, Path(name)):
        if file.is_file() and sha256(file.read_bytes()) == head["sha256"]:
            return file
    return said
