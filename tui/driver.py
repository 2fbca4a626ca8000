"""Textual's terminal driver, made to end when the line is cut and to spare terminals what they cannot do."""

from __future__ import annotations

import codecs
import os
import selectors
from collections.abc import Callable
from typing import Any, TextIO, cast

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from widgets.frugal import squeezed

_PARKED = "\x1b[1;1H"
_POLL_SECONDS = 0.1  # how soon a lone Esc counts as one


class CuttableFile:
    """The terminal's output, which swallows what is written once the line is cut.

    Textual writes in a thread that an error would end; the queue before it would fill and hold the
    program for ever.
    """

    def __init__(self, file: TextIO, cut: Callable[[], object]) -> None:
        self._file = file
        self._cut = cut
        self._gone = False

    def write(self, text: str) -> int:
        """Write to the terminal while there is one."""
        self._try(self._file.write, text)
        return len(text)

    def flush(self) -> None:
        """Hand what was written to the terminal while there is one."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """Return the terminal's file descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Tell that this is a terminal, as it was at the start."""
        return True

    def _try(self, action: Callable[..., object], *arguments: str) -> None:
        if self._gone:
            return
        try:
            action(*arguments)
        except (OSError, ValueError):
            self._gone = True
            self._cut()


class DeskDriver(LinuxDriver):
    """The driver of the desk; the App's `line_cut` is called from a thread when input or output is gone."""

    hover = True
    """Whether the terminal reports each movement of the mouse; costs bytes on a slow line."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._file = cast(TextIO, CuttableFile(cast(TextIO, self._file), app.line_cut))  # type: ignore[assignment]

    def write(self, data: str) -> None:
        """Write to the terminal, without the colours that it draws with already."""
        # Textual ends each drawing by parking the cursor, in the corner where no field has it: nobody sees it there.
        super().write(squeezed(data.removesuffix(_PARKED) or data))

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after somebody else had it."""
        self._app.forget_drawn()  # type: ignore[attr-defined]
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _enable_mouse_support(self) -> None:
        if self.hover or not self._mouse:
            super()._enable_mouse_support()
            return
        # Presses, releases and the wheel, in the form that knows wide terminals.
        self.write("\x1b[?1000h\x1b[?1006h")

    def _request_terminal_sync_mode_support(self) -> None:
        if not _is_console():
            super()._request_terminal_sync_mode_support()

    def _query_in_band_window_resize(self) -> None:
        if not _is_console():
            super()._query_in_band_window_resize()

    def run_input_thread(self) -> None:
        """Read keys until the program leaves or the input ends; Textual's own would spin at its end."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_POLL_SECONDS):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        self._app.line_cut()  # type: ignore[attr-defined]
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)


def _is_console() -> bool:
    """Tell whether this is the kernel's own console, which prints the end of queries that it does not know."""
    return os.environ.get("TERM") == "linux"


if _is_console():
    constants.DISABLE_KITTY_KEY = True  # type: ignore[misc]
