"""Which claims of a patient go out together or are held together."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from scrubber.tables.therapy_codes import family_base
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key, replacements


def bonds(patient: Patient) -> list[tuple[int, ...]]:
    """Groups of claim ordinals that share a pool, or of which one has the base code of the other's add-on that day.

    A replacement and what it replaces are a group as well: only the replacement is checked with its visit, so that the
    claim it replaces must not go out without it.
    """
    if len(patient.claims) < 2:
        return []
    found = [tuple(claim.ordinal for claim in visit.claims) for visit in patient.visits]
    found.extend(replacements(patient.claims))
    families: dict[tuple[object, ...], dict[int, set[bool]]] = {}
    for claim in patient.counted:
        for line in claim.lines:
            if line.code and line.date and not patient.repeats_other_claim(claim, line):
                base = family_base(line.code)
                key = (*payer_key(claim), line.date, base)
                families.setdefault(key, {}).setdefault(claim.ordinal, set()).add(line.code == base)
    found.extend(tuple(by_claim) for by_claim in families.values() if len(set().union(*by_claim.values())) > 1)
    return [group for group in found if len(group) > 1]


def held_with(held: Iterable[int], groups: list[tuple[int, ...]]) -> dict[int, int]:
    """Claims that are held because of another: by ordinal, the held claim of their group that they go with."""
    known = set(held)
    because: dict[int, int] = {}
    groups_of: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        for ordinal in group:
            groups_of.setdefault(ordinal, []).append(number)
    # As if all groups were gone through in order, again and again, until none holds more; each is looked at once.
    due = [(0, number) for number in {number for ordinal in known for number in groups_of.get(ordinal, ())}]
    heapify(due)
    done: set[int] = set()
    while due:
        turn, number = heappop(due)
        if number in done:
            continue
        done.add(number)
        first = next(ordinal for ordinal in groups[number] if ordinal in known)
        for ordinal in groups[number]:
            if ordinal in known:
                continue
            known.add(ordinal)
            because[ordinal] = first
            for other in groups_of[ordinal]:
                heappush(due, (turn + (other < number), other))
    return because
