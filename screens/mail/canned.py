"""Choosing one of the texts that are written often."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from services import replies
from services.canned_texts import CANNED_TEXTS, CannedTextRow
from services.records import Choice
from services.session import Session
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.desk_screen import DeskScreen


def choose_canned(screen: DeskScreen[Any], ticket_id: int, then: Callable[[str], object]) -> None:
    """Let a person choose a canned text; `then` gets it with its fields filled in from the ticket."""

    def ask(found: list[tuple[CannedTextRow, str]]) -> None:
        from screens.dialogs.choose import ChooseDialog

        texts = {row.id: text for row, text in found}

        def chosen(keys: list[int] | None) -> None:
            if keys:
                then(texts[keys[0]])

        if not found:
            notify(screen, "There are no canned texts yet; an administrator writes them.", severity="warning")
            return
        choices = [Choice(row.id, row.name, " ".join(text.split())) for row, text in found]
        screen.app.push_screen(ChooseDialog("Insert which text?", choices), chosen)

    def read(session: Session) -> list[tuple[CannedTextRow, str]]:
        rows = CANNED_TEXTS.all(session, active=True)
        return [(row, replies.canned(session, ticket_id, row.id)) for row in rows]

    screen.run_db(read, screen.session, then=ask, group="canned", opens=True)
