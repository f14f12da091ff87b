"""The 999: what the file was like when it was received, segment by segment."""

import pytest
from acknowledgments.conftest import GOLDEN, TODAY, golden, pyx12_faults, rows, scrubbed

from scrubber.acknowledgments.faults import PartFault, SyntaxFault
from scrubber.acknowledgments.functional import functional_acknowledgment

CASES = sorted(path.parent.name for path in GOLDEN.glob("*/in.837"))


def answer(scrubbed, faults=(), envelope=(), sent=None):
    sent = scrubbed.sent if sent is None else sent
    return functional_acknowledgment(scrubbed.file, scrubbed.sha256, faults, envelope, sent, TODAY)


def only(found, identifier):
    return [row[1:] for row in found if row[0] == identifier]


@pytest.mark.parametrize("case", CASES)
def test_pyx12_finds_no_fault_in_it(case):
    assert pyx12_faults(answer(golden(case))) == []


def test_a_file_without_faults_is_accepted(demo):
    found = rows(answer(demo))
    assert only(found, "AK1") == [["HC", "20261", "005010X222A1"]]
    assert only(found, "AK2") == [["837", "0001", "005010X222A1"]]
    assert only(found, "IK5") == [["A"]]
    assert only(found, "AK9") == [["A", "1", "1", "1"]]
    assert only(found, "TA1") == []


def test_faults_stand_at_their_segment_of_the_transaction(demo):
    """ST is segment 1 of its set: number 3 of the file."""
    faults = [
        SyntaxFault(20, "CLM", "2300", "7", 5, 1, "1331", "LRC-1001"),
        SyntaxFault(20, "CLM", "2300", "1", 2, None, "782", "LRC-1001"),
        SyntaxFault(21, "HI", "2300", "5", claim_id="LRC-1001"),
    ]
    given = answer(demo, faults)
    found = rows(given)
    assert only(found, "IK3") == [["CLM", "18", "2300", "8"], ["HI", "19", "2300", "5"]]
    assert only(found, "CTX") == [["CLM01:LRC-1001"], ["CLM01:LRC-1001"]]
    assert only(found, "IK4") == [["5:1", "1331", "7"], ["2", "782", "1"]]
    assert only(found, "IK5") == [["E", "5"]]
    assert only(found, "AK9") == [["E", "1", "1", "1"]]
    assert pyx12_faults(given) == []


def test_a_structural_fault_and_faults_of_elements_have_a_segment_line_each(demo):
    faults = [SyntaxFault(9, "HL", "2000A", "2"), SyntaxFault(9, "HL", "2000A", "7", 1, None, "628")]
    found = rows(answer(demo, faults))
    assert only(found, "IK3") == [["HL", "7", "2000", "2"], ["HL", "7", "2000", "8"]]


def test_a_transaction_of_which_nothing_goes_out_is_rejected(demo):
    given = answer(demo, [SyntaxFault(20, "CLM", "2300", "8")], sent=())
    found = rows(given)
    assert only(found, "IK5") == [["R", "5"]]
    assert only(found, "AK9") == [["R", "1", "1", "0"]]
    assert pyx12_faults(given) == []


def test_claims_held_for_their_content_do_not_touch_it(demo):
    """The 999 speaks of the form of the file; the 277CA of the claims."""
    assert only(rows(answer(demo, sent=())), "IK5") == [["A"]]


def test_a_rejected_interchange_is_answered_by_its_ta1_alone(demo):
    interchange = demo.file.interchanges[0]
    found = rows(answer(demo, envelope=[PartFault(interchange, "001")], sent=()))
    assert [row[0] for row in found] == ["ISA", "TA1", "IEA"]
    assert only(found, "TA1")[0][3:] == ["R", "001"]
    assert only(found, "IEA")[0][0] == "0"


def test_a_rejected_group_takes_its_transactions_with_it(demo):
    group = demo.file.interchanges[0].groups[0]
    given = answer(demo, envelope=[PartFault(group, "4")], sent=())
    found = rows(given)
    assert only(found, "AK9") == [["R", "1", "1", "0", "4"]]
    assert pyx12_faults(given) == []


def test_ta1_stands_behind_isa_where_it_is_asked_for():
    source = (GOLDEN / "clean-file" / "in.837").read_bytes()
    asked = source.replace(b"*0*T*:~", b"*1*T*:~", 1)
    assert asked != source
    given = answer(scrubbed(asked))
    found = rows(given)
    assert [row[0] for row in found][:3] == ["ISA", "TA1", "GS"]
    assert only(found, "TA1")[0][3:] == ["A", "000"]
    assert pyx12_faults(given) == []


def test_another_transaction_is_refused_as_unsupported():
    found = rows(answer(golden("institutional-beside")))
    verdicts = {row[1]: verdict for row, verdict in zip(only(found, "AK2"), only(found, "IK5"), strict=True)}
    assert ["R", "I6"] in verdicts.values()
    assert ["A"] in verdicts.values()
    overall = [row[0] for row in only(found, "AK9")]
    assert set(overall) <= {"P", "R", "A"}
    assert overall != ["A"]
