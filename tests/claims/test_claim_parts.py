"""A claim as read: its parts, what its amounts admit, and the edits it can be asked for."""

from __future__ import annotations

from datetime import date

import pytest
from properties.treated import COB

from scrubber.claims.claim import Claim, ClaimSource
from scrubber.claims.heading import Heading, Provider
from scrubber.x12.delimiters import Delimiters
from scrubber.x12.span import Edit

AT = 700
HEAD = (
    "CLM*A1*120.00***11:B:1*Y*A*Y*Y",
    "NTE*ADD*NO NOTE OF MINUTES",
    "HI*ABK:M25561*ABF:M542*",
    "NM1*82*1*TEALE*ROWAN****XX*1999887726",
    "PRV*PE*PXC*225100000X",
)
FIRST = ("LX*1", "SV1*HC:97110:GP*80.00*UN*2***1", "DTP*472*D8*20260304", "NTE*ADD*LINE NOTE")
SECOND = ("LX*2", "SV1*HC:97140:GP*40.00*UN*1***1", "DTP*472*D8*20260302", "NM1*82*1*POE*****XX*1999887742")


def text_of(*segments: str) -> str:
    return "".join(segment + "~\n" for segment in segments)


def read(*segments: str, heading: Heading = Heading()) -> Claim:  # noqa: B008 - frozen
    source = ClaimSource(3, 1, 1, "0001", 4, AT, 20, text_of(*segments), Delimiters("*", ":", "^", "~"), heading)
    return Claim(source)


def applied(edit: Edit, claim: Claim) -> str:
    return claim.text[: edit.span.start - AT] + edit.replacement + claim.text[edit.span.end - AT :]


def test_it_reads_its_head() -> None:
    claim = read(*HEAD, *FIRST, *SECOND)
    assert (claim.id, claim.charge, claim.cents, claim.frequency) == ("A1", "120.00", 12000, "1")
    assert claim.diagnoses == ["M25561", "M542"]
    assert claim.notes_of("NTE") == ["NO NOTE OF MINUTES"]
    assert claim.service_date() == date(2026, 3, 2)
    assert [line.code for line in claim.lines] == ["97110", "97140"]
    assert not claim.is_void


def test_frequency_and_what_it_refers_to() -> None:
    void = read("CLM*A1*40***11:B:8", "REF*F8*OLD1", *FIRST)
    assert void.is_void
    assert void.original_reference == "OLD1"
    assert read("CLM*A1*40***11", *FIRST).frequency == ""


def test_who_rendered_a_line() -> None:
    billing = Heading(billing=Provider("1999887718", "261QR0400X"))
    claim = read(*HEAD, *FIRST, *SECOND, heading=billing)
    first, second = claim.lines
    assert (claim.rendering(first), claim.taxonomy(first)) == ("1999887726", "225100000X")
    assert (claim.rendering(second), claim.taxonomy(second)) == ("1999887742", "")
    alone = read(HEAD[0], *FIRST, heading=billing)
    assert (alone.rendering(alone.lines[0]), alone.taxonomy(alone.lines[0])) == ("1999887718", "261QR0400X")


def test_a_claim_of_one_segment() -> None:
    claim = read("CLM")
    assert (claim.id, claim.charge, claim.lines, claim.service_date()) == ("", "", [], None)
    assert claim.location("CLM02").byte == AT + 3


def test_a_second_payer_renders_nothing() -> None:
    """NM1*82 in 2330D names the other payer's idea of the renderer."""
    claim = read(HEAD[0], *COB, "NM1*82*1*ELSE*****XX*1999887734", *FIRST)
    assert claim.rendering_npi == ""


def test_lines_are_their_bytes() -> None:
    claim = read(*HEAD, *FIRST, *SECOND)
    first, second = (claim.text[line.start - AT : line.end - AT] for line in claim.lines)
    assert first == text_of(*FIRST)
    assert second == text_of(*SECOND)
    assert applied(claim.drop_line(claim.lines[0]), claim) == text_of(*HEAD, *SECOND)
    assert applied(claim.drop_line(claim.lines[1]), claim) == text_of(*HEAD, *FIRST)


def test_its_total() -> None:
    claim = read(*HEAD, *FIRST, *SECOND)
    assert applied(claim.set_charge("80.00"), claim) == claim.text.replace("120.00", "80.00")


def test_segments_are_counted_from_the_claims_own() -> None:
    claim = read(*HEAD, *FIRST, *SECOND)
    assert claim.location().segment == 20
    assert [line.location("SV104").segment for line in claim.lines] == [26, 30]
    assert claim.location("CLM01").byte == AT + 4


def test_lx_within_another_loop_of_the_line_begins_a_line() -> None:
    claim = read(HEAD[0], *FIRST, "SVD*60999*20*HC:97110**2", "DTP*573*D8*20260320", "LX*2", *SECOND[1:])
    assert len(claim.lines) == 2
    assert claim.lines[0].has("2430")
    assert not claim.lines[1].has("2430")


@pytest.mark.parametrize(
    ("extra_head", "extra_line"),
    [
        (COB, ()),
        (("SBR*S*18*******CI", "CAS*CO*45*20"), ()),
        ((), ("SVD*60999*20*HC:97110**2", "DTP*573*D8*20260320")),
        (("HCP*02*20",), ()),
        ((), ("HCP*02*20",)),
        (("CN1*02*20",), ()),
        ((), ("CN1*02*20",)),
    ],
)
def test_what_another_payer_has_adjudicated_admits_no_edit_of_money(
    extra_head: tuple[str, ...], extra_line: tuple[str, ...]
) -> None:
    assert read(*HEAD, *FIRST).admits_money_edits()
    assert not read(*HEAD, *extra_head, *FIRST, *extra_line).admits_money_edits()


@pytest.mark.parametrize(
    "segments",
    [
        (HEAD[0].replace("120.00", "12O"), *FIRST),
        (HEAD[0].replace("120.00", "120.005"), *FIRST),
        (*HEAD, *(each.replace("80.00", "80.005") for each in FIRST)),
        (HEAD[0].replace(":B:1", ":B:8"), *FIRST),
    ],
)
def test_amounts_without_exact_cents_and_voids_admit_none(segments: tuple[str, ...]) -> None:
    assert not read(*segments).admits_money_edits()


@pytest.mark.parametrize(
    ("paid", "total", "admits"), [("50", 5000, True), ("50", 4999, False), ("50", None, True), ("x", 5000, False)]
)
def test_what_the_patient_paid_is_the_least(paid: str, total: int | None, admits: bool) -> None:
    assert read(HEAD[0], f"AMT*F5*{paid}", *FIRST).admits_money_edits(total) is admits


def test_a_text_of_its_own_leaves_the_source_as_it_is() -> None:
    claim = read(*HEAD, *FIRST)
    revised = Claim(claim.source, claim.text.replace("UN*2", "UN*1"))
    assert revised.lines[0].units == "1"
    assert claim.lines[0].units == "2"
    assert revised.source is claim.source
