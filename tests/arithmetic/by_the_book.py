"""Units and assistant units as the printed rules have them: slow, plain, and sharing nothing with the product.

Every answer is found by trying all of them and keeping those that the rule's sentences allow, so that a
sentence of the rule is a line here. Minutes are whole minutes, units whole units. Sources:

- Pub 100-04 Ch.5 s.20.2 part C (units by the pooled count, ``cms``).
- The midpoint of each code alone (``ama``), and the same capped by the chart over all minutes (``wc``, Colorado
  workers' compensation as Pinnacol states it).
- 42 U.S.C. 1395m(v), 84 FR 62702-62707 and 86 FR 64996 ff. (assistant units).
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import combinations, product

Split = dict[str, int]

MODIFIERS_FROM = date(2020, 1, 1)  # claims carry CQ and CO from this date of service
EXCEPTIONS_FROM = date(2022, 1, 1)

EVALUATIONS = {"97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168"}


def charted(minutes: int) -> int:
    """Units of the chart: a first one from 8 minutes, and one more every 15 minutes after that."""
    units = 0
    while minutes >= 8 + 15 * units:
        units += 1
    return units


def splits(rule: str, minutes: Mapping[str, int]) -> list[Split]:
    """Every division of the units over the codes of one pool that the payer's rule allows, in no order that matters."""
    if rule == "cms":
        return list(_pooled(minutes))
    if rule == "ama":
        return [{code: charted(each) for code, each in minutes.items()}]
    if rule == "wc":
        return list(_capped(minutes))
    raise ValueError(rule)


def total(rule: str, minutes: Mapping[str, int]) -> int:
    """Units of the whole pool."""
    if rule == "cms":
        return charted(sum(minutes.values()))
    by_code = sum(charted(each) for each in minutes.values())
    return by_code if rule == "ama" else min(by_code, charted(sum(minutes.values())))


def _pooled(minutes: Mapping[str, int]) -> Iterator[Split]:
    """Whole quarter hours first; what is left goes one each to the codes with the most minutes left over."""
    units = total("cms", minutes)
    for tried in product(*(range(each // 15, each // 15 + 2) for each in minutes.values())):
        split = dict(zip(minutes, tried, strict=True))
        left_over = {code: each % 15 for code, each in minutes.items()}
        winners = [left_over[code] for code in minutes if split[code] > minutes[code] // 15]
        others = [left_over[code] for code in minutes if split[code] == minutes[code] // 15]
        if sum(tried) != units:
            continue
        if winners and (min(winners) == 0 or min(winners) < max(others, default=0)):
            continue
        yield split


def _capped(minutes: Mapping[str, int]) -> Iterator[Split]:
    """Each code alone; above the chart's total, the codes that were rounded up on the least minutes lose that unit."""
    alone = {code: charted(each) for code, each in minutes.items()}
    rounded_up = [code for code in minutes if alone[code] > minutes[code] // 15]
    too_many = sum(alone.values()) - total("wc", minutes)
    for losers in combinations(rounded_up, too_many):
        kept = [minutes[code] % 15 for code in rounded_up if code not in losers]
        lost = [minutes[code] % 15 for code in losers]
        if kept and lost and max(lost) > min(kept):
            continue
        yield {code: alone[code] - (code in losers) for code in minutes}


def in_part(therapist: int, assistant: int) -> set[bool]:
    """Whether the assistant's minutes are above 10 % of the service; both answers where CMS's two ways differ.

    The percentage rounded to a whole one is 11 or more; or the minutes reach a tenth of all, rounded, plus one.
    """
    minutes = therapist + assistant
    if assistant == 0:
        return {False}
    rounded_percent = math.floor(Fraction(100 * assistant, minutes) + Fraction(1, 2))
    rounded_tenth = math.floor(Fraction(minutes, 10) + Fraction(1, 2))
    return {rounded_percent >= 11, assistant >= rounded_tenth + 1}


def assistant_units(units: int, therapist: int, assistant: int, on: date) -> set[int]:
    """How many units of one 15-minute code may carry CQ or CO: one number, or all that are accepted.

    ``units``: what the code is billed, an admissible number; ``therapist`` includes joint minutes.
    """
    if on < MODIFIERS_FROM:
        return {0}
    wholly = assistant // 15
    left = units - therapist // 15 - wholly
    t, a = therapist % 15, assistant % 15
    if left == 0:
        return {wholly}
    if left == 1:
        if on >= EXCEPTIONS_FROM and t >= 8:
            return {wholly}
        return {wholly + 1 if part else wholly for part in in_part(t, a)}
    if left == 2:
        if on < EXCEPTIONS_FROM:
            return {wholly + 2 if part else wholly for part in in_part(t, a)}
        if 9 <= t <= 14 and 9 <= a <= 14 and 23 <= t + a <= 28:
            return {wholly + 1}
        return {wholly + 1, wholly + 2}
    raise ValueError(f"{units} units are no count of {therapist} and {assistant} minutes")


def under_the_exception(units: int, therapist: int, assistant: int, on: date) -> bool:
    """One unit is left, the assistant has a part of it, and the therapist alone reaches eight minutes."""
    left = units - therapist // 15 - assistant // 15
    return on >= EXCEPTIONS_FROM and left == 1 and therapist % 15 >= 8 and assistant % 15 > 0


def assistant_units_of(split: Split, minutes: Mapping[str, tuple[int, int]], on: date) -> dict[str, set[int]]:
    """The same for a pool: codes to (therapist, assistant) minutes.

    The exception speaks of one final unit; where each of two codes has one, a form with CQ or CO is accepted as well.
    """
    answers = {code: assistant_units(units, *minutes[code], on) for code, units in split.items()}
    final = [code for code, units in split.items() if under_the_exception(units, *minutes[code], on)]
    if len(final) > 1:
        for code in final:
            answers[code] = answers[code] | {minutes[code][1] // 15 + 1}
    return answers


def whole_service(code: str, therapist: int, assistant: int, on: date) -> set[int]:
    """Assistant units of an untimed service, which is one unit whatever its minutes."""
    if on < MODIFIERS_FROM or code in EVALUATIONS:
        return {0}
    return {int(part) for part in in_part(therapist, assistant)}
