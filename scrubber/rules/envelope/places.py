"""Locations of envelope parts."""

from __future__ import annotations

from scrubber.claims.outline import Group, Interchange, Transaction
from scrubber.findings.finding import Location


def of_interchange(part: Interchange, element: str, byte: int, segment: int) -> Location:
    """A place in the envelope of an interchange."""
    return Location(element=element, segment=segment, byte=byte, interchange=part.ordinal + 1)


def of_group(part: Group, element: str, byte: int, segment: int) -> Location:
    """A place in the envelope of a group."""
    place = part.interchange.ordinal + 1
    return Location(element=element, segment=segment, byte=byte, interchange=place, group=part.ordinal + 1)


def of_transaction(part: Transaction, element: str, byte: int, segment: int) -> Location:
    """A place in a transaction, outside its claims."""
    return Location(
        element=element,
        segment=segment,
        byte=byte,
        interchange=part.group.interchange.ordinal + 1,
        group=part.group.ordinal + 1,
        transaction=part.ordinal + 1,
    )
