"""The path of a file to read or to write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from screens.dialogs.base import Dialog
from screens.dialogs.confirm import ConfirmDialog
from services.errors import DeskError
from services.text import row
from widgets.safe import content
from widgets.text_prompt import TextPrompt

_MOST_SHOWN = 40


class FileDialog(Dialog[Path]):
    """Is dismissed with the path, after making sure that the file can be read, or may be written.

    Tab completes names, the way shells do; `mode` is `open` or `save`. `hint` stands under the line, and `check`
    refuses a path for reasons of its own.
    """

    def __init__(
        self,
        title: str,
        mode: str = "open",
        value: str = "",
        *,
        hint: str = "",
        check: Callable[[Path], object] | None = None,
    ) -> None:
        super().__init__(title)
        self._hint = hint
        self._check = check
        self._mode = mode
        self._value = value

    def body(self) -> Iterable[Widget]:
        """Return the line, and the names that it may go on with."""
        yield TextPrompt("File", self._value, id="line")
        yield Static(content(self._hint), id="completions")

    def on_mount(self) -> None:
        """Start in the line."""
        super().on_mount()
        self.query_one(TextPrompt).focus()

    def do_accept(self) -> None:
        """Check the path and take it; a file that is there already is overwritten only on request."""
        typed = self.query_one(TextPrompt).value.strip()
        if not typed:
            raise DeskError("Type the path of a file; Tab completes names.")
        path = Path(os.path.expanduser(typed)).absolute()
        (check_readable if self._mode == "open" else check_writable)(path)
        if self._check is not None:
            self._check(path)
        if self._mode == "open" or not path.exists():
            self.dismiss(path)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(path)

        self.app.push_screen(ConfirmDialog(f"Overwrite {path.name}?", "It is there already.", "Overwrite"), answered)

    def do_complete(self) -> None:
        """Write on the name as far as it is clear, and show what it may be."""
        prompt = self.query_one(TextPrompt)
        completed, names = complete(prompt.value)
        prompt.value = completed
        prompt.query_one(Input).cursor_position = len(completed)
        more = f"  … {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
        shown = "  ".join(row(name) for name in names[:_MOST_SHOWN]) + more
        self.query_one("#completions", Static).update(content(shown if len(names) > 1 else ""))

    def show_fault(self, fault: DeskError) -> None:
        """Show the sentence under the line."""
        self.query_one(TextPrompt).set_error(fault.sentence)

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter in the line accepts it."""
        event.stop()
        self.action_run("form.accept")


def complete(typed: str) -> tuple[str, list[str]]:
    """Return a path written on as far as the names of files allow, and those names."""
    directory, start = os.path.split(typed)
    try:
        found = sorted(os.listdir(os.path.expanduser(directory) or "."))
    except OSError:
        return typed, []
    names = [name for name in found if name.startswith(start) and (start or not name.startswith("."))]
    if not names:
        return typed, []
    shared = os.path.commonprefix(names)  # noqa: RUF071  letters of one name, not parts of a path
    common = os.path.join(directory, shared)
    if len(names) == 1 and os.path.isdir(os.path.expanduser(common)):
        common += os.sep
    return common, names


def check_readable(path: Path) -> None:
    """Refuse what is no file that can be read."""
    if path.is_dir():
        raise DeskError(f"{row(str(path), 200)} is a directory; go on typing, Tab completes names.")
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise DeskError(f"There is no file {row(str(path), 200)}; check the path.") from None
    except (OSError, ValueError) as error:
        raise DeskError(f"{row(str(path), 200)} cannot be read ({getattr(error, 'strerror', 'bad name')}).") from None


def check_writable(path: Path) -> None:
    """Refuse a place where no file can be written."""
    if path.is_dir():
        raise DeskError(f"{row(str(path), 200)} is a directory; add the name of the file.")
    if not path.parent.is_dir():
        raise DeskError(f"There is no directory {row(str(path.parent), 200)}; check the path.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise DeskError(f"You may not write {row(str(path), 200)}; choose another place.")
