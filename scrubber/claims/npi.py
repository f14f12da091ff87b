"""The check digit of a National Provider Identifier."""

from __future__ import annotations

LENGTH = 10
_PREFIX_SUM = 24
"""What the prefix 80840 of health applications adds to the sum: 8, 0 doubled, 8, 4 doubled, 0."""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_npi(text: str) -> bool:
    """Ten digits whose last is right: the Luhn sum over 80840 and the number ends in 0 (45 CFR 162.406)."""
    if len(text) != LENGTH or not text.isascii() or not text.isdigit():
        return False
    digits = [int(each) for each in text]
    return (_PREFIX_SUM + sum(digits[1::2]) + sum(_DOUBLED[each] for each in digits[::2])) % 10 == 0
