"""The checker of the guarantees can fail: each kind of damage is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from watch.real.checker import check
from watch.real.site import claims

SENT = claims(1)


def place(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """What a daemon leaves behind that sent one file and failed another."""
    for key in ("inbox", "outbox", "held", "reports", "archive", "failed"):
        (tmp_path / key).mkdir()
    place(tmp_path, "outbox/a.837", SENT)
    place(tmp_path, "archive/2026-11-22/a.837", SENT)
    place(tmp_path, "failed/b.837", b"no claims")
    place(tmp_path, "failed/b.837.why.json", b'{"sha256": null, "why": "it holds no claim"}')
    return tmp_path


DAMAGE: dict[str, Callable[[Path], object]] = {
    "is still in the inbox": lambda at: place(at, "inbox/c.837", SENT),
    "private folder": lambda at: place(at, "inbox/.scrubber-taken/job-1", SENT + b"later"),
    "a copy is left": lambda at: place(at, "archive/.scrubber-copies/job-1", SENT),
    "outbox: .* is left": lambda at: place(at, "outbox/.scrubber-job-1-corrected.tmp", SENT),
    "are lost": lambda at: (at / "failed/b.837").unlink(),
    "that nobody put in": lambda at: place(at, "archive/2026-11-22/c.837", claims(3)),
    "without its why.json": lambda at: (at / "failed/b.837.why.json").unlink(),
    "is out 2 times": lambda at: place(at, "outbox/again.837", SENT),
    "not in exactly one": lambda at: (at / "outbox/a.837").unlink(),
    "G4 outbox": lambda at: place(at, "outbox/a.837", SENT[:-30]),
    "was in no input": lambda at: place(at, "outbox/c.837", claims(3)),
    "holds no claim": lambda at: place(at, "held/c.837", b"text"),
}


def test_nothing_is_wrong_before(done: Path) -> None:
    assert check(done, [SENT, b"no claims"]) == []


@pytest.mark.parametrize("said", DAMAGE)
def test_damage_is_told(done: Path, said: str) -> None:
    DAMAGE[said](done)
    faults = check(done, [SENT, b"no claims"])
    assert any(re.search(said, fault) for fault in faults), faults


def test_a_claim_in_both_and_a_changed_original_are_told(done: Path) -> None:
    place(done, "held/a.held.837", SENT)
    assert check(done, [SENT, b"no claims"])
    (done / "held/a.held.837").unlink()
    place(done, "archive/2026-11-22/a.837", SENT.replace(b"OMAHA", b"OTHER"))
    assert check(done, [SENT, b"no claims"])
