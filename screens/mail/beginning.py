"""What the composer starts with, and what is read for it: in one go in the database thread, before it opens."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from screens.mail.ticket_actions import NOTE, REPLY_ALL
from services import replies, reply_people, reply_review, ticket_files, tickets
from services.errors import Invalid
from services.records import TicketDetail
from services.replies import Answered, Reply
from services.reply_people import COLLEAGUE, Addressees, Known
from services.reply_review import Review
from services.session import Session
from services.ticket_files import TicketFile

Attached = Path | TicketFile
"""A file that goes along: one of this computer, or one that lies on the ticket."""


class Beginning(NamedTuple):
    """A mail before anybody wrote; `mail_id` is the mail that it answers, None for the customers' newest."""

    ticket: TicketDetail
    way: str
    mail_id: int | None
    people: Addressees
    subject: str
    answered: Answered | None
    known: list[Known]
    files: list[TicketFile]

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
    files: tuple[Attached, ...]
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
    files = ticket_files.of_ticket(session, ticket_id)
    return Beginning(ticket, way, mail_id, people, replies.subject_for(ticket), answered, known, files)


def look(session: Session, ticket_id: int, typed: Typed) -> tuple[Reply, Review]:
    """Return what was typed as a mail, with its files read, and how it will leave; raises Invalid at the field."""
    fields = (("to", typed.to), ("cc", typed.cc), ("bcc", typed.bcc))
    people = Addressees(*(reply_people.parsed(text, name) for name, text in fields))
    files = tuple(_read(session, ticket_id, file) for file in typed.files)
    reply = Reply(people, typed.subject, typed.text, files, typed.answers)
    review = reply_review.review(session, ticket_id, reply)
    internal = [file.name for file in typed.files if isinstance(file, TicketFile) and file.internal]
    return reply, review.with_internal(internal)


def _read(session: Session, ticket_id: int, file: Attached) -> tuple[str, str, bytes]:
    from services import local_files

    if isinstance(file, TicketFile):
        return ticket_files.read(session, ticket_id, file)
    try:
        return local_files.read(file)
    except Invalid as fault:
        # The field has one line for it, and the folder says little.
        raise Invalid(fault.sentence.replace(str(file), file.name), "files") from None
