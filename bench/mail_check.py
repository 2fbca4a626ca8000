"""Whether what was measured did what it should: each mail once, byte for byte, and each conversation one ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.mail_desk import MailDesk, WrongResult
from bench.mail_letters import Letter
from models.binding import close_database, connection, open_database
from services import originals
from services.sql import fetch

_AT_ONCE = 50


def check(desk: MailDesk, mails: Sequence[Letter]) -> None:
    """Raise WrongResult unless these mails, and no others, came into the desk while it was measured."""
    open_database(desk.url)
    try:
        with connection():
            _check_originals(desk, mails)
            _check_tickets(desk, mails)
    finally:
        close_database()
    _same("mails left in the spool", len(desk.spool.names()), 0)


def _check_originals(desk: MailDesk, mails: Sequence[Letter]) -> None:
    kept = fetch("SELECT id, state FROM mail_original WHERE id > ?", desk.since["mail_original"])
    _same("originals", len(kept), len(mails))
    _same("states of originals", {state for _, state in kept}, {originals.FILED})
    contents = sorted(raw for some in _groups([key for key, _ in kept]) for raw in _contents(some))
    if contents != sorted(letter.raw for letter in mails):
        raise WrongResult("The originals do not hold the bytes that were sent.")


def _check_tickets(desk: MailDesk, mails: Sequence[Letter]) -> None:
    since = desk.since
    filed = fetch("SELECT message_id, ticket_id, id FROM mail WHERE id > ? ORDER BY id", since["mail"])
    _same("mails on tickets", len(filed), len(mails))
    ticket_of = {message_id: ticket_id for message_id, ticket_id, _ in filed}
    _same("Message-IDs that came", len(ticket_of.keys() & {letter.message_id for letter in mails}), len(mails))
    conversations: dict[str, set[int]] = {}
    for letter in mails:
        conversations.setdefault(letter.begins, set()).add(ticket_of[letter.message_id])
    _same("conversations on one ticket", sum(len(one) == 1 for one in conversations.values()), len(conversations))
    _same("tickets", fetch("SELECT count(*) FROM ticket WHERE id > ?", since["ticket"])[0][0], len(conversations))
    entries = fetch(
        "SELECT subject_id FROM history WHERE kind = 'mail_in' AND id > ? ORDER BY subject_id", since["history"]
    )
    if [row[0] for row in entries] != [row[2] for row in filed]:
        raise WrongResult(f"{len(entries)} entries in the History for {len(filed)} mails.")


def check_answers(desk: MailDesk, mails: Sequence[Letter]) -> None:
    """Raise WrongResult unless each conversation has its automatic answer waiting."""
    open_database(desk.url)
    try:
        with connection():
            waiting = fetch(
                "SELECT count(*), count(DISTINCT o.ticket_id) FROM outgoing_mail o"
                " JOIN delivery d ON d.outgoing_id = o.id WHERE o.kind = 'response' AND d.state = 'waiting'"
            )
    finally:
        close_database()
    conversations = len({letter.begins for letter in mails})
    _same("answers that wait", tuple(waiting[0]), (conversations, conversations))


def _contents(ids: Sequence[int]) -> list[bytes]:
    return list(originals.contents(ids, 1 << 40).values())


def _groups(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise WrongResult(f"{what[0].upper()}{what[1:]}: {found}, expected {wanted}.")
