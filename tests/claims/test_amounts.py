"""Amounts and quantities as X12 writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples

from scrubber.claims.amounts import cents, dollars, number, whole_units, written_like

NO_NUMBERS = [
    "", " ", "+1", "1e3", "1E3", "NaN", "Infinity", "-", ".", "-.", "1,000", "1 000", " 80", "80 ", "0x10", "8O", "--1",
    "1.2.3", "²", "٣", "8\x00", "1" * 21,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None
    assert cents(text) is None
    assert whole_units(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("80", 8000), ("80.", 8000), ("80.5", 8050), ("80.50", 8050), (".5", 50), ("-.50", -50), ("-80", -8000),
     ("007", 700), ("999999999999999.99", 99999999999999999)],
)  # fmt: skip
def test_cents(text: str, value: int) -> None:
    assert cents(text) == value


def test_more_than_two_decimals_have_no_cents() -> None:
    assert number("80.005") == Decimal("80.005")
    assert cents("80.005") is None


@pytest.mark.parametrize(("text", "units"), [("1", 1), ("2.0", 2), ("2.", 2), ("010", 10)])
def test_whole_units(text: str, units: int) -> None:
    assert whole_units(text) == units


@pytest.mark.parametrize("text", ["0", "-1", "1.5", ".9", "0.0", "-0"])
def test_what_is_no_count_of_units(text: str) -> None:
    assert whole_units(text) is None


def test_a_number_longer_than_x12_allows_is_none() -> None:
    """Five thousand digits would be too many for Python to write out again, and more than 28 for exact sums."""
    assert whole_units("9" * 5000) is None
    assert number("-" + "9" * 18 + ".") is not None


@pytest.mark.parametrize(
    ("amount", "model", "text"),
    [
        (8000, "120.00", "80.00"),
        (8000, "120", "80"),
        (8000, "120.", "80"),
        (8000, "120.0", "80.0"),
        (8050, "120.0", "80.5"),
        (8055, "120.0", "80.55"),
        (8050, "120", "80.50"),
        (8001, "120", "80.01"),
        (1, "120", "0.01"),
        (0, "120.00", "0.00"),
        (-8000, "120.00", "-80.00"),
        (-5, "0.1", "-0.05"),
    ],
)
def test_an_amount_is_written_as_the_old_one_was(amount: int, model: str, text: str) -> None:
    assert written_like(amount, model) == text


@examples(200)
@given(amount=st.integers(-(10**15), 10**15), model=st.sampled_from(["1", "1.", "1.0", "1.00", "1.000", "-1.5"]))
def test_what_is_written_is_the_amount(amount: int, model: str) -> None:
    assert cents(written_like(amount, model)) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (12000, "120.00"),
        (-5, "-0.05"),
        (0, "0.00"),
        (Decimal(120), "120.00"),
        (Decimal("120.5"), "120.50"),
        (Decimal("120.000"), "120.00"),
        (Decimal("80.005"), "80.005"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0.015"), "-0.015"),
    ],
)
def test_dollars(amount: int | Decimal, text: str) -> None:
    assert dollars(amount) == text
