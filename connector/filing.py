"""Filing one mail that was read: as a new ticket, as an entry of the ticket it belongs to, or nowhere yet."""

from __future__ import annotations

from connector import automatic, bounces, entering, reopening
from connector.distributing import Filing
from connector.mail.message import ParsedMail
from connector.matching import Match, find, thread_of
from connector.senders import CHANNEL, Sender, identify
from services import journal, mail_identity, mails, originals, tickets
from services.mails import Known
from services.named import NamedTuple
from services.originals import Original
from services.session import desk_session


class Filed(NamedTuple):
    """Where a mail went; `ticket_id` is None for a duplicate and for mail under review or set aside: no entry."""

    ticket_id: int | None
    is_new_ticket: bool = False


def file(mail: ParsedMail, original: Original, os_account: str = "") -> Filed:
    """File a mail that is kept but not filed yet, inside an open transaction, as one operation of its sender."""
    known = mails.known([mail.message_id, *thread_of(mail)])
    twin = originals.filed_twin(original.id, mail.message_id, mail.body_key) if mail.message_id in known else None
    if twin is not None:
        reason = f"The same mail as {originals.get(twin).source}"
        return _leave(mail, original.id, "file-mail", originals.DUPLICATE, reason, os_account)
    reported = bounces.note(desk_session(CHANNEL, os_account), mail)
    sender = identify(mail, os_account)
    arrived = Filing(mail, original, sender, known, _returns(mail, sender, known), reported is not None)
    match = find(mail, sender, original, known)
    if match.review:
        return _leave(mail, original.id, "review-mail", originals.REVIEW, match.review, os_account)
    no_matter = automatic.no_matter(mail) if match.ticket_id is None and not match.chosen else ""
    if no_matter:
        reason = " ".join((no_matter, *match.notes))
        return _leave(mail, original.id, "set-aside-mail", originals.ASIDE, reason, os_account)
    with journal.operation(sender.session, "file-mail") as op:
        ticket_id, is_new = _filed(op, arrived, match)
        _settle(op, mail, original.id, originals.FILED, ticket_id=ticket_id)
    return Filed(ticket_id, is_new)


def _filed(op: journal.Recorder, arrived: Filing, match: Match) -> tuple[int, bool]:
    """File a mail on its ticket, and return that and whether the mail made it."""
    if match.ticket_id is None:
        return entering.as_ticket(op, arrived, match.notes), True
    ticket = tickets.get(op.session, match.ticket_id, lock=True)
    if entering.wakes(arrived) and not match.chosen:
        ticket, takes_new = reopening.place(op, ticket, arrived.mail)
        if takes_new:
            return entering.as_ticket(op, arrived, match.notes, before=ticket), True
    entering.as_answer(op, arrived, ticket, match.notes)
    return ticket.id, False


def _returns(mail: ParsedMail, sender: Sender, known: dict[str, Known]) -> bool:
    """Tell whether a mail left this desk and came back."""
    own = known.get(mail.message_id)
    if sender.standing == "own" or (own is not None and own.ours):
        return True
    return mail_identity.ticket_of(mail.message_id) is not None


def _leave(mail: ParsedMail, original_id: int, action: str, state: str, reason: str, os_account: str) -> Filed:
    """Note why a mail makes no entry, at least for now."""
    with journal.operation(desk_session(CHANNEL, os_account), action) as op:
        _settle(op, mail, original_id, state, reason=reason)
    return Filed(None)


def _settle(
    op: journal.Recorder,
    mail: ParsedMail,
    original_id: int,
    state: str,
    *,
    reason: str = "",
    ticket_id: int | None = None,
) -> None:
    originals.settle(
        op,
        original_id,
        state,
        reason=reason,
        message_id=mail.message_id,
        body_key=mail.body_key,
        ticket_id=ticket_id,
    )
