"""Quick edits of one ticket or many, the same in the list and in the ticket window.

Each `edit_…` takes the screen, the tickets, and what to do with the ids that were changed; dialogs load when used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from screens.edit_steps import (
    Screen,
    Then,
    TicketTargets,
    ask_due,
    ask_text,
    choose,
    only_one,
    seen_by,
)
from screens.many import Edit, Shown, Targets, finish, followed, lane_for, perform, saving
from screens.runner import Lane
from services import clock
from services.errors import Invalid
from services.records import READ, UNREAD, Choice
from services.session import Session
from widgets.dates import ShortDates

if TYPE_CHECKING:
    from services.bulk import Act, BulkResult

MOST_TO_MERGE = 10_000
_NONE = 0


def _do(screen: Screen, targets: Targets, make: Callable[[Session], Act], said: str, then: Then) -> None:
    perform(screen, targets, Edit(make, said, _seen(screen)), then)


def _seen(screen: Screen) -> Shown:
    """Return what the person sees now: what differs when the act is done was changed meanwhile."""
    return Shown({ticket.id: ticket for ticket in seen_by(screen)}, screen.desk.live.shown_until)


def change_each(screen: Screen, targets: Targets, fields: dict[str, Any], said: str, then: Then, seen: Shown) -> None:
    """Set the same fields on each ticket; the ticket window settles conflicts in its own way."""
    if not (isinstance(screen, TicketTargets) and screen.change_one(fields, then)):
        perform(screen, targets, Edit(lambda _session: _changing(fields), said, seen), then)


def _changing(fields: dict[str, Any], resolution: str = "") -> Act:
    from services.ticket_changes import changing

    return changing(fields, resolution=resolution)


def edit_note(screen: Screen, targets: Targets, then: Then) -> None:
    """Write an internal or public note on the tickets; a failed save keeps the text in the dialog."""
    from services.notes import noting

    def change(text: str, kind: str | None) -> Edit:
        public = kind == "public"
        said = "Public note added" if public or screen.session.is_client else "Internal note added"
        return Edit(lambda session: noting(session, text, public=public), said)

    kinds = () if screen.session.is_client else (("internal", "Internal"), ("public", "Public, clients see it"))
    readers = "Clients can read this" if screen.session.is_client else "Clients can read public notes"
    warning = f"{readers}: no passwords or other sensitive information."
    draft = ("note", targets.ids, "")
    ask_text(screen, f"Note on {targets.name}", targets, change, then, kinds, warning, draft)


def edit_status(screen: Screen, targets: Targets, then: Then) -> None:
    """Choose another status; Hold asks for a due date, Completed for a resolution where there is none."""
    from services import catalogue

    def ask(choices: list[Choice]) -> None:
        present, seen = only_one(screen, targets), _seen(screen)
        title, chosen = f"Status of {targets.name}", [present.status_code] if present else []
        choose(screen, title, choices, chosen, lambda status: set_status(screen, targets, status, then, seen))

    screen.run_db(catalogue.status_choices, then=ask, opens=True)


def set_status(screen: Screen, targets: Targets, status: int, then: Then, before: Shown | None = None) -> None:
    """Move the tickets to a status, asking first for what it needs; `before` are the tickets as the person saw them."""
    seen = _seen(screen) if before is None else before

    def role_known(needs: tuple[str, str, int]) -> None:
        role, label, unresolved = needs
        said = f"Status {label}"
        if role == "hold":
            ask_due(
                screen,
                f"Hold {targets.name} until",
                "",
                lambda due: change_each(screen, targets, {"status": status, "due": due}, said, then, seen),
                required=True,
            )
        elif unresolved:
            _ask_resolution(screen, targets, unresolved, {"status": status}, said, then, seen)
        else:
            change_each(screen, targets, {"status": status}, said, then, seen)

    screen.run_db(_needs, targets, status, then=role_known, lane=_counting_lane(targets), opens=True)


def _counting_lane(targets: Targets) -> Lane:
    return "slow" if targets.are_many else "quick"


def _needs(targets: Targets, status: int) -> tuple[str, str, int]:
    """Return the role of a status, its label, and how many of the tickets lack the resolution that it asks for."""
    from services import catalogue, tickets

    row = catalogue.names().statuses[status]
    unresolved = tickets.unresolved(targets.listed()) if row.role == "completed" else 0
    return row.role, row.label, unresolved


def _ask_resolution(
    screen: Screen,
    targets: Targets,
    unresolved: int,
    fields: dict[str, Any],
    said: str,
    then: Then,
    seen: Shown,
) -> None:
    def change(text: str, _kind: str | None) -> Edit:
        resolution = text.strip("\n")
        if not resolution.strip():
            raise Invalid("Write what solved it; a completed ticket needs a resolution.", "resolution")
        return Edit(lambda _session: _changing(fields, resolution), said, seen)

    of_whom = targets.name if unresolved == targets.count else f"{unresolved:,} of {targets.name}"
    draft = ("complete", targets.ids, fields["status"])
    ask_text(screen, f"Resolution of {of_whom}", targets, change, then, draft=draft)


def edit_complete(screen: Screen, targets: Targets, then: Then) -> None:
    """Complete the tickets; canceling them is a status to choose."""
    seen = _seen(screen)
    screen.run_db(_completed, then=lambda status: set_status(screen, targets, status, then, seen), opens=True)


def _completed() -> int:
    from services import catalogue

    return catalogue.names().status_by_role("completed").code


def edit_extension(screen: Screen, targets: Targets, then: Then) -> None:
    """Choose the status extension, or none."""
    from services import catalogue

    _choose_field(screen, targets, "extension", "Extension", catalogue.extension_choices, then)


def edit_category(screen: Screen, targets: Targets, then: Then) -> None:
    """Choose the category, or none."""
    from services import catalogue

    _choose_field(screen, targets, "category", "Category", catalogue.category_choices, then)


def edit_type(screen: Screen, targets: Targets, then: Then) -> None:
    """Choose the type, or none."""
    from services import catalogue

    _choose_field(screen, targets, "type", "Type", catalogue.type_choices, then)


def _choose_field(
    screen: Screen, targets: Targets, field: str, label: str, read: Callable[[], Sequence[Choice]], then: Then
) -> None:
    """Let a person choose the value of a field that a ticket may also have none of."""

    def ask(choices: Sequence[Choice]) -> None:
        present, seen = only_one(screen, targets), _seen(screen)
        now = [choice.id for choice in choices if present and choice.label == getattr(present, field)]
        labels = {choice.id: choice.label for choice in choices}

        def chosen(key: int) -> None:
            said = f"{label} {labels.get(key, 'none')}"
            change_each(screen, targets, {field: key or None}, said, then, seen)

        none = Choice(_NONE, "None", f"no {label.lower()}")
        choose(screen, f"{label} of {targets.name}", [none, *choices], now, chosen)

    screen.run_db(read, then=ask, opens=True)


def edit_priority(screen: Screen, targets: Targets, then: Then) -> None:
    """Choose the priority."""
    from services.priorities import LABELS

    present, seen = only_one(screen, targets), _seen(screen)
    choose(
        screen,
        f"Priority of {targets.name}",
        [Choice(code, label) for code, label in reversed(list(enumerate(LABELS)))],
        [present.priority] if present else [],
        lambda code: change_each(screen, targets, {"priority": code}, f"Priority {LABELS[code]}", then, seen),
    )


def edit_manager(screen: Screen, targets: Targets, then: Then) -> None:
    """Give the tickets to another employee or team."""
    from services import catalogue

    def ask(choices: list[Choice]) -> None:
        present, seen = only_one(screen, targets), _seen(screen)
        names = {choice.id: choice.label for choice in choices}

        def chosen(manager: int) -> None:
            change_each(screen, targets, {"manager": manager}, f"Manager {names[manager]}", then, seen)

        choose(screen, f"Manager of {targets.name}", choices, [present.manager_id] if present else [], chosen)

    screen.run_db(catalogue.manager_choices, then=ask, opens=True)


def edit_due(screen: Screen, targets: Targets, then: Then) -> None:
    """Set the due date as it is typed; an empty line clears it."""
    present, seen = only_one(screen, targets), _seen(screen)
    full = ShortDates(clock.now).full

    def typed(due: int | None) -> None:
        said = f"Due {full(due)}" if due is not None else "No due date"
        change_each(screen, targets, {"due": due}, said, then, seen)

    ask_due(screen, f"Due date of {targets.name}", full(present.due_at) if present else "", typed)


def edit_transfer(screen: Screen, targets: Targets, then: Then) -> None:
    """Hand the tickets to other people, another account or another product, with an internal note."""
    from screens.once import Once
    from screens.transfer import TransferScreen
    from services.transfer import transferring

    said, seen, once = "Transferred", _seen(screen), Once()

    def save(fields: dict[str, int], note: str) -> BulkResult:
        change = Edit(lambda session: transferring(session, fields, note), said, seen)
        return saving(screen, targets, change, once.uid(sorted(fields.items()), note))

    def saved(result: BulkResult | None) -> None:
        if result is not None:
            finish(screen, result, said, then)

    ticket = only_one(screen, targets)
    present = {name: str(getattr(ticket, name, "")) for name in ("manager", "account", "product")}
    draft = ("transfer", targets.ids, "")
    dialog = TransferScreen(f"Transfer {targets.name}", present, save, draft, lane_for(targets))
    screen.app.push_screen(dialog, saved)


def edit_merge(screen: Screen, targets: Targets, then: Then) -> None:
    """Ask for the number of the ticket where work goes on, and merge the tickets into it."""
    from screens.dialogs.line import LineDialog
    from screens.once import Once

    if targets.count > MOST_TO_MERGE:
        raise Invalid(f"{targets.count:,} tickets are marked; mark at most {MOST_TO_MERGE:,} to merge.")
    once = Once()
    results: list[BulkResult] = []

    def work(typed: str) -> None:
        from services import merging, tickets

        with followed(screen, f"Merging {targets.name}", targets.count) as progress:
            into, uid = tickets.find_id(typed), once.uid(typed)
            results.append(merging.merge_many(screen.session, targets.listed(), into, progress=progress, uid=uid))

    dialog = LineDialog(
        f"Merge {targets.name}",
        "Into number",
        check=work,
        hint="The duplicate is cancelled and leads to that ticket, and its recipients follow it.",
        lane=lane_for(targets),
    )

    def merged(typed: str | None) -> None:
        if typed is not None:
            finish(screen, results[-1], "Merged", then)

    screen.app.push_screen(dialog, merged)


def edit_archive(screen: Screen, targets: Targets, then: Then) -> None:
    """Ask why, then hide the tickets; restoring brings them back."""
    from screens.dialogs.line import LineDialog
    from services.archive import archiving

    def because(reason: str | None) -> None:
        if reason is not None:
            _do(screen, targets, lambda session: archiving(session, reason), "Archived", then)

    dialog = LineDialog(
        f"Archive {targets.name}",
        "Reason",
        check=_reason,
        hint="Archived tickets leave every view but the archive; Restore brings them back.",
        draft=("archive", targets.ids, ""),
    )
    screen.app.push_screen(dialog, because)


def _reason(typed: str) -> str:
    if not typed.strip():
        raise Invalid("Say why; the reason stands in the ticket's History.", "reason")
    return typed


def edit_restore(screen: Screen, targets: Targets, then: Then) -> None:
    """Bring archived tickets back."""
    from services.archive import restoring

    _do(screen, targets, restoring, "Restored", then)


def edit_inbox(inside: bool, screen: Screen, targets: Targets, then: Then) -> None:
    """Move the tickets to the Inbox, or out of it, for everyone."""
    from services.inbox import moving

    said = "Moved to the Inbox" if inside else "Removed from the Inbox"
    _do(screen, targets, partial(moving, inside=inside), said, then)


def edit_mark(mark: int, screen: Screen, targets: Targets, then: Then) -> None:
    """Open the envelopes of the tickets (READ), or close them (UNREAD)."""
    from services.inbox import marking

    _do(screen, targets, partial(marking, mark=mark), f"Marked as {'read' if mark == READ else 'unread'}", then)


edit_to_inbox = partial(edit_inbox, True)
edit_from_inbox = partial(edit_inbox, False)
edit_mark_read = partial(edit_mark, READ)
edit_mark_unread = partial(edit_mark, UNREAD)


def edit_dispatch(screen: Screen, targets: Targets, then: Then) -> None:
    """Take the tickets off the dispatch board when all wait on it, otherwise put them there."""
    from services import tickets

    def counted(waiting: int) -> None:
        set_dispatch(screen, targets, waiting < targets.count, then)

    screen.run_db(lambda: tickets.waiting(targets.listed()), then=counted, lane=_counting_lane(targets))


def set_dispatch(screen: Screen, targets: Targets, waiting: bool, then: Then) -> None:
    """Set or clear the waiting-for-dispatching flag of the tickets."""
    from services.dispatching import flagging

    said = "Waiting for dispatching" if waiting else "Taken off the dispatch board"
    _do(screen, targets, partial(flagging, waiting=waiting), said, then)
