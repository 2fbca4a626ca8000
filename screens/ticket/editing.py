"""Editing a field of a ticket in place: which dialog a field opens, and what happens to the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.once import Once
from screens.ticket.conflicts import change_fields, change_or_conflict, let_choose
from services import catalogue
from services.errors import Conflict
from services.records import Choice, TicketDetail
from services.session import Session
from services.ticket_fields import FIELDS

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

# Fields that an action of the window changes.
_BY_ACTION = {
    "status": "status",
    "extension": "extension",
    "priority": "priority",
    "manager": "manager",
    "due": "due",
    "waiting_for_dispatch": "dispatch",
}
LINES = frozenset({"subject", "url", "requester_name", "requester_email"})
_NONE = 0


def edit(window: TicketScreen, field: str) -> None:
    """Open the dialog that changes a field."""
    if field in _BY_ACTION:
        window.action_run(f"ticket.{_BY_ACTION[field]}")
    elif field == "in_inbox":
        window.action_run("ticket.from-inbox" if window.ticket.in_inbox else "ticket.to-inbox")
    elif field == "archived":
        window.action_run("ticket.restore" if window.ticket.archived else "ticket.archive")
    elif field in LINES:
        edit_line(window, field)
    elif field == "resolution":
        edit_resolution(window)
    else:
        choose_value(window, field)


def edit_line(window: TicketScreen, field: str, typed: str | None = None, *, read: TicketDetail | None = None) -> None:
    """Edit a line; what the desk refuses is said under it, and what was typed stays.

    `read` is the ticket as it was shown when the edit began, for who goes on after looking at a conflict.
    """
    from screens.dialogs.line import LineDialog

    read, label = read or window.ticket, FIELDS[field].label
    found: list[Conflict] = []
    once = Once()

    def save(text: str) -> None:
        value = FIELDS[field].parse(window.session, text)
        result = change_or_conflict(window.session, read, {field: value}, once.uid(value))
        if isinstance(result, Conflict):
            found.append(result)

    def done(text: str | None) -> None:
        if text is None:
            return
        if not found:
            window.changed()
            return
        clash = found[0]
        let_choose(
            window,
            clash,
            {field: clash.fields[field][2]},
            window.changed,
            again=lambda: edit_line(window, field, text, read=read),
            settled=lambda: window.desk.drafts.forget_at(*draft),
        )

    draft = ("field", (read.id,), field)
    value = getattr(read, field)
    dialog = LineDialog(f"{label} of {read.number}", label, value, typed=typed, check=save, draft=draft)
    dialog.not_saved_by = lambda _: bool(found)
    window.app.push_screen(dialog, done)


def edit_resolution(window: TicketScreen, typed: str | None = None, *, read: TicketDetail | None = None) -> None:
    """Write what solved it; a conflict keeps the text. For `read` see `edit_line`."""
    from screens.dialogs.text import TextDialog

    read, once = read or window.ticket, Once()

    def save(text: str, _choice: str | None) -> tuple[str, TicketDetail | Conflict]:
        value = FIELDS["resolution"].parse(window.session, text)
        return value, change_or_conflict(window.session, read, {"resolution": value}, once.uid(value))

    def done(answer: tuple[str, TicketDetail | Conflict] | None) -> None:
        if answer is None:
            return
        text, result = answer
        if isinstance(result, Conflict):
            let_choose(
                window,
                result,
                {"resolution": text},
                window.changed,
                again=lambda: edit_resolution(window, text, read=read),
                settled=lambda: window.desk.drafts.forget_at(*draft),
            )
        else:
            window.changed()

    draft = ("resolution", (read.id,), "")
    dialog = TextDialog(f"Resolution of {read.number}", text=read.resolution, typed=typed, save=save, draft=draft)
    dialog.not_saved_by = lambda answer: isinstance(answer[1], Conflict)
    window.app.push_screen(dialog, done)


def choose_value(window: TicketScreen, field: str) -> None:
    """Choose a row that the ticket is to be linked to, or none."""

    read = window.ticket

    def ask(choices: Sequence[Choice]) -> None:
        from screens.dialogs.choose import ChooseDialog

        present = getattr(read, f"{field}_id") or _NONE
        offered = [Choice(_NONE, "None", ""), *choices]
        labels = {choice.id: choice.label for choice in offered}

        def chosen(keys: list[int] | None) -> None:
            if keys and keys[0] != present:
                change_fields(window, {field: keys[0] or None}, window.changed, {field: labels[keys[0]]}, read)

        title = f"{FIELDS[field].label} of {read.number}"
        window.app.push_screen(ChooseDialog(title, offered, chosen=(present,)), chosen)

    window.run_db(_choices, window.session, field, read.account_id, then=ask, opens=True)


def _choices(session: Session, field: str, account_id: int | None) -> Sequence[Choice]:
    return CHOICES[field](session, account_id)


def account_choices(session: Session, _account: int | None = None) -> list[Choice]:
    """Return the active accounts."""
    from services.accounts import ACCOUNTS

    return [Choice(row.id, row.name, row.domain) for row in ACCOUNTS.all(session, active=True)]


def contact_choices(session: Session, account_id: int | None) -> list[Choice]:
    """Return the active contacts of an account; none without an account."""
    from services.accounts import CONTACTS

    found = CONTACTS.all(session, account=account_id, active=True) if account_id else []
    return [Choice(row.id, row.name, row.email) for row in found]


def _asset_choices(session: Session, account_id: int | None) -> list[Choice]:
    from services.accounts import ASSETS

    found = ASSETS.all(session, account=account_id, active=True) if account_id else []
    return [Choice(row.id, row.name, row.serial) for row in found]


def _contract_choices(session: Session, account_id: int | None) -> list[Choice]:
    from services.accounts import CONTRACTS

    found = CONTRACTS.all(session, account=account_id, active=True) if account_id else []
    return [Choice(row.id, row.name, row.kind) for row in found]


CHOICES: dict[str, Callable[[Session, int | None], Sequence[Choice]]] = {
    "type": lambda _session, _account: catalogue.type_choices(),
    "category": lambda _session, _account: catalogue.category_choices(),
    "product": lambda _session, _account: catalogue.product_choices(),
    "account": account_choices,
    "contact": contact_choices,
    "asset": _asset_choices,
    "contract": _contract_choices,
}
