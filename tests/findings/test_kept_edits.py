"""Edits that are kept, packed where there are many."""

import pytest

from scrubber.findings import kept_edits
from scrubber.findings.finding import Evidence
from scrubber.findings.journal import CORRECTED, DERIVED, JournalEdit
from scrubber.findings.kept_edits import KeptEdits


@pytest.mark.parametrize("count", [0, 3, 4, 9, 10, 25])
def test_the_edits_come_back_in_order(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(kept_edits, "UNPACKED", 3)
    monkeypatch.setattr(kept_edits, "_BLOCK", 6)
    edits = [
        JournalEdit(CORRECTED, at, at + 1, "\xe9", DERIVED, ("E502",), "why", (Evidence("source", "text"),), at or None)
        for at in range(count)
    ]
    kept = KeptEdits(edits)
    assert list(kept) == list(kept) == edits
