"""What `deskwire ticket undo` does beside: an answer that was taken back becomes a draft again."""

from __future__ import annotations

from services import clock, sent_replies
from services.draft_files import Shelf
from services.drafts import Draft, desk_key
from services.errors import DeskError
from services.session import Session
from services.undo import Undone


def draft_of(session: Session, undone: Undone) -> tuple[str, ...]:
    """Make what an answer said a draft again, to be offered in the ticket, and return the sentence about it."""
    if undone.again or session.user_id is None or not sent_replies.is_reply(session, undone.root):
        return ()
    shelf = Shelf(desk_key(), session.user_id)
    try:
        kept, written = shelf.sent(undone.root.id), sent_replies.written(session, undone.root)
        if kept is None and written is not None:
            kept = Draft(written.place, written.fields, 0)
        if kept is None:
            return ()
        shelf.offer(kept._replace(saved_at=clock.now()))
    except DeskError as fault:
        return (fault.sentence,)
    finally:
        shelf.close()
    return ("What was written is a draft again, which the ticket offers.",)
