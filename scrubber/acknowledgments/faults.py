"""What the 999 speaks of: faults of the file as it was received."""

from __future__ import annotations

from typing import NamedTuple


class SyntaxFault(NamedTuple):
    """One fault of a received transaction against the guide.

    ``segment`` is its number in the file (1 is the first), ``segment_id`` its identifier, ``loop`` the guide's loop or
    empty. ``code`` is IK304 where ``element`` is None, else IK403. ``element`` and ``component`` count from 1;
    ``data_element`` is the number in the X12 data element dictionary, or empty. ``claim_id`` is the CLM01 it stands in.
    """

    segment: int
    segment_id: str
    loop: str
    code: str
    element: int | None = None
    component: int | None = None
    data_element: str = ""
    claim_id: str = ""
