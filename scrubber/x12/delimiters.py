"""The four separators of an interchange, as its ISA declares them."""

from typing import NamedTuple


class Delimiters(NamedTuple):
    """One character each; ``repetition`` is empty where ISA11 declares none (versions before 00402)."""

    element: str
    component: str
    repetition: str
    segment: str
