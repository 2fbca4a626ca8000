"""Saving files of a ticket to disk; nothing is overwritten unless the person says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screens.mail import viewing
from screens.ticket.entries import size
from services import documents, mail_files
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
    _one_of(window, files, "Save", save)


def open_one_of(window: TicketScreen, files: Sequence[DocumentRow]) -> None:
    """Open a file in the person's own program for it; when there are several, ask which one."""
    _one_of(window, files, "Open", open_file)


def open_file(window: TicketScreen, file: DocumentRow) -> None:
    """Open a file, or save it where it is none to open."""
    viewing.open_or_save(window, file.name, file.id, documents.save, lambda: save(window, file))


def _one_of(
    window: TicketScreen, files: Sequence[DocumentRow], what: str, act: Callable[[TicketScreen, DocumentRow], object]
) -> None:
    if len(files) == 1:
        act(window, files[0])
        return
    from screens.dialogs.choose import ChooseDialog

    def chosen(keys: list[int] | None) -> None:
        if keys:
            act(window, files[keys[0]])

    choices = [Choice(index, file.name, size(file.size)) for index, file in enumerate(files)]
    window.app.push_screen(ChooseDialog(f"{what} which attachment?", choices), chosen)


def original(window: TicketScreen, mail: MailView) -> None:
    """Open a mail as it arrived, or save it where nothing opens mails."""
    name = f"{window.ticket.number} {mail.subject or 'mail'}.eml"

    def save_it() -> None:
        _ask(window, "Save the original mail", name, _write_original, mail.id)

    viewing.open_or_save(window, name, mail.id, mail_files.save, save_it, is_mail=True)


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
    return documents.save(session, key, path, overwrite=overwrite)


def _write_original(session: Session, key: int, path: Path, overwrite: bool) -> Path:
    return mail_files.save(session, key, path, overwrite=overwrite)
