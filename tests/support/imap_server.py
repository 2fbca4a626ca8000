"""A real IMAP server on loopback (pymap), and a proxy before it that drops, delays and garbles what a test says."""

from __future__ import annotations

import asyncio
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Login
from pymap.imap import IMAPServer
from pysasl import SASLAuth
from pysasl.creds.external import ExternalVerificationRequired
from pysasl.creds.plain import PlainCredentials
from pysasl.mechanism import ChallengeResponse, ServerChallenge
from pysasl.mechanism.oauth import OAuth2Mechanism

from tests.support.mail_program import append, looking_into
from tests.support.smtp_server import server_context

USER, PASSWORD = "support", "correct horse"
_WAIT_SECONDS = 60.0
TakesToken = Callable[[str], bool]


class _Tokens(OAuth2Mechanism):
    """XOAUTH2 as Gmail speaks it: a refusal is a challenge first, which an empty line answers."""

    def __init__(self, takes_token: TakesToken) -> None:
        super().__init__(b"XOAUTH2")
        self._takes_token = takes_token

    def server_attempt(self, responses: Sequence[ChallengeResponse]) -> tuple[Any, None]:
        """Take a user's token, or refuse it."""
        given, _ = super().server_attempt(responses)
        try:
            given.verify(None)
        except ExternalVerificationRequired as external:
            if given.authzid == USER and self._takes_token(external.token or ""):
                return PlainCredentials(USER, PASSWORD), None
        if len(responses) == 1:
            raise ServerChallenge(b'{"status":"400","schemes":"Bearer","scope":"mail"}')
        assert responses[1].response == b"", "an error is answered with an empty line"
        return PlainCredentials(USER, "refused"), None


class _Config(Config):
    takes_token: TakesToken | None = None

    @property
    def tls_auth(self) -> SASLAuth:
        """Return the ways to sign in."""
        plain = super().tls_auth
        return plain if self.takes_token is None else SASLAuth([*plain.server_mechanisms, _Tokens(self.takes_token)])

    initial_auth = tls_auth


class LoopbackImap:
    """Serves one user's mailbox in a thread; `port` is plain with STARTTLS, `tls_port` is TLS from the start.

    Every connection passes through `meddle`, which a test may set: it gets each piece that the server sends, and
    returns what the client gets instead; None ends the connection. With `takes_token` it signs in by tokens too, those
    of which it is true.
    """

    def __init__(self, takes_token: TakesToken | None = None) -> None:
        self._takes_token = takes_token
        self.meddle: Callable[[bytes], bytes | None] = lambda piece: piece
        self.connections = 0
        self.heard = b""
        """Everything that clients sent through the proxy."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback-imap", daemon=True)
        self._thread.start()
        self._writers: list[asyncio.StreamWriter] = []
        self.port, self.tls_port = self._do(self._start())

    @property
    def direct_port(self) -> int:
        """The port without the proxy, plain."""
        return self._inner

    def close(self) -> None:
        """End every connection and stop serving."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WAIT_SECONDS)
        self._loop.close()

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[Any]:
        """Look into the mailbox as another mail program does."""
        with looking_into(self._inner, USER, PASSWORD, folder) as client:
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Have mails arrive."""
        with self.client() as client:
            append(client, folder, mails)

    def flags(self, folder: str = "INBOX") -> list[set[bytes]]:
        """Return the flags of each mail in a folder, oldest first, without the server's own \\Recent."""
        with self.client(folder) as client:
            found = client.fetch(client.search(), ["FLAGS"])
        return [set(found[uid][b"FLAGS"]) - {rb"\Recent"} for uid in sorted(found)]

    def hang_up(self) -> None:
        """End the connections that there are."""
        self._do(self._drop())

    async def _start(self) -> tuple[int, int]:
        args = Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None)
        config = _Config(
            args,
            demo_data=False,
            demo_user=USER,
            demo_password=PASSWORD,
            host="127.0.0.1",
            port=0,
            ssl_context=server_context(),
            secure_auth=False,
            proxy_protocol=ProxyProtocolNoop(),
            reject_dnsbl=False,
            invalid_user_sleep=0.0,
        )
        config.takes_token = self._takes_token
        config.apply_context()
        login = Login(config)
        await DictBackend._add_demo_user(config, login)
        imap = IMAPServer(login, config)
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(imap)
        self._servers = [await asyncio.start_server(answer, "127.0.0.1", 0)]
        self._inner = int(self._servers[0].sockets[0].getsockname()[1])
        outer: list[asyncio.Server] = []
        for context in (None, server_context()):
            outer.append(await asyncio.start_server(self._relay, "127.0.0.1", 0, ssl=context))
        self._servers += outer
        plain, secured = (int(one.sockets[0].getsockname()[1]) for one in outer)
        return plain, secured

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._inner, limit=1 << 26)
        self._writers += [writer, inner_writer]
        await asyncio.gather(
            self._pipe(reader, inner_writer, self._hear),
            self._pipe(inner_reader, writer, lambda piece: self.meddle(piece)),
            return_exceptions=True,
        )

    def _hear(self, piece: bytes) -> bytes:
        self.heard += piece
        return piece

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes | None]
    ) -> None:
        try:
            while piece := await reader.read(65_536):
                changed = change(piece)
                if changed is None:
                    break
                writer.write(changed)
                await writer.drain()
        finally:
            writer.close()

    async def _drop(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        await self._drop()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_SECONDS)
