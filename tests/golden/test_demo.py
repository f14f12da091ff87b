"""The demo: seven claims of one small clinic, and one screen that tells what became of them."""

import contextlib
import json
import shutil
from pathlib import Path

import counting
import pytest
from click.testing import CliRunner

from scrubber.cli.main import main

DEMO = Path(__file__).parents[2] / "fixtures" / "demo"

# By hand, each from its rule: what is billed in claims.837 against what records.csv says.
EXPECTED = {
    "LRC-1001": ("unchanged", []),
    "LRC-1002": ("corrected", ["U101"]),  # 30 and 15 minutes are 2 and 1 units; 3 and 1 are billed
    "LRC-1003": ("corrected", ["M201"]),  # a PT record, no GP
    "LRC-1004": ("corrected", ["M204"]),  # all 45 minutes by the assistant, no CQ
    "LRC-1005": ("corrected", ["M210"]),  # GP twice
    "LRC-1006": ("held", ["N301"]),  # 97140 with 97124, indicator 0
    "LRC-1007": ("held", ["C405"]),  # LRC-1001 again
}
LINES_THAT_CHANGE = {
    "LRC-1002": ("SV1*HC:97110:GP*120.00*UN*3***1", "SV1*HC:97110:GP*80.00*UN*2***1"),
    "LRC-1003": ("SV1*HC:97530*90.00*UN*2***1", "SV1*HC:97530:GP*90.00*UN*2***1"),
    "LRC-1004": ("SV1*HC:97110:GP*120.00*UN*3***1", "SV1*HC:97110:GP:CQ*120.00*UN*3***1"),
    "LRC-1005": ("SV1*HC:97140:GP:GP*38.00*UN*1***1", "SV1*HC:97140:GP*38.00*UN*1***1"),
}


class Demo:
    """One run over a copy of the demo's files."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(DEMO, folder / "demo")
        out = folder / "out"
        args = ["scrub", "demo/claims.837", "--records", "demo/records.csv", "--out", "out", "--today", "2026-11-22"]
        with contextlib.chdir(folder):
            result = CliRunner().invoke(main, args)
        assert result.exit_code == 1, result.output
        self.said = result.output
        self.source = (DEMO / "claims.837").read_bytes()
        self.corrected = (out / "claims.corrected.837").read_bytes()
        self.held = (out / "claims.held.837").read_bytes()
        self.report = json.loads((out / "claims.report.json").read_bytes())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


def test_the_input_is_valid_apart_from_what_is_billed() -> None:
    source = (DEMO / "claims.837").read_bytes()
    assert counting.conforms(source)
    assert not counting.faults(source)


def test_each_claim_shows_one_thing(demo: Demo) -> None:
    assert {
        claim["claim_id"]: (claim["disposition"], [finding["rule"] for finding in claim["findings"]])
        for claim in demo.report["claims"]
    } == EXPECTED
    assert demo.report["findings"] == []


def test_the_corrected_lines(demo: Demo) -> None:
    before = {claim.id: claim.named("SV1") for claim in counting.claims(demo.source)}
    assert LINES_THAT_CHANGE.keys() <= {claim.id for claim in counting.claims(demo.corrected)}
    for claim in counting.claims(demo.corrected):
        was, becomes = LINES_THAT_CHANGE.get(claim.id, ("", ""))
        assert claim.named("SV1") == [becomes if line == was else line for line in before[claim.id]]


def test_both_files_are_whole(demo: Demo) -> None:
    assert counting.partitions(demo.source, demo.corrected, demo.held)
    assert counting.conforms(demo.corrected)
    assert counting.conforms(demo.held)


def test_one_screen_tells_it_all(demo: Demo) -> None:
    lines = demo.said.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for claim, (disposition, rules) in EXPECTED.items():
        if disposition != "unchanged":
            assert claim in demo.said
            assert rules[0] in demo.said
