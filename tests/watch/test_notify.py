"""sd_notify over a real socket: by path and abstract, and never in the way."""

import os
import socket
import sys
from contextlib import contextmanager

import pytest

from scrubber.watch.notify import LONGEST_STATUS, Notify


@pytest.fixture
def listener(tmp_path):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(path)
        listening.settimeout(5)
        yield path, listening


@contextmanager
def notifying(address):
    notify = Notify({"NOTIFY_SOCKET": address} if address else {})
    yield notify
    notify.close()


def said(listening):
    return listening.recv(4096).decode().split("\n")


def test_what_systemd_is_told(listener):
    path, listening = listener
    with notifying(path) as notify:
        notify.ready()
        assert said(listening) == ["READY=1", f"MAINPID={os.getpid()}"]
        notify.alive()
        assert said(listening) == ["WATCHDOG=1"]
        notify.status("12 waiting,\n1 in hand")
        assert said(listening) == ["STATUS=12 waiting, 1 in hand"]
        notify.status("x" * 1000)
        assert said(listening) == ["STATUS=" + "x" * LONGEST_STATUS]
        notify.stopping()
        assert said(listening) == ["STOPPING=1"]


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's own")
def test_an_abstract_socket():
    name = f"scrubber-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        listening.settimeout(5)
        with notifying("@" + name) as notify:
            notify.alive()
            assert said(listening) == ["WATCHDOG=1"]


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1234"])
def test_nobody_listens(address):
    with notifying(address) as notify:
        notify.ready()
    notify.stopping()


def test_a_listener_that_went_away_or_reads_nothing_does_not_stop_the_daemon(listener):
    path, listening = listener
    with notifying(path) as notify:
        for _ in range(5000):  # more than its queue takes
            notify.status("x" * 200)
        listening.close()
        notify.alive()
