"""What a mail that leaves says about the mails before it, without an id that only somebody's own mail program made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services import mail_people, mails
from services.mails import Known
from services.named import NamedTuple
from services.sql import fetch, marks


class Thread(NamedTuple):
    """What a mail answers, and the mails before it from the oldest on, as its head names them."""

    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def outgoing(
    in_reply_to: Sequence[str], references: Sequence[str], known: Mapping[str, Known], *, for_outside: bool
) -> Thread:
    """Return the thread of a mail that leaves as those who get it know it.

    What a customer wrote keeps its own id. What somebody of the desk wrote is named by the id under which it left.
    Ids that the desk does not know are left out of what goes `for_outside`: an employee's mail program made them.
    """
    answered = next(iter(in_reply_to), "")
    wanted = list(dict.fromkeys((*references, *([answered] if answered else []))))
    names = _names(wanted, known)
    if not for_outside:
        names = {**{one: (one,) for one in wanted if one not in known}, **names}
    chain = dict.fromkeys(name for one in wanted for name in names.get(one, ()))
    return Thread(next(iter(names.get(answered, ())), ""), tuple(chain))


def _names(wanted: Sequence[str], known: Mapping[str, Known]) -> dict[str, tuple[str, ...]]:
    """Return for each known id by what the mail is named; the first is the best."""
    staff = mail_people.staff().by_address
    found = {one: known[one] for one in wanted if one in known}
    carried = _carried([one.mail_id for one in found.values() if one.ours and one.mail_id is not None])
    own = [one.mail_id for one in found.values() if one.mail_id and not one.ours and one.sender_email.lower() in staff]
    left_as = mails.sent_as(own)
    names: dict[str, tuple[str, ...]] = {}
    for message_id, one in found.items():
        if one.ours:
            written, sender = carried.get(one.mail_id or 0, ("", ""))
            # The customer who wrote it never saw the copies that the desk got of it.
            from_outside = bool(written) and sender.lower() not in staff
            names[message_id] = (written, message_id) if from_outside else (message_id,)
        elif one.sender_email.lower() in staff:
            names[message_id] = tuple(filter(None, (left_as.get(one.mail_id or 0, ""),)))
        else:
            names[message_id] = (message_id,)
    return names


def _carried(mail_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the own Message-ID and the sender of mails that left as copies."""
    if not mail_ids:
        return {}
    rows = fetch(f"SELECT id, message_id, sender_email FROM mail WHERE id IN ({marks(mail_ids)})", *mail_ids)
    return {row[0]: (row[1], row[2]) for row in rows}
