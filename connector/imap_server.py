"""One connection to a mailbox on an IMAP server, in the few steps that fetching needs.

Whatever goes wrong is a ServerFault with one sentence. TLS is never given up for a plain connection, and a server that
says nothing is left after its time.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from connector.xoauth2 import Xoauth2
from services import mail_passwords, mail_tokens
from services.errors import DeskError
from services.mailboxes import MailboxRow
from services.oauth_providers import PASSWORD
from services.text import header

CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 60.0
LARGEST = 150_000_000
"""Bytes; a larger mail stays on its server."""

_KEPT = rb"$Deskwire"
_SEEN = rb"\Seen"
_MAX_REASON = 200
# The answer to a search is a single line, for whose length the library has a limit of a megabyte.
_MOST_UIDS = 50_000


class ServerFault(DeskError):
    """A mail server could not be reached, or refused what was asked; `is_lost` tells that the connection ended."""

    def __init__(self, sentence: str, *, is_lost: bool = False) -> None:
        super().__init__(sentence)
        self.is_lost = is_lost


class ImapServer:
    """A mailbox's folder, opened. Made by `connected`."""

    def __init__(self, client: Any, mailbox: MailboxRow) -> None:
        self._client = client
        self._mailbox = mailbox
        with _faults(mailbox):
            opened = client.select_folder(mailbox.folder or "INBOX")
        self.uid_validity = int(opened.get(b"UIDVALIDITY", 0))
        permanent = opened.get(b"PERMANENTFLAGS", ())
        self._flags = [_SEEN, *([_KEPT] if rb"\*" in permanent or _KEPT in permanent else [])]
        self._uid_next = int(opened.get(b"UIDNEXT", 0))
        self._too_large: set[int] = set()
        self._has_news = False

    @property
    def can_idle(self) -> bool:
        """Whether the server tells by itself of new mail."""
        return bool(self._client.has_capability("IDLE"))

    def uids_after(self, last_uid: int) -> list[int]:
        """Return the uids of the mails that came after one, in their order."""
        found: set[int] = set()
        begin = last_uid + 1
        with _faults(self._mailbox):
            self._told_of_mail()
            while self._uid_next - begin > _MOST_UIDS:
                found |= set(self._client.search(["UID", f"{begin}:{begin + _MOST_UIDS - 1}"]))
                begin += _MOST_UIDS
            # What came since the folder was opened is in here too.
            found |= set(self._client.search(["UID", f"{begin}:*"]))
        # "*" is the last mail even if its uid is lower than what was asked for.
        return sorted(uid for uid in found if uid > last_uid)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the sizes in bytes that the server tells of mails."""
        with _faults(self._mailbox):
            found = self._client.fetch(list(uids), ["RFC822.SIZE"])
        sizes = {uid: int(data.get(b"RFC822.SIZE", 0)) for uid, data in found.items()}
        self._too_large |= {uid for uid, size in sizes.items() if size > LARGEST}
        return sizes

    def mails(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return mails as they are on the server, which goes on taking them for unread; without those that are gone.

        A mail that `sizes` has told to be larger than LARGEST is a fault: it would not fit into memory.
        """
        if self._too_large.intersection(uids):
            raise ServerFault(f"A mail on {self._mailbox.host} is larger than {LARGEST // 1_000_000:,} MB.")
        with _faults(self._mailbox):
            found = self._client.fetch(list(uids), ["BODY.PEEK[]"])
        return {uid: found[uid][b"BODY[]"] for uid in uids if found.get(uid, {}).get(b"BODY[]") is not None}

    def put_away(self, uids: Sequence[int]) -> None:
        """Do with mails that are kept what the mailbox asks for: flag them, move them, or delete them."""
        client, mailbox = self._client, self._mailbox
        with _faults(mailbox):
            if mailbox.after == "flag":
                client.add_flags(uids, self._flags, silent=True)
            elif mailbox.after == "delete":
                self._delete(uids)
            else:
                if not client.folder_exists(mailbox.move_to):
                    client.create_folder(mailbox.move_to)
                if client.has_capability("MOVE"):
                    client.move(uids, mailbox.move_to)
                else:
                    client.copy(uids, mailbox.move_to)
                    self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        self._client.delete_messages(uids, silent=True)
        self._client.expunge(uids if self._client.has_capability("UIDPLUS") else None)

    def poll(self) -> None:
        """Have the server tell what is new, and see that it is there."""
        with _faults(self._mailbox):
            self._client.noop()

    @contextmanager
    def idling(self) -> Iterator[Any]:
        """Have the server tell of new mail while the block runs, which asks `heard` again and again."""
        with _faults(self._mailbox):
            self._client.idle()
            # What came since the search was told once, with other answers or right behind this one, and never again.
            self._has_news = _is_news(self._client.idle_check(timeout=0)) or self._told_of_mail()
            yield
            self._client.idle_done()

    def _told_of_mail(self) -> bool:
        """Tell whether the server has told of mail with its answers since this was asked last."""
        return bool(self._client.told("EXISTS"))

    def heard(self, seconds: float) -> bool:
        """Wait for new mail; true when there may be some, or when the connection may have ended: look at both."""
        if self._has_news:
            self._has_news = False
            return True
        end = time.monotonic() + seconds / 2
        with _faults(self._mailbox):
            answers = self._client.idle_check(timeout=seconds)
        # Of an ended connection the library tells only that there is something to read, at once and for ever.
        is_ended = not answers and time.monotonic() < end
        return is_ended or _is_news(answers)


def _is_news(answers: Sequence[Any]) -> bool:
    return any(isinstance(one, tuple) and {b"EXISTS", b"BYE"} & set(one[:2]) for one in answers)


class _Client(IMAPClient):  # type: ignore[misc]
    """The library's client, which also finds what came in one piece with another answer."""

    _has_asked_to_idle = False

    def told(self, what: str) -> list[Any]:
        """Return what the server has told about something with answers to other questions, and forget it."""
        return [one for one in self._imap.response(what)[1] if one is not None]

    def idle(self) -> None:
        """Ask the server to tell of news."""
        super().idle()
        self._has_asked_to_idle = True

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        # What was read along with the answer to IDLE lies in a buffer, and the socket has nothing more to tell of it.
        if self._has_asked_to_idle:
            self._has_asked_to_idle = False
            return True
        return super()._poll_socket(sock, timeout)


@contextmanager
def connected(mailbox: MailboxRow, secret: str, *, context: ssl.SSLContext | None = None) -> Iterator[ImapServer]:
    """Hold a connection to a mailbox while the block runs; `secret` is its password or token. Raises ServerFault."""
    with _faults(mailbox):
        client = _Client(
            mailbox.host,
            mailbox.port,
            ssl=mailbox.security == "tls",
            ssl_context=context or ssl.create_default_context(),
            timeout=SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS),
        )
    try:
        with _faults(mailbox):
            if mailbox.security == "starttls":
                client.starttls(context or ssl.create_default_context())
            if mailbox.sign_in == PASSWORD:
                client.login(mailbox.username, secret)
            else:
                _sign_in(client, mailbox, secret)
        yield ImapServer(client, mailbox)
    finally:
        _leave(client)


def _sign_in(client: Any, mailbox: MailboxRow, token: str) -> None:
    """Sign in by a token, which is thrown away when it is refused."""
    if not client.has_capability("AUTH=XOAUTH2"):
        raise ServerFault(f"{mailbox.host} takes no sign-ins by token: set sign_in of {mailbox.name} to password.")
    talk = Xoauth2(mailbox.username, token)
    try:
        client.sasl_login("XOAUTH2", talk)
    except LoginError as error:
        # The library calls a broken connection a refusal too.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        mail_tokens.refused(token)
        account = mail_tokens.Account("imap", mailbox.name, mailbox.username, mailbox.sign_in)
        raise ServerFault(
            f"{mailbox.host} refused the sign-in of {mailbox.username} ({talk.said or _said(error)}): see that it is"
            f" allowed there, or run “{account.command}” and sign in as {mailbox.username}."
        ) from None
    except ValueError:
        # A challenge that is no base64.
        raise ServerFault(f"{mailbox.host} does not sign in as others do; it is tried again.") from None


def _leave(client: Any) -> None:
    """Take leave of a server; one that has gone already is no fault, and none is waited for."""
    try:
        client.socket().settimeout(2.0)
        client.logout()
    except (IMAPClientError, imaplib.IMAP4.error, OSError, ValueError, AttributeError):
        try:
            client.shutdown()
        except (IMAPClientError, imaplib.IMAP4.error, OSError, ValueError, AttributeError):
            return


@contextmanager
def _faults(mailbox: MailboxRow) -> Iterator[None]:
    """Turn what the library, the network and TLS raise into sentences."""
    host = mailbox.host
    try:
        yield
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise ServerFault(f"{host} broke the connection off: {_said(error)}.", is_lost=True) from error
        command = mail_passwords.command(mail_passwords.IMAP, mailbox.name)
        raise ServerFault(
            f"{host} refused the login of {mailbox.username} ({_said(error)}): correct its username, or type the"
            f" password with “{command}”."
        ) from error
    except ssl.SSLCertVerificationError as error:
        why = header(error.verify_message or "", _MAX_REASON).rstrip(".")
        raise ServerFault(f"The certificate of {host} is not to be trusted ({why}); nothing was sent there.") from error
    except ssl.SSLError as error:
        sentence = (
            f"No secured connection to {host}:{mailbox.port} came about ({_said(error)}); check port and security."
        )
        raise ServerFault(sentence, is_lost=True) from error
    except socket.gaierror as error:
        raise ServerFault(f"There is no server called {host}; check its name and the network.") from error
    except TimeoutError as error:
        raise ServerFault(f"{host} did not answer in time; it is tried again.", is_lost=True) from error
    except CapabilityError as error:
        raise ServerFault(f"{host} cannot do what is needed: {_said(error)}.") from error
    except imaplib.IMAP4.abort as error:
        raise ServerFault(f"{host} broke the connection off: {_said(error)}.", is_lost=True) from error
    except (IMAPClientError, imaplib.IMAP4.error) as error:
        raise ServerFault(f"{host} refused: {_said(error)}.") from error
    except OSError as error:
        raise ServerFault(f"{host}:{mailbox.port} cannot be reached: {_said(error)}.", is_lost=True) from error


def _said(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if text[:2] in ("b'", 'b"') and text[-1:] == text[1]:
        # The library tells what a server said as a program writes bytes.
        text = text[2:-1]
    return header(text, _MAX_REASON).rstrip(".") or type(error).__name__
