"""Faults against the guide that stand in no claim: which of them are told here, and where."""

import pytest
from rules.specimen import INSTITUTIONAL, Bill, interchange

from scrubber.claims.index import index
from scrubber.findings.finding import Finding
from scrubber.rules.guide.outside_claims import faults_outside_claims

WHOLE = interchange(Bill())
START, END = WHOLE.index("HL*1*"), WHOLE.index("SE*")
NO_LEVELS = WHOLE[:START] + "SE*6*0001~\n" + WHOLE[END:].partition("\n")[2]
SUBSCRIBER = WHOLE[WHOLE.index("HL*2*") : WHOLE.index("CLM*")]
BARE = SUBSCRIBER.replace("HL*2*1*22*0", "HL*3*1*22*0")
"""A second subscriber without a claim."""


def told(text: str) -> list[Finding]:
    return list(faults_outside_claims(index(text.encode("latin-1"))))


def with_bare(level: str) -> str:
    return WHOLE[:END] + level + WHOLE[END:]


def test_nothing_is_told_of_what_has_claims() -> None:
    assert told(WHOLE) == []
    assert told(WHOLE.replace("N4*OMAHA*NE*681020001", "N4*OMAHA*NE*68102000A*ZZZZ")) == []
    assert told(with_bare("")) == []


def test_a_transaction_without_levels_lacks_them() -> None:
    findings = told(NO_LEVELS)
    assert findings
    assert {(each.where.interchange, each.where.group, each.where.transaction) for each in findings} == {(1, 1, 1)}
    assert all(each.where.claim is None and each.where.byte is not None for each in findings)


def test_a_header_without_levels_is_looked_at_too() -> None:
    (finding,) = [each for each in told(NO_LEVELS.replace("*0019*00*", "*0019*99*")) if each.where.element == "BHT02"]
    text = NO_LEVELS.replace("*0019*00*", "*0019*99*")
    assert text[finding.where.byte or 0 :].startswith("BHT*")
    assert finding.where.segment == text[: finding.where.byte].count("~") + 1


def test_the_bare_level_alone_is_told_of() -> None:
    """The same fault stands in the level that has the claim, where it is the claim's."""
    text = with_bare(BARE.replace("*M~", "*Q~")).replace("DMG*D8*19500203*M", "DMG*D8*19500203*Q")
    findings = [each for each in told(text) if each.where.element == "DMG03"]
    assert [text[: each.where.byte].count("HL*") for each in findings] == [3]


def test_a_component_is_named() -> None:
    text = with_bare(BARE.replace("N3*4 OAK STREET~\n", "N3*4 OAK STREET~\nREF*SY*12~\n"))
    assert {each.where.element for each in told(text)} >= {"REF02"}


def test_a_bare_level_does_not_bring_out_what_claims_tell_themselves() -> None:
    text = (
        with_bare(BARE.replace("*M~", "*Q~")).replace("*0019*00*", "*0019*99*").replace("***11:B:1*Y*", "***11:B:1*Q*")
    )
    elements = {each.where.element for each in told(text)}
    assert "DMG03" in elements
    assert elements.isdisjoint(("BHT02", "CLM06"))


def test_a_fault_of_the_first_segment_stands_there() -> None:
    (finding,) = [each for each in told(NO_LEVELS.replace("*0001", "*1")) if each.where.element == "ST02"]
    assert finding.where.segment == 3


def test_how_often_a_fault_comes_again_is_said() -> None:
    once, twice = (told(with_bare(BARE + "ZZZ*1~\n" * times)) for times in (1, 3))
    assert len(once) == len(twice)
    assert [each.message for each in once] != [each.message for each in twice]


def test_every_fault_behind_one_that_others_tell_is_told() -> None:
    """HL01 is told by E504; what stands behind it in the same level is told here."""
    findings = told(with_bare(BARE.replace("HL*3*", "HL*7*").replace("*M~", "*Q~")))
    assert "DMG03" in {each.where.element for each in findings}
    assert "HL01" not in {each.where.element for each in findings}


def test_a_professional_transaction_behind_an_institutional_one() -> None:
    text = with_bare(BARE.replace("*M~", "*Q~")).replace("ST*837*0001", f"{INSTITUTIONAL}ST*837*0001")
    assert [each.where.transaction for each in told(text) if each.where.element == "DMG03"] == [2]


@pytest.mark.parametrize(("claims", "expected"), [(100, 0), (101, 1)])
def test_the_most_claims_of_a_patient(claims: int, expected: int) -> None:
    text = interchange(*(Bill(number=f"P{n}") for n in range(claims)))
    assert [each.where.element for each in told(text)] == ["CLM"] * expected
