"""Mail that programs write: which of it is no matter for a ticket, and what is never answered by a program."""

from __future__ import annotations

import re

from connector import authentication
from connector.mail.message import ParsedMail
from connector.senders import Sender
from services import clock, mail_settings
from services.originals import Original
from services.patterns import late

_ANSWERED_INVITATION = late(rb"^METHOD:[ \t]*(?:REPLY|COUNTER|DECLINECOUNTER|REFRESH)\b", re.IGNORECASE | re.MULTILINE)
_CALENDARS = ("text/calendar", "application/ics")
_LOOKED_AT = 50_000
# A program's notice asks for somebody's attention, unlike an absence reply, a bounce or what a list sends to all.
_NOTICES = late(
    r"Auto-Submitted: auto-(?:generated|notified)\b|X-Cron-Env: |X-Loop: |X-Auto-?Generated: |X-Fc-Machinegenerated: ",
    re.IGNORECASE,
)
# What asks for no answer, but may well be a person's mail.
_ONLY_UNANSWERED = late(
    r"X-Auto-Response-Suppress: |From: (?:no-?_?\.?reply|do-?_?\.?not-?_?\.?reply)\b", re.IGNORECASE
)
_OF_LISTS = late(r"(?:List-[a-z-]+|(?:X-)?Precedence|Preference): ", re.IGNORECASE)
_OLD = 7 * clock.DAY
_ROUTES = ("pipe:", "lmtp:", "spool:")
"""How the sources of mail begin that a mail server brought, if it told no envelope; an import has paths there."""


def is_automatic(mail: ParsedMail) -> bool:
    """Tell whether a program wrote the mail: such mail reopens nothing and asks for nobody's attention."""
    return mail.is_bounce or answers_invitation(mail) or bool(_reasons(mail))


def note(mail: ParsedMail) -> str:
    """Return what the desk should know of mail that says of itself that a program sent it, or nothing."""
    if mail.auto_reasons:
        return f"A program sent this mail ({', '.join(mail.auto_reasons)})."
    return "A program sent this mail (it reports that a mail could not be delivered)." if mail.is_bounce else ""


def no_matter(mail: ParsedMail) -> str:
    """Return why a mail that belongs to no ticket makes none either; nothing for what somebody should look at.

    A notice that a program wrote of itself makes a ticket, such as an alarm or what a form on a web page sends, and so
    does mail over a list that is the desk's own address.
    """
    if mail.is_bounce:
        return "A bounce of a mail that belongs to no ticket."
    if answers_invitation(mail):
        return "An answer to an invitation that belongs to no ticket."
    answering = bool(mail.in_reply_to or mail.references)
    reasons = [one for one in _reasons(mail) if answering or not _NOTICES.match(one)]
    return f"A program sent this mail, and it belongs to no ticket ({', '.join(reasons)})." if reasons else ""


def answers_invitation(mail: ParsedMail) -> bool:
    """Tell whether a calendar answers an invitation; an invitation itself is a mail like any other."""
    files = (one for one in mail.attachments if one.content_type in _CALENDARS)
    return any(_ANSWERED_INVITATION.search(one.data[:_LOOKED_AT]) for one in files)


def no_answer(mail: ParsedMail, original: Original, sender: Sender) -> str:
    """Return why a mail gets no automatic answer, or nothing; a loop needs two programs that answer each other."""
    if mail.auto_submitted or mail.is_bounce or answers_invitation(mail):
        return "a program wrote it, or it asks for no answer"
    if original.envelope_sender == "":
        return "its sender is the null sender"
    if not sender.answers.email:
        return "it names no address that could be answered"
    if sender.standing not in ("employee", "customer", "inactive"):
        return "it comes from a desk, or its sender failed the authentication"
    settings = mail_settings.current()
    if sender.answers.email in settings.own_addresses:
        return "answers would go to a desk"
    if authentication.failure(mail, settings.authserv_id):
        return "its sender failed the authentication, so that an answer would reach somebody who never wrote"
    if _is_old(mail, original):
        return "it was written long ago"
    return ""


def is_fresh(mail: ParsedMail, original: Original) -> bool:
    """Tell whether a mail is one of these days: a mailbox and an import may bring the mail of years, to tell nobody."""
    if original.envelope_sender is not None or original.source.startswith(_ROUTES):
        return True
    if original.mailbox_id is not None:
        return not _is_old(mail, original)
    return mail.date_at is not None and not _is_old(mail, original)


def _reasons(mail: ParsedMail) -> list[str]:
    own_list = _is_own_list(mail)
    found = (one for one in mail.auto_reasons if not _ONLY_UNANSWERED.match(one))
    return [one for one in found if not (own_list and _OF_LISTS.match(one))]


def _is_old(mail: ParsedMail, original: Original) -> bool:
    return mail.date_at is not None and mail.date_at < original.received_at - _OLD


def _is_own_list(mail: ParsedMail) -> bool:
    local, _, domain = mail_settings.current().support_address.partition("@")
    name = f"<{local}.{domain}>"
    return bool(domain) and any(
        one.lower().startswith("list-id: ") and name in one.lower() for one in mail.auto_reasons
    )
