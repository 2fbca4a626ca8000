"""An answer as it will leave, for a last look: exactly who gets it, who is a stranger, what may be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services import distribution, mail_settings, replies, reply_people, tickets
from services.attachment_words import speaks_of_attachment
from services.errors import Invalid
from services.outbox import FAILED, Recipient
from services.outbox_bounces import PERMANENT
from services.replies import Reply
from services.session import Session
from services.sql import fetch, first, marks
from services.text import one_line

_MOST_UNREACHED = 3


class Addressed(NamedTuple):
    """Somebody who gets the mail as to, cc or bcc; `standing` as `reply_people` has it.

    `unasked` are the followers of the ticket, who get it although nobody named them.
    """

    role: str
    name: str
    address: str
    standing: str
    unasked: bool


class Review(NamedTuple):
    """A mail before it is sent; `files` are (name, bytes), `remarks` sentences about what may be a slip."""

    sender: str
    subject: str
    people: tuple[Addressed, ...]
    files: tuple[tuple[str, int], ...]
    remarks: tuple[str, ...]
    delay_seconds: int
    is_open: bool

    @property
    def strangers(self) -> int:
        """How many addresses are unknown at the ticket and its account."""
        return sum(one.standing == reply_people.STRANGER for one in self.people)

    def with_internal(self, names: Sequence[str]) -> Review:
        """Return it with a remark about files that came with mail inside the desk, when somebody outside gets them."""
        if not names or all(one.standing == reply_people.COLLEAGUE for one in self.people):
            return self
        which = f"“{one_line(names[0], limit=60)}” came" if len(names) == 1 else f"{len(names)} of the files came"
        return self._replace(remarks=(*self.remarks, f"{which} with mail that the customer does not see."))


def review(session: Session, ticket_id: int, reply: Reply) -> Review:
    """Return what sending an answer would send; raises what sending would raise."""
    ticket = tickets.get(session, ticket_id)
    if (why := replies.refusal(session, ticket)) is not None:
        raise Invalid(why)
    body = replies.checked(reply)
    settings = mail_settings.current()
    of_ticket = distribution.people_of(ticket.id, ticket.manager_id)
    everybody = reply_people.recipients(session, reply.people, of_ticket)
    if not everybody:
        raise Invalid("All these addresses are the desk's own; name somebody else.", "to")
    named = {address for _, address in reply.people.all}
    standing = reply_people.standings(session, ticket_id, [one.address for one in everybody])
    people = tuple(
        Addressed(one.role, one.name, one.address, standing[one.address], one.address not in named) for one in everybody
    )
    own = replies.own_address(session) if settings.mail_mode == "basic" else settings.support_address
    return Review(
        sender=reply_people.shown([(session.name, own)]),
        subject=replies.subject_of(ticket, reply),
        people=people,
        files=tuple((name, len(data)) for name, _, data in reply.attachments),
        remarks=(
            *_remarks(body, reply, people),
            *_internal(ticket_id, reply, body, people),
            *_unreached(ticket_id, everybody),
        ),
        delay_seconds=settings.send_delay_seconds,
        is_open=ticket.is_open,
    )


def _remarks(body: str, reply: Reply, people: tuple[Addressed, ...]) -> list[str]:
    found = []
    if not reply.attachments and speaks_of_attachment(body):
        found.append("The text speaks of an attachment, but no file is attached.")
    if all(one.standing == reply_people.COLLEAGUE for one in people):
        found.append("Only colleagues get this; the customer does not see it.")
    if not _own(body):
        found.append("Nothing stands in the mail but what it quotes.")
    return found


def _internal(ticket_id: int, reply: Reply, body: str, people: tuple[Addressed, ...]) -> list[str]:
    """Say when people outside get what is quoted of a mail that was for the desk alone."""
    if reply.answers is None or not _quotes(body) or all(one.standing == reply_people.COLLEAGUE for one in people):
        return []
    row = first(
        "SELECT public FROM history WHERE ticket_id = ? AND subject_id = ? AND kind IN ('mail_in', 'mail_out')",
        ticket_id,
        reply.answers,
    )
    return [] if row is None or row[0] else ["It quotes a mail that the customer does not see."]


def _quotes(body: str) -> bool:
    return any(line.startswith(">") for line in body.split("\n"))


def _unreached(ticket_id: int, people: Sequence[Recipient]) -> list[str]:
    """Say whom the ticket's last mail has not reached for good, with the words of whoever refused it."""
    rows = fetch(
        "SELECT address, state, bounce, reply FROM delivery"
        f" WHERE ticket_id = ? AND address IN ({marks(people)}) ORDER BY id",
        ticket_id,
        *(one.address for one in people),
    )
    last = {address: rest for address, *rest in rows}
    found = [
        f"The last mail to {address} {'came back' if bounce else 'was refused'}: {reply or 'no reason was given'}"
        for address, (state, bounce, reply) in last.items()
        if bounce == PERMANENT or state == FAILED
    ]
    more = len(found) - _MOST_UNREACHED
    return [*found[:_MOST_UNREACHED], *([f"So did mail to {more:,} more."] if more > 0 else [])]


def _own(body: str) -> list[str]:
    """Return the lines that are not quoted, without the one that introduces a quote."""
    lines = [line for line in body.split("\n") if line.strip()]
    quotes = [line.startswith(">") for line in lines]
    return [
        line for line, quote, next_ in zip(lines, quotes, [*quotes[1:], False], strict=True) if not (quote or next_)
    ]
