"""A mail server on loopback that takes SMTP, catches what it gets, and answers, waits and hangs up as a test says."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
from base64 import b64decode
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.crt"
"""Belongs to localhost and 127.0.0.1, and is its own authority: SSL_CERT_FILE makes a program believe it."""
_KEY = CERTIFICATE.with_suffix(".key")
_WAIT_SECONDS = 60.0

OK = "250 2.0.0 OK"
HANG_UP = "hang up"
"""Instead of an answer: the connection is reset."""
HOLD = "hold"
"""Instead of an answer: nothing, until the test lets it go on; then OK."""


class Caught(NamedTuple):
    """A mail that the server took: its envelope, its bytes, the parameters of MAIL FROM, and who had logged in."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    options: tuple[str, ...]
    secured: bool
    login: str


class SmtpServer:
    """Serves from its making until `close`; `security` is none, starttls or tls, `login` is (user name, password).

    `answer` scripts what one address gets at each attempt, `after_data` what follows the content; what is not
    scripted gets OK. `takes_token` is asked about user and token of an XOAUTH2. `largest` is announced as SIZE. One may
    give `greeting` to be said instead of the usual one, after which the connection ends.
    """

    def __init__(
        self,
        security: str = "none",
        *,
        login: tuple[str, str] | None = None,
        largest: int = 33_554_432,
        utf8: bool = False,
        greeting: str = "",
        takes_token: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.security = security
        self.takes_token = takes_token
        self.mails: list[Caught] = []
        self.connections = 0
        self.attempts: dict[str, int] = defaultdict(int)
        """How often each address was named as a recipient."""
        self.held = threading.Event()
        """Set as soon as somebody waits for an answer that is held."""
        self.wants_login = login is not None or takes_token is not None
        self._login = login
        self._largest = largest
        self._utf8 = utf8
        self._greeting = greeting
        self._answers: dict[str, deque[str]] = defaultdict(deque)
        self._after_data: deque[str] = deque()
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._go_on = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-server", daemon=True)
        self._thread.start()
        self._server = self._run(self._listen(0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, address: str, *replies: str) -> None:
        """Script what an address gets as a recipient, attempt by attempt; afterwards it gets OK."""
        self._answers[address].extend(replies)

    def after_data(self, *replies: str) -> None:
        """Script what follows the next contents."""
        self._after_data.extend(replies)

    def go_on(self) -> None:
        """Give all answers that are held, and hold none any more."""
        self._loop.call_soon_threadsafe(self._go_on.set)

    def wait_for(self, count: int) -> list[Caught]:
        """Return the mails once there are so many of them."""
        self.wait_until(lambda: len(self.mails) >= count)
        return self.mails

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the server sees."""
        with self._changed:
            assert self._changed.wait_for(condition, _WAIT_SECONDS), "the server has waited in vain"

    def stop_listening(self) -> None:
        """Refuse connections from now on."""
        self._run(self._shut())

    def listen_again(self) -> None:
        """Serve at the same port again."""
        self._server = self._run(self._listen(self.port))

    def close(self) -> None:
        """Stop serving and end every connection."""
        self.go_on()
        self._run(self._shut())
        self._run(self._end_connections())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_SECONDS)

    async def _listen(self, port: int) -> asyncio.Server:
        context = server_context() if self.security == "tls" else None
        return await self._loop.create_server(self._protocol, "127.0.0.1", port, ssl=context)

    async def _shut(self) -> None:
        self._server.close()

    async def _end_connections(self) -> None:
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> asyncio.Protocol:
        with self._changed:
            self.connections += 1
            self._changed.notify_all()
        if self._greeting:
            return _Refusing(self._greeting)
        return SMTP(
            _Handler(self) if self.takes_token is None else _TokenHandler(self),
            hostname="mail.test",
            ident="ready",
            data_size_limit=self._largest,
            enable_SMTPUTF8=self._utf8,
            tls_context=server_context() if self.security == "starttls" else None,
            require_starttls=self.security == "starttls",
            auth_require_tls=self.security == "starttls",
            auth_exclude_mechanism=() if self.takes_token is None else ("PLAIN", "LOGIN"),
            authenticator=self._checked,
            loop=self._loop,
        )

    def _checked(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        words = (given.login.decode(), given.password.decode())
        return AuthResult(success=words == self._login, handled=False, auth_data=given)

    async def reply(self, reply: str, transport: asyncio.Transport) -> str:
        """Do what was scripted, and return what is to be said."""
        if reply == HOLD:
            self.held.set()
            await self._go_on.wait()
            return OK
        if reply == HANG_UP:
            transport.abort()
            return OK
        if reply.startswith("421"):
            # What is written first still leaves.
            transport.write(f"{reply}\r\n".encode())
            transport.close()
        return reply

    def next_for(self, address: str) -> str:
        """Return what an address gets now."""
        with self._changed:
            self.attempts[address] += 1
            self._changed.notify_all()
            return self._answers[address].popleft() if self._answers[address] else OK

    def next_after_data(self) -> str:
        """Return what follows a content now."""
        return self._after_data.popleft() if self._after_data else OK

    def catch(self, mail: Caught) -> None:
        """Keep a mail."""
        with self._changed:
            self.mails.append(mail)
            self._changed.notify_all()


class _Handler:
    """What happens at each command of one connection."""

    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender of whoever has logged in."""
        if self._owner.wants_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer for one recipient."""
        said = await self._owner.reply(self._owner.next_for(address), _transport(server))
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Catch a mail, unless the answer says that it is not taken; one whose answer never comes is caught too."""
        scripted = self._owner.next_after_data()
        if scripted in (HOLD, HANG_UP) or scripted.startswith("2"):
            login = getattr(session.auth_data, "login", b"").decode()
            sender = envelope.mail_from or ""
            secured = session.ssl is not None or self._owner.security == "tls"
            recipients, options = tuple(envelope.rcpt_tos), tuple(envelope.mail_options)
            data = envelope.original_content or b""
            self._owner.catch(Caught("" if sender == "<>" else sender, recipients, data, options, secured, login))
        return await self._owner.reply(scripted, _transport(server))


class _TokenHandler(_Handler):
    """Signs in by tokens too; a refusal is a challenge first, which an empty line answers."""

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """Take a user's token, or refuse it."""
        assert self._owner.takes_token is not None
        user, given = b64decode(args[1]).decode().removesuffix("\x01\x01").split("\x01")
        user, token = user.removeprefix("user="), given.removeprefix("auth=Bearer ")
        if self._owner.takes_token(user, token):
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        answer = await server.challenge_auth('{"status":"401","schemes":"bearer","scope":"mail"}')
        assert answer in (b"", MISSING), "an error is answered with an empty line"
        return AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")


class _Refusing(asyncio.Protocol):
    """Says one line and hangs up."""

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say it."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"{self._greeting}\r\n".encode())
        transport.close()


class SilentServer:
    """Takes connections and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> SilentServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class CuttingServer:
    """Takes one mail's envelope and hangs up amid its content."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="cutting-server", daemon=True)
        self._thread.start()

    def __enter__(self) -> CuttingServer:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            # Closing alone would not wake who waits for a connection.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb", buffering=0) as talk:
            talk.write(b"220 ready\r\n")
            while not (line := talk.readline()).startswith(b"DATA"):
                talk.write(b"250 OK\r\n" if line else b"")
                if not line:
                    return
            talk.write(b"354 Go on\r\n")
            talk.read(1_000)
            # With the rest unread, the system resets the connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _transport(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, _KEY)
    return context
