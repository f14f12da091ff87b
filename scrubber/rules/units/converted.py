"""Units of pooled lines that are billed in minutes (SV103 MJ): what U110 puts in their place."""

from __future__ import annotations

from typing import NamedTuple

from scrubber.findings.levels import FixLevel
from scrubber.rules.units.billing import by_code
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.assistants import assistant_units
from scrubber.visits.units import Split, admissible_splits
from scrubber.visits.visit import BilledLine, Visit


class Converted(NamedTuple):
    """Units of one line, and the highest level that a fix to them can have."""

    units: int
    level: FixLevel


def converted_units(visit: Visit) -> dict[int, Converted]:
    """Units of the pool's lines in minutes, by ``id`` of the line. A line of which nothing sure can be said is absent.

    SAFE where exactly one admissible split leaves the lines in units as they are; PERSON where the payer's rule is not
    known and both rules agree.
    """
    timed = visit.timed_lines()
    minutes = visit.timed_minutes()
    others = [billed for billed in timed if billed.line.unit != "MJ"]
    pool_is_known = minutes and not any(visit.pooled(billed.therapy) for billed in visit.without_minutes)
    if not pool_is_known or any(not billed.units for billed in others):
        return {}
    level = FixLevel.SAFE
    rule = visit.profile.unit_rule
    if rule == "ask":
        level = FixLevel.PERSON
        by_midpoint = admissible_splits("ama", minutes)
        splits = [split for split in admissible_splits("cms", minutes) if split in by_midpoint]
    else:
        splits = admissible_splits(rule, minutes)
    if not splits:
        return {}
    answers = [_lines(visit, split) for split in splits]
    agreeing = [lines for lines in answers if lines is not None]
    distinct = {tuple(sorted((key, each.units) for key, each in lines.items())) for lines in agreeing}
    if len(distinct) != 1:
        level = min(level, FixLevel.UNSAFE)
    chosen = agreeing[0] if agreeing else _lines(visit, splits[0], strict=False) or {}
    return {key: each._replace(level=min(level, each.level)) for key, each in chosen.items()}


def _lines(visit: Visit, split: Split, *, strict: bool = True) -> dict[int, Converted] | None:
    """Units of the lines in minutes by one split. None, if ``strict``, where the lines in units disagree with it."""
    timed = visit.timed_lines()
    found: dict[int, Converted] = {}
    families = dict.fromkeys(family_base(billed.line.code) for billed in timed)
    if strict and any(units and family not in families for family, units in split.items()):
        return None
    for family in families:
        for code, wanted in by_code(family, split.get(family, 0), visit).items():
            lines = [billed for billed in timed if billed.line.code == code]
            in_minutes = [billed for billed in lines if billed.line.unit == "MJ"]
            rest = wanted - sum(billed.units for billed in lines)
            if strict and (rest if not in_minutes else rest < len(in_minutes)):
                return None
            found.update(_divided(in_minutes, lines, rest, visit))
    return found


def _divided(in_minutes: list[BilledLine], lines: list[BilledLine], rest: int, visit: Visit) -> dict[int, Converted]:
    """Units of the lines of one code that are in minutes, with ``rest`` units to give them."""
    if len(in_minutes) == 1:
        return {id(in_minutes[0]): Converted(max(rest, 0), FixLevel.SAFE)}
    marked = [billed for billed in in_minutes if billed.by_assistant]
    bare = [billed for billed in in_minutes if not billed.by_assistant]
    found = visit.minutes.get(family_base(lines[0].line.code))
    if len(lines) != 2 or len(marked) != 1 or found is None:
        return {}
    options = [o for o in assistant_units(rest, found.therapist, found.assistant, visit.date) if 0 < o < rest]
    if not options:
        return {}
    level = FixLevel.SAFE if len(options) == 1 else FixLevel.UNSAFE
    return {id(marked[0]): Converted(options[0], level), id(bare[0]): Converted(rest - options[0], level)}
