"""Stops everything at one chosen call by which the daemon changes the disk or the state, as a kill would."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from scrubber.watch import disk
from scrubber.watch.state import State


class Killed(BaseException):
    """Nothing may catch it: after a kill, nothing runs."""


class Kills:
    """Counts the calls; the one with number ``at`` (from 0) does not happen, and none after it.

    With ``torn``, a write that is killed has written half of its bytes.
    """

    CHANGING = ("write", "pwrite", "fsync", "rename", "replace", "unlink", "rmdir", "mkdir", "ftruncate")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int | None = None, *, torn: bool = False) -> None:
        self.calls: list[str] = []
        self._at = at
        self._torn = torn
        monkeypatch.setattr(disk, "os", _Os(self))
        monkeypatch.setattr(disk, "_rename_exclusive", self._watch("rename", disk._rename_exclusive))
        monkeypatch.setattr(State, "_commit", self._watch("commit", State._commit))

    @property
    def happened(self) -> bool:
        return self._at is not None and len(self.calls) > self._at

    def of_os(self, name: str) -> Any:
        call = getattr(os, name)
        if name == "open":
            return self._open
        return self._watch(name, call) if name in self.CHANGING else call

    def _watch(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            self.calls.append(name)
            if self.happened:
                if self._torn and name in ("write", "pwrite") and len(self.calls) == (self._at or 0) + 1:
                    handle, data, *rest = arguments
                    call(handle, bytes(data)[: len(data) // 2], *rest)
                raise Killed(name)
            return call(*arguments)

        return watched

    def _open(self, path: Any, flags: int, *mode: int) -> int:
        return int(self._watch("create", os.open)(path, flags, *mode)) if flags & os.O_CREAT else os.open(path, flags)


class _Os:
    """Stands in for ``os`` in the module disk."""

    def __init__(self, kills: Kills) -> None:
        self._kills = kills

    def __getattr__(self, name: str) -> Any:
        return self._kills.of_os(name)
