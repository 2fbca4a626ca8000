"""A desk at work between the servers through which mail reaches it and leaves it."""

from __future__ import annotations

import json
from smtplib import LMTP
from typing import Any

from peewee import Database

from models import MailOriginal
from models.binding import connection
from services.session import Session
from tests.support.caught import Received
from tests.support.connector import Running
from tests.support.correspondence import SUPPORT
from tests.support.desks import log_in
from tests.support.founding import Founded
from tests.support.imap_server import LoopbackImap
from tests.support.smtp_server import SmtpServer


class Mailbox(LoopbackImap):
    """The support mailbox at its provider; notes how many mails the desk had kept when one was marked here."""

    def __init__(self) -> None:
        self.kept_when_marked: list[int] = []
        super().__init__()

    def _hear(self, piece: bytes) -> bytes:
        if b" STORE " in piece:
            with connection():
                self.kept_when_marked.append(MailOriginal.select().count())
        return super()._hear(piece)


class Circle:
    """A desk at work: the support mailbox, the server for what leaves, and the connector between them.

    `came` holds every mail that came in so far.
    """

    def __init__(self, desk: Founded, database: Database, imap: Mailbox, smtp: SmtpServer, connector: Running) -> None:
        self.desk, self.imap, self.smtp, self.connector = desk, imap, smtp, connector
        self.came: list[bytes] = []
        self._database = database

    @property
    def administrator(self) -> Session:
        """The administrator, logged in. Needs a connection."""
        return log_in(self.desk.url, self._database).administrator

    def provider_gets(self, raw: bytes) -> None:
        """Have a mail arrive in the support mailbox."""
        self.came.append(raw)
        self.imap.put(raw)

    def is_handed(self, raw: bytes, sender: str) -> None:
        """Hand a mail over by LMTP, as the desk's own mail server does."""
        self.came.append(raw)
        with LMTP("127.0.0.1", self.connector.port, timeout=60) as server:
            assert server.sendmail(sender, [SUPPORT], raw) == {}

    def left(self, count: int) -> Received:
        """Return the mail that left last, once there are so many."""
        return Received(self.smtp.wait_for(count)[count - 1])

    def at_rest(self) -> dict[str, Any]:
        """Return the connector's status; nothing may wait, be in trouble or lie aside."""
        assert self.desk.runs("mail", "queue") == "Every mail is on a ticket.\n"
        status: dict[str, Any] = json.loads(self.desk.runs("mail", "status", "--json"))
        waiting = {name: status[name] for name in ("spool", "waiting", "quarantined", "review", "aside")}
        outbox = {name: status["outbox"][name] for name in ("waiting", "unknown", "failed", "held")}
        assert set(waiting.values()) == set(outbox.values()) == {0}, (waiting, outbox)
        return status
