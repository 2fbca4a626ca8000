"""What leaves the program: a text for the clipboard, an address for the browser, mail for its servers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from services.errors import DeskError
from widgets.safe import notify

if TYPE_CHECKING:
    from tui.app import DeskApp
    from tui.at_hand import AtHand


class Outside:
    """Added to the App."""

    @property
    def _desk(self) -> DeskApp:
        return cast("DeskApp", self)

    @property
    def connector(self) -> AtHand:
        """What the Email Connector does at once for a screen."""
        from tui.at_hand import AtHand

        return AtHand()

    def copy_text(self, text: str) -> bool:
        """Put a text on the terminal's clipboard; False where programs cannot reach one."""
        from tui import clipboard

        try:
            written = clipboard.sequence(text, os.environ)
        except clipboard.NoClipboard:
            return False
        driver: Any = self._desk._driver
        if driver is not None:
            driver.write(written)
        return True

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what was selected in a field, on the same way as everything else."""
        self._desk._clipboard = text
        try:
            self.copy_text(text)
        except DeskError as fault:
            notify(self._desk, fault.sentence, severity="warning")

    def opens_links(self) -> bool:
        """Tell whether there is a program that shows a web page to this person."""
        return self._browser() is not None

    def open_link(self, url: str) -> None:
        """Show an address in the person's browser; raises when there is none or it cannot be started."""
        from tui import browser

        def failed(sentence: str) -> None:
            self._desk.in_loop(lambda: notify(self._desk, sentence, severity="error"))

        words = self._browser()
        if words is None:
            raise DeskError("There is no browser here; copy the address, or set desk.browser in the configuration.")
        browser.start(words, url, failed)

    def _browser(self) -> list[str] | None:
        from tui import browser

        return browser.command(self._desk.settings.browser, os.environ)
