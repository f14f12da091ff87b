"""Whole transactions: every fault with its claim, its segment and its byte."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.claims.index import index
from scrubber.conform.compiled.judge import judge
from scrubber.conform.compiled.whole_file import JudgedTransaction, PlacedFault, judge_file, pieces
from scrubber.x12.delimiters import Delimiters

ISA = "ISA*00*          *00*          *ZZ*RR100          *ZZ*00123          *260309*1015*^*00501*000000001*0*T*:~"
GS = "GS*HC*RR100*00123*20260309*1015*1*X*005010X222A1~"


def a_file(heading: str, *bodies: str, end: str = "~", version: str = "005010X222A1") -> bytes:
    """One transaction: the heading, then bodies as they are; SE01 right."""
    body = f"ST*837*0001*{version}~{heading}{''.join(bodies)}"
    count = sum(1 for text in body.split("~") if text.strip()) + 1
    return f"{ISA}{GS}{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~".replace("~", end).encode("latin-1")


def judged(source: bytes) -> JudgedTransaction:
    (found,) = judge_file(index(source))
    return found


def what(placed: PlacedFault, source: bytes) -> tuple[str, str, int | None, str]:
    """Segment, code, claim, and the first letters at the byte."""
    return (
        placed.fault.segment_id,
        placed.fault.code,
        placed.claim,
        source[placed.byte : placed.byte + 5].decode("latin-1"),
    )


@pytest.fixture
def two(heading: str, claim: str) -> tuple[str, str, str]:
    """A heading, a claim below it, and a second subscriber with a claim."""
    second = heading[heading.index("HL*2*") :].replace("HL*2*1", "HL*3*1").replace("IVO", "IDA")
    return heading, claim, second + claim.replace("PCN7", "PCN8")


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n", "\n"])
def test_a_file_that_conforms_has_no_faults(two: tuple[str, str, str], end: str) -> None:
    found = judged(a_file(*two, end=end))
    assert found.faults == ()
    assert found.claims() == frozenset()


@pytest.mark.parametrize("version", ["005010X222", "005010X222A1", "005010X222A2"])
def test_every_version_is_judged(two: tuple[str, str, str], version: str) -> None:
    assert judged(a_file(*two, version=version)).faults == ()


@pytest.mark.parametrize("end", ["~", "~\r\n"])
def test_a_fault_of_a_claim_is_placed(two: tuple[str, str, str], end: str) -> None:
    heading, first, second = two
    source = a_file(heading, first, second.replace("*UN*2", "*UN*abc"), end=end)
    (placed,) = judged(source).faults
    assert what(placed, source) == ("SV1", "6", 1, "SV1*H")
    number = source[: placed.byte].decode().count(end) - 2
    assert placed.fault.segment_index == number
    assert judged(source).claims() == {1}


def test_a_fault_of_a_heading_is_of_no_claim(two: tuple[str, str, str]) -> None:
    heading, first, second = two
    bad = heading.replace("NM1*85*2", "NM1*85*9").replace("19500203*M", "19500203*Q")
    source = a_file(bad, first, second.replace("N4*OMAHA*NE*68102", "N4*OMAHA*QQ*68102"))
    found = [what(placed, source) for placed in judged(source).faults]
    assert found == [("NM1", "7", None, "NM1*8"), ("DMG", "7", None, "DMG*D"), ("N4", "7", None, "N4*OM")]
    assert judged(source).claims() == frozenset()


def test_what_is_missing_at_the_end_of_a_claim_is_of_that_claim(two: tuple[str, str, str]) -> None:
    heading, first, second = two
    lacking = first.replace("DTP*472*RD8*20260302-20260302~", "")
    source = a_file(heading, lacking, second)
    (placed,) = judged(source).faults
    assert what(placed, source) == ("DTP", "3", 0, "LX*2~")
    source = a_file(heading, first, second.replace("DTP*472*RD8*20260302-20260302~", ""))
    (placed,) = judged(source).faults
    assert what(placed, source) == ("DTP", "3", 1, "LX*2~")


def test_what_a_level_lacks_is_of_the_level(two: tuple[str, str, str]) -> None:
    heading, first, second = two
    source = a_file(heading, first, second.replace("NM1*PR*2*NORTHERN HEALTH*****PI*00123~", ""))
    (placed,) = judged(source).faults
    assert what(placed, source) == ("NM1", "3", None, "HL*3*")


def test_levels_are_counted_and_their_parents_known(two: tuple[str, str, str]) -> None:
    heading, first, second = two
    source = a_file(heading, first, second.replace("HL*3*1", "HL*4*7"))
    found = judged(source).faults
    assert [placed.fault[:4] for placed in found] == [("HL", 1, None, "8"), ("HL", 2, None, "8")]
    assert {what(placed, source)[3] for placed in found} == {"HL*4*"}


def test_the_trailer_is_judged(two: tuple[str, str, str]) -> None:
    source = a_file(*two).replace(b"SE*", b"SE*1").replace(b"*0001~GE", b"*0002~GE")
    assert [placed.fault[:4] for placed in judged(source).faults] == [("SE", 1, None, "4"), ("SE", 2, None, "3")]
    whole = a_file(two[0], two[1].replace("DTP*472*RD8*20260302-20260302~", ""))
    cut = whole[: whole.index(b"SE*")] + b"GE*1*1~IEA*1*000000001~"
    assert [placed.fault[:4] for placed in judged(cut).faults] == [("DTP", None, None, "3"), ("SE", None, None, "2")]


def test_an_empty_segment_is_placed_and_the_rest_is_judged(two: tuple[str, str, str]) -> None:
    heading, first, second = two
    source = a_file(heading, first.replace("LX*2~", "~LX*2~"), second.replace("*UN*2", "*UN*abc"))
    found = judged(source).in_order()
    assert [placed.fault[:4] for placed in found] == [("", None, None, "1"), ("SV1", 4, None, "6")]
    assert source[found[0].byte : found[0].byte + 3] == b"~LX"


@pytest.mark.parametrize("before", [" CLM*", "~ CLM*"])
def test_a_space_before_a_claim_is_its_fault(two: tuple[str, str, str], before: str) -> None:
    source = a_file(two[0], two[1].replace("CLM*", before), two[2])
    found = [placed for placed in judged(source).faults if placed.fault.segment_id == "CLM"]
    assert [(placed.fault.code, placed.claim) for placed in found] == [("1", 0)]


def test_claims_judged_alone_have_the_same_faults(two: tuple[str, str, str], separators: Delimiters) -> None:
    """The whole file and the claim on its own, as workers judge it, agree about the claim."""
    heading, first, second = two
    for old, new in (("*UN*2", "*UN*abc"), ("LX*2", "LX*7"), ("DTP*472*D8*20260302~", ""), ("11:B:1", "77:B:1")):
        source = a_file(heading, first.replace(old, new), second)
        alone = judge((heading,), first.replace(old, new), separators)
        whole = judged(source).faults
        start = source.count(b"~", 0, source.index(b"CLM*")) - 2
        assert [placed.fault._replace(segment_index=placed.fault.segment_index - start) for placed in whole] == alone
        assert alone


def test_the_pieces_cover_a_transaction(two: tuple[str, str, str]) -> None:
    source = a_file(*two, end="~\n")
    (transaction,) = index(source).transactions()
    found = list(pieces(source, transaction))
    assert (found[0].start, found[-1].end) == (transaction.start, transaction.end)
    assert all(one.end == other.start for one, other in pairwise(found))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_file_makes_it_raise(data: st.DataObject, heading: str, claim: str) -> None:
    source = a_file(heading, claim, heading[heading.index("HL*2*") :] + claim).decode()
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(106, len(source)))
        end = data.draw(st.integers(start, min(len(source), start + 30)))
        middle = data.draw(
            st.sampled_from(["", "~", "*", " ", "~~", "HL*", "CLM*1~", "SE*1*1~", "\n", "ST*837*2~", "\xff"])
        )
        source = source[:start] + middle + source[end:]
    for found in judge_file(index(source.encode("latin-1"))):
        for placed in found.faults:
            assert found.transaction.start - 2 <= placed.byte <= found.transaction.end
            assert placed.fault.message
