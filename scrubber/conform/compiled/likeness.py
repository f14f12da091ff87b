"""Patterns of whole segments, learned from segments that were accepted: one match instead of a look at each element.

A pattern is what a sample says with other values: the same elements are filled, so that the syntax notes it satisfies
stay satisfied, and each value is one that the quick check accepts. So it lets pass nothing that the quick check does
not, and like that it may be stricter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.conform.compiled.acceptance import DATE, Acceptance
from scrubber.conform.compiled.nodes import Composite, Segment
from scrubber.x12.delimiters import Delimiters

Match = Callable[[str], object]

WORTH = 12
"""Segments that would have matched before a pattern is compiled, which takes as long as looking at a hundred."""
MOST_PATTERNS = 512
MOST_COUNTED = 2_048
USED_IN_VALUES = "-."
"""What numbers and dates are written with: as a separator it would make a pattern ambiguous."""


class Likeness:
    """The patterns of one guide and one set of delimiters. None are made where separators may stand in values."""

    def __init__(self, delimiters: Delimiters, acceptance: Acceptance) -> None:
        element, component = delimiters[:2]
        self._element = element
        self._component = component
        self._acceptance = acceptance
        usable = (element, component or ":")
        self._usable = element != component and all(len(s) == 1 and not s.isalnum() for s in usable)
        self._usable = self._usable and not set(USED_IN_VALUES).intersection(usable)
        self._forms: dict[int, tuple[str, ...]] = {}
        self._counted: dict[str, int] = {}
        self._patterns: dict[str, Match] = {}

    def of(self, node: Segment, elements: list[str]) -> Match | None:
        """What matches segments like this one, which was accepted as ``node``; None while they are too few."""
        if not self._usable:
            return None
        source = self._source(node, elements)
        found = self._patterns.get(source)
        if found is not None:
            return found
        count = self._counted.get(source, 0) + 1
        if count < WORTH or len(self._patterns) >= MOST_PATTERNS:
            if len(self._counted) >= MOST_COUNTED:
                self._counted.clear()
            self._counted[source] = count
            return None
        found = self._patterns[source] = re.compile(source).fullmatch
        return found

    def _source(self, node: Segment, elements: list[str]) -> str:
        """Line ends, then element by element: nothing where the sample has nothing, else whatever is accepted there."""
        forms = self._forms.get(node.number)
        if forms is None:
            forms = self._forms[node.number] = self._acceptance.forms(node)
        literal = {0, node.key.element if node.key else 0}
        dated = node.id == "DTP"
        parts = ["[\r\n]*"]
        for number, value in enumerate(elements):
            if number:
                parts.append(re.escape(self._element))
            if not value:
                continue
            form = forms[number]
            if form and isinstance(node.elements[number - 1], Composite):
                # A form leaves out components of long code lists: a value that has one stands as it is.
                fits = re.fullmatch(form, value) is not None
                parts.append(self._composite(value, form, told=number in literal) if fits else re.escape(value))
            elif dated and number == 3:
                parts.append(DATE if len(value) == 8 else f"{DATE}-{DATE}")
            elif number in literal or not form or (dated and number == 2):
                parts.append(re.escape(value))
            else:
                parts.append(form)
        return "".join(parts)

    def _composite(self, value: str, form: str, *, told: bool) -> str:
        """A filled composite. Where its first component tells the kind of the segment, that one stays as it is."""
        element = re.escape(self._element)
        if not told:
            return f"(?=[^{element}]){form}"
        first = re.escape(value.partition(self._component)[0])
        return rf"(?={first}(?:{re.escape(self._component)}|{element}|\Z)){form}"
