"""Reading a kept mail for filing: whole up to the desk's limit, and what is larger in part, with a warning."""

from __future__ import annotations

from connector.mail import identity
from connector.mail.headers import split
from connector.mail.message import ParsedMail
from connector.mail.parse import parse
from services import mail_settings

MEGABYTE = 1_000_000


def largest() -> int:
    """Return up to how many bytes a mail is read whole: what it holds may have the size that the desk's setting says,
    and in a mail files take up to two fifths more.
    """
    return mail_settings.current().largest_mail_mb * MEGABYTE * 7 // 5


def read_mail(raw: bytes, limit: int) -> ParsedMail:
    """Return what the desk needs of a mail; of one over the limit only what its beginning holds."""
    if len(raw) <= limit:
        return parse(raw)
    mail = parse(raw[:limit])
    try:
        # By the whole of it, so that two large mails that begin alike are not taken for one.
        found, body = split(raw, 0, patient=True)
        key = identity.body_key(found, raw, body)
    except Exception:
        key = mail.body_key
    warning = (
        f"The mail has {len(raw) // MEGABYTE} MB, more than the {limit // MEGABYTE} MB that the desk reads:"
        " what stands behind them is only in the original."
    )
    return mail._replace(body_key=key, warnings=(*mail.warnings, warning))
