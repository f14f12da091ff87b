"""The diagnoses of a claim, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.x12.segment import Segment

ICD_10 = frozenset({"ABK", "ABF"})
FIRST = "ABK"


def diagnoses(claim: Claim) -> Iterator[tuple[str, str, Segment, int]]:
    """Qualifier, ICD-10-CM code in capitals without its point, segment and element of each diagnosis in HI."""
    for segment, loop in claim.head():
        if loop != "2300" or segment.id != "HI":
            continue
        for element in range(1, len(segment.elements)):
            qualifier, code = segment.value(element, 1), segment.value(element, 2)
            if qualifier in ICD_10 and code:
                yield qualifier, code.upper().replace(".", ""), segment, element
