"""One question to a server that gives out tokens: a form over TLS, and an answer that is small and soon there.

The standard library does: the packages for OAuth 2 weigh megabytes at the start, and need a browser or a web framework.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

from services.errors import DeskError, TryAgain
from services.text import header

SECONDS = 30.0
"""For how long an answer is waited for, all of it."""

_LARGEST = 65_536
_MAX_REASON = 200


class Unanswered(TryAgain):
    """The server cannot be reached, or cannot answer just now."""


class Reply(NamedTuple):
    """What a server answered: an HTTP status, and its values."""

    status: int
    values: dict[str, Any]

    @property
    def error(self) -> str:
        """The word by which OAuth 2 calls what is wrong; empty when nothing is."""
        word = self.text("error")
        return "" if self.status == 200 and not word else word or f"HTTP {self.status}"

    @property
    def reason(self) -> str:
        """What is wrong, in the server's words."""
        return (header(self.text("error_description"), _MAX_REASON) or header(self.error, _MAX_REASON)).rstrip(".")

    def text(self, name: str) -> str:
        """Return a value that is text; empty when it is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def seconds(self, name: str, default: float) -> float:
        """Return a value that is a number of seconds; some servers write it as text."""
        try:
            return min(max(float(self.values.get(name, default)), 0.0), 86_400.0)
        except (TypeError, ValueError):
            return default


def post(url: str, fields: dict[str, str], *, seconds: float = SECONDS) -> Reply:
    """Send a form and return the answer, whatever it says; raises Unanswered, or DeskError for what is none.

    Redirections are not followed, because they could lead the secrets anywhere. Works in a thread of its own, because
    a server that sends a byte now and then would otherwise hold up whoever asks.
    """
    place = header(url.split("/")[2], 100)
    done: list[Reply | DeskError] = []

    def work() -> None:
        try:
            done.append(_post(url, place, fields, seconds))
        except DeskError as fault:
            done.append(fault)

    thread = threading.Thread(target=work, name="oauth", daemon=True)
    thread.start()
    thread.join(seconds)
    if not done:
        raise Unanswered(f"{place} did not answer within {seconds:.0f} seconds; it is asked again.")
    if isinstance(done[0], DeskError):
        raise done[0]
    return done[0]


def _post(url: str, place: str, fields: dict[str, str], seconds: float) -> Reply:
    import ssl
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.parse import urlencode
    from urllib.request import Request

    headers = {"Accept": "application/json", "User-Agent": "Deskwire"}
    request = Request(url, urlencode(fields).encode("ascii"), headers)
    try:
        try:
            with _opener(url).open(request, timeout=seconds) as answer:
                status, body = answer.status, answer.read(_LARGEST + 1)
        except HTTPError as answer:
            with answer:
                status, body = answer.code, answer.read(_LARGEST + 1)
    except (OSError, HTTPException, ValueError, OverflowError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, ssl.SSLCertVerificationError):
            why = header(reason.verify_message, _MAX_REASON).rstrip(".")
            raise Unanswered(f"The certificate of {place} is not to be trusted ({why}); nothing was sent.") from None
        why = header(getattr(reason, "strerror", None) or str(reason), _MAX_REASON).rstrip(".")
        raise Unanswered(f"{place} cannot be reached for a sign-in: {why or type(error).__name__}.") from None
    return _read(place, status, body)


def _opener(url: str) -> Any:
    """Return what opens this address, and follows no redirection."""
    import ssl
    from urllib.request import (
        HTTPDefaultErrorHandler,
        HTTPErrorProcessor,
        HTTPHandler,
        HTTPSHandler,
        OpenerDirector,
        ProxyHandler,
    )

    opener = OpenerDirector()
    # A server on this machine is reached without the proxy that the environment may name.
    opener.add_handler(ProxyHandler(None if url.startswith("https://") else {}))
    opener.add_handler(HTTPSHandler(context=ssl.create_default_context()))
    opener.add_handler(HTTPHandler())
    opener.add_handler(HTTPErrorProcessor())
    opener.add_handler(HTTPDefaultErrorHandler())
    return opener


def _read(place: str, status: int, body: bytes) -> Reply:
    import json

    if len(body) > _LARGEST:
        raise DeskError(f"{place} answers with more than any sign-in needs; correct the addresses of the sign-in.")
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict) and (status < 500 or "error" in values):
        return Reply(status, values)
    if status >= 500 or status == 429:
        raise Unanswered(f"{place} cannot answer a sign-in now (HTTP {status}); it is asked again.")
    raise DeskError(
        f"{place} does not answer as a server for sign-ins does (HTTP {status}); correct the addresses of the sign-in."
    )
