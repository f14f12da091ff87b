"""Which claims and lines of a patient count: voids, replaced originals and repetitions stand outside every pool."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.claims.claim import REPLACEMENT, Claim
from scrubber.claims.likeness import claim_likeness, line_likeness, payer_key

__all__ = ["SAYS_ANOTHER", "payer_key", "repeated", "repeated_lines", "replaced", "replacements"]


def replacements(claims: Sequence[Claim]) -> list[tuple[int, int]]:
    """Ordinals of a claim and of the replacement (frequency 7, same payer) that names it by its REF*F8 or its CLM01."""
    newest = [claim for claim in claims if claim.frequency == REPLACEMENT]
    if not newest:
        return []
    by_number: dict[str, list[tuple[int, Claim]]] = {}
    for place, claim in enumerate(claims):
        if claim.frequency not in (REPLACEMENT, "8"):
            by_number.setdefault(claim.id, []).append((place, claim))
    found: list[tuple[int, int]] = []
    for newer in newest:
        named = {newer.original_reference, newer.id} - {""}
        older = {place: each for number in named for place, each in by_number.get(number, ())}
        found += [
            (older[place].ordinal, newer.ordinal)
            for place in sorted(older)
            if payer_key(older[place]) == payer_key(newer)
        ]
    return found


def replaced(claims: Sequence[Claim]) -> set[int]:
    """Ordinals of claims that a replacement names: only the replacement counts."""
    return {older for older, _ in replacements(claims)}


def repeated(claims: Sequence[Claim]) -> dict[int, int]:
    """Later copies: ordinal of a claim with the payer, lines, dates and charges of an earlier one, and that one's.

    Replacements and voids are never copies of anything.
    """
    first: dict[tuple[object, ...], int] = {}
    copies: dict[int, int] = {}
    for claim in claims:
        if claim.frequency in (REPLACEMENT, "8") or not claim.lines:
            continue
        original = first.setdefault(claim_likeness(claim), claim.ordinal)
        if original != claim.ordinal:
            copies[claim.ordinal] = original
    return copies


SAYS_ANOTHER = frozenset({"59", "76", "77", "91", "XE", "XP", "XS", "XU"})
"""Modifiers by which a line says that it is another service than its like: distinct (59, X), repeated (76, 77, 91)."""


def repeated_lines(claims: Sequence[Claim]) -> dict[tuple[int, int], tuple[int, int]]:
    """Lines with the code, date, modifiers and rendering provider of an earlier one: (claim ordinal, line ordinal) of
    each, and those of the first.

    Looks within a claim, and across claims to one payer; a replacement (7) repeats no other claim. Lines with a
    modifier of ``SAYS_ANOTHER`` repeat nothing, nor does one with another modifier, such as CQ or LT, or another drug.
    """
    services = [(line.code, line.period) for claim in claims for line in claim.lines]
    if len(set(services)) == len(services):  # no two lines of one code and date: most patients
        return {}
    first: dict[tuple[object, ...], tuple[int, int]] = {}
    repeats: dict[tuple[int, int], tuple[int, int]] = {}
    for claim in claims:
        alone = claim.ordinal if claim.frequency == REPLACEMENT else None
        for line in claim.lines:
            if not line.code or line.period is None or not SAYS_ANOTHER.isdisjoint(line.modifiers):
                continue
            key = (*payer_key(claim), alone, *line_likeness(claim, line))
            here = (claim.ordinal, line.ordinal)
            original = first.setdefault(key, here)
            if original != here:
                repeats[here] = original
    return repeats
