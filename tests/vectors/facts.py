"""Worked examples of others, with what they rest on: minutes of a visit, and what may be billed for them.

``certainty`` says what was read in the source: verified, remembered, derived from it, or which part of it.
"""

from datetime import date
from pathlib import Path

import msgspec

HERE = Path(__file__).parent


class UnitFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes by code, units in all, and every answer (units by code) that the unit rule (cms, ama, wc) admits.

    Untimed codes are there with their own minutes and their one unit; the pool is without them.
    """

    id: str
    source: str
    certainty: str
    rule: str
    minutes: dict[str, int]
    units: int
    answers: list[dict[str, int]]
    note: str = ""


class AssistantFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes as (code, role, minutes), and every bill that may go out: lines of (code, modifiers, units)."""

    id: str
    source: str
    certainty: str
    discipline: str
    on: date
    minutes: list[tuple[str, str, int]]
    bills: list[list[tuple[str, list[str], int]]]
    note: str = ""

    def of(self, code: str) -> tuple[int, int]:
        """Minutes of a code by the therapist and by the assistant."""
        return (
            sum(minutes for each, role, minutes in self.minutes if each == code and not role.endswith("A")),
            sum(minutes for each, role, minutes in self.minutes if each == code and role.endswith("A")),
        )


UNITS = msgspec.json.decode((HERE / "eight_minute.json").read_bytes(), type=list[UnitFact])
ASSISTANTS = msgspec.json.decode((HERE / "assistants.json").read_bytes(), type=list[AssistantFact])
