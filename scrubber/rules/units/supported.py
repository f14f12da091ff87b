"""What the minutes of a visit support by its payer's rule, set against what is billed."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from scrubber.claims.amounts import whole_units
from scrubber.findings.wording import counted
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
    """``above`` and ``below`` are the timed lines of codes billed above or below what is supported (for ``cms``, and
    where only the total shows it: every timed line). ``unknown`` says why nothing could be judged; it is empty
    otherwise. ``supported`` and ``billed`` are units of the pool, ``minutes`` its timed minutes. ``misplaced``: the
    total is right, and the units stand on other codes than any admissible split has them on.
    """

    rule: str
    unknown: str = ""
    minutes: int = 0
    billed: int = 0
    supported: int = 0
    splits: list[Split] = []  # noqa: RUF012 - never changed
    above: tuple[BilledLine, ...] = ()
    below: tuple[BilledLine, ...] = ()
    misplaced: bool = False
    unbilled: bool = False
    """A pooled code has minutes, and no line. Where ``unknown`` is empty and there is no timed line, not asked."""

    def sentence(self, visit: Visit, lines: tuple[BilledLine, ...]) -> str:
        """What is billed and what the minutes support, in words; of the lines above, or of those below."""
        source = "the signed record supports" if visit.signed else "the minutes found support"
        codes = list(dict.fromkeys(each.line.code for each in lines))
        if len(codes) == 1:
            billed = counted(self.billed_of(visit, codes[0]), "unit")
            return f"{codes[0]} is billed {billed}; {source} {self._of(visit, codes[0])}."
        named = ", ".join(codes[:-1]) + f" and {codes[-1]}"
        pool = f"{source} {self.supported} ({counted(self.minutes, 'minute')}) by {RULE_NAMES[self.rule]}"
        return f"{named} are billed {counted(self.billed, 'unit')} together; {pool}."

    def billed_of(self, visit: Visit, code: str) -> int:
        """Units billed of a code's family."""
        return visit.billed_units()[family_base(code)]

    def _of(self, visit: Visit, code: str) -> str:
        pool, family = visit.timed_minutes(), family_base(code)
        if self.rule in ("ama", "wc"):
            shares = [split.get(family, 0) for split in self.splits]
            billed = self.billed_of(visit, code)
            if not min(shares) <= billed <= max(shares):
                nearest = min(shares, key=lambda units: abs(units - billed))
                return f"{nearest} ({counted(pool.get(family, 0), 'minute')})"
        return f"{self.supported} ({counted(self.minutes, 'minute')})"


_Items = tuple[tuple[str, int], ...]


# Two rules and the report ask the same of a visit; a visit is settled when they do, and compares by identity.
@lru_cache(maxsize=64)
def judge(visit: Visit) -> Judgement:
    """Compare billed with supported units. Lines without whole units (U111), in minutes (U110) or without minutes leave
    it unknown.
    """
    rule = visit.profile.unit_rule
    timed = visit.timed_lines()
    if not timed:
        return Judgement(rule)
    unknown, billed = _billed(tuple([(each.line.code, each.line.unit, each.line.units) for each in timed]))
    if unknown:
        return Judgement(rule, unknown)
    if visit.without_minutes and any(visit.pooled(each.therapy) for each in visit.without_minutes):
        return Judgement(rule, "no record and no note gives the minutes of a timed line")
    minutes = visit.timed_minutes()
    total = sum(minutes.values()) if minutes else visit.timed_total
    if total is None:
        return Judgement(rule, "no treatment record and no note gives minutes")
    if not minutes and rule != "cms":
        return Judgement(rule, "the record gives only a total; this payer's rule needs minutes by code")
    weigh = _remembered if len(minutes) <= _MOST_CODES else _weighed
    judged, above, below = weigh(rule, total, tuple(minutes.items()), billed)
    if not above and not below:
        return judged
    return judged._replace(
        above=tuple(each for each in timed if family_base(each.line.code) in above),
        below=tuple(each for each in timed if family_base(each.line.code) in below),
    )


@lru_cache(4096)
def _billed(lines: tuple[tuple[str, str, str], ...]) -> tuple[str, _Items]:
    """Units by family of lines given as code, SV103 and SV104; or why they are not known. Some 4 MB of days."""
    billed: Split = {}
    whole = True
    for code, unit, text in lines:
        if unit == "MJ":
            return "a timed line of the visit is billed in minutes (MJ)", ()
        units = (whole_units(text) or 0) if unit == "UN" else 0
        whole = whole and units > 0
        family = family_base(code)
        billed[family] = billed.get(family, 0) + units
    return "" if whole else "a timed line of the visit has no whole number of units", tuple(billed.items())


_MOST_CODES = 6
"""A visit of more codes is not remembered: its splits can be many."""


class _Weighed(NamedTuple):
    """A judgement without its lines, and the families that are above and below."""

    judged: Judgement
    above: Collection[str] = ()
    below: Collection[str] = ()


def _weighed(rule: str, total: int, by_family: _Items, billed_units: _Items) -> _Weighed:
    minutes, billed = dict(by_family), dict(billed_units)
    count = sum(billed.values())
    judged = Judgement(rule, "", total, count, unbilled=not minutes.keys() <= billed.keys())
    if not minutes:
        return _pooled(judged._replace(supported=units_of(total)), billed)
    if rule == "ask":
        cms, ama = units_supported("cms", minutes), units_supported("ama", minutes)
        if min(cms, ama) <= count <= max(cms, ama):
            misplaced = count in (cms, ama) and not _admitted(billed, _splits_of(count, minutes))
            return _Weighed(judged._replace(supported=cms, misplaced=misplaced))
        return _pooled(judged._replace(supported=min(cms, ama, key=lambda units: abs(units - count))), billed)
    supported = units_supported(rule, minutes)
    splits = admissible_splits(rule, minutes)
    judged = judged._replace(supported=supported, splits=splits)
    if rule == "cms":
        misplaced = count == supported and not _admitted(billed, splits)
        return _pooled(judged._replace(misplaced=misplaced), billed)
    shares = {family: [split.get(family, 0) for split in splits] for family in billed}
    above = [family for family, units in billed.items() if units > max(shares[family])]
    if not above and count > supported:
        above = list(billed)
    below = [family for family, units in billed.items() if units < min(shares[family])]
    if not above and not below and count < supported:
        below = list(billed)  # a tied unit is on none of the codes, or a code is not billed at all
    return _Weighed(judged, above, below)


_remembered = lru_cache(4096)(_weighed)
"""Some 4 MB: the same few codes and minutes come back with every patient."""


def _pooled(judged: Judgement, billed: Split) -> _Weighed:
    """Where only the total counts, every line is above it, or below."""
    above = list(billed) if judged.billed > judged.supported else ()
    below = list(billed) if judged.billed < judged.supported else ()
    return _Weighed(judged, above, below)


def _splits_of(count: int, minutes: dict[str, int]) -> list[Split]:
    """What the rules that are asked about admit at this total."""
    return [
        split for rule in ("cms", "ama") if units_supported(rule, minutes) == count
        for split in admissible_splits(rule, minutes)
    ]  # fmt: skip


def _admitted(billed: Split, splits: list[Split]) -> bool:
    """One of the splits is what is billed; a code without minutes has no unit in any of them."""
    return any({code: units for code, units in split.items() if units} == billed for split in splits)
