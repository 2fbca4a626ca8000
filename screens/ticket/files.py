"""Saving files of a ticket to disk; nothing is overwritten unless the person says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screens.ticket.entries import size
from services.records import Choice, DocumentRow, MailView
from services.session import Session
from services.text import filename
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

Write = Callable[[Session, int, Path, bool], Path]


def save(window: TicketScreen, file: DocumentRow) -> None:
    """Ask for a place and write a file there."""
    _ask(window, f"Save {file.name}", file.name, _write_document, file.id)


def save_one_of(window: TicketScreen, files: Sequence[DocumentRow]) -> None:
    """Save a file; when there are several, ask which one."""
    if len(files) == 1:
        save(window, files[0])
        return
    from screens.dialogs.choose import ChooseDialog

    def chosen(keys: list[int] | None) -> None:
        if keys:
            save(window, files[keys[0]])

    choices = [Choice(index, file.name, size(file.size)) for index, file in enumerate(files)]
    window.app.push_screen(ChooseDialog("Save which attachment?", choices), chosen)


def save_original(window: TicketScreen, mail: MailView) -> None:
    """Write a mail as it arrived."""
    name = f"{window.ticket.number} {mail.subject or 'mail'}.eml"
    _ask(window, "Save the original mail", name, _write_original, mail.id)


def _ask(window: TicketScreen, title: str, name: str, write: Write, key: int) -> None:
    from screens.dialogs.file import FileDialog

    def chosen(path: Path | None) -> None:
        if path is not None:
            # The dialog has asked about a file that is there already; one that comes to be meanwhile is left alone.
            window.run_db(write, window.session, key, path, path.exists(), then=saved, lane="slow")

    def saved(path: Path) -> None:
        notify(window, f"Saved as {path}.")

    window.app.push_screen(FileDialog(title, "save", filename(name)), chosen)


def _write_document(session: Session, key: int, path: Path, overwrite: bool) -> Path:
    from services import documents

    return documents.save(session, key, path, overwrite=overwrite)


def _write_original(session: Session, key: int, path: Path, overwrite: bool) -> Path:
    from services import mail_files

    return mail_files.save(session, key, path, overwrite=overwrite)
