"""What an answer said that somebody sent and took back, as a draft of it, from the desk itself."""

from __future__ import annotations

import json
from typing import NamedTuple
from uuid import uuid4

from services import reply_people
from services.drafts import Fields, Place
from services.outbox import SEND
from services.session import Session
from services.sql import fetch, first
from services.undo_changes import DOCUMENT, Deed


class Written(NamedTuple):
    """An answer as a draft has it; `files` is how many went along: where they lie, the desk does not know."""

    place: Place
    fields: Fields
    files: int


def is_reply(session: Session, deed: Deed) -> bool:
    """Tell whether an operation is an answer that this person sent."""
    return deed.action == SEND and deed.user_id == session.user_id


def written(session: Session, deed: Deed) -> Written | None:
    """Return what an answer said; None when it is another's, or the desk keeps only its bytes (basic mode)."""
    if not is_reply(session, deed):
        return None
    row = first(
        "SELECT h.ticket_id, h.text, m.subject, m.to_addresses, m.cc_addresses, m.bcc_addresses FROM history h"
        " JOIN mail m ON m.id = h.subject_id WHERE h.operation_id = ? AND h.kind = 'mail_out'",
        deed.id,
    )
    if row is None:
        return None
    ticket_id, text, subject, *people = row
    to, cc, bcc = (reply_people.shown([(name, address) for name, address in json.loads(each)]) for each in people)
    fields: Fields = {"to": to, "cc": cc, "bcc": bcc, "subject": subject, "text": text, "files": [], "uid": uuid4().hex}
    files = fetch(
        "SELECT count(DISTINCT entity_id) FROM change WHERE operation_id = ? AND entity = ?", deed.id, DOCUMENT
    )
    return Written(Place.of("reply", (ticket_id,)), fields, int(files[0][0]))
