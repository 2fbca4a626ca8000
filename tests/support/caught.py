"""Mail that a server has caught, read as its recipients' programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.support.smtp_server import Caught


class Received:
    """A mail with its envelope: to whom it went, and what they read."""

    def __init__(self, caught: Caught) -> None:
        self.envelope_sender = caught.sender
        self.recipients = frozenset(caught.recipients)
        self.raw = caught.data
        self.login, self.secured = caught.login, caught.secured
        self.message: EmailMessage = message_from_bytes(caught.data, policy=policy.default)

    def __getitem__(self, name: str) -> str:
        """Return a field of the head, decoded; empty when it is not there."""
        return str(self.message.get(name, ""))

    @property
    def fields(self) -> frozenset[str]:
        """The names of all fields of the head, in lower case."""
        return frozenset(name.lower() for name in self.message)

    @property
    def body(self) -> bytes:
        """What follows the head."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def thread(self) -> list[str]:
        """The Message-IDs of the mails before it, the oldest first."""
        return self["References"].split()

    @property
    def text(self) -> str:
        """What is read in it."""
        body = self.message.get_body(("plain", "html"))
        assert isinstance(body, EmailMessage)
        return str(body.get_content())

    @property
    def files(self) -> list[tuple[str, str]]:
        """Its attachments that are text, by name."""
        return [(part.get_filename() or "", part.get_content()) for part in self.message.iter_attachments()]

    def gives_away(self, words: Iterable[str]) -> list[str]:
        """Return those words that stand anywhere in its bytes, whatever their case."""
        said = self.raw.lower()
        return [word for word in words if word.lower().encode() in said]
