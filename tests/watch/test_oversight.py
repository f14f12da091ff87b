"""What the daemon tells the world: real HTTP, a real state, a real notify socket; only the clock is a fake."""

import io
import json
import re
import socket
import threading
import urllib.error
import urllib.request

import msgspec
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from watch.fake_clock import FakeClock

from scrubber import log
from scrubber.errors import OutputError
from scrubber.settings.built_in import BUILT_IN
from scrubber.settings.settings import Settings, Watch
from scrubber.watch.clock import stamp
from scrubber.watch.health import Answers, Health
from scrubber.watch.job import Job, JobState
from scrubber.watch.notify import Notify
from scrubber.watch.oversight import WRITE_SECONDS, Oversight
from scrubber.watch.scan import CHANGING, Entry, Scan, Waiting
from scrubber.watch.state import State

NAME = b"QUILLFEATHER-claims.837"


class Site:
    def __init__(self, folder, **watch):
        self.watch = Watch(
            state=folder / "watch.db", inbox=folder, metrics_file=folder / "m.prom", metrics_port=0, **watch
        )
        self.clock = FakeClock()
        self.state = State(self.watch.state)
        self.log = io.StringIO()
        log.set_up(self.log)
        self.socket_path = str(folder / "notify")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listener.bind(self.socket_path)
        self.listener.setblocking(False)
        self.oversight = self.start()

    def start(self):
        settings = Settings(payers=tuple(BUILT_IN.values()), watch=self.watch)
        return Oversight(settings, self.clock, self.state, notify=Notify({"NOTIFY_SOCKET": self.socket_path}))

    @property
    def port(self):
        return self.oversight.health.port

    def notified(self):
        said = []
        while True:
            try:
                said += self.listener.recv(4096).decode().split("\n")
            except BlockingIOError:
                return said

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        return samples(self.get("/metrics")[1])

    def logged(self):
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def add(self, job, **more):
        base = Job(id=job, kind="claims", name=NAME, state=JobState.ARCHIVED, seen_at=stamp(self.clock.now()))
        made = msgspec.structs.replace(base, **more)
        with self.state.transaction() as connection:
            self.state.add(connection, made)
        return made


def samples(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.oversight.close()
    site.state.close()
    site.listener.close()
    structlog.reset_defaults()


def waiting(seconds, name=NAME):
    return Waiting(Entry(name, True, 1, 1, 10, 0, 0), CHANGING, seconds, seconds)


def job_id(number):
    return f"job-{number:016x}"


def test_scans_are_counted_and_feed_the_watchdog(site):
    assert site.notified() == []
    site.oversight.scan_finished(Scan((), 0.002, 3), [waiting(40.0), waiting(5.0)])

    said = site.notified()
    assert said[0] == "READY=1"
    assert "WATCHDOG=1" in said
    assert said[-1] == "STATUS=2 waiting, 0 in hand, 0 stuck"
    got = site.metrics()
    assert got["scrubber_waiting_inputs",] == 2
    assert got["scrubber_oldest_waiting_seconds",] == 40.0
    assert got["scrubber_ignored_entries",] == 3
    assert got["scrubber_scan_seconds_count",] == 1
    assert got["scrubber_last_scan_timestamp_seconds",] == site.clock.now().timestamp()

    site.oversight.scan_finished(Scan((), 0.002, 0), [])
    assert [word for word in site.notified() if not word.startswith("STATUS")] == ["WATCHDOG=1"]


def test_without_a_completed_scan_the_watchdog_starves(site):
    job = site.add(job_id(1), outcome="sent", state=JobState.ARCHIVED)
    site.oversight.file_done(job)
    site.oversight.alarm("failed", job)
    site.oversight.intake("ENOSPC in outbox")
    assert "WATCHDOG=1" not in site.notified()


def test_ends_and_claims_are_counted_by_outcome(site):
    begun = stamp(site.clock.now())
    site.clock.forward(3)
    job = site.add(job_id(1), outcome="part", claims=3, claims_sent=2, claims_held=1, claimed_at=begun,
                   done_at=stamp(site.clock.now()))  # fmt: skip
    used = site.add(job_id(2), kind="records", outcome="used", for_job=job.id, done_at=stamp(site.clock.now()))
    site.oversight.file_done(job)
    site.oversight.file_done(used)

    got = site.metrics()
    assert got["scrubber_files_total", "claims", "part"] == 1
    assert got["scrubber_files_total", "claims", "failed"] == 0
    assert got["scrubber_files_total", "records", "used"] == 1
    assert (got["scrubber_claims_total", "sent"], got["scrubber_claims_total", "held"]) == (2, 1)
    assert (got["scrubber_job_seconds_count",], got["scrubber_job_seconds_sum",]) == (2, 3.0)


def test_counters_go_on_where_the_last_daemon_ended(site):
    job = site.add(job_id(1), outcome="sent", claims=2, claims_sent=2, claims_held=0, done_at=stamp(site.clock.now()))
    site.oversight.file_done(job)
    before = site.metrics()
    site.oversight.close()
    site.oversight = site.start()
    after = site.metrics()
    for name in ("scrubber_files_total", "scrubber_claims_total"):
        assert {key: value for key, value in before.items() if key[0] == name} == {
            key: value for key, value in after.items() if key[0] == name
        }


def test_a_stuck_input_raises_a_metric_and_a_log_line_and_again_later(site):
    site.add(job_id(7), state=JobState.SEEN)
    limit = site.watch.stuck_minutes * 60
    site.oversight.scan_finished(Scan((), 0.0), [waiting(limit - 1)])
    assert site.metrics()["scrubber_stuck_inputs",] == 0
    site.clock.forward(1)
    for _ in range(3):
        site.oversight.scan_finished(Scan((), 0.0), [waiting(limit)])

    got = site.metrics()
    assert got["scrubber_stuck_inputs",] == 1
    assert got["scrubber_alarms_total", "stuck"] == 1
    (line,) = [line for line in site.logged() if line["event"] == "alarm"]
    assert (line["alarm"], line["job"], line["level"]) == ("stuck", job_id(7), "error")

    site.clock.forward(limit)
    site.oversight.scan_finished(Scan((), 0.0), [waiting(2 * limit)])
    assert site.metrics()["scrubber_alarms_total", "stuck"] == 2
    site.oversight.scan_finished(Scan((), 0.0), [])
    assert site.metrics()["scrubber_stuck_inputs",] == 0


def test_a_thousand_stuck_inputs_do_not_flood_the_log(site):
    limit = site.watch.stuck_minutes * 60
    many = [waiting(limit + number, b"%d.837" % number) for number in range(1000)]
    for _ in range(5):
        site.oversight.scan_finished(Scan((), 0.0), many)
    assert site.metrics()["scrubber_stuck_inputs",] == 1000
    assert 1 <= sum(line["event"] == "alarm" for line in site.logged()) <= 20


def test_a_job_in_hand_gets_stuck_too(site):
    site.add(job_id(3), state=JobState.COMMITTED, stable_at=stamp(site.clock.now()))
    site.clock.forward(site.watch.stuck_minutes * 60)
    site.oversight.scan_finished(Scan((), 0.0), [])
    got = site.metrics()
    assert (got["scrubber_jobs_in_hand",], got["scrubber_stuck_inputs",]) == (1, 1)


def test_health_and_readiness(site):
    assert site.get("/healthz") == (200, "ok\n")
    assert site.get("/readyz") == (503, "no scan was completed yet\n")
    site.oversight.scan_finished(Scan((), 0.0), [])
    assert site.get("/readyz") == (200, "ok\n")

    site.oversight.intake("ENOSPC in outbox")
    assert site.get("/healthz")[0] == 200
    assert site.get("/readyz") == (503, "intake is stopped: ENOSPC in outbox\n")
    assert site.metrics()["scrubber_intake_stopped",] == 1
    assert site.notified()[-1] == "STATUS=intake stopped: ENOSPC in outbox"
    site.oversight.intake(None)
    assert site.get("/readyz")[0] == 200
    assert site.metrics()["scrubber_intake_stopped",] == 0

    site.clock.forward(71)
    assert site.get("/healthz") == (503, "no scan was completed for 71 seconds\n")
    site.oversight.scan_finished(Scan((), 0.0), [])
    assert site.get("/healthz")[0] == 200
    site.oversight.stopping()
    site.oversight.stopping()
    assert site.get("/readyz") == (503, "it was asked to end\n")
    assert site.notified().count("STOPPING=1") == 1


def test_only_get_and_only_what_is_there(site):
    assert site.get("/")[0] == 404
    assert site.get("/healthz?x=1")[0] == 200
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
        client.sendall(b"DELETE /metrics HTTP/1.0\r\n\r\n")
        assert b" 501 " in client.recv(100)
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as client:
        client.sendall(b"HEAD /metrics HTTP/1.0\r\n\r\n")
        assert client.recv(10_000).endswith(b"\r\n\r\n")


def test_a_client_that_says_nothing_does_not_keep_it_from_ending(site):
    with socket.create_connection(("127.0.0.1", site.port)):
        ended = threading.Thread(target=site.oversight.close)
        ended.start()
        ended.join(timeout=4)
        assert not ended.is_alive()
    site.oversight = site.start()


def test_a_taken_port_is_said_at_once(site):
    with pytest.raises(OutputError, match="metrics-port"):
        Health(site.port, Answers(bytes, list, list))


def test_it_listens_on_loopback_only(site):
    assert site.oversight.health._server.server_address[0] == "127.0.0.1"


def test_the_metrics_file_is_whole_and_not_written_too_often(site):
    file = site.watch.metrics_file
    site.oversight.scan_finished(Scan((), 0.0), [])
    first = file.stat().st_ino
    assert samples(file.read_text())["scrubber_waiting_inputs",] == 0
    assert file.stat().st_mode & 0o777 == 0o644
    site.clock.forward(WRITE_SECONDS - 1)
    site.oversight.scan_finished(Scan((), 0.0), [waiting(1)])
    assert file.stat().st_ino == first
    site.clock.forward(1)
    site.oversight.scan_finished(Scan((), 0.0), [waiting(1)])
    assert samples(file.read_text())["scrubber_waiting_inputs",] == 1
    site.oversight.intake("EIO in archive")
    assert samples(file.read_text())["scrubber_intake_stopped",] == 1
    assert [path.name for path in file.parent.iterdir() if "prom" in path.name] == ["m.prom"]


def test_a_metrics_file_that_cannot_be_written_is_logged_and_no_more(site):
    site.watch.metrics_file.mkdir()
    site.oversight.scan_finished(Scan((), 0.0), [])
    (line,) = [line for line in site.logged() if line["event"] == "metrics-failed"]
    assert line["error"] == "IsADirectoryError"


def test_no_name_gets_out(site):
    job = site.add(job_id(9), state=JobState.FAILED, outcome="failed", why="QUILLFEATHER is not readable",
                   failed_name=NAME, done_at=stamp(site.clock.now()))  # fmt: skip
    site.oversight.scan_finished(Scan((), 0.0), [waiting(10_000_000 - 1)])
    site.oversight.alarm("failed", job)
    site.oversight.file_done(job)
    site.oversight.intake("EIO in failed")
    site.clock.forward(10_000)
    everything = site.log.getvalue() + "".join(site.get(path)[1] for path in ("/metrics", "/healthz", "/readyz", "/x"))
    everything += site.watch.metrics_file.read_text() + "".join(site.notified())
    assert "QUILLFEATHER" not in everything
    assert not re.search(r"\D\.837", everything), "after a digit it is a fraction"
    assert "withheld" not in site.log.getvalue()
    assert any(line["event"] == "intake-stopped" and line["errno"] == "EIO" for line in site.logged())


def test_labels_do_not_grow_with_the_input(site):
    before = len(site.get("/metrics")[1].splitlines())
    for number in range(50):
        site.oversight.file_done(site.add(job_id(100 + number), outcome="held", done_at=stamp(site.clock.now())))
        site.oversight.alarm("failed")
    site.oversight.scan_finished(Scan((), 0.0), [waiting(9999.0, b"%d.837" % n) for n in range(50)])
    assert len(site.get("/metrics")[1].splitlines()) == before
