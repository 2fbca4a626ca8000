"""Files that a person looks at with a program of the own machine: mails, attachments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from services.errors import DeskError
from widgets.safe import notify

if TYPE_CHECKING:
    from tui.app import DeskApp


class Viewing:
    """Added to the App."""

    def opens_files(self) -> bool:
        """Tell whether there is a program that shows a file to this person."""
        return self._viewer() is not None

    def open_file(self, path: Path) -> None:
        """Show a file in the person's program for it; raises when there is none or it cannot be started."""
        from tui import browser

        desk = cast("DeskApp", self)

        def failed(sentence: str) -> None:
            desk.in_loop(lambda: notify(desk, sentence, severity="error"))

        words = self._viewer()
        if words is None:
            raise DeskError("There is no program here that opens files; save it, or set desk.viewer.")
        browser.start(words, str(path), failed, "viewer")

    def _viewer(self) -> list[str] | None:
        from tui import browser

        return browser.command(cast("DeskApp", self).settings.viewer, os.environ, "viewer")
