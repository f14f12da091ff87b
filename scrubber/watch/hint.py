"""A hint that something happened in the inbox: it only shortens the daemon's sleep.

Needs the extra ``claim-scrubber[watch]`` (watchfiles). Without it, on a mount that sends no events, or after the thread
has died, the daemon looks as often as ``scan-seconds`` says and loses nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

from scrubber.watch.companions import DONE, is_input


class Hint:
    """Sets ``event`` when an input appears in ``inbox`` or changes. The daemon clears it before each scan."""

    def __init__(self, inbox: Path, event: Event) -> None:
        self._inbox = inbox
        self.event = event
        self._stop = Event()
        self._thread: Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether hints can still come."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Begin to listen, also again after the thread has died; False where watchfiles is not installed."""
        if self.is_alive:
            return True
        try:
            import watchfiles  # noqa: F401
        except ImportError:
            return False
        self._thread = Thread(target=self._listen, name="inbox-hint", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """Stop listening. Waits a second at most: the thread dies with the process."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _listen(self) -> None:
        from watchfiles import Change, watch

        try:
            for changes in watch(
                self._inbox,
                stop_event=self._stop,
                recursive=False,
                step=50,
                debounce=200,
                raise_interrupt=False,
                rust_timeout=500,
                yield_on_timeout=False,
                watch_filter=None,
            ):
                if any(kind != Change.deleted and _matters(os.fsencode(Path(path).name)) for kind, path in changes):
                    self.event.set()
        except Exception:  # noqa: BLE001 - the inbox is gone, or no more watches are to be had: scanning goes on
            return


def _matters(name: bytes) -> bool:
    """Not what the daemon itself does to its private folder."""
    return is_input(name) or name.lower().endswith(DONE)
