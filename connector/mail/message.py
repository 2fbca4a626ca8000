"""What reading a mail yields: plain values that no later step needs to check again."""

from __future__ import annotations

from services.named import NamedTuple


class Address(NamedTuple):
    """One mailbox: `email` has a lower-case domain and may lack an "@" or be empty."""

    name: str
    email: str


class Attachment(NamedTuple):
    """A file that came with a mail; `name` is safe to save under and unique within the mail."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


class Returned(NamedTuple):
    """One recipient whom a report names: `action` is "failed" or "delayed", `status` like "5.1.1" or empty."""

    address: str
    action: str
    status: str
    diagnostic: str


class Check(NamedTuple):
    """One result about one domain, all in lower case; `domain` is empty where the server names none."""

    method: str
    result: str
    domain: str


class Authentication(NamedTuple):
    """What one server found about a mail's origin: results in lower case by method ("spf", "dkim", "dmarc").

    `checks` has all of them with whose they are. `sure` means that they stand where no sender can have put them.
    """

    server: str
    results: dict[str, str]
    checks: tuple[Check, ...] = ()
    sure: bool = False


class ParsedMail(NamedTuple):
    """A mail as the desk uses it; all text is cleaned, `date_at` is microseconds UTC or None if unreadable.

    `body_key` is the same for one mail that came over two routes.
    `signed` and `encrypted` hold "S/MIME", "OpenPGP" or nothing, and claim no check of either.
    `auto_reasons` says why `auto_submitted` is set; `warnings` are sentences for who reads the ticket.
    `returned` and the two behind it say of a bounce whom it concerns and which mail came back.
    `forwarded` is who wrote a mail that this one forwards. `authentication` has what the servers on the way wrote,
    the last of them first: only a server that is known can be believed. `delivered_to` is for whom they took it.
    """

    message_id: str
    message_id_made: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    date_at: int | None
    text: str
    html_only: bool
    attachments: tuple[Attachment, ...]
    body_key: str
    auto_submitted: bool
    auto_reasons: tuple[str, ...]
    is_bounce: bool
    signed: str
    encrypted: str
    warnings: tuple[str, ...]
    returned: tuple[Returned, ...] = ()
    returned_message_id: str = ""
    returned_references: tuple[str, ...] = ()
    forwarded: Address | None = None
    authentication: tuple[Authentication, ...] = ()
    delivered_to: tuple[str, ...] = ()

    @property
    def thanks_only(self) -> bool:
        """Whether what was written, quotes and signature apart, is nothing but thanks; a file says more than that."""
        from services.thanks import is_only_thanks

        return all(file.inline for file in self.attachments) and is_only_thanks(self.text)
