"""`scrubber scrub FILE...`: the main job."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from scrubber.acknowledgments.acknowledge import CLAIMS, FUNCTIONAL, KINDS, Asked
from scrubber.acknowledgments.answer import Moment
from scrubber.batch.names import output_names
from scrubber.cli.diff import changed_segments
from scrubber.cli.inputs import STDIN, listed, read_input, settings_for
from scrubber.cli.progress import progress_for
from scrubber.cli.report_options import report_options
from scrubber.collector import young_garbage_only
from scrubber.conform.judge import Judge
from scrubber.errors import OutputError, ScrubberError, SettingsError, UnreadableInputError
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.ledger.snapshot import read_ledger
from scrubber.outputs.claim_part import Wanted
from scrubber.outputs.render import FORMATS, Named, render
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.reports.schema import Report
from scrubber.reports.terminal import Tone, screen
from scrubber.scrub import scrub_file
from scrubber.scrub_patient import Context
from scrubber.settings.command_line import with_command_line
from scrubber.settings.tables import tables_for
from scrubber.settings.today import today_in
from scrubber.visits.records import read_records
from scrubber.write.files import refuse_existing, write_all
from scrubber.write.journal_file import sha256

DEFAULT_FOLDER = "scrubbed"
TONES: dict[Tone, dict[str, Any]] = {
    "title": {"bold": True},
    "held": {"fg": "red"},
    "corrected": {"fg": "green"},
    "warn": {"fg": "yellow"},
    "plain": {},
    "soft": {"dim": True},
}
"""How what a line speaks of looks on a terminal; the words say the same without it."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of one run."""

    records: tuple[Path, ...]
    out: Path | None
    settings: Path | None
    fix: str | None
    diff: bool
    reports: tuple[str, ...]
    acks: tuple[str, ...]
    judge: Judge
    findings_only: bool
    lenient: bool
    ledger: Path | None
    waivers: Path | None
    today: datetime | None
    force: bool
    quiet: bool
    color: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One input with its output folder and stem."""

    file: Path
    folder: Path
    stem: str

    @property
    def name(self) -> str:
        """What the input is called in messages and reports."""
        return "stdin" if self.file == STDIN else self.file.name

    def names(self, forms: Iterable[str], acks: Iterable[str]) -> dict[str, str]:
        """The file name of each kind of output."""
        return output_names(self.stem, forms, acks)

    def outputs(self, options: Options) -> list[str]:
        """Every file name that this job may write."""
        names = self.names(options.reports, options.acks)
        return [name for kind, name in names.items() if kind != CORRECTED or self.file != STDIN]


@click.command("scrub")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option("-r", "--records", multiple=True, type=click.Path(path_type=Path),
              help="Treatment records, CSV or JSON Lines; repeatable; a folder is read whole.")  # fmt: skip
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Output folder (default: scrubbed/ beside the input)."
)
@click.option("--settings", type=click.Path(path_type=Path), help="scrubber.toml; otherwise the nearest one upwards.")
@click.option("--fix", type=click.Choice(["none", "safe", "unsafe"]), help="Which fixes are applied (default safe).")
@click.option("--diff", is_flag=True, help="Print before and after of changed segments.")
@report_options
@click.option("--today", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
              help='The date that "today" means; with a time, the time of acknowledgments.')  # fmt: skip
@click.option("--force", is_flag=True, help="Replace output that exists.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--no-color", is_flag=True, help="No colour; NO_COLOR is honoured too.")
def command(
    files: tuple[Path, ...],
    records: tuple[Path, ...],
    out: Path | None,
    settings: Path | None,
    fix: str | None,
    diff: bool,
    reports: str,
    acks: str,
    judge: Judge,
    report_detail: str,
    records_lenient: bool,
    ledger: Path | None,
    waivers: Path | None,
    today: datetime | None,
    force: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """Check and correct 837P files.

    Writes STEM.corrected.837 (every claim that goes out), STEM.held.837 (every held claim, unchanged), reports, an edit
    journal, and with --ack STEM.999 and STEM.277ca, which answer the sender. FILE may be - for standard input; the
    corrected file then goes to standard output. The input is never changed.
    """
    options = Options(
        records,
        out,
        settings,
        fix,
        diff,
        listed("--report", "format", reports, FORMATS),
        listed("--ack", "acknowledgment", acks, KINDS),
        judge,
        report_detail == "findings",
        records_lenient,
        ledger,
        waivers,
        today,
        force,
        quiet,
        not no_color,
    )
    jobs = _jobs(files, options)
    codes = []
    for job in jobs:
        try:
            with young_garbage_only():
                codes.append(_run(job, options))
        except ScrubberError as error:
            click.echo(f"scrubber: {error}", err=True)
            codes.append(2)
    click.get_current_context().exit(max(codes))


def _jobs(files: tuple[Path, ...], options: Options) -> list[Job]:
    """One job a file. Raises UsageError before any work when two would write the same names."""
    jobs = []
    taken: dict[tuple[Path, str], Path] = {}
    for file in files:
        if file == STDIN and options.out is None:
            raise click.UsageError("reading standard input needs an output folder: give -o DIR")
        if str(file) != str(file).encode("utf-8", "replace").decode("utf-8"):  # journal and reports name it in UTF-8
            raise click.UsageError(f"the name {os.fsencode(file)!r} is not UTF-8; rename the file")
        folder = options.out or file.parent / DEFAULT_FOLDER
        job = Job(file, folder, "stdin" if file == STDIN else file.stem)
        key = (folder.resolve(), job.stem)
        if key in taken:
            raise click.UsageError(
                f"{taken[key]} and {file} would both be written as {job.stem}.*; scrub them into folders of their own"
            )
        taken[key] = file
        jobs.append(job)
    _spare_inputs(jobs, options)
    return jobs


def _spare_inputs(jobs: list[Job], options: Options) -> None:
    """Raise UsageError when an output would be written over something that is read: --force is no leave for that."""
    read = [job.file for job in jobs if job.file != STDIN]
    read += [*options.records, *(file for file in (options.settings, options.ledger, options.waivers) if file)]
    by_place = {file.resolve(): file for file in read}
    for job in jobs:
        for name in job.outputs(options):
            file = by_place.get((job.folder / name).resolve())
            if file is not None:
                raise click.UsageError(
                    f"{file} is read, and the output of {job.name} would replace it; give another --out"
                )


def _run(job: Job, options: Options) -> int:
    """Scrub one file; returns its exit code. Raises ScrubberError, with nothing written, when it cannot be done."""
    settings = with_command_line(
        settings_for(job.file, options.settings, options.waivers), fix=options.fix, records_paths=options.records
    )
    if FUNCTIONAL in options.acks and settings.conformance != "full":
        raise SettingsError(
            f'--ack 999 says of every claim whether it conforms, so it needs conformance = "full"; the settings say'
            f' "{settings.conformance}"'
        )
    refuse_existing(job.folder, job.outputs(options), force=options.force)
    source = read_input(job.file, settings.max_bytes)
    records = read_records(settings.records_files(), lenient=options.lenient)
    ledger = read_ledger(options.ledger, sha256(source)) if options.ledger else None
    today = today_in(settings, options.today.date() if options.today else None)
    context = Context(settings, today, tables_for(settings), ledger, judge=options.judge)
    wanted = Wanted(frozenset(options.reports), options.findings_only, CLAIMS in options.acks)
    try:
        with progress_for(job.name, quiet=options.quiet) as progress:
            result = scrub_file(source, records, context, wanted, progress=progress)
    except UnreadableInputError as error:
        raise UnreadableInputError(f"{job.file}: {error}") from None
    report = result.report(job.name, context)
    moment = Moment(today, f"{options.today:%H%M}") if options.today else Moment(today)
    written = _write(job, options, result, report, Asked(options.acks, moment, tables_for(settings)))
    _tell(job, options, result, report, written)
    return 1 if result.has_held else 0


def _write(job: Job, options: Options, result: ScrubbedFile, report: Report, answers: Asked) -> dict[str, Path]:
    """Write everything, or nothing. Returns what was written, by kind."""
    path = None if job.file == STDIN else os.path.relpath(job.file, job.folder)
    names = job.names(options.reports, options.acks)
    targets = {target: Named(names[target]) for target in (CORRECTED, HELD)}
    outputs = render(result, report, options.reports, Named(job.name, path), targets, answers)
    contents = {names[kind]: content for kind, content in outputs.items()}
    written = {kind: job.folder / names[kind] for kind in outputs}
    to_stdout = job.file == STDIN
    if to_stdout:
        contents.pop(names[CORRECTED], None)
        written.pop(CORRECTED, None)
    # With --force, a report or answer of an earlier run must not stand beside output that it does not speak of.
    reported = job.names(FORMATS, KINDS).items() if options.force else ()
    earlier = [name for kind, name in reported if kind in FORMATS or kind in KINDS]
    absent = [name for name in (*job.outputs(options), *earlier) if name not in contents]
    to_print = outputs.get(CORRECTED) if to_stdout else None
    write_all(job.folder, contents, absent, before_renaming=lambda: _to_stdout(to_print))
    return written


def _to_stdout(data: Iterable[bytes] | None) -> None:
    if data is None:
        return
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise OutputError("standard output is closed; nothing was written")
    try:
        for piece in data:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except OSError as error:
        silence(sys.stdout)
        raise OutputError(f"standard output cannot be written ({error.strerror}); nothing was written") from None


def silence(stream: TextIO) -> None:
    """Send what a broken stream still holds nowhere: the interpreter would fail on it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _tell(job: Job, options: Options, result: ScrubbedFile, report: Report, written: dict[str, Path]) -> None:
    """Print the summary, and the changed segments when asked; on standard error when standard output is the file."""
    if options.quiet:
        return
    err = job.file == STDIN
    stream: TextIO | None = sys.stderr if err else sys.stdout
    if stream is None:  # closed by whoever called
        return
    try:
        _show(job, options, result, report, written)
    except OSError as error:  # the output is written and stands: a closed pipe is no failure of the job
        silence(stream)
        if not err and not isinstance(error, BrokenPipeError):
            why = error.strerror
            click.echo(f"scrubber: the summary could not be shown ({why}); the output is in {job.folder}", err=True)


def _show(job: Job, options: Options, result: ScrubbedFile, report: Report, written: dict[str, Path]) -> None:
    err = job.file == STDIN
    stream = sys.stderr if err else sys.stdout
    # NO_COLOR is click's business only from a later version on; a pipe is never coloured.
    color = options.color and stream.isatty() and "NO_COLOR" not in os.environ
    if options.diff:
        for line in changed_segments(result):
            click.echo(line, err=err)
    size = shutil.get_terminal_size((80, 24)) if stream.isatty() else os.terminal_size((80, 24))
    paths = {kind: str(path) for kind, path in written.items()}
    if err and result.has_corrected:
        paths[CORRECTED] = "-"
    for shown in screen(report, result.overview(size.lines), paths, size.columns, size.lines):
        click.echo(click.style(shown.text, **TONES[shown.tone]) if color else shown.text, err=err)
