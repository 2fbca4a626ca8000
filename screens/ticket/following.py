"""The ticket window as others change its ticket: it shows what is new where it stands, and says who did what."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from screens.edit_steps import Screen, Then
from screens.many import Targets
from screens.ticket.moving import Moving
from services import history_kinds
from services.freshness import Change, Touch
from services.records import TicketDetail
from services.ticket_fields import label_of

# What follows from other changes, or from somebody looking.
_UNSAID = frozenset({"updated_at", "closed_at", "opened_at", "archive_reason", "is_open"})
_KINDS = {
    history_kinds.NOTE: "wrote a note",
    history_kinds.MAIL_IN: "sent a mail",
    history_kinds.MAIL_OUT: "sent a mail",
    history_kinds.CHARGE: "changed the charges",
    history_kinds.DOCUMENT: "changed the documents",
    history_kinds.RECIPIENT: "changed the recipients",
    history_kinds.MERGE: "merged tickets",
}
_MOST_LABELS = 3


class Following(Moving):
    """Reads the ticket again when others changed it; cursor, place, folds and typed text stay."""

    ticket_id: int
    seen_when_editing: TicketDetail | None = None
    """The ticket as it was shown when an edit began: a dialog's answer is about that one."""

    @property
    def ticket(self) -> TicketDetail:
        """The ticket as it was read last."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read the ticket again."""
        raise NotImplementedError

    def desk_changed(self, change: Change) -> None:
        """Follow the ticket."""
        if not change.everything and self.ticket_id not in change.ticket_ids:
            return
        self.reload()
        others = [touch for touch in change.foreign().touches if touch.ticket_id == self.ticket_id]
        # Who works on what inside the desk is not for clients to see; they find what is public in its place.
        said = "" if self.session.is_client else told(others)
        if said:
            self.desk.live.say(self, said)

    def _edit(self, edit: Callable[[Screen, Targets, Then], None]) -> None:
        rows = self.target_rows()
        self.seen_when_editing = self.ticket if rows else None
        super()._edit(edit)


def told(touches: Iterable[Touch]) -> str:
    """Return in one line who changed what; nothing when it is nothing that people would ask about."""
    acts: dict[str, list[str]] = {}
    for touch in touches:
        labels = [label_of(name) for name in touch.fields if name not in _UNSAID]
        done = [f"changed {_listed(labels)}"] if labels else []
        # The note that comes with a mail is what the desk has to say about it.
        quiet = {history_kinds.NOTE} if history_kinds.MAIL_IN in touch.kinds else frozenset[str]()
        done += [_KINDS[kind] for kind in touch.kinds if kind in _KINDS and kind not in quiet]
        if done:
            known = acts.setdefault(touch.actor, [])
            known += [act for act in done if act not in known]
    return "; ".join(f"{actor} {' and '.join(done)}" for actor, done in acts.items())


def _listed(labels: list[str]) -> str:
    labels = list(dict.fromkeys(labels))
    if len(labels) > _MOST_LABELS:
        return f"{', '.join(labels[:_MOST_LABELS])} and {len(labels) - _MOST_LABELS} more"
    return ", ".join(labels)
