"""G5 with a real daemon: what is stuck is a metric, a log line and a row; systemd hears it; no name gets out."""

import json
import shutil
import socket
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families
from watch.real.site import Site, claims, records, wait_until


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Systemd:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.heard = []

    def hears(self, word):
        """Whether a message came that begins so; what came before it is forgotten."""
        while True:
            try:
                self.heard += self.socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                break
        for at, line in enumerate(self.heard):
            if line.startswith(word):
                del self.heard[: at + 1]
                return True
        return False

    def listen(self):
        """Throw away what was said until now."""
        self.hears("nothing begins like this")
        self.heard.clear()


@pytest.fixture
def systemd(tmp_path):
    systemd = Systemd(tmp_path)
    yield systemd
    systemd.socket.close()


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def metric(port, name, **labels):
    for family in text_string_to_metric_families(get(port, "/metrics")[1]):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return None


def test_a_stuck_input_is_a_metric_a_log_line_and_a_row(tmp_path, port):
    site = Site(tmp_path / "site", stuck_minutes=0.005, metrics_port=port)
    site.put("QUILLFEATHER.837", claims(1)[:-15])
    site.put("whole.837", claims(2))
    site.put("whole.csv", records(2))
    with site.running() as daemon:
        wait_until(lambda: metric(port, "scrubber_stuck_inputs") == 1, "the metric of a stuck input")
        wait_until(lambda: metric(port, "scrubber_files_total", kind="records", outcome="used") == 1, "the other file")
        assert metric(port, "scrubber_alarms_total", kind="stuck") >= 1
        wait_until(lambda: site.run("status").returncode == 1, "the status, which counts whole seconds")
        done = site.run("status")
        assert "QUILLFEATHER.837" in done.stdout
        assert "STUCK; its last interchange has no IEA" in done.stdout
        assert get(port, "/readyz") == (200, "ok\n")
        shown = get(port, "/metrics")[1]
    lines = [json.loads(line) for line in daemon.said.splitlines()]
    assert any(line["event"] == "alarm" and line["alarm"] == "stuck" and line["job"] for line in lines)
    for secret in ("QUILLFEATHER", "whole", "PCN", "000000202", "withheld"):
        assert secret not in daemon.said
        assert secret not in shown


def test_systemd_is_told_and_the_watchdog_starves_without_the_inbox(tmp_path, systemd, port):
    site = Site(tmp_path / "site", metrics_port=port)
    with site.running(environment={"NOTIFY_SOCKET": systemd.path}):
        wait_until(lambda: systemd.hears("READY=1"), "READY")
        for _ in range(3):
            wait_until(lambda: systemd.hears("WATCHDOG=1"), "WATCHDOG after each scan")
        wait_until(lambda: systemd.hears("STATUS=0 waiting"), "STATUS")

        shutil.rmtree(site.of("inbox"))
        wait_until(lambda: metric(port, "scrubber_alarms_total", kind="inbox") == 1, "the alarm of the inbox")
        systemd.listen()
        last = metric(port, "scrubber_last_scan_timestamp_seconds")
        assert site.run("status").returncode == 1  # takes longer than several scans
        assert not systemd.hears("WATCHDOG=1")
        assert metric(port, "scrubber_last_scan_timestamp_seconds") == last

        site.of("inbox").mkdir()
        wait_until(lambda: systemd.hears("WATCHDOG=1"), "WATCHDOG when the inbox is back")
        site.put("claims.837", claims(1))
        site.wait_for(1)
        systemd.listen()
    wait_until(lambda: systemd.hears("STOPPING=1"), "STOPPING")
    assert site.run("reconcile").returncode == 0


def test_a_port_that_is_taken_is_said_and_nothing_begins(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site = Site(tmp_path / "site", metrics_port=taken.getsockname()[1])
        daemon = site.start()
        assert daemon.end() == 2
        assert "metrics-port" in daemon.said
        assert site.once() == 0  # it opens no port
