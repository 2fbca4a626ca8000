"""When somebody else changed the same field meanwhile: both values are shown, and the person chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from services import catalogue, clock
from services.errors import Conflict
from services.records import Choice, TicketDetail
from services.session import Session
from services.ticket_changes import change
from services.ticket_fields import REFERENCES, label_of, readable
from widgets.dates import ShortDates

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

Fields = dict[str, Any]
_THEIRS, _MINE = 0, 1


def change_or_conflict(
    session: Session, ticket: TicketDetail, fields: Fields, uid: str | None = None
) -> TicketDetail | Conflict:
    """Change a ticket that was read as `ticket`; a conflict is an answer like another. `uid` is that of a form."""
    try:
        return change(session, ticket.id, fields, read=ticket, uid=uid)
    except Conflict as conflict:
        return conflict


def change_fields(
    window: TicketScreen,
    fields: Fields,
    then: Callable[[], object],
    names: Mapping[str, str] | None = None,
    read: TicketDetail | None = None,
) -> None:
    """Change the window's ticket, letting the person choose when somebody else was quicker.

    `names` are the new values as people read them, where they are keys of other rows; `read` is the ticket as it was
    shown when the edit began, by now perhaps no longer the one in the window.
    """

    def done(result: TicketDetail | Conflict) -> None:
        if isinstance(result, Conflict):
            let_choose(window, result, fields, then, names=names)
        else:
            then()

    window.run_db(change_or_conflict, window.session, read or window.ticket, fields, then=done, lane="slow")


def let_choose(
    window: TicketScreen,
    conflict: Conflict,
    fields: Fields,
    then: Callable[[], object],
    *,
    names: Mapping[str, str] | None = None,
    again: Callable[[], object] | None = None,
    settled: Callable[[], object] = lambda: None,
) -> None:
    """Show both values of a conflict and do what the person chooses; `again` brings back what was typed on Esc.

    `settled` is called once a value has been chosen and, if it is the person's own, is saved.
    """

    def ask(shown: tuple[str, str, str]) -> None:
        from screens.dialogs.choose import ChooseDialog

        labels, theirs, mine = shown
        choices = [Choice(_THEIRS, "Keep theirs", theirs), Choice(_MINE, "Use mine", mine)]
        window.app.push_screen(ChooseDialog(f"Somebody else changed {labels} meanwhile", choices), chosen)

    def chosen(keys: list[int] | None) -> None:
        if keys == [_MINE]:
            window.run_db(change, window.session, window.ticket_id, fields, then=saved, lane="slow")
            return
        window.reload()
        if keys is not None:
            settled()
        elif again is not None:
            again()

    def saved(_: TicketDetail) -> None:
        settled()
        then()

    window.run_db(_describe, window.session, window.ticket_id, conflict, dict(names or {}), then=ask, opens=True)


def _describe(session: Session, ticket_id: int, conflict: Conflict, mine: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the fields, the values that they have now and those asked for, as people read them."""
    from services import tickets

    present = tickets.get(session, ticket_id)
    full = ShortDates(clock.now).full
    labels, theirs, own = [], [], []
    for field, (_, now, asked) in conflict.fields.items():
        labels.append(label_of(field))
        stands = getattr(present, field) if _names_another(field) else readable(field, now, _name_of, full)
        theirs.append(stands or "none")
        own.append(mine.get(field) or readable(field, asked, _name_of, full) or "none")
    return ", ".join(labels), ", ".join(theirs), ", ".join(own)


def _names_another(field: str) -> bool:
    return field in REFERENCES or field == "manager"


def _name_of(field: str, key: Any) -> str:
    names = catalogue.names()
    if field == "status":
        return names.statuses[key].label
    if field == "manager":
        return names.managers[key].name
    known = {"extension": names.extensions, "type": names.types, "category": names.categories}.get(field, {})
    return known.get(key, str(key))
