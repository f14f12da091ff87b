"""C408 and the check digit of an NPI."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules.specimen import Bill, found, interchange, scrubbed, settings

from scrubber.claims.npi import is_npi
from scrubber.visits.records import TreatmentRecords

GOOD = "1234567893"
"""The worked example of the CMS page on the check digit."""
nine_digits = st.text("0123456789", min_size=9, max_size=9)


def test_the_published_example() -> None:
    assert is_npi(GOOD)
    assert is_npi("1999887718")


@given(nine_digits)
def test_one_check_digit_fits_and_no_other(start: str) -> None:
    assert sum(is_npi(f"{start}{last}") for last in range(10)) == 1


@given(st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_seen(place: int, step: int) -> None:
    wrong = str((int(GOOD[place]) + step) % 10)
    assert not is_npi(GOOD[:place] + wrong + GOOD[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678930", "123456789X", " 123456789", "１２３４５６７８９３", "0x12345678"]
)
def test_what_is_not_ten_digits_is_none(text: str) -> None:
    assert not is_npi(text)


def places(bill: Bill, old: str, new: str) -> list[tuple[str | None, int | None, int | None]]:
    """Element, line and byte of each C408, the byte checked against the file."""
    text = interchange(bill)
    assert text.count(old) == 1
    text = text.replace(old, new)
    outcome = scrubbed(text.encode(), TreatmentRecords(()), settings())
    where = [v.finding.where for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "C408"]
    for place in where:
        assert place.byte is not None
        assert text[place.byte :].startswith(new.rpartition("*")[2])
        assert place.segment is None or text.split("~\n")[place.segment - 1].startswith("NM1*")
    return [(place.element, place.ordinal, place.segment) for place in where]


def test_each_is_placed_where_it_stands() -> None:
    line = "SV1*HC:97110:GP*80*UN*2***1 | NM1*82*1*VOSS*LENA****XX*1999887734"
    assert places(Bill(), "XX*1999887718", "XX*1999887719") == [("NM109", None, None)]
    assert places(Bill(), "XX*1999887742", "XX*1999887743") == [("NM109", None, 22)]
    assert places(Bill(lines=(line,)), "XX*1999887734", "XX*1999887735") == [("NM109", 1, 28)]


def test_the_billing_providers_is_said_of_each_of_its_claims() -> None:
    text = interchange(Bill(), Bill(number="PCN2", lines=("SV1*HC:97161:GP*110*UN*1***1",)))
    outcome = scrubbed(text.replace("1999887718", "1999887710").encode(), TreatmentRecords(()), settings())
    assert [found(claim)[-1] for claim in outcome.claims] == ["C408 reject", "C408 reject"]


def test_two_wrong_ones_are_two_findings() -> None:
    text = interchange(Bill()).replace("1999887718", "1999887710").replace("1999887742", "1999887743")
    (claim,) = scrubbed(text.encode(), TreatmentRecords(()), settings()).claims
    assert found(claim).count("C408 reject") == 2


def test_numbers_of_another_kind_are_left_alone() -> None:
    text = interchange(Bill()).replace("****XX*1999887742", "****24*1999887743")
    (claim,) = scrubbed(text.encode(), TreatmentRecords(()), settings()).claims
    assert "C408 reject" not in found(claim)
