"""LMTP: a mail server on this machine hands mail over, and hears about each recipient when the mail is committed."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session, syntax

from connector.keeper import SAFE, Answer, Keeper, Recipients
from services.errors import DeskError, UsageError
from services.originals import Arrival
from services.text import header

LARGEST = 150_000_000
"""Bytes of a mail that is taken at all; the desk reads far smaller ones only in part."""

_PIECE = 1 << 18
_END = b"\r\n.\r\n"
_IDLE_SECONDS = 300
_SOCKET_MODE = 0o666
_REFUSED = "550 5.1.1 <{}> is no address of this desk"
_FAULT = "421 4.3.0 The desk has met a fault; try again"
_NO_SETTINGS = "451 4.3.0 The desk cannot be asked for its addresses; try again"


class DeskLmtp(LMTP):
    """The protocol; reads a mail in large pieces, and answers once for each recipient whatever happens to it."""

    # Also how much is read ahead. Lines of a mail may be longer: they are what they are.
    line_length_limit = _PIECE

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take a mail in and answer for each of its recipients."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        # The line that ends a mail begins behind a line's end; so even an empty mail has one.
        self._reader.feed_data(b"\r\n")
        await self.push("354 End with a line that is one dot")
        raw = await self._content()
        if raw is None:
            answer = Answer("552 5.3.4 The mail is too large for this desk")
        else:
            sender = None if envelope.mail_from is None else envelope.mail_from.strip("<>")
            answer = await self.event_handler.take(Arrival("lmtp", raw, sender, tuple(envelope.rcpt_tos)))
        lines = [answer.line_for(address) for address in envelope.rcpt_tos]
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join(lines))

    async def handle_exception(self, error: Exception) -> str:
        """Have everything tried again after a fault that nobody foresaw; by itself the library has mail sent back."""
        self.event_handler.failed(error)
        # One answer cannot stand for several recipients, but the end of the connection does.
        self.loop.call_soon(self._writer.close)
        return _FAULT

    async def _content(self) -> bytes | None:
        """Return a mail up to its end without the dots that the protocol adds; None if it is too large."""
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                pieces.append(await self._reader.readuntil(_END))
                break
            except asyncio.LimitOverrunError as more:
                piece = await self._reader.readexactly(more.consumed)
                size += len(piece)
                if size <= LARGEST:
                    pieces.append(piece)
                else:
                    pieces.clear()
        if size > LARGEST:
            return None
        # The line end that was put before it, and the line that ends it.
        return b"".join(pieces)[:-3].replace(b"\r\n.", b"\r\n")[2:]


class _Handler:
    """What the protocol asks the desk."""

    def __init__(self, keeper: Keeper, recipients: Recipients) -> None:
        self._keeper = keeper
        self._recipients = recipients

    async def handle_RCPT(
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept the desk's own addresses."""
        try:
            accepted = await asyncio.wrap_future(self._recipients.accepts(address))
        except DeskError:
            return _NO_SETTINGS
        if not accepted:
            return _REFUSED.format(header(address, 200))
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def failed(self, error: Exception) -> None:
        """Tell of a fault that nobody foresaw."""
        self._keeper.failed(error)

    async def take(self, arrival: Arrival) -> Answer:
        """Have a mail kept, and return the answer once it is safe, or is not; an empty one is not worth keeping."""
        if not arrival.raw.strip():
            return SAFE
        return await asyncio.wrap_future(self._keeper.keep(arrival))


def serve(
    address: str, keeper: Keeper, recipients: Recipients, ready: Callable[[str, Callable[[], object]], object]
) -> None:
    """Listen at an address until the function is called that `ready` gets, beside the address, once it listens.

    Raises DeskError when the address cannot be had.
    """
    asyncio.run(_serve(address, keeper, recipients, ready))


async def _serve(
    address: str, keeper: Keeper, recipients: Recipients, ready: Callable[[str, Callable[[], object]], object]
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    handler = _Handler(keeper, recipients)

    def protocol() -> DeskLmtp:
        return DeskLmtp(
            handler,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="Deskwire",
            timeout=_IDLE_SECONDS,
            loop=loop,
        )

    path, host, port = parse_address(address)
    try:
        if path:
            _make_way(path)
            server = await loop.create_unix_server(protocol, path)
            os.chmod(path, _SOCKET_MODE)
        else:
            server = await loop.create_server(protocol, host, port)
    except OSError as error:
        raise DeskError(f"LMTP cannot listen at {address} ({(error.strerror or str(error)).lower()}).") from error
    shown = path or "{}:{}".format(*server.sockets[0].getsockname()[:2])
    ready(shown, lambda: loop.call_soon_threadsafe(stop.set))
    async with server:
        await stop.wait()
    if path:
        with suppress(OSError):
            os.unlink(path)


def check_address(address: str) -> None:
    """Raise DeskError when nobody could listen at an address now, and UsageError when it is none."""
    path, host, port = parse_address(address)
    if path:
        _make_way(path)
    if path or not port:
        return
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise DeskError(f"LMTP cannot listen at {address} ({(error.strerror or str(error)).lower()}).") from error


def parse_address(address: str) -> tuple[str, str, int]:
    """Return path, host and port of `unix:/path`, `/path`, `port` (on loopback) or `host:port`; raises UsageError."""
    text = address.strip()
    if text.startswith(("unix:", "/")):
        path = text.removeprefix("unix:")
        if path.startswith("/") and len(os.fsencode(path)) < 104:
            return path, "", 0
    else:
        host, _, port = text.rpartition(":")
        if port.isascii() and port.isdigit() and int(port) < 65_536:
            return "", host.strip("[]") or "127.0.0.1", int(port)
    raise UsageError(
        f"“{header(address, 100)}” is no address for LMTP: write unix:/run/deskwire/lmtp, 127.0.0.1:2424 or 2424."
    )


def _make_way(path: str) -> None:
    """Remove a socket that nobody listens at any more; whatever else lies there is somebody's."""
    if os.path.lexists(path) and not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise DeskError(f"{path} is there already, and no socket; name another path.")
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.connect(path)
    except ConnectionRefusedError:
        with suppress(OSError):
            os.unlink(path)
    except OSError:
        return
    else:
        raise DeskError(f"Another program listens at {path} already; stop it first.")
    finally:
        probe.close()
