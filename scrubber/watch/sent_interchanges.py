"""Interchanges that the daemon sent, known by salted keys and hashes: no control number stands in the state."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from scrubber.claims.outline import InterchangeNumber
from scrubber.outcome import FileOutcome
from scrubber.watch.state import State


class SentInterchanges:
    """What the state remembers of earlier files, read only. It is the daemon that adds to it, when a file is sent."""

    def __init__(self, state: Path) -> None:
        """Raises OutputError when the state cannot be opened."""
        self._state = State(state, read_only=True)
        self._salt = self._state.salt()

    def hashes(self, number: InterchangeNumber) -> frozenset[str]:
        """The hex sha256 of each interchange of this number that went out. Raises sqlite3.Error."""
        return frozenset(digest for digest, _ in self._state.interchanges_of(self.key(number)))

    def key(self, number: InterchangeNumber) -> str:
        """What stands for the number in the state."""
        return hmac.digest(self._salt, "\0".join(number).encode("utf-8"), "sha256").hex()

    def outgoing(self, result: FileOutcome) -> tuple[tuple[str, str], ...]:
        """(key, sha256) of each interchange of which something goes out."""
        return tuple(
            (self.key(number), hashlib.sha256(result.source[start:end].strip()).hexdigest())
            for number, start, end in result.outgoing
        )
