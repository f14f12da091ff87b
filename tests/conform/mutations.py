"""Ways to damage a transaction: for every segment of the map, and for every element and component of it.

Operators on values are applied to all elements of a segment at once, since faults of values do not hide one another;
the element that tells what a segment is is damaged on its own, since that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from conform.map_specimens import Specimen

from scrubber.conform.compiled.nodes import Composite, Element, Segment

ENVELOPE = ("ST", "SE")
Touched = tuple[int, int | None]


class Mutant(NamedTuple):
    """A damaged transaction. ``touched`` are the elements and components of ``node`` that the operator changed."""

    operator: str
    node: Segment
    touched: tuple[Touched, ...]
    texts: list[str]


def longer(element: Element, value: str) -> str | None:
    """One character too many."""
    if element.max_len > 300:
        return value + "X" * element.max_len
    return (value * element.max_len)[: element.max_len + 1]


def shorter(element: Element, value: str) -> str | None:
    """One character too few."""
    return value[: element.min_len - 1] if element.min_len > 1 else None


def unlisted(element: Element, value: str) -> str | None:
    """Of the right length, but no code, no number, no date."""
    return ("Q7" * element.max_len)[: max(element.min_len, 1)] if len(value) else None


def impossible(element: Element, value: str) -> str | None:
    """A date or time that does not exist; elsewhere a number with two points."""
    if value.startswith("2026"):
        return "20260230"
    return "2561" if element.data_type == "TM" else "1..1"


def small(element: Element, value: str) -> str | None:
    """Lower case."""
    return value.lower() if value.lower() != value else None


def high(element: Element, value: str) -> str | None:
    """A character of no X12 character set."""
    return value[:-1] + "\xe9"


def control(element: Element, value: str) -> str | None:
    """A control character."""
    return value[:-1] + "\x07"


def spaced(element: Element, value: str) -> str | None:
    """A space behind it."""
    return value + " "


def negative(element: Element, value: str) -> str | None:
    """A sign in front."""
    return "-" + value


VALUES: tuple[Callable[[Element, str], str | None], ...] = (
    longer, shorter, unlisted, impossible, small, high, control, spaced, negative,
)  # fmt: skip


def mutants(specimen: Specimen) -> Iterator[Mutant]:
    """All of one segment of the map."""
    for change in VALUES:
        yield from _values(specimen, change)
    yield from _emptied(specimen)
    yield from _filled(specimen)
    yield from _divided(specimen)
    if specimen.node.id not in ENVELOPE:
        yield from _segments(specimen)


def leaves(node: Segment) -> Iterator[tuple[Element, Touched]]:
    """Every element and component that is described, with its place."""
    for described in node.elements:
        if isinstance(described, Composite):
            for child in described.children:
                yield child, (described.number, child.component)
        else:
            yield described, (described.number, None)


def value_at(elements: list[str], place: Touched) -> str:
    """The value of an element or component; empty when it is not there."""
    number, component = place
    value = elements[number] if number < len(elements) else ""
    if component is None:
        return value
    parts = value.split(":")
    return parts[component - 1] if component <= len(parts) else ""


def put(elements: list[str], place: Touched, value: str) -> list[str]:
    """The elements with one value changed; trailing empty ones are cut off, so that they are not what is wrong."""
    number, component = place
    changed = elements + [""] * (number + 1 - len(elements))
    if component is None:
        changed[number] = value
    else:
        parts = changed[number].split(":")
        parts += [""] * (component - len(parts))
        parts[component - 1] = value
        changed[number] = ":".join(parts).rstrip(":")
    while len(changed) > 1 and not changed[-1]:
        changed.pop()
    return changed


def _told_by(node: Segment) -> Touched | None:
    return None if node.key is None else (node.key.element, node.key.component or None)


def _with(specimen: Specimen, elements: list[str], operator: str, touched: list[Touched]) -> Mutant:
    texts = specimen.texts()
    texts[specimen.at] = "*".join(elements)
    return Mutant(operator, specimen.node, tuple(touched), texts)


def _values(specimen: Specimen, change: Callable[[Element, str], str | None]) -> Iterator[Mutant]:
    original = specimen.segments[specimen.at]
    key = _told_by(specimen.node)
    elements, touched = original, []
    for element, place in leaves(specimen.node):
        value = value_at(original, place)
        damaged = change(element, value) if value else None
        if damaged is None or damaged == value:
            continue
        if place == key:
            yield _with(specimen, put(original, place, damaged), change.__name__, [place])
        else:
            elements = put(elements, place, damaged)
            touched.append(place)
    if touched:
        yield _with(specimen, elements, change.__name__, touched)


def _emptied(specimen: Specimen) -> Iterator[Mutant]:
    """One by one: an element that is gone is what relations between elements are about."""
    original = specimen.segments[specimen.at]
    for _, place in leaves(specimen.node):
        if value_at(original, place):
            yield _with(specimen, put(original, place, ""), "emptied", [place])
    for described in specimen.node.elements:
        place = (described.number, None)
        if isinstance(described, Composite) and value_at(original, place):
            yield _with(specimen, put(original, place, ""), "emptied", [place])


def _filled(specimen: Specimen) -> Iterator[Mutant]:
    """What was left empty is filled, the unused included, all but those at the end one by one."""
    original = specimen.segments[specimen.at]
    elements, touched = original, []
    for element, place in leaves(specimen.node):
        if not value_at(original, place):
            elements = put(elements, place, "X" * max(element.min_len, 1))
            touched.append(place)
    if touched:
        yield _with(specimen, elements, "filled", touched)


def _divided(specimen: Specimen) -> Iterator[Mutant]:
    """Components where one value belongs."""
    original = specimen.segments[specimen.at]
    key = _told_by(specimen.node)
    elements, touched = original, []
    for described in specimen.node.elements:
        place = (described.number, None)
        if isinstance(described, Element) and value_at(original, place):
            if place == key:
                yield _with(specimen, put(original, place, original[described.number] + ":1"), "divided", [place])
                continue
            elements = put(elements, place, elements[described.number] + ":1")
            touched.append(place)
    if touched:
        yield _with(specimen, elements, "divided", touched)


def _segments(specimen: Specimen) -> Iterator[Mutant]:
    """The segment as a whole."""
    texts, at, node = specimen.texts(), specimen.at, specimen.node
    text = texts[at]
    extra = "*".join((text, *[""] * (len(node.elements) - text.count("*")), "X"))
    most = node.parent.repeat if node.opens else node.repeat
    ways = {
        "deleted": [],
        "trailing separator": [text + "*"],
        "too many elements": [extra],
        "without data": [node.id],
        "only separators": [node.id + "*" * len(node.elements)],
        "unknown": ["ZZZ*1"],
        "lower case": [text.lower()],
        "leading space": [" " + text],
        "misplaced behind it": [text, "SBR*P*18*******MB"],
        "misplaced before it": ["DTP*472*D8*20260302", text],
        "repeated": [text] * ((most if most < 200 else 2) + 1),
    }
    for operator, instead in ways.items():
        yield Mutant(operator, node, (), [*texts[:at], *instead, *texts[at + 1 :]])
    if at + 1 < len(texts) - 1:
        yield Mutant("swapped", node, (), [*texts[:at], texts[at + 1], text, *texts[at + 2 :]])


PIECES = ("*", ":", "^", " ", "-", "\r\n", "\t", "**", "::", "LX*1", "HL", "RD8", "\xe9", "\x00", "\xa0", "1", "", "0",
          "a", "Z", ".", "19500203", "HC", "+")  # fmt: skip


def damaged_at_random(chosen: Random, made: Sequence[Specimen]) -> list[str]:
    """The segments of a transaction with one to three changes anywhere between its ST and SE."""
    texts = chosen.choice(made).texts()
    for _ in range(chosen.choice((1, 1, 1, 2, 3))):
        place = chosen.randrange(1, len(texts) - 1)
        text = texts[place]
        way = chosen.random()
        if way < 0.8:
            start = chosen.randrange(len(text) + 1)
            texts[place] = text[:start] + chosen.choice(PIECES) + text[start + chosen.choice((0, 0, 1, 1, 2, 5)) :]
        elif way < 0.9:
            texts.insert(place, chosen.choice(chosen.choice(made).texts()[1:-1]))
        elif len(texts) > 5:
            del texts[place]
    return texts
