"""What a scrubbed file is written as: the corrected and the held file, the reports and the edit journal, as bytes.

Command line and watched folder both render here, so that one input gives the same bytes either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outcome import Outcome
from scrubber.reports.formats import FORMATS
from scrubber.reports.schema import Report
from scrubber.write.journal_file import journal_lines

JOURNAL = "journal"
"""The kind of output that the edit journal is; the others are ``CORRECTED``, ``HELD`` and the names of FORMATS."""


class Named(NamedTuple):
    """How the journal speaks of a file: its name, and the path from the journal's folder to it where it needs one."""

    name: str
    path: str | None = None


def render(
    result: Outcome, report: Report, forms: Iterable[str], source: Named, targets: Mapping[str, Named]
) -> dict[str, bytes]:
    """Every output by its kind; corrected and held only where there are such.

    ``forms`` are the report formats that are wanted. ``targets`` names the corrected and the held file.
    """
    made = {CORRECTED: result.corrected(), HELD: result.held()}
    outputs = {target: data for target, data in made.items() if data is not None}
    written = {target: (targets[target].name, data) for target, data in outputs.items()}
    paths = {target: path for target in outputs if (path := targets[target].path) is not None}
    journal = journal_lines(source.name, source.path, result.source, result.journal, written, paths)
    outputs |= {form: FORMATS[form](report) for form in forms}
    outputs[JOURNAL] = b"\n".join(journal) + b"\n"
    return outputs
