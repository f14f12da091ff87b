"""Logging, set up once: JSON lines that carry no patient data, because everything passes an allow-list last.

The list names the keys and the shape of each value. A listed key with another value reads "withheld"; a key that is not
listed disappears, and only the number of such keys is logged. A log line speaks of interchange and position, of a job
id and of salted hashes: never of names, ids, birth dates, addresses, diagnoses, claim or control numbers, note ids,
or the names of input files. The text of an exception can hold all of these, so that only its class and place pass.
"""

from __future__ import annotations

import errno
import logging
import re
import secrets
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import TextIO

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

WITHHELD = "withheld"
_SHORTEST_SALT = 16  # bytes; a shorter one could be searched together with the few identifiers of a clinic

# Closed on purpose: a pattern would let a surname through. Whoever logs something new adds its word here.
EVENTS = frozenset(
    {
        "alarm",
        "daemon-started",
        "daemon-stopped",
        "delivery-failed",
        "delivery-retried",
        "file-done",
        "file-put-back",
        "inbox-back",
        "intake-resumed",
        "intake-stopped",
        "job-failed",
        "job-started",
        "metrics-failed",
        "stopping",
    }
)

ALARMS = (
    "stuck",
    "incomplete",
    "failed",
    "changed-after-taken",
    "worker-died",
    "records-failed",
    "inbox",
    "defect",
)
"""Kinds of alarm that the daemon raises."""
STATES = ("seen", "stable", "claimed", "scrubbed", "committed", "published", "archived", "failing", "failed")
"""How far an input of the daemon has come."""


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


def _matches(pattern: str) -> Callable[[object], bool]:
    full = re.compile(pattern)
    return lambda value: isinstance(value, str) and full.fullmatch(value) is not None


def _whole(below: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and 0 <= value < below


def _seconds(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value < 1e6  # type: ignore[operator]


# Seven digits at most: no telephone number, member id, NPI or date written as a number fits in.
_COUNT = _whole(10_000_000)
_PSEUDONYM = _matches(r"h-[0-9a-f]{16}")

ALLOWED: dict[str, Callable[[object], bool]] = {
    "event": _one_of(*EVENTS),
    "level": _one_of("debug", "info", "warning", "error", "critical"),
    "timestamp": _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "version": _matches(r"\d{1,4}\.\d{1,4}\.\d{1,4}"),
    "job": _matches(r"job-[0-9a-f]{16}"),
    "file": _PSEUDONYM,
    "patient": _PSEUDONYM,
    "interchange": _COUNT,
    "group": _COUNT,
    "position": _COUNT,
    "line": _COUNT,
    "claims": _COUNT,
    "unchanged": _COUNT,
    "corrected": _COUNT,
    "held": _COUNT,
    "findings": _COUNT,
    "files": _COUNT,
    "attempt": _COUNT,
    "waiting": _COUNT,
    "in_hand": _COUNT,
    "stuck": _COUNT,
    "ignored": _COUNT,
    "exit_code": _whole(256),
    "signal": _whole(65),
    "errno": _one_of(*errno.errorcode.values()),
    "kind": _one_of("claims", "records"),
    "state": _one_of(*STATES),
    "outcome": _one_of("sent", "part", "held", "duplicate", "failed", "used"),
    "folder": _one_of("inbox", "outbox", "held", "reports", "archive", "failed", "state"),
    "alarm": _one_of(*ALARMS),
    "kibibytes": _COUNT,
    "seconds": _seconds,
    "rule": _matches(r"U1\d\d|M2\d\d|N3\d\d|C4\d\d|E5\d\d|G6\d\d|I0\d\d"),
    "error": _matches(r"[A-Z][A-Za-z0-9]{0,60}(Error|Exception|Exit|Interrupt)"),
    "at": _matches(r"scrubber(/[a-z_0-9]{1,40}){1,5}\.py:\d{1,5}"),
}


def set_up(stream: TextIO | None = None, *, least: str = "info") -> None:
    """Send log lines of level ``least`` and above to ``stream`` (standard error by default), one JSON object a line.

    Messages of libraries that use Python's own logging are dropped: pyx12 quotes segments in them.
    """
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_exception,
            allowed_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def allowed_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The last processor: keep what the allow-list knows, and write it at once: nothing can be added behind it."""
    line: dict[str, object] = {}
    dropped = 0
    for key, value in event.items():
        shape = ALLOWED.get(key)
        if shape is None:
            dropped += 1
        else:
            line[key] = value if shape(value) else WITHHELD
    if dropped:
        line["withheld_keys"] = dropped
    return msgspec.json.encode(line).decode()


def _name_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the class of an exception and the last place in our own code in place of its text and traceback."""
    exception = event.pop("exc_info", None)
    if exception is True:
        exception = sys.exc_info()[1]
    if isinstance(exception, tuple):
        exception = exception[1]
    if isinstance(exception, BaseException):
        event["error"] = type(exception).__name__
        event["at"] = last_own_place(exception.__traceback__)
    return event


def last_own_place(trace: TracebackType | None) -> str:
    package = Path(__file__).parent
    place = ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(package):
            place = f"{path.relative_to(package.parent).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def new_job() -> str:
    """A name for one run in logs and metrics: random, so that it says nothing about its input."""
    return f"job-{secrets.token_hex(8)}"


def pseudonym(identifier: str, salt: bytes) -> str:
    """The identifier as a salted hash, shaped so that the allow-list passes it. Same salt, same identifier: same text.

    Raises ValueError for a salt under 16 bytes (or above 64, which the hash does not take): identifiers are few enough
    to try them all, so that the secret is in the salt alone. Keep it with the state, never in a log.
    """
    if len(salt) < _SHORTEST_SALT:
        raise ValueError(f"a salt has {_SHORTEST_SALT} bytes or more, this one has {len(salt)}")
    return "h-" + blake2b(identifier.encode(), key=salt, digest_size=8).hexdigest()
