"""What the composer starts with, and what is read for it: in one go in the database thread, before it opens."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from screens.mail.ticket_actions import NOTE, REPLY_ALL
from services import replies, reply_people, reply_review, tickets
from services.errors import Invalid
from services.records import TicketDetail
from services.replies import Answered, Reply
from services.reply_people import COLLEAGUE, Addressees, Known
from services.reply_review import Review
from services.session import Session


class Beginning(NamedTuple):
    """A mail before anybody wrote; `mail_id` is the mail that it answers, None for the customers' newest."""

    ticket: TicketDetail
    way: str
    mail_id: int | None
    people: Addressees
    subject: str
    answered: Answered | None
    known: list[Known]

    @property
    def kind(self) -> str:
        """The kind of draft: an answer to one mail is one to all as well, but never a note to colleagues."""
        return "mail-note" if self.way == NOTE else "reply"


class Typed(NamedTuple):
    """What stands in the composer; `answers` as `replies.Reply` has it."""

    to: str
    cc: str
    bcc: str
    subject: str
    text: str
    files: tuple[Path, ...]
    answers: int | None


def begin(session: Session, ticket_id: int, way: str, mail_id: int | None) -> Beginning:
    """Read what a mail starts with; raises Invalid with the reason where none can be written."""
    ticket = tickets.get(session, ticket_id)
    if (why := replies.refusal(session, ticket)) is not None:
        raise Invalid(why)
    people = Addressees()
    if way != NOTE:
        people = reply_people.proposed(session, ticket_id, everyone=way == REPLY_ALL, mail_id=mail_id)
    own = replies.own_address(session)
    known = [one for one in reply_people.completions(session, ticket_id) if one.address != own]
    if way == NOTE:
        known.sort(key=lambda one: one.standing != COLLEAGUE)
    answered = replies.answered(session, ticket_id, mail_id)
    return Beginning(ticket, way, mail_id, people, replies.subject_for(ticket), answered, known)


def look(session: Session, ticket_id: int, typed: Typed) -> tuple[Reply, Review]:
    """Return what was typed as a mail, with its files read, and how it will leave; raises Invalid at the field."""
    fields = (("to", typed.to), ("cc", typed.cc), ("bcc", typed.bcc))
    people = Addressees(*(reply_people.parsed(text, name) for name, text in fields))
    files = tuple(_read(path) for path in typed.files)
    reply = Reply(people, typed.subject, typed.text, files, typed.answers)
    return reply, reply_review.review(session, ticket_id, reply)


def _read(path: Path) -> tuple[str, str, bytes]:
    from services import local_files

    try:
        return local_files.read(path)
    except Invalid as fault:
        # The field has one line for it, and the folder says little.
        raise Invalid(fault.sentence.replace(str(path), path.name), "files") from None
