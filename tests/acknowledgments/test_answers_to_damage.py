"""Whatever is in a claim, what answers it is a file that others can load."""

from random import Random

import pytest
from acknowledgments.conftest import GOLDEN, scrubbed
from acknowledgments.test_acknowledge import answers, check

SEEDS = 40
VALUES = (
    "", "X" * 90, "a:b", "\xe9t\xe9", "^", "`x", "  ", " A", "A ", "1e5", "-3", "9" * 30, "\x07", "~", "X", "99",
    "2026-01-01", "0", ".5", "1.234",
)  # fmt: skip
"""Values that an answer could not repeat as they are, among others."""
SOURCE = (GOLDEN / "one-held-among-clean" / "in.837").read_text(encoding="ascii")


def damaged(seed: int) -> bytes:
    """A file with up to six wrong elements, components, or segments that are missing or there twice."""
    random = Random(seed)
    segments = SOURCE.split("~\n")
    for _ in range(random.randint(1, 6)):
        place = random.randrange(3, len(segments) - 3)
        elements = segments[place].split("*")
        kind = random.random()
        if kind < 0.1:
            del segments[place]
        elif kind < 0.2:
            segments.insert(place, segments[place])
        else:
            number = random.randrange(1, len(elements))
            parts = elements[number].split(":")
            parts[random.randrange(len(parts))] = random.choice(VALUES)
            elements[number] = ":".join(parts)
            segments[place] = "*".join(elements)
    return "~\n".join(segments).encode("latin-1")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_damaged_file_is_answered(seed: int) -> None:
    made = scrubbed(damaged(seed))
    check(made, answers(made))


def test_a_value_that_separates_is_not_repeated() -> None:
    source = SOURCE.replace("CLM*", "CLM*A:\xe9^", 1).encode("latin-1")
    made = scrubbed(source)
    given = answers(made)
    check(made, given)
    assert b"TRN*2*A????" not in given["277ca"]
    assert b"TRN*2*A???" in given["277ca"]
