"""Bounces: a report about a mail of ours marks the recipients whom it did not reach."""

from __future__ import annotations

from connector.mail.message import ParsedMail, Returned
from services import outbox_bounces
from services.outbox_bounces import PERMANENT, TEMPORARY, Bounce
from services.session import Session


def note(session: Session, mail: ParsedMail) -> int | None:
    """Mark in the outbox what a mail reports, as an operation, and return the ticket of the mail that came back.

    None when it reports nothing of ours. It opens no ticket again; where the report is filed is the caller's business.
    """
    if not mail.is_bounce or not mail.returned_message_id:
        return None
    return outbox_bounces.note(session, mail.returned_message_id, [_bounce(one) for one in mail.returned])


def _bounce(one: Returned) -> Bounce:
    kind = TEMPORARY if one.action == "delayed" else PERMANENT
    diagnostic = one.diagnostic.strip()
    known = one.status and one.status not in diagnostic
    return Bounce(one.address, kind, f"{one.status} {diagnostic}".strip() if known else diagnostic)
