"""Dates as DTP and DMG write them."""

from datetime import date

import pytest

from scrubber.claims.dates import day, period


def test_a_day() -> None:
    assert day("20260302") == date(2026, 3, 2)
    assert day("20240229") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026030",
        "202603022",
        "20260230",
        "20261301",
        "00000101",
        "2026-3-2",
        "２０２６0302",
        "2026030 ",
        "²0260302",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert day(text) is None


def test_a_period() -> None:
    assert period("D8", "20260302") == (date(2026, 3, 2), date(2026, 3, 2))
    assert period("RD8", "20260302-20260304") == (date(2026, 3, 2), date(2026, 3, 4))
    assert period("RD8", "20260302-20260302") == (date(2026, 3, 2), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("qualifier", "text"),
    [
        ("RD8", "20260304-20260302"),
        ("RD8", "20260302"),
        ("RD8", "20260302-"),
        ("RD8", "-20260302"),
        ("RD8", "20260302-20260231"),
        ("D8", "20260302-20260304"),
        ("D8", ""),
    ],
)
def test_what_is_no_period(qualifier: str, text: str) -> None:
    assert period(qualifier, text) is None
