"""What is written claim by claim is what the whole outcome says, byte for byte, and no claim stays in memory."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date

import pytest
from lxml import etree
from properties.scrubbing import CHOICES, context
from properties.treated import Case, seeded
from reports.in_brief import findings_only

from benchmarks.generate import Options, generate
from scrubber.acknowledgments.acknowledge import KINDS, Asked, acknowledge
from scrubber.acknowledgments.answer import Moment
from scrubber.acknowledgments.claim_status import answered
from scrubber.claims.index import index
from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outcome import ClaimResult
from scrubber.outputs.claim_part import PatientPart, Wanted
from scrubber.outputs.render import FORMATS, JOURNAL, Named, render
from scrubber.outputs.scrubbed_file import ScrubbedFile
from scrubber.reports import report_csv, report_html, report_json, report_xml
from scrubber.reports.assemble import assemble
from scrubber.reports.overview import overview_of
from scrubber.reports.terminal import screen
from scrubber.scrub import scrub, scrub_file
from scrubber.scrub_part import in_window, results_of, write_part
from scrubber.tables.tableset import load_tables
from scrubber.visits.gather import Gathering
from scrubber.visits.records import read_records
from scrubber.write.content import Content
from scrubber.write.journal_file import Source, Written, journal_lines, sha256

NAMED = {CORRECTED: Named("a.corrected.837"), HELD: Named("a.held.837")}
EVERYTHING = Wanted(frozenset(FORMATS), answers=True)
ASKED = Asked(KINDS, Moment(date(2026, 11, 22)), load_tables())


@pytest.fixture(scope="module")
def two() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def written(result: ScrubbedFile, choice: str) -> dict[str, bytes]:
    report = result.report("a.837", context(choice))
    outputs = render(result, report, FORMATS, Named("a.837"), NAMED, ASKED)
    return {kind: b"".join(pieces) for kind, pieces in outputs.items()}


def whole(case: Case, choice: str, *, brief: bool = False) -> dict[str, bytes]:
    """The same outputs from the outcome that holds everything."""
    outcome = scrub(case.source, case.records(), context(choice))
    report = assemble(outcome, "a.837", context(choice))
    shown = findings_only(report) if brief else report
    digest = sha256(case.source)
    outputs = {CORRECTED: outcome.corrected(), HELD: outcome.held()}
    made = {kind: data for kind, data in outputs.items() if data is not None}
    contents = {kind: Written(NAMED[kind].name, None, Content(lambda d=data: [d])) for kind, data in made.items()}  # type: ignore[misc]
    sent = [claim.ordinal for claim in outcome.claims if claim.disposition != HELD]
    answers = acknowledge(case.source, digest, outcome.findings, sent, lambda at: answered(outcome.claims[at]), ASKED)
    source = Source("a.837", None, len(case.source), digest)
    return {
        **made,
        "json": report_json.render(shown),
        "html": report_html.render(report),
        "csv": report_csv.render(report),
        "xml": report_xml.render(shown),
        JOURNAL: b"".join(journal_lines(source, case.source, outcome.journal, contents)),
        **answers,
    }


@pytest.mark.parametrize("choice", CHOICES)
def test_outputs_made_claim_by_claim_are_those_of_the_whole(choice: str) -> None:
    for seed in range(12):
        case = seeded(seed)
        result = scrub_file(case.source, case.records(), context(choice), EVERYTHING)
        assert written(result, choice) == whole(case, choice)


def test_unchanged_claims_in_brief() -> None:
    short = 0
    for seed in range(25):
        case = seeded(seed)
        wanted = EVERYTHING._replace(findings_only=True)
        result = scrub_file(case.source, case.records(), context(), wanted)
        made = written(result, "safe")
        assert made == whole(case, "safe", brief=True)
        short += made["json"] != whole(case, "safe")["json"]
    assert short > 3


def test_workers_change_no_byte(two: ProcessPoolExecutor) -> None:
    for seed in range(10):
        case = seeded(seed)
        alone = scrub_file(case.source, case.records(), context(), EVERYTHING)

        def spread(parts: Iterable[bytes]) -> Iterator[PatientPart]:
            return results_of(in_window(lambda part: two.submit(write_part, part, context(), EVERYTHING), parts))

        together = scrub_file(case.source, case.records(), context(), EVERYTHING, spread=spread)
        assert written(together, "safe") == written(alone, "safe")


def test_the_screen_says_the_same_whatever_was_wanted() -> None:
    for seed in range(12):
        case = seeded(seed)
        report = assemble(scrub(case.source, case.records(), context()), "a.837", context())
        expected = screen(report, overview_of(report), {})
        for wanted in (Wanted(), EVERYTHING):
            result = scrub_file(case.source, case.records(), context(), wanted)
            assert screen(result.report("a.837", context()), result.overview(24), {}) == expected


def test_results_of_claims_do_not_stay_in_memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("many")
    paths = [folder / name for name in ("a.837", "a.csv", "a.truth")]
    generate(Options(300, 7, 0.2), *paths)
    records = read_records([paths[1]])
    alive = []

    def count(done: int, of: int) -> None:
        if done % 50 == 0 or done == of:
            gc.collect()
            alive.append(sum(isinstance(each, ClaimResult) for each in gc.get_objects()))

    result = scrub_file(paths[0].read_bytes(), records, context(), EVERYTHING, progress=count)
    assert result.claims >= 300
    assert len(alive) > 3
    assert max(alive) <= 8  # those of one patient


def test_claims_that_come_out_of_order_are_written_in_order() -> None:
    """Patients take turns in the file, so results do not come in its order."""
    turns = 0
    for seed in range(40):
        case = seeded(seed)
        works = Gathering(index(case.source), case.records(), frozenset())
        come = [claim.ordinal for work in works for claim in work.claims]
        if come == sorted(come):
            continue
        turns += 1
        result = scrub_file(case.source, case.records(), context(), EVERYTHING)
        claims = etree.fromstring(written(result, "safe")["xml"]).findall("claims/claim")
        assert [claim.get("position") for claim in claims] == [str(n) for n in range(1, result.claims + 1)]
    assert turns > 3
