"""What all claims of a file come to: counts and charges."""

from __future__ import annotations

from decimal import Decimal

from scrubber.claims.amounts import dollars, number
from scrubber.findings.journal import HELD
from scrubber.reports.schema import Totals

_NOTHING = Decimal(0)


class Sums:
    """Adds up claims as they come, in any order. Dollars of CLM02; a charge that is no number counts as nothing, and a
    finding says so."""

    def __init__(self) -> None:
        self.count = {"unchanged": 0, "corrected": 0, "held": 0}
        self._lines_in = self._lines_out = 0
        self._unchanged = self._in = self._out = self._held = self._lowered = self._raised = _NOTHING

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(self.count.values())

    def add(self, disposition: str, charge_in: str, charge_out: str, lines_in: int, lines_out: int) -> None:
        """One claim more, by its charges as text and its lines."""
        self.count[disposition] += 1
        self._lines_in += lines_in
        self._lines_out += lines_out
        before = number(charge_in) or _NOTHING
        if disposition == HELD:
            self._held += before
        elif charge_in == charge_out:
            self._unchanged += before
        else:
            after = number(charge_out) or _NOTHING
            self._in += before
            self._out += after
            self._lowered += max(before - after, _NOTHING)
            self._raised += max(after - before, _NOTHING)

    def totals(self) -> Totals:
        """The sums as the report has them."""
        same = self._unchanged
        amounts = (same + self._in + self._held, same + self._out, self._held, self._lowered, self._raised)
        return Totals(
            self.claims,
            self.count["unchanged"],
            self.count["corrected"],
            self.count["held"],
            self._lines_in,
            self._lines_out,
            *(dollars(amount) for amount in amounts),
        )
