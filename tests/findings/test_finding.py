"""The nouns of a finding, and what their types refuse."""

import pytest

from scrubber.findings.finding import Evidence, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity

EVIDENCE = (Evidence("record N-1", "30 minutes of 97110 by PT"),)


@pytest.mark.parametrize("payment", [Payment.LOWERS, Payment.NEUTRAL])
def test_a_safe_fix_lowers_or_leaves_payment_and_has_evidence(payment: Payment) -> None:
    assert Fix("Lower units", FixLevel.SAFE, payment, (), EVIDENCE).level is FixLevel.SAFE


@pytest.mark.parametrize(
    ("payment", "evidence"), [(Payment.RAISES, EVIDENCE), (Payment.LOWERS, ()), (Payment.RAISES, ())]
)
def test_the_type_refuses_a_safe_fix_that_raises_payment_or_has_no_evidence(
    payment: Payment, evidence: tuple[Evidence, ...]
) -> None:
    with pytest.raises(ValueError, match="SAFE"):
        Fix("Raise units", FixLevel.SAFE, payment, (), evidence)


@pytest.mark.parametrize("level", [FixLevel.PERSON, FixLevel.UNSAFE])
def test_other_levels_may_raise_and_may_lack_evidence(level: FixLevel) -> None:
    assert Fix("Raise units", level, Payment.RAISES).payment is Payment.RAISES


def test_levels_are_in_order() -> None:
    assert FixLevel.PERSON < FixLevel.UNSAFE < FixLevel.SAFE
    assert Severity.NOTE < Severity.WARN < Severity.REJECT
    assert Payment.LOWERS < Payment.NEUTRAL < Payment.RAISES


def test_the_words_of_reports_and_settings() -> None:
    assert [level.word for level in FixLevel] == ["person", "unsafe", "safe"]
    assert [severity.word for severity in Severity] == ["note", "warn", "reject"]
    assert [payment.word for payment in Payment] == ["lowers", "neutral", "raises"]
