"""Examines everything that the daemon needs, before it needs it: folders, state, clock, room, records, tables."""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import socket
import sqlite3
import stat
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scrubber.errors import RecordsError, ScrubberError, SettingsError, TableError
from scrubber.findings.wording import counted
from scrubber.settings.settings import Settings
from scrubber.watch import disk
from scrubber.watch.audit_log import KEY_NAME, head_of, read_key
from scrubber.watch.clock import Clock
from scrubber.watch.fix_cap import capped
from scrubber.watch.folders import PUBLIC, Folders
from scrubber.watch.health import LOOPBACK
from scrubber.watch.locks import is_running
from scrubber.watch.probe_folder import Check, probe_folder
from scrubber.watch.state import State

LIBRARIES = ("pyx12", "lxml.etree", "prometheus_client")
EARLIEST, LATEST = date(2026, 1, 1), date(2100, 1, 1)
"""A clock that is not between the two is wrong."""
MEGABYTE = 1_000_000


def examine(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Every check, as it is made. Nothing is left behind."""
    watch = settings.watch
    folders = Folders(watch)
    for key in PUBLIC:
        yield from probe_folder(key, folders.of(key))
    yield from probe_folder("state", watch.state.parent)
    yield from _layout(folders)
    yield from _state(folders)
    yield from _audit_key(settings)
    yield from _clock(settings, clock)
    yield from _records(settings)
    yield from _daemon(settings)
    yield from _libraries()
    yield from _tables(settings, clock)


def _layout(folders: Folders) -> Iterator[Check]:
    """Where the folders lie to each other."""
    inbox = folders.inbox.resolve()
    inside = [key for key in PUBLIC if key != "inbox" and folders.of(key).resolve().parent == inbox]
    if folders.state.parent.resolve() == inbox:
        inside.append("state")
    for key in inside:
        yield Check("fail", key, "lies in the inbox, where it would wait as an input", "Put it beside the inbox.")
    for key, private, name in (("inbox", folders.taken, "taken"), ("archive", folders.copies, "copies")):
        public = folders.of(key)
        if _is_folder(private) and _is_folder(public) and private.stat().st_dev != public.stat().st_dev:
            said = f"{private} is on another file system than {public}"
            yield Check(
                "fail", key, said, f"Unmount it: files are renamed between {key} and its private folder ({name})."
            )
    if not inside:
        yield Check("ok", "layout", "no folder lies in the inbox; the private folders are on the right file systems")


def _is_folder(path: Path) -> bool:
    """Whether there is such a folder and it can be seen; that it cannot is said by the probe of what it lies in."""
    with contextlib.suppress(OSError):
        return path.is_dir()
    return False


def _state(folders: Folders) -> Iterator[Check]:
    if is_running(folders.state):
        yield Check("ok", "daemon", "it is running with this state")
    if not folders.state.parent.is_dir():
        return
    probe = folders.state.with_name(f".scrubber-doctor-{os.getpid()}.db")
    try:
        yield from _try_state(probe)
    except (OSError, sqlite3.Error) as error:
        yield Check("fail", "state", f"SQLite cannot work there ({error})", "Set watch.state to a local disk.")
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                disk.remove(probe.with_name(probe.name + suffix))
    if disk.is_there(folders.state):
        yield from _integrity(folders.state)


def _try_state(probe: Path) -> Iterator[Check]:
    handle = os.open(probe, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, disk.MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(handle)
    with contextlib.closing(sqlite3.connect(probe, isolation_level=None)) as connection:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE probe(one INTEGER)")
        if mode == "wal":
            yield Check("ok", "state", f"locks and SQLite {sqlite3.sqlite_version} in WAL mode work there")
        else:
            yield Check(
                "fail", "state", f"SQLite has no WAL mode there (but {mode})", "Set watch.state to a local disk."
            )


def _integrity(path: Path) -> Iterator[Check]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Check("warn", "state", f"{path} is open to others ({mode:04o})", f"chmod 600 {path}")
    try:
        state = State(path, read_only=True)
    except ScrubberError as error:
        yield Check("fail", "state", str(error), "Run it as the daemon's user; if it is damaged, restore a backup.")
        return
    try:
        found = state.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    finally:
        state.close()
    if found == "ok":
        yield Check("ok", "state", f"{path} is whole ({path.stat().st_size / MEGABYTE:.1f} MB)")
    else:
        yield Check(
            "fail", "state", f"{path} is damaged ({found})", "Stop the daemon and restore a backup of the state."
        )


def _audit_key(settings: Settings) -> Iterator[Check]:
    watch = settings.watch
    path = watch.state.with_name(KEY_NAME)
    if not disk.is_there(watch.state):
        return
    try:
        with contextlib.closing(State(watch.state, read_only=True)) as state:
            begun = head_of(state.connection)[0]
    except (ScrubberError, sqlite3.Error):
        return  # told above
    if begun and read_key(path) is None:
        yield Check(
            "fail", "audit log", f"{path} is gone or damaged", "Put it back from a backup (docs/daemon.md, Key)."
        )
    elif begun and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Check("fail", "audit log", f"{path} can be read by others", f"chmod 600 {path}; begin a new log.")
    elif begun:
        yield Check(
            "ok",
            "audit log",
            f"{counted(begun, 'line')}, and its key is there; `scrubber watch audit-log verify` proves it",
        )


def _clock(settings: Settings, clock: Clock) -> Iterator[Check]:
    now = clock.now()
    zone = ZoneInfo(settings.timezone) if settings.timezone else None
    here: datetime = now.astimezone(zone)
    said = f"today is {here.date()}, {here:%H:%M} {settings.timezone or here.tzname()}"
    if not EARLIEST <= here.date() <= LATEST:
        yield Check("fail", "clock", said, "Set the machine's clock: dates of service are judged by it.")
    elif settings.timezone is None:
        yield Check("warn", "clock", f"{said} (the machine's zone)", "Set timezone, so that no one moves it unseen.")
    else:
        yield Check("ok", "clock", said)


def _records(settings: Settings) -> Iterator[Check]:
    from scrubber.visits.records import read_records

    if not settings.records_paths:
        yield Check("ok", "records", "no [records] paths: records come beside their claims, or not at all")
        return
    files = settings.records_files()
    if not files:
        yield Check("warn", "records", "no file fits [records] paths yet", "Units cannot be checked without records.")
        return
    try:
        read_records(files)
    except RecordsError as error:
        yield Check("fail", "records", str(error), "Put the file right: the claims of every job would be held.")
    else:
        yield Check("ok", "records", f"{counted(len(files), 'file')} of [records] paths can be read")


def _daemon(settings: Settings) -> Iterator[Check]:
    """What the daemon asks of the machine."""
    watch = settings.watch
    try:
        capped(settings)
    except SettingsError:
        todo = 'Set apply-raises = true in the profile that wants it, or fix = "safe".'
        yield Check("fail", "fix", "fix is unsafe, and no payer profile has apply-raises: the daemon refuses", todo)
    with contextlib.suppress(ValueError, OSError):
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
        if watch.worker_megabytes > memory:
            said = f"worker-megabytes is {watch.worker_megabytes}, and the machine has {memory} MB"
            yield Check("warn", "memory", said, "Lower it, or a large file can bring the machine down.")
    if watch.metrics_port is not None and not is_running(watch.state):
        yield _port(watch.metrics_port)
    if watch.metrics_file is not None and not os.access(watch.metrics_file.parent, os.W_OK | os.X_OK):
        said = f"{watch.metrics_file.parent}: the metrics file cannot be written there"
        yield Check("fail", "metrics", said, "Make the folder for the daemon's user, or name another.")
    if os.geteuid() == 0:
        yield Check("warn", "user", "this is root", "Run doctor, and the daemon, as a user of its own.")


def _port(port: int) -> Check:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return Check("fail", "metrics", f"port {port}: {error.strerror}", "Set another metrics-port.")
    return Check("ok", "metrics", f"port {port} of {LOOPBACK} is free")


def _libraries() -> Iterator[Check]:
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - whatever a broken installation raises
            yield Check("fail", name, f"cannot be imported ({type(error).__name__})", "Install claim-scrubber anew.")
        else:
            yield Check("ok", name, "can be imported")
    try:
        importlib.import_module("watchfiles")
    except ImportError:
        yield Check("ok", "watchfiles", "not installed: new files are found by scanning alone, which loses nothing")
    else:
        yield Check("ok", "watchfiles", "can be imported")


def _tables(settings: Settings, clock: Clock) -> Iterator[Check]:
    from scrubber.tables.tableset import load_tables

    zone = ZoneInfo(settings.timezone) if settings.timezone else None
    today = clock.now().astimezone(zone).date()
    try:
        tables = load_tables().info()
    except (TableError, OSError) as error:
        yield Check("fail", "tables", str(error), "Install claim-scrubber anew.")
        return
    for table in tables:
        said = f"edition {table.edition}, {table.rows} rows, to {table.to or 'now'}"
        if table.to is not None and table.to < today:
            yield Check(
                "warn", table.name, said, "Later dates are answered from it and marked stale: import a newer one."
            )
        else:
            yield Check("ok", table.name, said)
