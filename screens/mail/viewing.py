"""Mails and attachments in a program of the person's own machine: shown there after a question, or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.dialogs.buttons import ButtonRow
from services.risky_files import open_refusal
from services.session import Session
from widgets.safe import content, notify

if TYPE_CHECKING:
    from screens.ticket.ticket_screen import TicketScreen

Save = Callable[[Session, int, Path], Path]
CANCEL, SAVE, OPEN = range(3)


class Viewer(Protocol):
    """The part of the program that hands files out."""

    def opens_files(self) -> bool:
        """Tell whether there is a program that shows a file to this person."""

    def open_file(self, path: Path) -> None:
        """Show a file in it."""


def refusal(window: TicketScreen) -> str | None:
    """Return why no file can be shown here, or None."""
    if cast("Viewer", window.app).opens_files():
        return None
    return "There is no program on this side that opens files; save it instead."


def open_or_save(
    window: TicketScreen, name: str, key: int, save: Save, ask_where: Callable[[], object], *, is_mail: bool = False
) -> None:
    """Let a person choose between looking at a file and saving it; where nothing can show it, save it."""
    why = refusal(window) or (None if is_mail else open_refusal(name))
    if why is not None:
        if not is_mail:
            notify(window, why, severity="warning")
        ask_where()
        return

    def answered(answer: int | None) -> None:
        if answer == SAVE:
            ask_where()
        elif answer == OPEN:
            window.run_db(_put_aside, window.session, key, save, then=show, lane="slow")

    def show(path: Path) -> None:
        cast("Viewer", window.app).open_file(path)
        notify(window, f"Opening {path.name}.")

    window.app.push_screen(OpenDialog(name), answered)


def _put_aside(session: Session, key: int, save: Save) -> Path:
    """Write a file where nobody else reads it; it goes when the program ends."""
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="deskwire-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = save(session, key, folder)
    path.chmod(0o400)
    return path


class OpenDialog(Dialog[int]):
    """Is dismissed with OPEN or SAVE."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Open {name}?")
        self._answers = [OPEN, SAVE, CANCEL]

    def body(self) -> Iterable[Widget]:
        """Return what is to be known before it, and the buttons."""
        yield Static(content("It came from outside. It is shown by the program that this computer has for it."))
        yield ButtonRow(["Open", "Save", "Cancel"], id="buttons")

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
        """Open at once."""
        self.dismiss(OPEN)

    def on_button_row_pressed(self, event: ButtonRow.Pressed) -> None:
        """A click answers as well."""
        self._press(event.index)

    def _press(self, index: int) -> None:
        answer = self._answers[index]
        self.dismiss(None if answer == CANCEL else answer)
