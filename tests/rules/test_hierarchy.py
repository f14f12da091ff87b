"""E504: the first thing that is wrong with the levels of a transaction, and of which transaction."""

import pytest
from rules.specimen import INSTITUTIONAL, OTHER_MEMBER, Bill, interchange, scrubbed, settings

from scrubber.findings.finding import Finding
from scrubber.rules.envelope.hierarchy_broken import hierarchy_broken
from scrubber.visits.records import TreatmentRecords

WHOLE = interchange(Bill())


def broken(text: str) -> list[Finding]:
    outcome = scrubbed(text.encode("latin-1"), TreatmentRecords(()), settings())
    return [each.finding for each in outcome.findings if each.finding.rule == hierarchy_broken.code]


NOT_ITS_PARENT = "as its parent, which is not the level it stands in."
MISPLACED = "which cannot stand there."


@pytest.mark.parametrize(
    ("old", "new", "element", "said"),
    [
        ("HL*2*1*22*0", "HL*3*1*22*0", "HL01", "2 of the transaction is numbered '3'."),
        ("HL*2*1*22*0", "HL*12345678901234*1*22*0", "HL01", "2 of the transaction is numbered '123456789012'."),
        ("HL*2*1*22*0", "HL*2*2*22*0", "HL02", f"2 names '2' {NOT_ITS_PARENT}"),
        ("HL*2*1*22*0", "HL*2*12345678901234*22*0", "HL02", f"2 names '123456789012' {NOT_ITS_PARENT}"),
        ("HL*2*1*22*0", "HL*2**22*0", "HL02", f"2 names '' {NOT_ITS_PARENT}"),
        ("HL*2*1*22*0", "HL*2*1*22*1", "HL04", "2 says '1' of its children; it has no child level."),
        ("HL*2*1*22*0", "HL*2*1*22*0000", "HL04", "2 says '00' of its children; it has no child level."),
        ("HL*1**20*1", "HL*1**20*0", "HL04", "1 says '0' of its children; it has a child level."),
        ("HL*1**20*1", "HL*1**ABC*1", "HL03", f"1 of the transaction has level code 'AB', {MISPLACED}"),
        ("HL*1**20*1", "HL*1**22*1", "HL03", f"1 of the transaction has level code '22', {MISPLACED}"),
        ("HL*1**20*1~\n", "", "HL03", f"1 of the transaction has level code '22', {MISPLACED}"),
        ("HL*2*1*22*0~\n", "", "HL04", "1 says '1' of its children; it has no child level."),
    ],
)
def test_what_is_wrong_first(old: str, new: str, element: str, said: str) -> None:
    assert old in WHOLE
    text = WHOLE.replace(old, new)
    (finding,) = broken(text)
    assert (finding.where.element, finding.message) == (element, f"HL {said}")
    levels = [at for at in range(len(text)) if text.startswith("HL*", at)]
    assert finding.where.byte == levels[int(said[0]) - 1]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (WHOLE.replace("HL*2*1*22*0~\n", "").replace("HL*1**20*1", "HL*1**20*0"), "HL*1*"),
        (WHOLE.replace("HL*2*1*22*0~\n", "").replace("HL*1**20*1~\n", ""), "ST*837*"),
    ],
    ids=["under the billing provider", "under no level"],
)
def test_a_claim_under_nobody(text: str, stands: str) -> None:
    (finding,) = broken(text)
    assert (finding.where.element, finding.message) == ("HL03", "A claim stands under no subscriber or patient.")
    assert finding.fix is None
    assert text[finding.where.byte or 0 :].startswith(stands)


def test_a_transaction_behind_one_in_order_and_one_of_another_kind() -> None:
    second = interchange(Bill(number="PCN2", member=OTHER_MEMBER)).replace("000000101", "000000201")
    assert broken(WHOLE + second) == []
    (finding,) = broken(WHOLE + second.replace("HL*2*1*22*0", "HL*5*1*22*0"))
    assert finding.where.interchange == 2
    own = second[second.index("ST*837") : second.index("GE*1*")]
    text = second.replace(own, INSTITUTIONAL + own.replace("HL*2*1*22*0", "HL*5*1*22*0")).replace("GE*1*", "GE*2*")
    (finding,) = broken(text)
    assert (finding.where.transaction, finding.where.element) == (2, "HL01")
