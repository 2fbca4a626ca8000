"""The copy of a mail that the desk passes on: its content as it came, under a head of our own.

Whatever a head tells about where a mail was written and how it travelled is left behind, so no private address and
no signature that the new head would break reaches anybody. Fields are taken over by name, never all but some.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector import content_fields
from connector.mail import headers
from connector.mail.parse import normal_start
from services import mail_writing
from services.mail_writing import Address, Field
from services.named import NamedTuple


class Heading(NamedTuple):
    """What the head of a copy says; `at` is microseconds UTC, and nobody is shown who is in Bcc."""

    sender: Address
    subject: str
    message_id: str
    at: int
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    extra: Sequence[Field] = ()


class Copy(NamedTuple):
    """A copy: its head, and where in the original its content begins.

    `content` is set only where the original's line ends had to be mended to find the content at all.
    """

    head: str
    body_start: int
    content: bytes | None = None


def copy_of(raw: bytes, heading: Heading) -> Copy:
    """Return a mail's copy under a new head; its content, with text and attachments, is the original's.

    The head holds bytes as characters (latin-1), because old mails describe their content in 8 bits.
    """
    readable = normal_start(raw)
    found, start = headers.split(readable, 0, patient=True)
    fields = [
        *mail_writing.address_fields(heading.sender, heading.to, heading.cc, heading.reply_to),
        ("Subject", mail_writing.subject(heading.subject)),
        ("Date", mail_writing.date(heading.at)),
        *mail_writing.thread_fields(heading.message_id, heading.in_reply_to, heading.references),
        *heading.extra,
        *content_fields.kept(found),
    ]
    head = mail_writing.head(fields)
    if raw.endswith(readable):
        return Copy(head, len(raw) - len(readable) + start)
    return Copy(head, start, readable)
