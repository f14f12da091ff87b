"""For which codes a partial pair table knows every pair, so that no row means no pair."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scrubber.tables.data_file import read_data_file


class PtpCoverage(NamedTuple):
    """The codes that a pair table is closed over.

    ``therapy`` codes are closed with one another. ``em`` (evaluation and management) codes are not; they are closed
    with the therapy codes of ``with_em`` only.
    """

    therapy: frozenset[str]
    with_em: frozenset[str]
    em: frozenset[str]

    def gap(self, a: str, b: str) -> str:
        """Which code or codes keep the pair from being known, in words; empty when no row means no pair.

        The same words for (a, b) and (b, a). A code that is foreign to the table is named alone, so that many foreign
        codes on a day make as many reasons, not one for each of their pairs.
        """
        therapy = self.therapy
        if a in therapy and b in therapy:
            return ""
        em = self.em
        if a not in therapy and a not in em:
            return a if b in therapy or b in em else min(a, b)
        if b not in therapy and b not in em:
            return b
        if a in self.with_em or b in self.with_em:
            return ""
        return " with ".join(sorted((a, b)))


def read_ptp_coverage(path: Path) -> PtpCoverage:
    """Read the codes that a pair table covers. Raises TableError where the file is missing or damaged."""
    table = read_data_file(path, ("code", "group", "with_em"))
    groups: dict[tuple[str, str], set[str]] = {("therapy", "Y"): set(), ("therapy", "N"): set(), ("em", "N"): set()}
    for n, (code, group, with_em) in enumerate(table.rows):
        if (group, with_em) not in groups:
            raise table.damaged(n, f"group {group} with_em {with_em}; expected therapy with Y or N, or em with N")
        groups[group, with_em].add(code)
    with_em_codes = groups["therapy", "Y"]
    return PtpCoverage(
        therapy=frozenset(with_em_codes | groups["therapy", "N"]),
        with_em=frozenset(with_em_codes),
        em=frozenset(groups["em", "N"]),
    )
