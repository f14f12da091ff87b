"""Judging one claim: what is found, where it is placed, how it is said, and what a judgement leaves behind."""

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.conform.judge import GuideFault, judge_claim, worse
from scrubber.x12.delimiters import Delimiters

ROOT = Path(__file__).parents[2]


def places(faults: list[GuideFault]) -> list[tuple[str, int | None, int | None, str, int]]:
    """Segment, element, component, code and index of each fault."""
    return [fault[:5] for fault in faults]


def test_a_claim_that_conforms_has_no_faults(heading: str, claim: str, separators: Delimiters) -> None:
    assert judge_claim(heading, claim, separators) == []


def test_a_dependents_claim_that_conforms_has_no_faults(
    dependent_heading: str, claim: str, separators: Delimiters
) -> None:
    assert judge_claim(dependent_heading, claim, separators) == []


@pytest.mark.parametrize("end", ["~\n", "~\r\n", "~\r", "~\n\n"])
def test_line_ends_do_not_matter(heading: str, claim: str, separators: Delimiters, end: str) -> None:
    assert judge_claim(heading.replace("~", end), claim.replace("~", end), separators) == []


def test_other_delimiters(heading: str, claim: str) -> None:
    other = Delimiters("|", ">", "!", "'")
    swap = str.maketrans("*:^~", "|>!'")
    assert judge_claim(heading.translate(swap), claim.translate(swap), other) == []
    bad = claim.replace("*UN*2", "*UN*abc").translate(swap)
    assert places(judge_claim(heading.translate(swap), bad, other)) == [("SV1", 4, None, "6", 5)]


def test_a_newline_may_be_the_terminator(heading: str, claim: str) -> None:
    lines = Delimiters("*", ":", "^", "\n")
    assert judge_claim(heading.replace("~", "\n"), claim.replace("~", "\n"), lines) == []


def test_the_st_of_the_file_is_passed_over(heading: str, claim: str, separators: Delimiters) -> None:
    for version in ("005010X222", "005010X222A1", "005010X222A2", ""):
        assert judge_claim(f"ST*837*4711*{version}~\n" + heading, claim, separators) == []


@pytest.mark.parametrize("indent", ["", "  "])
def test_levels_are_counted_anew(dependent_heading: str, claim: str, separators: Delimiters, indent: str) -> None:
    """The file's own numbers are the envelope's affair: here the claim's levels are its 7th, 44th and 45th."""
    far = (
        dependent_heading.replace("HL*1**20*1", indent + "HL*7**20*0")
        .replace("HL*2*1*22*1", "HL*44*7*22*")
        .replace("HL*3*2*23*0", "HL*45*44*23*1")
    )
    found = judge_claim(far, claim, separators)
    assert [fault.message for fault in found] == (["HL begins with a space"] if indent else [])


def test_a_segment_behind_the_last_terminator_is_judged(heading: str, claim: str, separators: Delimiters) -> None:
    assert judge_claim(heading, claim.removesuffix("~"), separators) == []
    assert judge_claim(heading, claim + "\r\n ", separators) == []
    assert places(judge_claim(heading, claim + "ZZ9*1", separators)) == [("ZZ9", None, None, "1", 13)]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("*UN*2", "*UN*abc", ("SV1", 4, None, "6", 5), "SV104 (units) must be a number"),
        ("*UN*2", "*UN*", ("SV1", 4, None, "1", 5), "SV104 (units) is missing"),
        ("*UN*2", "*UN*" + "1" * 16, ("SV1", 4, None, "5", 5), "SV104 (units) is too long: at most 15 characters"),
        ("11:B:1", "11:B:12", ("CLM", 5, 3, "5", 0), "CLM05-3 (frequency) is too long: at most 1 character"),
        ("*UN*2", "*F2*2", ("SV1", 3, None, "7", 5), "SV103 (unit of measure) must be MJ or UN"),
        (
            "97110:GP",
            "97110:G",
            ("SV1", 1, 3, "4", 5),
            "SV101-3 (first modifier) is too short: at least 2 characters",
        ),
        ("***1:2", "*11*X*1:2", ("SV1", 6, None, "I10", 5), "SV106 must be empty"),
        ("***1:2", "***13:2", ("SV1", 7, 1, "7", 5), "SV107-1 (first pointer) is not in the guide's code list"),
        ("*120*", "*1:20*", ("SV1", 2, None, "6", 5), "SV102 (charge) is one value and may not be divided"),
        ("20260302~", "20261302~", ("DTP", 3, None, "8", 6), "DTP03 (date) is no valid date in its format"),
        ("11:B:1", "77:B:1", ("CLM", 5, 1, "7", 0), "CLM05-1 (place of service) is not in the guide's code list"),
        ("11:B:1", "11:C:1", ("CLM", 5, 2, "7", 0), "CLM05-2 (place code list) must be B"),
        ("11:B:1", "", ("CLM", 5, None, "1", 0), "CLM05 (place and frequency) is missing"),
        ("PETRA*", "PETRA *", ("NM1", 4, None, "6", 2), "NM104 (first name) must not end in a space"),
        ("MINUTES 30", "MIN\x07", ("NTE", 2, None, "6", 8), "NTE02 (note text) holds a control character"),
        ("HOLLOW", "HÖLLOW", ("NM1", 3, None, "6", 2), "NM103 (last or organization name) holds a character that X12"),
        ("NTE*ADD*MINUTES 30", "NTE*ADD", ("NTE", 2, None, "1", 8), "NTE02 (note text) is missing"),
        (
            "*XX*1234567893",
            "**1234567893",
            ("NM1", 8, None, "2", 2),
            "NM108 (kind of id) and NM109 (id) are filled together or not at all",
        ),
        ("6R*L1~", "6R*L1*a*b*c~", ("REF", 5, None, "3", 7), "REF has more elements than the 4 of the guide"),
        ("LX*2", "LX*9", ("LX", 1, None, "8", 9), "LX01 (number of the line) must count 1, 2, 3 within the claim"),
        ("6R*L1~", "6R*L1*~", ("REF", None, None, "8", 7), "REF*6R (reference number) ends in an empty element"),
        ("LX*2", " LX*2", ("LX", None, None, "1", 9), "LX begins with a space"),
        ("LX*2", "\tLX*2", ("", None, None, "1", 9), "A segment has no valid identifier"),
        ("REF*6R*L1~", "ZZZ*1~", ("ZZZ", None, None, "1", 7), "ZZZ is no segment of the 837P"),
        ("REF*6R*L1~", "SBR*P~", ("SBR", None, None, "2", 7), "SBR (coverage) may not stand here, or not with"),
        (
            "REF*6R*L1~",
            "REF*6R*L1~" * 2,
            ("REF", None, None, "5", 8),
            "REF*6R (reference number) may occur once in loop",
        ),
        (
            "DTP*472*D8*20260302~",
            "",
            ("DTP", None, None, "3", 4),
            "DTP*472 (date) is missing in loop 2400 (service line)",
        ),
        (
            "HI*ABK:M545*ABF:M6281~",
            "",
            ("HI", None, None, "3", 0),
            "HI*ABK/BK (diagnoses and other codes) is missing in loop 2300 (claim)",
        ),
    ],
)
def test_one_fault_is_found_placed_and_said(
    heading: str,
    claim: str,
    separators: Delimiters,
    old: str,
    new: str,
    place: tuple[str, int | None, int | None, str, int],
    message: str,
) -> None:
    assert old in claim
    first = judge_claim(heading, claim.replace(old, new, 1), separators)[0]
    assert first[:5] == place
    assert first.message.startswith(message)
    assert first.kind == ("segment" if place[1] is None or place[0] == "LX" else "element")


def test_a_claim_without_lines_lacks_the_loop(heading: str, claim: str, separators: Delimiters) -> None:
    found = judge_claim(heading, claim[: claim.index("LX*1")], separators)
    assert places(found) == [("LX", None, None, "3", 0)]
    assert found[0].message == "Loop 2400 (service line) is missing; it starts with LX (line number)"


def test_the_last_lines_missing_date_is_placed_at_that_line(heading: str, claim: str, separators: Delimiters) -> None:
    found = judge_claim(heading, claim.replace("DTP*472*RD8*20260302-20260302~", ""), separators)
    assert places(found) == [("DTP", None, None, "3", 9)]


def test_sixty_lines_are_ten_too_many(heading: str, long: Callable[[int], str], separators: Delimiters) -> None:
    assert judge_claim(heading, long(50), separators) == []
    found = judge_claim(heading, long(60), separators)
    assert places(found) == [("LX", None, None, "4", 2 + 5 * line) for line in range(50, 60)]
    assert found[0].message == "Loop 2400 (service line) may occur 50 times at most"


def test_a_fault_of_the_heading_stands_outside_the_claim(heading: str, claim: str, separators: Delimiters) -> None:
    found = judge_claim(heading.replace("N4*OMAHA*NE*68102~", "N4*OMAHA*QQ*68102~"), claim, separators)
    assert places(found) == [("N4", 2, None, "7", -1)]
    found = judge_claim(heading.replace("NM1*PR*2*NORTHERN HEALTH*****PI*00123~", ""), claim, separators)
    assert places(found) == [("NM1", None, None, "3", -1)]
    assert found[0].message == "Loop 2010BB (payer) is missing; it starts with NM1*PR (name)"


def test_a_claim_without_any_heading_is_judged(claim: str, separators: Delimiters) -> None:
    found = judge_claim("", claim, separators)
    assert {fault.segment_index for fault in found if fault.code == "3"} == {-1}
    assert judge_claim("", "", separators) != []


def test_other_coverage_and_decisions_conform(heading: str, claim: str, separators: Delimiters) -> None:
    other = (
        "SBR*S*18*******CI~CAS*CO*45*10~AMT*D*10~OI***Y*P**Y~"
        "NM1*IL*1*QUIMBLE*IVO****MI*K77~NM1*PR*2*SOUTHERN HEALTH*****PI*K9~"
    )
    decided = claim.replace("LX*1~", other + "LX*1~") + "SVD*K9*5*HC:97140**1~CAS*CO*45*75~DTP*573*D8*20260303~"
    assert judge_claim(heading, decided, separators) == []
    found = judge_claim(heading, decided.replace("DTP*573*D8*20260303~", ""), separators)
    assert places(found) == [("DTP", None, None, "3", 19)]
    assert "in loop 2430 (other payer's decision on the line)" in found[0].message


def test_messages_quote_nothing_of_the_claim(heading: str, claim: str, separators: Delimiters) -> None:
    word = "QUIXOTIC"
    for place in range(len(claim)):
        if claim[place] in "*:~":
            damaged = claim[: place + 1] + word + claim[place + 1 :]
            found = judge_claim(heading, damaged, separators)
            assert not [fault for fault in found if word in repr(fault)]


def test_judgements_do_not_leak_into_one_another(heading: str, claim: str, separators: Delimiters) -> None:
    bad = claim.replace("*UN*2", "*UN*abc").replace("LX*2", "LX*7").replace("DTP*472*D8*20260302~", "")
    first, second, third = (judge_claim(heading, text, separators) for text in (claim, bad, claim))
    assert first == third == []
    assert len(second) == 3
    assert judge_claim(heading, bad, separators) == second
    assert judge_claim(heading, claim + claim.replace("PCN7", "PCN8"), separators) == []  # two claims of one level


def test_a_thousand_judgements_do_not_grow(heading: str, claim: str, separators: Delimiters) -> None:
    texts = [claim, claim.replace("*UN*2", "*UN*abc"), claim.replace("DTP*472*D8*20260302~", "")]
    expected = [judge_claim(heading, text, separators) for text in texts]
    gc.collect()
    before = len(gc.get_objects())
    for number in range(1000):
        assert judge_claim(heading, texts[number % 3], separators) == expected[number % 3]
    gc.collect()
    assert len(gc.get_objects()) - before < 200


def test_what_is_remembered_is_bounded(heading: str, claim: str, separators: Delimiters) -> None:
    from scrubber.conform.judge import _past_heading
    from scrubber.conform.segment_check import MEMO_LENGTH, _remembered

    for number in range(40):
        judge_claim(heading.replace("IVO", f"IVO{number}"), claim, separators)
    assert _past_heading.cache_info().currsize == _past_heading.cache_info().maxsize == 32
    size = _remembered.cache_info().currsize
    assert _remembered.cache_info().maxsize == 4096
    judge_claim(heading, claim.replace("MINUTES 30", "x" * MEMO_LENGTH), separators)
    assert _remembered.cache_info().currsize == size


def test_pyx12_says_nothing_and_the_root_logger_is_untouched(heading: str, claim: str) -> None:
    """In a process of its own: pytest's log capture attaches itself to loggers that do not propagate."""
    program = f"""
import logging
logging.basicConfig(level=logging.DEBUG)
root = logging.getLogger()
state = (root.level, list(root.handlers), root.disabled)
from scrubber.conform.judge import judge_claim
from scrubber.x12.delimiters import Delimiters
assert judge_claim({heading!r}, {claim.replace("*UN*2", "*UN*abc")!r}, Delimiters("*", ":", "^", "~"))
logging.getLogger("pyx12.error_handler").error("Line:1 ELE:6 - quotes the claim")
assert state == (root.level, list(root.handlers), root.disabled)
logging.getLogger("other").warning("still heard")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr == "WARNING:other:still heard\n"


def test_pyx12_is_imported_when_the_first_claim_is_judged() -> None:
    program = "import sys, scrubber.conform.judge; sys.exit(bool({'pyx12', 'lxml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_faults_are_picklable(heading: str, claim: str, separators: Delimiters) -> None:
    found = judge_claim(heading, claim.replace("*UN*2", "*UN*abc"), separators)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes


def test_worse_counts_faults_and_forgets_places(heading: str, claim: str, separators: Delimiters) -> None:
    before = judge_claim(heading, claim.replace("*UN*2", "*UN*abc"), separators)
    moved = judge_claim(heading, claim.replace("REF*6R*L1~", "").replace("*UN*1", "*UN*abc"), separators)
    assert before[0].segment_index != moved[0].segment_index
    assert worse(before, moved) == []
    both = judge_claim(heading, claim.replace("*UN*2", "*UN*abc").replace("*UN*1", "*UN*abc"), separators)
    assert worse(before, both) == [both[1]]
    assert worse(both, before) == []
    assert worse([], before) == before
    other = judge_claim(heading, claim.replace("97110:GP", "97110:G"), separators)
    assert worse(before, other) == other
