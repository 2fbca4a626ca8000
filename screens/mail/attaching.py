"""The files that go along with a mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from screens.ticket.entries import size
from services.records import Choice

if TYPE_CHECKING:
    from screens.mail.mail_form import MailForm

_ADD, _NONE = -1, -2


def shown(files: tuple[Path, ...]) -> str:
    """Return names and sizes on one line."""
    return ", ".join(f"{path.name} ({_size(path)})" for path in files)


def choose(screen: MailForm) -> None:
    """Add the first file at once; with some there, ask whether to add another one or take one off."""
    files = screen.files
    if not files:
        _add(screen)
        return
    from screens.dialogs.choose import ChooseDialog

    def chosen(keys: list[int] | None) -> None:
        if not keys:
            return
        if keys[0] == _ADD:
            _add(screen)
        elif keys[0] == _NONE:
            screen.set_files(())
        else:
            screen.set_files(tuple(path for place, path in enumerate(files) if place != keys[0]))

    removes = [Choice(place, f"Take off {path.name}", _size(path)) for place, path in enumerate(files)]
    all_off = [Choice(_NONE, "Take off all")] if len(files) > 1 else []
    screen.app.push_screen(
        ChooseDialog("Attachments", [Choice(_ADD, "Attach another file"), *removes, *all_off]), chosen
    )


def _add(screen: MailForm) -> None:
    from screens.dialogs.file import FileDialog
    from services import local_files

    def check(path: Path) -> None:
        local_files.check_size(path.name, path.stat().st_size)

    def chosen(path: Path | None) -> None:
        if path is not None and path not in screen.files:
            screen.set_files((*screen.files, path))

    screen.app.push_screen(FileDialog("File to attach", check=check), chosen)


def _size(path: Path) -> str:
    try:
        return size(path.stat().st_size)
    except (OSError, ValueError):
        return "gone"
