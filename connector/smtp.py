"""Talking SMTP to the server through which mail leaves: one connection for many mails, an answer per recipient.

What matters most is what is known when something breaks: before the final dot the server has taken nothing, after it
nobody knows.
"""

from __future__ import annotations

import re
import smtplib
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from connector.smtp_opening import Server, opened, said, why
from services.mail_writing import ascii_address
from services.outbox import FAILED, SENT, UNKNOWN, WAITING
from services.outbox_sending import AWAY
from services.text import clean

_BLOCK = 1 << 18
_MAX_ADDRESS = 254
_UTF8_LOCAL = re.compile(r"[^\s<>(),;:\\\"\[\]@]{1,64}")
_DOTS = re.compile(rb"(?m)^\.")
_CLOSING = 421
_PARTING = 5.0


class Timeouts(NamedTuple):
    """Seconds: for connecting, a command, a block of the content, the answer to it, and everything before that answer.

    Together the last two are well below what a claim lasts.
    """

    connect: float = 30
    command: float = 60
    block: float = 60
    answer: float = 180
    whole: float = 360


class Answer(NamedTuple):
    """What became of one recipient, as an outcome of the outbox, and what the server said."""

    state: str
    code: int | None
    text: str


class _Lost(Exception):
    """The connection ended, or the server asked to end it, while nothing depended on it."""

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text)
        self.answer = Answer(AWAY, code, text)


class Connection:
    """A connection that is ready for mails; raises Unreachable or Unusable when there is none to be had."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._ends = 0.0
        self._smtp = opened(server, self._timeouts.connect, self._timeouts.command)
        self.is_open = True

    def send(self, sender: str, addresses: Sequence[str], data: bytes) -> dict[str, Answer]:
        """Send a mail and return what became of each address; it never raises for what a server does.

        Addresses that need SMTPUTF8 go in a transaction of their own, because that asks every server on the way for
        it. After a lost connection `is_open` is False, and the rest waits.
        """
        answers: dict[str, Answer] = {}
        plain, special = {}, {}
        for address in dict.fromkeys(addresses):
            if found := ascii_address(address) if _is_sane(address) else "":
                plain[address] = found
            elif found := _utf8_address(address):
                special[address] = found
            else:
                answers[address] = Answer(FAILED, None, "This is no address that a mail server can take.")
        if special and not self._smtp.has_extn("smtputf8"):
            refused = Answer(FAILED, None, "The mail server takes no addresses with letters other than a to z.")
            answers.update(dict.fromkeys(special, refused))
            special = {}
        if plain or special:
            self._ends = time.monotonic() + self._timeouts.whole
            wire = _wire(data)
            for group, utf8 in ((plain, False), (special, True)):
                if group:
                    answers.update(self._send(sender, group, wire, utf8))
        return answers

    def close(self) -> None:
        """End the connection politely if it is still there."""
        if self.is_open:
            self._ends = time.monotonic() + _PARTING
            with suppress(_Lost):
                self._command("QUIT")
        self.drop()

    def _send(self, sender: str, group: dict[str, str], wire: bytes, utf8: bool) -> dict[str, Answer]:
        """Send to some addresses in one transaction."""
        if not self.is_open:
            return dict.fromkeys(group, Answer(AWAY, None, "The connection to the mail server was lost."))
        answers: dict[str, Answer] = {}
        try:
            refused = self._begin(sender, wire, utf8)
            if refused is not None:
                return dict.fromkeys(group, refused)
            for address, written in group.items():
                code, text = self._command(f"RCPT TO:<{written}>")
                if not 200 <= code < 300:
                    answers[address] = _refusal(code, text)
            taken = [address for address in group if address not in answers]
            if taken:
                answers.update(dict.fromkeys(taken, self._content(wire)))
            else:
                self._reset()
        except _Lost as lost:
            # Nothing has left: those that were refused for good are, and all others wait.
            self.drop()
            answers.update({address: lost.answer for address in group if address not in answers})
        return answers

    def _begin(self, sender: str, wire: bytes, utf8: bool) -> Answer | None:
        """Name the sender; return what is said against the whole mail."""
        smtp = self._smtp
        largest = smtp.esmtp_features.get("size", "")
        if largest.isdigit() and 0 < int(largest) < len(wire):
            size, most = len(wire) / 1_000_000, int(largest) / 1_000_000
            text = f"The mail has {size:,.1f} MB, and the mail server takes {most:,.1f} MB at most."
            return Answer(FAILED, 552, text)
        from_address = ascii_address(sender) if sender else ""
        if sender and not from_address:
            return Answer(FAILED, None, "The address that this mail is from is none: correct support_address.")
        options = [f"SIZE={len(wire)}"] if smtp.has_extn("size") else []
        if smtp.has_extn("8bitmime") and not wire.isascii():
            options.append("BODY=8BITMIME")
        if utf8:
            options.append("SMTPUTF8")
        smtp.command_encoding = "utf-8" if utf8 else "ascii"
        code, text = self._command(" ".join([f"MAIL FROM:<{from_address}>", *options]))
        if 200 <= code < 300:
            return None
        self._reset()
        return _refusal(code, text)

    def _content(self, wire: bytes) -> Answer:
        """Send the content for the recipients that were taken."""
        code, text = self._command("DATA")
        if code != 354:
            self._reset()
            return _refusal(code, text)
        try:
            for start in range(0, len(wire), _BLOCK):
                self._socket(self._timeouts.block).sendall(wire[start : start + _BLOCK])
        except OSError as error:
            return self._broken_off(error)
        try:
            # From here on it may have everything.
            end = self._socket(self._timeouts.block)
            end.sendall(b".\r\n")
            end.settimeout(self._timeouts.answer)
            code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Answer(UNKNOWN, None, f"The mail server had everything and did not answer ({why(error)}).")
        if 200 <= code < 300:
            return Answer(SENT, code, said(words))
        if code == _CLOSING:
            raise _Lost(code, said(words))
        return _refusal(code, said(words))

    def _broken_off(self, error: OSError) -> Answer:
        """Return the answer of a server that hung up amid the content; some say first that it is too much."""
        with suppress(OSError, smtplib.SMTPException):
            self._socket(_PARTING)
            code, words = self._smtp.getreply()
            if code >= 400 and code != _CLOSING:
                self.drop()
                return _refusal(code, said(words))
        raise _Lost(None, f"The connection to the mail server was lost ({why(error)}).")

    def _reset(self) -> None:
        """End a transaction; what was said before counts, whatever follows."""
        try:
            self._command("RSET")
        except _Lost:
            self.drop()

    def _command(self, line: str) -> tuple[int, str]:
        """Say a command and return the answer to it; raises _Lost when there is none, or the server leaves."""
        try:
            self._socket(self._timeouts.command)
            self._smtp.putcmd(line)
            code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _Lost(None, f"The connection to the mail server was lost ({why(error)}).") from None
        if code == _CLOSING:
            raise _Lost(code, said(words))
        return code, said(words)

    def _socket(self, seconds: float) -> socket.socket:
        """Return the socket, ready to be used for so many seconds, but for no longer than the mail has left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise _Lost(None, "The mail server is too slow.")
        if self._smtp.sock is None:
            raise _Lost(None, "The connection to the mail server was lost.")
        self._smtp.sock.settimeout(min(seconds, left))
        return self._smtp.sock

    def drop(self) -> None:
        """Let go of the connection without a word."""
        self.is_open = False
        self._smtp.close()


def _refusal(code: int, text: str) -> Answer:
    # 552 with 5.5.3 is “too many recipients” by the oldest rules: the others of them can be taken later.
    later = not 500 <= code < 600 or (code == 552 and "5.5.3" in text)
    return Answer(WAITING if later else FAILED, code, f"{code} {text}" if code > 0 else text)


def _is_sane(address: str) -> bool:
    return len(address) <= _MAX_ADDRESS and clean(address) == address


def _utf8_address(address: str) -> str:
    """Return an address whose local part is not ASCII, its domain in ASCII; empty when it is none."""
    local, at, domain = address.rpartition("@")
    if not at or not _is_sane(address) or "\ufffd" in address or not _UTF8_LOCAL.fullmatch(local):
        return ""
    ending = ascii_address(f"x@{domain}")
    return f"{local}{ending[1:]}" if ending else ""


def _wire(data: bytes) -> bytes:
    """Return a mail as it goes over the wire: CRLF line ends alone, and a dot more where a line begins with one."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    return _DOTS.sub(b"..", data)
