"""Desks whose connectors run as their own processes, and the mail server that carries mail between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from smtplib import LMTP, SMTPException
from typing import NamedTuple

from models.binding import close_database, connection, make_database, open_database
from services import auth, mail_settings, people, preferences
from tests.support import desks
from tests.support.connector import Mailing
from tests.support.desks import Desk
from tests.support.patience import wait_until
from tests.support.smtp_server import Caught, SmtpServer

MARKS = re.compile(rb"^(?:Auto-Submitted|X-Auto[\w-]*|Precedence|X-Loop): .*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
THREAD = re.compile(rb"^(?:Message-ID|In-Reply-To|References): .*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
NUMBER = re.compile(rb"\[\d{4}-\d{4}\]")

_BUSY = (
    "SELECT (SELECT COUNT(*) FROM delivery WHERE state IN ('waiting', 'sending', 'unknown'))"
    " + (SELECT COUNT(*) FROM mail_original WHERE state = 'received')"
)


@contextmanager
def visiting(url: str) -> Iterator[Desk]:
    """Work at one of several desks."""
    bound = open_database(url)
    mail_settings.forget()
    try:
        with connection():
            yield desks.log_in(url, bound)
    finally:
        close_database()


class Passed(NamedTuple):
    """A mail that the relay handed on to a desk: the envelope, and the bytes as they arrived there."""

    sender: str
    address: str
    data: bytes


class Relay(SmtpServer):
    """Hands each mail on to the desk of its address before it says that it took it; catches what is for others.

    So a mail that left one desk is kept at the other one, and lies nowhere in between. With `lost`, what these
    patterns match is lost on the way, and a null sender becomes the address of From, as bad servers do it.
    `answering` returns mails as (sender, address, data) that somebody writes upon a mail for nobody's desk.
    """

    def __init__(self, *lost: re.Pattern[bytes]) -> None:
        self.desks: dict[str, int] = {}
        """The port at which the desk of an address takes LMTP."""
        self.passed: list[Passed] = []
        self.refused: list[str] = []
        self.answering: Callable[[Caught], Sequence[Passed]] = lambda mail: ()
        self.lost = lost
        super().__init__()

    def catch(self, mail: Caught) -> None:
        """Hand a mail on, and have whoever got it answer."""
        for address in mail.recipients:
            if address in self.desks:
                self.hand_on(self._worn(mail, address))
        super().catch(mail)
        if not self.desks.keys() & set(mail.recipients):
            for answer in self.answering(mail):
                self.hand_on(answer)

    def hand_on(self, mail: Passed) -> None:
        """Give a mail to the desk of its address."""
        try:
            with LMTP("127.0.0.1", self.desks[mail.address], timeout=60) as client:
                client.sendmail(mail.sender, [mail.address], mail.data)
        except (SMTPException, OSError) as error:
            self.refused.append(f"{mail.address}: {error}")
            return
        self.passed.append(mail)

    def _worn(self, mail: Caught, address: str) -> Passed:
        data = mail.data
        for pattern in self.lost:
            data = pattern.sub(b"", data)
        written = re.search(rb"^From: .*?([^\s<]+@[^\s>]+)", data, re.MULTILINE)
        sender = written[1].decode() if self.lost and written else mail.sender
        return Passed(sender, address, data)


class DeskAtWork:
    """A desk with an address and a connector that takes LMTP and sends through a relay. End it with `close`."""

    def __init__(self, url: str, folder: Path, address: str, relay: Relay, **settings: object) -> None:
        self.url = url
        self.address = address
        self._looking = make_database(url)
        self._looking.connect()
        chosen = {"smtp_host": "127.0.0.1", "smtp_port": relay.port, "smtp_security": "none", "send_delay_seconds": 0}
        with visiting(url) as desk:
            for name, value in {"support_address": address, **chosen, **settings}.items():
                preferences.set_desk_setting(desk.administrator, name, value)
            own = desk.administrator.employee_id or 0
            people.change_employee(desk.administrator, own, os_account=auth.os_account())
        self.mailing = Mailing(url, folder)
        self._running = self.mailing.run("run")
        self._running.wait_for("listening")
        relay.desks[address] = self._running.port

    def value(self, query: str) -> int:
        """Return the one number that a query finds."""
        return int(self._looking.execute_sql(query).fetchone()[0])

    def is_idle(self) -> bool:
        """Tell whether nothing waits to come in or to leave."""
        return not self.mailing.spool.names() and self.value(_BUSY) == 0

    def stop(self) -> int:
        """Ask the connector to end and return its exit status."""
        return self._running.stop()

    def close(self) -> None:
        """End everything."""
        self.mailing.close()
        self._looking.close()


def wait_for_silence(relay: Relay, *places: DeskAtWork, least: int = 0) -> int:
    """Wait until nothing moves between desks any more, and return how many mails the relay handed on, ever."""
    counted = 0

    def is_silent() -> bool:
        nonlocal counted
        counted = len(relay.passed)
        # Whatever moved from one to another while they were looked at was handed on meanwhile.
        return counted >= least and all(one.is_idle() for one in places) and len(relay.passed) == counted

    wait_until(is_silent, 120)
    return counted
