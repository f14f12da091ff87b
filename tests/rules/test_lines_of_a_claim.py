"""E501, E505 and E506: the charges, numbers and count of a claim's lines, at their borders."""

import pytest
from rules.specimen import Bill, found, interchange, scrubbed

from scrubber.findings.finding import Finding
from scrubber.findings.levels import FixLevel
from scrubber.visits.records import TreatmentRecords

LINE = "SV1*HC:97110:GP*80*UN*2***1"
SVD = "SVD*60054*50*HC:97110:GP**2"


def of_claim(text: str) -> tuple[list[str], list[Finding]]:
    (claim,) = scrubbed(text.encode("latin-1"), TreatmentRecords(())).claims
    return found(claim), [verdict.finding for verdict in claim.verdicts]


@pytest.mark.parametrize(("lines", "told"), [(50, False), (51, True)])
def test_a_claim_has_fifty_lines_at_most(lines: int, told: bool) -> None:
    assert ("E506 reject" in of_claim(interchange(Bill(lines=(LINE,) * lines)))[0]) is told


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        ((f"{SVD}*1",), FixLevel.PERSON),
        ((SVD,), FixLevel.SAFE),
        ((f"{SVD}**X",), FixLevel.SAFE),
        ((SVD, "CAS*CO*45*10**97*20"), FixLevel.SAFE),
    ],
)
def test_lines_that_another_payer_names_by_number_are_renumbered_by_a_person(
    answer: tuple[str, ...], level: FixLevel
) -> None:
    text = interchange(Bill(lines=(" | ".join((LINE, *answer)),))).replace("LX*1~", "LX*4~")
    (numbering,) = (each for each in of_claim(text)[1] if each.rule == "E505")
    assert numbering.fix is not None
    assert numbering.fix.level is level


def test_sixty_characters_of_the_numbers_are_said() -> None:
    text = interchange(Bill(lines=(LINE,) * 31)).replace("LX*1~", "LX*11~")
    (numbering,) = (each for each in of_claim(text)[1] if each.rule == "E505")
    said = numbering.message.removeprefix("The service lines are numbered ").removesuffix(".")
    assert (len(said), said[:10], said[-5:]) == (60, "11 2 3 4 5", "22 23")


@pytest.mark.parametrize("charge", ["8O", "80.005"])
def test_charges_that_are_no_amount_are_not_added_up(charge: str) -> None:
    text = interchange(Bill(lines=(LINE, LINE))).replace("*80*UN*2***1~", f"*{charge}*UN*2***1~", 1)
    assert [each.where.element for each in of_claim(text)[1] if each.rule == "E501"] == ["SV102"]
