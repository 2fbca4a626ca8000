"""The address on this machine at which a browser ends after a sign-in; only a sign-in in a browser needs it."""

from __future__ import annotations

import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

_THANKS = "Deskwire has what it needs. You may close this page.\n"


class Redirect:
    """Waits within the block, at a free port of 127.0.0.1, for a browser that brings our `state`."""

    def __init__(self, state: str, host: str = "127.0.0.1") -> None:
        self._state = state
        self._came = threading.Event()
        self._values: dict[str, str] = {}
        self._server = _Server(self.take)
        self.url = f"http://{host}:{self._server.server_port}"

    def __enter__(self) -> Redirect:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="redirect", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, address: str) -> bool:
        """Take what an address brings; tells whether it is the one that is waited for."""
        try:
            found = {name: values[0] for name, values in parse_qs(urlsplit(address).query, max_num_fields=50).items()}
        except ValueError:
            return False
        if not hmac.compare_digest(found.get("state", "").encode(), self._state.encode()):
            return False
        if not self._came.is_set() and ("code" in found or "error" in found):
            self._values = found
            self._came.set()
        return True

    def wait(self, seconds: float) -> dict[str, str] | None:
        """Return what the browser brought; None when none came in time."""
        return self._values if self._came.wait(seconds) else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, take: Any) -> None:
        self.take = take
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up."""


class _Handler(BaseHTTPRequestHandler):
    # Browsers open connections that they may never use.
    timeout = 10.0
    server: _Server

    def do_GET(self) -> None:
        """Take what the browser brings, and let the person go."""
        taken = self.server.take(self.path)
        body = (_THANKS if taken else "This is not the address that Deskwire waits for.\n").encode()
        self.send_response(200 if taken else 404)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the address is a secret."""
