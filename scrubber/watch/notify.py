"""Tells systemd how the daemon is, by the protocol of sd_notify(3): datagrams to the socket in NOTIFY_SOCKET."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

LONGEST_STATUS = 200
"""Characters of a status that systemd shows on one line."""


class Notify:
    """Does nothing where nobody listens. A message that cannot be sent is dropped: the watchdog notices silence."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        self._address = _address(given.get("NOTIFY_SOCKET", ""))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None
        if self._socket is not None:
            self._socket.set_inheritable(False)
            self._socket.setblocking(False)

    def ready(self) -> None:
        """The daemon works."""
        self._send("READY=1", f"MAINPID={os.getpid()}")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send("STATUS=" + " ".join(text.split())[:LONGEST_STATUS])

    def alive(self) -> None:
        """Feed the watchdog. To be called when a scan has been completed, and never otherwise."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The daemon ends when the file in hand is done."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Close the socket; what is sent afterwards goes nowhere."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendto("\n".join(lines).encode(), self._address)


def _address(text: str) -> str:
    """The socket as an address: "@" stands for the zero byte of an abstract one. Anything but these two is none."""
    if text.startswith("@"):
        return "\0" + text[1:]
    return text if text.startswith("/") else ""
