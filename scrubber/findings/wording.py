"""Words that findings, what they rest on and what shows them share."""

from __future__ import annotations


def counted(count: int, noun: str, several: str = "") -> str:
    """``1 unit``, ``20,000 units``; ``several`` where the plural is no mere s."""
    return f"{count:,} {noun if count == 1 else several or f'{noun}s'}"
