"""Transferring the window's ticket: to other people, to another account, or to another product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.quick_edits import edit_transfer
from screens.ticket.editing import CHOICES
from services.records import Choice
from services.session import Session

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

_PEOPLE, _ACCOUNT, _PRODUCT = range(3)
_FIELDS = {_ACCOUNT: "account", _PRODUCT: "product"}


def transfer(window: TicketScreen) -> None:
    """Ask what the ticket goes to, then to which, then for the internal note."""
    from screens.dialogs.choose import ChooseDialog

    def chosen(keys: list[int] | None) -> None:
        if not keys:
            return
        if keys[0] == _PEOPLE:
            edit_transfer(window, [window.ticket_id], window.edited)
        else:
            _choose(window, _FIELDS[keys[0]])

    choices = [
        Choice(_PEOPLE, "An employee or team", "who works on it"),
        Choice(_ACCOUNT, "An account", "whose ticket it is; its contact, asset and contract are cleared"),
        Choice(_PRODUCT, "A product", "what it is about"),
    ]
    window.app.push_screen(ChooseDialog(f"Transfer {window.ticket.number} to", choices), chosen)


def _choose(window: TicketScreen, field: str) -> None:
    from screens.dialogs.choose import ChooseDialog

    def ask(choices: Sequence[Choice]) -> None:
        present = getattr(window.ticket, f"{field}_id")
        dialog = ChooseDialog(
            f"Transfer {window.ticket.number} to", choices, chosen=() if present is None else (present,)
        )
        window.app.push_screen(dialog, lambda keys: _write_note(window, field, keys[0]) if keys else None)

    window.run_db(CHOICES[field], window.session, None, then=ask)


def _write_note(window: TicketScreen, field: str, key: int) -> None:
    from screens.dialogs.text import TextDialog

    session: Session = window.session
    ticket_id = window.ticket_id

    def save(text: str, _choice: str | None) -> bool:
        from services.transfer import transfer

        transfer(session, ticket_id, {field: key}, text)
        return True

    title = f"Internal note for the transfer of {window.ticket.number}"
    window.app.push_screen(TextDialog(title, save=save), lambda done: window.changed() if done else None)
