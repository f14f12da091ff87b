"""Which discipline a service line belongs to, and how we know."""

from __future__ import annotations

from typing import NamedTuple

MODIFIER_OF = {"PT": "GP", "OT": "GO", "SLP": "GN"}
DISCIPLINE_OF = {modifier: discipline for discipline, modifier in MODIFIER_OF.items()}
ASSISTANT_MODIFIER_OF = {"PT": "CQ", "OT": "CO"}
ASSISTANT_MODIFIERS = frozenset(ASSISTANT_MODIFIER_OF.values())


class Told(NamedTuple):
    """A discipline (PT, OT, SLP, or empty when nothing tells) and what told it.

    ``by`` is one of modifier, code, record, taxonomy, visit, or empty.
    """

    discipline: str
    by: str


def discipline_of_taxonomy(taxonomy: str) -> str:
    """PT, OT or SLP for a therapist's or assistant's taxonomy code; empty for any other (NUCC code set)."""
    if taxonomy.startswith(("2251", "2252")):
        return "PT"
    if taxonomy.startswith(("225X", "224Z")):
        return "OT"
    if taxonomy.startswith(("235Z", "2355S")):
        return "SLP"
    return ""
