"""How many 15-minute units the minutes of a visit support, by the payer's rule.

``cms``: all timed minutes of the day and discipline in one pool, Pub 100-04 Ch.5 s.20.2 (the 8-minute rule).
``ama``: each code alone by the midpoint of its unit, leftovers never combined.
``wc``: each code alone, and the total never above the chart for the total minutes (Colorado workers' compensation,
Pinnacol page); the smallest leftovers lose first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice

UNIT_MINUTES = 15
MIDPOINT = 8
MAX_SPLITS = 1024
"""Ties between many codes multiply; no visit of real life comes near this many admissible answers."""

Split = dict[str, int]
"""Units by code. Every code of the minutes is in it, those without a unit as 0."""


def units_of(minutes: int) -> int:
    """Units that this many minutes make: none under 8, 1 from 8 to 22, 2 from 23 to 37, and so on without end."""
    return (minutes + UNIT_MINUTES - MIDPOINT) // UNIT_MINUTES


def units_supported(rule: str, minutes: Mapping[str, int]) -> int:
    """Units that the whole pool supports by ``cms``, ``ama`` or ``wc``. Raises ValueError for another rule."""
    pooled = units_of(sum(minutes.values()))
    alone = sum(units_of(each) for each in minutes.values())
    if rule == "cms":
        return pooled
    if rule == "ama":
        return alone
    if rule == "wc":
        return min(alone, pooled)
    raise ValueError(f"no unit rule is called {rule}")


def admissible_splits(rule: str, minutes: Mapping[str, int]) -> list[Split]:
    """Every split of the supported units over the codes that the rule admits, the first in file order first.

    cms: whole quarter hours first, then one unit each to the largest leftovers; equal leftovers leave a choice
    (Pub 100-04 Ch.5 s.20.2 part C, examples 2 and 5). ama: one answer. wc: equal smallest leftovers leave a choice.
    """
    if rule == "cms":
        base = {code: each // UNIT_MINUTES for code, each in minutes.items()}
        extra = units_supported(rule, minutes) - sum(base.values())
        leftover = {code: each % UNIT_MINUTES for code, each in minutes.items()}
        return [_with(base, chosen, 1) for chosen in _chosen(leftover, extra)]
    base = {code: units_of(each) for code, each in minutes.items()}
    excess = sum(base.values()) - units_supported(rule, minutes)
    # What loses a unit is a code that was rounded up: those have a leftover of 8 to 14 minutes, the smallest first.
    leftover = {
        code: UNIT_MINUTES - each % UNIT_MINUTES for code, each in minutes.items() if each % UNIT_MINUTES >= MIDPOINT
    }
    return [_with(base, chosen, -1) for chosen in _chosen(leftover, excess)]


def _with(base: Split, chosen: Iterable[str], step: int) -> Split:
    split = dict(base)
    for code in chosen:
        split[code] += step
    return split


def _chosen(rank: Mapping[str, int], count: int) -> Iterator[tuple[str, ...]]:
    """Every choice of ``count`` codes with the highest rank; codes of equal rank at the border are free."""
    if count <= 0:
        yield ()
        return
    ordered = sorted(rank.values(), reverse=True)
    border = ordered[count - 1]
    sure = tuple(code for code, each in rank.items() if each > border)
    tied = [code for code, each in rank.items() if each == border]
    for free in islice(combinations(tied, count - len(sure)), MAX_SPLITS):
        yield (*sure, *free)
