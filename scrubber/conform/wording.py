"""Messages about guide faults, in our own words and with nothing of the claim in them."""

from __future__ import annotations

import re
from typing import Any

from scrubber.findings.wording import counted
from scrubber.x12.maps import outline

SHOWN_CODES = 8
IDENTIFIER = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def usable_id(segment_id: str | None) -> str:
    """The identifier when it has the form of one, else empty: what stands there instead may be anything."""
    return segment_id if segment_id and IDENTIFIER.fullmatch(segment_id) else ""


def place(segment_id: str, element: int, component: int | None = None) -> str:
    """``SV104 (units)``, ``SV101-3 (first modifier)``; the bare reference where the outline has no name."""
    reference = f"{segment_id}{element:02d}" + (f"-{component}" if component else "")
    name = outline().element_name(reference)
    return f"{reference} ({name})" if name else reference


def loop_words(loop: Any) -> str:
    """``loop 2400 (service line)``, or the transaction, for a loop node of pyx12's map."""
    return loop_label(loop.id)


def loop_label(loop_id: str) -> str:
    """``loop 2400 (service line)`` by its identifier, or the transaction."""
    known = outline().loops.get(loop_id)
    return f"loop {known.id} ({known.name})" if known else "the transaction"


def segment_words(node: Any) -> str:
    """``DTP*472 (date)`` for a segment node of pyx12's map: the qualifier is shown where it tells segments apart."""
    qualifier = node.guess_unique_key_id_element()
    codes = [code for code in qualifier.valid_codes if code] if qualifier is not None else []
    shown = "*" + "/".join(codes) if 0 < len(codes) <= 3 else ""
    name = outline().segment_name(node.id)
    return f"{node.id}{shown}" + (f" ({name})" if name else "")


def missing(node: Any, *, opens_loop: bool) -> str:
    """A segment, or the whole loop that it starts, is not there."""
    if opens_loop:
        return f"{_capital(loop_words(node.parent))} is missing; it starts with {segment_words(node)}"
    return f"{segment_words(node)} is missing in {loop_words(node.parent)}"


def unexpected(segment_id: str) -> str:
    """A segment that may not stand where it stands."""
    if not segment_id:
        return "A segment has no valid identifier"
    name = outline().segment_name(segment_id)
    if not name:
        return f"{segment_id} is no segment of the 837P"
    return f"{segment_id} ({name}) may not stand here, or not with its qualifier"


def not_used(segment_id: str) -> str:
    """A segment at its place, which the overlay of the payer rules out."""
    name = outline().segment_name(segment_id)
    return f"{segment_id} ({name}) is not used by this payer" if name else f"{segment_id} is not used by this payer"


def too_often(node: Any) -> str:
    """A loop or segment occurs more often than the guide allows."""
    if node.is_loop():
        return f"{_capital(loop_words(node))} may occur {_times(node.get_max_repeat())}"
    return f"{segment_words(node)} may occur {_times(node.get_max_repeat())} in {loop_words(node.parent)}"


def element_message(code: str, where: str, node: Any, reason: str) -> str:
    """What is wrong with one element; ``node`` is its description in pyx12's map, ``reason`` pyx12's own sentence."""
    if code == "1":
        return f"{where} is missing"
    if code == "4":
        return f"{where} is too short: at least {counted(int(node.min_len), 'character')}"
    if code == "5":
        return f"{where} is too long: at most {counted(int(node.max_len), 'character')}"
    if code == "6":
        return f"{where} {_unfit(node, reason)}"
    if code == "7":
        return f"{where} {_wrong_code(node)}"
    if code == "8":
        return f"{where} is no valid date in its format"
    if code == "9":
        return f"{where} is no valid time (HHMM or HHMMSS)"
    if code == "I10":
        return f"{where} must be empty"
    return f"{where} does not conform to the guide"


def relation(segment_id: str, note: list[Any]) -> str:
    """Which elements go together; ``note`` is a syntax note of pyx12's map, such as P, 3, 4."""
    first, *others = [place(segment_id, int(number)) for number in note[1:]]
    rest = " and ".join(others)
    if note[0] == "P":
        return f"{first} and {rest} are filled together or not at all"
    if note[0] == "C":
        return f"{first} is filled, so {rest} must be too"
    if note[0] == "L":
        return f"{first} is filled, so {' or '.join(others)} must be too"
    if note[0] == "R":
        return f"One of {first}, {', '.join(others)} must be filled"
    return f"Only one of {first}, {', '.join(others)} may be filled"


def _unfit(node: Any, reason: str) -> str:
    if "invalid composite" in reason:
        return "is one value and may not be divided into components"
    if "control character" in reason:
        return "holds a control character"
    if "trailing spaces" in reason:
        return "must not end in a space"
    if node.data_type == "R":
        return "must be a number"
    if str(node.data_type).startswith("N"):
        return "must be a whole number"
    return "holds a character that X12 does not allow"


def _wrong_code(node: Any) -> str:
    codes = [code for code in node.valid_codes if code]
    if codes and len(codes) <= SHOWN_CODES and node.external_codes is None:
        return f"must be {' or '.join(codes)}"
    if node.rec is not None and not codes:
        return "does not have the form that the guide wants"
    return "is not in the guide's code list"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times at most"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
