"""M208, M216 and C416: where an assistant may not be."""

import pytest
from rules.specimen import Bill, clock, found, row, run

PHYSICIANS = ["207Q00000X", "208100000X", "363A00000X", "363LF0000X", "364S00000X"]


def bill(code_and_modifiers: str, **columns: str) -> Bill:
    return Bill(lines=(f"SV1*HC:{code_and_modifiers}*40*UN*1***1",), **columns)


@pytest.mark.parametrize("code", ["97161", "97162", "97163", "97164"])
def test_cq_on_an_evaluation(code: str) -> None:
    assert found(run(bill(f"{code}:GP:CQ")).claims[0]) == ["M208 reject"]


@pytest.mark.parametrize("code", ["97165", "97166", "97167", "97168"])
def test_co_on_an_evaluation(code: str) -> None:
    assert found(run(bill(f"{code}:GO:CO", taxonomy="225X00000X")).claims[0]) == ["M208 reject"]


@pytest.mark.parametrize("code", ["98976", "98977", "98978", "98984", "98985", "98986"])
def test_cq_on_a_device(code: str) -> None:
    assert found(run(bill(f"{code}:GP:CQ")).claims[0]) == ["M208 reject"]


@pytest.mark.parametrize("code", ["98975", "98980"])
def test_other_monitoring_can_be_the_assistants(code: str) -> None:
    assert "M208" not in " ".join(found(run(bill(f"{code}:GP:CQ")).claims[0]))


def test_minutes_with_the_modifier_are_one_fault() -> None:
    outcome = run(bill("97161:GP:CQ"), [row("97161", 30), row("97161", 10, "PTA")])
    assert found(outcome.claims[0]) == ["M208 reject"]


def test_joint_minutes_on_an_evaluation_are_the_therapists() -> None:
    together = row("97161", 10, "PTA", together=True, **clock("9:20-9:30"))
    outcome = run(bill("97161:GP"), [row("97161", 30, **clock("9:00-9:30")), together])
    assert found(outcome.claims[0]) == []


@pytest.mark.parametrize("taxonomy", PHYSICIANS)
def test_under_a_physician_or_practitioner(taxonomy: str) -> None:
    outcome = run(bill("97110:GP:CQ", taxonomy=taxonomy), [row("97110", 15, "PTA")])
    assert found(outcome.claims[0]) == ["M216 reject"]


@pytest.mark.parametrize("taxonomy", ["225100000X", "111N00000X", "2251X0800X", "261QP2000X"])
def test_under_another(taxonomy: str) -> None:
    outcome = run(bill("97110:GP:CQ", taxonomy=taxonomy), [row("97110", 15, "PTA")])
    chiropractor = ["C424 warn"] if taxonomy.startswith("111N") else []
    assert found(outcome.claims[0]) == chiropractor


def test_one_minute_is_enough() -> None:
    outcome = run(bill("97110:GP", taxonomy=PHYSICIANS[0]), [row("97110", 14), row("97110", 1, "PTA")])
    assert "M216 reject" in found(outcome.claims[0])


@pytest.mark.parametrize(
    "taxonomy", ["225200000X", "224Z00000X", "224ZR0403X", "2355S0801X", "390200000X", "374U00000X", "376K00000X"]
)
@pytest.mark.parametrize("filing", ["MB", "MA", "16", "CH"])
def test_who_does_not_render(taxonomy: str, filing: str) -> None:
    assert "C416 reject" in found(run(bill("97161:GP", taxonomy=taxonomy, filing=filing)).claims[0])


@pytest.mark.parametrize("filing", ["CI", "BL", "MC", "WC", "VA"])
def test_other_payers_may_accept_them(filing: str) -> None:
    assert "C416" not in " ".join(found(run(bill("97161:GP", taxonomy="225200000X", filing=filing)).claims[0]))


def test_of_a_line_it_is_said_of_the_line() -> None:
    assistant = "NM1*82*1*VOSS*LENA****XX*1999887734 | PRV*PE*PXC*225200000X"
    lines = ("SV1*HC:97161:GP*110*UN*1***1", f"SV1*HC:97012:GP*20*UN*1***1 | {assistant}")
    (claim,) = run(Bill(lines=lines)).claims
    where = [v.finding.where for v in claim.verdicts if v.finding.rule == "C416"]
    assert [(place.element, place.ordinal) for place in where] == [("PRV03", 2)]
