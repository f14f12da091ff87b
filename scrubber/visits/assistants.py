"""How many units of a code carry the assistant's modifier (CQ, CO), from the minutes of therapist and assistant.

Sources: 42 U.S.C. 1395m(v); Pub 100-04 Ch.5 s.20.1; CY2020 PFS 84 FR 62702-62707 (the 10 % standard); CY2022 PFS 86 FR
64996 ff. (the two exceptions, from dates of service 2022-01-01).
"""

from __future__ import annotations

from datetime import date

from scrubber.visits.units import MIDPOINT, UNIT_MINUTES

REQUIRED_FROM = date(2020, 1, 1)
EXCEPTIONS_FROM = date(2022, 1, 1)


def beyond_standard(therapist: int, assistant: int) -> frozenset[bool]:
    """Whether the assistant furnished more than 10 % of a service of these minutes.

    CMS gives two ways to count, percent rounded to whole (11 or more), and a tenth of the total rounded plus one minute
    (CY2020 PFS); where they disagree both answers are returned.
    """
    total = therapist + assistant
    if not assistant:
        return frozenset({False})
    if not therapist:
        return frozenset({True})
    by_percent = assistant * 200 >= total * 21  # 10.5 % is rounded to 11
    by_minutes = assistant >= (total + 5) // 10 + 1
    return frozenset({by_percent, by_minutes})


def assistant_units(units: int, therapist: int, assistant: int, on: date) -> list[int]:
    """Acceptable counts of units with CQ or CO among ``units`` of one timed code; the rule's own answer first.

    Whole quarter hours of each go first. What is left is one unit (the therapist alone reaches 8 minutes of it: none;
    else the 10 % standard decides) or two (9 to 14 minutes each, 23 to 28 together: one; else one or both). Before 2022
    the 10 % standard decides alone, and before 2020 no claim carries CQ or CO.
    """
    if not assistant or on < REQUIRED_FROM:
        return [0]
    if not therapist:
        return [units]
    whole_t, rest_t = divmod(therapist, UNIT_MINUTES)
    whole_a, rest_a = divmod(assistant, UNIT_MINUTES)
    whole_a = min(whole_a, units)
    left = units - whole_a - whole_t
    if left <= 0:
        # No more units are billed than the quarter hours of both make: any count that neither side exceeds.
        fewest = max(0, units - whole_t)
        return list(range(fewest, whole_a + 1))
    exceptions = on >= EXCEPTIONS_FROM
    standard = beyond_standard(rest_t, rest_a)
    if left == 1:
        if exceptions and rest_t >= MIDPOINT:
            return [whole_a]
        return [whole_a + with_it for with_it in (1, 0) if bool(with_it) in standard]
    if not exceptions:
        return [whole_a + left if beyond else whole_a for beyond in (True, False) if beyond in standard]
    if left == 2 and rest_t + rest_a >= 23:  # neither is above 14, so both are 9 at least
        return [whole_a + 1]
    return [whole_a + 1, whole_a + left]
