"""Mail that leaves the desk, read from the outbox as its recipients would read it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from connector.intake import Outcome, take_in
from services import blobs, preferences
from services.sql import fetch
from tests.support.desks import SUPPORT_ADDRESS, Desk


class Sent(NamedTuple):
    """A queued mail: its kind, who gets it as (role, address), its envelope sender, and its bytes."""

    kind: str
    to: list[tuple[str, str]]
    envelope_sender: str
    states: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail as the library reads it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def head(self) -> str:
        """The head, unfolded and as it stands."""
        return self.raw.partition(b"\r\n\r\n")[0].decode("ascii")

    @property
    def body(self) -> bytes:
        """The content's bytes."""
        return self.raw.partition(b"\r\n\r\n")[2]


def open_the_way_out(desk: Desk, **settings: object) -> None:
    """Let mail leave the desk: name a server, and whatever else is to be set."""
    for name, value in {"smtp_host": "smtp.desk.example", "support_name": "Desk", **settings}.items():
        preferences.set_desk_setting(desk.administrator, name, value)


def sent(*kinds: str) -> list[Sent]:
    """Return what was queued so far, oldest first, or only mails of some kinds."""
    found = []
    for key, kind, envelope, head, blob, start in fetch(
        "SELECT id, kind, envelope_sender, head, blob_id, body_start FROM outgoing_mail ORDER BY id"
    ):
        if kinds and kind not in kinds:
            continue
        rows = fetch("SELECT role, address, state FROM delivery WHERE outgoing_id = ? ORDER BY role, address", key)
        raw = head.encode("latin-1") + blobs.read(blob)[start:]
        found.append(Sent(kind, [(row[0], row[1]) for row in rows], envelope, [row[2] for row in rows], raw))
    return found


def deliver(
    desk: Desk,
    *mails: bytes,
    envelope_sender: str | None = "someone@else.example",
    mailbox_id: int | None = None,
    source: str = "lmtp",
) -> list[Outcome]:
    """Bring mails in one after the other as a mail server does, and return what became of each."""
    return [
        take_in(
            desk.administrator,
            raw,
            source,
            mailbox_id=mailbox_id,
            envelope_sender=envelope_sender,
            envelope_recipients=[SUPPORT_ADDRESS],
        )
        for raw in mails
    ]
