"""Faults of the envelope in the second interchange of a file: what is said, and of which part."""

import pytest
from rules.specimen import OTHER_MEMBER, Bill, interchange, scrubbed, settings

from scrubber.findings.finding import Finding
from scrubber.visits.records import TreatmentRecords

FIRST = interchange(Bill())
SECOND = interchange(Bill(number="PCN2", member=OTHER_MEMBER)).replace("000000101", "000000201")


def findings(text: str) -> list[Finding]:
    return [verdict.finding for verdict in scrubbed(text.encode("latin-1"), TreatmentRecords(()), settings()).findings]


@pytest.mark.parametrize(
    ("old", "new", "rule", "place", "element", "stands", "message"),
    [
        ("IEA*1*000000201", "IEA*1*000000202", "E503", (2, None, None), "IEA02", "000000202~",
         "IEA02 is not the control number of ISA13."),
        ("GE*1*1~\n", "", "E503", (2, 1, None), "GS06", "GS*HC*", "Group 1 has no GE."),
        ("GE*1*1~", "GE*1*2~", "E503", (2, 1, None), "GE02", "2~", "GE02 is not the control number of GS06."),
        ("SE*26*0001~\n", "", "E503", (2, 1, 1), "ST02", "ST*837*", "Transaction 1 has no SE."),
        ("SE*26*0001", "SE*26*0002", "E503", (2, 1, 1), "SE02", "0002~", "SE02 is not the control number of ST02."),
        ("000000201", "         ", "E503", (2, None, None), "IEA02", "         ~", "ISA13 holds no control number."),
        ("GE*1*1~\n", "GE*1*1~\nGE*1*1~\n", "E503", (2, None, None), "GE", "GE*1*1~\nIEA",
         "GE stands outside every group."),
        ("SE*26*0001~\n", "SE*26*0001~\nSE*26*0001~\n", "E503", (2, 1, None), "SE", "SE*26*0001~\nGE",
         "SE stands outside every transaction."),
        ("IEA*1", "IEA*2", "E502", (2, None, None), "IEA01", "2*0", "IEA01 says 2 instead of 1 group."),
        ("IEA*1", "IEA*", "E502", (2, None, None), "IEA01", "*0", "IEA01 says nothing instead of 1 group."),
        ("GE*1*1", "GE*7*1", "E502", (2, 1, None), "GE01", "7*1", "GE01 says 7 instead of 1 transaction."),
        ("SE*26", "SE*123456789012345", "E502", (2, 1, 1), "SE01", "123456789012345*",
         "SE01 says 123456789012 instead of 26 segments."),
        ("ST*837*0001", "ST*835*0001", "E510", (2, 1, 1), "ST01", "ST*835*",
         "Transaction 1 is no 837 professional claim: 835 (remittance), version 005010X222A1."),
        ("ST*837*0001", "ST*8371234567*0001", "E510", (2, 1, 1), "ST01", "ST*8371234567*",
         "Transaction 1 is no 837 professional claim: 837123 (unknown transaction), version 005010X222A1."),
        ("005010X222A1~\nBHT", "005010X299A1XY~\nBHT", "E510", (2, 1, 1), "ST01", "ST*837*",
         "Transaction 1 is no 837 professional claim: 837 (other claim), version 005010X299A1."),
        ("*0*P*:~", "*0*P*>~", "E511", (2, None, None), "ISA16", "ISA*",
         "ISA16 declares '>' as component separator; the claims use ':'."),
        ("*SUBMITTER      *", "*SUBMITTER     *", "E511", (2, None, None), "ISA", "ISA*",
         "ISA is 105 bytes long; 106 are prescribed."),
        ("000000201", "000000101", "E509", (2, None, None), "ISA13", "000000101*",
         "Interchange 2 has the control number of interchange 1 and other contents."),
    ],
)  # fmt: skip
def test_a_fault_of_the_second_interchange(
    old: str, new: str, rule: str, place: tuple[int | None, ...], element: str, stands: str, message: str
) -> None:
    assert old in SECOND
    text = FIRST + SECOND.replace(old, new)
    (finding,) = findings(text)
    where = finding.where
    assert (finding.rule, finding.message) == (rule, message)
    assert ((where.interchange, where.group, where.transaction), where.element) == (place, element)
    assert where.byte is not None
    assert text[where.byte :].startswith(stands)
    assert where.segment == text[: where.byte].count("~") + 1
    if rule == "E502":
        assert [each.states for each in finding.evidence] == [message.partition(" instead of ")[2].rstrip(".")]
    if rule == "E509":
        assert [each.source for each in finding.evidence] == ["interchange 1 of the file"]


def test_an_interchange_that_runs_into_the_next() -> None:
    (finding,) = findings(FIRST.replace("IEA*1*000000101~\n", "") + SECOND)
    assert (finding.rule, finding.where.interchange, finding.where.element) == ("E503", 1, "ISA13")
    assert finding.where.byte == FIRST.index("000000101")
    assert finding.where.segment == 1
    assert finding.message == "Interchange 1 has no IEA before the next ISA."


def test_an_interchange_that_cannot_be_read() -> None:
    group = SECOND[SECOND.index("GS*") : SECOND.index("ST*")]
    (finding,) = findings(FIRST + SECOND.replace(group, ""))
    assert (finding.rule, finding.where.interchange, finding.where.element) == ("E503", 2, "ISA13")
    assert finding.message.startswith("Interchange 2 cannot be read: ")


def test_a_header_behind_an_interchange_that_cannot_be_read() -> None:
    group = FIRST[FIRST.index("GS*") : FIRST.index("ST*")]
    found = findings(FIRST.replace(group, "") + SECOND.replace("*0*P*:~", "*0*P*>~"))
    assert [(each.rule, each.where.interchange) for each in found] == [("E503", 1), ("E511", 2)]


@pytest.mark.parametrize(
    ("clm", "said"),
    [
        ("CLM*PCN2*80***11:B:1", ["ISA16"]),
        ("CLM*PCN2*80", []),
        ("CLM*PCN 2*80***11:B:1*Y*A*Y*Y", ["ISA16"]),
    ],
)
def test_the_separator_is_told_from_the_fifth_element_of_a_claim(clm: str, said: list[str]) -> None:
    text = SECOND.replace("*0*P*:~", "*0*P*>~").replace("CLM*PCN2*80***11:B:1*Y*A*Y*Y", clm)
    assert [each.where.element for each in findings(text) if each.rule == "E511"] == said


def test_an_interchange_sent_twice_to_the_letter_is_no_reuse_of_its_number() -> None:
    assert "E509" not in [each.rule for each in findings(FIRST + FIRST)]
    third = SECOND.replace("000000201", "000000101")
    found = [each for each in findings(FIRST + FIRST + third) if each.rule == "E509"]
    assert [each.where.interchange for each in found] == [3]


@pytest.mark.parametrize(
    ("text", "byte", "message"),
    [
        (f"{FIRST}{SECOND}END\n", len(FIRST + SECOND), "What stands behind IEA belongs to no interchange (3 bytes)."),
        (f"\n xx\n{FIRST}", 2, "What stands before ISA belongs to no interchange (2 bytes)."),
        (f"{FIRST}\fab\n{SECOND}", len(FIRST), "What stands behind IEA belongs to no interchange (3 bytes)."),
        (f"{FIRST}junk~\n{SECOND}", len(FIRST), "What stands behind IEA belongs to no interchange (5 bytes)."),
    ],
)
def test_bytes_of_no_interchange(text: str, byte: int, message: str) -> None:
    (finding,) = findings(text)
    assert (finding.rule, finding.where.byte, finding.message) == ("E508", byte, message)
    assert [each.states for each in finding.evidence] == [
        f"bytes {byte} to {byte + int(message.partition('(')[2].split()[0])}"
    ]


def test_each_stretch_of_foreign_bytes_is_told() -> None:
    assert [each.where.byte for each in findings(f"\n{FIRST}\nONE\n{SECOND}TWO")] == [
        len(FIRST) + 2,
        len(FIRST + SECOND) + 6,
    ]
