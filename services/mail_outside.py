"""What customers see of the mails of their tickets: as they got them, without an employee's own address."""

from __future__ import annotations

from services import blobs, mail_people, mail_settings, mails
from services.mail_people import Staff
from services.records import MailView
from services.sql import first


def views(found: dict[int, MailView]) -> dict[int, MailView]:
    """Return the heads of mails as customers see them; blind copies are nobody's business but the sender's."""
    staff, support = mail_people.staff(), mail_settings.current().support_address
    own = [one.id for one in found.values() if is_of_the_desk(one.sender[1])]
    left_as = mails.sent_as(own)
    return {
        key: one._replace(
            sender=_seen(one.sender, staff, support),
            to=tuple(_seen(each, staff, support) for each in one.to),
            cc=tuple(_seen(each, staff, support) for each in one.cc),
            bcc=(),
            message_id=left_as.get(key, "") if key in own else one.message_id,
            original_id=one.original_id if key not in own or key in left_as else None,
        )
        for key, one in found.items()
    }


def is_of_the_desk(sender_email: str) -> bool:
    """Tell whether an address is an employee's, which no customer gets to know."""
    return sender_email.lower() in mail_people.staff().by_address


def copy(mail_id: int) -> bytes | None:
    """Return a mail as it left the desk, None when it did not, or nobody gets it any more."""
    row = first(
        "SELECT o.head, o.blob_id, o.body_start FROM outgoing_mail o"
        f" WHERE o.mail_id = ? AND {mails.LEAVES} ORDER BY o.id DESC LIMIT 1",
        mail_id,
    )
    return row[0].encode("latin-1") + blobs.read(row[1])[row[2] :] if row else None


def _seen(person: tuple[str, str], staff: Staff, support: str) -> tuple[str, str]:
    name, address = person
    having = staff.by_address.get(address.lower())
    if not having:
        return person
    return (having[0].name if len(having) == 1 else name), support
