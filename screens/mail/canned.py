"""Choosing one of the texts that are written often."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services import replies
from services.canned_texts import CANNED_TEXTS, CannedTextRow
from services.records import Choice
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen


def choose_canned(screen: DeskScreen[Any], ticket_id: int, then: Callable[[str], object]) -> None:
    """Let a person choose a canned text; `then` gets it with its fields filled in from the ticket."""

    def ask(found: list[CannedTextRow]) -> None:
        from screens.dialogs.choose import ChooseDialog

        def chosen(keys: list[int] | None) -> None:
            if keys:
                screen.run_db(replies.canned, screen.session, ticket_id, keys[0], then=then, group="canned")

        if not found:
            notify(screen, "There are no canned texts yet; an administrator writes them.", severity="warning")
            return
        choices = [Choice(each.id, each.name, " ".join(each.text.split())) for each in found]
        screen.app.push_screen(ChooseDialog("Insert which text?", choices), chosen)

    def read() -> list[CannedTextRow]:
        return CANNED_TEXTS.all(screen.session, active=True)

    screen.run_db(read, then=ask, group="canned", opens=True)
