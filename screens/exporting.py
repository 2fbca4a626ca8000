"""Writing the tickets of a list, or one ticket with everything, to the person's disk."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from screens.many.long_act import LongAct
from screens.many.targets import Targets
from services.session import Session
from services.text import filename
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.main.main_screen import MainScreen
    from screens.ticket.ticket_screen import TicketScreen

_ENDINGS = "The ending says the format: .csv for spreadsheets, .jsonl for programs, .md for Markdown."
_CONTENTS = "A folder with the History as text, the mails as .eml, and the files."


def export_list(screen: MainScreen) -> None:
    """Write the marked tickets, or all of the list however long it is, to a file."""
    from screens.dialogs.file import FileDialog
    from services.export.lists import format_of

    chosen = screen.edit_targets() if screen.tickets.marked_count else _whole(screen)

    def to(path: Path | None) -> None:
        if path is not None:
            _write_list(screen, chosen, path)

    # A list of the best matches is written out whole.
    name = chosen.name if screen.tickets.marked_count or not screen.tickets.more else "all tickets that match"
    dialog = FileDialog(f"Export {name}", "save", "tickets.csv", hint=_ENDINGS, check=format_of)
    screen.app.push_screen(dialog, to)


def _whole(screen: MainScreen) -> Targets:
    session, query = screen.session, screen.list_query

    def listed() -> Iterable[int]:
        from services import lists

        # The best matches are a selection; an export leaves nothing out.
        everything = query._replace(sort="updated") if query.sort == lists.RELEVANCE else query
        return lists.ids(session, everything)

    return Targets(screen.tickets.total, (), listed)


def _write_list(screen: MainScreen, chosen: Targets, path: Path) -> None:
    long_act = LongAct(screen, f"Export to {path.name}", chosen.count)
    # The dialog has asked about a file that is there already; one that comes to be meanwhile is left alone.
    overwrite = path.exists()

    def write(session: Session) -> int:
        from services.export.lists import save

        try:
            return save(session, array("q", chosen.listed()), path, long_act.progress, overwrite=overwrite)
        finally:
            long_act.finished()

    long_act.begin()
    screen.run_db(write, screen.session, then=lambda count: _say(screen, count, path), lane="long")


def _say(screen: MainScreen, count: int, path: Path) -> None:
    notify(screen, f"{count:,} {'ticket' if count == 1 else 'tickets'} written to {path}.")


def export_ticket(window: TicketScreen) -> None:
    """Write the ticket with its History, mails and files to a new folder."""
    from screens.dialogs.file import FileDialog

    def to(path: Path | None) -> None:
        if path is not None:
            window.run_db(_write_ticket, window.session, window.ticket_id, path, then=said, lane="long")

    def said(folder: Path) -> None:
        notify(window, f"Written to {folder}.")

    name = filename(f"{window.ticket.number} {window.ticket.subject}")
    window.app.push_screen(FileDialog("Export the ticket to a new folder", "save", name, hint=_CONTENTS), to)


def _write_ticket(session: Session, ticket_id: int, folder: Path) -> Path:
    from services.export.ticket_folder import save

    return save(session, ticket_id, folder)
