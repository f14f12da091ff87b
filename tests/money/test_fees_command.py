"""`scrubber tables show CODE` tells what a unit is worth."""

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main


@pytest.mark.parametrize(
    ("code", "on", "told"),
    [
        ("97110", "2026-03-02", "$29.06 a unit, $22.21 reduced for several procedures; status A; work 0.45,"),
        ("97110", "2025-06-01", "$28.79 a unit"),
        ("97010", "2026-03-02", "$0.00 a unit; status B"),
        ("97110", "2027-03-02", "(national, non-facility, 2026, stale: fee-schedule-medicare)"),
        ("98986", "2026-03-02", "no amount: 98986 has no national amount (status C)"),
        ("97110", "2021-03-02", "answers from 2022-01-01 on, not for 2021-03-02"),
    ],
)
def test_the_amount_of_a_unit_on_a_day(code: str, on: str, told: str) -> None:
    result = CliRunner().invoke(main, ["tables", "show", code, "--on", on])
    assert result.exit_code == 0
    assert told in result.output
