"""Quick edits of one ticket or many, the same in the list and in the ticket window.

Each `edit_…` takes the screen, the ids, and what to do with the ids that were changed; dialogs load when used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from screens.edit_steps import (
    Outcome,
    Screen,
    Then,
    TicketTargets,
    apply_each,
    ask_due,
    ask_text,
    choose,
    each_or_refuse,
    finish,
    only_one,
    seen_by,
    title_of,
)
from services import clock
from services.errors import Invalid
from services.records import Choice, TicketDetail
from services.session import Session
from widgets.dates import ShortDates

MOST_AT_ONCE = 1_000


def refuse_many(count: int) -> None:
    """Refuse more tickets than one action can take while somebody waits for it."""
    if count > MOST_AT_ONCE:
        raise Invalid(f"{count:,} tickets are marked; mark at most {MOST_AT_ONCE:,} for one action.")


def change_each(screen: Screen, ticket_ids: Sequence[int], fields: dict[str, Any], then: Then) -> None:
    """Set the same fields on each ticket; a ticket that the screen holds in full is guarded against lost updates."""
    if isinstance(screen, TicketTargets) and screen.change_one(fields, then):
        return
    seen = {ticket.id: ticket for ticket in seen_by(screen) if isinstance(ticket, TicketDetail)}

    def work(session: Session, ticket_id: int) -> object:
        from services.ticket_changes import change

        return change(session, ticket_id, fields, read=seen.get(ticket_id))

    apply_each(screen, ticket_ids, work, then)


def edit_note(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Write an internal or public note on the tickets; a failed save keeps the text in the dialog."""
    from services.notes import add_note

    def save(text: str, kind: str | None) -> Outcome:
        return each_or_refuse(
            screen.session,
            ticket_ids,
            lambda session, ticket_id: add_note(session, ticket_id, text, public=kind == "public"),
        )

    kinds = () if screen.session.is_client else (("internal", "Internal"), ("public", "Public, clients see it"))
    readers = "Clients can read this" if screen.session.is_client else "Clients can read public notes"
    warning = f"{readers}: no passwords or other sensitive information."
    ask_text(screen, title_of("Note", ticket_ids, " on "), save, then, kinds, warning)


def edit_status(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Choose another status; Hold asks for a due date, Completed for a resolution where there is none."""
    from services import catalogue

    def chosen(status: int) -> None:
        set_status(screen, ticket_ids, status, then)

    def ask(choices: list[Choice]) -> None:
        present = only_one(screen, ticket_ids)
        choose(screen, title_of("Status", ticket_ids), choices, [present.status_code] if present else [], chosen)

    screen.run_db(catalogue.status_choices, then=ask)


def set_status(screen: Screen, ticket_ids: Sequence[int], status: int, then: Then) -> None:
    """Move the tickets to a status, asking first for what it needs."""

    def role_known(needs: tuple[str, list[int]]) -> None:
        role, unresolved = needs
        if role == "hold":
            ask_due(
                screen,
                title_of("Hold", ticket_ids, " ") + " until",
                "",
                lambda due: change_each(screen, ticket_ids, {"status": status, "due": due}, then),
                required=True,
            )
        elif unresolved:
            _ask_resolution(screen, ticket_ids, unresolved, status, then)
        else:
            change_each(screen, ticket_ids, {"status": status}, then)

    screen.run_db(_needs, screen.session, list(ticket_ids), status, then=role_known)


def _needs(session: Session, ticket_ids: list[int], status: int) -> tuple[str, list[int]]:
    """Return the role of a status and the tickets that lack the resolution it asks for."""
    from services import catalogue, tickets

    role = catalogue.names().statuses[status].role
    if role != "completed":
        return role, []
    return role, [key for key in ticket_ids if not tickets.get(session, key).resolution.strip()]


def _ask_resolution(screen: Screen, ticket_ids: Sequence[int], unresolved: list[int], status: int, then: Then) -> None:
    def work(text: str, session: Session, ticket_id: int) -> None:
        from services.ticket_changes import change

        resolution = {"resolution": text.strip("\n")} if ticket_id in unresolved else {}
        change(session, ticket_id, {"status": status, **resolution})

    def save(text: str, _kind: str | None) -> Outcome:
        if not text.strip():
            raise Invalid("Write what solved it; a completed ticket needs a resolution.", "resolution")
        return each_or_refuse(screen.session, ticket_ids, partial(work, text))

    ask_text(screen, title_of("Resolution", unresolved), save, then)


def edit_complete(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Complete the tickets; canceling them is a status to choose."""
    screen.run_db(_completed, then=lambda status: set_status(screen, ticket_ids, status, then))


def _completed() -> int:
    from services import catalogue

    return catalogue.names().status_by_role("completed").code


def edit_extension(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Choose the status extension, or none."""
    from services import catalogue

    def ask(choices: list[Choice]) -> None:
        present = only_one(screen, ticket_ids)
        chosen = [choice.id for choice in choices if present and choice.label == present.extension]
        none = Choice(0, "None", "no extension")
        choose(
            screen,
            title_of("Extension", ticket_ids),
            [none, *choices],
            chosen,
            lambda key: change_each(screen, ticket_ids, {"extension": key or None}, then),
        )

    screen.run_db(catalogue.extension_choices, then=ask)


def edit_priority(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Choose the priority."""
    from services.priorities import LABELS

    present = only_one(screen, ticket_ids)
    choose(
        screen,
        title_of("Priority", ticket_ids),
        [Choice(code, label) for code, label in reversed(list(enumerate(LABELS)))],
        [present.priority] if present else [],
        lambda code: change_each(screen, ticket_ids, {"priority": code}, then),
    )


def edit_manager(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Give the tickets to another employee or team."""
    from services import catalogue

    def ask(choices: list[Choice]) -> None:
        present = only_one(screen, ticket_ids)
        choose(
            screen,
            title_of("Manager", ticket_ids),
            choices,
            [present.manager_id] if present else [],
            lambda manager: change_each(screen, ticket_ids, {"manager": manager}, then),
        )

    screen.run_db(catalogue.manager_choices, then=ask)


def edit_due(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Set the due date as it is typed; an empty line clears it."""
    present = only_one(screen, ticket_ids)
    value = ShortDates(clock.now).full(present.due_at) if present else ""
    ask_due(
        screen,
        title_of("Due date", ticket_ids),
        value,
        lambda due: change_each(screen, ticket_ids, {"due": due}, then),
    )


def edit_transfer(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Hand the tickets to other people, another account or another product, with an internal note."""
    from screens.transfer import TransferScreen

    def save(fields: dict[str, int], note: str) -> Outcome:
        return each_or_refuse(screen.session, ticket_ids, partial(_transfer, fields, note))

    def saved(outcome: Outcome | None) -> None:
        if outcome is not None:
            finish(screen, outcome, then)

    ticket = only_one(screen, ticket_ids)
    present = {name: str(getattr(ticket, name, "")) for name in ("manager", "account", "product")}
    screen.app.push_screen(TransferScreen(title_of("Transfer", ticket_ids, " "), present, save), saved)


def _transfer(fields: dict[str, int], note: str, session: Session, ticket_id: int) -> None:
    from services.transfer import transfer

    transfer(session, ticket_id, fields, note)


def edit_merge(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Ask for the number of the ticket where work goes on, and merge the tickets into it."""
    from screens.dialogs.line import LineDialog

    def work(typed: str) -> None:
        from services import merging, tickets

        merging.merge(screen.session, ticket_ids, tickets.find_id(typed))

    dialog = LineDialog(
        title_of("Merge", ticket_ids, " "),
        "Into number",
        check=work,
        hint="The duplicate is cancelled and leads to that ticket, and its recipients follow it.",
    )

    def merged(typed: str | None) -> None:
        if typed is not None:
            then(list(ticket_ids))

    screen.app.push_screen(dialog, merged)


def edit_archive(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Ask why, then hide the tickets; restoring brings them back, so that nothing else is asked."""
    from screens.dialogs.line import LineDialog

    def because(reason: str | None) -> None:
        if reason is not None:
            apply_each(screen, ticket_ids, partial(_archive, reason), then)

    dialog = LineDialog(
        title_of("Archive", ticket_ids, " "),
        "Reason",
        check=_reason,
        hint="Archived tickets leave every view but the archive; Restore brings them back.",
    )
    screen.app.push_screen(dialog, because)


def _reason(typed: str) -> str:
    if not typed.strip():
        raise Invalid("Say why; the reason stands in the ticket's History.", "reason")
    return typed


def _archive(reason: str, session: Session, ticket_id: int) -> None:
    from services.archive import archive

    archive(session, [ticket_id], reason)


def edit_restore(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Bring archived tickets back."""
    from services.archive import restore

    apply_each(screen, ticket_ids, lambda session, key: restore(session, [key]), then)


def edit_to_inbox(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Move the tickets to the Inbox, for everyone."""
    from services.inbox import move_to_inbox

    apply_each(screen, ticket_ids, lambda session, key: move_to_inbox(session, [key]), then)


def edit_from_inbox(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Remove the tickets from the Inbox, for everyone."""
    from services.inbox import remove_from_inbox

    apply_each(screen, ticket_ids, lambda session, key: remove_from_inbox(session, [key]), then)


def edit_mark_read(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Open the envelopes of the tickets."""
    from services.inbox import mark_read

    apply_each(screen, ticket_ids, lambda session, key: mark_read(session, [key]), then)


def edit_mark_unread(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Close the envelopes of the tickets."""
    from services.inbox import mark_unread

    apply_each(screen, ticket_ids, lambda session, key: mark_unread(session, [key]), then)


def edit_dispatch(screen: Screen, ticket_ids: Sequence[int], then: Then) -> None:
    """Take the tickets off the dispatch board when all wait on it, otherwise put them there."""
    known = {seen.id: seen.waiting_for_dispatch for seen in seen_by(screen)}
    set_dispatch(screen, ticket_ids, not all(known.get(key, False) for key in ticket_ids), then)


def set_dispatch(screen: Screen, ticket_ids: Sequence[int], waiting: bool, then: Then) -> None:
    """Set or clear the waiting-for-dispatching flag of the tickets."""
    from services.dispatching import set_waiting

    apply_each(screen, ticket_ids, lambda session, key: set_waiting(session, [key], waiting), then)
