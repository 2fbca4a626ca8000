"""A mail server on this machine that sends nothing on: what it takes lies in a folder, a file each."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email import policy
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.text import filename, header

_HOST = "127.0.0.1"
_LARGEST = 150_000_000
_END_SECONDS = 5.0


class Catcher:
    """Serves from `open` to `close`; `caught` gets the path of each mail and its recipients, in a thread of its own."""

    def __init__(self, folder: str, caught: Callable[[str, Sequence[str]], object]) -> None:
        self._folder = folder
        self._caught = caught
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="deskwire-catcher", daemon=True)

    def open(self, port: int) -> int:
        """Begin at a port of the loopback interface, or at a free one where that is taken, and return which."""
        listening = _bound(port)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(listening), self._loop).result(_END_SECONDS)
        return int(listening.getsockname()[1])

    def close(self) -> None:
        """End it."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_END_SECONDS)
        if not self._loop.is_running():
            self._loop.close()

    async def _listen(self, listening: socket.socket) -> None:
        def protocol() -> SMTP:
            return SMTP(
                self, hostname="localhost", ident="Deskwire demo", data_size_limit=_LARGEST, enable_SMTPUTF8=True
            )

        await self._loop.create_server(protocol, sock=listening)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write a mail down, with a line above its head that names everybody who would have got it."""
        content: Any = envelope.content or b""
        people = [header(address, 300) for address in envelope.rcpt_tos]
        for_whom = f"X-Caught-For: {', '.join(people)}\r\n".encode("utf-8", "replace")
        try:
            path = _write(self._folder, _subject(content), for_whom + content)
        except OSError as fault:
            return f"452 4.3.1 The mail cannot be written ({fault.strerror})"
        self._caught(path, people)
        return "250 2.0.0 Caught"


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        with suppress(OSError):
            listening.bind((_HOST, port))
            return listening
        listening.bind((_HOST, 0))
    except BaseException:
        listening.close()
        raise
    return listening


def _subject(content: bytes) -> str:
    try:
        return str(BytesHeaderParser(policy=policy.default).parsebytes(content)["Subject"] or "mail")
    except Exception:
        # The library stumbles over some heads; the mail is kept all the same.
        return "mail"


def _write(folder: str, subject: str, content: bytes) -> str:
    """Write a mail under a name that sorts by time and is not there yet."""
    begin = time.strftime("%Y-%m-%d %H.%M.%S")
    for place in range(1_000):
        again = f" {place + 1}" if place else ""
        path = os.path.join(folder, filename(f"{begin}{again} {header(subject, 80)}.eml"))
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            return path
    raise FileExistsError(folder)
