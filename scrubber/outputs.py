"""What a scrubbed file is written as: the corrected and the held file, the reports, the edit journal and the answers to
its sender, as bytes.

Command line and watched folder both render here, so that one input gives the same bytes either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scrubber.acknowledgments.acknowledge import Asked, acknowledge
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outcome import Outcome
from scrubber.reports.formats import FORMATS
from scrubber.reports.schema import Report
from scrubber.write.journal_file import journal_lines

JOURNAL = "journal"
"""The kind of output that the edit journal is; the others are ``CORRECTED``, ``HELD``, the names of FORMATS and the
kinds of answers."""


class Named(NamedTuple):
    """How the journal speaks of a file: its name, and the path from the journal's folder to it where it needs one."""

    name: str
    path: str | None = None


def render(
    result: Outcome,
    report: Report,
    forms: Iterable[str],
    source: Named,
    targets: Mapping[str, Named],
    answers: Asked | None = None,
) -> dict[str, bytes]:
    """Every output by its kind; corrected and held only where there are such.

    ``forms`` are the report formats that are wanted, ``answers`` the acknowledgments. ``targets`` names the corrected
    and the held file. Raises TableError when the map of the guide that a 999 needs is not there.
    """
    made = {CORRECTED: result.corrected(), HELD: result.held()}
    outputs = {target: data for target, data in made.items() if data is not None}
    written = {target: (targets[target].name, data) for target, data in outputs.items()}
    paths = {target: path for target in outputs if (path := targets[target].path) is not None}
    journal = journal_lines(source.name, source.path, result.source, result.journal, written, paths)
    outputs |= {form: FORMATS[form](report) for form in forms}
    outputs[JOURNAL] = b"\n".join(journal) + b"\n"
    if answers is not None and answers.kinds:
        outputs |= acknowledge(result, answers)
    return outputs
