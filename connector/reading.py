"""How much of a kept mail is read for filing."""

from __future__ import annotations

from connector.mail.parse import MAX_MAIL
from services import mail_settings

MEGABYTE = 1_000_000


def largest() -> int:
    """Return up to how many bytes a mail is read whole: what it holds may have the size that the desk's setting says,
    and in a mail files take up to two fifths more.
    """
    return min(mail_settings.current().largest_mail_mb * MEGABYTE * 7 // 5, MAX_MAIL)
