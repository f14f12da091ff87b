"""Where a finding about an envelope stands: numbers count from 1, and no part below the one that is meant is named."""

from rules.specimen import Bill, interchange

from scrubber.claims.index import index
from scrubber.findings.finding import Location
from scrubber.rules.envelope.places import of_group, of_interchange, of_transaction

(_, SECOND) = index((interchange(Bill()) * 2).encode()).interchanges
(GROUP,) = SECOND.groups
(TRANSACTION,) = GROUP.transactions


def test_a_place_in_each_part() -> None:
    place = {"element": "ST02", "segment": 7, "byte": 300}
    assert of_interchange(SECOND, "ST02", 300, 7) == Location(**place, interchange=2)  # type: ignore[arg-type]
    assert of_group(GROUP, "ST02", 300, 7) == Location(**place, interchange=2, group=1)  # type: ignore[arg-type]
    whole = Location(**place, interchange=2, group=1, transaction=1)  # type: ignore[arg-type]
    assert of_transaction(TRANSACTION, "ST02", 300, 7) == whole
