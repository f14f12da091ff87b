"""Unit limits as `scrubber tables show` tells them."""

from datetime import date

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main
from scrubber.errors import TableError
from scrubber.tables.describe import describe_limits

DAY = date(2026, 3, 2)


def test_a_limit_and_its_table():
    (facts,) = describe_limits("97112", DAY)

    assert (facts.limit.units, facts.limit.adjudication, facts.why, facts.stale) == (4, 3, "", False)
    assert (facts.table, facts.edition) == ("ncci-mue-medicare", "2024Q3, 2026")


def test_what_is_no_code_is_refused():
    with pytest.raises(TableError, match="is no code"):
        describe_limits("971", DAY)


@pytest.mark.parametrize(
    ("code", "on", "told"),
    [
        ("97112", "2026-03-02", "at most 4 units a day, adjudication indicator 3 (ncci-mue-medicare, edition"),
        ("97112", "2026-05-02", "edition 2024Q3, 2026, stale)"),
        ("98979", "2026-03-02", "no unit limit: ncci-mue-medicare (2024Q3, 2026) has no limit of 98979"),
    ],
)
def test_the_command_tells_it(code, on, told):
    result = CliRunner().invoke(main, ["tables", "show", code, "--on", on], catch_exceptions=False)

    assert result.exit_code == 0
    assert told in result.output
