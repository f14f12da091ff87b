"""What of each code is the assistant's by the minutes, set against the lines that carry CQ or CO."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from scrubber.rules.units.supported import Judgement, judge
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.assistants import EXCEPTIONS_FROM, REQUIRED_FROM, assistant_units, beyond_standard
from scrubber.visits.discipline import ASSISTANT_MODIFIER_OF
from scrubber.visits.minutes import CodeMinutes
from scrubber.visits.units import MIDPOINT, UNIT_MINUTES
from scrubber.visits.visit import BilledLine, Visit


class Part(NamedTuple):
    """Some units of one line: ``units`` are to change sides, fewer than the line bills."""

    billed: BilledLine
    units: int


class AssistantShare(NamedTuple):
    """One code family of a visit whose lines do not carry CQ/CO as the minutes ask.

    ``missing`` are whole lines that lack it, ``needless`` whole lines that should not have it; ``divided`` is a line
    of which only some units are the assistant's (``units`` of the Part are the assistant's). Of what is missing
    ``certain`` is False where the rules leave a choice; ``doubtful`` where the therapist has eight minutes of a unit
    that is left beside another.
    """

    found: CodeMinutes
    missing: tuple[BilledLine, ...] = ()
    needless: tuple[BilledLine, ...] = ()
    divided: Part | None = None
    certain: bool = True
    doubtful: bool = False
    unknown: tuple[BilledLine, ...] = ()
    """Its lines, where both furnished it and minutes of one of them are not written down: nothing can be said of them.
    """


# Three rules and the facts ask the same of a visit; a visit is settled when they do, and compares by identity.
@lru_cache(maxsize=64)
def assistant_shares(visit: Visit) -> tuple[AssistantShare, ...]:
    """Families of the visit where CQ/CO is missing, needless, or on the wrong number of units."""
    if (
        visit.discipline not in ASSISTANT_MODIFIER_OF
        or not visit.profile.assistant_modifiers
        or visit.date < REQUIRED_FROM
    ):
        return ()
    families: dict[str, list[BilledLine]] = {}
    for billed in visit.lines:
        if billed.therapy.assistant:
            families.setdefault(family_base(billed.line.code), []).append(billed)
    shares = []
    for family, lines in families.items():
        found = visit.minutes.get(family)
        if found is not None and found.sides:
            share = _share(lines, found, visit)
            if share is not None:
                shares.append(share)
    return tuple(shares)


def _share(lines: list[BilledLine], found: CodeMinutes, visit: Visit) -> AssistantShare | None:
    bare: list[BilledLine] = []
    marked: list[BilledLine] = []
    for billed in lines:
        (marked if billed.by_assistant else bare).append(billed)
    sides = found.sides
    if found.unmeasured and len(sides) > 1:
        return AssistantShare(found, unknown=tuple(lines))
    if "assistant" not in sides:
        return AssistantShare(found, needless=tuple(marked)) if marked else None
    if "therapist" not in sides:
        return AssistantShare(found, missing=tuple(bare)) if bare else None
    if not visit.pooled(lines[0].therapy):
        if lines[0].therapy.timed:
            return None
        beyond = beyond_standard(found.therapist, found.assistant)
        if beyond == {True} and bare:
            return AssistantShare(found, missing=tuple(bare))
        return AssistantShare(found, needless=tuple(marked)) if beyond == {False} and marked else None
    return _timed_share(bare, marked, found, visit)


def _timed_share(
    bare: list[BilledLine], marked: list[BilledLine], found: CodeMinutes, visit: Visit
) -> AssistantShare | None:
    judged = judge(visit)
    if judged.unknown or judged.above or not (judged.below or _admissible(visit, judged)):
        return None  # the units come first: how many are the assistant's follows from how many there are
    units = sum(billed.units for billed in (*bare, *marked))
    with_it = sum(billed.units for billed in marked)
    options = assistant_units(units, found.therapist, found.assistant, visit.date)
    if with_it in options or (with_it == options[0] + 1 and _shared_exception(found, visit)):
        return None
    certain = len(options) == 1
    if with_it < min(options):
        whole, part = _taken(bare, min(options) - with_it)
        left = units - found.therapist // UNIT_MINUTES - found.assistant // UNIT_MINUTES
        doubtful = not certain and left == 2 and found.therapist % UNIT_MINUTES >= MIDPOINT
        return AssistantShare(found, missing=whole, divided=part, certain=certain, doubtful=doubtful)
    whole, part = _taken(marked, with_it - max(options))
    divided = None if part is None else Part(part.billed, part.billed.units - part.units)
    return AssistantShare(found, needless=whole, divided=divided)


def _admissible(visit: Visit, judged: Judgement) -> bool:
    """The billed units are one of the splits that the minutes admit; a total alone admits any."""
    if not judged.splits:
        return True
    billed = visit.billed_units()
    return any(all(billed.get(code, 0) == units for code, units in split.items()) for split in judged.splits)


def _taken(lines: list[BilledLine], wanted: int) -> tuple[tuple[BilledLine, ...], Part | None]:
    """Whole lines that make up the wanted units, and part of one where they do not; the last lines first."""
    exact = next((billed for billed in reversed(lines) if billed.units == wanted), None)
    if exact is not None:
        return (exact,), None
    whole: list[BilledLine] = []
    for billed in reversed(lines):
        if wanted <= 0:
            break
        if billed.units > wanted:
            return tuple(reversed(whole)), Part(billed, wanted)
        whole.append(billed)
        wanted -= billed.units
    return tuple(reversed(whole)), None


def _shared_exception(found: CodeMinutes, visit: Visit) -> bool:
    """One unit is left on this code and one on another, and the therapist alone reaches eight minutes of each.

    The text of the exception gives no modifier on either; that one of the two carries it is accepted.
    """
    billed = visit.billed_units()

    def left_to_therapist(code: str, each: CodeMinutes) -> bool:
        left = billed.get(code, 0) - each.therapist // UNIT_MINUTES - each.assistant // UNIT_MINUTES
        return left == 1 and each.therapist % UNIT_MINUTES >= MIDPOINT and each.assistant % UNIT_MINUTES > 0

    final = [each for code, each in visit.minutes.items() if left_to_therapist(code, each)]
    return visit.date >= EXCEPTIONS_FROM and len(final) > 1 and any(each is found for each in final)
