"""Where the screens may send a person: to a ticket, to a list, to a search; and what was seen on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from screens.going.recent import Recent
from screens.going.trail import Trail

if TYPE_CHECKING:
    from screens.going.walk import Walk
    from services.lists import View
    from services.session import Session
    from tui.app import DeskApp


class Ways:
    """Added to the App."""

    trail: Trail
    recent: Recent

    @property
    def _app(self) -> DeskApp:
        return cast("DeskApp", self)

    def begin_trail(self, session: Session | None) -> None:
        """Let nobody go back to what somebody else has seen."""
        self.trail = Trail()
        if session is not None:
            self.recent = Recent(self._app.runner, session)

    def open_ticket(self, ticket_id: int, walk: Walk | None = None, *, tab: int = 0, instead: bool = False) -> None:
        """Open the window of a ticket on top of the present screen, or `instead` of it.

        What is there already is not opened again: somebody pressed the key twice before it was.
        """
        from screens.ticket import TicketScreen

        top = self._app.screen
        if not instead and type(top) is TicketScreen and top.ticket_id == ticket_id:
            return
        screen = TicketScreen(ticket_id, walk, tab)
        if instead:
            self._app.switch_screen(screen)
        else:
            self._app.push_screen(screen)

    def show_related(self, view: View, title: str) -> None:
        """Go back to the main window and show the tickets of an account, a contact or a category."""
        from screens.going.goes import back_to_list

        back_to_list(self._app.screen).show_related(view, title)

    def search(self, text: str = "") -> None:
        """Go back to the main window and search all tickets there, asking first when something typed would be lost."""
        from screens.going.goes import back_to_list

        def go() -> None:
            main = back_to_list(self._app.screen)
            if text:
                main.search_for(text)
            else:
                main.do_search()

        self._app.keeping.unless_unsaved("Search", go)
