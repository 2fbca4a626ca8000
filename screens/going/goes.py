"""Back, forward and recent tickets, on the screens that are places: list, ticket window, Summary page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from screens.going.trail import LIST, SUMMARY, TICKET, Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.desk_screen import DeskScreen
    from screens.going.copying import Copied
    from screens.main import MainScreen
    from services.records import TicketDetail, TicketRow


class Goes:
    """Added to a `DeskScreen` that is a place: `place` says which one."""

    @property
    def place(self) -> Place:
        """Where one is now, with where on it."""
        raise NotImplementedError

    @property
    def _screen(self) -> DeskScreen[Any]:
        return cast("DeskScreen[Any]", self)

    def do_earlier(self) -> None:
        """Go back to what was seen before."""
        self._step(-1)

    def do_later(self) -> None:
        """Go forward again."""
        self._step(1)

    def going_refusal(self, name: str) -> str | None:
        """Return why there is no way back or forward, or None."""
        trail = self._screen.desk.trail
        if name == "earlier" and not trail.leads(self.place, -1):
            return "Nothing was seen before this."
        if name == "later" and not trail.leads(self.place, 1):
            return "Nothing was seen after this; only who went back can go forward."
        return None

    def _step(self, delta: int) -> None:
        wanted = self._screen.desk.trail.step(self.place, delta)
        if wanted is not None:
            show(self._screen, wanted)

    def do_recent(self) -> None:
        """Choose one of the tickets that were seen lately."""
        from services import recent

        screen = self._screen
        present = screen.desk.recent.ids
        screen.run_db(
            *(recent.listed, screen.session, list(present)), then=self._choose_recent, group="recent", opens=True
        )

    def _choose_recent(self, rows: list[TicketRow]) -> None:
        from screens.dialogs.choose import ChooseDialog
        from services.records import Choice
        from widgets.safe import notify

        screen = self._screen
        here = self.place.what if self.place.kind == TICKET else None
        choices = [
            Choice(row.id, f"{row.number}  {row.subject}", " · ".join(filter(None, (row.status, row.manager))))
            for row in rows
            if row.id != here
        ]
        if not choices:
            notify(screen, "You have not looked at any other ticket yet.", severity="warning")
            return

        def chosen(keys: list[int] | None) -> None:
            if keys:
                screen.desk.trail.left(self.place)
                screen.desk.open_ticket(keys[0])

        screen.app.push_screen(ChooseDialog("Recent tickets", choices), chosen)

    def copied(self) -> list[Copied]:
        """Return what can be copied here without asking the desk."""
        return []

    def copy_ticket_id(self) -> int | None:
        """Return the ticket of which more can be copied once it is read."""
        return None

    def do_copy(self) -> None:
        """Choose what is put on the clipboard."""
        from screens.going import copying
        from services import tickets

        screen, key, known = self._screen, self.copy_ticket_id(), self.copied()
        if key is None:
            copying.choose(screen, known)
            return

        def read(ticket: TicketDetail) -> None:
            copying.choose(screen, [*copying.of_ticket(ticket), *known, *copying.more_of_ticket(ticket)])

        screen.run_db(tickets.get, screen.session, key, then=read, group="copy", opens=True)


def show(screen: DeskScreen[Any], place: Place) -> None:
    """Go to a place that was seen before."""
    if place.kind == TICKET:
        tab, walk = place.detail or (0, None)
        if walk is not None:
            walk.go_to_ticket(place.what)
        screen.desk.open_ticket(place.what, walk, tab=tab, instead=screen.AREA == TICKET)
        return
    main = back_to_list(screen)
    if place.kind == SUMMARY:
        main.show_view(SUMMARY)
    elif place.kind == LIST:
        main.show_place(place)


def back_to_list(screen: Screen[Any]) -> MainScreen:
    """Close everything above the main window and return it."""
    from screens.main import MainScreen

    app = screen.app
    main = next(each for each in app.screen_stack if isinstance(each, MainScreen))
    while app.screen is not main:
        app.pop_screen()
    return main
