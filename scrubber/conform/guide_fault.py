"""A fault against the implementation guide, and what makes a claim worse than it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple


class GuideFault(NamedTuple):
    """One departure from the guide.

    ``code`` is what a 999 would say: IK304 for kind ``segment``, IK403 for kind ``element``, IK502 for kind
    ``transaction``; kind ``judge`` says that the judge itself failed on the segment, with an empty code. ``element``
    and ``component`` count from 1 and are None where the fault is of no single one.

    ``segment_index`` counts the claim's own segments, 0 for its CLM; -1 is the heading. Empty segments do not count: a
    fault of one bears the index of the segment before it. A missing segment is placed where the loop that lacks it
    begins. ``segment_id`` is empty where the segment has no usable identifier. ``message`` quotes nothing of the claim.
    """

    segment_id: str
    element: int | None
    component: int | None
    code: str
    segment_index: int
    kind: Literal["segment", "element", "transaction", "judge"]
    message: str


def worse(before: Iterable[GuideFault], after: Iterable[GuideFault], *, lines_added: bool = False) -> list[GuideFault]:
    """The faults of ``after`` that ``before`` did not have, in the order of ``after``.

    Compared by segment, element, component and code, and counted: a second fault of a kind that was there once is new.
    Places do not count, since an edit may move them. With ``lines_added`` kinds are compared and not counted: a line
    that was divided takes the faults it had to both.
    """
    known = Counter(fault[:4] for fault in before)
    new = []
    for fault in after:
        key = fault[:4]
        if known[key]:
            known[key] -= not lines_added
        else:
            new.append(fault)
    return new
