"""E512: what another payer paid and adjusted, of a line and of the claim."""

from decimal import Decimal

import pytest
from rules.specimen import Bill, found, interchange, scrubbed

from scrubber.outcome import ClaimResult
from scrubber.visits.records import TreatmentRecords

PAYER = "60054"


def other(*amounts: str, payer: str = PAYER) -> list[str]:
    """Loop 2320 with its CAS and AMT."""
    return [
        "SBR*P*18*******CI",
        *amounts,
        "OI***Y***Y",
        "NM1*IL*1*AMES*OLGA****MI*W1",
        f"NM1*PR*2*PLAN B*****PI*{payer}",
        "N3*1 PLAN ROAD",
    ]


def claim(
    *lines: tuple[str, ...], others: list[str] | None = None, frequency: str = "1", total: str = ""
) -> ClaimResult:
    """A claim to Medicare as second payer with lines of 80 dollars, each with what stands in its 2430."""
    head = ("REF*F8*ICN20261",) if frequency != "1" else ()
    made = tuple(" | ".join(["SV1*HC:97110:GP*80*UN*2***1", *answer]) for answer in lines)
    text = interchange(Bill(lines=made, sequence="S", frequency=frequency, head=head))
    if total:
        text = text.replace("CLM*PCN1*80*", f"CLM*PCN1*{total}*")
    before, first, rest = text.partition("LX*1~")
    at = "".join(f"{segment}~\n" for segment in (other() if others is None else others))
    (only,) = scrubbed((before + at + first + rest).encode("latin-1"), TreatmentRecords()).claims
    return only


def told(result: ClaimResult) -> list[str | None]:
    """The elements at which E512 was found."""
    return [verdict.finding.where.element for verdict in result.verdicts if verdict.finding.rule == "E512"]


def answer(paid: str, *adjusted: str, payer: str = PAYER, bundled: str = "") -> tuple[str, ...]:
    """A line's 2430."""
    svd = f"SVD*{payer}*{paid}*HC:97110:GP**2" + (f"*{bundled}" if bundled else "")
    return (svd, *adjusted, "DTP*573*D8*20260401")


@pytest.mark.parametrize(
    ("paid", "adjusted", "right"),
    [
        ("50", ("CAS*CO*45*30",), True),
        ("50.00", ("CAS*CO*45*20.5**97*9.5",), True),
        ("50", ("CAS*CO*45*20", "CAS*PR*1*10"), True),
        ("50", ("CAS*CO*45*5**97*5**96*5**151*5**119*5**18*5",), True),
        ("80", (), True),
        ("0", ("CAS*PR*1*80",), True),
        ("90", ("CAS*OA*94*-10",), True),
        ("50", ("CAS*CO*45*30.01",), False),
        ("50", ("CAS*CO*45*20**97*9",), False),
        ("0", ("CAS*PR*1*79.99",), False),
        ("50", (), False),
    ],
)
def test_a_line_is_what_was_paid_and_adjusted(paid: str, adjusted: tuple[str, ...], right: bool) -> None:
    assert told(claim(answer(paid, *adjusted))) == ([] if right else ["SVD02"])


@pytest.mark.parametrize(
    ("amounts", "right"),
    [
        (("AMT*D*100",), True),
        (("AMT*D*99",), False),
        (("CAS*PR*1*10", "AMT*D*90"), True),
        (("CAS*PR*1*10", "CAS*CO*A2*5", "AMT*D*85"), True),
        (("CAS*PR*1*10", "AMT*D*100"), False),
        (("AMT*D*100", "AMT*EAF*5"), True),
        ((), True),
        (("CAS*PR*1*10",), True),
    ],
)
def test_the_claim_is_what_was_paid_and_all_adjustments(amounts: tuple[str, ...], right: bool) -> None:
    lines = answer("50", "CAS*CO*45*30"), answer("50", "CAS*CO*45*30")
    assert told(claim(*lines, others=other(*amounts))) == ([] if right else ["AMT02"])


@pytest.mark.parametrize(("paid", "right"), [("45", True), ("46", False)])
def test_a_claim_that_was_answered_without_its_lines_is_added_up(paid: str, right: bool) -> None:
    assert told(claim((), others=other("CAS*CO*45*35", f"AMT*D*{paid}"))) == ([] if right else ["AMT02"])


def test_a_line_that_the_payer_left_out_is_missed_in_the_total() -> None:
    made = claim(answer("50", "CAS*CO*45*30"), (), others=other("AMT*D*50"))
    assert told(made) == ["AMT02"]


def test_the_total_is_not_told_beside_its_lines() -> None:
    assert told(claim(answer("50", "CAS*CO*45*20"), others=other("AMT*D*50"))) == ["SVD02"]


def test_each_payer_is_held_against_the_whole_charge() -> None:
    second = answer("20", "CAS*CO*45*50", payer="70001")
    both = [*other("AMT*D*50"), *other("AMT*D*20", payer="70001")]
    assert told(claim((*answer("50", "CAS*CO*45*30"), *second), others=both)) == ["SVD02"]
    right = answer("20", "CAS*CO*45*60", payer="70001")
    assert told(claim((*answer("50", "CAS*CO*45*30"), *right), others=both)) == []


@pytest.mark.parametrize(
    ("line", "others"),
    [
        pytest.param(answer("5", "CAS*CO*45*30", payer="99999"), other(), id="of no payer that the claim names"),
        pytest.param(answer("5", "CAS*CO*45*30", bundled="2"), other("AMT*D*5"), id="bundled"),
        pytest.param((*answer("5"), *answer("9", "CAS*CO*45*1")), other(), id="answered twice"),
        pytest.param(answer("5"), [*other("AMT*D*5"), *other("AMT*D*5")], id="two payers of one identifier"),
        pytest.param(answer("5x"), other("AMT*D*80"), id="no amount"),
        pytest.param(answer("5", "CAS*CO*45*x"), other("AMT*D*80"), id="no amount of adjustment"),
        pytest.param((), other("AMT*D*50"), id="what was paid alone"),
        pytest.param(("CAS*CO*45*30",), other(), id="adjusted without an answer"),
    ],
)
def test_what_cannot_be_told_is_left(line: tuple[str, ...], others: list[str]) -> None:
    assert told(claim(line, others=others)) == []


def test_behind_what_cannot_be_told_the_next_is_looked_at() -> None:
    twins = [*other(), *other(), *other(payer="70001")]
    assert told(claim((*answer("5"), *answer("5", payer="70001")), others=twins)) == ["SVD02"]
    assert told(claim((), answer("5"))) == ["SVD02"]


def test_a_total_that_is_no_amount_is_left() -> None:
    assert told(claim((), others=other("CAS*CO*45*35", "AMT*D*46"), total="8O")) == []


def test_a_void_is_left_as_it_was_sent() -> None:
    assert told(claim(answer("5"), frequency="8")) == []
    assert told(claim(answer("5"), frequency="7")) == ["SVD02"]


def test_it_warns_and_says_what_the_amounts_make() -> None:
    made = claim(answer("50.00", "CAS*CO*45*25.00"), others=other("AMT*D*50.00"))
    assert "E512 warn" in found(made)
    assert made.disposition == "unchanged"
    (finding,) = [verdict.finding for verdict in made.verdicts if verdict.finding.rule == "E512"]
    assert f"makes {Decimal('75.00')} (paid 50.00, adjusted 25.00)" in finding.message
    assert finding.where.ordinal == 1
