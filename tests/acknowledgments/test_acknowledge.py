"""Acknowledgments as the command line writes them: of every golden file, of the file of all faults, of the corpus."""

import re
from collections.abc import Mapping
from pathlib import Path

import counting
import pytest
from acknowledgments.conftest import DEMO, GOLDEN, TODAY, Scrubbed, golden, interchanges, pyx12_faults, rows, scrubbed
from acknowledgments.test_claim_status import claims_of
from acknowledgments.test_ta1 import judged_by_pyx12
from click.testing import CliRunner
from corpus.dispositions import corpus_files, corpus_folder

from scrubber.acknowledgments.acknowledge import KINDS, Asked, acknowledge
from scrubber.cli.main import main
from scrubber.errors import UnreadableInputError
from scrubber.tables.tableset import load_tables

CASES = sorted(path.parent.name for path in GOLDEN.glob("*/in.837"))
FAULTS = GOLDEN.parent / "faults" / "faults.837"
CORPUS = corpus_folder()
FILES = corpus_files(CORPUS) if CORPUS else []
CLEAN = (GOLDEN / "clean-file" / "in.837").read_bytes()


def answers(made: Scrubbed) -> dict[str, bytes]:
    outcome = made.outcome
    asked = Asked(KINDS, TODAY, load_tables())
    return acknowledge(outcome.source, made.sha256, outcome.findings, made.sent, made.answered, asked)


def only(answer: bytes, identifier: str) -> list[list[str]]:
    return [row[1:] for row in rows(answer) if row[0] == identifier]


def check(made: Scrubbed, given: Mapping[str, bytes]) -> None:
    """Both are files that pyx12 finds nothing wrong with; every held claim is refused, every sent one taken.

    x12n_document wants a group in every interchange. One that holds but a TA1 is judged segment by segment.
    """
    for kind, answer in given.items():
        for text in interchanges(answer):
            one = text.encode("latin-1")
            refused = [row[0] for row in rows(one)] == ["ISA", "TA1", "IEA"]
            assert (judged_by_pyx12(one) if refused else pyx12_faults(one)) == [], kind
    claims = made.outcome.claims
    assert ("277ca" in given) == bool(claims)
    if claims:
        refused = [statuses[0][1] == "U" for _, statuses in claims_of(given["277ca"])]
        assert refused == [claim.disposition == "held" for claim in claims]


@pytest.mark.parametrize("case", CASES)
def test_golden_files_are_answered(case: str) -> None:
    made = golden(case)
    check(made, answers(made))


def test_the_demo_and_the_file_of_all_faults_are_answered() -> None:
    for path in (DEMO, FAULTS):
        made = scrubbed(path.read_bytes())
        check(made, answers(made))


@pytest.mark.skipif(CORPUS is None, reason="no corpus: set SCRUBBER_CORPUS, or put shared/corpus beside the checkout")
@pytest.mark.parametrize("file", FILES)
def test_files_of_the_corpus_are_answered(file: str) -> None:
    assert CORPUS is not None
    try:
        made = scrubbed((CORPUS / file).read_bytes())
    except UnreadableInputError:
        return
    check(made, answers(made))


# What the 999 says of faults.


def functional(source: bytes) -> bytes:
    return answers(scrubbed(source))["999"]


def test_faults_of_the_input_are_listed_though_their_claims_are_held() -> None:
    """Two claims, one with a code that CLM07 does not know: the other goes out, so the set is accepted with errors."""
    source = (GOLDEN / "one-held-among-clean" / "in.837").read_bytes()
    damaged = source.replace(b"*Y*A*Y*Y", b"*Y*X*Y*Y", 1)
    answer = functional(damaged)
    at = counting.interchanges(damaged)[0].segments
    ids = [segment.id for segment in at]
    number = ids.index(b"CLM") - ids.index(b"ST") + 1
    claim = counting.claims(damaged)[0].id
    assert only(answer, "IK3") == [["CLM", str(number), "2300", "8"]]
    assert only(answer, "CTX") == [[f"CLM01:{claim}"]]
    assert only(answer, "IK4") == [["7", "1359", "7"]]
    assert only(answer, "IK5") == [["E", "5"]]
    assert only(answer, "AK9")[0][0] == "E"


def test_a_file_of_which_nothing_goes_out_is_rejected() -> None:
    answer = functional(CLEAN.replace(b"*Y*A*Y*Y", b"*Y*X*Y*Y"))
    assert only(answer, "IK5") == [["R", "5"]]
    assert only(answer, "AK9")[0][0] == "R"


def test_numbers_of_levels_and_lines_are_a_segment_fault_of_code_8() -> None:
    levels = functional((GOLDEN / "hierarchy-numbers" / "in.837").read_bytes())
    assert [row[0::3] for row in only(levels, "IK3")] == [["HL", "8"]]
    lines = functional((GOLDEN / "line-numbers-with-a-gap" / "in.837").read_bytes())
    assert {tuple(row[0::3]) for row in only(lines, "IK3")} == {("LX", "8")}
    assert only(lines, "IK4") == []


@pytest.mark.parametrize(
    ("old", "new", "segment", "verdict"),
    [
        (r"SE\*(\d+)\*", r"SE*9\1*", "IK5", ["E", "4"]),
        (r"SE\*(\d+)\*0001", r"SE*\1*0002", "IK5", ["R", "3"]),
        (r"SE\*\d+\*0001~\n", "", "IK5", ["R", "2"]),
        (r"GE\*1\*", "GE*2*", "AK9", ["E", "2", "1", "1", "5"]),
        (r"GE\*1\*\d+", "GE*1*999", "AK9", ["R", "1", "1", "0", "4"]),
        (r"GE\*1\*\d+~\n", "", "AK9", ["R", "0", "1", "0", "3"]),
    ],
)
def test_faults_of_envelopes(old: str, new: str, segment: str, verdict: list[str]) -> None:
    source = re.sub(old, new, CLEAN.decode("ascii"), count=1).encode("ascii")
    assert source != CLEAN
    answer = functional(source)
    assert only(answer, segment) == [verdict]
    assert pyx12_faults(answer) == []


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (rb"IEA\*1\*\d{9}", b"IEA*1*000000999", "001"),
        (rb"\*:~", b"*>~", "027"),
        (rb"GE\*1\*\d+~\n", b"GE*1*101~\nSE*3*0001~\n", "024"),
    ],
)
def test_a_refused_interchange_is_answered_by_a_ta1(old: bytes, new: bytes, note: str) -> None:
    answer = functional(re.sub(old, new, CLEAN, count=1))
    assert [row[0] for row in rows(answer)] == ["ISA", "TA1", "IEA"]
    assert only(answer, "TA1")[0][3:] == ["R", note]


def test_an_interchange_that_cannot_be_read_is_refused_in_its_place() -> None:
    broken = CLEAN.replace(b"000000101", b"000000777").replace(b"*:~\nGS*", b"*:~\nXX*", 1)
    first, second = interchanges(functional(broken + CLEAN))
    assert [row[0] for row in rows(first.encode())] == ["ISA", "TA1", "IEA"]
    assert only(first.encode(), "TA1") == [["000000777", "261012", "0930", "R", "022"]]
    assert judged_by_pyx12(first.encode()) == []
    assert only(second.encode(), "AK9")[0][0] == "A"


def test_a_count_that_is_put_right_is_no_reason_to_refuse() -> None:
    wrong = CLEAN.replace(b"IEA*1*", b"IEA*2*").replace(b"*0*T*:~", b"*1*T*:~")
    answer = functional(wrong)
    assert only(answer, "TA1")[0][3:] == ["E", "021"]
    assert only(answer, "AK9")[0][0] == "A"
    assert pyx12_faults(answer) == []


def test_a_second_interchange_of_one_number_is_refused() -> None:
    answer = functional((GOLDEN / "repeated-interchange" / "in.837").read_bytes())
    assert [row[3:] for row in only(answer, "TA1")] == [["R", "025"]]


def test_warnings_stay_out_of_it() -> None:
    made = golden("no-records")
    assert any(v.finding.severity.word == "warn" for claim in made.outcome.claims for v in claim.verdicts)
    assert only(answers(made)["999"], "IK5") == [["A"]]


# The command line.


def run(tmp_path: Path, *options: str, source: bytes = CLEAN, settings: str = "") -> tuple[int, str, Path]:
    (tmp_path / "claims.837").write_bytes(source)
    (tmp_path / "scrubber.toml").write_text(settings, encoding="utf-8")
    out = tmp_path / "out"
    given = ["scrub", str(tmp_path / "claims.837"), "-o", str(out), "--quiet", *options]
    result = CliRunner().invoke(main, given, catch_exceptions=False)
    return result.exit_code, result.output, out


def test_both_are_written_beside_the_rest(tmp_path: Path) -> None:
    code, said, out = run(tmp_path, "--ack", "999,277ca", "--today", "2026-11-22")
    assert (code, said) == (0, "")
    made = answers(scrubbed(CLEAN))
    assert {kind: (out / f"claims.{kind}").read_bytes() for kind in KINDS} == made


def test_none_is_written_unless_it_is_asked_for(tmp_path: Path) -> None:
    _, _, out = run(tmp_path)
    assert not [path for path in out.iterdir() if path.suffix in (".999", ".277ca")]


def test_today_carries_the_time_of_day(tmp_path: Path) -> None:
    _, _, out = run(tmp_path, "--ack", "999,277ca", "--today", "2026-11-22T17:45")
    for kind in KINDS:
        isa, gs = rows((out / f"claims.{kind}").read_bytes())[:2]
        assert (isa[9], isa[10], gs[4], gs[5]) == ("261122", "1745", "20261122", "1745")


def test_the_999_wants_every_claim_judged(tmp_path: Path) -> None:
    code, said, out = run(tmp_path, "--ack", "999", settings='conformance = "changed"\n')
    assert code == 2
    assert 'conformance = "full"' in said
    assert not out.exists()
    assert run(tmp_path, "--ack", "277ca", settings='conformance = "changed"\n')[0] == 0


def test_an_unknown_acknowledgment_is_refused(tmp_path: Path) -> None:
    code, said, _ = run(tmp_path, "--ack", "997")
    assert code == 2
    assert "999, 277ca" in said


def test_answers_of_an_earlier_run_do_not_stay_beside_new_output(tmp_path: Path) -> None:
    _, _, out = run(tmp_path, "--ack", "999,277ca")
    assert run(tmp_path)[0] == 2
    assert run(tmp_path, "--ack", "999", "--force")[0] == 0
    assert {path.suffix for path in out.iterdir()} & {".999", ".277ca"} == {".999"}
    assert run(tmp_path, "--force")[0] == 0
    assert not (out / "claims.999").exists()


def test_pyx12_can_be_the_judge(tmp_path: Path) -> None:
    damaged = CLEAN.replace(b"*Y*A*Y*Y", b"*Y*X*Y*Y", 1)
    made = []
    for judge in ("compiled", "pyx12"):
        folder = tmp_path / judge
        folder.mkdir()
        code, _, out = run(folder, "--judge", judge, "--today", "2026-11-22", source=damaged)
        assert code == 1
        made.append((out / "claims.report.json").read_bytes())
    assert made[0] == made[1]
