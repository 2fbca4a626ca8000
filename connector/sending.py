"""The sender: it claims what is due in the outbox, commits, sends, and notes what became of it.

No transaction is open while a server takes its time. A mail that cannot be read or written fails by itself; the
others leave.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from connector.smtp import Answer, Connection, Timeouts
from connector.smtp_opening import Server, Unreachable
from models import database
from models.binding import is_lost
from services import blobs, mail_passwords, mail_settings, mail_tokens
from services.errors import DeskError, Invalid, TryAgain
from services.faults import translated
from services.mail_tokens import Account
from services.oauth_providers import PASSWORD
from services.outbox import FAILED, SENT, UNKNOWN, WAITING
from services.outbox_sending import (
    AWAY,
    Claimed,
    Outcome,
    Settled,
    begin,
    claim,
    give_back,
    next_due,
    recover,
    settle,
)
from services.session import Session

_BATCH = 50
"""Rows that are claimed at once."""

_MOST_LOSSES = 3
_PAUSES = (0.5, 1, 2, 4, 8, 16)
_BROKEN = "This mail is damaged in the database; run “deskwire db check”."

Stop = Callable[[], bool]


class Round(NamedTuple):
    """What one look into the outbox came to, counted by recipients.

    `trouble` are those that failed or are unknown; `fault` is why the server could not be used, None when it could.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    trouble: tuple[Settled, ...] = ()
    fault: DeskError | None = None

    @property
    def handled(self) -> int:
        """How many recipients were tried."""
        return self.sent + self.waiting + self.failed + self.unknown


def sender_name() -> str:
    """Return a name for a sender that no other one has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def send_due(session: Session, name: str, *, timeouts: Timeouts | None = None, stop: Stop = lambda: False) -> Round:
    """Send everything that is due under the name of one sender, and return what became of it.

    Needs a database connection, and no open transaction. Ends early when `stop` says so, between two mails, or when
    the server cannot be used; what is left waits. It raises only what the database raises.
    """
    recover(session)
    refusal = mail_settings.outgoing_refusal()
    if refusal is not None:
        # Rows keep their time, so that they leave as soon as the settings are there.
        return Round(fault=Invalid(refusal)) if next_due() is not None else Round()
    sender = _Sender(session, name, timeouts or Timeouts())
    try:
        while not stop() and sender.fault is None:
            mails = claim(name, _BATCH)
            if not mails:
                break
            sender.send(mails, stop)
    finally:
        sender.close()
    return sender.round()


def server() -> Server:
    """Return the server of the settings with its password, or the token in its place; raises DeskError without one."""
    settings = mail_settings.current()
    username, host = settings.smtp_username, settings.smtp_host
    if settings.smtp_sign_in != PASSWORD:
        if not username:
            raise Invalid("A sign-in for outgoing mail needs to know whose: an administrator sets smtp_username.")
        account = Account(mail_passwords.SMTP, host, username, settings.smtp_sign_in)
        return Server(host, settings.smtp_port, settings.smtp_security, username, token=mail_tokens.access(account))
    password = mail_passwords.find(mail_passwords.SMTP, host, username) if username else ""
    if password is None:
        raise mail_passwords.missing(mail_passwords.SMTP, host, username)
    return Server(host, settings.smtp_port, settings.smtp_security, username, password)


class _Sender:
    """One round: keeps a connection for several mails, and what became of them."""

    def __init__(self, session: Session, name: str, timeouts: Timeouts) -> None:
        self.fault: DeskError | None = None
        self._session = session
        self._name = name
        self._timeouts = timeouts
        self._connection: Connection | None = None
        self._is_fresh = True
        self._losses = 0
        self._settled: list[Settled] = []

    def send(self, mails: Sequence[Claimed], stop: Stop) -> None:
        """Send claimed mails one after the other; those that are not reached wait."""
        for place, claimed in enumerate(mails):
            if stop() or self.fault is not None:
                return give_back(self._name, mails[place:])
            data = _read(claimed)
            if data is not None and not self._is_ready():
                return self._put_off(mails[place:])
            # Only now: whatever happened before leaves no doubt whether the mail has left.
            mail = begin(self._name, claimed, mails[place + 1 :])
            if mail is not None:
                self._settle(mail, _all(mail, FAILED, _BROKEN) if data is None else self._send(mail, data))
        return None

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def round(self) -> Round:
        """Return what became of everything."""
        sent, waiting, failed, unknown = (
            [one for one in self._settled if one.state == state] for state in (SENT, WAITING, FAILED, UNKNOWN)
        )
        trouble = (*failed, *unknown)
        return Round(len(sent), len(waiting), len(failed), len(unknown), trouble, self.fault)

    def _is_ready(self) -> bool:
        """Have a connection, a new one if need be; tell whether there is one, and keep the fault if not."""
        if self._connection is not None and self._connection.is_open:
            return True
        self.close()
        try:
            self._connection = Connection(server(), self._timeouts)
        except DeskError as error:
            self.fault = error
        self._is_fresh = True
        return self.fault is None

    def _send(self, mail: Claimed, data: bytes) -> dict[str, Answer]:
        """Return what became of each address of a mail."""
        while self._connection is not None:
            was_fresh, self._is_fresh = self._is_fresh, False
            answers = _sent(self._connection, mail, data)
            if was_fresh or any(answer.state != AWAY for answer in answers.values()):
                return self._counted(answers)
            # Servers end connections that were idle or have carried enough: a fresh one tells more.
            self._is_ready()
        return _all(mail, AWAY, str(self.fault))

    def _counted(self, answers: dict[str, Answer]) -> dict[str, Answer]:
        """Give up on a server on which one connection after the other breaks; a single mail may be to blame for one."""
        broken = [answer for answer in answers.values() if answer.state in (AWAY, UNKNOWN)]
        self._losses = self._losses + 1 if broken else 0
        if self._losses >= _MOST_LOSSES:
            self.fault = Unreachable(f"The mail server ends the connection each time: {broken[0].text}")
        return answers

    def _settle(self, mail: Claimed, answers: dict[str, Answer]) -> None:
        """Note what became of a mail; if the database is away for a moment, then, because nothing must leave twice."""
        outcomes = [Outcome(due.id, *answers[due.address]) for due in mail.recipients]
        for pause in (*_PAUSES, None):
            try:
                with translated():
                    _connect_again()
                    self._settled += settle(self._session, self._name, mail, outcomes)
                return
            except TryAgain:
                if pause is None:
                    raise
                time.sleep(pause)

    def _put_off(self, mails: Sequence[Claimed]) -> None:
        """Let everything wait that was claimed for a server that cannot be used."""
        for mail in mails:
            self._settle(mail, _all(mail, AWAY, str(self.fault)))


def _read(mail: Claimed) -> bytes | None:
    """Return a mail as it leaves; None when it is damaged."""
    try:
        return mail.head.encode("latin-1") + blobs.read(mail.blob)[mail.body_start :]
    except TryAgain:
        raise
    except (DeskError, UnicodeError):
        return None


def _all(mail: Claimed, state: str, text: str) -> dict[str, Answer]:
    return {due.address: Answer(state, None, text) for due in mail.recipients}


def _connect_again() -> None:
    """Replace a connection to the database that was lost meanwhile."""
    if is_lost():
        database.close()
    if database.is_closed():
        database.connect()


def _sent(connection: Connection, mail: Claimed, data: bytes) -> dict[str, Answer]:
    try:
        return connection.send(mail.envelope_sender, [due.address for due in mail.recipients], data)
    except Exception as error:
        # Whatever nobody foresaw about one mail stops no other one; what has left of it nobody knows.
        connection.drop()
        return _all(mail, UNKNOWN, f"Deskwire met a fault that it does not know ({type(error).__name__}).")
