"""What the levels above a claim say of provider, subscriber, patient and payer."""

from __future__ import annotations

import pytest
from properties.clinic import Batch, Claim, Line, Person

from scrubber.claims.heading import Heading, HeadingReader, segments_of
from scrubber.claims.index import index
from scrubber.x12.delimiters import Delimiters

PLAIN = Delimiters("*", ":", "^", "~")


def claim(number: str, person: Person) -> Claim:
    return Claim(number, person, (Line("97110"),), "40.00")


def headings(source: bytes) -> list[Heading]:
    reader = HeadingReader(source)
    return [reader.read(each.level, each.transaction) for each in index(source).claims]


OWN, CHILD = Person(1, filing="CH"), Person(2, dependent=True, sequence="S")
SOURCE = Batch((claim("A1", OWN), claim("A2", OWN), claim("B1", CHILD))).source()


def test_a_subscriber_who_is_the_patient() -> None:
    heading = headings(SOURCE)[0]
    assert heading.billing.npi == "1999887718"
    assert heading.billing.taxonomy == "261QR0400X"
    assert heading.billing.name == "LARKSPUR REHAB CLINIC"
    assert heading.subscriber.id == "6TT0AA0001"
    assert heading.subscriber.names == ("BRINDLE", "MERRITT", "", "")
    assert (heading.patient.birth, heading.patient.sex) == ("19510212", "M")
    assert heading.patient == heading.subscriber
    assert (heading.payer.id, heading.payer.name) == ("TREST", "TRICARE EAST")
    assert (heading.sequence, heading.filing, heading.insurance_type) == ("P", "CH", "")


def test_a_dependent_has_a_name_of_its_own_and_the_subscribers_id() -> None:
    heading = headings(SOURCE)[2]
    assert heading.subscriber.id == "6TT0AA0002"
    assert heading.patient.id == ""
    assert heading.patient.names == ("CASWELL", "CHILD2", "", "")
    assert heading.payer.id == "00123"
    assert heading.sequence == "S"
    assert heading.patient_key == ("1999887718", "6TT0AA0002", "CASWELL", "CHILD2", "", "", "19520312", "F")


def test_claims_of_one_level_share_their_heading() -> None:
    one, two, _ = headings(SOURCE)
    assert one.patient_key == two.patient_key
    reader = HeadingReader(SOURCE)
    claims = index(Batch((claim("A1", OWN), claim("A2", OWN))).source()).claims
    assert claims[0].level == claims[1].level
    assert reader.read(claims[0].level, claims[0].transaction) is reader.read(claims[1].level, claims[1].transaction)


def test_texts_are_the_bytes_that_precede_the_claim_and_belong_to_it() -> None:
    text = "".join(headings(SOURCE)[2].texts)
    names = [segment.elements[0] + segment.value(1) for segment in segments_of(text, 0, PLAIN)]
    assert [name for name in names if name.startswith("HL")] == ["HL1", "HL3", "HL4"]
    assert names[:2] == ["ST837", "BHT0019"]
    assert "NM1QC" in names
    assert "6TT0AA0001" not in text
    assert all(text in SOURCE.decode() for text in headings(SOURCE)[2].texts)


def test_names_are_compared_without_case() -> None:
    other = SOURCE.replace(b"NM1*IL*1*BRINDLE*MERRITT", b"NM1*IL*1*Brindle*Merritt")
    assert headings(other)[0].patient_key == headings(SOURCE)[0].patient_key


def test_without_an_id_a_claim_is_a_patient_of_its_own() -> None:
    assert headings(SOURCE.replace(b"****MI*6TT0AA0001", b""))[0].patient_key is None


def test_without_an_npi_the_providers_name_stands_for_it() -> None:
    key = headings(SOURCE.replace(b"*****XX*1999887718", b""))[0].patient_key
    assert key is not None
    assert key[0] == "LARKSPUR REHAB CLINIC"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"SBR*P*18*******CH~\n", b""), (b"NM1*PR*2*TRICARE EAST*****PI*TREST~\n", b""), (b"DMG*D8*19510212*M~\n", b"")],
)
def test_what_is_missing_reads_as_empty(was: bytes, becomes: bytes) -> None:
    assert SOURCE.count(was) == 1
    heading = headings(SOURCE.replace(was, becomes))[0]
    fields = (heading.filing, heading.payer.id, heading.patient.birth)
    assert "" in fields
    assert len([field for field in fields if field]) == 2


def test_a_claim_above_every_level_has_an_empty_heading() -> None:
    source = SOURCE.replace(b"HL*1**20*1", b"CLM*Z9*1~\nHL*1**20*1", 1)
    heading = headings(source)[0]
    assert heading == Heading(texts=heading.texts, places=heading.places)
    assert heading.texts[0].startswith("ST*837")
    assert heading.patient_key is None


def test_another_payer_of_the_claim_is_not_the_payer() -> None:
    """NM1*PR in 2330B stands below CLM and is no part of the heading; nor is a pay-to plan in 2010AC."""
    source = SOURCE.replace(b"HL*2*1*22*0", b"NM1*PE*2*PAY TO PLAN*****PI*99999~\nHL*2*1*22*0")
    assert headings(source)[0].payer.id == "TREST"
    assert headings(source)[0].billing.npi == "1999887718"


def test_segments_know_where_they_stand() -> None:
    text = "HL*1**20*1~\r\n  PRV*BI~~\n~NM1*85~\n"
    found = list(segments_of(text, 50, PLAIN))
    assert [segment.id for segment in found] == ["HL", "PRV", "NM1"]
    for segment in found:
        assert text[segment.at - 50 : segment.end - 50] == "*".join(segment.elements)
