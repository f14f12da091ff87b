"""A log line carries no patient data, whatever is thrown at it."""

import ast
import io
import json
import logging
import re
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import scrubber
from scrubber.log import ALLOWED, EVENTS, WITHHELD, new_job, pseudonym, set_up

SECRETS = (
    "QUILLFEATHER",
    "Quillfeather",
    "quillfeather-dora",
    "DORA QUILLFEATHER",
    "19610407",
    "1961-04-07",
    "12 PUMPHANDLE LANE",
    "1EG4TE5MK73",
    "M5450",
    "M545",
    "PCN-000147",
    "000000147",
    "123456789",
    "1999999984",
    "N-2026-0417",
    "claims-quillfeather.837",
    "/inbox/claims.837",
    "QuillfeatherError: DORA",
)

CLOSED_WORDS = {
    "claims", "records", "sent", "part", "held", "duplicate", "failed", "used", "seen", "stable", "claimed", "scrubbed",
    "committed", "published", "archived", "failing", "inbox", "outbox", "reports", "archive", "state", "stuck",
    "incomplete", "changed-after-taken", "worker-died", "records-failed", "defect",
}  # fmt: skip


@pytest.fixture
def lines():
    """What was logged so far, as decoded JSON, with the raw text beside it."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:]
    set_up(stream, least="debug")
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = before


def logged(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_key_lets_patient_data_through(lines, secret):
    log = structlog.get_logger()
    for key in [*ALLOWED, "claim_id", "member_id", "message"]:
        if key in ("event", "level", "timestamp"):
            continue
        log.info("job-started", **{key: secret})
        if secret.isdigit():
            log.info("job-started", **{key: int(secret)})
    log.info(secret)
    log.info("claim %s", secret)
    log.bind(claim=secret, job=secret).info("file-done", **{secret: secret})
    log.error("job-failed", exc_info=ValueError(secret))
    log.info(secret, exc_info=KeyError(secret))

    assert secret not in lines.getvalue()
    assert lines.getvalue().count(WITHHELD) >= len(ALLOWED) - 3


@given(
    st.dictionaries(
        st.sampled_from(sorted(set(ALLOWED) - {"event", "level", "timestamp"})) | st.text(min_size=3, max_size=12),
        st.text() | st.binary() | st.integers(min_value=10_000_000) | st.lists(st.text()),
    )
)
def test_free_text_and_long_numbers_never_pass(values):
    stream = io.StringIO()
    set_up(stream)
    structlog.get_logger().info(
        "job-started", **{key: value for key, value in values.items() if key not in ("event", "self")}
    )
    structlog.reset_defaults()

    line = json.loads(stream.getvalue())
    shown = set(line) - {"event", "level", "timestamp", "withheld_keys"}
    assert shown <= set(ALLOWED)
    # The words of the closed lists are all that a text can be, whoever hits upon one of them; or the code of a rule.
    texts = {line[key] for key in shown if key != "rule" or not re.fullmatch(r"[A-Z]\d{3}", str(line[key]))}
    assert texts <= {WITHHELD} | CLOSED_WORDS


def test_what_a_log_is_for_does_pass(lines):
    job, file = new_job(), pseudonym("claims", b"s" * 16)
    structlog.get_logger().warning(
        "job-failed",
        job=job,
        interchange=1,
        position=17,
        rule="U101",
        seconds=0.25,
        file=file,
    )

    (line,) = logged(lines)
    assert line["event"] == "job-failed"
    assert line["level"] == "warning"
    assert (line["job"], line["interchange"], line["position"]) == (job, 1, 17)
    assert (line["rule"], line["seconds"]) == ("U101", 0.25)
    assert line["file"] == file
    assert WITHHELD not in lines.getvalue()


def test_the_words_of_the_daemon_pass(lines):
    job = new_job()
    log = structlog.get_logger()
    log.info("job-started", job=job, kind="claims", state="claimed")
    log.info("file-done", job=job, outcome="part", claims=3, held=1, seconds=1.5)
    log.error("alarm", alarm="changed-after-taken", job=job)
    log.error("intake-stopped", errno="ENOSPC", folder="outbox")
    log.warning("delivery-retried", job=job, errno="EBUSY", attempt=2)
    log.info("daemon-started", files=50_000, waiting=12, in_hand=1, stuck=2, ignored=3, seconds=0.03)

    assert len(logged(lines)) == 6
    assert WITHHELD not in lines.getvalue()
    assert "withheld_keys" not in lines.getvalue()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("errno", "EDWARDS"),
        ("state", "Quillfeather"),
        ("folder", "/srv/inbox"),
        ("alarm", "stuck Dora"),
        ("signal", 650),
    ],
)
def test_words_of_closed_lists_are_closed(lines, key, value):
    structlog.get_logger().info("alarm", **{key: value})
    (line,) = logged(lines)
    assert line[key] == WITHHELD


def test_an_exception_is_named_by_class_and_by_our_last_place(lines):
    try:
        pseudonym("QUILLFEATHER", b"short")
    except ValueError:
        structlog.get_logger().exception("job-failed")

    (line,) = logged(lines)
    assert line["error"] == "ValueError"
    path, _, number = line["at"].partition(":")
    assert path == "scrubber/log.py"
    source = (Path(__file__).parents[2] / path).read_text(encoding="utf-8").splitlines()
    assert "raise ValueError" in source[int(number) - 1]


def test_libraries_that_log_by_themselves_are_not_heard(lines, capsys):
    logging.getLogger("pyx12").error("bad segment NM1*IL*1*QUILLFEATHER*DORA")

    assert lines.getvalue() == ""
    assert "QUILLFEATHER" not in "".join(capsys.readouterr())


def test_the_words_are_those_that_are_logged():
    """A word too many would let a text through for nothing; one too few would be withheld."""
    package = Path(scrubber.__file__).parent
    calls = (each for path in package.rglob("*.py") for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    words = {
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert words == EVENTS


def test_true_is_no_number(lines):
    structlog.get_logger().info("file-done", claims=True, seconds=True)

    (line,) = logged(lines)
    assert (line["claims"], line["seconds"]) == (WITHHELD, WITHHELD)


def test_a_pseudonym_needs_its_salt():
    first, second = b"a" * 16, b"b" * 16
    assert pseudonym("1EG4TE5MK73", first) == pseudonym("1EG4TE5MK73", first)
    assert pseudonym("1EG4TE5MK73", first) != pseudonym("1EG4TE5MK73", second)
    assert "1EG4TE5MK73" not in pseudonym("1EG4TE5MK73", first)
    with pytest.raises(ValueError, match="16 bytes"):
        pseudonym("1EG4TE5MK73", b"a" * 15)


def test_no_event_word_is_free_form():
    assert all(ALLOWED["event"](event) for event in EVENTS)
    assert not ALLOWED["event"]("job-started QUILLFEATHER")
