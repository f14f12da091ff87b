"""`scrubber batch IN...`: many files, and large ones in parts, over the cores of this machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from threading import Event
from types import FrameType

import click

from scrubber.acknowledgments.acknowledge import FUNCTIONAL, KINDS
from scrubber.batch import receipt as receipts
from scrubber.batch.dask_engine import Dask
from scrubber.batch.engine import engine_for, usable_cores
from scrubber.batch.fingerprint import setup_for
from scrubber.batch.inputs import find_inputs
from scrubber.batch.perform import Job, perform
from scrubber.batch.receipt import Receipt
from scrubber.batch.run_across import setup_of_set
from scrubber.batch.setup import Setup, Wanted
from scrubber.cli.batch_progress import Following, following
from scrubber.cli.inputs import listed, settings_for
from scrubber.cli.report_options import report_options
from scrubber.cli.scrub import silence
from scrubber.conform.judge import Judge
from scrubber.errors import SettingsError
from scrubber.outputs.render import FORMATS
from scrubber.reports.wording import counted
from scrubber.settings.command_line import with_command_line
from scrubber.settings.search import find_settings
from scrubber.settings.today import today_in

LOCAL, DASK = "local", "dask"

ERRORS_SHOWN = 20
"""Failures that are told on standard error; all are in the receipt."""

STOPPING = (signal.SIGINT, signal.SIGTERM)


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Output folder, of this run alone.")
@click.option("-j", "--jobs", type=click.IntRange(min=1),
              help="Worker processes (default: the cores that may be used); 1 works in this process.")  # fmt: skip
@click.option("-r", "--records", multiple=True, type=click.Path(path_type=Path),
              help="Treatment records, CSV or JSON Lines; repeatable; a folder is read whole.")  # fmt: skip
@click.option("--settings", type=click.Path(path_type=Path),
              help="scrubber.toml; otherwise the nearest one upwards from each input.")  # fmt: skip
@click.option("--fix", type=click.Choice(["none", "safe", "unsafe"]), help="Which fixes are applied (default safe).")
@report_options
@click.option("--today", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
              help='The date that "today" means; give it where a run may be resumed after midnight.')  # fmt: skip
@click.option("--across-files", is_flag=True,
              help="The files are one input: pairs, limits and duplicates are looked for across them.")  # fmt: skip
@click.option("--engine", type=click.Choice([LOCAL, DASK]), default=LOCAL, show_default=True,
              help="Where work runs: processes of this machine, or a Dask cluster.")  # fmt: skip
@click.option("--scheduler", help="Address of the Dask scheduler; without one a cluster is started on this machine.")
@click.option("--force", is_flag=True, help="Replace output that no earlier run in the folder wrote.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt, as JSON, in place of the summary.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    inputs: tuple[str, ...],
    out: Path,
    jobs: int | None,
    records: tuple[Path, ...],
    settings: Path | None,
    fix: str | None,
    reports: str,
    acks: str,
    judge: Judge,
    report_detail: str,
    records_lenient: bool,
    ledger: Path | None,
    waivers: Path | None,
    today: datetime | None,
    across_files: bool,
    engine: str,
    scheduler: str | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Scrub many 837P files into one folder.

    IN is a file, a folder (not its subfolders: files ending in .837, .x12, .edi or .txt, and others that begin with
    ISA), or @LIST, a file that names inputs, one a line. Each file gets what `scrub` would write of it. What became of
    each stands in DIR/batch-receipt.json. The same command again does only what is missing.

    Exit codes: 0 every claim goes out, 1 a claim is held, 2 a file could not be done, or the run was interrupted.
    """
    wanted = Wanted(
        listed("--report", "format", reports, FORMATS),
        listed("--ack", "acknowledgment", acks, KINDS),
        judge,
        report_detail == "findings",
        records_lenient,
        f"{today:%H%M}" if today else None,
    )
    if scheduler is not None and engine != DASK:
        raise click.UsageError("--scheduler is that of a Dask cluster: give --engine dask as well")
    files = find_inputs(inputs)
    if engine == DASK:  # workers stand in other folders
        files, out, records = [file.absolute() for file in files], out.absolute(), tuple(map(Path.absolute, records))
        settings, waivers, ledger = (path and path.absolute() for path in (settings, waivers, ledger))
    given = _Given(wanted, settings, waivers, records, fix, ledger, today.date() if today else None)
    job = given.job(files, out, force=force)
    if across_files:
        job = replace(job, setups=(setup_of_set(job.setups, files),), across=True)
    cores = jobs or usable_cores()
    with following(quiet=quiet) as progress, _stopped_by_signals() as stop:
        receipt = perform(
            job, partial(Dask, scheduler, cores) if engine == DASK else partial(engine_for, cores), progress, stop
        )
    _tell(receipt, out, progress, as_json=as_json, quiet=quiet)
    click.get_current_context().exit(2 if receipt.exit_code is None else receipt.exit_code)


class _Given:
    """What the command line says of settings, records and day."""

    def __init__(
        self,
        wanted: Wanted,
        settings: Path | None,
        waivers: Path | None,
        records: tuple[Path, ...],
        fix: str | None,
        ledger: Path | None,
        today: date | None,
    ) -> None:
        self._wanted = wanted
        self._settings = settings
        self._waivers = waivers
        self._records = records
        self._fix = fix
        self._ledger = ledger
        self._today = today

    def job(self, files: list[Path], out: Path, *, force: bool) -> Job:
        """Files that have one settings file have one setup. Raises ScrubberError for what cannot be read."""
        nearest = cache(find_settings)
        setups: dict[Path | None, tuple[int, Setup]] = {}
        inputs = []
        for file in files:
            place = self._settings or nearest(file.parent)
            if place not in setups:
                setups[place] = len(setups), self._setup(file)
            inputs.append((file, setups[place][0]))
        read = [path for path in (self._settings, self._waivers, self._ledger) if path is not None]
        return Job(tuple(inputs), out, tuple(setup for _, setup in setups.values()), tuple(read), force)

    def _setup(self, file: Path) -> Setup:
        settings = with_command_line(
            settings_for(file, self._settings, self._waivers), fix=self._fix, records_paths=self._records
        )
        if FUNCTIONAL in self._wanted.acks and settings.conformance != "full":
            raise SettingsError(
                '--ack 999 says of every claim whether it conforms, so it needs conformance = "full"; the settings'
                f' say "{settings.conformance}"'
            )
        return setup_for(settings, self._wanted, today_in(settings, self._today), self._ledger)


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that the first SIGINT or SIGTERM sets; the second ends the program at once, as it would any other."""
    stop = Event()
    before = {}

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        for each in STOPPING:
            signal.signal(each, signal.SIG_DFL)

    for each in STOPPING:
        before[each] = signal.signal(each, handle)
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _tell(receipt: Receipt, out: Path, progress: Following, *, as_json: bool, quiet: bool) -> None:
    counts = receipt.counts
    failures = dict.fromkeys(entry.error for entry in receipt.files if entry.error)
    for error in list(failures)[:ERRORS_SHOWN]:
        click.echo(f"scrubber: {error}", err=True)
    if len(failures) > ERRORS_SHOWN:
        click.echo(f"scrubber: and {len(failures) - ERRORS_SHOWN} more; {out / receipts.NAME} has them all", err=True)
    if counts.not_done:
        click.echo(
            f"scrubber: interrupted with {counts.not_done} of {counts.files} files not done; run the same command again"
            " to go on",
            err=True,
        )
    shown = (out / receipts.NAME).read_text(encoding="utf-8") if as_json else _summary(receipt, out, progress)
    if sys.stdout is None or (quiet and not as_json):
        return
    try:
        click.echo(shown, nl=False)
    except OSError as error:  # what was done stands: a closed pipe is no failure of the run
        silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            click.echo(f"scrubber: the summary could not be shown ({error.strerror}); the output is in {out}", err=True)


def _summary(receipt: Receipt, out: Path, progress: Following) -> str:
    counts = receipt.counts
    claims = f"{counted(counts.claims, 'claim')}: {counts.unchanged} unchanged, {counts.corrected} corrected"
    files = f"{counted(counts.files, 'file')}: {counts.clean} go out whole, {counts.with_held} with claims held"
    lines = [
        f"{files}, {counts.failed} failed" + (f", {counts.not_done} not done" if counts.not_done else ""),
        f"{claims}, {counts.held} held",
    ]
    if progress.before:
        lines.append(f"{counted(progress.before, 'file')} {'was' if progress.before == 1 else 'were'} done before")
    if progress.files:
        lines.append(f"{counted(progress.files, 'file')} in {progress.seconds:.1f} s: {progress.rates}")
    return "\n".join((*lines, f"Receipt: {out / receipts.NAME}", ""))
