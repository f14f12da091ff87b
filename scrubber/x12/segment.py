"""One segment: its elements, and the byte span of any of them."""

import msgspec

from scrubber.x12.span import Span


class Segment(msgspec.Struct, eq=False, gc=False):
    """A segment as read. Element numbers are the guide's: ``value(2)`` of an SV1 is SV102.

    ``at`` is the offset of the first character of the segment identifier; ``elements[0]`` is that identifier. Elements
    that are not there read as empty text. Nothing is stripped: what the bytes say is what is compared. Two segments
    are the same only where they are one object. (A Struct is made in a third of the time of a class.)
    """

    at: int
    elements: list[str]
    component: str

    @property
    def id(self) -> str:
        """The segment identifier, such as SV1."""
        return self.elements[0]

    def value(self, element: int, part: int = 0) -> str:
        """Element by its number in the guide; with ``part``, one component of a composite (SV101-2 is ``value(1,
        2)``)."""
        text = self.elements[element] if element < len(self.elements) else ""
        if not part or not text:
            return text
        parts = text.split(self.component)
        return parts[part - 1] if part <= len(parts) else ""

    def parts(self, element: int) -> list[str]:
        """All components of a composite element; empty list when the element is not there."""
        text = self.value(element)
        return text.split(self.component) if text else []

    def span(self, element: int, part: int = 0) -> Span:
        """Where the element (or one component) stands. Empty span at the end of the segment when it is not there.

        Raises IndexError for a component that the composite does not have: there is no place to name.
        """
        if element >= len(self.elements):
            return Span(self.end, self.end)
        start = self.at + sum(len(text) + 1 for text in self.elements[:element])
        text = self.elements[element]
        if not part:
            return Span(start, start + len(text))
        parts = text.split(self.component)
        start += sum(len(piece) + 1 for piece in parts[: part - 1])
        return Span(start, start + len(parts[part - 1]))

    @property
    def end(self) -> int:
        """Offset just behind the last element: where the segment terminator stands."""
        return self.at + sum(map(len, self.elements)) + len(self.elements) - 1

    def __repr__(self) -> str:
        return f"Segment({self.elements[0]!r} at {self.at})"
