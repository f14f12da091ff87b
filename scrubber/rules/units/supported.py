"""What the minutes of a visit support by its payer's rule, set against what is billed."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from scrubber.tables.therapy_codes import family_base
from scrubber.visits.units import Split, admissible_splits, units_of, units_supported
from scrubber.visits.visit import BilledLine, Visit

RULE_NAMES = {
    "cms": "the 8-minute rule",
    "ama": "the midpoint rule",
    "wc": "the midpoint rule with a cap",
    "ask": "either rule",
}


class Judgement(NamedTuple):
    """``above`` and ``below`` are the timed lines of codes billed above or below what is supported (for ``cms`` and the
    cap of ``wc``: every timed line). ``unknown`` says why nothing could be judged; it is empty otherwise.
    ``supported`` and ``billed`` are units of the pool, ``minutes`` its timed minutes.
    """

    rule: str
    unknown: str = ""
    minutes: int = 0
    billed: int = 0
    supported: int = 0
    splits: list[Split] = []  # noqa: RUF012 - never changed
    above: tuple[BilledLine, ...] = ()
    below: tuple[BilledLine, ...] = ()

    def sentence(self, visit: Visit) -> str:
        """What is billed and what the minutes support, in words."""
        source = "the signed record supports" if visit.signed else "the minutes found support"
        codes = list(dict.fromkeys(each.line.code for each in (self.above or self.below)))
        if len(codes) == 1:
            return (
                f"{codes[0]} is billed {_units(self.billed_of(visit, codes[0]))}; {source} {self._of(visit, codes[0])}."
            )
        named = ", ".join(codes[:-1]) + f" and {codes[-1]}"
        pool = f"{source} {self.supported} ({self.minutes} minutes) by {RULE_NAMES[self.rule]}"
        return f"{named} are billed {_units(self.billed)} together; {pool}."

    def billed_of(self, visit: Visit, code: str) -> int:
        """Units billed of a code's family."""
        return visit.billed_units()[family_base(code)]

    def _of(self, visit: Visit, code: str) -> str:
        pool = visit.timed_minutes()
        if self.rule in ("ama", "wc") and len(pool) > 1:
            minutes = pool.get(family_base(code), 0)
            return f"{units_of(minutes)} ({minutes} minutes)"
        return f"{self.supported} ({self.minutes} minutes)"


# Two rules and the report ask the same of a visit; a visit is settled when they do, and compares by identity.
@lru_cache(maxsize=64)
def judge(visit: Visit) -> Judgement:
    """Compare billed with supported units. Lines without whole units (U111) or without minutes leave it unknown."""
    rule = visit.profile.unit_rule
    timed = visit.timed_lines()
    if not timed:
        return Judgement(rule)
    if any(not billed.units for billed in timed):
        return Judgement(rule, "a timed line of the visit has no whole number of units")
    if visit.without_minutes:
        return Judgement(rule, "no record and no note gives the minutes of a timed line")
    total = visit.unit_minutes
    if total is None:
        return Judgement(rule, "no treatment record and no note gives minutes")
    minutes = visit.timed_minutes()
    billed = visit.billed_units()
    count = sum(billed.values())
    if not minutes:
        if rule != "cms":
            return Judgement(rule, "the record gives only a total; this payer's rule needs minutes by code")
        supported = units_of(total)
        return _pooled(rule, timed, total, count, supported, [])
    if rule == "ask":
        cms, ama = units_supported("cms", minutes), units_supported("ama", minutes)
        if min(cms, ama) <= count <= max(cms, ama):
            return Judgement(rule, minutes=total, billed=count, supported=cms)
        return _pooled(rule, timed, total, count, max(cms, ama) if count > cms else min(cms, ama), [])
    supported = units_supported(rule, minutes)
    splits = admissible_splits(rule, minutes)
    if rule == "cms":
        return _pooled(rule, timed, total, count, supported, splits)
    above = tuple(b for b in timed if billed[family_base(b.line.code)] > _most(splits, b))
    if not above and count > supported:
        above = tuple(timed)
    below = tuple(b for b in timed if billed[family_base(b.line.code)] < _least(splits, b))
    return Judgement(rule, "", total, count, supported, splits, above, below)


def _pooled(
    rule: str, timed: list[BilledLine], minutes: int, billed: int, supported: int, splits: list[Split]
) -> Judgement:
    above = tuple(timed) if billed > supported else ()
    below = tuple(timed) if billed < supported else ()
    return Judgement(rule, "", minutes, billed, supported, splits, above, below)


def _most(splits: list[Split], billed: BilledLine) -> int:
    return max(split.get(family_base(billed.line.code), 0) for split in splits)


def _least(splits: list[Split], billed: BilledLine) -> int:
    return min(split.get(family_base(billed.line.code), 0) for split in splits)


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"
