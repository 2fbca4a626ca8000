"""The way back from a draft to where it belongs: the ticket, and on it the form, which takes up the draft itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from screens.edit_steps import TicketTargets
from screens.mail.ticket_actions import NOTE, REPLY
from services.drafts import Draft, Place
from services.errors import DeskError, NotFound

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen
    from screens.drafts.screen import DraftsScreen
    from screens.ticket.ticket_screen import TicketScreen
    from services.charges import NewCharge
    from services.records import ChargeRow

_QUICK = ("note", "transfer", "complete", "archive")
_MAIL = ("reply", "mail-note")
_OF_TICKETS = frozenset({*_QUICK, *_MAIL, "resolution", "field", "charge", "charge-edit"})
_OUT_OF_PLACE = "; its text can still be copied and saved here."


def open_draft(screen: DraftsScreen, draft: Draft) -> None:
    """Leave the list of drafts and open the form of one; where that cannot be, say why and stay."""
    kind, ticket_ids, _ = draft.place
    if kind == "new":
        _leave(screen, draft, _open_new)
    elif kind not in _OF_TICKETS:
        raise DeskError(f"This program knows no form for the draft{_OUT_OF_PLACE}")
    elif not ticket_ids:
        raise DeskError("This was typed for too many tickets to remember: mark them again, and the form offers it.")
    elif len(ticket_ids) > 1:
        if kind not in _QUICK:
            raise DeskError(f"No form for this draft takes many tickets{_OUT_OF_PLACE}")
        _leave(screen, draft, lambda below: _open_quick(below, draft.place))
    else:

        def refused(fault: DeskError) -> None:
            plain = f"The ticket of this draft cannot be opened any more{_OUT_OF_PLACE}"
            screen.show_fault(DeskError(plain) if isinstance(fault, NotFound) else fault)

        from services import tickets

        screen.run_db(
            tickets.get,
            screen.session,
            ticket_ids[0],
            then=lambda _: _leave(screen, draft, lambda below: _open_on_ticket(below, draft.place)),
            failed=refused,
            opens=True,
        )


def _leave(screen: DraftsScreen, draft: Draft, go: Callable[[DeskScreen[Any]], object]) -> None:
    """Go back to the screen below and open the form from there."""
    screen.desk.drafts.prefer(draft.name)
    below = cast("DeskScreen[Any]", screen.app.screen_stack[-2])
    screen.dismiss(None)
    go(below)


def _open_new(below: DeskScreen[Any]) -> None:
    do_new = getattr(below, "do_new", None)
    if do_new is not None:
        do_new()
        return
    from screens.new_ticket import NewTicketScreen

    below.app.push_screen(NewTicketScreen())


def _open_quick(screen: DeskScreen[Any], place: Place) -> None:
    from screens import quick_edits
    from screens.many import Targets

    # Of many tickets their number alone was kept: then the present marks are meant.
    targets = Targets.of(place.tickets)
    if not targets and isinstance(screen, TicketTargets):
        targets = screen.edit_targets()

    def then(ticket_ids: list[int]) -> None:
        if isinstance(screen, TicketTargets):
            screen.edited(ticket_ids)

    if place.kind == "note":
        quick_edits.edit_note(screen, targets, then)
    elif place.kind == "transfer":
        quick_edits.edit_transfer(screen, targets, then)
    elif place.kind == "archive":
        quick_edits.edit_archive(screen, targets, then)
    elif place.detail.isdecimal():
        quick_edits.set_status(screen, targets, int(place.detail), then)


def _open_on_ticket(below: DeskScreen[Any], place: Place) -> None:
    from screens.ticket import TicketScreen

    if isinstance(below, TicketScreen) and below.ticket_id == place.tickets[0]:
        _open_in_window(below, place)
        return
    window = TicketScreen(place.tickets[0])
    window.when_read = lambda: _open_in_window(window, place)
    below.app.push_screen(window)


def _open_in_window(window: TicketScreen, place: Place) -> None:
    if place.kind in _QUICK:
        _open_quick(window, place)
    elif place.kind in _MAIL:
        window.write_mail(place.tickets[0], NOTE if place.kind == "mail-note" else REPLY)
    elif place.kind in ("charge", "charge-edit"):
        _open_charge(window, place)
    else:
        from screens.ticket import editing

        if place.kind == "resolution":
            editing.edit_resolution(window)
        elif place.detail in editing.LINES:
            editing.edit_line(window, place.detail)


def _open_charge(window: TicketScreen, place: Place) -> None:
    def fill_in(found: tuple[NewCharge, ChargeRow | None]) -> None:
        from screens.ticket.charge_form import ChargeForm

        new, read = found
        window.app.push_screen(ChargeForm(window.ticket_id, window.ticket.number, new, read, window.changed))

    window.run_db(_charge, window, place, then=fill_in, opens=True)


def _charge(window: TicketScreen, place: Place) -> tuple[NewCharge, ChargeRow | None]:
    from screens.ticket.charges import free_charge, given_by
    from services import charges

    if place.kind == "charge":
        return free_charge(place.detail), None
    listed = charges.listed(window.session, window.ticket_id)
    read = next((charge for charge in listed if str(charge.id) == place.detail), None)
    if read is None:
        raise DeskError("The charge of this draft was removed; the list of drafts still has what you typed.")
    return given_by(read), read
