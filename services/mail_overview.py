"""The Email Connector at a glance, in sentences: what works, what waits, what went wrong, what comes of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services import (
    clock,
    mail_passwords,
    mail_rates,
    mail_settings,
    mail_status,
    mail_tokens,
    oauth_providers,
    originals,
)
from services.errors import DeskError
from services.mail_status import MailStatus
from services.mailboxes import MAILBOXES, MailboxRow, MailboxStatus, statuses
from services.numbers import number_of
from services.originals import ASIDE, DUPLICATE, FILED, QUARANTINED, REVIEW
from services.session import Session, desk_session
from services.sql import fetch


class Used(NamedTuple):
    """How many automatic mails left within a rate's time, of how many it lets leave."""

    sent: int
    most: int
    time: str


class Overview(NamedTuple):
    """How mail does just now, and how much of each total rate is used."""

    status: MailStatus
    rates: tuple[Used, ...]


def read(session: Session) -> Overview:
    """Return how mail does just now. Needs the privilege `import_mail`."""
    status = mail_status.read(session)
    at = clock.now()
    rates = mail_rates.parse(mail_settings.current().mail_rate_total)
    return Overview(status, tuple(Used(_sent_since(at - one.span, one.most), one.most, one.time) for one in rates))


def _sent_since(at: int, most: int) -> int:
    """Count the automatic mails since then, as far as a rate counts: from the partial index alone."""
    # As the partial index says it; what was held never left.
    newest = "SELECT 1 AS one FROM delivery WHERE automatic = 1 AND state <> 'held' AND created_at > ?"
    return int(fetch(f"SELECT COUNT(*) FROM ({newest} LIMIT {int(most)}) n", at)[0][0])


def became(session: Session, original_id: int) -> str:
    """Return in a sentence what has become of a mail that a person sent back. Needs the privilege `import_mail`."""
    session.require("import_mail")
    found = originals.several([original_id])
    if not found:
        return "This mail is not in the desk."
    original = found[0]
    if original.state in (FILED, DUPLICATE):
        ticket_id = originals.ticket_of(original)
        where = f" on {number_of(ticket_id)}" if ticket_id is not None else ""
        return f"The mail was filed{where}." if original.state == FILED else f"The same mail was filed before{where}."
    told = {
        QUARANTINED: "The mail cannot be filed and is in quarantine again",
        REVIEW: "The mail is under review again",
        ASIDE: "The mail is set aside again",
    }
    if original.state in told:
        return f"{told[original.state]}: {original.reason}"
    return "The mail waits to be filed; a connector does that."


def still_quarantined(session: Session, original_ids: Sequence[int]) -> int:
    """Return how many of some mails are in quarantine. Needs the privilege `import_mail`."""
    session.require("import_mail")
    return sum(one.state == QUARANTINED for one in originals.several(original_ids))


def mailboxes_of(session: Session) -> list[tuple[MailboxRow, MailboxStatus]]:
    """Return the mailboxes with how fetching each goes. Needs the privilege `import_mail`."""
    session.require("import_mail")
    known = {one.id: one for one in statuses(desk_session("email"))}
    return [(row, known[row.id]) for row in MAILBOXES.all(session) if row.id in known]


def password_told(mailbox: MailboxRow) -> str:
    """Return in a sentence whether the account that runs this program finds a mailbox's password, never the password.

    The same of what a sign-in has left. Asks the keyring, which may take a while.
    """
    if mailbox.sign_in != oauth_providers.PASSWORD:
        return _sign_in_told(mailbox)
    found = mail_passwords.find(mail_passwords.IMAP, mailbox.name, mailbox.username)
    if found is None:
        return mail_passwords.missing(mail_passwords.IMAP, mailbox.name, mailbox.username).sentence
    return "The password is found."


def _sign_in_told(mailbox: MailboxRow) -> str:
    account = mail_tokens.Account(mail_passwords.IMAP, mailbox.name, mailbox.username, mailbox.sign_in)
    try:
        return "The sign-in is kept." if mail_tokens.is_kept(account) else mail_tokens.missing(account).sentence
    except DeskError as fault:
        return fault.sentence
