"""The files that go along with a mail: those of this computer, and those that lie on the ticket already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screens.mail.beginning import Attached
from screens.ticket.entries import size
from services import clock
from services.records import Choice
from services.ticket_files import TicketFile
from widgets.dates import ShortDates

if TYPE_CHECKING:
    from screens.mail.mail_form import MailForm
    from services.drafts import Fields

_ADD, _OF_TICKET, _NONE = -1, -2, -3


def shown(files: tuple[Attached, ...]) -> str:
    """Return names and sizes on one line."""
    return ", ".join(f"{file.name} ({_size(file)})" for file in files)


def as_draft(files: tuple[Attached, ...]) -> Fields:
    """Return what a draft keeps of them: paths, and the keys of the ticket's files."""
    paths = [str(file) for file in files if isinstance(file, Path)]
    return {"files": paths, "documents": [file.id for file in files if isinstance(file, TicketFile)]}


def from_draft(fields: Fields, of_ticket: Sequence[TicketFile]) -> tuple[Attached, ...]:
    """Return the files that a draft names; one that left the ticket since is refused when the mail is sent."""
    known = {file.id: file for file in of_ticket}
    paths, keys = fields.get("files"), fields.get("documents")
    found: list[Attached] = []
    if isinstance(paths, list):
        found += [Path(path) for path in paths if isinstance(path, str) and "\0" not in path]
    if isinstance(keys, list):
        found += [known.get(key) or TicketFile(key, "a file of the ticket") for key in keys if isinstance(key, int)]
    return tuple(found)


def choose(screen: MailForm) -> None:
    """Add the first file at once; where there is a choice, ask whether to add one, and from where, or take one off."""
    files = screen.files
    more = [file for file in screen.begun.files if file not in files]
    if not files and not more:
        _add(screen)
        return
    from screens.dialogs.choose import ChooseDialog

    def chosen(keys: list[int] | None) -> None:
        if not keys:
            return
        if keys[0] == _ADD:
            _add(screen)
        elif keys[0] == _OF_TICKET:
            _add_of_ticket(screen, more)
        elif keys[0] == _NONE:
            screen.set_files(())
        else:
            screen.set_files(tuple(file for place, file in enumerate(files) if place != keys[0]))

    ways = [Choice(_ADD, "A file of this computer")]
    if more:
        ways.append(Choice(_OF_TICKET, "Files of the ticket", f"{len(more):,}"))
    removes = [Choice(place, f"Take off {file.name}", _size(file)) for place, file in enumerate(files)]
    all_off = [Choice(_NONE, "Take off all")] if len(files) > 1 else []
    screen.app.push_screen(ChooseDialog("Attachments", [*ways, *removes, *all_off]), chosen)


def _add_of_ticket(screen: MailForm, more: Sequence[TicketFile]) -> None:
    """Let a person tick files of earlier mails and documents; Enter alone takes the one under the cursor."""
    from screens.dialogs.choose import ChooseDialog

    dates = ShortDates(clock.now)

    def chosen(keys: list[int] | None) -> None:
        if keys:
            screen.set_files((*screen.files, *(file for file in more if file.id in keys)))

    choices = [Choice(file.id, file.name, _about(file, dates)) for file in more]
    screen.app.push_screen(ChooseDialog("Attach which files of the ticket?", choices, multiple=True), chosen)


def _about(file: TicketFile, dates: ShortDates) -> str:
    parts = (
        _size(file),
        dates.short(file.created_at),
        file.added_by,
        "in a text" if file.inline else "",
        "internal" if file.internal else "",
    )
    return ", ".join(filter(None, parts))


def _add(screen: MailForm) -> None:
    from screens.dialogs.file import FileDialog
    from services import local_files

    def check(path: Path) -> None:
        local_files.check_size(path.name, path.stat().st_size)

    def chosen(path: Path | None) -> None:
        if path is not None and path not in screen.files:
            screen.set_files((*screen.files, path))

    screen.app.push_screen(FileDialog("File to attach", check=check), chosen)


def _size(file: Attached) -> str:
    if isinstance(file, TicketFile):
        return size(file.size)
    try:
        return size(file.stat().st_size)
    except (OSError, ValueError):
        return "gone"
