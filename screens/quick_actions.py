"""The actions on one ticket or many that the list and the ticket window share, and when they make no sense."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from screens.actions import Action
from services.records import UNREAD, TicketDetail, TicketRow
from services.session import EMPLOYEES_ONLY, Session

Seen = TicketRow | TicketDetail
_CHANGES_FIELDS = frozenset(
    {"status", "extension", "priority", "category", "type", "manager", "due", "transfer", "complete"}
)

_SHARED = (
    Action("note", ("a",), "Note", "Add an internal or public note to the tickets", hint=20),
    Action("status", ("t",), "Status", "Move the tickets to another status", hint=21),
    Action("extension", ("x",), "Extension", "Set the status extension, such as WFC"),
    Action("priority", ("p",), "Priority", "Set the priority", hint=25),
    Action("category", ("W",), "Category", "Set the category"),
    Action("type", ("X",), "Type", "Set the type, such as Question"),
    Action("manager", ("m",), "Manager", "Give the tickets to another employee or team", hint=24),
    Action("due", ("d",), "Due date", "Set the due date, typed the way people say it", hint=26),
    Action(
        "transfer",
        ("T",),
        "Transfer",
        "Hand the tickets to others, an account or a product, with a note",
        privilege="transfer",
        hint=27,
    ),
    Action("complete", ("c",), "Complete", "Complete the tickets; asks for a resolution where it is missing", hint=28),
    Action(
        "merge",
        ("M",),
        "Merge",
        "Merge duplicates into the ticket where work goes on",
        privilege="merge",
    ),
    Action(
        "archive",
        ("A",),
        "Archive",
        "Hide the tickets from every view but the archive",
        privilege="archive",
    ),
    Action("restore", ("R",), "Restore", "Bring archived tickets back", privilege="archive"),
    Action("to-inbox", ("i",), "To the Inbox", "Move the tickets to the Inbox, for everyone"),
    Action("from-inbox", ("I",), "Out of the Inbox", "Remove the tickets from the Inbox, for everyone", hint=22),
    Action("mark-read", ("r",), "Mark as read", "Open the envelope: your * becomes o, others' + becomes -", hint=23),
    Action("mark-unread", ("u",), "Mark as unread", "Close the envelope again: your o becomes *, others' - becomes +"),
    Action("dispatch", ("w",), "Dispatch flag", "Let the tickets wait for dispatching, or take them off the board"),
)
NAMES = frozenset(action.id for action in _SHARED)


def quick_actions(area: str, *, without: Collection[str] = ()) -> tuple[Action, ...]:
    """Return the shared actions as actions of an area, for its declarations."""
    return tuple(action._replace(id=f"{area}.{action.id}") for action in _SHARED if action.id not in without)


def quick_refusal(session: Session, name: str, tickets: Sequence[Seen]) -> str | None:
    """Return why a shared action cannot be done to what is known of the tickets, or None.

    Services check everything again; this only spares people a dialog that ends in a refusal.
    """
    if session.is_client and name not in ("note", "due"):
        return EMPLOYEES_ONLY
    if not tickets:
        return None
    if name in _CHANGES_FIELDS and (reason := _changes_of_others(session, tickets)):
        return reason
    check = _CHECKS.get(name)
    return check(session, tickets) if check else None


def _changes_of_others(session: Session, tickets: Sequence[Seen]) -> str | None:
    # A row of the list does not say who entered the ticket; there the service decides.
    known = [ticket for ticket in tickets if isinstance(ticket, TicketDetail)]
    if not known or session.is_client:
        return None
    from services.change_rights import change_refusal

    return next((refusal for ticket in known if (refusal := change_refusal(session, ticket))), None)


def _complete(_session: Session, tickets: Sequence[Seen]) -> str | None:
    if any(ticket.is_open for ticket in tickets):
        return None
    return "This is closed already; choose another status to open it again."


def _merge(_session: Session, tickets: Sequence[Seen]) -> str | None:
    merged = next((ticket for ticket in tickets if isinstance(ticket, TicketDetail) and ticket.merged_into), None)
    return f"This was merged into {merged.merged_into} already." if merged else None


def _archive(_session: Session, tickets: Sequence[Seen]) -> str | None:
    if all(ticket.archived for ticket in tickets):
        return "This is archived already; restore brings it back."
    return None


def _restore(_session: Session, tickets: Sequence[Seen]) -> str | None:
    if any(ticket.archived for ticket in tickets):
        return None
    return "This is not archived, so there is nothing to restore."


def _to_inbox(_session: Session, tickets: Sequence[Seen]) -> str | None:
    return "This is in the Inbox already." if all(ticket.in_inbox for ticket in tickets) else None


def _from_inbox(_session: Session, tickets: Sequence[Seen]) -> str | None:
    return None if any(ticket.in_inbox for ticket in tickets) else "This is not in the Inbox."


def _mark_read(session: Session, tickets: Sequence[Seen]) -> str | None:
    unread = [ticket for ticket in tickets if ticket.mark == UNREAD]
    return _others(session, unread) if unread else "There is no unread update here."


def _mark_unread(session: Session, tickets: Sequence[Seen]) -> str | None:
    marked = [ticket for ticket in tickets if ticket.mark != UNREAD]
    return _others(session, marked) if marked else "This is marked as unread already."


def _others(session: Session, tickets: Sequence[Seen]) -> str | None:
    from services.inbox import mark_refusal

    return next((refusal for ticket in tickets if (refusal := mark_refusal(session, ticket))), None)


def _dispatch(session: Session, tickets: Sequence[Seen]) -> str | None:
    return session.refusal("dispatch") if all(ticket.waiting_for_dispatch for ticket in tickets) else None


_CHECKS: dict[str, Callable[[Session, Sequence[Seen]], str | None]] = {
    "complete": _complete,
    "merge": _merge,
    "archive": _archive,
    "restore": _restore,
    "to-inbox": _to_inbox,
    "from-inbox": _from_inbox,
    "mark-read": _mark_read,
    "mark-unread": _mark_unread,
    "dispatch": _dispatch,
}
