"""A server that gives out OAuth 2 tokens, on loopback: codes for devices, sign-ins in a browser, and refreshing."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from base64 import urlsafe_b64encode
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "deskwire-test"
USER_CODE = "WDJB-MJHT"
Scripted = tuple[int, dict[str, Any] | bytes]


class TokenServer:
    """Serves from its making until `close`; what it gave out and still takes stands in `refresh` and `access`.

    `script` says what the next questions get instead of an answer. With `rotates` each refresh token is good once.
    """

    def __init__(self, *, rotates: bool = False, secret: str = "", lasts: int = 3_600) -> None:
        self.rotates = rotates
        self.lasts = lasts
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Every question: the path, and the form or query."""
        self.agrees = threading.Event()
        """Whether the person at the other device has agreed."""
        self._secret = secret
        self._scripted: deque[Scripted] = deque()
        self._codes: dict[str, dict[str, str]] = {}
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="tokens", daemon=True)
        self._thread.start()

    def __enter__(self) -> TokenServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """The desk's settings for a custom sign-in here, with a code."""
        paths = {"token_url": "/token", "device_url": "/device", "authorize_url": "/authorize"}
        urls = {f"oauth_{name}": self.url + path for name, path in paths.items()}
        return {"oauth_client_id": CLIENT, "oauth_scope": "mail offline_access", **urls}

    def script(self, status: int, answer: dict[str, Any] | bytes) -> None:
        """Have one more question answered so."""
        self._scripted.append((status, answer))

    def given(self) -> dict[str, Any]:
        """Give out a pair of tokens."""
        access, refresh = f"access-{secrets.token_urlsafe(9)}", f"refresh-{secrets.token_urlsafe(9)}"
        self.access.add(access)
        self.refresh.add(refresh)
        return {"token_type": "Bearer", "access_token": access, "refresh_token": refresh, "expires_in": self.lasts}

    def answer(self, path: str, form: dict[str, str]) -> Scripted:
        """Answer a form."""
        self.asked.append((path, form))
        if self._scripted:
            return self._scripted.popleft()
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != self._secret:
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed."}
        if path == "/device":
            return 200, {
                "device_code": "device-code",
                "user_code": USER_CODE,
                "verification_uri": f"{self.url}/here",
                "expires_in": 600,
                "interval": 0,
            }
        kind = form["grant_type"].rpartition(":")[2]
        kinds = {
            "device_code": self._device,
            "authorization_code": self._code,
            "refresh_token": self._refresh,
            "client_credentials": self._program,
        }
        return kinds[kind](form)

    def redirected(self, query: dict[str, str]) -> str:
        """Return where a browser goes whose person has agreed."""
        self.asked.append(("/authorize", query))
        code = secrets.token_urlsafe(9)
        self._codes[code] = query
        return f"{query['redirect_uri']}/?{urlencode({'code': code, 'state': query['state']})}"

    def _device(self, form: dict[str, str]) -> Scripted:
        if not self.agrees.is_set():
            return 400, {"error": "authorization_pending"}
        return 200, self.given()

    def _code(self, form: dict[str, str]) -> Scripted:
        query = self._codes.pop(form["code"], {})
        digest = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        same = query.get("redirect_uri") == form["redirect_uri"] and query.get("code_challenge") == digest
        return (200, self.given()) if same else (400, {"error": "invalid_grant"})

    def _program(self, form: dict[str, str]) -> Scripted:
        tokens = self.given()
        self.refresh.remove(tokens.pop("refresh_token"))
        return (200, tokens) if self._secret and form["scope"] else (400, {"error": "unauthorized_client"})

    def _refresh(self, form: dict[str, str]) -> Scripted:
        used = form["refresh_token"]
        if used not in self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "The token has expired."}
        tokens = self.given()
        if self.rotates:
            self.refresh.remove(used)
        else:
            self.refresh.remove(tokens.pop("refresh_token"))
        return 200, tokens


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: TokenServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Answer a form."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, answer = self.server.owner.answer(self.path, form)
        self._say(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def do_GET(self) -> None:
        """Send a browser back."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._say(302, b"", ("Location", self.server.owner.redirected(query)))

    def _say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        if status in (307, 308):
            self.send_header("Location", f"{self.server.owner.url}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
