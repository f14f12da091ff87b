"""The file that the examples are run on is right, so that what a rule finds in it is the example's own."""

import counting
import pytest
from rules.specimen import OTHER_MEMBER, Bill, found, interchange, run, source_of

from scrubber.rules.rule import Example


@pytest.mark.parametrize("again", ["", "copy", "number", "replacement"])
@pytest.mark.parametrize("lines", [Example("").lines, "SV1*HC:97161:GP*110*UN*1***1\nSV1*HC:97110*80.5*UN*2***1"])
def test_it_conforms(again: str, lines: str) -> None:
    source = source_of(Example("", lines, again=again))
    assert counting.conforms(source)
    assert not counting.faults(source)


def test_an_interchange_of_every_kind_of_claim_conforms() -> None:
    bills = [
        Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | REF*6R*A1 | NTE*ADD*97110 30 MIN",)),
        Bill(number="PCN2", frequency="7", head=("REF*F8*ICN20261", "NTE*ADD*97110 30 MIN")),
        Bill(number="PCN3", sequence="S", filing="CI", payer="60054"),
        Bill(number="PCN4", member=OTHER_MEMBER, taxonomy="225X00000X"),
    ]
    source = interchange(*bills).encode()
    assert [claim.id for claim in counting.claims(source)] == ["PCN1", "PCN2", "PCN3", "PCN4"]
    assert counting.conforms(source)
    assert not counting.faults(source)


def test_the_institutional_transaction_is_well_counted() -> None:
    assert not counting.faults(source_of(Example("", again="institutional")))


def test_a_file_of_one_line_is_the_one_that_the_examples_edit() -> None:
    text = source_of(Example("")).decode()
    for piece in ("SE*26*0001~\n", "GE*1*1~", "IEA*1*000000101~\n", "HL*2*1*22*0~", "LX*1~", "*80***11:B:1", "*P*:~"):
        assert text.count(piece) == 1, piece


def test_nothing_but_the_missing_record_is_found_in_it() -> None:
    (claim,) = run(Bill()).claims
    assert found(claim) == ["U106 warn"]
