"""The doctor on real folders: what is well is ok, each ill is found with what to do, and no probe is left behind."""

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from watch.fake_clock import FakeClock
from watch.real.site import FOLDERS, Site, claims, wait_until

from scrubber.settings.built_in import BUILT_IN
from scrubber.settings.settings import Settings, Watch
from scrubber.watch.doctor import examine
from scrubber.watch.probe_folder import probe_folder


@pytest.fixture
def folders(tmp_path):
    for name in (*FOLDERS, "state"):
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


def checks(folder, watch=None, **more):
    paths = {name: folder / name for name in FOLDERS} | {"state": folder / "state" / "watch.db"} | (watch or {})
    settings = Settings(payers=tuple(BUILT_IN.values()), watch=Watch(**paths), timezone="America/Chicago", **more)
    return list(examine(settings, FakeClock()))


def found(checks, level):
    return [f"{check.what}: {check.said}" for check in checks if check.level == level]


def everything(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def test_a_good_place_has_no_failure_and_nothing_is_left_behind(folders):
    before = everything(folders)
    made = checks(folders)
    assert found(made, "fail") == []
    assert {check.what for check in made if check.level == "ok"} >= {*FOLDERS, "state", "layout", "clock", "pyx12"}
    assert everything(folders) == before


def test_every_complaint_says_what_to_do(folders):
    (folders / "outbox").chmod(0o777)
    (folders / "held").rmdir()
    (folders / "failed").rmdir()
    (folders / "failed").write_text("a file")
    made = checks(folders, fix="unsafe", records_paths=("nothing-*.csv",))
    assert all(check.todo for check in made if check.level != "ok")
    assert len(found(made, "fail")) == 3


@pytest.mark.parametrize(("mode", "level"), [(0o777, "fail"), (0o755, "warn"), (0o770, "ok"), (0o700, "ok")])
def test_rights(folders, mode, level):
    (folders / "outbox").chmod(mode)
    levels = {check.level for check in probe_folder("outbox", folders / "outbox")}
    assert ("fail" in levels, "warn" in levels) == (level == "fail", level == "warn")


def test_what_is_missing_is_made_later(folders):
    (folders / "held").rmdir()
    (check,) = probe_folder("held", folders / "held")
    assert (check.level, check.said) == ("warn", f"{folders / 'held'} is not there")


def test_folders_inside_the_inbox(folders):
    (folders / "inbox" / "out").mkdir()
    made = checks(folders, {"outbox": folders / "inbox" / "out"})
    assert found(made, "fail") == ["outbox: lies in the inbox, where it would wait as an input"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(folders):
    (folders / "archive").chmod(0o500)
    (line,) = found(checks(folders), "fail")
    assert "EACCES" in line


def test_a_folder_that_may_not_be_entered(folders, monkeypatch):
    """Even looking at what lies in it is refused, to root as well here."""
    inbox = folders / "inbox"

    def closed(call):
        def refused(path, *rest, **how):
            if not isinstance(path, int) and inbox in Path(os.fsdecode(path)).parents:
                raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
            return call(path, *rest, **how)

        return refused

    for name in ("open", "stat", "lstat"):
        monkeypatch.setattr(os, name, closed(getattr(os, name)))
    (line,) = found(checks(folders), "fail")
    assert line == f"inbox: {inbox}: Permission denied (EACCES)"
    (below,) = probe_folder("inbox", inbox / "below")
    assert (below.level, below.said) == ("fail", f"{inbox / 'below'}: Permission denied (EACCES)")


def test_a_folder_in_memory_is_refused(tmp_path):
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    if not os.access(memory, os.W_OK):
        pytest.skip("there is no /dev/shm here that can be written")
    folder = memory / f"scrubber-doctor-{os.getpid()}"
    folder.mkdir(0o700)
    try:
        levels = [(check.level, "in memory" in check.said) for check in probe_folder("archive", folder)]
        assert ("fail", True) in levels
        assert list(folder.iterdir()) == []
    finally:
        folder.rmdir()


def test_a_damaged_state_and_a_lost_key(tmp_path):
    site = Site(tmp_path / "site")
    site.put("claims.837", claims(1))
    assert site.once() == 0
    key = site.state.with_name("audit.key")
    assert any("its key is there" in line for line in found(checks(site.folder), "ok"))
    assert not found([check for check in checks(site.folder) if check.what == "audit log"], "fail")
    key.chmod(0o644)
    assert any("can be read by others" in line for line in found(checks(site.folder), "fail"))
    key.unlink()
    assert any("is gone or damaged" in line for line in found(checks(site.folder), "fail"))
    data = bytearray(site.state.read_bytes())
    data[100:4096] = os.urandom(3996)
    site.state.write_bytes(data)
    assert any(line.startswith("state:") for line in found(checks(site.folder), "fail"))
    for command in (("status",), ("reconcile",), ("audit-log", "verify", "--key", str(site.settings))):
        done = site.run(*command)
        assert done.returncode == 2
        assert "Please report it" not in done.stderr


def test_records_that_cannot_be_read(folders):
    (folders / "records.csv").write_text("note_id,claim_id\nN-1,PCN-147\n")
    (line,) = found(checks(folders, records_paths=(folders / "records.csv",)), "fail")
    assert line.startswith("records:")
    assert "PCN-147" not in line


def test_a_port_that_is_taken(folders):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (line,) = found(checks(folders, {"metrics_port": taken.getsockname()[1]}), "fail")
    assert line.startswith("metrics: port")


def test_a_clock_that_is_wrong(folders):
    clock = FakeClock()
    clock.set_wall(clock.now().replace(year=1970))
    watch = Watch(state=folders / "state" / "watch.db", **{name: folders / name for name in FOLDERS})
    made = list(examine(Settings(payers=tuple(BUILT_IN.values()), watch=watch), clock))
    assert any(check.what == "clock" and check.level == "fail" for check in made)


def run(*arguments):
    command = [sys.executable, "-m", "scrubber.cli.main", "doctor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command(tmp_path):
    site = Site(tmp_path / "site")
    with site.running():
        wait_until(lambda: site.run("status").stdout.startswith("The daemon is running"), "a running daemon")
        done = run("--settings", str(site.settings))
        assert done.returncode == 0, done.stdout
        assert "ok    settings:" in done.stdout
    told = json.loads(run("--json", "--settings", str(site.settings)).stdout)
    assert told["schema"] == "scrubber-doctor/1"
    assert {check["level"] for check in told["checks"]} <= {"ok", "warn"}

    site.settings.write_text("[watch]\ninbux = 'in'\n")
    done = run("--settings", str(site.settings))
    assert done.returncode == 1
    assert "fail  settings:" in done.stdout
    assert "inbox" in done.stdout
