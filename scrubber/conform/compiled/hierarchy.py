"""The numbers of the levels of a transaction: HL01 counts them, HL02 names one that is still open."""

from __future__ import annotations

from scrubber.claims.spans import Level
from scrubber.conform import wording
from scrubber.conform.guide_fault import GuideFault


class Hierarchy:
    """The levels that were seen, and which of them are open: those above the last one."""

    def __init__(self, component: str) -> None:
        self._component = component
        self._count = 0
        self._open: list[int] = []

    def wrong(self, level: Level, index: int) -> list[GuideFault]:
        """Count one more level and say what is wrong with its numbers: IK304 8 at segment ``index``."""
        self._count += 1
        found = []
        if number_of(level.number.rstrip(self._component)) != self._count:
            message = f"{wording.place('HL', 1)} must count 1, 2, 3 within the transaction; here {self._count} is due"
            found.append(_fault(1, index, message))
        if level.parent_number:
            parent = number_of(level.parent_number.rstrip(self._component))
            if parent not in self._open:
                found.append(_fault(2, index, f"{wording.place('HL', 2)} names no level that is open here"))
            while self._open and self._open[-1] != parent:
                self._open.pop()
        self._open.append(self._count)
        return found


def _fault(element: int, index: int, message: str) -> GuideFault:
    return GuideFault("HL", element, None, "8", index, "segment", message)


def number_of(text: str) -> int | None:
    """The number that a text stands for, None for none. As lenient as pyx12: what else is wrong is the element's."""
    try:
        return int(text)
    except ValueError:
        return None
