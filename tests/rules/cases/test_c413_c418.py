"""C413 with C418: a corrected claim to Medicare, with and without the number of the original."""

import pytest
from rules.specimen import Bill, found, row, run


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_corrected_claim_to_medicare(frequency: str) -> None:
    rows = [row("97110", 30)]
    (bare,) = run(Bill(frequency=frequency), rows).claims
    assert set(found(bare)) == {"C413 reject", "C418 warn"}
    (named,) = run(Bill(frequency=frequency, head=("REF*F8*ICN1",)), rows).claims
    assert found(named) == ["C418 warn"]
    assert named.disposition == "unchanged"
