"""The actions that begin a mail, which the list and the ticket window share."""

from __future__ import annotations

from screens.actions import Action

REPLY, REPLY_ALL, NOTE = "reply", "all", "note"
"""What is begun: an answer to the customer, to everybody on the mail, or a note with mail, to nobody yet."""

_SHARED = (
    Action("reply", ("Y",), "Reply", "Answer the customer by mail", hint=19),
    Action("reply-all", ("F",), "Reply to all", "Answer everybody who stands on the customer's mail"),
    Action("note-with-mail", ("H",), "Note with mail", "Write a mail about the ticket, to colleagues or anybody"),
)
NAMES = frozenset(action.id for action in _SHARED)


def mail_actions(area: str) -> tuple[Action, ...]:
    """Return these actions as actions of an area, for its declarations."""
    return tuple(action._replace(id=f"{area}.{action.id}") for action in _SHARED)
