"""The hint shortens the sleep and does nothing else: without it, and when it dies, nothing is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from scrubber.watch.hint import Hint


@pytest.fixture
def hint(tmp_path: Path) -> Iterator[Hint]:
    (tmp_path / "inbox").mkdir()
    made = Hint(tmp_path / "inbox", Event())
    yield made
    made.close()
    assert not made.is_alive


def comes_true(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Ask again and again, for so long at most."""
    pause = Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        pause.wait(0.02)
    return condition()


def test_a_new_file_sets_the_event(hint: Hint, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra claim-scrubber[watch] is not installed")
    assert hint.start()
    assert hint.start()  # a second time does nothing

    def put_and_look() -> bool:
        """The thread may not listen yet: put again until it does."""
        (tmp_path / "inbox" / "a.837").write_bytes(b"ISA")
        return hint.event.is_set()

    assert comes_true(put_and_look)


def test_its_death_is_harmless_and_it_starts_again(hint: Hint, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra claim-scrubber[watch] is not installed")
    inbox = tmp_path / "inbox"
    inbox.rmdir()
    assert hint.start()
    assert comes_true(lambda: not hint.is_alive)  # there is nothing to listen to
    assert not hint.event.is_set()
    inbox.mkdir()
    assert hint.start()
    assert hint.is_alive


def test_without_the_library_there_is_no_hint(hint: Hint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert not hint.start()
    assert not hint.is_alive
