"""Begins a new audit log where the key of the old one is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from scrubber.errors import OutputError
from scrubber.settings.settings import Watch
from scrubber.watch import disk
from scrubber.watch.audit_log import HEAD, KEY_NAME, AuditLog
from scrubber.watch.audit_proof import files_of
from scrubber.watch.locks import is_running
from scrubber.watch.names import candidates, stem_of, suffix_of
from scrubber.watch.state import State


def begin(watch: Watch, by: str) -> list[Path]:
    """Put the old log aside and begin a new one; returns where the old parts are now.

    Raises OutputError when the daemon is running, or when something cannot be moved or written.
    """
    if is_running(watch.state):
        raise OutputError(f"{watch.state}: the daemon is running; stop it first")
    state = State(watch.state)
    try:
        key = watch.state.with_name(KEY_NAME)
        kept = [_put_aside(path) for path in (*files_of(watch.audit_file), key) if disk.is_there(path)]
        with state.transaction() as connection:
            connection.execute("DELETE FROM facts WHERE key = ?", (HEAD,))
            connection.execute("DELETE FROM audit")
        log = AuditLog(state.connection, key, watch.audit_file)
        with state.transaction() as connection:
            log.decide(connection, "log-begun", by=by[:200])
        log.flush()
    except (OSError, sqlite3.Error) as error:
        raise OutputError(f"{watch.audit_file}: a new audit log cannot be begun ({error})") from None
    finally:
        state.close()
    return kept


def _put_aside(path: Path) -> Path:
    """Rename to a name that no log is looked for under, and that nothing has."""
    name = b"old." + path.name.encode()
    for each in candidates(stem_of(name), suffix_of(name), "0" * 8):
        target = path.with_name(each.decode())
        if not disk.is_there(target):
            disk.rename_new(path, target)
            disk.sync_folder(path.parent)
            return target
    raise AssertionError("names never end")
