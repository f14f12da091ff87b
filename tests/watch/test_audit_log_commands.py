"""`scrubber watch audit-log` on the log of a real daemon."""

import json
import re

import pytest
from watch.real.site import Site, claims


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "site")
    site.put("part.837", claims(1, held=True))
    site.put("junk.837", b"nothing of the kind")
    assert site.once() == 1
    yield site
    site.close()


def log_of(site):
    return site.state.with_name("audit.jsonl")


def test_the_log_of_a_daemon_is_proved_and_says_no_name(site):
    done = site.run("audit-log", "verify")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Every line is as it was written.")
    text = log_of(site).read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    decisions = [line["decision"] for line in lines]
    assert (decisions[0], decisions[-1]) == ("started", "stopped")
    assert sorted(decisions[1:-1]) == ["failed", "part", "taken", "taken"]
    part = next(line for line in lines if line["decision"] == "part")
    assert (part["claims"], part["claims_sent"], part["claims_held"]) == (2, 1, 1)
    assert set(part["outputs"]) == {"corrected", "held", "journal", "json", "html", "csv"}
    assert not re.search(r"PCN|HELD1|junk|\.837|000000201", text)


def test_a_change_is_found_and_named(site):
    whole = log_of(site).read_bytes().splitlines(keepends=True)
    log_of(site).write_bytes(b"".join([*whole[:2], whole[2].replace(b"job-", b"job_"), *whole[3:]]))
    done = site.run("audit-log", "verify")
    assert done.returncode == 1
    assert f"{log_of(site)}, line 3: changed" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 fault"

    log_of(site).write_bytes(b"".join(whole[:-1]))
    done = site.run("audit-log", "verify")
    assert done.returncode == 1
    assert f"cut off at the end: line number {len(whole)} is missing" in done.stdout
    assert site.run("audit-log", "verify", "--last", str(len(whole) - 1)).returncode == 0

    log_of(site).unlink()
    done = site.run("audit-log", "verify")
    assert done.returncode == 1
    assert f"line numbers 1 to {len(whole)} are missing" in done.stdout


def test_it_can_be_proved_elsewhere_with_the_key(site, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    log, key = away / "log.jsonl", away / "key"
    log.write_bytes(log_of(site).read_bytes())
    key.write_bytes(site.state.with_name("audit.key").read_bytes())
    last = str(log.read_bytes().count(b"\n"))
    verify = ("audit-log", "verify", "--key", str(key), str(log))
    assert site.run(*verify, "--last", last).returncode == 0
    done = site.run(*verify)
    assert done.returncode == 1
    assert "give --last" in done.stdout


def test_a_new_log_is_begun_when_the_key_is_lost(site):
    site.state.with_name("audit.key").unlink()
    assert site.run("audit-log", "verify").returncode == 2
    assert site.once() == 2
    assert "audit-log begin" in site.daemons[-1].said

    done = site.run("audit-log", "begin", "--by", "J. Miller")
    assert done.returncode == 0, done.stderr
    site.put("more.837", claims(3))
    site.once()
    assert site.run("audit-log", "verify").returncode == 0
    first = json.loads(log_of(site).read_text().splitlines()[0])
    assert (first["n"], first["decision"], first["by"]) == (1, "log-begun", "J. Miller")
    assert len(list(log_of(site).parent.glob("old.audit*"))) == 1


def test_no_new_log_while_the_daemon_runs(site):
    with site.running() as daemon:
        from watch.real.site import wait_until

        wait_until(lambda: site.run("status").stdout.startswith("The daemon is running"), "a running daemon")
        done = site.run("audit-log", "begin", "--by", "J. Miller")
        assert done.returncode == 2
        assert "stop it first" in done.stderr
        assert daemon.is_running
