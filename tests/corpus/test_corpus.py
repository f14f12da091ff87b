"""Every public sample through the command line: nothing crashes, nothing is lost, and what is wrong is said.

Labels of the samples are their authors'; nothing here says that a sample is right. dispositions.py says where they are.
"""

import csv
from pathlib import Path

import counting
import pytest
from click.testing import CliRunner
from corpus.dispositions import HERE, Scrubbed, committed, corpus_files, corpus_folder, scrub
from corpus.exit2 import reason

FOLDER = corpus_folder()
FILES = corpus_files(FOLDER) if FOLDER else []

pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="no corpus: set SCRUBBER_CORPUS, or put shared/corpus beside the checkout"
)


def listed() -> dict[str, bool]:
    """Files of exit2.csv, and whether the contract settles that they are exit 2."""
    with (HERE / "exit2.csv").open(encoding="utf-8", newline="") as stream:
        return {row["file"]: row["certain"] == "yes" for row in csv.DictReader(stream)}


@pytest.fixture(scope="module", params=FILES)
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(file: str, tmp_path_factory: pytest.TempPathFactory) -> Scrubbed:
    assert FOLDER is not None
    return scrub(FOLDER, file, tmp_path_factory.mktemp("sample"))


def test_the_list_of_exit_2_is_current() -> None:
    assert FOLDER is not None
    due = {file: due[1] for file in FILES if (due := reason((FOLDER / file).read_bytes()))}
    assert listed() == due


def test_the_table_names_every_sample() -> None:
    assert list(committed()) == FILES, "rewrite it: PYTHONPATH=tests python -m corpus.dispositions"


def test_the_corpus_is_worth_running() -> None:
    assert len(FILES) >= 190
    assert len(set(FILES) - set(listed())) >= 60


def test_exit_code_is_one_of_three_and_2_only_where_it_is_due(file: str, run: Scrubbed) -> None:
    assert run.row.exit in (0, 1, 2), run.said
    match listed().get(file):
        case True:
            assert run.row.exit == 2, run.said
        case None:
            assert run.row.exit != 2, run.said


def test_exit_2_writes_nothing_and_names_the_file(run: Scrubbed) -> None:
    if run.row.exit == 2:
        assert not run.out.exists() or not list(run.out.iterdir())
        assert "sample.837" in run.said
    assert "Traceback" not in run.said


def test_every_claim_is_in_exactly_one_of_corrected_and_held(run: Scrubbed) -> None:
    if run.row.exit != 2:
        assert len(counting.claims(run.source)) == len(counting.claims(run.corrected)) + len(counting.claims(run.held))
        assert counting.partitions(run.source, run.corrected, run.held)
        assert run.row.exit == int(bool(run.held))


def test_unchanged_claims_keep_every_byte(run: Scrubbed) -> None:
    """All but as many claims as the report calls corrected go out with the very bytes they came with."""
    own = [claim.own for claim in counting.claims(run.source)]
    untouched = 0
    for claim in counting.claims(run.corrected):
        if claim.own in own:
            own.remove(claim.own)
            untouched += 1
    assert untouched >= run.row.unchanged
    assert len(counting.claims(run.corrected)) - untouched <= run.row.corrected


def test_nothing_breaks_that_was_whole(run: Scrubbed) -> None:
    """Neither output has a kind of envelope fault that the source does not have."""
    before = {fault.element for fault in counting.faults(run.source)}
    for output in (run.corrected, run.held):
        assert {fault.element for fault in counting.faults(output or b"")} <= before


def test_the_journal_replays(run: Scrubbed) -> None:
    if run.row.exit != 2:
        from scrubber.cli.main import main

        result = CliRunner().invoke(main, ["audit", str(run.out / "sample.journal.jsonl")])
        assert result.exit_code == 0, result.output


def test_dispositions_are_those_of_the_table(file: str, run: Scrubbed) -> None:
    assert run.row == committed().get(file)


def test_nothing_of_the_corpus_is_in_the_repository() -> None:
    assert {path.suffix for path in Path(HERE).iterdir() if path.is_file()} <= {".py", ".csv"}
