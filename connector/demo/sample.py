"""Mail that came to the sample desk in its last hours and left it, taken in by the connector as all mail is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from connector.demo import letters
from connector.demo.letters import Person
from connector.intake import take_in
from services import canned_texts, clock, journal, originals, outbox_sending, preferences, replies, tickets
from services.auth import session_for
from services.mailboxes import MAILBOXES
from services.numbers import id_of, number_of
from services.originals import QUARANTINED, Arrival
from services.outbox import FAILED, SENT
from services.outbox_sending import Outcome
from services.reply_people import Addressees
from services.session import Session, desk_session
from services.sql import fetch, first
from services.users import USERS

HOST = "127.0.0.1"
PORT = 2525
"""Where mail leaves to until a catcher says at which port it is."""

TICKETS = 3
"""How many tickets the mail makes, on a desk that has an account with two open ones."""

_SENDER = "demo"
_SERVER = (("smtp_host", HOST), ("smtp_port", PORT), ("smtp_security", "none"))
_TEXTS = (
    ("Greeting", "Hello {requester},\n\nthank you for your mail about “{subject}”.\n\n"),
    ("Ask for a screenshot", "Could you send us a picture of what you see? That helps us to find it quickly.\n"),
    ("Solved", "We have solved this and close {number}. Answer this mail if it comes back.\n\n{employee}\n{company}\n"),
)
_REFUSED = "5.1.1 There is no such person here"
_STRANGER = "repairs@scanworks.example"


class _Company(NamedTuple):
    """An account with people who write, and two of its tickets."""

    people: tuple[Person, ...]
    numbers: tuple[str, str]


def name_server() -> None:
    """Let mail leave through a server on this machine."""
    session = desk_session("import", name="Deskwire demo")
    for name, value in _SERVER:
        preferences.set_desk_setting(session, name, value)


def add(now: int) -> tuple[int, int]:
    """Let mail come and go in the last two hours, and return how many tickets and History entries that has made.

    `now` is microseconds UTC. Needs a connection, and the server of `name_server`.
    """
    tickets, entries = _count("ticket"), _count("history")
    with clock.frozen(now - 2 * clock.HOUR):
        _furnish(desk_session("import", name="Deskwire demo"))
    company = _company()
    if company is not None:
        at = _Clock(now)
        _scanner(company, at)
        _comes_back(company, at)
        _for_people(company, at)
    return _count("ticket") - tickets, _count("history") - entries


class _Clock:
    """Moments of the last two hours."""

    def __init__(self, now: int) -> None:
        self._now = now

    def back(self, minutes: int) -> int:
        """Return the moment so many minutes ago."""
        return self._now - minutes * clock.MINUTE

    def take_in(self, minutes: int, write: Callable[[], bytes], sender: str | None = None) -> int:
        """Have a mail written and come so many minutes ago, and return the ticket that it is on, 0 without one."""
        with clock.frozen(self.back(minutes)):
            outcome = take_in(desk_session("email"), write(), "lmtp", envelope_sender=sender)
        self.leave(minutes)
        return id_of(outcome.number or "") or 0

    def send(self, minutes: int, who: str, ticket_id: int, people: Addressees, text: str) -> None:
        """Have somebody answer so many minutes ago."""
        session = session_for(USERS.find(who), "manual")
        with clock.frozen(self.back(minutes)):
            subject = replies.subject_for(tickets.get(session, ticket_id))
            replies.send(session, ticket_id, replies.Reply(people, subject, text))

    def leave(self, minutes: int, refused: Mapping[str, str] | None = None) -> None:
        """Have the mail server take, a moment later, what is due, but for those whom it refuses."""
        session, answers = desk_session("email"), refused or {}
        with clock.frozen(self.back(minutes) + 20 * clock.SECOND):
            for claimed in outbox_sending.claim(_SENDER, 100):
                mail = outbox_sending.begin(_SENDER, claimed)
                if mail is not None:
                    outcomes = [_outcome(due.id, answers.get(due.address, "")) for due in mail.recipients]
                    outbox_sending.settle(session, _SENDER, mail, outcomes)


def _outcome(key: int, refused: str) -> Outcome:
    return Outcome(key, FAILED, 550, refused) if refused else Outcome(key, SENT, 250, "2.0.0 Ok")


def _furnish(session: Session) -> None:
    """Add what administrators set; the mailbox is off, because nobody has one there."""
    for name, text in _TEXTS:
        canned_texts.CANNED_TEXTS.add(session, name=name, text=text)
    mailbox = {"name": "Support", "host": "imap.desk.example", "username": "support@desk.example", "active": False}
    MAILBOXES.add(session, **mailbox)


def _company() -> _Company | None:
    """Return the account with most open tickets; None on a desk that is too small for one."""
    row = first(
        "SELECT account_id, count(*) FROM ticket WHERE closed_at IS NULL AND archived = 0 AND account_id IS NOT NULL"
        " GROUP BY account_id HAVING count(*) > 1 ORDER BY count(*) DESC, account_id LIMIT 1"
    )
    if row is None:
        return None
    people = fetch("SELECT name, email FROM contact WHERE account_id = ? AND email <> '' ORDER BY id LIMIT 4", row[0])
    open_ones = "SELECT id FROM ticket WHERE account_id = ? AND closed_at IS NULL AND archived = 0 ORDER BY id LIMIT 2"
    one, other = (number_of(key) for (key,) in fetch(open_ones, row[0]))
    known = tuple((name, address) for name, address in people)
    return _Company(known, (one, other)) if len(known) == 4 else None


def _scanner(company: _Company, at: _Clock) -> None:
    """A talk with pictures, a file and quotes, in which one recipient is refused."""
    writer = company.people[0]
    ticket_id = at.take_in(110, lambda: letters.with_pictures(writer, "crooked"), writer[1])
    text = "Hello,\n\nplease clean the two rubber rollers behind the flap with a damp cloth, and try ten pages."
    people = Addressees((writer,), (("", _STRANGER),), ())
    at.send(90, "tom", ticket_id, people, f"{text}\n\nKind regards\nTom Okonkwo")
    at.leave(89, {_STRANGER: _REFUSED})
    subject, sent = _newest_sent(ticket_id)
    at.take_in(60, lambda: letters.answer(writer, "rollers", subject, sent, text), writer[1])


def _comes_back(company: _Company, at: _Clock) -> None:
    """An answer that does not reach the customer."""
    writer = company.people[1]
    ask = ("badge", "My badge opens no door", "since today my badge only blinks red.")
    ticket_id = at.take_in(75, lambda: letters.plain(writer, *ask), writer[1])
    at.send(55, "ines", ticket_id, Addressees((writer,), (), ()), "Hello,\n\nyour badge works again. Please try it.")
    at.leave(54)
    subject, sent = _newest_sent(ticket_id)
    at.take_in(53, lambda: letters.bounce("returned", writer[1], sent, subject), "")


def _for_people(company: _Company, at: _Clock) -> None:
    """Mail about which somebody has to decide, or nobody."""
    customer, other = company.people[2], company.people[3]
    mara = ("Mara Lindqvist", "mara@desk.example")
    at.take_in(40, lambda: letters.forwarded(mara, customer, "telephones"), mara[1])
    both = " and ".join(f"[{number}]" for number in company.numbers)
    asks = "is there any news about these two?"
    at.take_in(32, lambda: letters.plain(other, "both", f"News about {both}?", asks), other[1])
    at.take_in(25, lambda: letters.absence(other, "holiday"), "")
    _quarantined(customer, at)


def _quarantined(sender: Person, at: _Clock) -> None:
    """A mail that is as good as any, and could not be filed when it came."""
    session, subject = desk_session("email"), "The shared folder is full"
    with clock.frozen(at.back(15)):
        raw = letters.plain(sender, "disk", subject, "nobody can save a file.")
        (kept,) = originals.keep(session, [Arrival("lmtp", raw, sender[1])])
        with journal.operation(session, "quarantine-mail") as op:
            originals.describe(kept.id, sender[1], subject)
            originals.settle(op, kept.id, QUARANTINED, reason="The disk was full when this mail was to be filed.")


def _newest_sent(ticket_id: int) -> Sequence[str]:
    """Return subject and Message-ID of the answer that left last."""
    (row,) = fetch(
        "SELECT subject, message_id FROM mail WHERE ticket_id = ? AND direction = 'out' ORDER BY id DESC LIMIT 1",
        ticket_id,
    )
    return row


def _count(table: str) -> int:
    return int(fetch(f"SELECT count(*) FROM {table}")[0][0])
