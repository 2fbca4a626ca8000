"""The links of a ticket: where each one really leads, and opening one that a person has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.dialogs.buttons import ButtonRow
from screens.going.copying import Copied, copy
from services import links, tickets
from services.errors import DeskError
from services.links import Link
from services.records import Choice
from services.session import Session
from widgets.safe import content, notify

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen

CANCEL, COPY, OPEN = range(3)


def found(session: Session, ticket_id: int, texts: Sequence[str]) -> list[Link]:
    """Return the links of some texts, of the ticket's URL and of its description, each once; runs in a thread."""
    ticket = tickets.get(session, ticket_id)
    own = [links.link_to(ticket.url)] if ticket.url.strip() else []
    rest = links.in_texts([*texts, ticket.subject, ticket.description])
    return list({link.shown: link for link in (*own, *rest)}.values())


def choose(screen: DeskScreen[Any], ticket_id: int, under_cursor: Sequence[Copied] = ()) -> None:
    """Let a person choose one of the links of a ticket and of the entry under the cursor."""
    from screens.dialogs.choose import ChooseDialog

    def ask(offered: list[Link]) -> None:
        def chosen(places: list[int] | None) -> None:
            if places:
                confirm(screen, offered[places[0]])

        if not offered:
            notify(
                screen, "There is no link in the ticket's URL, its description or the entry here.", severity="warning"
            )
        elif len(offered) == 1:
            confirm(screen, offered[0])
        else:
            choices = [Choice(place, link.host or "not opened", link.shown) for place, link in enumerate(offered)]
            screen.app.push_screen(ChooseDialog("Links of this ticket: where they lead", choices), chosen)

    texts = [each.text for each in under_cursor]
    screen.run_db(found, screen.session, ticket_id, texts, then=ask, group="links", opens=True)


def confirm(screen: DeskScreen[Any], link: Link) -> None:
    """Show where a link leads, and open or copy it when the person wants that."""

    def answered(answer: int | None) -> None:
        if answer == COPY:
            copy(screen, Copied("address", link.url or link.shown))
        elif answer == OPEN:
            try:
                screen.desk.open_link(links.checked(link))
            except DeskError as fault:
                screen.show_fault(fault)
            else:
                notify(screen, f"Opening {link.host} in your browser.")

    try:
        opens = screen.desk.opens_links()
    except DeskError as fault:
        screen.show_fault(fault)
        opens = False
    screen.app.push_screen(LinkDialog(link, opens=opens), answered)


class LinkDialog(Dialog[int]):
    """Shows an address whole, with its real host apart; is dismissed with COPY or OPEN."""

    CSS_PATH = [Path(__file__).parents[1] / "dialogs" / "dialogs.tcss", Path(__file__).with_name("going.tcss")]

    def __init__(self, link: Link, *, opens: bool) -> None:
        super().__init__("Open this link?" if opens and not link.refusal else "Where this link leads")
        self._link = link
        self._answers = [CANCEL, COPY, *([OPEN] if opens and not link.refusal else [])]
        self._opens = opens

    def body(self) -> Iterable[Widget]:
        """Return the address, its host, what is odd about it, and the buttons."""
        link = self._link
        yield VerticalScroll(Static(content(link.url or link.shown)), id="address", can_focus=False)
        if link.host:
            yield Static(content(f"Leads to:  {link.host}"), id="host")
        if link.reads_as:
            yield Static(content(f"Reads as:  {link.reads_as}"))
        if link.url and link.url != link.shown:
            yield Static(content(f"Written:   {link.shown[:300]}"), classes="label")
        for remark in (*link.remarks, *([link.refusal] if link.refusal else [])):
            yield Static(content(f"! {remark}"), classes="remark")
        if not self._opens and not link.refusal:
            yield Static(content("There is no browser on this side; copy the address."), classes="label")
        names = {CANCEL: "Cancel", COPY: "Copy", OPEN: "Open"}
        yield ButtonRow([names[answer] for answer in self._answers], id="buttons")

    def do_other(self) -> None:
        """Go to the next button."""
        self.query_one(ButtonRow).choose_other()

    def do_next(self) -> None:
        """Tab goes through the buttons."""
        self.do_other()

    def do_accept(self) -> None:
        """Press the chosen button."""
        self._press(self.query_one(ButtonRow).chosen)

    def do_yes(self) -> None:
        """Open at once, or copy where there is nothing to open with."""
        self._press(len(self._answers) - 1)

    def on_button_row_pressed(self, event: ButtonRow.Pressed) -> None:
        """A click answers as well."""
        self._press(event.index)

    def _press(self, index: int) -> None:
        answer = self._answers[index]
        self.dismiss(None if answer == CANCEL else answer)
