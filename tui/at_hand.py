"""What the Email Connector does at once for somebody at a screen: send, fetch, file, read; never on the event loop.

Screens do not know the connector; they get this from the program, and run it in their threads.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.session import Session, desk_session

if TYPE_CHECKING:
    from connector.mail.message import Address

_SEND_SECONDS = 20.0
_READ_BYTES = 200_000


class AtHand:
    """The connector for screens; each method needs a connection to the desk, and takes as long as servers take."""

    def send(self, session: Session) -> str:
        """Send what is due in the outbox, for some seconds, and return why the server could not be used, if so."""
        from connector.sending import send_due, sender_name

        until = time.monotonic() + _SEND_SECONDS
        done = send_due(desk_session("email", session.os_account), sender_name(), stop=lambda: time.monotonic() > until)
        return done.fault.sentence if done.fault is not None else ""

    def fetch(self, session: Session, mailbox_id: int) -> tuple[int, str]:
        """Look into one mailbox once; return how many mails came, and what is wrong."""
        from connector.fetchers import fetch_once, taking_in
        from connector.sending import sender_name
        from services.mailboxes import MAILBOXES

        session.require("import_mail")
        mailbox = MAILBOXES.get(session, mailbox_id)
        email = desk_session("email", session.os_account)
        (outcome,) = fetch_once([mailbox], sender_name(), keep=taking_in(email))
        return outcome.fetched, outcome.error

    def file(self, session: Session) -> None:
        """File what waits because a person sent it back or nobody else did it."""
        from connector.intake import file_left

        session.require("import_mail")
        file_left(desk_session("email", session.os_account))

    def read(self, raw: bytes) -> tuple[tuple[str, ...], str]:
        """Return the lines of a mail's head that people read, and its text, as far as both can be read."""
        from connector.mail.parse import parse

        try:
            mail = parse(raw[:_READ_BYTES])
        except Exception:
            # Nobody knows of such a mail, but here is where one would lie.
            return (), raw[:_READ_BYTES].decode("utf-8", "replace")
        named = (
            ("From", _people([mail.sender] if mail.sender else [])),
            ("To", _people(mail.to)),
            ("Cc", _people(mail.cc)),
            ("Subject", [mail.subject]),
            ("Files", [one.name for one in mail.attachments if not one.inline]),
        )
        lines = [f"{label}: {', '.join(values)}" for label, values in named if any(values)]
        cut = f"\n\n[{len(raw):,} bytes: the beginning is shown; the .eml has all of it.]"
        return tuple(lines), mail.text + (cut if len(raw) > _READ_BYTES else "")


def _people(addresses: Sequence[Address]) -> list[str]:
    return [f"{one.name} <{one.email}>" if one.name else one.email for one in addresses]
