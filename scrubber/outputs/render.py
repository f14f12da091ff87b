"""What a scrubbed file is written as: the corrected and the held file, the reports, the edit journal and the answers to
its sender.

Command line and watched folder both render here, so that one input gives the same bytes either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from scrubber.acknowledgments.acknowledge import Asked, acknowledge
from scrubber.findings.journal import CORRECTED, HELD, replay_pieces
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.reports import report_csv, report_json, report_xml
from scrubber.reports.schema import Report
from scrubber.write.content import Content, Pieces
from scrubber.write.journal_file import Source, Written, journal_lines

JOURNAL = "journal"
"""The kind of output that the edit journal is; the others are ``CORRECTED``, ``HELD``, the names of FORMATS and the
kinds of answers."""


class Named(NamedTuple):
    """How the journal speaks of a file: its name, and the path from the journal's folder to it where it needs one."""

    name: str
    path: str | None = None


def _page(result: ScrubbedFile, report: Report) -> Iterator[bytes]:
    from scrubber.reports import report_html  # a page is not always wanted, and takes the longest to load

    return report_html.document(report, result.overview())


FORMATS: dict[str, Callable[[ScrubbedFile, Report], Iterator[bytes]]] = {
    "json": lambda result, report: report_json.document(report, result.parts.json.pieces()),
    "html": _page,
    "csv": lambda result, report: report_csv.document(report, result.parts.csv.pieces()),
    "xml": lambda result, report: report_xml.document(report, result.parts.xml.pieces()),
}
"""The report formats by name: the pieces of a file's report."""


def render(
    result: ScrubbedFile,
    report: Report,
    forms: Iterable[str],
    source: Named,
    targets: Mapping[str, Named],
    answers: Asked | None = None,
) -> dict[str, Pieces]:
    """Every output by its kind; corrected and held only where there are such. Nothing is made before it is iterated,
    but for the answers.

    ``report`` is the result's, without claims. ``forms`` are the report formats that are wanted, all of them among
    those that the file was scrubbed for; ``answers`` the acknowledgments. ``targets`` names the corrected and the held
    file. Raises TableError when the map of the guide that a 999 needs is not there.
    """
    written = {
        target: Written(*targets[target], Content(_replayed(result, target)))
        for target, is_there in ((CORRECTED, result.has_corrected), (HELD, result.has_held))
        if is_there
    }
    outputs: dict[str, Pieces] = {target: each.content for target, each in written.items()}
    origin = Source(source.name, source.path, len(result.source), result.source_sha256)
    outputs |= {form: Pieces(_reported(result, report, form)) for form in forms}
    outputs[JOURNAL] = Pieces(lambda: journal_lines(origin, result.source, result.journal, written))
    if answers is not None and answers.kinds:
        outputs |= {kind: Pieces(_whole(data)) for kind, data in _answers(result, answers).items()}
    return outputs


def _replayed(result: ScrubbedFile, target: str) -> Callable[[], Iterator[bytes]]:
    return lambda: replay_pieces(result.source, result.journal.of(target), target)


def _reported(result: ScrubbedFile, report: Report, form: str) -> Callable[[], Iterator[bytes]]:
    return lambda: FORMATS[form](result, report)


def _whole(data: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: (data,)


def _answers(result: ScrubbedFile, asked: Asked) -> dict[str, bytes]:
    parts = result.parts
    sent = frozenset(range(result.claims)) - parts.held.keys()
    return acknowledge(result.source, result.source_sha256, result.findings, sent, parts.answered(), asked)
