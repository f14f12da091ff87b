"""HTTP on the loopback address, when it is asked for: /metrics, /healthz and /readyz. Nothing in it has a name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from scrubber.errors import OutputError

LOOPBACK = "127.0.0.1"
CLIENT_SECONDS = 5.0
"""How long a client may take to say what it wants."""

TEXT = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Answers(NamedTuple):
    """What is served. ``alive`` and ``ready`` give the reasons why not, none when all is well. Called in any thread."""

    metrics: Callable[[], bytes]
    alive: Callable[[], list[str]]
    ready: Callable[[], list[str]]


class Health:
    """The server, in a thread of its own."""

    def __init__(self, port: int, answers: Answers) -> None:
        """Listen on ``port`` (0: any free one). Raises OutputError when it is taken."""
        handler = type("Handler", (_Handler,), {"answers": answers})
        try:
            self._server = _Server((LOOPBACK, port), handler)
        except OSError as error:
            raise OutputError(
                f"port {port} of {LOOPBACK} cannot be listened on ({error.strerror}); see [watch] metrics-port"
            ) from None
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that hangs must not keep the daemon from ending

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no matter of ours."""


class _Handler(BaseHTTPRequestHandler):
    answers: Answers
    timeout = CLIENT_SECONDS
    server_version = "claim-scrubber"
    sys_version = ""

    def do_GET(self) -> None:
        status, kind, body = self._answer()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def _answer(self) -> tuple[int, str, bytes]:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            return 200, METRICS, self.answers.metrics()
        if path in ("/healthz", "/readyz"):
            reasons = (self.answers.alive if path == "/healthz" else self.answers.ready)()
            text = "".join(f"{reason}\n" for reason in reasons) or "ok\n"
            return 503 if reasons else 200, TEXT, text.encode()
        return 404, TEXT, b"/metrics, /healthz and /readyz are here\n"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing: what a client asks for could be anything."""
